"""The terms of a passage and of its sentences, and that they come back from where they are kept."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant import Passage
from assistant.indexing.passage_terms import PassageTerms
from assistant.text.terms import terms

WORDS = st.sampled_from(
    ["Ada", "the", "keeper's", "lamp", "1,120", "burned", "NATO", "çà", "\u201cstill\u201d", "北大西洋"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")


def passage(text: str, breadcrumb: str = "") -> Passage:
    return Passage(id="a", source="a.md", title="", breadcrumb=breadcrumb, text=text, start=70, end=70 + len(text))


def sets(sentences: tuple[str, ...]) -> list[set[str]]:
    return [set(sentence.split()) for sentence in sentences]


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3).map("\n\n".join))
def test_a_passage_holds_the_terms_and_pairs_of_its_text_and_no_others(text: str) -> None:
    held, spoken = PassageTerms.of(passage(text)), terms(text)
    every = sorted(set(spoken))
    assert [term for term in [*every, "absent"] if held.holds(term)] == every
    assert {(a, b) for a in every for b in every if held.holds(f"{a} {b}")} == set(pairwise(spoken))


@given(st.text(max_size=120))
def test_terms_that_are_kept_as_lines_come_back(text: str) -> None:
    held = PassageTerms.of(passage(text))
    assert PassageTerms.from_lines(held.lines()) == held


def test_each_sentence_has_its_own_terms_and_what_is_no_sentence_has_none() -> None:
    held = PassageTerms.of(passage("Ada kept the lamp. Is it lit? It burned for a year.", breadcrumb="Keepers"))
    assert sets(held.sentences) == [set(terms("Ada kept the lamp")), set(terms("It burned for a year"))]
    assert held.holds("lit")


def test_a_table_row_has_the_terms_of_its_cells_behind_the_heads_of_their_columns() -> None:
    held = PassageTerms.of(passage("| Port | Ships |\n|---|---|\n| Varden | 1,120 |\n| Ostby | 18 |"))
    assert sets(held.sentences) == [set(terms("Port Varden Ships 1120")), set(terms("Port Ostby Ships 18"))]
