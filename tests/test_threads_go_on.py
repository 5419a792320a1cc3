"""A thread in the background never dies of one item: what goes wrong is kept with the item, and the others go on."""

from __future__ import annotations

import importlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.corpus.pages import WebPages
from assistant.corpus.web import source_of
from assistant.interfaces.doctor import diagnose
from assistant.interfaces.page.background_sync import BackgroundSync
from assistant.interfaces.page.server import _AnnouncedServer
from assistant.models.embedder import Vectors
from assistant.types import Document, Failure, SyncReport
from tests.index_tools import WAIT_SECONDS, Desk, HashingEmbedder, briefing, editions
from tests.news_site import publish
from tests.web_server import Site, served_site

sync_module = importlib.import_module("assistant.indexing.sync")
SAYS = "It could not be taken in (KeyError: 'odd'). Please report it."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


def _until(is_so: Callable[[], object]) -> None:
    patience = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < patience
        time.sleep(0.02)


def _odd(*_: object, **__: object) -> Any:
    raise KeyError("odd")


class OddEmbedder(HashingEmbedder):
    """Fails at every text that holds a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def embed(self, texts: Any) -> Vectors:
        if any(self._word in text for text in texts):
            raise KeyError("odd")
        return super().embed(texts)

    def count_tokens(self, texts: Any) -> list[int]:
        if any(f"uncountable {self._word}" in text for text in texts):
            raise KeyError("odd")
        return super().count_tokens(texts)


class TestSync:
    def test_document_that_cannot_be_split_costs_that_document(self, desk: Desk) -> None:
        desk.write({**editions(2), "odd.md": "An uncountable zebra came."})
        report = desk.sync(OddEmbedder("zebra"))
        assert report == SyncReport(added=[*editions(2)], failed=[Failure("odd.md", SAYS)])
        with desk.assistant() as assistant:
            [odd] = [record for record in assistant.documents() if record.source == "odd.md"]
            assert (odd.state, odd.failure) == ("not read", SAYS)
        assert desk.sync(OddEmbedder("zebra")).failed == [Failure("odd.md", SAYS)]

    def test_document_that_cannot_be_embedded_costs_that_document_and_not_its_batch(self, desk: Desk) -> None:
        desk.write({**editions(3), "odd.md": "A zebra came.", "other.md": "A horse came."})
        embedder = OddEmbedder("zebra")
        report = desk.sync(embedder)
        assert report == SyncReport(added=[*editions(3), "other.md"], failed=[Failure("odd.md", SAYS)])
        assert desk.sync(embedder).unchanged == [*editions(3), "other.md"]
        desk.write({**editions(3), "odd.md": "A donkey came.", "other.md": "A horse came."})
        assert desk.sync(embedder).added == ["odd.md"]
        assert desk.describe() == desk.fresh()

    def test_earlier_version_of_a_document_that_cannot_be_embedded_stays(self, desk: Desk) -> None:
        desk.write({"odd.md": "A horse came."})
        desk.sync()
        desk.write({"odd.md": "A zebra came."})
        assert desk.sync(OddEmbedder("zebra")).failed == [Failure("odd.md", SAYS)]
        with desk.assistant() as assistant:
            assert assistant.document("odd.md").text == "A horse came."

    @pytest.mark.parametrize("word", ["zebra", "uncountable zebra"])
    def test_part_of_a_long_document_that_fails_costs_that_document(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, word: str
    ) -> None:
        monkeypatch.setattr(sync_module, "PASSAGES_PER_COMMIT", 4)
        monkeypatch.setattr("assistant.text.runs.RUN_CHARACTERS", 2_000)
        desk.write({"a.md": briefing(0, sentences=60) + f"\n## End\n\nThe {word} came.\n", **editions(2)})
        report = desk.sync(OddEmbedder("zebra"))
        assert report == SyncReport(added=[*editions(2)], failed=[Failure("a.md", SAYS)])

    def test_watching_goes_on_after_a_document_that_nobody_thought_of(self, desk: Desk) -> None:
        desk.write(editions(1))
        with desk.assistant(OddEmbedder("zebra")) as assistant:
            keeper = BackgroundSync(assistant)
            keeper.start()
            (desk.corpus / "odd.md").write_text("A zebra came.")
            _until(lambda: any(record.failure == SAYS for record in _documents(assistant)))
            (desk.corpus / "other.md").write_text("A horse came.")
            _until(lambda: any(record.source == "other.md" and record.passages for record in _documents(assistant)))
            keeper.stop()


def _documents(assistant: Any) -> list[Any]:
    try:
        return list(assistant.documents())
    except Exception:
        return []


class TestKeeper:
    @pytest.mark.parametrize("what", ["watch", "refresh"])
    def test_threads_go_on_after_an_error_that_nobody_thought_of(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
    ) -> None:
        monkeypatch.setattr("assistant.interfaces.page.background_sync.RETRY_SECONDS", 0.01)
        desk.write(editions(1))
        calls: list[int] = []

        def sometimes(*_: object, **__: object) -> Any:
            calls.append(1)
            raise KeyError("odd")

        with desk.assistant() as assistant:
            monkeypatch.setattr(assistant, what, sometimes)
            monkeypatch.setattr(type(assistant), "follows_web", True)
            object.__setattr__(assistant.settings, "feed_minutes", 0.001)
            keeper = BackgroundSync(assistant)
            keeper.start()
            _until(lambda: len(calls) >= 3)
            keeper.stop()
        assert any("for now. Unexpected KeyError: 'odd'" in message for message in caplog.messages)

    def test_page_that_cannot_prepare_itself_says_so_and_serves(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, desk: Desk
    ) -> None:
        with desk.assistant() as assistant:
            monkeypatch.setattr(assistant, "prepare", _odd)
            server = _AnnouncedServer.__new__(_AnnouncedServer)
            server._assistant = assistant
            thread = threading.Thread(target=server._prepare)
            thread.start()
            thread.join()
        assert caplog.messages == ["The page could not prepare itself; the first question takes longer."]


class TestWeb:
    def test_page_that_nobody_thought_of_costs_that_page_and_is_told_by_the_doctor(
        self, desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(site, range(2))
        desk.write(editions(1))
        with desk.assistant() as assistant:
            assistant.add([site.url("/article/0"), site.url("/article/1")])
            publish(site, range(2), 2)
            take = WebPages.take

            def odd(pages: WebPages, address: str, *others: Any) -> tuple[str, bool]:
                return _odd() if address.endswith("/0") else take(pages, address, *others)

            monkeypatch.setattr(WebPages, "take", odd)
            report = assistant.refresh()
            first, second = (source_of(site.url(f"/article/{number}")) for number in range(2))
            assert (report.pages.written, report.pages.failed) == ((second,), (Failure(first, SAYS),))
            assert assistant.web_problems() == [Failure(first, SAYS)]
            notes = diagnose(assistant.settings).notes
            assert f"Not refreshed: {first}: {SAYS}" in notes
            monkeypatch.undo()
            assert assistant.refresh().pages.written == (first,)
            assert assistant.web_problems() == []

    def test_entry_that_nobody_thought_of_costs_that_entry_and_is_told_with_its_feed(
        self, desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(site, range(5))
        take = WebPages.take

        def odd(pages: WebPages, address: str, *others: Any) -> tuple[str, bool]:
            return _odd() if address.endswith(("/1", "/2", "/3", "/4")) else take(pages, address, *others)

        monkeypatch.setattr(WebPages, "take", odd)
        with desk.assistant() as assistant:
            [feed] = assistant.add_feed(site.url("/feed")).feeds
            assert feed.written == (source_of(site.url("/article/0")),)
            assert {one.reason for one in feed.failed} == {SAYS}
            assert len(feed.failed) == 4
            [state] = assistant.feeds()
            assert state.problem.endswith(SAYS)
            monkeypatch.undo()
            [feed] = assistant.refresh_feeds(site.url("/feed")).feeds
            assert (len(feed.written), feed.failed) == (4, ())
            [state] = assistant.feeds()
            assert state.problem == ""

    def test_feed_that_nobody_thought_of_costs_that_feed_alone(
        self, desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(site, range(1))
        publish(site, range(1, 2), path="/other")
        with desk.assistant() as assistant:
            assistant.add_feed(site.url("/feed"))
            assistant.add_feed(site.url("/other"))
            publish(site, range(2, 3))
            publish(site, range(3, 4), path="/other")
            dumps = json.dumps

            def odd(value: Any, **named: Any) -> str:
                return _odd() if "/article/2" in str(value) else dumps(value, **named)

            monkeypatch.setattr("assistant.corpus.feeds.json.dumps", odd)
            report = assistant.refresh_feeds()
            failing, other = report.feeds
            assert failing.failed == (Failure(site.url("/feed"), SAYS),)
            assert other.written == (source_of(site.url("/article/3")),)
            assert [feed.problem for feed in assistant.feeds()] == [SAYS, ""]


def test_reader_that_raises_anything_costs_its_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(source: str, *_: object) -> Document:
        return _odd() if source == "odd.md" else Document(source, "A horse", "A horse came.", "markdown")

    monkeypatch.setattr("assistant.reading.files.read", lambda _reader, source, *_: read(source))
    desk.write({"odd.md": "x", "other.md": "y"})
    report = desk.sync()
    assert (report.added, [one.source for one in report.failed]) == (["other.md"], ["odd.md"])
