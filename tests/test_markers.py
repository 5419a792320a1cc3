"""Markers in a written text: found in all their spellings, range-checked, taken out without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.markers import Mark, settled, unmarked

WRITTEN = st.text(alphabet="ab .[]【】［］1290,;-–†:\\(h/#\n\t", max_size=60) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "left", "numbers"),
    [
        ("It rose [1].", "It rose.", (1,)),
        ("It rose [2, 3].", "It rose.", (2, 3)),
        ("It rose [2; 3].", "It rose.", (2, 3)),
        ("It rose [1-3].", "It rose.", (1, 2, 3)),
        ("It rose 【1】.", "It rose.", (1,)),
        ("It rose 【4:0†source】.", "It rose.", (4,)),
        ("It rose ［2］.", "It rose.", (2,)),
        ("It rose [Source 2].", "It rose.", (2,)),
        ("It rose [passages 1 and 4].", "It rose.", (1, 4)),
        ("It rose [^3].", "It rose.", (3,)),
        ("It rose \\[3\\].", "It rose.", (3,)),
        ("It rose [1](https://example.org/a).", "It rose.", (1,)),
    ],
)
def test_a_marker_is_read_in_any_usual_spelling(text: str, left: str, numbers: tuple[int, ...]) -> None:
    found = unmarked(text, 4)
    assert (found.text, [mark.numbers for mark in found.marks]) == (left, [numbers])


def test_markers_in_a_row_are_read_one_by_one() -> None:
    assert unmarked("It rose [1][2]. It fell [1] [3].", 3).marks == (
        Mark(7, (1,)), Mark(7, (2,)), Mark(16, (1,)), Mark(16, (3,)),
    )  # fmt: skip


def test_numbers_that_name_no_passage_are_told_apart() -> None:
    assert unmarked("It rose [2, 9][0].", 4).marks == (Mark(7, (2,), (9,)), Mark(7, (), (0,)))


@pytest.mark.parametrize(
    "text", ["The report [2024] says so.", "See [the map].", "An array a[i].", "A [ ] box.", "[12th] place"]
)
def test_what_is_no_marker_stays(text: str) -> None:
    found = unmarked(text, 4)
    assert (found.text, found.marks) == (text, ())


def test_words_that_only_a_marker_parts_stay_apart() -> None:
    assert unmarked("It rose.[1]Then it fell.", 1).text == "It rose. Then it fell."


@given(WRITTEN, st.integers(0, 12))
def test_any_text_is_read_and_nothing_but_markers_and_space_is_lost(text: str, passages: int) -> None:
    found = unmarked(text, passages)
    assert len(found.origins) == len(found.text) + 1
    assert found.origins[-1] == len(text)
    assert list(found.origins) == sorted(found.origins)
    for character, origin in zip(found.text, found.origins, strict=False):
        assert character in (text[origin], " ")
    for mark in found.marks:
        assert 0 <= mark.offset <= len(found.text)
        assert all(1 <= number <= passages for number in mark.numbers)
        assert not set(mark.removed) & set(range(1, passages + 1))


@given(WRITTEN, WRITTEN)
def test_what_is_settled_is_read_alike_whatever_follows(text: str, more: str) -> None:
    end = settled(text)
    alone, whole = unmarked(text[:end], 9), unmarked(text + more, 9)
    kept = alone.text.rstrip(" \t")
    assert whole.text.startswith(kept)
    assert [mark for mark in whole.marks if mark.offset < len(kept)] == [m for m in alone.marks if m.offset < len(kept)]
