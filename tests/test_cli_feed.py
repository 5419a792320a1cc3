"""The commands about feeds, web pages and watching, over a real server on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus.web import source_of
from tests.commands import Commands
from tests.index_tools import briefing
from tests.news_site import XML, item, page, publish, rss
from tests.web_server import Page, Site, served_site


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        publish(site, range(2))
        yield site


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    return Commands(tmp_path, monkeypatch)


def test_a_page_is_added_by_its_address(site: Site, commands: Commands) -> None:
    added = commands.run("add", site.url("/article/1"))
    assert (added.exit_code, added.stdout) == (
        0,
        f"Added {source_of(site.url('/article/1'))}\n1 added, 0 updated, 0 removed, 0 unchanged, 0 failed.\n",
    )
    again = commands.json("add", site.url("/article/1"))
    assert (again["added"], again["unchanged"]) == ([], [source_of(site.url("/article/1"))])


def test_a_page_that_cannot_be_had_is_told_with_exit_code_1(site: Site, commands: Commands) -> None:
    result = commands.run("add", site.url("/nowhere"))
    address = site.url("/nowhere")
    assert (result.exit_code, result.stderr) == (1, f"Failed: {address}: {address} answered 404 Not Found.\n")


def test_a_feed_from_its_first_day_to_its_last(site: Site, commands: Commands) -> None:
    address = site.url("/feed")
    added = commands.run("feed", "add", address)
    assert (added.exit_code, added.stdout.splitlines()[0]) == (0, "Harbour News: 2 new or changed.")

    [state] = commands.json("feed", "list")
    assert (state["address"], state["title"], state["waiting"], state["problem"]) == (address, "Harbour News", 0, "")
    assert "Harbour News" in commands.run("feed", "list").stdout

    publish(site, range(3))
    refreshed = commands.json("feed", "refresh")
    assert refreshed["sync"]["added"] == [source_of(site.url("/article/2"))]
    assert [feed["written"] for feed in refreshed["feeds"]] == [[source_of(site.url("/article/2"))]]

    site.pages["/feed"] = Page(status=500)
    failed = commands.run("feed", "refresh")
    assert (failed.exit_code, failed.stderr) == (
        1,
        f"Failed: {address}: {address} answered 500 Internal Server Error.\n",
    )
    left_alone = commands.run("feed", "refresh")
    assert (left_alone.exit_code, left_alone.stdout.splitlines()[0]) == (0, "Harbour News: left alone for now.")

    assert commands.run("feed", "remove", address).exit_code == 0
    assert commands.json("feed", "list") == []
    assert len(commands.json("list")) == 3


def test_pages_and_feeds_are_refreshed_at_once(site: Site, commands: Commands) -> None:
    nothing = commands.run("refresh")
    assert (nothing.exit_code, nothing.stderr) == (
        0,
        "Note: No web page and no feed was added. Add one with: citewell add ADDRESS\n",
    )
    site.pages |= {"/page": page(7), "/gone": page(8)}
    commands.run("add", site.url("/page"), site.url("/gone"))
    commands.run("feed", "add", site.url("/feed"))
    site.pages["/page"] = page(7, edition=2)
    del site.pages["/gone"]
    publish(site, range(3))
    gone, changed = source_of(site.url("/gone")), source_of(site.url("/page"))
    done = commands.run("refresh")
    assert (done.exit_code, done.stderr) == (1, f"Failed: {gone}: {site.url('/gone')} answered 404 Not Found.\n")
    assert done.stdout.splitlines() == [
        "Web pages: 1 changed.",
        "Harbour News: 1 new or changed.",
        f"Added {source_of(site.url('/article/2'))}",
        f"Updated {changed}",
        "1 added, 1 updated, 0 removed, 3 unchanged, 0 failed.",
    ]
    again = commands.json("refresh")
    assert (again["pages"]["written"], [feed["written"] for feed in again["feeds"]]) == ([], [[]])


def test_a_feed_that_is_not_followed_is_told(commands: Commands) -> None:
    result = commands.run("feed", "remove", "https://e.example/feed")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: The feed https://e.example/feed is not followed. See the addresses with: citewell feed list\n",
    )
    assert commands.run("feed", "list").stderr == "No feed is followed. Follow one with: citewell feed add ADDRESS\n"


def test_syndicated_copies_of_an_article_collapse_in_a_search(site: Site, commands: Commands) -> None:
    with served_site() as other:
        for copy in (site, other):
            copy.pages["/same"] = site.pages["/article/1"]
            assert commands.run("add", copy.url("/same")).exit_code == 0
        copies = {source_of(copy.url("/same")) for copy in (site, other)}
    [hit] = commands.json("search", "What did the council of ward1 decide upon?")
    assert {hit["passage"]["source"], *hit["passage"]["also_in"]} == copies


def syndicated(place: str, day: str) -> str:
    """A report as an agency's customers print it: with another place line, and another word for the day."""
    return (
        f"<html><head><title>Harbour vote</title></head><body><article><h1>Harbour vote</h1><p>{place} (Agency) - The "
        "harbour council of Varden voted on Monday to close the northern fish market, after two years of talks with "
        "the traders and a survey that found cracks in its roof. The market will be torn down in spring, and a hall "
        f"for forty traders will be built in its place. The work costs nine million crowns, the council said {day}.</p>"
        "</article></body></html>"
    )


