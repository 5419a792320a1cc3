"""Readers and the writer are different processes: a reader follows at its next question, and never sees two states."""

from __future__ import annotations

import shutil
import threading
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from assistant.assembly import open_web
from assistant.assistant import Assistant
from assistant.corpus import CorpusFolder
from assistant.errors import IndexDamaged
from assistant.indexing import IndexReader, Snapshot
from assistant.settings import Settings
from tests.index_tools import Desk, HashingEmbedder, Workshop, body, check_served, editions, wait_for

QUESTION = "What did the harbour survey0 record as edition1 of the yearly report on the harbour?"


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(editions(4))
    desk.sync()
    return desk


def test_reader_follows_documents_added_changed_and_removed_by_another_process(desk: Desk, workshop: Workshop) -> None:
    extra = {"zebra.md": "---\ntitle: Zebras\n---\n\nZebras have black and white stripes that confuse biting flies.\n"}
    changed = {
        "zebra.md": "---\ntitle: Zebras\n---\n\nZebras sleep while standing, and only when they are in a herd.\n"
    }
    question = "Which zebras have stripes that confuse biting flies or sleep while standing in a herd?"
    with desk.assistant() as assistant:
        assert "zebra.md" not in {hit.passage.source for hit in assistant.search(question)}
        desk.write({**editions(4), **extra})
        assert workshop.run(desk)["report"]["added"] == ["zebra.md"]
        assert assistant.search(question)[0].passage.text == body(extra["zebra.md"]).strip()
        desk.write({**editions(4), **changed})
        assert workshop.run(desk)["report"]["updated"] == ["zebra.md"]
        assert assistant.search(question)[0].passage.text == body(changed["zebra.md"]).strip()
        desk.write(editions(4))
        assert workshop.run(desk)["report"]["removed"] == ["zebra.md"]
        assert "zebra.md" not in {hit.passage.source for hit in assistant.search(question)}
        assert [record.source for record in assistant.documents()] == sorted(editions(4))


def test_reader_follows_a_rebuild_and_a_change_of_model_by_another_process(desk: Desk, workshop: Workshop) -> None:
    with desk.assistant() as assistant:
        check_served(assistant, [editions(4)])
        assert "report" in workshop.run(desk, action="rebuild")
        check_served(assistant, [editions(4)])
        assert "report" in workshop.run(desk, model="hashing-32")
        check_served(assistant, [editions(4)])


def test_reader_follows_an_index_that_is_deleted_and_made_again(desk: Desk, workshop: Workshop) -> None:
    with desk.assistant() as assistant:
        check_served(assistant, [editions(4)])
        desk.write(editions(4, 2))
        for file in sorted(desk.index.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        assert workshop.run(desk)["report"]["added"] == sorted(editions(4))
        check_served(assistant, [editions(4, 2)])


def test_eight_threads_ask_during_syncs_of_another_process_without_an_error_or_a_mixed_state(
    desk: Desk, workshop: Workshop
) -> None:
    states = [editions(4, 1), editions(4, 2), editions(4, 3, sentences=9), editions(4, 4, sentences=3)]
    done = threading.Event()
    troubles: list[str] = []
    rounds: list[int] = []
    with desk.assistant() as assistant:

        def ask() -> None:
            asked = 0
            while not done.is_set():
                try:
                    check_served(assistant, states)
                    asked += 1
                except BaseException:
                    troubles.append(traceback.format_exc())
                    done.set()
            rounds.append(asked)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        outcomes = []
        for state in [*states[1:], *states]:
            desk.write(state)
            outcomes.append(workshop.run(desk, per_commit=2))
        done.set()
        for thread in threads:
            thread.join()
    assert troubles == []
    assert all("report" in outcome for outcome in outcomes)
    assert len(rounds) == 8


@pytest.mark.parametrize("job", [{}, {"action": "rebuild"}, {"model": "hashing-32"}, {"dead_share": 9.0}], ids=str)
def test_question_during_which_every_document_is_replaced_is_answered_from_the_new_ones(
    desk: Desk, workshop: Workshop, job: dict[str, object]
) -> None:
    """Without arguments, replacing every document makes more dead passages than live ones: a compaction."""
    reader = desk.reader()
    old, new = editions(4), editions(4, 2)
    generations: list[int] = []

    def read_everything(snapshot: Snapshot) -> dict[str, str]:
        generations.append(snapshot.generation)
        if len(generations) == 1:
            desk.write(new)
            assert workshop.run(desk, **job)["report"]["updated"] == sorted(old)
        return {source: snapshot.document(source).text for source in old}

    try:
        assert reader.use(read_everything) == {source: body(text) for source, text in new.items()}
        assert len(generations) == 2
        assert generations[1] > generations[0]
    finally:
        reader.close()


def test_question_asked_between_two_commits_sees_one_state(desk: Desk, workshop: Workshop) -> None:
    old, new = editions(4), editions(4, 2)
    desk.write(new)
    workshop.start(desk, pause=("manifest.commit", "after", 1), per_commit=2)
    wait_for(desk.folder / "paused")
    with desk.assistant() as assistant:
        check_served(assistant, [old, new])
        assert assistant.document("briefing000.md").text == body(new["briefing000.md"])
        assert assistant.document("briefing003.md").text == body(old["briefing003.md"])
        (desk.folder / "go").touch()
        assert workshop.finish()["report"]["updated"] == sorted(new)
        check_served(assistant, [new])


def test_assistant_that_is_prepared_embeds_the_first_question_alone(desk: Desk) -> None:
    embedder = HashingEmbedder()
    reader = IndexReader(desk.layout, desk.corpus, lambda _: embedder)
    corpus = CorpusFolder(desk.corpus, desk.folder / "removed")
    settings = Settings(corpus_dir=desk.corpus, index_dir=desk.index, state_dir=desk.folder / "state")
    with Assistant(settings, corpus, reader, embedder, open_web=partial(open_web, settings, corpus)) as assistant:
        assistant.prepare()
        prepared = len(embedder.embedded)
        assert assistant.search(QUESTION)
        assert embedder.embedded[prepared:].count(QUESTION) == 1
    with desk.assistant() as assistant:
        shutil.rmtree(desk.index)
        with pytest.raises(IndexDamaged, match="citewell sync"):
            assistant.prepare()
