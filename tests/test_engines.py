"""Every engine keeps the promises of its protocol, and an index can be held by any."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import IndexDamaged, Settings, open_assistant
from assistant.indexing import Engines, nearest
from assistant.indexing.lexical import TANTIVY
from assistant.indexing.vectors import CHROMA
from assistant.testing import LexicalIndexContract, VectorIndexContract
from tests.index_tools import Desk, HashingEmbedder, check_served, editions
from tests.numpy_vectors import NUMPY


class TestChroma(VectorIndexContract):
    engine = CHROMA


class TestNumpy(VectorIndexContract):
    engine = NUMPY


class TestTantivy(LexicalIndexContract):
    engine = TANTIVY


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, Engines(vectors=NUMPY, words=TANTIVY))
    desk.write(editions(5))
    return desk


def test_index_with_vectors_in_another_engine_answers_as_with_the_usual_ones(desk: Desk, tmp_path: Path) -> None:
    usual = Desk(tmp_path / "usual")
    usual.write(editions(5))
    found = []
    for one in (desk, usual):
        one.sync()
        with one.assistant() as assistant:
            check_served(assistant, [editions(5)])
            hits = assistant.search("Which finding did the harbour survey0 record?", limit=8)
            found.append([(hit.passage.id, pytest.approx(hit.score, abs=1e-4)) for hit in hits])
            assert assistant.health().problems == ()
    assert len(found[0]) == 8
    assert found[0] == found[1]
    assert {folder.name for folder in desk.index.iterdir() if folder.is_dir()} == {
        "lexical",
        "numpy",
        "tables",
        "texts",
    }


def test_index_with_vectors_in_another_engine_keeps_up_with_its_corpus(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "COMPARED_EXACTLY", 0)
    desk.sync()
    for edition in (2, 3):
        files = editions(4, edition)
        desk.write(files)
        assert desk.sync().updated == sorted(files)
        with desk.assistant() as assistant:
            check_served(assistant, [files])
            assert assistant.health().problems == ()
        assert [folder.name for folder in (desk.index / "numpy").iterdir()] == [str(edition)]  # a compact copy
    desk.sync(rebuild=True)
    assert [folder.name for folder in (desk.index / "numpy").iterdir()] == ["4"]


def test_engines_are_given_to_those_who_open_an_assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.assembly.Embedder", lambda *_: HashingEmbedder())
    settings = Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", state_dir=tmp_path / "state")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "harbour.txt").write_text("The harbour opened in May 1950.")
    with open_assistant(settings, engines=Engines(vectors=NUMPY, words=TANTIVY)) as assistant:
        assistant.sync()
        assert [hit.passage.source for hit in assistant.search("harbour")] == ["harbour.txt"]
    with open_assistant(settings) as assistant, pytest.raises(IndexDamaged, match="citewell sync --rebuild"):
        assistant.search("harbour")
