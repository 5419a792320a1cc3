"""Documents that agree are all cited; those that disagree are shown so; all else is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Passage
from assistant.answering.citations import cited_answer
from assistant.answering.conflicts import CORROBORATING, DISPUTES, corroborate
from assistant.answering.selection import Selection
from assistant.answering.sentence_scoring import Embed, ScoredSentence, SentenceFit
from assistant.text.answer_sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.models.embedder import Vectors
    from assistant.models.packaged_reader import PackagedReader
from tests.conftest import OpenCorpus

HOW_MANY = "How many people died in the fire at the harbour of Veldt?"
FORTY = "Forty people died in the fire at the harbour of Veldt."
FIT = SentenceFit(
    cosine=0.9, context_coverage=1.0, passage_coverage=1.0, passage_score=1.0,
    holds_expected=1.0, word_pairs=1.0, length=2.0, defines=0.0,
)  # fmt: skip
BRIDGE = "When was the bridge of Veldt built?"


def passage_of(text: str, source: str, title: str = "", published: str | None = None) -> Passage:
    return Passage(f"{source}-0", source, title or f"Report {source}", "", text, 0, len(text), published=published)


def all_different(texts: Sequence[str]) -> Vectors:
    """Vectors by which no two texts are alike, so that only words count."""
    return np.eye(len(texts), dtype=np.float32)


def all_alike(texts: Sequence[str]) -> Vectors:
    """Vectors by which all texts are alike, so that words alone must tell what differs."""
    return np.ones((len(texts), 1), dtype=np.float32)


def answer_from(question: str, *passages: Passage, embed: Embed = all_alike, chosen: int = 1) -> Answer:
    """The answer of the first sentences of the first passage; the rest is what else was weighed."""
    found = [sentence for passage in passages for sentence in sentences_of(passage)]
    evidence = [ScoredSentence(sentence, 1.0, FIT, 3.0 - 0.1 * i) for i, sentence in enumerate(found)]
    result = corroborate(question, Selection(tuple(found[:chosen]), tuple(evidence)), embed)
    return cited_answer(question, result.statements, [], 0.9, result.notices)


def answer_to(question: str, *texts: str) -> tuple[str, tuple[str, ...]]:
    """The answer's text and notices, where each text is a document of its own: a.md, b.md, ..."""
    passages = [passage_of(text, f"{'abcdef'[i]}.md") for i, text in enumerate(texts)]
    answer = answer_from(question, *passages)
    return answer.text, answer.notices


