"""Tables are found, cut between rows, and answered from row by row, each cell with the head of its column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.indexing.passages import MAXIMUM_CHARACTERS, PassageSpan, split
from assistant.text.answer_sentences import sentences_of
from assistant.text.cells import cell_asked_for, cells_behind_heads
from assistant.text.structure import blocks, sections
from assistant.text.tables import HeadsAbove, cells, with_heads
from assistant.types import Document, Markup, Passage
from tests.conftest import OpenCorpus

PORTS = """# Harbours of the coast

The coast guard counts the harbours every year.

| Port     | Ships | Crew | Opened |
|----------|------:|:----:|--------|
| Varden   | 1,120 | 40   | 1914   |
| Brixholm | 300   | 12   | 1920   |
| Ostwick  | 77    |      | 1931   |

Every ship must hoist a flag before it enters.
"""
TOWERS = "# Lighthouses\n\nName | Height | Keeper\n--- | --- | ---\n" + "\n".join(
    f"Tower {number} | {number + 400} feet | Keeper{number} Smith" for number in range(120)
)
OTHER = "# The zoo\n\nThe zoo opened in 1931. It has four elephants. The elephants eat hay, and the lions eat meat.\n"


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def document(text: str, markup: Markup = "markdown") -> Document:
    return Document("a.md", "The title", text, markup)


def split_up(text: str, room: int = 120) -> list[PassageSpan]:
    return list(split(document(text), count_words, room))


def passages(text: str, room: int = 120) -> list[Passage]:
    return [
        Passage(
            id=str(number),
            source="a.md",
            title="The title",
            breadcrumb="",
            text=text[span.start : span.end],
            start=span.start,
            end=span.end,
            markup="markdown",
            table_head=HeadsAbove(text).at(span.start),
        )
        for number, span in enumerate(split_up(text, room))
    ]


def rows_read(text: str, room: int = 120) -> list[tuple[str, str]]:
    """The text of each row that may answer, and how it is read."""
    return [
        (sentence.text, sentence.row)
        for passage in passages(text, room)
        for sentence in sentences_of(passage)
        if sentence.row
    ]


def written(rows: Sequence[Sequence[str]], framed: bool, headed: bool) -> str:
    """A table of these cells in Markdown, under its heads where it is ``headed``."""
    lines = [["Port", "Ships", "Crew", "Opened"][: len(rows[0])], ["---"] * len(rows[0])] if headed and rows else []
    found = [" | ".join(row) for row in (*lines, *rows)]
    return "\n".join(f"| {line} |" if framed else line for line in found)


cell = (
    st.text(st.sampled_from("abc 1.,`*\u00e9\u6e2f:"), max_size=12) | st.just(r"one \| two") | st.just("Varden is long")
)
tables = st.builds(
    written,
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=40)
    ),
    framed=st.booleans(),
    headed=st.booleans(),
)


class TestRows:
    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            ("| a | b |", ["a", "b"]),
            ("a | b", ["a", "b"]),
            ("| a | b", ["a", "b"]),
            ("|a||", ["a", ""]),
            ("| | |", ["", ""]),
            (r"| a \| b | c |", [r"a \| b", "c"]),
            ("| one<br>two | c |", ["one two", "c"]),
            ("", [""]),
        ],
    )
    def test_cells(self, row: str, expected: list[str]) -> None:
        assert cells(row) == expected

    @pytest.mark.parametrize(
        ("row", "head", "read"),
        [
            ("| Varden | 1,120 |", "| Port | Ships |", "Port: Varden; Ships: 1,120"),
            ("Varden | 1,120", "Port | Ships", "Port: Varden; Ships: 1,120"),
            ("| Varden | |", "| Port: | Ships |", "Port: Varden"),
            ("| Varden | 1,120 |", "| | 2023 |", "Varden; 2023: 1,120"),
            ("| Varden | 1,120 | more |", "| Port | Ships |", "Port: Varden; Ships: 1,120; more"),
            ("| Varden |", "| Port | Ships |", "Port: Varden"),
            ("| Varden | 1,120 |", "", "Varden; 1,120"),
            ("| | |", "| Port | Ships |", ""),
        ],
    )
    def test_a_row_is_read_with_the_heads_of_its_columns(self, row: str, head: str, read: str) -> None:
        assert with_heads(row, head) == read

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("| A | B |\n|---|---|\n| c | d |\n| e | f |", [("| c | d |", "A: c; B: d"), ("| e | f |", "A: e; B: f")]),
            ("A | B\n:-- | --:\nc | d\n\nNot a | row of it, but prose.", [("c | d", "A: c; B: d")]),
            ("| c | d |\n| e | f |", [("| c | d |", "c; d"), ("| e | f |", "e; f")]),
            ("|---|---|\n| c | d |", [("| c | d |", "c; d")]),
            ("| A | B |\n|---|---|\n| | |\n", []),
            ("| A | B |\n|---|---|", []),
            ("Prose right above.\n| A | B |\n|---|---|\n| c | d |\nMore prose.", [("| c | d |", "A: c; B: d")]),
            ("| A |\n|---|\n| c |\n| B |\n|---|\n| d |", [("| c |", "A: c"), ("| d |", "B: d")]),
            ("A | B\n---\nc | d", []),
            ("```\n| A | B |\n|---|---|\n| c | d |\n```", []),
        ],
    )
    def test_rows_are_told_from_heads_dividers_and_prose(self, text: str, expected: list[tuple[str, str]]) -> None:
        assert rows_read(text) == expected

    def test_a_table_in_plain_text_is_one_too_and_its_heads_are_no_heading(self) -> None:
        divider = "-" * 40 + "|" + "-" * 40
        text = f"Port | Ships\n{divider}\nVarden | 1,120\n\nEvery ship must hoist a flag.\n"
        [section] = sections(document(text, "plain"))
        assert [block.kind for block in section.blocks] == ["table", "prose"]

    def test_a_text_that_goes_on_with_a_table_begins_with_its_rows(self) -> None:
        assert [block.kind for block in blocks("c | d\n\ne | f", "plain", in_table=True)] == ["table", "prose"]


class TestSplitting:
    def test_a_table_that_fits_stays_whole(self) -> None:
        found = [passage.text for passage in passages(PORTS, room=50)]
        assert any("| Port " in text and text.rstrip().endswith("| 1931   |") for text in found)

    def test_a_long_table_is_cut_between_rows_and_each_part_carries_the_heads(self) -> None:
        found = split_up(TOWERS)
        assert len(found) > 5
        lines = TOWERS.split("\n")[2:]
        assert [line for span in found for line in TOWERS[span.start : span.end].split("\n")] == lines
        assert [span.embedded_text.count("Name | Height | Keeper") for span in found] == [1] * len(found)
        heads = [passage.table_head for passage in passages(TOWERS)]
        assert heads == ["", *["Name | Height | Keeper"] * (len(found) - 1)]

    def test_heads_are_those_of_the_table_that_goes_on(self) -> None:
        text = "| A |\n|---|\n| c |\n\n| d |\n| B |\n|---|\n| e |\nprose\n| f |"
        heads = {row: HeadsAbove(text).at(text.index(row)) for row in ("| c |", "| d |", "| e |", "prose", "| f |")}
        assert heads == {"| c |": "| A |", "| d |": "", "| e |": "| B |", "prose": "", "| f |": ""}

    @given(tables, st.sampled_from([60, 90, 200]))
    @settings(max_examples=60)
    def test_nothing_is_lost_and_offsets_and_limits_hold(self, text: str, room: int) -> None:
        spans = split_up(text, room)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())
        for span in spans:
            assert span.end - span.start <= MAXIMUM_CHARACTERS
            assert count_words([span.embedded_text])[0] <= room
        for passage in passages(text, room):
            for sentence in sentences_of(passage):
                assert text[sentence.start : sentence.end] == sentence.text

    @given(tables)
    @settings(max_examples=60)
    def test_rows_are_read_the_same_wherever_the_table_is_cut(self, text: str) -> None:
        assert rows_read(text, room=100) == rows_read(text, room=100_000)


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus({"ports.md": PORTS, "towers.md": TOWERS, "zoo.md": OTHER})


class TestCells:
    @given(tables)
    def test_each_cell_stands_behind_its_head(self, text: str) -> None:
        rows = [sentence for passage in passages(text) for sentence in sentences_of(passage) if sentence.row]
        for sentence in rows:
            told = [(head, sentence.row[span.start : span.end]) for head, span in cells_behind_heads(sentence)]
            heads = ("Port", "Ships", "Crew", "Opened") if "Port |" in text else ()
            assert told == [each for each in zip(heads, cells(sentence.text), strict=False) if each[1]]

    def test_signs_that_part_cells_may_stand_in_heads_and_cells(self) -> None:
        text = "| x; y | | a: b |\n|---|---|---|\n| x | z | x; y: c |\n"
        [sentence] = sentences_of(passages(text)[0])
        told = [(head, sentence.row[span.start : span.end]) for head, span in cells_behind_heads(sentence)]
        assert told == [("x; y", "x"), ("a: b", "x; y: c")]

    @pytest.mark.parametrize(
        ("question", "cell"),
        [
            ("How many ships has the port of Varden?", "1,120"),
            ("Which crew works at Varden?", "40"),
            ("How many cranes has Varden?", None),
            ("How many ships and crew has Varden?", None),
        ],
    )
    def test_the_cell_under_the_one_head_asked_for_is_meant(self, question: str, cell: str | None) -> None:
        varden = next(item for part in passages(PORTS) for item in sentences_of(part) if "Varden" in item.row)
        span = cell_asked_for(question, varden)
        assert (span and varden.row[span.start : span.end]) == cell


class TestAnswers:
    @pytest.mark.parametrize(
        ("question", "read", "quote"),
        [
            (
                "How many ships called at Varden?",
                "Ships: 1,120, in Harbours of the coast, where Port is Varden.",
                "| Varden   | 1,120 | 40   | 1914   |",
            ),
            (
                "When was Ostwick opened?",
                "Opened: 1931, in Harbours of the coast, where Port is Ostwick.",
                "| Ostwick  | 77    |      | 1931   |",
            ),
            (
                "Who is the keeper of Tower 77?",
                "Keeper: Keeper77 Smith, in Lighthouses, where Name is Tower 77.",
                "Tower 77 | 477 feet | Keeper77 Smith",
            ),
        ],
    )
    def test_one_row_answers_and_is_quoted_alone(self, corpus: Assistant, question: str, read: str, quote: str) -> None:
        answer = corpus.ask(question)
        assert answer.text == f"{read} [1]"
        [citation] = answer.citations
        assert citation.quote == quote
        assert corpus.document(citation.passage.source).text[citation.start : citation.end] == quote

    @pytest.mark.parametrize(
        ("question", "cell"),
        [("How many ships called at Varden?", "1,120"), ("Who is the keeper of Tower 77?", "Keeper77 Smith")],
    )
    def test_the_cell_asked_for_is_emphasised(self, corpus: Assistant, question: str, cell: str) -> None:
        [sentence] = corpus.ask(question).sentences
        assert sentence.emphasis
        assert sentence.text[slice(*sentence.emphasis)] == cell

    def test_rows_that_all_answer_stand_in_lines_of_their_own(self, corpus: Assistant) -> None:
        assert corpus.ask("List the ports and their ships.").text == (
            "- Port: Varden; Ships: 1,120; Crew: 40; Opened: 1914 [1]\n"
            "- Port: Brixholm; Ships: 300; Crew: 12; Opened: 1920 [2]\n"
            "- Port: Ostwick; Ships: 77; Opened: 1931 [3]"
        )

    def test_a_part_of_a_long_table_is_found_by_the_heads_alone(self, corpus: Assistant) -> None:
        found = [hit.passage for hit in corpus.search("keeper height", limit=100) if hit.passage.source == "towers.md"]
        for part in corpus.passages("towers.md"):
            assert any(each.start <= part.start and part.end <= each.end for each in found)

    def test_what_is_not_in_the_table_is_not_answered(self, corpus: Assistant) -> None:
        assert corpus.ask("How many camels are in Varden?").abstained
