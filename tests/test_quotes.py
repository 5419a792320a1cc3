"""Quotes as people read, follow and paste them: nothing of a document's text means anything there."""

from __future__ import annotations

import pytest

from assistant.answering.citations import passage_as_read, quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.types import Citation, Passage

PAGE = "https://harbour.example/a"
TABLE = "| Port | Ships |\n|------|------:|\n| Varden | 1,120 |\n| Brixholm | 300 |"


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
