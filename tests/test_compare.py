"""What sources say side by side: disputes, agreement, what one tells alone; in Python, by command, in the chat."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from assistant import Assistant, CorpusError, Filters, QuestionError, SpeakersCompared
from assistant.interfaces.cli import app
from assistant.interfaces.page.answer import render_answer
from assistant.interfaces.view_commands import comparison_command
from assistant.models.packaged_reader import PackagedReader
from assistant.news.agreement import may_bear_out
from assistant.news.comparison_answers import comparison_question
from assistant.news.views import Compared
from assistant.text.answer_sentences import Sentence
from assistant.types import Passage

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

HEAD = "---\ntitle: {title}\npublished: {day}\npublisher: {publisher}\n---\n\n{text}\n"
FILES = {
    "north.md": HEAD.format(
        title="Fire at Quillport",
        day="2025-03-02",
        publisher="North Star",
        text="The fire at the Quillport cold store killed nine people. It broke out on a Sunday night. "
        "The Quillport cold store belonged to Beldane Foods.",
    ),
    "south.md": HEAD.format(
        title="Quillport after the fire",
        day="2025-03-05",
        publisher="South Post",
        text="The fire at the Quillport cold store killed two people. "
        "The Quillport cold store belonged to the fish trader Beldane Foods.",
    ),
    "toll.md": HEAD.format(
        title="Toll",
        day="2024-05-02",
        publisher="North Star",
        text="Marta Kroll, the mayor, said that the harbour toll is fair. "
        "Ivo Hahn said that the harbour toll ruins the fishermen.",
    ),
    "quay.md": HEAD.format(
        title="Quay",
        day="2025-03-04",
        publisher="South Post",
        text="Pia Lund said that the quay works cost 40 crowns a metre. "
        "Otto Zobel said that the quay works cost 90 crowns a metre. Pia Lund said that the quay works harm the fish. "
        "Otto Zobel denied that the quay works harm the fish. Pia Lund said that the quay works will end in May.",
    ),
    "owls.md": HEAD.format(
        title="Owls", day="2025-03-06", publisher="South Post", text="Eagle owls bred in the Harn woods this spring."
    ),
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus, reader: PackagedReader) -> Assistant:
    return open_corpus(FILES, reader)


def told(found: Compared) -> list[tuple[str, list[str]]]:
    return [(row.stand, [cell.quote if cell else "" for cell in row.cells]) for row in found.rows]


def test_what_two_documents_dispute_comes_first_and_then_what_they_agree_on(assistant: Assistant) -> None:
    found = assistant.compare(
        "How many people did the fire at the Quillport cold store kill?", source=["north.md", "south.md"]
    )
    assert found.sides == ("north.md", "south.md")
    assert told(found)[0] == (
        "disagree",
        [
            "The fire at the Quillport cold store killed nine people.",
            "The fire at the Quillport cold store killed two people.",
        ],
    )
    assert found.rows[0].notice == (
        "The documents disagree: \u201cFire at Quillport\u201d (2 March 2025) says nine, "
        "\u201cQuillport after the fire\u201d (5 March 2025) says two."
    )
    owner = assistant.compare("Who owned the Quillport cold store?", publisher=["North Star", "South Post"])
    assert (
        "agree",
        [
            "The Quillport cold store belonged to Beldane Foods.",
            "The Quillport cold store belonged to the fish trader Beldane Foods.",
        ],
    ) in told(owner)
    assert owner.silent == ()


@pytest.mark.parametrize(
    ("statement", "sentence", "may"),
    [
        ("The Tarn bridge closed after a boat struck it.", "A boat hit the Tarn bridge.", True),
        (
            "In Veldt, the Tarn is a border that wars move on.",
            "The row between Veldt and Tarn lasts.",
            False,
        ),
        ("Ada Thorne opposes Pia Lund.", "Pia Lund is opposed by Ada Thorne.", True),
        ("The Tarn bridge cost nine crowns.", "The Tarn bridge was dear.", False),
    ],
)
def test_only_what_shares_more_than_names_is_read_as_bearing_a_statement_out(
    statement: str, sentence: str, *, may: bool
) -> None:
    assert may_bear_out(*(told_sentence(one) for one in (statement, sentence))) == may


def told_sentence(text: str) -> Sentence:
    return Sentence(Passage(text, "a.md", "", "", text, 0, len(text)), text, 0, len(text), 0, is_item=False)


def test_what_bears_another_statement_out_is_not_told_as_one_sides_alone_too(assistant: Assistant) -> None:
    found = assistant.compare("Who owned the Quillport cold store?", publisher=["South Post", "North Star"])
    shown = [cell.quote for row in found.rows for cell in row.cells if cell]
    assert shown.count("The Quillport cold store belonged to the fish trader Beldane Foods.") == 1
    assert len(shown) == len(set(shown))


def test_a_side_that_says_nothing_is_named(assistant: Assistant) -> None:
    found = assistant.compare("Where did eagle owls breed?", source=["north.md", "owls.md"])
    assert told(found) == [("alone", ["", "Eagle owls bred in the Harn woods this spring."])]
    assert (found.silent, found.in_words) == (("north.md",), "1 told by one alone.")


def test_periods_and_speakers_are_compared_too(assistant: Assistant) -> None:
    periods = assistant.compare("Where did eagle owls breed?", period=["2024", "2025-03..2025"])
    assert (periods.sides, periods.silent) == (("2024", "2025-03..2025"), ("2024",))
    speakers = assistant.compare("harbour toll", speaker=["Kroll", "Ivo Hahn"])
    assert told(speakers) == [
        ("alone", ["Marta Kroll, the mayor, said that the harbour toll is fair.", ""]),
        ("alone", ["", "Ivo Hahn said that the harbour toll ruins the fishermen."]),
    ]


def test_what_two_speakers_of_one_document_dispute_is_told_with_their_names(assistant: Assistant) -> None:
    found = assistant.compare("quay works", speaker=["Pia Lund", "Otto Zobel"])
    assert [(row.stand, row.notice) for row in found.rows] == [
        ("disagree", "The speakers disagree: Pia Lund says 40, Otto Zobel says 90."),
        ("disagree", "The speakers disagree: Otto Zobel denies what Pia Lund says."),
        ("alone", ""),
    ]
    assert told(found)[0][1] == [
        "Pia Lund said that the quay works cost 40 crowns a metre.",
        "Otto Zobel said that the quay works cost 90 crowns a metre.",
    ]


def test_the_chat_tells_what_two_speakers_of_one_document_dispute(assistant: Assistant) -> None:
    answer = assistant.ask("How do Pia Lund and Otto Zobel differ on the quay works?")
    assert answer.notices == (
        "The speakers disagree: Pia Lund says 40, Otto Zobel says 90.",
        "The speakers disagree: Otto Zobel denies what Pia Lund says.",
    )


def test_one_period_narrows_and_a_document_never_agrees_with_itself(assistant: Assistant) -> None:
    found = assistant.compare("harbour toll", publisher=["North Star", "South Post"], period="2025")
    assert all((cell.passage.published or "") >= "2025" for row in found.rows for cell in row.cells if cell)
    twice = assistant.compare("Who owned the Quillport cold store?", period=["2025", "2025-03"])
    assert {row.stand for row in twice.rows} <= {"alone"}
    [only] = {row.stand for row in assistant.compare("Where did eagle owls breed?", publisher="South Post").rows}
    assert only == "alone"


def test_without_sides_the_publishers_that_write_most_about_it_are_compared(assistant: Assistant) -> None:
    assert set(assistant.compare("Quillport cold store fire").sides) == {"North Star", "South Post"}
    assert assistant.compare("Quillport cold store fire", publisher="North Star").sides[0] == "north.md"


def test_every_cell_is_cited_exactly_and_numbered_through(assistant: Assistant) -> None:
    found = assistant.compare("Quillport cold store fire")
    cells = [cell for row in found.rows for cell in row.cells if cell]
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert assistant.document(cell.passage.source).text[cell.start : cell.end] == cell.quote


@pytest.mark.parametrize(
    ("sides", "problem"),
    [
        ({"period": ["2024", "2025-13"]}, "'2025-13' is no period. Name a year"),
        ({"period": ["2024", "soon"]}, "'soon' is no period. Name a year, a month or a day, or two of these"),
        ({"period": ["2024", "2025-05-99"]}, "'2025-05-99' is no period. Name a year"),
        ({"period": ["2024", "2025"], "speaker": ["Kroll", "Hahn"]}, "only one of these kinds"),
        ({"speaker": [f"Speaker {number}" for number in range(7)]}, "No more than 6 can be compared at once; 7 are"),
        ({"period": ["2024", "2025"], "until": "2024-06-30"}, "The period '2025' lies outside the days"),
        ({"period": ["2024", "2025"], "source": ["north.md", "south.md"]}, "only one of these kinds"),
        ({"period": [str(year) for year in range(2010, 2018)]}, "No more than 6 can be compared at once; 8 are named."),
        ({"period": ["2025..2024", "2023"]}, "'2025..2024' is no period"),
    ],
)
def test_sides_that_cannot_be_compared_are_told(assistant: Assistant, sides: dict[str, Any], problem: str) -> None:
    with pytest.raises(QuestionError, match=problem.replace(".", r"\.")):
        assistant.compare("Where did owls breed?", **sides)


def test_a_document_that_is_not_there_is_told(assistant: Assistant) -> None:
    with pytest.raises(CorpusError, match=r"west\.md"):
        assistant.compare("Where did owls breed?", source=["north.md", "west.md"])


def test_the_command_shows_it_and_exports_it(assistant: Assistant) -> None:
    folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]
    sides = ["--source", "north.md", "--source", "south.md"]

    def run(*options: str) -> str:
        question = "How many people did the fire at the Quillport cold store kill?"
        result = CliRunner().invoke(app, ["compare", question, *sides, *folders, *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "\nDisputed\nThe documents disagree: " in run()
    assert "  1. north.md: The fire at the Quillport cold store killed nine people." in run()
    assert json.loads(run("--json"))["rows"][0]["stand"] == "disagree"
    head, *rows = csv.reader(io.StringIO(run("--csv")))
    assert head[:5] == ["row", "stand", "side", "number", "sentence"]
    assert [row[:4] for row in rows[:2]] == [["1", "disagree", "north.md", "1"], ["1", "disagree", "south.md", "2"]]
    assert CliRunner().invoke(app, ["compare", "x", "--csv", "--json"]).exit_code == 2


def test_the_chat_answers_how_two_speakers_differ_with_the_words_of_both(assistant: Assistant) -> None:
    answer = assistant.ask("What is the difference between Kroll's and Hahn's position on the harbour toll?")
    assert [sentence.text for sentence in answer.sentences] == [
        "Marta Kroll, the mayor, said that the harbour toll is fair.",
        "Ivo Hahn said that the harbour toll ruins the fishermen.",
    ]
    assert answer.notices == ()
    assert answer.speakers == SpeakersCompared("the harbour toll", ("Kroll", "Hahn"), Filters())
    half = assistant.ask("How do Kroll and Zobel differ on the harbour toll?")
    assert half.notices[0] == "No document tells what Zobel says about the harbour toll."


def test_the_answer_leads_to_all_that_is_said_within_the_same_filters(assistant: Assistant) -> None:
    answer = assistant.ask("How do Kroll and Hahn differ on the harbour toll?", since="2020-01-01")
    assert answer.speakers is not None
    assert comparison_command(answer.speakers) == (
        "citewell compare 'the harbour toll' --speaker Kroll --speaker Hahn --since 2020-01-01"
    )
    shown = render_answer(0, answer.question, answer)
    assert '<a href="?subject=the+harbour+toll&amp;since=2020-01-01"' in shown
    assert "See all that is said about the harbour toll</a>" in shown


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between a treaty and a protocol?",
        "Compare the two fires.",
        "How do owls differ from hawks?",
        "What is the view of Kroll on the toll?",
        "Where do the Tarn and the Osk meet?",
    ],
)
def test_other_questions_are_not_taken_for_it(question: str) -> None:
    assert comparison_question(question) is None
