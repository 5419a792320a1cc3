"""Documents are added, replaced, removed and restored by those alone who may write to their collection."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, CorpusError, SyncProgress, SyncReport
from assistant.corpus.mail_accounts import MailAccounts, Mailbox
from assistant.rights import Rights
from tests.collection_matrix import (
    ASKERS,
    NAMED,
    NARROWED,
    OPEN,
    SAID,
    asking,
    collections_of,
    files_of,
    leaks,
    open_to,
    reads,
    set_up,
    writes,
)
from tests.conftest import assistant_with, write_corpus
from tests.index_tools import HashingEmbedder

WITHIN_ALONE = "You may add and change documents in these folders of the corpus alone: lab, open, staff"
NEW = "The lighthouse of Veldt has a new lamp.\n"


@pytest.fixture
def whole(tmp_path: Path) -> Any:
    """An assistant over a document of everyone's and a report of each collection."""
    reports = {source: text for one in SAID for source, text in files_of(one).items() if source.endswith("report.md")}
    write_corpus(tmp_path / "corpus", OPEN | reports)
    with assistant_with(HashingEmbedder(), tmp_path) as opened:
        opened.sync()
        set_up(opened)
        yield opened


def report_of(collection: str) -> str:
    return f"{collection}/{NAMED[collection]}-report.md"


@pytest.mark.parametrize("user", ASKERS)
def test_a_document_is_added_replaced_and_removed_where_its_user_may_write(
    whole: Assistant, tmp_path: Path, user: str
) -> None:
    asked = asking(whole, user)
    new = write_corpus(tmp_path / "new", {"lamp.md": NEW}) / "lamp.md"
    for collection in SAID:
        report = asked.add([new], into=collection)
        assert report.added == ([f"{collection}/lamp.md"] if writes(user, collection) else [])
        assert [one.source for one in report.failed] == ([] if writes(user, collection) else [str(new)])
        assert (whole.settings.corpus_dir / collection / "lamp.md").exists() == writes(user, collection)
        assert leaks(user, report, collection) == []
        if writes(user, collection):
            assert asked.remove(f"{collection}/lamp.md").removed == [f"{collection}/lamp.md"]
            assert asked.restore(f"{collection}/lamp.md").added == [f"{collection}/lamp.md"]
        else:
            with pytest.raises(CorpusError, match=r"You may not|There is no document"):
                asked.remove(report_of(collection))
    if user == NARROWED:
        for into in ("", "elsewhere", "OPEN", "open/../elsewhere"):
            [failed] = asked.add([new], into=into).failed
            assert (
                failed.reason == WITHIN_ALONE if into != "open/../elsewhere" else "cannot be the name" in failed.reason
            )
        assert asked.add([new], into="open").added == ["open/lamp.md"]
    else:
        assert asked.add([new]).added == ["lamp.md"]
        assert asked.add([new], into="elsewhere").added == ["elsewhere/lamp.md"]


@pytest.mark.parametrize("into", ["board", "./board", "board/", "board//deep", "BOARD", "board/deep/deeper"])
def test_no_way_to_write_a_name_leads_into_a_closed_collection(whole: Assistant, tmp_path: Path, into: str) -> None:
    before = set(whole.settings.corpus_dir.rglob("*"))
    new = write_corpus(tmp_path / "new", {"lamp.md": NEW, "board/lamp.md": NEW})
    bob = asking(whole, "bob")
    assert [one.reason[:39] for one in bob.add([new / "lamp.md"], into=into).failed] == [
        "You may not add or change documents in "
    ]
    assert len(bob.add([new / "board"]).failed) == 1
    assert len(bob.add([new / "board"], replace=True).failed) == 1
    assert set(whole.settings.corpus_dir.rglob("*")) == before


def test_a_file_of_the_corpus_itself_is_not_told_to_be_there(whole: Assistant) -> None:
    bob = asking(whole, "bob")
    [failed] = bob.add([whole.settings.corpus_dir / report_of("board")]).failed
    assert failed.reason.startswith("There is no document")


def test_what_was_removed_from_a_closed_collection_is_neither_listed_nor_put_back(whole: Assistant) -> None:
    whole.remove(report_of("board"))
    bob, cho = asking(whole, "bob"), asking(whole, "cho")
    assert (bob.removed(), [one.source for one in cho.removed()]) == ([], [report_of("board")])
    with pytest.raises(CorpusError, match=r"No document .* was removed"):
        bob.restore(report_of("board"))
    with pytest.raises(CorpusError, match="You may not add or change documents in board"):
        cho.restore(report_of("board"))
    assert asking(whole, "ann").restore(report_of("board")).added == [report_of("board")]


@pytest.mark.parametrize("user", ASKERS)
def test_a_sync_tells_of_no_closed_document_and_forgets_none(whole: Assistant, user: str) -> None:
    corpus = whole.settings.corpus_dir
    for collection in SAID:
        write_corpus(corpus / collection, {f"{NAMED[collection]}-late.md": f"{SAID[collection]} is late.\n"})
        (corpus / collection / f"{NAMED[collection]}-broken.pdf").write_bytes(b"%PDF-1.4 broken")
        (corpus / report_of(collection)).unlink()
    steps: list[SyncProgress] = []
    asked = asking(whole, user)
    report = asked.sync(progress=steps.append, rebuild=user == "bob")
    assert leaks(user, [report, steps]) == []
    mine = [one for one in SAID if reads(user, one)]
    assert report.removed == sorted(map(report_of, mine)) or user == "bob"
    assert {one.total for one in steps} == {len(open_to(user)) + 2 * len(mine)}
    assert sorted(one.source for one in whole.documents() if one.source.endswith("-late.md")) == sorted(
        f"{one}/{NAMED[one]}-late.md" for one in SAID
    )