def test_copies_of_a_report_in_two_feeds_are_cited_as_one(site: Site, commands: Commands) -> None:
    with served_site() as other:
        site.pages["/article/1"] = Page(syndicated("VARDEN", "on Tuesday"))
        other.pages["/article/1"] = Page(syndicated("LONDON", "later"))
        for paper in (site, other):
            paper.pages["/feed"] = Page(rss(item(paper, 1), title=f"Paper {paper.address}"), media_type=XML)
            assert commands.run("feed", "add", paper.url("/feed")).exit_code == 0
        copies = {source_of(paper.url("/article/1")) for paper in (site, other)}
    answer = commands.json("ask", "Why will the harbour council of Varden close the northern fish market?")
    assert {citation["passage"]["source"] for citation in answer["citations"]} < copies
    [passage] = {citation["passage"]["id"]: citation["passage"] for citation in answer["citations"]}.values()
    [copy] = copies - {passage["source"]}
    for citation in answer["citations"]:  # the other's place line and its day are not those of the rest
        is_in_both = citation["quote"].startswith("The market will be torn down")
        assert citation["passage"]["also_in"] == ([copy] if is_in_both else [])
    said = [sentence["text"] for sentence in answer["sentences"]]
    assert len(said) == len(set(said))


WATCHING = """
import signal, sys
from assistant import assembly
from assistant.interfaces import cli
from tests.index_tools import HashingEmbedder
assembly.Embedder = lambda *_: HashingEmbedder()
sys.argv = ["citewell", "sync", "--watch", "--corpus", sys.argv[1], "--index", sys.argv[2]]
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let what they start in the background ignore it
cli.main()
"""


def test_sync_goes_on_watching_until_it_is_stopped(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "old.md").write_text(briefing(1))
    watching = subprocess.Popen(
        [sys.executable, "-c", WATCHING, str(corpus), str(tmp_path / "index")],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "CITEWELL_STATE_DIR": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout
    assert watching.stderr
    told = iter(watching.stdout.readline, "")
    assert next(told) == "Added old.md\n"
    assert watching.stderr.readline() == f"Note: Watching {corpus}. Stop with Ctrl-C.\n"
    (corpus / "new.md").write_text(briefing(2))
    assert "Added new.md\n" in told
    watching.send_signal(signal.SIGINT)
    _, message = watching.communicate(timeout=60)
    assert (watching.returncode, message.splitlines()) == (
        130,
        ["", "Stopped. What was done is kept; run the same command again to finish it."],
    )
