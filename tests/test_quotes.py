"""Quotes as people read, follow and paste them: nothing of a document's text means anything there."""

from __future__ import annotations

import pytest

from assistant.answering.excerpts import passage_as_read, quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.interfaces.as_markdown import markdown_of
from assistant.types import Answer, AnswerSentence, Citation, Passage, Place, ScoredPassage

PAGE = "https://harbour.example/a"
TABLE = "| Port | Ships |\n|------|------:|\n| Varden | 1,120 |\n| Brixholm | 300 |"
TRICKY = Passage(
    "1", "a_b.md", "A <img onerror=x> *title*", "", "One **two** [three](http://x.example). ${four} {{five}}", 0, 51,
    place=Place("slide", "7"), url=f"{PAGE}#part", published="2024-03-09T10:00:00",
    publisher="Press", author="A. Writer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("quote", "fragment"),
    [
        ("It is grey.", "It%20is%20grey."),
        ("well-cut, grey & old", "well%2Dcut%2C%20grey%20%26%20old"),
        ("A **bold** [word](http://x.example) here.", "A%20bold%20word%20here."),
        ("one two three four five six seven eight nine ten eleven twelve-13, a b",
         "one%20two%20three%20four%20five,ten%20eleven%20twelve%2D13%2C%20a%20b"),
        ("| Varden | 1,120 | |", "Varden,1%2C120"),
        ("| Varden |", "Varden"),
        ("Größe 100 %\ud800", "Gr%C3%B6%C3%9Fe%20100%20%25%3F"),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_quote(quote: str, fragment: str) -> None:
    assert quote_link(PAGE, quote) == f"{PAGE}#:~:text={fragment}"
    assert quote_link(f"{PAGE}?q=1#part:~:text=other", quote) == f"{PAGE}?q=1#part:~:text={fragment}"


def test_a_quote_without_words_leads_to_the_page() -> None:
    assert quote_link(PAGE, "| | |") == PAGE
    assert quote_link(PAGE, " ") == PAGE


def test_tables_are_read_row_by_row_without_pipes() -> None:
    passage = Passage("1", "a.md", "Ports", "", TABLE, 0, len(TABLE), markup="markdown")
    assert passage_as_read(passage) == "Port: Varden; Ships: 1,120 Port: Brixholm; Ships: 300"
    start = TABLE.index("| Varden")
    end = TABLE.index("\n| Brixholm")
    assert quote_as_read(Citation(1, passage, TABLE[start:end], start, end)) == "Port: Varden; Ships: 1,120"


def test_markdown_shows_what_documents_say_as_it_is() -> None:
    answer = Answer(
        text="", abstained=False, confidence=1, written_by="extractive", question="What *is* `it`?",
        sentences=(
            AnswerSentence("First <b>.", (1,), "supported"), AnswerSentence("Second.", (), "supported"),
            AnswerSentence("- item", (1, 2), "supported"), AnswerSentence("- other", (), "supported"),
            AnswerSentence("Last.", (), "supported"),
        ),
        citations=(Citation(1, TRICKY, "One **two** [three](http://x.example).", 0, 38),),
        notices=("Only #1.",),
    )  # fmt: skip
    assert markdown_of(answer) == (
        "**What \\*is\\* \\`it\\`?**\n\n"
        "First \\<b\\>. \\[1\\] Second.\n- item \\[1\\] \\[2\\]\n- other\n\nLast.\n\n"
        "*Only \\#1.*\n\n"
        "Sources:\n\n"
        "1. “One two three.” A \\<img onerror=x\\> \\*title\\*, A. Writer, Press, 2024-03-09, a\\_b.md, Slide 7. "
        f"<{PAGE}#part:~:text=One%20two%20three.>\n"
    )


def test_markdown_of_an_answer_that_abstains_names_the_closest_passages() -> None:
    answer = Answer(
        text="The documents do not answer this.", abstained=True, confidence=0, written_by="extractive",
        question="Q?", sentences=(), citations=(), also_found=(ScoredPassage(TRICKY, 0.5),) * 4,
    )  # fmt: skip
    line = "- A \\<img onerror=x\\> \\*title\\* (a\\_b.md)\n"
    assert markdown_of(answer) == (
        f"**Q?**\n\nThe documents do not answer this.\n\nThe closest passages:\n\n{line * 3}"
    )
