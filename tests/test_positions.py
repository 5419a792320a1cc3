"""Who says what about a subject, over a corpus: in Python, on the command line, as CSV and JSON, and for LangChain."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from assistant import Assistant, CorpusError, QuestionError
from assistant.interfaces.as_csv import positions_csv
from assistant.interfaces.cli import app
from assistant.langchain import PositionRetriever
from assistant.news import subject

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

BRIEFINGS = Path(__file__).parent.parent / "corpus" / "briefings"
HEAD = "---\ntitle: {title}\npublished: {day}\npublisher: {publisher}\n---\n\n{text}\n"
FILES = {
    "news/toll.md": HEAD.format(
        title="Toll",
        day="2025-03-02",
        publisher="Veldt Courier",
        text="Marta Kroll, the mayor, said that the harbour toll is fair. The fishermen oppose the harbour toll.",
    ),
    "news/later.md": HEAD.format(
        title="Later",
        day="2025-06-09",
        publisher="Stane Notes",
        text="\u201cThe harbour toll was a mistake,\u201d Marta Kroll said. "
        "Ivo Hahn denied that the harbour toll had failed.",
    ),
    "news/owls.md": HEAD.format(
        title="Owls",
        day="2025-06-10",
        publisher="Stane Notes",
        text="Pia Lund said that owls hunt at night. The woods are old and full of voles.",
    ),
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def told(assistant: Assistant, subject: str, **filters: str) -> list[tuple[str, list[tuple[str, str]]]]:
    found = assistant.positions(subject, **filters)
    return [(one.name, [(said.how, said.citation.quote) for said in one.positions]) for one in found.speakers]


def test_speakers_come_with_all_that_they_say_of_the_subject_the_newest_first(assistant: Assistant) -> None:
    assert told(assistant, "harbour toll") == [
        ("Marta Kroll", [("said", "The harbour toll was a mistake"), ("said", "the harbour toll is fair")]),
        ("Ivo Hahn", [("denied", "the harbour toll had failed")]),
        ("The fishermen", [("said", "the harbour toll")]),
    ]
    found = assistant.positions("harbour toll")
    assert found.in_words == "3 speakers, 4 statements."
    assert [one.citation.number for speaker in found.speakers for one in speaker.positions] == [1, 2, 3, 4]


def test_what_is_near_in_meaning_counts_only_where_the_subject_is_spoken_of(open_corpus: OpenCorpus) -> None:
    names = ("energy-and-sanctions.md", "key-players-and-their-aims.md", "russias-view-of-nato-expansion.md")
    found = told(open_corpus({name: (BRIEFINGS / name).read_text("utf-8") for name in names}), "the Baltic states")
    assert [name for name, _ in found] == ["the Baltic states"]


def test_who_is_named_in_part_is_spoken_of_where_the_passage_names_them_whole(open_corpus: OpenCorpus) -> None:
    text = "The release of Marta Kroll is near.\n\nPia Lund said that the release of Kroll took long and hard talks."
    assert [name for name, _ in told(open_corpus({"a.md": text}), "Marta Kroll")] == ["Pia Lund"]


def test_where_a_speaker_contradicts_what_they_said_before_both_are_told_with_their_days(
    open_corpus: OpenCorpus,
) -> None:
    head = "---\ntitle: {0}\npublished: {0}\n---\n\n{1}\n"
    [speaker] = (
        open_corpus(
            {
                "a.md": head.format("2025-03-02", "Marta Kroll said that the harbour toll will be raised in May."),
                "b.md": head.format("2025-06-09", "Marta Kroll said that the harbour toll will not be raised in May."),
                "c.md": head.format("2025-07-01", "Marta Kroll said that the harbour toll pays for the new quay."),
            }
        )
        .positions("harbour toll")
        .speakers
    )
    [change] = speaker.changes
    assert change.in_words == "Changed: 2 (2025-06-09) contradicts 3 (2025-03-02)."
    assert [one.citation.number for one in speaker.positions] == [1, 2, 3]


def test_every_statement_is_cited_exactly(assistant: Assistant) -> None:
    for speaker in assistant.positions("harbour toll").speakers:
        for one in speaker.positions:
            text = assistant.document(one.citation.passage.source).text
            assert text[one.citation.start : one.citation.end] == one.citation.quote
            assert one.sentence[slice(*one.mark)] == one.citation.quote
            assert one.named in one.sentence


def test_filters_narrow_what_is_read(assistant: Assistant) -> None:
    assert told(assistant, "harbour toll", until="2025-03-31", publisher="Veldt Courier") == [
        ("Marta Kroll", [("said", "the harbour toll is fair")]),
        ("The fishermen", [("said", "the harbour toll")]),
    ]
    with pytest.raises(CorpusError):
        assistant.positions("toll", source="no such folder")
    with pytest.raises(QuestionError):
        assistant.positions("  ")


def test_a_document_that_is_too_long_is_left_out_and_told(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = len(assistant.document("news/later.md").text)
    monkeypatch.setattr(subject, "MOST_CHARACTERS", longest - 1)
    found = assistant.positions("harbour toll", source="news/later.md")
    assert (found.speakers, found.documents) == ((), 0)
    assert found.notices == ("\u201cnews/later.md\u201d is too long to be read for this, and is left out.",)


def test_a_subject_of_which_nobody_speaks_is_told(assistant: Assistant) -> None:
    assert assistant.positions("lunar bases").in_words == "No document tells what somebody says about it."


def test_the_command_shows_prints_json_and_csv(assistant: Assistant) -> None:
    def run(*options: str) -> str:
        folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]
        result = CliRunner().invoke(app, ["positions", "harbour", "toll", *folders, *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    shown = run()
    assert shown.startswith(
        "3 speakers, 4 statements.\n\nMarta Kroll\n  1. \u201cThe harbour toll was a mistake,\u201d Marta Kroll said."
    )
    assert "(denied) Ivo Hahn denied that the harbour toll had failed." in shown
    found = json.loads(run("--json"))
    assert (found["in_words"], found["speakers"][0]["name"]) == ("3 speakers, 4 statements.", "Marta Kroll")
    head, *rows = csv.reader(io.StringIO(run("--csv")))
    assert head[:4] == ["number", "speaker", "named", "statement"]
    assert rows[2][:6] == ["3", "Ivo Hahn", "Ivo Hahn", "the harbour toll had failed", "denied", "no"]
    both = CliRunner().invoke(app, ["positions", "toll", "--json", "--csv"])
    assert both.exit_code == 2


def test_no_cell_is_taken_for_a_formula(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus({"a.md": 'Ada Thorne said: "=HYPERLINK(1) is the new toll of the harbour."\n'})
    _, row = csv.reader(io.StringIO(positions_csv(assistant.positions("harbour toll"))))
    assert row[3] == "'=HYPERLINK(1) is the new toll of the harbour."


def test_a_chain_gets_each_statement_with_its_speaker(assistant: Assistant) -> None:
    first, *others = PositionRetriever(assistant=assistant, until="2025-03-31").invoke("harbour toll")
    assert (first.page_content, len(others)) == ("the harbour toll is fair", 1)
    assert first.metadata == {
        "speaker": "Marta Kroll",
        "how": "said",
        "is_quoted": False,
        "source": "news/toll.md",
        "title": "Toll",
        "published": "2025-03-02",
        "publisher": "Veldt Courier",
        "url": None,
        "start": first.metadata["start"],
        "end": first.metadata["start"] + len("the harbour toll is fair"),
    }