class TestAgreement:
    @pytest.mark.parametrize(
        "other",
        [
            FORTY.replace("Forty", "40"),
            "The fire at the harbour of Veldt killed forty people.",
            "The blaze at the port of Veldt killed 40 people.",
            "In the fire at Veldt's harbour, 40 people were killed.",
        ],
    )
    def test_a_document_that_states_the_same_is_cited_too(self, other: str) -> None:
        assert answer_to(HOW_MANY, FORTY, other) == (f"{FORTY} [1] [2]", ())

    @pytest.mark.parametrize(
        ("said", "other"),
        [
            (FORTY, "Forty people were injured in the fire at the harbour of Veldt."),
            (FORTY, "Fifty-two people fled from the fire at the harbour of Veldt."),
            (FORTY, "More than forty people died in the fire at the harbour of Veldt."),
            (FORTY, "Forty people may have died in the fire at the harbour of Veldt."),
            (FORTY, "Forty people died in the fire at the harbour of Moss."),
            (FORTY, "Forty people died in the fire at the harbour of Veldt on Sunday."),
            (FORTY, "Forty of the people at the harbour of Veldt died in the fire."),
            ("Prices in Veldt rose by 5 percent in March.", "Prices in Veldt fell by 5 percent in March."),
            ("Norland attacked Sudland in 2022.", "Sudland attacked Norland in 2022."),
            ("Veldt has 4 cranes and Moss has 6.", "Veldt has 6 cranes and Moss has 4."),
            ("The council of Veldt approved the budget.", "The council of Veldt debated the budget."),
            ("The bridge of Veldt will open to trains.", "The bridge of Veldt opened to trains."),
            ("All members of the Veldt council agreed.", "Some members of the Veldt council agreed."),
            ("It was built by masons from Veldt.", "It was built by masons from Veldt."),
            ("The bridge has four old arches.", "The bridge has four old arches."),
        ],
    )
    def test_a_document_that_states_something_else_is_not(self, said: str, other: str) -> None:
        assert answer_to("What happened?", said, other) == (f"{said} [1]", ())

    def test_a_word_more_is_let_pass_only_where_the_meaning_is_alike(self) -> None:
        said = passage_of("The harbour of Veldt has four cranes.", "a.md")
        other = passage_of("The harbour of Veldt sold four cranes.", "b.md")
        assert answer_from("What about Veldt?", said, other, embed=all_different).text == f"{said.text} [1]"
        assert answer_from("What about Veldt?", said, replace(said, source="c.md")).text == (f"{said.text} [1] [2]")

    @pytest.mark.parametrize(
        ("said", "other"),
        [
            ("Nine people were killed and two injured in Veldt.", "Nine people were injured and two killed in Veldt."),
            ("The harbour of Veldt froze at -5 degrees.", "The harbour of Veldt froze at 5 degrees."),
            ("Prices in Veldt went up by 5 percent.", "Prices in Veldt went down by 5 percent."),
            ("The council of Veldt voted for the plan.", "The council of Veldt voted against the plan."),
        ],
    )
    def test_a_sentence_of_the_same_words_that_says_otherwise_is_not_cited(self, said: str, other: str) -> None:
        assert answer_to("What happened in Veldt?", said, other)[0] == f"{said} [1]"

    def test_the_same_document_does_not_corroborate_itself(self) -> None:
        assert (
            answer_to(HOW_MANY, f"{FORTY} The fire at the harbour of Veldt killed forty people.")[0] == f"{FORTY} [1]"
        )

    def test_a_document_known_to_hold_the_same_text_is_not_cited_again(self) -> None:
        first = passage_of(FORTY, "a.md")
        collapsed = replace(first, also_in=("b.md",))
        assert answer_from(HOW_MANY, collapsed, passage_of(FORTY, "b.md")).text == f"{FORTY} [1]"

    def test_at_most_three_documents_more_are_cited_the_best_first(self) -> None:
        answer = answer_from(HOW_MANY, *(passage_of(FORTY, f"{name}.md") for name in "azbyc"))
        assert CORROBORATING == 3
        assert answer.text == f"{FORTY} [1] [2] [3] [4]"
        assert [citation.passage.source for citation in answer.citations] == ["a.md", "z.md", "b.md", "y.md"]

    def test_outside_english_only_the_same_words_count(self) -> None:
        said = "In Veldt starben vierzig Menschen bei dem Brand im Hafen."

        def german(text: str, source: str) -> Passage:
            return replace(passage_of(text, source), language="de")

        same = answer_from("Wie viele starben in Veldt?", german(said, "a.md"), german(said, "b.md"))
        assert same.text == f"{said} [1] [2]"
        other = answer_from(
            "Wie viele starben in Veldt?", german(said, "a.md"), german(said + " Vieles brannte.", "b.md")
        )
        assert other.text == f"{said} [1] [2]"
        unlike = german("In Veldt starben vierzig Menschen nicht bei dem Brand im alten Hafen.", "b.md")
        assert answer_from("Wie viele starben in Veldt?", german(said, "a.md"), unlike).text == f"{said} [1]"


