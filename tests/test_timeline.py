"""When what happened around a subject, over a corpus: in Python, on the command line, as CSV, JSON and a calendar."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import icalendar
import pytest
from typer.testing import CliRunner

from assistant import Assistant
from assistant.interfaces.cli import app
from assistant.models.packaged_reader import PackagedReader

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

FILES = {
    "strike.md": (
        "---\ntitle: Strike\npublished: 2026-03-14\n---\n\nThe strike at the port of Veldt began on Tuesday. "
        "Two days later the crews of the port strike met the mayor. The port strike will end on 20 March.\n"
    ),
    "again.md": (
        "---\ntitle: Again\npublished: 2026-03-15\n---\n\nThe strike at the port of Veldt began on Tuesday.\n\n"
        "An older strike at the port of Veldt lasted from 4 to 9 June 2024.\n"
    ),
    "undated.md": "---\ntitle: Undated\n---\n\nThe strike at the port of Veldt was called off on Monday.\n",
    "owls.md": "---\ntitle: Owls\npublished: 2026-03-15\n---\n\nThe owl of the old wood hatched yesterday.\n",
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def test_events_come_in_the_order_in_which_they_happened_each_with_its_sentence(assistant: Assistant) -> None:
    found = assistant.timeline("port strike")
    assert [(one.first, one.last, one.citation.quote[slice(*one.mark)]) for one in found.events] == [
        ("2024-06-04", "2024-06-09", "from 4 to 9 June 2024"),
        ("2026-03-10", "2026-03-10", "on Tuesday"),
        ("2026-03-12", "2026-03-12", "Two days later"),
        ("2026-03-20", "2026-03-20", "on 20 March"),
    ]
    assert [one.is_planned for one in found.events] == [False, False, False, True]
    assert found.events[1].citation.passage.also_in == ("again.md",)
    assert found.in_words == "4 events, 2024-06-04 to 2026-03-20."
    for one in found.events:
        text = assistant.document(one.citation.passage.source).text
        assert text[one.citation.start : one.citation.end] == one.citation.quote


def test_what_documents_tell_of_one_event_in_other_words_is_one_entry_with_several_numbers(
    open_corpus: OpenCorpus, reader: PackagedReader
) -> None:
    head = "---\ntitle: {0}\npublished: 2026-03-1{0}\n---\n\n{1}\n"
    told = open_corpus(
        {
            "a.md": head.format(2, "Police arrested two men in Stane on Tuesday after the theft of the painting."),
            "b.md": head.format(3, "On Tuesday two men were arrested by the police in Stane after the painting theft."),
            "c.md": head.format(3, "The painting of the theft in Stane was found on Wednesday in a barn by two men."),
        },
        reader,
    ).timeline("painting theft in Stane")
    assert [(one.first, one.citation.number, [also.number for also in one.also]) for one in told.events] == [
        ("2026-03-10", 1, [2]),
        ("2026-03-11", 3, []),
    ]
    assert [also.passage.source for also in told.events[0].also] == ["b.md"]
    assert told.in_words == "2 events, 2026-03-10 to 2026-03-11."


def test_documents_that_give_other_days_for_one_event_are_told_to_disagree(open_corpus: OpenCorpus) -> None:
    head = "---\ntitle: {0}\npublished: 2026-03-1{1}\n---\n\n{2}\n"
    found = open_corpus(
        {
            "a.md": head.format("North", 2, "The council of Veldt closed the old bridge on 9 March 2026."),
            "b.md": head.format("South", 3, "The council of Veldt closed the old bridge on 10 March 2026."),
            "c.md": head.format("East", 3, "The council of Veldt closed the new tunnel on 11 March 2026."),
        }
    ).timeline("council of Veldt")
    assert [one.first for one in found.events] == ["2026-03-09", "2026-03-10", "2026-03-11"]
    [notice] = found.notices
    assert notice == (
        "The documents disagree: \u201cNorth\u201d (12 March 2026) says 9 March 2026, "
        "\u201cSouth\u201d (13 March 2026) says 10 March 2026. See 1 and 2."
    )


def test_a_subject_without_events_is_told(assistant: Assistant) -> None:
    assert assistant.timeline("lunar bases").in_words.startswith("No document that has a date tells")


def test_the_command_shows_them_and_exports_them(assistant: Assistant) -> None:
    def run(*options: str) -> str:
        folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]
        result = CliRunner().invoke(app, ["timeline", "port", "strike", *folders, *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "  4. 2026-03-20 (planned)\n     The port strike will end on 20 March." in run()
    assert json.loads(run("--json"))["events"][0]["first"] == "2024-06-04"
    head, *rows = csv.reader(io.StringIO(run("--csv")))
    assert head[:6] == ["number", "first", "last", "precision", "planned", "words"]
    assert rows[1][:6] == ["2", "2026-03-10", "2026-03-10", "day", "no", "on Tuesday"]
    assert "\n- **2026-03-20 (planned)** The port strike will end on 20 March. [4]\n" in run("--markdown")
    calendar = icalendar.Calendar.from_ical(run("--ics"))
    events = [
        (str(one.decoded("dtstart")), str(one.decoded("dtend")), str(one["summary"])) for one in calendar.walk("VEVENT")
    ]
    assert events[-1] == ("2026-03-20", "2026-03-21", "The port strike will end on 20 March.")
    assert CliRunner().invoke(app, ["timeline", "x", "--csv", "--ics"]).exit_code == 2
    assert CliRunner().invoke(app, ["timeline", "--csv"]).exit_code == 2
