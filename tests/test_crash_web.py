"""Fetching killed at any step loses no article and doubles none; a sync then ends where a build does."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.corpus import CorpusFolder
from assistant.corpus.web import source_of
from tests.index_tools import Desk, Workshop
from tests.news_site import holds, publish, texts, told
from tests.warm_readers import WarmReaders
from tests.web_server import Site, redirect, served_site

KILLED = {"signal": signal.SIGKILL}


@pytest.fixture(scope="module")
def workshop(warm_readers: WarmReaders | None) -> Iterator[Workshop]:
    shop = Workshop(warm_readers)
    yield shop
    shop.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        yield site


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def corpus_of(desk: Desk) -> CorpusFolder:
    return CorpusFolder(desk.corpus, desk.folder / "state" / "removed")


def check_whole(site: Site, desk: Desk, numbers: Sequence[int], editions: Sequence[int]) -> None:
    """Every document there is is one of the articles, whole, in one of the editions; none is there twice."""
    for source, text in texts(corpus_of(desk)).items():
        fitting = [n for n in numbers if source == source_of(site.url(f"/article/{n}"))]
        assert len(fitting) == 1, source
        assert [edition for edition in editions if told(fitting[0], edition) in text]


@pytest.mark.parametrize(
    "step",
    [
        ("records.note_feed", "before", 1),
        ("records.note_feed", "after", 1),
        ("corpus.write", "before", 1),
        ("corpus.write", "after", 2),
        ("records.note_page", "after", 2),
        ("records.note_article", "after", 3),
        ("manifest.commit", "before", 1),
        ("manifest.commit", "after", 1),
    ],
    ids=str,
)
def test_a_refresh_that_is_killed_is_finished_by_the_next(
    site: Site, desk: Desk, workshop: Workshop, step: object
) -> None:
    publish(site, range(2))
    with desk.assistant() as assistant:
        assistant.add_feed(site.url("/feed"))
    publish(site, range(4), edition=2)
    assert workshop.run(desk, action="refresh", only=None, kill=step) == KILLED
    check_whole(site, desk, range(4), [1, 2])
    desk.sync()
    assert desk.describe() == desk.fresh()
    with desk.assistant() as assistant:
        assistant.refresh_feeds()
        assert assistant.refresh_feeds().feeds[0].written == ()
    holds(site, corpus_of(desk), range(4), edition=2)
    assert desk.describe() == desk.fresh()


@pytest.mark.parametrize(
    "step", [("records.move_feed", "after", 1), ("feeds.move", "before", 1), ("feeds.move", "after", 1)], ids=str
)
def test_a_move_that_is_killed_is_finished_by_the_next_refresh(
    site: Site, desk: Desk, workshop: Workshop, step: object
) -> None:
    publish(site, range(2))
    with desk.assistant() as assistant:
        assistant.add_feed(site.url("/feed"))
        publish(site, range(3), path="/new")
        site.pages["/feed"] = redirect("/new", 301)
        assert workshop.run(desk, action="refresh", only=None, kill=step) == KILLED
        assistant.refresh_feeds()
        assert [state.address for state in assistant.feeds()] == [site.url("/new")]
    holds(site, corpus_of(desk), range(3))


@pytest.mark.parametrize("step", [("corpus.write", "before", 2), ("corpus.write", "after", 2)], ids=str)
def test_an_adding_of_pages_that_is_killed_is_finished_by_the_next(
    site: Site, desk: Desk, workshop: Workshop, step: object
) -> None:
    publish(site, range(3))
    paths = [site.url(f"/article/{number}") for number in range(3)]
    assert workshop.run(desk, action="add", paths=paths, kill=step) == KILLED
    check_whole(site, desk, range(3), [1])
    desk.sync()
    assert desk.describe() == desk.fresh()
    assert "report" in workshop.run(desk, action="add", paths=paths)
    holds(site, corpus_of(desk), range(3))
    assert desk.describe() == desk.fresh()