class TestDisagreement:
    def test_both_sentences_are_shown_and_the_documents_are_named(self) -> None:
        answer = answer_from(
            HOW_MANY,
            passage_of(FORTY, "a.md", "The Harbour Gazette"),
            passage_of(
                "Fifty-two people died in the fire at Veldt harbour, Mayor Anna Berg said.", "b.md", "Coast News"
            ),
        )
        assert answer.text == (
            f"{FORTY} [1] Fifty-two people died in the fire at Veldt harbour, Mayor Anna Berg said. [2]"
        )
        assert answer.notices == (
            "The documents disagree: “The Harbour Gazette” says forty, “Coast News” says fifty-two.",
        )

    def test_days_of_publication_are_named_where_they_are_known(self) -> None:
        answer = answer_from(
            "How many members does NATO have?",
            passage_of("NATO has 28 members.", "a.md", "Handbook", "2010-01-09"),
            passage_of("NATO has 32 members.", "b.md", "Handbook", "2024-06-01T08:00:00"),
            passage_of("NATO has 31 members.", "c.md", "Atlas", "2023"),
        )
        assert answer.text == "NATO has 28 members. [1] NATO has 32 members. [2] NATO has 31 members. [3]"
        assert answer.notices == (
            "The documents disagree: “Handbook” (a.md, 9 January 2010) says 28, "
            "“Handbook” (b.md, 1 June 2024) says 32, “Atlas” says 31.",
        )

    def test_documents_that_agree_with_either_side_are_cited_there(self) -> None:
        text, notices = answer_to(
            HOW_MANY,
            FORTY,
            "The fire at the harbour of Veldt killed fifty-two people.",
            "The blaze at the port of Veldt killed 40 people.",
            "In the fire at the harbour of Veldt 52 people died.",
        )
        assert text == f"{FORTY} [1] [2] The fire at the harbour of Veldt killed fifty-two people. [3] [4]"
        assert notices == ("The documents disagree: “Report a.md” says forty, “Report b.md” says fifty-two.",)

    def test_documents_may_disagree_on_a_date(self) -> None:
        text, notices = answer_to(
            BRIDGE, "The bridge of Veldt was built in 1888.", "The iron bridge of Veldt was constructed in 1902."
        )
        assert text == (
            "The bridge of Veldt was built in 1888. [1] The iron bridge of Veldt was constructed in 1902. [2]"
        )
        assert notices == ("The documents disagree: “Report a.md” says 1888, “Report b.md” says 1902.",)

    def test_documents_may_disagree_on_whether_it_is_so(self) -> None:
        text, notices = answer_to(
            "Was the ferry to Moss Island cancelled?",
            "The ferry to Moss Island was cancelled on Monday.",
            "The ferry to Moss Island was not cancelled on Monday.",
        )
        assert text == (
            "The ferry to Moss Island was cancelled on Monday. [1] "
            "The ferry to Moss Island was not cancelled on Monday. [2]"
        )
        assert notices == ("The documents disagree: “Report b.md” denies what “Report a.md” says.",)

    @pytest.mark.parametrize(
        "other",
        [
            "52 people died in the fire at the harbour of Veldt, two of them at sea.",
            "52 people, including three children, died in the fire at the harbour of Veldt.",
            "Mayor Anna Berg told reporters that 52 people died in the fire at Veldt harbour.",
            "Mayor Anna Berg said on Sunday that 52 people died in the fire at Veldt harbour.",
        ],
    )
    def test_what_is_said_besides_of_some_and_who_says_it_hides_no_disagreement(self, other: str) -> None:
        text, notices = answer_to(HOW_MANY, FORTY, other)
        assert text == f"{FORTY} [1] {other} [2]"
        assert notices == ("The documents disagree: “Report a.md” says forty, “Report b.md” says 52.",)

    @pytest.mark.parametrize(
        "denial",
        [
            "The operator denies that the ferry to Moss Island was cancelled on Monday.",
            "Captain Orr has denied reports that the ferry to Moss Island was cancelled on Monday.",
        ],
    )
    def test_a_denial_that_something_is_so_contradicts_that_it_is(self, denial: str) -> None:
        said, question = "The ferry to Moss Island was cancelled on Monday.", "Was the ferry to Moss Island cancelled?"
        assert answer_to(question, said, denial) == (
            f"{said} [1] {denial} [2]",
            ("The documents disagree: “Report b.md” denies what “Report a.md” says.",),
        )
        assert answer_to(question, said.replace("was", "was not"), denial)[1] == ()

    def test_who_denies_it_is_whom_the_denial_is_about(self) -> None:
        said, question = "Norland attacked Veldt in March.", "Did Norland attack Veldt?"
        assert answer_to(question, said, "Norland denies that it attacked Veldt in March.")[1] == (
            "The documents disagree: “Report b.md” denies what “Report a.md” says.",
        )
        assert answer_to(question, said, "Sudland denies that it attacked Veldt in March.")[1] == ()

    def test_whoever_denies_it_may_have_a_backslash_in_the_name(self) -> None:
        said, question = "Norland attacked Veldt in March.", "Did Norland attack Veldt?"
        assert answer_to(question, said, r"Norland\9 denies that it attacked Veldt in March.")[0]

    @pytest.mark.parametrize(
        ("language", "said", "denied"),
        [
            ("de", "Die Fähre nach Moss fährt am Montag.", "Die Fähre nach Moss fährt am Montag nicht."),
            ("de", "Veldt hat einen Hafen.", "Veldt hat keinen Hafen."),
            ("fr", "Le port de Moss est fermé.", "Le port de Moss n'est pas fermé."),
            ("es", "El puerto de Moss está cerrado.", "El puerto de Moss no está cerrado."),
            ("ru", "Мост через Арль закрыт для машин.", "Мост через Арль не закрыт для машин."),
        ],
    )
    def test_in_other_languages_too_a_negation_alone_makes_it_a_disagreement(
        self, language: str, said: str, denied: str
    ) -> None:
        passages = [replace(passage_of(text, f"{i}.md"), language=language) for i, text in enumerate((said, denied))]
        answer = answer_from("Is it so?", *passages)
        assert answer.text == f"{said} [1] {denied} [2]"
        assert answer.notices == ("The documents disagree: “Report 1.md” denies what “Report 0.md” says.",)

    def test_reports_of_one_week_may_differ_in_whether_they_name_the_day(self) -> None:
        said, other = FORTY, "Fifty-two people died in the fire at the harbour of Veldt on Sunday."
        near = [passage_of(said, "a.md", "A", "2024-03-03"), passage_of(other, "b.md", "B", "2024-03-10")]
        far = [passage_of(said, "a.md", "A", "2024-03-03"), passage_of(other, "b.md", "B", "2024-03-11")]
        undated = [passage_of(said, "a.md"), passage_of(other, "b.md")]
        assert answer_from(HOW_MANY, *near).notices == (
            "The documents disagree: “A” (3 March 2024) says forty, “B” (10 March 2024) says fifty-two.",
        )
        assert [answer_from(HOW_MANY, *passages).notices for passages in (far, undated)] == [(), ()]

    @pytest.mark.parametrize(
        ("question", "said", "other"),
        [
            (HOW_MANY, FORTY, "Fifty-two people died in the fire at the harbour of Moss."),
            (HOW_MANY, FORTY, "Fifty-two people were injured in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "More than 30 people died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "Between 35 and 50 people died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "Twelve of the people died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "Twelve children died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "Another twelve people died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "Fifty-two people may have died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "In 1999 seven people died in the fire at the harbour of Veldt."),
            (HOW_MANY, FORTY, "The fire at the harbour of Veldt burned 52 ships, and people died."),
            (HOW_MANY, FORTY, "The fire at the harbour of Veldt killed 12 people at 3 pm, and 40 people by 5 pm."),
            ("Why did forty people die in Veldt?", FORTY, FORTY.replace("Forty", "Fifty-two")),
            ("How many cranes had Veldt in 2019?", "In 2019 Veldt had 4 cranes.", "In 2024 Veldt had 6 cranes."),
            (BRIDGE, "The bridge of Veldt was built in 1888.", "The bridge of Moss was built in 1902."),
            (BRIDGE, "The bridge was built in 1888.", "The bridge was built in 1902."),
            (BRIDGE, "The bridge of Veldt was built in 1888.", "The bridge of Veldt was opened in 1902."),
            (BRIDGE, "The bridge of Veldt was built in 1888.", "The bridge of Veldt was built after 1880."),
            (BRIDGE, "The bridge of Veldt was built in May 1888.", "The bridge of Veldt was built in 1888."),
            ("Is Veldt open?", "The port of Veldt is open.", "The port of Veldt is not only open but full."),
            ("Is Veldt open?", "The port of Veldt is open.", "The port of Moss is not open."),
        ],
    )
    def test_what_may_both_be_true_is_no_disagreement(self, question: str, said: str, other: str) -> None:
        assert answer_to(question, said, other)[1] == ()

    def test_one_document_does_not_disagree_with_itself(self) -> None:
        assert answer_to(HOW_MANY, f"{FORTY} Fifty-two people died in the fire at the harbour of Veldt.") == (
            f"{FORTY} [1]",
            (),
        )

    @given(st.lists(st.sampled_from([
        FORTY, "40 people died in the fire at the harbour of Veldt.", "The blaze in Veldt port killed 52 people.",
        "In Veldt the fire at the harbour killed fifty-two people.", "It was not so.", "The harbour of Veldt is open.",
        "The harbour of Veldt is not open.", "Moss has 52 people.", "The fire in Veldt burned on 3 March 2024.",
    ]), min_size=1, max_size=6), st.integers(1, 3))  # fmt: skip
    def test_whatever_is_said_citations_are_in_order_exact_and_of_different_documents(
        self, said: list[str], each: int
    ) -> None:
        passages = [passage_of(" ".join(said[i : i + each]), f"{i}.md") for i in range(0, len(said), each)]
        found = [sentence for passage in passages for sentence in sentences_of(passage)]
        evidence = [ScoredSentence(sentence, 1.0, FIT, 1.0) for sentence in found]
        result = corroborate(HOW_MANY, Selection(tuple(found[:2]), tuple(evidence)), all_alike)
        answer = cited_answer(HOW_MANY, result.statements, [], 0.9, result.notices)
        texts = {passage.source: passage.text for passage in passages}
        cited = [number for sentence in answer.sentences for number in sentence.citations]
        assert list(dict.fromkeys(cited)) == [citation.number for citation in answer.citations]
        assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        for citation in answer.citations:
            assert citation.quote == texts[citation.passage.source][citation.start : citation.end] != ""
        for sentence in answer.sentences:
            sources = [answer.citations[number - 1].passage.source for number in sentence.citations]
            assert len(set(sources)) == len(sources) <= 1 + CORROBORATING
        assert len(set(answer.notices)) == len(answer.notices) <= DISPUTES


DIED_OR_HURT = "How many people died and how many were injured in the fire at the harbour of Veldt?"
HURT = "Ninety people were injured in the fire at the harbour of Veldt."


class TestSeveralDisputes:
    """Documents that disagree in several respects are told to disagree in each, once."""

    def test_each_sentence_that_is_disputed_is_told(self) -> None:
        answer = answer_from(
            DIED_OR_HURT,
            passage_of(f"{FORTY} {HURT}", "a.md", "A"),
            passage_of(FORTY.replace("Forty", "Fifty-two"), "b.md", "B"),
            passage_of(HURT.replace("Ninety", "Seventy"), "c.md", "C"),
            chosen=2,
        )
        assert answer.text == (
            f"{FORTY} [1] {FORTY.replace('Forty', 'Fifty-two')} [2] {HURT} [3] {HURT.replace('Ninety', 'Seventy')} [4]"
        )
        assert answer.notices == (
            "The documents disagree: “A” says forty, “B” says fifty-two.",
            "The documents disagree: “A” says ninety, “C” says seventy.",
        )

    def test_both_sides_of_two_disputes_among_the_chosen_are_told_once(self) -> None:
        answer = answer_from(
            DIED_OR_HURT,
            passage_of(f"{FORTY} {HURT}", "a.md", "A"),
            passage_of(f"{FORTY.replace('Forty', 'Fifty-two')} {HURT.replace('Ninety', 'Seventy')}", "b.md", "B"),
            chosen=4,
        )
        assert answer.notices == (
            "The documents disagree: “A” says forty, “B” says fifty-two.",
            "The documents disagree: “A” says ninety, “B” says seventy.",
        )

    def test_two_figures_of_one_sentence_are_two_disputes(self) -> None:
        said = "Forty people died and ninety people were injured in the fire at Veldt harbour."
        other = "52 people died and seventy people were injured in the fire at Veldt harbour."
        answer = answer_from(DIED_OR_HURT, passage_of(said, "a.md", "A"), passage_of(other, "b.md", "B"))
        assert answer.text == f"{said} [1] {other} [2]"
        assert answer.notices == (
            "The documents disagree: “A” says forty, “B” says 52.",
            "The documents disagree: “A” says ninety, “B” says seventy.",
        )

    def test_where_one_of_two_figures_is_the_same_only_the_other_is_disputed(self) -> None:
        said = "Forty people died and ninety people were injured in the fire at Veldt harbour."
        other = "40 people died and seventy people were injured in the fire at Veldt harbour."
        assert answer_to(DIED_OR_HURT, said, other)[1] == (
            "The documents disagree: “Report a.md” says ninety, “Report b.md” says seventy.",
        )

    def test_a_question_for_a_day_and_a_number_has_disputes_of_both(self) -> None:
        answer = answer_to(
            "When was the bridge of Veldt built and how many arches has it?",
            "The bridge of Veldt was built in 1888 with 4 arches.",
            "The bridge of Veldt was built in 1902 with 6 arches.",
        )
        assert answer[1] == (
            "The documents disagree: “Report a.md” says 1888, “Report b.md” says 1902.",
            "The documents disagree: “Report a.md” says 4, “Report b.md” says 6.",
        )

    def test_a_figure_and_a_denial_are_two_disputes(self) -> None:
        answer = answer_to(
            "How many ships did Veldt harbour lose?",
            "Veldt harbour lost 4 ships.",
            "Veldt harbour lost 6 ships.",
            "Veldt harbour did not lose 4 ships.",
        )
        assert answer[1] == (
            "The documents disagree: “Report a.md” says 4, “Report b.md” says 6.",
            "The documents disagree: “Report c.md” denies what “Report a.md” says.",
        )

    @pytest.mark.parametrize(
        ("said", "other"),
        [
            ("The fire in Veldt killed 12 and injured 40.", "The fire in Veldt injured 40 and killed 12."),
            ("The fire in Veldt killed 12 and injured 40.", "The fire in Veldt injured 43 and killed 12."),
            ("Veldt has 4 cranes and 6 ships.", "Veldt has 6 ships and 4 cranes."),
            ("The fire killed 12 in Veldt and 40 in Moss.", "The fire killed 40 in Moss and 12 in Veldt."),
        ],
    )
    def test_figures_that_only_come_in_another_order_are_not_disputed(self, said: str, other: str) -> None:
        assert answer_to("How many did the fire in Veldt kill?", said, other)[1] == ()

    def test_of_many_disputes_five_are_told(self) -> None:
        things = "cranes ships piers boats sheds masts".split()
        said = " ".join(f"Veldt has {n} {thing}." for n, thing in enumerate(things, 2))
        other = " ".join(f"Veldt has {n} {thing}." for n, thing in enumerate(things, 12))
        answer = answer_from("How many has Veldt?", passage_of(said, "a.md"), passage_of(other, "b.md"), chosen=6)
        assert DISPUTES == 5
        assert answer.notices == tuple(
            f"The documents disagree: “Report a.md” says {n}, “Report b.md” says {n + 10}." for n in range(2, 7)
        )


class TestWithTheModel:
    GAZETTE = f"""---
title: The Harbour Gazette
published: 2024-03-03
---

A fire broke out at the harbour of Veldt at night. {FORTY} The mayor thanked the crews.
"""
    COAST = """---
title: Coast News
published: 2024-03-04
---

The harbour stays closed for weeks, traders fear. Fifty-two people died in the fire at Veldt harbour, Anna Berg said.
"""
    MARKET = """---
title: Market Daily
---

Grain prices rose on the news from Veldt. The blaze at the port of Veldt killed 40 people. Insurers count the loss.
"""

    def test_an_answer_cites_those_that_agree_and_names_those_that_disagree(self, open_corpus: OpenCorpus) -> None:
        answer = open_corpus({"a.md": self.GAZETTE, "b.md": self.COAST, "c.md": self.MARKET}).ask(HOW_MANY)
        assert answer.text.startswith(
            f"{FORTY} [1] [2] Fifty-two people died in the fire at Veldt harbour, Anna Berg said. [3]"
        )
        assert [citation.passage.source for citation in answer.citations][:3] == ["a.md", "c.md", "b.md"]
        assert answer.citations[1].quote == "The blaze at the port of Veldt killed 40 people."
        assert answer.notices == (
            "The documents disagree: “The Harbour Gazette” (3 March 2024) says forty, "
            "“Coast News” (4 March 2024) says fifty-two.",
        )

    def test_two_copies_of_a_report_that_differ_in_the_number_disagree(self, open_corpus: OpenCorpus) -> None:
        report = (
            "The fire at the harbour of Veldt killed {} people on 3 March, and the crews of the town fought it until "
            "the morning with all the water that they could pump. The mayor thanked them in the old market hall, where "
            "those who had fled the flames were given soup, blankets and a place to sleep for some days.\n"
        )
        corpus = open_corpus(
            {
                "north.md": report.format("nine"),
                "south.md": report.format("two"),
                "west.md": report.format("9").replace("mayor", "Mayor"),
            }
        )
        answer = corpus.ask("How many people did the fire at the harbour of Veldt kill?")
        named = {citation.passage.source: citation.passage.also_in for citation in answer.citations}
        assert "south.md" not in {source for also_in in named.values() for source in also_in}
        assert sorted([*named, *(source for also_in in named.values() for source in also_in)]) == [
            "north.md",
            "south.md",
            "west.md",
        ]
        assert [notice.partition(":")[0] for notice in answer.notices] == ["The documents disagree"]

    def test_no_side_of_a_disagreement_stands_in_bold(self, open_corpus: OpenCorpus, reader: PackagedReader) -> None:
        both = open_corpus({"a.md": self.GAZETTE, "b.md": self.COAST}, reader).ask(HOW_MANY)
        assert [sentence.emphasis for sentence in both.sentences] == [None] * len(both.sentences)
        alone = open_corpus({"a.md": self.GAZETTE}, reader).ask(HOW_MANY).sentences[0]
        assert alone.emphasis is not None
        assert "Forty" in alone.text[slice(*alone.emphasis)]

    def test_a_sentence_of_stop_words_more_that_means_another_thing_is_not_cited(self, open_corpus: OpenCorpus) -> None:
        corpus = open_corpus(
            {
                "a.md": "# Harbour\n\nThe harbour of Veldt has four cranes. They are blue.\n",
                "b.md": "# Sale\n\nMoney was short. The harbour of Veldt sold four cranes.\n",
                "c.md": "# Guide\n\nShips call every day. There are four cranes in the harbour of Veldt.\n",
            }
        )
        answer = corpus.ask("How many cranes does the harbour of Veldt have?")
        cited = [answer.citations[number - 1].passage.source for number in answer.sentences[0].citations]
        assert sorted(cited) == ["a.md", "c.md"]

    def test_items_agree_only_in_lists_of_the_same_things(self, open_corpus: OpenCorpus) -> None:
        corpus = open_corpus(
            {
                "a.md": "# Library\n\nThe languages that the library of Veldt collects are these:\n\n"
                "- Norn\n- Cornish\n- Livonian\n",
                "b.md": "# News\n\nThe hall is open.\n\nThe languages that the library of Veldt collects are these:\n\n"
                "- Cornish\n- Livonian\n- Manx\n",
                "c.md": "# School\n\nThe languages that the school of Veldt teaches are these:\n\n- Norn\n- Cornish\n",
            }
        )
        answer = corpus.ask("What are the languages that the library of Veldt collects?")
        assert answer.text == "- Norn [1]\n- Cornish [2] [3]\n- Livonian [4] [5]"
        assert [citation.passage.source for citation in answer.citations] == ["a.md", "a.md", "b.md", "a.md", "b.md"]
