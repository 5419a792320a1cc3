"""Searching among some documents finds what searching among all and leaving out the rest would, however many pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.indexing import Snapshot, lexical, nearest
from assistant.indexing.scope import Scope
from assistant.indexing.vectors import ChromaIndex
from assistant.models.embedder import Vectors
from assistant.types import Filters
from tests.index_tools import Desk, HashingEmbedder, editions

LIMIT = 5
FILES = {
    **editions(8),
    **{f"archive/{name}": text for name, text in editions(4, 2).items()},
    "archive/old/last.md": '---\npublished: 2019-07\npublisher: Harbour\'s "Notes"\n---\n'
    "The harbour survey was founded in the year of the frost.\n",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.write(FILES)
    desk.sync()
    reader = desk.reader()
    with reader.reading() as snapshot:
        yield snapshot
    reader.close()


@pytest.fixture
def question() -> Vectors:
    vector: Vectors = HashingEmbedder().embed(["What did the harbour survey0 record as edition2?"])[0]
    return vector


def _sources(snapshot: Snapshot, within: Scope) -> set[str]:
    return {found.passage.source for found in snapshot.passages(within.passage_ids).values()}


def test_scope_holds_every_passage_of_the_documents_that_pass(snapshot: Snapshot) -> None:
    everything = snapshot.scope(Filters())
    assert (len(everything.documents), everything.passages) == (13, 25)
    assert _sources(snapshot, everything) == set(FILES)
    assert _sources(snapshot, snapshot.scope(Filters(sources=("archive",)))) == {
        name for name in FILES if "archive/" in name
    }
    assert _sources(snapshot, snapshot.scope(Filters(sources=("archive/old/last.md",)))) == {"archive/old/last.md"}
    assert _sources(snapshot, snapshot.scope(Filters(until="2020-01-01"))) == {"archive/old/last.md"}
    assert _sources(snapshot, snapshot.scope(Filters(since="2024-01-08"))) == {"briefing007.md"}
    assert snapshot.scope(Filters(sources=("nowhere",))).passages == 0


def test_any_of_several_names_will_do(snapshot: Snapshot) -> None:
    old = snapshot.scope(Filters(sources=("archive/old/", "briefing007.md", "briefing00", "'")))
    assert _sources(snapshot, old) == {"archive/old/last.md", "briefing007.md"}
    many = [f"{number}.md" for number in range(40_000)]
    assert len(snapshot.scope(Filters(sources=(*many, "archive"))).documents) == 5
    notes = 'Harbour\'s "Notes"'
    assert snapshot.publishers() == [notes, "Office"]
    assert _sources(snapshot, snapshot.scope(Filters(publishers=("Nobody", notes)))) == {"archive/old/last.md"}
    assert snapshot.scope(Filters(sources=("briefing007.md",), publishers=(notes,))).passages == 0
    absent = ["arch", "briefing007.md/", "\0", "\ud800"]
    assert snapshot.absent(["archive", "archive/old/", "briefing007.md", *absent]) == absent


def test_scope_knows_its_passages_by_their_ids(snapshot: Snapshot) -> None:
    archive, ids = snapshot.scope(Filters(sources=("archive",))), snapshot.scope(Filters()).passage_ids
    assert {id for id in ids if id in archive} == set(archive.passage_ids)
    assert "" not in archive
    assert "unknown-0" not in archive


@pytest.fixture
def by_chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors are not compared one by one, however few they are and however often they are asked for."""
    monkeypatch.setattr(nearest, "COMPARED_EXACTLY", 0)
    monkeypatch.setattr(nearest, "COMPARED_WHEN_ASKED_AGAIN", 0)


@pytest.mark.usefixtures("by_chroma")
@pytest.mark.parametrize(("exactly", "large_share"), [(3_000, 0.04), (0, 0.04), (0, 2.0)], ids=str)
def test_nearest_within_a_scope_are_the_nearest_of_its_passages(
    snapshot: Snapshot, question: Vectors, monkeypatch: pytest.MonkeyPatch, exactly: int, large_share: float
) -> None:
    """Whether compared one by one, picked from among the nearest of all, or looked for by Chroma among some."""
    archive = snapshot.scope(Filters(sources=("archive",)))
    stored = snapshot.stores.vectors.get(archive.passage_ids)
    best = sorted((float(np.dot(vector, question)) for vector in stored.values()), reverse=True)[:LIMIT]
    monkeypatch.setattr(nearest, "COMPARED_WHEN_ASKED_AGAIN", exactly)
    monkeypatch.setattr(nearest, "LARGE_SHARE", large_share)
    for _ in range(2):
        found = snapshot.nearest(question, LIMIT, archive)
        assert [cosine for _, cosine in found] == pytest.approx(best, abs=1e-5)
        assert all(id in archive for id, _ in found)


def test_vectors_of_a_scope_of_middling_size_are_fetched_for_its_second_question(
    snapshot: Snapshot, question: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "COMPARED_EXACTLY", 0)
    documents = Scope(snapshot.scope(Filters(sources=("archive",))).documents)
    first = snapshot.nearest(question, LIMIT, documents)
    monkeypatch.delattr(ChromaIndex, "nearest")
    again = snapshot.nearest(question, LIMIT, documents)
    assert [cosine for _, cosine in again] == pytest.approx([cosine for _, cosine in first], abs=1e-5)
    monkeypatch.delattr(ChromaIndex, "get")
    assert snapshot.nearest(question, LIMIT, documents) == again


def test_nearest_of_a_small_index_are_found_by_comparing_all(
    snapshot: Snapshot, question: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(ChromaIndex, "nearest")
    stored = snapshot.stores.vectors.get(snapshot.scope(Filters()).passage_ids)
    best = sorted(((id, float(np.dot(vector, question))) for id, vector in stored.items()), key=lambda item: -item[1])
    found = snapshot.nearest(question, LIMIT)
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in best[:LIMIT]], abs=1e-6)


@pytest.mark.usefixtures("by_chroma")
def test_nearest_are_found_when_none_of_the_nearest_of_all_lies_in_the_scope(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = HashingEmbedder().embed(["quarry quarry quarry quarry"])[0]
    monkeypatch.setattr(nearest, "MARGIN", 0.2)
    archive = snapshot.scope(Filters(sources=("archive",)))
    assert len(snapshot.nearest(far, LIMIT, archive)) == LIMIT


@pytest.mark.parametrize(("quicker", "margin"), [(0, 1.5), (1_000, 1.5), (1_000, 0.2)], ids=str)
def test_words_within_a_scope_are_ranked_as_among_all(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, quicker: int, margin: float
) -> None:
    """Whether its documents are looked for, it is picked from the best of all, or too few of those are in it."""
    monkeypatch.setattr(lexical, "QUICKER_THAN_A_DOCUMENT", quicker)
    monkeypatch.setattr(lexical, "MARGIN", margin)
    archive = snapshot.scope(Filters(sources=("archive",)))
    words = [["harbour"], ["survey0"]]
    everywhere = [(id, score) for id, score in snapshot.best(words, 100) if id in archive]
    assert len(everywhere) == 3
    for limit in (1, 2, 3, 100):
        assert snapshot.best(words, limit, archive) == everywhere[:limit]
    assert snapshot.best(words, 100, snapshot.scope(Filters(sources=("nowhere",)))) == []
