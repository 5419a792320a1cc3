"""The commands about watched questions, over a small real corpus, and the feed as a reader takes it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
import pytest
from typer.testing import CliRunner, Result

from assistant import Answer, Assistant, Filters
from assistant.conversations.values import LOCAL_OWNER
from assistant.interfaces import cli
from assistant.interfaces.as_atom import changes_feed
from assistant.models import embedder as embedding
from assistant.watches.watch_store import Watches
from assistant.watches.watch_values import AnswerChange, WatchedAnswer
from tests.answers import NAUGHTY, cited
from tests.model_server import free_port

TOWER = "---\ntitle: The Eiffel Tower\npublished: 2024-05-31\n---\n\nThe Eiffel Tower is {} metres tall.\n"
HOW_TALL = "How tall is the Eiffel Tower?"
FEED_ID = "5f1ee1cc-2a51-4d7c-9a37-0c57a4f1d5c2"


@pytest.fixture(scope="module", autouse=True)
def _one_model() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "_open", functools.cache(embedding._open))
        yield


class Shell:
    """The command line over one document."""

    def __init__(self, home: Path) -> None:
        self.corpus, self.state = home / "corpus", home / "state"
        self.corpus.mkdir()
        folders = {"CORPUS": self.corpus, "INDEX": home / "index", "STATE": self.state}
        self._runner = CliRunner(
            env={f"CITEWELL_{name}_DIR": str(folder) for name, folder in folders.items()} | {"NO_COLOR": "1"}
        )

    def run(self, *words: str) -> Result:
        return self._runner.invoke(cli.app, words)

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)

    def write(self, text: str) -> None:
        (self.corpus / "tower.md").write_text(text, "utf-8")
        assert self.run("sync").exit_code == 0


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.write(TOWER.format(330))
    return shell


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_a_question_from_its_first_answer_to_its_last(shell: Shell) -> None:
    added = shell.run("watch", "add", *HOW_TALL.split())
    assert (added.exit_code, lines(added.stdout)[0]) == (0, "The Eiffel Tower is 330 metres tall. [1]")
    assert added.stderr == "Note: Watched as number 1.\n"

    unchanged = shell.run("watch", "check")
    assert (unchanged.exit_code, unchanged.stdout) == (0, "1 asked, 0 changed.\n")

    shell.write(TOWER.format(336))
    changed = shell.run("watch", "check")
    assert changed.exit_code == 0
    question, head, sides, *sources, counted = lines(changed.stdout)
    assert (question, counted) == (f"1. {HOW_TALL}", "1 asked, 1 changed.")
    assert (head[:6], " UTC Now, " in head) == ("Before", True)
    assert sides == "The Eiffel Tower is 330 metres tall. [1] The Eiffel Tower is 336 metres tall. [1]"
    assert sources == [
        f"{line}"
        for name, metres in (("before", 330), ("now", 336))
        for line in (
            f"Sources {name}:", "[1] The Eiffel Tower", "2024-05-31 · tower.md",
            f"“The Eiffel Tower is {metres} metres tall.”",
        )
    ]  # fmt: skip

    listed = lines(shell.run("watch", "list").stdout)
    assert listed[0] == "Number Question Only in Asked Changed Problem"
    assert listed[1][: len(HOW_TALL) + 2] == f"1 {HOW_TALL}"
    [history] = [shell.json("watch", "show", "1")]
    assert [one["answer"]["citations"][0]["quote"] for one in history["answers"]] == [
        "The Eiffel Tower is 336 metres tall.", "The Eiffel Tower is 330 metres tall.",
    ]  # fmt: skip
    shown = lines(shell.run("watch", "show", "1").stdout)
    assert (shown[0], shown[2]) == (f"1. {HOW_TALL}", "The Eiffel Tower is 336 metres tall. [1]")

    assert shell.run("watch", "remove", "1").exit_code == 0
    assert shell.json("watch", "list") == []
    assert shell.run("watch", "list").stderr == (
        "No question is watched. Watch one with: citewell watch add QUESTION\n"
    )


def test_a_document_that_is_read_again_or_copied_changes_nothing_and_one_that_goes_does(shell: Shell) -> None:
    shell.run("watch", "add", HOW_TALL)
    shell.write(TOWER.format(330).replace("The Eiffel", "It stands in Paris.\n\nThe Eiffel", 1))
    shell.write(TOWER.format(330) + "\n# Paint\n\nThe tower is painted every seven years.\n")
    (shell.corpus / "copy.md").write_text(TOWER.format(330), "utf-8")
    shell.run("sync", "--rebuild")
    [checked] = shell.json("watch", "check")
    assert (checked["state"], checked["before"]) == ("unchanged", None)
    assert checked["after"]["answer"]["citations"][0]["quote"] == "The Eiffel Tower is 330 metres tall."

    for path in shell.corpus.iterdir():
        path.write_text("The harbour of Veldt has four old cranes.\n")
    shell.run("sync")
    [checked] = shell.json("watch", "check")
    assert (checked["state"], checked["after"]["answer"]["abstained"]) == ("changed", True)
    assert "The documents do not answer this." in shell.run("watch", "show", "1").stdout


def test_what_cannot_be_asked_is_told_with_exit_code_1_and_the_others_are_asked(shell: Shell) -> None:
    (shell.corpus / "notes").mkdir()
    (shell.corpus / "notes" / "bridge.md").write_text("The Tower Bridge was opened in 1894.\n")
    shell.run("sync")
    shell.run("watch", "add", "When was the Tower Bridge opened?", "--source", "notes")
    shell.run("watch", "add", HOW_TALL)
    (shell.corpus / "notes" / "bridge.md").unlink()
    shell.write(TOWER.format(336))
    checked = shell.run("watch", "check")
    assert (checked.exit_code, lines(checked.stdout)[-1]) == (1, "2 asked, 1 changed.")
    assert lines(checked.stderr)[-1].startswith("Failed: 1. When was the Tower Bridge opened?: ")
    [failed, _] = shell.json("watch", "list")
    assert (failed["filters"]["sources"], failed["problem"] != "") == (["notes"], True)


def test_the_questions_of_one_corpus_are_not_asked_over_another(shell: Shell, tmp_path: Path) -> None:
    shell.run("watch", "add", HOW_TALL)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "harbour.md").write_text("The harbour of Veldt has four old cranes.\n")
    there = "--corpus", str(tmp_path / "other")
    index = "--index", str(tmp_path / "other-index")
    shell.run("sync", *there, *index)
    assert shell.run("watch", "check", *there, *index).stdout == "0 asked, 0 changed.\n"
    assert (len(shell.json("watch", "list")), shell.json("watch", "list", *there)) == (1, [])
    assert shell.run("watch", "check").stdout == "1 asked, 0 changed.\n"


def test_what_another_process_asks_meanwhile_is_told_and_so_is_that_nothing_is_watched(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.run("watch", "check").stderr == (
        "Note: No question is watched. Watch one with: citewell watch add QUESTION\n"
    )
    shell.run("watch", "add", HOW_TALL)
    ask = Assistant._ask_quoted

    def later_than_another(assistant: Assistant, question: str, only: Filters) -> Answer:
        answer = ask(assistant, question, only)
        [one] = assistant.watches.all(LOCAL_OWNER)
        assert assistant.watches.record(one, assistant.watches.begin(), answer)
        return answer

    monkeypatch.setattr(Assistant, "_ask_quoted", later_than_another)
    checked = shell.run("watch", "check")
    assert (checked.exit_code, checked.stdout, checked.stderr) == (
        0,
        "0 asked, 0 changed.\n",
        "Note: Asked elsewhere at the same time: 1. See how they fare with: citewell watch list\n",
    )


def test_what_could_not_be_told_is_in_the_list_without_the_secret(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWELL_WATCH_WEBHOOK", f"http://127.0.0.1:{free_port()}/s3cret")
    shell.run("watch", "add", HOW_TALL)
    shell.write(TOWER.format(336))
    checked, listed = shell.run("watch", "check"), shell.run("watch", "list")
    assert (checked.exit_code, listed.stderr) == (
        0,
        "Note: Number 1, by webhook: 1 change not told yet. 127.0.0.1 could not be reached (TransportError).\n",
    )
    doctor = shell.run("doctor")
    assert "s3cret" not in f"{checked.output} {listed.output} {doctor.output}"


def test_a_question_that_cannot_be_asked_is_not_watched(shell: Shell) -> None:
    refused = shell.run("watch", "add", HOW_TALL, "--source", "nowhere")
    assert (refused.exit_code, shell.json("watch", "list")) == (1, [])
    assert shell.run("watch", "show", "4").stderr == (
        "Error: No question of the number 4 is watched. See the numbers with: citewell watch list\n"
    )


def test_the_feed_has_an_entry_for_each_change_which_stays_the_same(shell: Shell) -> None:
    shell.run("watch", "add", HOW_TALL)
    empty = feedparser.parse(shell.run("watch", "feed").stdout)
    assert (empty.bozo, empty.version, empty.entries) == (False, "atom10", [])
    for metres in (336, 340):
        shell.write(TOWER.format(metres))
        shell.run("watch", "check")
    read = feedparser.parse(shell.run("watch", "feed").stdout)
    assert (read.bozo, read.feed.title, read.feed.author) == (False, "Citewell: watched questions", "Citewell")
    assert [entry.title for entry in read.entries] == [HOW_TALL, HOW_TALL]
    kept = Watches(shell.state, corpus=shell.corpus)
    assert [entry.updated for entry in read.entries] == [one.after.answered_at for one in kept.changes(LOCAL_OWNER)]
    assert (read.feed.updated, read.feed.id) == (read.entries[0].updated, f"urn:uuid:{kept.feed_id(LOCAL_OWNER)}")
    kept.close()
    assert "The Eiffel Tower is 340 metres tall. [1]" in read.entries[0].content[0].value
    again = feedparser.parse(shell.run("watch", "feed").stdout)
    assert [entry.id for entry in again.entries] == [entry.id for entry in read.entries]
    assert len({empty.feed.id, *(entry.id for entry in read.entries)}) == 3


@pytest.mark.parametrize("text", [*NAUGHTY, "\ufffe\uffff \x0b]]>", "</content><script>alert(1)</script>"])
def test_whatever_a_document_or_a_question_says_the_feed_is_well_formed_and_shows_it_as_text(text: str) -> None:
    answer = cited(text, title=text, source=text, url="https://e.example/a?b=<c>", publisher=text)
    answer = replace(answer, question=text)
    kept = WatchedAnswer(1, "2026-01-01T00:00:00.000000+00:00", answer)
    feed = changes_feed([AnswerChange(1, text, Filters((text,)), kept, replace(kept, id=2))], FEED_ID)
    assert feed.isascii()
    read = feedparser.parse(feed, sanitize_html=False)
    assert not read.bozo
    [entry] = read.entries
    assert "<script" not in entry.content[0].value
    assert "<img" not in entry.content[0].value
    assert entry.content[0].value.count("<blockquote>") == 2