def test_a_page_that_watches_the_folder_tells_each_of_their_own_documents(whole: Assistant) -> None:
    stop, told = threading.Event(), list[SyncReport]()
    write_corpus(whole.settings.corpus_dir, {"open/late.md": NEW, "board/late.md": NEW})
    for report in asking(whole, "bob").watch(stop):
        told.append(report)
        if report.added:
            stop.set()
    assert [one.added for one in told if one.added] == [["open/late.md"]]
    assert leaks("bob", told) == []


class TestTheWeb:
    """All pages and articles are in the folder ``web``, which is a collection like any other."""

    @pytest.fixture
    def closed(self, whole: Assistant) -> Assistant:
        set_up_web(whole)
        return whole

    def test_nothing_is_fetched_for_those_who_may_not_write_there(self, closed: Assistant) -> None:
        for user in ("bob", "cho"):
            asked = asking(closed, user)
            for work in (
                lambda asked=asked: asked.add(["https://veldt.example/a"]),
                lambda asked=asked: asked.add_feed("https://veldt.example/feed"),
                lambda asked=asked: asked.remove_feed("https://veldt.example/feed"),
                lambda asked=asked: asked.add(["https://veldt.example/sitemap.xml"]),
                lambda asked=asked: asked.add_page("https://veldt.example/a", "<p>Lamp</p>"),
                lambda asked=asked: asked.add_site("https://veldt.example/"),
                lambda asked=asked: asked.remove_site("https://veldt.example/"),
                asked.refresh_sites,
                asked.refresh,
                asked.refresh_feeds,
            ):
                with pytest.raises(CorpusError, match="You may not add or change documents in web"):
                    work()

    def test_feeds_are_told_to_those_who_may_read_their_articles(self, closed: Assistant) -> None:
        (closed.settings.corpus_dir / "feeds.opml").write_text(
            '<opml version="2.0"><body><outline type="rss" text="Quorvax" xmlUrl="https://veldt.example/f"/></body></opml>'
        )
        closed._web.sites.add("https://veldt.example/")
        told = {user: [one.title for one in asking(closed, user).feeds()] for user in ("ann", "bob", "cho")}
        assert told == {"ann": ["Quorvax"], "bob": [], "cho": ["Quorvax"]}
        sites = {user: [one.address for one in asking(closed, user).sites()] for user in ("ann", "bob", "cho")}
        assert sites == {"ann": ["https://veldt.example/"], "bob": [], "cho": ["https://veldt.example/"]}
        assert [asking(closed, user).follows_web for user in ("ann", "bob", "cho")] == [True, False, True]


def set_up_web(assistant: Assistant) -> None:
    collections = collections_of(assistant)
    collections.add("web")
    collections.grant("web", "ann", write=True)
    collections.grant("web", "cho")


def test_moving_a_document_between_collections_embeds_nothing_anew(tmp_path: Path) -> None:
    text = "# Minutes\n\n" + "\n\n".join(f"The board of Veldt decides on matter {number}." for number in range(40))
    write_corpus(tmp_path / "corpus", {"board/minutes.md": text})
    embedder = HashingEmbedder()
    with assistant_with(embedder, tmp_path) as assistant:
        assistant.sync()
        embedded = len(embedder.embedded)
        (tmp_path / "corpus" / "staff").mkdir()
        (tmp_path / "corpus" / "board" / "minutes.md").rename(tmp_path / "corpus" / "staff" / "minutes.md")
        assistant.sync()
        assert len(embedder.embedded) == embedded
        closed = Rights("bob", frozenset({"staff"}))
        assert assistant.with_rights(closed).passages("staff/minutes.md") == []
        assert assistant.passages("staff/minutes.md") != []


def test_a_library_is_added_where_its_user_may_write(whole: Assistant, tmp_path: Path) -> None:
    library = write_corpus(tmp_path / "new", {"refs.bib": "@book{a, title = {Book}}"}) / "refs.bib"
    bob = asking(whole, "bob")
    before = set(whole.settings.corpus_dir.rglob("*"))
    with pytest.raises(CorpusError, match="You may not add or change documents in board"):
        bob.add_library(library, into="board")
    assert set(whole.settings.corpus_dir.rglob("*")) == before
    assert not (whole.settings.state_dir / "library.json").exists()
    assert len(bob.add_library(library).added) == 1


def test_mailboxes_are_told_to_those_who_may_read_mails_and_followed_by_those_who_may_write_them(
    whole: Assistant,
) -> None:
    collections = collections_of(whole)
    collections.add("mail")
    collections.grant("mail", "ann", write=True)
    MailAccounts(whole.settings.state_dir).keep(Mailbox("work", "imaps://ann@veldt.example/INBOX", "secret"))
    told = {user: [one.title for one in asking(whole, user).mailboxes()] for user in ("ann", "bob")}
    assert told == {"ann": ["work"], "bob": []}
    bob = asking(whole, "bob")
    for work in (
        lambda: bob.add_mailbox("mine", "imaps://bob@veldt.example/INBOX", "secret"),
        lambda: bob.remove_mailbox("work"),
        bob.refresh_mailboxes,
    ):
        with pytest.raises(CorpusError, match="You may not add or change documents in mail"):
            work()
    assert bob.refresh().feeds == ()
