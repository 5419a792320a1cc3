"""What a model has written is held against its passages; citations are put right, and none is forced."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Passage
from assistant.generation.checker import Change, Checked, Checker, checked
from assistant.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answering.sentence_scoring import Embed
    from assistant.indexing import Embedder
    from assistant.models.embedder import Vectors


def passage_of(name: str, text: str, start: int = 0) -> Passage:
    return Passage(name, f"{name}.md", f"The {name} of Veldt", "", text, start, start + len(text))


BRIDGE = passage_of(
    "bridge",
    "The bridge of Veldt was built in 1911 by Karel Novak. It is 330 metres long and carries two railway tracks. "
    "About 40 trains cross it every day.",
    start=100,
)
HARBOUR = passage_of(
    "harbour",
    "The harbour of Veldt opened in 1887. Forty people died in the fire of 1902. The port has not been used by ferries "
    "since 1990.",
)
PASSAGES = (BRIDGE, HARBOUR)


def by_words(texts: Sequence[str]) -> Vectors:
    """Vectors that are the more alike, the more words two texts share."""
    known = list(dict.fromkeys(term for text in texts for term in terms(text))) or [""]
    counts = np.array([[float(term in terms(text)) for term in known] for text in texts], dtype=np.float32)
    directions: Vectors = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)
    return directions


def check(text: str, passages: Sequence[Passage] = PASSAGES, embed: Embed = by_words) -> Checked:
    return checked(text, passages, embed)


def support_of(text: str) -> list[str]:
    return [sentence.support for sentence in check(text).sentences]


class TestSupport:
    @pytest.mark.parametrize(
        "text",
        [
            "The bridge of Veldt was built in 1911 by Karel Novak [1].",
            "Karel Novak built the bridge in 1911 [1].",
            "The bridge of Veldt is 330 metres long [1].",
            "40 people died in the fire of 1902 [2].",
            "Ferries have not used the port since 1990 [2].",
            "According to the documents, the harbour opened in 1887 [2].",
        ],
    )
    def test_what_a_passage_says_is_supported(self, text: str) -> None:
        assert support_of(text) == ["supported"]

    @pytest.mark.parametrize(
        "text",
        [
            "The bridge of Veldt was built in 1911 by Anna Berg [1].",
            "The bridge of Veldt was built in 1912 by Karel Novak [1].",
            "The bridge of Veldt was not built in 1911 by Karel Novak [1].",
            "It is 430 metres long and carries two railway tracks [1].",
            "The port has been used by ferries since 1990 [2].",
            "Fifty people died in the fire of 1902 [2].",
            "The mayor wants to paint the town hall red [1].",
            "Die Brücke ist sehr alt und gehört der Stadt [1].",
        ],
    )
    def test_what_no_passage_says_is_marked_and_cites_nothing(self, text: str) -> None:
        found = check(text)
        assert [(one.text, one.citations, one.support) for one in found.sentences] == [
            (text.rpartition(" [")[0] + ".", (), "unsupported")
        ]
        assert found.citations == ()
        assert found.notices == ("1 sentence is not borne out by the passages found.",)

    def test_a_sentence_may_rest_on_two_passages_together(self) -> None:
        found = check("The bridge is 330 metres long, and forty people died in the fire of 1902 [1][2].")
        assert [one.support for one in found.sentences] == ["supported"]
        assert sorted(citation.quote for citation in found.citations) == [
            "Forty people died in the fire of 1902.",
            "It is 330 metres long and carries two railway tracks.",
        ]

    def test_an_item_counts_as_its_weakest_sentence(self) -> None:
        assert support_of("- The harbour of Veldt opened in 1887 [2]. It was sold to Anna Berg [2].") == ["unsupported"]

    def test_what_claims_nothing_is_neither_marked_nor_cited(self) -> None:
        found = check("# Answer\n\nHere is what the documents say:\n\n- The harbour of Veldt opened in 1887 [2]")
        assert [(one.text, one.citations, one.support) for one in found.sentences] == [
            ("# Answer", (), "supported"),
            ("Here is what the documents say:", (), "supported"),
            ("- The harbour of Veldt opened in 1887", (1,), "supported"),
        ]

    def test_without_passages_every_claim_is_unsupported(self) -> None:
        assert [one.support for one in check("It was built in 1911 [1].", ()).sentences] == ["unsupported"]


class TestCitations:
    def test_the_best_span_is_quoted_at_its_offsets(self) -> None:
        [citation] = check("The bridge is 330 metres long and carries two railway tracks [1].").citations
        quote = "It is 330 metres long and carries two railway tracks."
        start = 100 + BRIDGE.text.index(quote)
        assert (citation.number, citation.passage, citation.quote) == (1, BRIDGE, quote)
        assert (citation.start, citation.end) == (start, start + len(quote))

    def test_citations_are_numbered_as_they_appear_and_one_span_has_one_number(self) -> None:
        found = check(
            "Forty people died in the fire of 1902 [2]. The bridge was built in 1911 by Karel Novak [1].\n"
            "In the fire of 1902 forty people died [2]."
        )
        assert found.text == (
            "Forty people died in the fire of 1902. [1] The bridge was built in 1911 by Karel Novak. [2]\n"
            "In the fire of 1902 forty people died. [1]"
        )
        assert [citation.passage.id for citation in found.citations] == ["harbour", "bridge"]

    def test_a_wrong_citation_is_moved_and_noted(self) -> None:
        found = check("Karel Novak built the bridge of Veldt in 1911 [2].")
        assert [citation.passage.id for citation in found.citations] == ["bridge"]
        assert found.changes == (Change(0, "moved", (2,), (1,)),)
        assert found.notices == ("1 citation was moved to the passage that says so.",)

    def test_a_missing_citation_is_added_where_a_passage_says_so(self) -> None:
        found = check("The harbour of Veldt opened in 1887.")
        assert [citation.passage.id for citation in found.citations] == ["harbour"]
        assert found.changes == (Change(0, "added", (), (2,)),)

    def test_one_of_two_citations_that_does_not_bear_it_out_is_dropped(self) -> None:
        found = check("The harbour of Veldt opened in 1887 [1, 2].")
        assert [citation.passage.id for citation in found.citations] == ["harbour"]
        assert found.changes == (Change(0, "dropped", (1,)),)

    def test_numbers_out_of_range_are_removed_and_noted(self) -> None:
        found = check("The harbour of Veldt opened in 1887 [2, 7].")
        assert found.text == "The harbour of Veldt opened in 1887. [1]"
        assert found.changes == (Change(0, "no such passage", (7,)),)
        assert found.notices == ("1 citation was removed that led nowhere.",)

    def test_a_contradicted_sentence_is_not_moved_to_a_passage_that_is_merely_alike(self) -> None:
        alike = passage_of("ferry", "Novak also built a ferry in 1912. Karel Novak lived in Veldt.")
        found = check("The bridge of Veldt was built in 1912 by Karel Novak [1].", (BRIDGE, alike))
        assert (found.sentences[0].support, found.citations) == ("unsupported", ())


class TestStream:
    TEXT = (
        "Here is what the documents say:\n\n- The harbour of Veldt opened in 1887 [2].\n"
        "- It was built by Anna Berg [1]\n\nKarel Novak built the bridge of Veldt in 1911 [2]. "
        "It is 330 metres long [1][9]. Forty people died in the fire."
    )

    @pytest.mark.parametrize("step", [1, 2, 7, 50])
    def test_a_stream_gives_what_the_whole_gives(self, step: int) -> None:
        checker = Checker(PASSAGES, by_words)
        for end in range(0, len(self.TEXT), step):
            checker.check(self.TEXT[:end], finished=False)
        assert checker.check(self.TEXT, finished=True) == check(self.TEXT)

    def test_what_was_shown_does_not_change(self) -> None:
        checker = Checker(PASSAGES, by_words)
        shown = [checker.check(self.TEXT[:end], finished=False) for end in range(len(self.TEXT))]
        for earlier, later in pairwise(shown):
            assert later.sentences[: len(earlier.sentences)] == earlier.sentences
            assert later.citations[: len(earlier.citations)] == earlier.citations
            assert later.text.startswith(earlier.text)

    def test_a_finished_sentence_is_not_compared_again(self) -> None:
        embedded: list[str] = []

        def embed(texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return by_words(texts)

        checker = Checker(PASSAGES, embed)
        text = "Trains go over the bridge. "
        checker.check(text + "The harbour of Veldt opened in 1887.", finished=False)
        assert embedded.count("Trains go over the bridge.") == 1
        checker.check(text + "The harbour of Veldt opened in 1887. It is old.", finished=True)
        assert embedded.count("Trains go over the bridge.") == 1

    def test_a_sentence_that_a_passage_repeats_word_for_word_needs_no_vectors(self) -> None:
        def embed(texts: Sequence[str]) -> Vectors:
            raise AssertionError(texts)

        assert check("The harbour of Veldt opened in 1887 [2].", embed=embed).sentences[0].support == "supported"


@given(st.text(max_size=200))
def test_any_text_is_checked_and_no_sentence_is_lost(text: str) -> None:
    found = check(text)
    assert all(sentence.text.strip() for sentence in found.sentences)
    for citation in found.citations:
        passage = citation.passage
        assert citation.quote == passage.text[citation.start - passage.start : citation.end - passage.start]


TRUE = (
    ("The port of Veldt took in its first ship in the year 1887.", "harbour"),
    ("A blaze in 1902 killed 40 people.", "harbour"),
    ("Since 1990 no ferries have called at the port.", "harbour"),
    ("Karel Novak put up the bridge of Veldt in 1911.", "bridge"),
    ("Two railway tracks run over the bridge, which has a length of 330 metres.", "bridge"),
    ("Every day some 40 trains go over the bridge.", "bridge"),
    ("Mira Holt wrote the first history of the town in 1955.", "history"),
    ("The town council turned down the new hotel in March 2019.", "hotel"),
    ("In 2019 the council of Veldt rejected plans for a hotel.", "hotel"),
    ("Six wind turbines give power to 4,000 homes.", "power"),
)
FALSE = (
    "The port of Veldt took in its first ship in the year 1897.",
    "A blaze in 1902 killed 60 people.",
    "Since 1990 ferries have called at the port.",
    "Mira Holt put up the bridge of Veldt in 1911.",
    "Four railway tracks run over the bridge, which has a length of 330 metres.",
    "Every day some 90 trains go over the bridge.",
    "Karel Novak wrote the first history of the town in 1955.",
    "The town council turned down the new hotel in June 2019.",
    "In 2019 the council of Veldt did not reject plans for a hotel.",
    "Six wind turbines give power to 9,000 homes.",
)
TOWN = (
    *PASSAGES,
    passage_of("history", "The first history of Veldt was written by Mira Holt in 1955. It fills three volumes."),
    passage_of(
        "hotel", "In March 2019 the council of Veldt rejected a plan for a hotel. The investor came from Norland."
    ),
    passage_of("power", "Veldt has six wind turbines, which supply 4,000 homes. The oldest was set up in 1998."),
)


def test_claims_in_other_words_are_told_from_false_ones(embedder: Embedder) -> None:
    told = [checked(f"{text} [1]", TOWN, embedder.embed_remembered) for text, _ in TRUE]
    accepted = [
        found.sentences[0].support == "supported" and {one.passage.id for one in found.citations} == {name}
        for found, (_, name) in zip(told, TRUE, strict=True)
    ]
    refused = [
        checked(f"{text} [1]", TOWN, embedder.embed_remembered).sentences[0].support != "supported" for text in FALSE
    ]
    assert sum(accepted) >= 8
    assert sum(refused) >= 9
