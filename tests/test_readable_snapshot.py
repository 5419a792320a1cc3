"""What is beneath every search: a snapshot for those who may not read all, by each of its methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import CitewellError, Filters, Rights
from assistant.indexing import IndexReader, Snapshot
from assistant.indexing.readable_snapshot import ReadableSnapshot
from assistant.indexing.readable_tables import OF_DOCUMENTS
from assistant.indexing.schema import Tables
from tests.collection_matrix import NAMED, SAID, comparable, everything, files_of, texts_in
from tests.conftest import write_corpus
from tests.index_tools import Desk, HashingEmbedder

CLOSED = frozenset({"board", "lab"})
CHO = Rights("cho", CLOSED)
WORDS = [word for one in CLOSED for word in (SAID[one].casefold(), NAMED[one])]
TABLE = "What is the Quorvax of the berth North?"
"""It names a column of a closed table."""

ASKED: dict[str, Callable[[Snapshot, Any], Any]] = {
    "scope": lambda one, _: (
        sorted(one.scope(Filters()).documents),
        one.scope(Filters(sources=tuple(CLOSED))).passages,
    ),
    "sources": lambda one, _: sorted(one.sources()),
    "taking_in": lambda one, _: one.taking_in(),
    "absent": lambda one, _: len(one.absent(["board", "lab", f"board/{NAMED['board']}-news.md", "open"])),
    "publishers": lambda one, _: one.publishers(),
    "nearest": lambda one, vector: _documents(one, one.nearest(vector, 1_000)),
    "best": lambda one, _: _documents(one, one.best([["lighthous"], ["quorvax"], ["veldt"]], 1_000)),
    "passages": lambda one, _: one.passages(_ids(one)),
    "vectors_of": lambda one, _: len(one.vectors_of(_ids(one))),
    "passages_of": lambda one, _: [one.passages_of(source) for source in everything()],
    "passage_at": lambda one, _: [one.passage_at(source, 20) for source in everything()],
    "passage_from": lambda one, _: [one.passage_from(source, 0) for source in everything()],
    "answer_from_tables": lambda one, _: one.answer_from_tables(TABLE, Filters()),
    "section": lambda one, _: [one.section(passage) for passage in one.passages_of("harbour.md")],
    "first_passages": lambda one, _: one.first_passages("lighthouse", one.scope(Filters())),
    "vocabulary": lambda one, _: _spelled(one),
    "listed": lambda one, _: one.listed,
    "ends_of_first_passages": lambda one, _: one.ends_of_first_passages,
    "document_frequency": lambda one, _: [one.document_frequency(word) for word in ("lighthous", "quorvax", "veldt")],
    "text": lambda one, _: _each(one.text),
    "document": lambda one, _: _each(one.document),
    "file_hash": lambda one, _: [one.file_hash(source) for source in everything()],
    "records": lambda one, _: one.records(),
    "passage_count": lambda one, _: one.passage_count,
    "languages": lambda one, _: one.languages,
    "manifest": lambda one, _: (one.manifest.counts(one.build.id), one.manifest.failures(one.build.id)),
    "inconsistencies": lambda one, _: one.inconsistencies(),
}
SAY_NOTHING = {"stores", "embedder", "build", "generation", "is_current"}
"""What is below the snapshot, and what tells of no document."""


def _ids(snapshot: Snapshot) -> list[str]:
    """The ids of all passages of the whole index: whoever asks may have them from before."""
    return [id for id, _ in snapshot.stores.words.best([["lighthous"], ["veldt"], ["berth"]], 1_000)]


def _documents(snapshot: Snapshot, found: list[tuple[str, float]]) -> list[str]:
    listed = snapshot.listed
    return sorted(listed[id.rpartition("-")[0]].source for id, _ in found)


def _each(look: Callable[[str], Any]) -> list[Any]:
    found = []
    for source in everything():
        try:
            found.append(look(source))
        except CitewellError as error:
            found.append(str(error).replace(repr(source), ""))
    return found


def _spelled(snapshot: Snapshot) -> list[Any]:
    vocabulary, found = snapshot.vocabulary, []
    for word in ("quorvax", "quorvaks", "mikkonar", "lighthouse", "lighthouses", "thorne"):
        spellings = vocabulary.spellings(word)
        found += [
            word in vocabulary,
            sorted(spellings.same),
            sorted(spellings.sounding),
            vocabulary.nearest(f"{word}z"),
        ]
        found += [sorted(vocabulary.beginning_like(word)), vocabulary.has_slip_of(word)]
    return found


@pytest.fixture(scope="module")
def vector() -> Any:
    return HashingEmbedder().embed(["the lighthouse of Veldt"])[0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """The index of all documents."""
    yield from _reader(tmp_path_factory.mktemp("whole"), everything())


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexReader]:
    """An index that never held the closed documents."""
    closed = {source for one in CLOSED for source in files_of(one)}
    yield from _reader(
        tmp_path_factory.mktemp("alone"), {one: text for one, text in everything().items() if one not in closed}
    )


def _reader(folder: Path, files: dict[str, str | bytes]) -> Iterator[IndexReader]:
    desk = Desk(folder)
    write_corpus(desk.corpus, files)
    with desk.assistant() as assistant:
        assistant.sync()
    reader = desk.reader()
    yield reader
    reader.close()


def test_every_method_of_a_snapshot_is_asked(whole: IndexReader) -> None:
    with whole.reading() as snapshot:
        public = {name for name in {*dir(Snapshot), *vars(snapshot)} if not name.startswith("_")}
    assert public == {*ASKED, *SAY_NOTHING}


def test_every_table_that_names_documents_is_seen_through_a_view(tmp_path: Path) -> None:
    tables = Tables(tmp_path / "manifest.sqlite", tmp_path, create=True)
    names = [name for (name,) in tables.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    with_source = {
        name for name in names if any(row[1] == "source" for row in tables.rows(f"PRAGMA table_info({name})"))
    }
    tables.close()
    assert with_source == set(OF_DOCUMENTS)


@pytest.mark.parametrize("method", ASKED)
def test_closed_documents_are_not_there(whole: IndexReader, alone: IndexReader, vector: Any, method: str) -> None:
    ask = ASKED[method]
    with whole.readable_by(CHO).reading() as readable, whole.reading() as everyone, alone.reading() as other:
        told = ask(readable, vector)
        assert [word for word in WORDS if word in "\n".join(texts_in(told)).casefold()] == []
        if method not in ("passages", "vectors_of", "section"):  # their ids are those of the whole index
            assert comparable(told) == comparable(ask(other, vector))
        if method not in ("taking_in", "section", "languages", "inconsistencies", "absent"):
            assert repr(told) != repr(ask(everyone, vector))


def test_who_may_read_the_same_shares_a_snapshot_and_what_is_open(whole: IndexReader) -> None:
    with whole.readable_by(CHO).reading() as one, whole.readable_by(Rights("dee", CLOSED)).reading() as same:
        assert one is same
        assert isinstance(one, ReadableSnapshot)
        with whole.readable_by(Rights("cho", frozenset({"board"}))).reading() as other, whole.reading() as everyone:
            assert other is not one
            assert other.stores is one.stores is everyone.stores
            [id] = [id for id in _ids(one) if id in one.scope(Filters(sources=("harbour.md",)))]
            assert np.array_equal(one.vectors_of([id])[id], everyone.vectors_of([id])[id])


def test_a_commit_is_seen_by_those_who_may_not_read_all_of_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    write_corpus(desk.corpus, {"a.md": "One.\n", "board/b.md": "Two.\n"})
    with desk.assistant() as assistant:
        assistant.sync()
        reader = desk.reader()
        readable = reader.readable_by(Rights("cho", frozenset({"board"})))
        assert readable.use(lambda snapshot: sorted(snapshot.sources())) == ["a.md"]
        write_corpus(desk.corpus, {"c.md": "Three.\n", "board/d.md": "Four.\n"})
        assistant.sync()
        assert readable.use(lambda snapshot: sorted(snapshot.sources())) == ["a.md", "c.md"]
        assistant.sync(rebuild=True)
        assert readable.use(lambda snapshot: sorted(snapshot.sources())) == ["a.md", "c.md"]
        reader.close()


def test_an_asker_may_be_narrowed_to_some_of_their_collections(whole: IndexReader) -> None:
    told = {}
    for name, rights in (("staff", CHO.within(["staff", "board"])), ("none", CHO.within(["staff"]).within(["press"]))):
        with whole.readable_by(rights).reading() as snapshot:
            told[name] = ({source.split("/")[0] for source in snapshot.sources()}, snapshot.passage_count)
        assert not rights.may_read("harbour.md")
        assert (rights.may_write("staff/new.md"), rights.may_write("new.md")) == (name == "staff", False)
    assert told["staff"][0] == {"staff"}
    assert told["none"] == (set(), 0)
