"""Settings: where they come from, who wins, where folders land, and what is refused."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from pydantic import ValidationError

from assistant import Settings, SettingsError


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data directory, in a temporary place."""
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    return (tmp_path / "data").resolve()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: empty, no project."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return (tmp_path / "here").resolve()


def refusal(**values: object) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings(**values)
    return str(refused.value)


class TestFolders:
    def test_outside_a_project_all_lie_in_the_users_data_directory(self, here: Path, data: Path) -> None:
        settings = Settings()
        assert (settings.corpus_dir, settings.index_dir, settings.state_dir) == (
            data / "corpus",
            data / "index",
            data / "state",
        )
        assert settings.is_first_corpus

    @pytest.mark.parametrize("mark", ["corpus", "citewell.toml"])
    def test_a_folder_with_a_corpus_or_a_settings_file_is_a_project(self, here: Path, mark: str) -> None:
        if mark == "corpus":
            (here / mark).mkdir()
        else:
            (here / mark).write_text("")
        settings = Settings()
        assert (settings.corpus_dir, settings.index_dir, settings.state_dir) == (
            here / "corpus",
            here / "index",
            here / "state",
        )
        assert not settings.is_first_corpus

    def test_another_corpus_gets_an_index_of_its_own(self, here: Path, data: Path) -> None:
        one, other = Settings(corpus_dir="one"), Settings(corpus_dir="other")
        assert one.index_dir == Settings(corpus_dir=here / "one").index_dir
        assert one.index_dir.parent == other.index_dir.parent == data / "indexes"
        assert one.index_dir != other.index_dir

    def test_naming_the_projects_own_corpus_changes_nothing(self, here: Path) -> None:
        (here / "corpus").mkdir()
        assert Settings(corpus_dir="corpus").index_dir == here / "index"

    def test_folders_become_absolute(self, here: Path) -> None:
        settings = Settings(corpus_dir="a/../b", index_dir="i", state_dir="./s")
        assert (settings.corpus_dir, settings.index_dir, settings.state_dir) == (here / "b", here / "i", here / "s")

    def test_prepared_models_lie_in_the_users_cache_wherever_one_works(
        self, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CITEWELL_CACHE_DIR")
        monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
        assert Settings().cache_dir == Settings(corpus_dir="other").cache_dir == (tmp_path / "cache").resolve()
        assert Settings(cache_dir="models").cache_dir == here / "models"

    def test_the_cache_must_not_lie_in_the_corpus(self, here: Path) -> None:
        assert "must not lie in the corpus" in refusal(corpus_dir="papers", cache_dir="papers/cache")

    def test_a_tilde_is_the_home_folder(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(here / "home"))
        monkeypatch.setenv("USERPROFILE", str(here / "home"))
        assert Settings(corpus_dir="~/papers").corpus_dir == here / "home" / "papers"

    @pytest.mark.parametrize(("corpus", "index"), [("a", "a/index"), ("a/corpus", "a"), ("a", "a")])
    def test_corpus_and_index_must_not_lie_in_one_another(self, here: Path, corpus: str, index: str) -> None:
        message = refusal(corpus_dir=corpus, index_dir=index)
        assert f"the index {here / index} and the corpus {here / corpus} must not lie in one another" in message


class TestModels:
    def test_an_empty_model_is_none(self, here: Path) -> None:
        assert (Settings(model="").model, Settings(model_url="").model_url) == (None, None)

    @pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://host", "http://", "file:///etc/passwd"])
    def test_the_models_address_must_be_one_of_a_server(self, here: Path, url: str) -> None:
        assert "must be the address of a server, such as http://127.0.0.1:8080/v1" in refusal(model_url=url)


class TestThePublicAddress:
    def test_it_is_kept_without_its_last_slash_and_an_empty_one_is_none(self, here: Path) -> None:
        assert Settings(public_url="https://docs.example.org/").public_url == "https://docs.example.org"
        assert Settings(public_url="").public_url is None

    @pytest.mark.parametrize("url", ["docs.example.org", "ftp://docs.example.org", "https://[", "https://a.org/docs"])
    def test_it_must_be_one_of_a_site_of_its_own(self, here: Path, url: str) -> None:
        assert "must be the address of a site of its own, such as https://citewell.example.org" in refusal(
            public_url=url
        )


class TestPrecedence:
    def test_arguments_win_over_the_environment_and_that_over_the_file(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (here / "citewell.toml").write_text('port = 1001\nhost = "file"\nembedding_model = "from-file"\n')
        monkeypatch.setenv("CITEWELL_PORT", "1002")
        monkeypatch.setenv("CITEWELL_HOST", "environment")
        settings = Settings(port=1003)
        assert (settings.port, settings.host, settings.embedding_model) == (1003, "environment", "from-file")

    def test_without_any_the_defaults_hold(self, here: Path) -> None:
        settings = Settings()
        assert (settings.embedding_model, settings.host, settings.port) == ("all-MiniLM-L6-v2", "127.0.0.1", 7860)

    def test_an_optional_model_is_none_unless_it_is_named(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (here / "citewell.toml").write_text('reranker = ""\nreader = "from-file"\n')
        assert (Settings().reranker, Settings().reader, Settings(reader="").reader) == (None, "from-file", None)
        monkeypatch.setenv("CITEWELL_RERANKER", "from-environment")
        assert Settings().reranker == "from-environment"

    def test_the_environment_names_folders_too(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_CORPUS_DIR", "papers")
        assert Settings().corpus_dir == here / "papers"

    def test_settings_cannot_be_changed_afterwards(self, here: Path) -> None:
        settings = Settings()
        with pytest.raises(ValidationError, match="frozen"):
            settings.port = 80


class TestRefusals:
    def test_an_unknown_argument(self, here: Path) -> None:
        assert "corpus_directory" in refusal(corpus_directory="x")

    def test_an_unknown_variable_is_named_with_those_that_are_known(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_CORPUS", "x")
        assert refusal().startswith(
            "Unknown environment variable CITEWELL_CORPUS. Known are: CITEWELL_ALLOW_PRIVATE_URLS, "
            "CITEWELL_API_REQUESTS_PER_MINUTE, "
        )

    def test_a_variable_of_another_program_is_none_of_ours(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELLNESS", "x")
        assert Settings().port == 7860

    def test_an_unknown_name_in_the_file(self, here: Path) -> None:
        (here / "citewell.toml").write_text('colour = "red"\n')
        assert "colour" in refusal()

    @pytest.mark.parametrize("content", [b"port = \n", b"\xff\xfe", b"[unclosed"])
    def test_a_file_that_is_not_toml(self, here: Path, content: bytes) -> None:
        (here / "citewell.toml").write_bytes(content)
        message = refusal()
        assert message.startswith("citewell.toml cannot be read: ")
        assert message.endswith(" Correct or remove it.")

    @pytest.mark.parametrize(
        ("name", "value", "named"),
        [
            ("port", 0, "port"),
            ("port", 65536, "port"),
            ("port", "many", "port"),
            ("embedding_model", "", "embedding_model"),
            ("host", "", "host"),
            ("corpus_dir", "a\0b", "settings"),
            ("corpus_dir", 7, "corpus_dir"),
            ("corpus_dir", "~no-such-user-here/papers", "settings"),
        ],
    )
    def test_a_value_that_cannot_be_used(self, here: Path, name: str, value: object, named: str) -> None:
        message = refusal(**{name: value})
        assert message.startswith(f"Settings that cannot be used: {named}: ")
        assert message.endswith(
            " Known settings are: corpus_dir, index_dir, state_dir, cache_dir, embedding_model, reranker, reader,"
            " model, model_url, model_seconds,"
            " limit_file_megabytes, limit_seconds, limit_memory_megabytes, limit_pages, limit_unpacked_megabytes,"
            " limit_unpacked_files, limit_ratio, limit_text_characters, recogniser,"
            " allow_private_urls, feed_minutes, feed_articles, watch_email, smtp, watch_webhook, users, host, port,"
            " api_requests_per_minute, public_url, oidc_issuer, oidc_client_id, oidc_client_secret, oidc_user_claim,"
            " oidc_groups_claim, trusted_proxies, proxy_user_header, proxy_groups_header, audit_days, audit_megabytes,"
            " audit_questions."
        )

    def test_an_empty_variable_is_as_good_as_none(
        self, here: Path, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITEWELL_CORPUS_DIR", "")
        assert Settings().corpus_dir == data / "corpus"  # and not the current folder with all that lies in it
