"""A package that an optional model takes is missing, of a wrong version or broken: each is told as what it is."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from assistant import ModelUnavailable
from assistant.models.language_model import LanguageModels
from assistant.models.loading import Role, load_named
from assistant.models.model_names import PROVIDERS, named_model
from assistant.models.torch_encoder import TorchModel
from assistant.packages import cannot_be_imported, fits, in_words, innermost, needed

BREAKS = {
    "from json import no_such_name": "ImportError: cannot import name 'no_such_name' from 'json'",
    "import no_such_package": "ModuleNotFoundError: No module named 'no_such_package'",
    "import json.no_such_part": "ModuleNotFoundError: No module named 'json.no_such_part'",
    "import json; json.no_such_name": "AttributeError: module 'json' has no attribute 'no_such_name'",
    "raise TypeError('two bases that do not fit')": "TypeError: two bases that do not fit",
    "def": "SyntaxError: invalid syntax",
}
"""What a package may fail of while it is imported, and how that is told."""


class Packages:
    """Packages that are found before those of the environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self, module: str, version: str, code: str = "") -> None:
        name = module.replace("_", "-")
        (self._folder / module).mkdir()
        (self._folder / module / "__init__.py").write_text(code)
        facts = self._folder / f"{module}-{version}.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packages:
    monkeypatch.syspath_prepend(tmp_path)
    for provider in PROVIDERS.values():
        for module in [name for name in sys.modules if name.split(".")[0] == provider.package]:
            monkeypatch.delitem(sys.modules, module)
    return Packages(tmp_path)


class TestProviders:
    @pytest.mark.parametrize("provider", PROVIDERS)
    @pytest.mark.parametrize("code", BREAKS)
    def test_package_that_cannot_be_imported_is_told_with_its_own_error_and_version(
        self, packages: Packages, provider: str, code: str
    ) -> None:
        known = PROVIDERS[provider]
        version = needed(known.distribution).split(">=")[1].split(",")[0] + ".7"
        packages.install(known.package, version, code)
        with pytest.raises(ModelUnavailable) as caught:
            named_model(f"{provider}:m").load()
        said = str(caught.value)
        assert said.startswith(
            f"The model '{provider}:m' takes a package that is installed but cannot be imported. {BREAKS[code]}"
        )
        assert f"Installed: {known.distribution} {version} (needed: {needed(known.distribution)})." in said
        assert said.endswith(f"pip install --upgrade 'citewell[{known.extra}]'")
        assert "not installed" not in said

    @pytest.mark.parametrize("provider", PROVIDERS)
    @pytest.mark.parametrize("version", ["0.0.1", "99.0.0rc1"])
    def test_package_of_another_version_than_is_needed_is_told_before_it_is_imported(
        self, packages: Packages, provider: str, version: str
    ) -> None:
        known = PROVIDERS[provider]
        packages.install(known.package, version, "raise AssertionError('it is not imported')")
        with pytest.raises(ModelUnavailable) as caught:
            LanguageModels(f"{provider}:m").check()
        assert str(caught.value) == (
            f"The model '{provider}:m' takes a package that is installed in a version that does not fit: "
            f"{known.distribution} {version} (needed: {needed(known.distribution)}). "
            f"Install one that does with: pip install --upgrade 'citewell[{known.extra}]'"
        )

    def test_model_that_is_asked_tells_the_error_of_its_package_and_not_that_it_is_missing(
        self, packages: Packages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MISTRAL_API_KEY", "a key")
        packages.install("langchain_mistralai", "1.1.0", "from json import no_such_name")
        model = LanguageModels("mistral:large").get()
        assert model
        with pytest.raises(ModelUnavailable, match="cannot import name 'no_such_name'"):
            list(model.stream([("user", "Say ready.")]))

    def test_package_of_a_provider_that_langchain_alone_knows_is_missing_or_broken(self, packages: Packages) -> None:
        model = LanguageModels("groq:m").get()
        assert model
        with pytest.raises(ModelUnavailable, match=r"cannot be used: .* requires the langchain-groq package"):
            list(model.stream([("user", "Say ready.")]))
        packages.install("langchain_groq", "1.0.0", "from json import no_such_name")
        with pytest.raises(ModelUnavailable, match=r"cannot be used: ImportError: cannot import name 'no_such_name'"):
            list(model.stream([("user", "Say ready.")]))


def _never(path: str, *, local_files_only: bool) -> object:
    raise AssertionError((path, local_files_only))


class TestOptionalModels:
    @pytest.mark.parametrize("role", ["reranker", "reader", "model"])
    def test_package_that_a_model_takes_and_that_is_missing_is_told_and_no_other_name_asked_for(
        self, tmp_path: Path, role: Role
    ) -> None:
        def load(path: str, *, local_files_only: bool) -> object:
            assert local_files_only
            try:
                importlib.import_module("no_such_package")
            except ImportError as error:
                raise ModuleNotFoundError("Could not import module 'AutoModel'.") from error
            return path

        with pytest.raises(ModelUnavailable) as caught:
            load_named(role, str(tmp_path), load)
        said = str(caught.value)
        assert said.startswith(
            f"The {role} {str(tmp_path)!r} cannot be loaded, as a package that it takes cannot be imported. "
            "ModuleNotFoundError: No module named 'no_such_package'. Installed: sentence-transformers "
        )
        assert "takes a model's folder" not in said

    def test_transformers_that_cannot_be_imported_are_told_with_their_version(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "transformers.utils", None)
        with pytest.raises(
            ModelUnavailable, match=r"cannot be imported\. .* transformers \d[\w.]* \(needed: >=4\.56,<6"
        ):
            load_named("reader", str(tmp_path), _never)

    def test_embedding_model_whose_library_cannot_be_imported_is_told_with_its_version(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "sentence_transformers", None)
        with pytest.raises(
            ModelUnavailable, match=r"cannot be imported\. .* sentence-transformers \d.* \(needed: >=5,<7"
        ):
            TorchModel(str(tmp_path), tmp_path)


class TestVersions:
    @pytest.mark.parametrize(
        ("version", "is_fit"),
        [("1", True), ("1.0", True), ("1.0.0", True), ("1.9.12", True), ("1.2rc1", True), ("1.4.dev2+here", True),
         ("0.9.99", False), ("2", False), ("2.0.0", False), ("10.1", False), ("v1", True), ("", True)],
    )  # fmt: skip
    def test_version_is_compared_by_its_numbers(
        self, monkeypatch: pytest.MonkeyPatch, version: str, is_fit: bool
    ) -> None:
        monkeypatch.setattr("assistant.packages.installed", lambda _: version)
        assert fits("langchain-openai") is is_fit

    @pytest.mark.parametrize("name", ["langchain-openai", "langchain_openai", "LangChain.OpenAI"])
    def test_a_package_is_found_however_its_name_is_written(self, name: str) -> None:
        assert needed(name) == ">=1,<2"

    def test_what_is_not_asked_for_fits_in_any_version(self) -> None:
        assert (needed("no-such-package"), fits("no-such-package")) == ("", True)
        assert in_words("no-such-package") == "no-such-package of no known version"

    def test_error_that_comes_from_itself_is_told_too(self) -> None:
        first, second = ImportError("first"), ImportError("second")
        first.__cause__, second.__cause__ = second, first
        assert innermost(first) in (first, second)
        assert cannot_be_imported(ImportError(), ["no-such-package"]) == (
            "ImportError: ImportError. Installed: no-such-package of no known version."
        )
