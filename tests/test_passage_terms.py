"""What a passage holds is worked out from its pieces, and is what the whole passage holds."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant import Passage
from assistant.answering.passage_terms import passage_terms
from assistant.indexing.terms import terms

WORDS = st.sampled_from(
    ["Ada", "the", "keeper's", "lamp", "1,120", "burned", "NATO", "çà", "\u201cstill\u201d", "北大西洋"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")


def passage(text: str, breadcrumb: str = "") -> Passage:
    return Passage(id="a", source="a.md", title="", breadcrumb=breadcrumb, text=text, start=70, end=70 + len(text))


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3).map("\n\n".join))
def test_a_passage_holds_the_terms_and_pairs_of_its_text(text: str) -> None:
    held, spoken = passage_terms(passage(text)), terms(text)
    assert (held.all, held.pairs) == (frozenset(spoken), frozenset(pairwise(spoken)))


def test_each_sentence_is_found_under_its_own_terms_and_those_of_the_headings() -> None:
    held = passage_terms(passage("Ada kept the lamp. Is it lit? It burned for a year.", breadcrumb="Keepers"))
    assert held.sentences == (
        frozenset(terms("Keepers Ada kept the lamp")),
        frozenset(terms("Keepers It burned for a year")),
    )
    assert "lit" in held.all


def test_a_table_row_is_found_under_the_heads_of_its_columns() -> None:
    held = passage_terms(passage("| Port | Ships |\n|---|---|\n| Varden | 1,120 |\n| Ostby | 18 |"))
    assert held.sentences == (frozenset(terms("Port Varden Ships 1120")), frozenset(terms("Port Ostby Ships 18")))
