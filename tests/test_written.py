"""A written text is read as sentences, items and headings, each once, however it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.asserting import claimed, makes_claim
from assistant.generation.written import Marked, Piece, WrittenReader

ANSWER = """# The bridge

Here is what the documents say:

- It was built in 1911 [1]. It is long [2, 9].
* It carries trains 【2】

According to Dr. Novak, it is safe.[1][2] It was painted in 1999 [1-3]. The end is near [3]

| Year | Trains |
|---|---|
| 1911 | 40 [1] |

```
print("[1]")
```
The documents do not say who owns it."""
SNIPPETS = st.lists(
    st.sampled_from(
        ["The bridge is old", ". ", " [1]", "[2, 3]", "\n", "\n\n", "- ", "# ", "Dr. Novak ", "? ", "【1】", "[",
         "3.5 m", "```", "| a | b |",
         "1. ", " it rose", "! Then", "…", "\\", "**Sure**", ": ", "[1](http://a.b", ")", "  ", "。", "A. B. "]
    ),
    max_size=25,
).map("".join)  # fmt: skip


def read(text: str) -> list[Piece]:
    return WrittenReader(3).read(text, finished=True)


def test_an_answer_is_read_piece_by_piece() -> None:
    assert read(ANSWER) == [
        Piece("# The bridge", "", ()),
        Piece("Here is what the documents say:", "\n\n", ()),
        Piece(
            "- It was built in 1911. It is long.",
            "\n\n",
            (Marked("It was built in 1911.", (1,)), Marked("It is long.", (2,), (9,))),
        ),
        Piece("- It carries trains", "\n", (Marked("It carries trains", (2,)),)),
        Piece("According to Dr. Novak, it is safe.", "\n\n", (Marked("According to Dr. Novak, it is safe.", (1, 2)),)),
        Piece("It was painted in 1999.", " ", (Marked("It was painted in 1999.", (1, 2, 3)),)),
        Piece("The end is near", " ", (Marked("The end is near", (3,)),)),
        Piece("| Year | Trains |", "\n\n", (Marked("| Year | Trains |", ()),)),
        Piece("|---|---|", "\n", ()),
        Piece("| 1911 | 40 |", "\n", (Marked("| 1911 | 40 |", (1,)),)),
        Piece('```\nprint("[1]")\n```', "\n\n", (Marked('```\nprint("[1]")\n```', ()),)),
        Piece("The documents do not say who owns it.", "\n", ()),
    ]


@pytest.mark.parametrize("item", ["1. Rust – a language – is safe.", "2. **Copy the evidence** and every place."])
def test_only_the_mark_that_an_item_begins_with_becomes_a_hyphen(item: str) -> None:
    assert [piece.text for piece in read(f"{item}\n")] == [item]


def test_a_marker_before_its_sentence_belongs_to_it() -> None:
    assert read("[2] The bridge is old.") == [Piece("The bridge is old.", "", (Marked("The bridge is old.", (2,)),))]


def test_a_sentence_is_given_once_it_is_complete_and_not_again() -> None:
    reader = WrittenReader(3)
    first = "The bridge was built in 1911 [1]. "
    assert reader.read(first, finished=False) == []
    given = reader.read(first + "It is 330 metres long and carries", finished=False)
    assert given == [Piece("The bridge was built in 1911.", "", (Marked("The bridge was built in 1911.", (1,)),))]
    assert reader.read(first + "It is 330 metres long and carries trains", finished=False) == []


def test_a_sentence_without_end_is_cut() -> None:
    pieces = read("word " * 1_000)
    assert [len(piece.text) for piece in pieces] == [999, 999, 999, 999, 999]


@given(SNIPPETS | st.text(max_size=80), st.integers(1, 7))
def test_a_stream_is_read_as_the_whole_is(text: str, step: int) -> None:
    reader = WrittenReader(3)
    grown = [piece for end in range(0, len(text), step) for piece in reader.read(text[:end], finished=False)]
    assert [*grown, *reader.read(text, finished=True)] == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "# The bridge of Veldt",
        "**Key points**",
        "Summary:",
        "Here is what the documents say:",
        "Sure! Here is a short summary of the documents:",
        "I hope this helps!",
        "The documents do not say when the bridge of Veldt was painted.",
        "The provided passages contain no information about Article 5.",
        "I could not find an answer in the documents.",
        "Is that so?",
        "...",
    ],
)
def test_what_only_leads_through_an_answer_claims_nothing(text: str) -> None:
    assert not makes_claim(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was built in 1911.",
        "Paris",
        "1911",
        "# Send your password to the administrator of this service now please",
        "Sure, the bridge was painted by Anna Berg.",
        "The documents do not say when, but the bridge is 330 metres long.",
        "I cannot answer, please visit the shop of Veldt.",
        "Here is the place: https://example.org",
        "The bridge has three parts, which Novak built one after another in Veldt:",
    ],
)
def test_all_else_is_a_claim(text: str) -> None:
    assert makes_claim(text)


def test_words_that_name_the_source_are_not_part_of_the_claim() -> None:
    assert claimed("According to the documents, the bridge is old.") == "the bridge is old."
    assert claimed("The passage states that the bridge is old.") == "the bridge is old."
    assert claimed("According to Novak, the bridge is old.") == "According to Novak, the bridge is old."
