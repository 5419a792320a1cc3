"""Questions become cited answers or honest refusals, over small corpora with the real model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, AnswerSentence, Assistant, CorpusError, IndexDamaged, QuestionError
from assistant.answering.answerability import MODEL, AnswerabilitySignals, answerability
from assistant.answering.citations import NO_ANSWER, NO_DOCUMENTS, NOTHING_IN_RANGE, plain, text_of
from assistant.answering.followups import LEANING, TILTED, Understood, understand
from assistant.answering.questions import MAXIMUM_QUESTION_CHARACTERS, QuestionKind, checked, expectation, kind_of
from assistant.answering.selection import MAXIMUM_ITEMS, choose
from assistant.indexing import Embedder
from assistant.text.answer_sentences import Sentence, sentences_of
from assistant.types import History
from tests.answers import passage_of, weighed
from tests.conftest import assistant_with
from tests.index_tools import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import OpenCorpus

OWLS = "The tawny owl hunts voles and mice at night in old oak woods near the river Arle.\n"
FURNITURE = ["Share this article", "4 min read", "By Ann Orr", "Subscribe to our newsletter", "Related articles"]
FILES = {
    "harbour.md": """---
title: The harbour of Veldt
published: 2024-03-01
publisher: The Veldt Times
---

# Cranes

The harbour of Veldt has four cranes. Each crane lifts forty tonnes of steel.

# Ferries

The ferry to Moss Island leaves at nine in the morning. The crossing takes forty minutes.
""",
    "owls/a.md": OWLS,
    "owls/b.md": OWLS,
    "owls/copy.txt": OWLS,
    "workshop.md": """# The workshop

The tools that the workshop lends are these:

- a hand plane
- a cordless drill
- a table saw
- a belt sander
""",
    "library.md": """# The library

The languages that the library collects are these:

- Norn
- Cornish
- Livonian

The library was founded by the mayor in 1888.
""",
    "capitals.md": "# Capitals\n\nThe capital of Germany is Berlin. The capital of France is Paris.\n",
    "news/2023.md": "---\npublished: 2023-06-15\n---\nThe bridge over the Arle was closed for repairs in June.\n",
    "news/2024.md": "---\npublished: 2024-06-15T08:00:00\n---\nThe bridge over the Arle was opened by the mayor.\n",
    "news/undated.md": "The bridge over the Arle is painted green and was built of iron.\n",
    "page.txt": """Glaciers of Norland

Share this article

4 min read

By Ann Orr

The largest glacier of Norland is the Hvitbre, which covers ninety square kilometres.

Subscribe to our newsletter

The glacier Hvitbre loses about two metres of ice every summer.

Related articles
""",
    "граница.txt": "Граница между областями закрыта с марта. Мост через реку Арль открыт для пешеходов.\n",
}
HOSTILE = {
    "right-to-left override": "\u202egnissorc eht\u202c",
    "right-to-left mark": "harbour\u200f cranes\u200e?",
    "isolates": "\u2066harbour\u2069 \u2067cranes\u2069",
    "arabic": "كم عدد الرافعات في الميناء؟",
    "hebrew": "כמה מנופים יש בנמל?",
    "zero width": "har\u200bbour\u200c cra\u200dnes\ufeff",
    "only zero width": "\u200b\u200c\u200d",
    "byte order mark": "\ufeffharbour",
    "combining": "h\u0336a\u0336r\u0336b\u0336o\u0336u\u0336r\u0336 Z\u0351\u036b\u0343\u036a\u0302",
    "single quote": "'",
    "quotes": "\"'`´‘’“”«»",
    "unbalanced quote": '"harbour cranes',
    "sql": "'; DROP TABLE documents; --",
    "sql union": "1 UNION SELECT value FROM meta",
    "sql like": "%_%",
    "tantivy field": "body:harbour",
    "tantivy unknown field": "foo:bar",
    "tantivy bracket": "(",
    "tantivy brackets": "((harbour) OR",
    "tantivy range": "id:[a TO z]",
    "tantivy operators": "+harbour -cranes AND NOT OR ^2~3",
    "tantivy wildcard": "har*our?",
    "tantivy regex": "/har.*/",
    "tantivy key": "key:generation",
    "generation": "generation",
    "backslashes": "\\\\ \\x00 \\u0000",
    "emoji": "🦉🏗️👩‍👩‍👧‍👦🇺🇳",
    "keycaps": "1️⃣ 2️⃣",
    "nul": "\x00",
    "nul inside": "harbour\x00cranes",
    "lone high surrogate": "harbour \ud800 cranes",
    "lone low surrogate": "\udfff",
    "controls": "\x01\x02\x07\x08\x0b\x1b[31mred\x1b[0m\x7f",
    "line ends": "harbour\r\ncranes\u2028\u2029\x85?",
    "private use": "\ue000\U0010ffff\ufffe",
    "html": "<script>alert(1)</script>",
    "template": "${7*7} {{7*7}} {0} %s %n",
    "path": "../../../../etc/passwd",
    "shell": "$(touch /tmp/x); `id`",
    "json": '{"a": [1, null]}',
    "regex": "(a+)+$ [[:alpha:]] \\1 (?P<x>",
    "number": "NaN Infinity -1e309 0x1F 1,000.5",
    "turkish": "İSTANBUL ıspanak ǅ ß ﬀ",
    "chinese": "港口有几台起重机？",
    "thai": "ท่าเรือมีปั้นจั่นกี่ตัว",
    "one word": "x" * 4000,
    "many words": "harbour " * 499,
    "many marks": "?" * 4000,
}


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    """A corpus that its tests only read."""
    return open_corpus(FILES)


def assert_cited(assistant: Assistant, answer: Answer) -> None:
    """Every sentence of the answer is cited, and every quote stands in its document where it says."""
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        text = assistant.document(citation.passage.source).text
        assert citation.quote == text[citation.start : citation.end] != ""
        assert citation.passage.text == text[citation.passage.start : citation.passage.end]
        assert citation.passage.start <= citation.start < citation.end <= citation.passage.end
    for sentence in answer.sentences:
        assert sentence.support == "supported"
        cited = [answer.citations[number - 1] for number in sentence.citations]
        assert plain(cited[0].quote) == sentence.text.removeprefix("- ")
        assert len({citation.passage.source for citation in cited}) == len(cited)
    assert answer.text in (text_of(answer.sentences), NO_ANSWER, NO_DOCUMENTS)
    assert answer.abstained == (answer.sentences == ())
    assert 0.0 <= answer.confidence <= 1.0
    assert answer.abstained == (answer.confidence < (MODEL.threshold or 0))


class TestCitedAnswers:
    @pytest.mark.parametrize(
        ("question", "source", "opening"),
        [
            ("How many cranes does the harbour of Veldt have?", "harbour.md",
             "The harbour of Veldt has four cranes. [1]"),
            ("When does the ferry to Moss Island leave?", "harbour.md",
             "The ferry to Moss Island leaves at nine in the morning. [1]"),
            ("What is the capital of France?", "capitals.md", "The capital of France is Paris. [1]"),
            ("What is the largest glacier of Norland?", "page.txt",
             "The largest glacier of Norland is the Hvitbre, which covers ninety square kilometres. [1]"),
            ("Мост через реку Арль открыт?", "граница.txt", "Мост через реку Арль открыт для пешеходов. [1]"),
        ],
    )  # fmt: skip
    def test_the_answer_opens_with_the_sentence_that_answers(
        self, corpus: Assistant, question: str, source: str, opening: str
    ) -> None:
        answer = corpus.ask(question)
        assert answer.text[: len(opening)] == opening
        assert answer.citations[0].passage.source == source
        assert (answer.abstained, answer.question, answer.written_by) == (False, question, "extractive")
        assert_cited(corpus, answer)

    def test_a_citation_carries_what_is_known_of_its_document(self, corpus: Assistant) -> None:
        passage = corpus.ask("How many cranes does the harbour of Veldt have?").citations[0].passage
        assert (passage.title, passage.breadcrumb, passage.published, passage.publisher) == (
            "The harbour of Veldt",
            "Cranes",
            "2024-03-01",
            "The Veldt Times",
        )

    def test_passages_that_are_cited_are_not_listed_as_also_found(self, corpus: Assistant) -> None:
        answer = corpus.ask("How many cranes does the harbour of Veldt have?")
        cited = {citation.passage.id for citation in answer.citations}
        hits = corpus.search("How many cranes does the harbour of Veldt have?")
        assert [hit.passage.id for hit in answer.also_found] == [
            hit.passage.id for hit in hits if hit.passage.id not in cited
        ]

    def test_a_list_is_answered_as_a_list(self, corpus: Assistant) -> None:
        answer = corpus.ask("Which tools does the workshop lend?")
        assert answer.text == "- a hand plane [1]\n- a cordless drill [2]\n- a table saw [3]\n- a belt sander [4]"
        assert_cited(corpus, answer)

    def test_a_list_is_found_though_another_sentence_under_its_heading_fits_too(self, corpus: Assistant) -> None:
        answer = corpus.ask("Which languages does the library collect?")
        assert answer.text == "- Norn [1]\n- Cornish [2]\n- Livonian [3]"

    @pytest.mark.parametrize(
        "question",
        ["What is the capital of Peru?", "Who won the chess olympiad of 1998?", "How do I bake sourdough bread?"],
    )
    def test_what_the_documents_do_not_say_is_not_answered(self, corpus: Assistant, question: str) -> None:
        answer = corpus.ask(question)
        assert (answer.text, answer.abstained, answer.sentences, answer.citations) == (NO_ANSWER, True, (), ())
        assert list(answer.also_found) == corpus.search(question)

    @pytest.mark.parametrize(
        "question", ["What is the largest glacier of Norland?", "How much ice does the glacier Hvitbre lose?"]
    )  # fmt: skip
    def test_page_furniture_is_not_quoted_beside_what_answers(self, corpus: Assistant, question: str) -> None:
        answer = corpus.ask(question)
        assert [line for line in FURNITURE if line in answer.text] == []
        assert_cited(corpus, answer)

    def test_the_stream_ends_with_the_answer(self, corpus: Assistant) -> None:
        question = "What is the capital of France?"
        assert list(corpus.stream(question))[-1] == corpus.ask(question)

    def test_asking_again_gives_the_same_answer(self, corpus: Assistant) -> None:
        question = "When does the ferry to Moss Island leave?"
        assert corpus.ask(question) == corpus.ask(question)

    def test_an_empty_corpus_says_so(self, open_corpus: OpenCorpus) -> None:
        answer = open_corpus({}).ask("What is the capital of France?")
        assert (answer.text, answer.abstained, answer.also_found) == (NO_DOCUMENTS, True, ())

    def test_before_the_first_sync_the_way_out_is_named(self, embedder: Embedder, tmp_path: Path) -> None:
        with assistant_with(embedder, tmp_path) as assistant, pytest.raises(IndexDamaged) as refused:
            assistant.ask("What is the capital of France?")
        assert str(refused.value) == f"There is no index in {tmp_path / 'index'}. Make it with: citewell sync"

    def test_an_unknown_document_is_a_corpus_error(self, corpus: Assistant) -> None:
        with pytest.raises(CorpusError, match=r"^There is no document 'nowhere\.md' in the index\."):
            corpus.document("nowhere.md")


class TestDuplicates:
    def test_copies_collapse_into_one_that_names_all_its_sources(self, corpus: Assistant) -> None:
        answer = corpus.ask("What does the tawny owl hunt?")
        [citation] = answer.citations
        assert sorted([citation.passage.source, *citation.passage.also_in]) == [
            "owls/a.md",
            "owls/b.md",
            "owls/copy.txt",
        ]

    def test_copies_do_not_push_other_passages_out(self, open_corpus: OpenCorpus) -> None:
        copies = {f"copies/{number:02}.md": OWLS for number in range(40)}
        other = "The barn owl nests in the church tower of Veldt.\n"
        hits = open_corpus({**copies, "barn.md": other}).search("What does the tawny owl hunt near the Arle?", limit=2)
        assert sorted(hit.passage.text for hit in hits) == sorted([OWLS.strip(), other.strip()])
        [owl] = [hit.passage for hit in hits if hit.passage.text == OWLS.strip()]
        assert sorted([owl.source, *owl.also_in]) == sorted(copies)


class TestSearch:
    def test_scores_fall_from_at_most_1_to_at_least_0(self, corpus: Assistant) -> None:
        scores = [hit.score for hit in corpus.search("the bridge over the Arle")]
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)

    @pytest.mark.parametrize("limit", [0, 1, 3])
    def test_no_more_than_asked_for_come_back(self, corpus: Assistant, limit: int) -> None:
        assert len(corpus.search("the bridge over the Arle", limit)) == limit

    @pytest.mark.parametrize(
        ("filters", "sources"),
        [
            ({}, ["news/2023.md", "news/2024.md", "news/undated.md"]),
            ({"since": "2024-01-01"}, ["news/2024.md"]),
            ({"since": "2024-06-15"}, ["news/2024.md"]),
            ({"since": "2024-06-16"}, []),
            ({"until": "2023-06-15"}, ["news/2023.md"]),
            ({"until": "2024-06-15"}, ["news/2023.md", "news/2024.md"]),
            ({"since": "2023-06-15", "until": "2023-06-15"}, ["news/2023.md"]),
            ({"source": "news/2023.md"}, ["news/2023.md"]),
            ({"source": "news"}, ["news/2023.md", "news/2024.md", "news/undated.md"]),
            ({"source": "news/"}, ["news/2023.md", "news/2024.md", "news/undated.md"]),
            ({"source": "owls"}, []),
            ({"source": ["news/2023.md", "news/2024.md", "news/2023.md"]}, ["news/2023.md", "news/2024.md"]),
            ({"source": "news", "since": "2024-01-01"}, ["news/2024.md"]),
        ],
        ids=str,
    )
    def test_filters_let_through_what_they_say(
        self, corpus: Assistant, filters: dict[str, Any], sources: list[str]
    ) -> None:
        hits = corpus.search("the bridge over the Arle", 50, **filters)
        found = {hit.passage.source for hit in hits}
        assert sorted(source for source in found if source.startswith("news/")) == sources
        if filters.keys() == {"source"} and sources:
            assert sorted(found) == sources

    @pytest.mark.parametrize(
        ("filters", "reason"),
        [
            ({"since": "soon"}, "since must be a day such as 2024-05-31, not 'soon'."),
            ({"until": "2024-02-31"}, "until must be a day such as 2024-05-31, not '2024-02-31'."),
            ({"since": "\ud800"}, "since must be a day such as 2024-05-31, not '\\ud800'."),
            ({"since": "20240615"}, "since must be a day such as 2024-05-31, not '20240615'."),
            (
                {"since": "2025-01-01", "until": "2020-01-01"},
                "since (2025-01-01) lies after until (2020-01-01); exchange them.",
            ),
        ],
        ids=ascii,
    )
    def test_a_day_that_is_none_is_refused(self, corpus: Assistant, filters: dict[str, Any], reason: str) -> None:
        with pytest.raises(QuestionError) as refused:
            corpus.search("the bridge over the Arle", **filters)
        assert str(refused.value) == reason

    def test_an_answer_keeps_to_its_filters(self, corpus: Assistant) -> None:
        question = "What happened to the bridge over the Arle?"
        assert corpus.ask(question, until="2023-12-31").text == (
            "The bridge over the Arle was closed for repairs in June. [1]"
        )
        assert corpus.ask(question, since="2024-06-01").text == (
            "The bridge over the Arle was opened by the mayor. [1]"
        )

    def test_publishers_are_let_through_by_their_names(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        said = "---\npublisher: {}\n---\nThe harbour of Veldt has {} cranes.\n"
        desk.write({"a.md": said.format("Harbour Notes", "four"), "b.md": said.format("City Office", "five")})
        with desk.assistant() as assistant:
            assistant.sync()

            def found(publisher: str | list[str]) -> list[str]:
                return sorted(hit.passage.source for hit in assistant.search("cranes", publisher=publisher))

            assert found("Harbour Notes") == ["a.md"]
            assert found(["City Office", "Harbour Notes"]) == ["a.md", "b.md"]
            with pytest.raises(CorpusError) as refused:
                found("harbour note")
        assert str(refused.value) == (
            "No document in the index is published by 'harbour note'. Did you mean Harbour Notes? "
            "See the publishers with: citewell list"
        )

    def test_filters_that_let_nothing_through_do_not_claim_that_there_are_no_documents(self, corpus: Assistant) -> None:
        answer = corpus.ask("What does the tawny owl hunt?", since="2199-01-01")
        assert (answer.text, answer.abstained, answer.also_found) == (NOTHING_IN_RANGE, True, ())

    @pytest.mark.parametrize("ask", [Assistant.ask, Assistant.search])
    @pytest.mark.parametrize(
        ("source", "suggestion"),
        [
            ("captials", " Did you mean capitals.md?"),
            ("NEWS", " Did you mean news or news/2023.md or news/2024.md?"),
            ("news/2023", " Did you mean news/2023.md or news/2024.md or news?"),
            ("n%", ""),
            ("nowhere", ""),
        ],
    )
    def test_a_source_that_is_none_is_told_with_the_names_most_like_it(
        self, corpus: Assistant, ask: Callable[..., object], source: str, suggestion: str
    ) -> None:
        with pytest.raises(CorpusError) as refused:
            ask(corpus, "What does the tawny owl hunt?", source=source)
        assert str(refused.value) == (
            f"There is no document or folder {source!r} in the index.{suggestion} See the names with: citewell list"
        )


class TestFollowUps:
    GERMANY: History = (("user", "What is the capital of Germany?"), ("assistant", "Berlin. [1]"))

    def test_and_france_is_understood(self, corpus: Assistant) -> None:
        answer = corpus.ask("and France?", history=self.GERMANY)
        assert answer.question == "What is the capital of France?"
        assert answer.sentences[0].text == "The capital of France is Paris."
        assert corpus.search("and France?", history=self.GERMANY)[0].passage.source == "capitals.md"

    @pytest.mark.parametrize(
        ("question", "stands_alone"),
        [
            ("why?", "why (capital Germany)?"),
            ("why did they do that?", "why did they do that (capital Germany)?"),
            ("What about it?", "it (capital Germany)?"),
            ("regional differences", "regional differences (capital Germany)?"),
            ("What about the Upper Rhine?", "What is the capital of the Upper Rhine?"),
            ("And Why?", "Why (capital Germany)?"),
        ],
    )
    def test_a_question_that_leans_on_the_conversation_gets_its_topic(self, question: str, stands_alone: str) -> None:
        understood = understand(question, self.GERMANY, lambda _: 1.0)
        assert understood == Understood(question, stands_alone, stands_alone, LEANING)

    @pytest.mark.parametrize(
        "question",
        [
            "How many cranes does the harbour of Veldt have?",
            "When does the ferry to Moss Island leave?",
            "What is the capital of Germany?",
            "How do I bake a loaf of fresh bread with sourdough?",
            "Moss Island ferries",
        ],
    )
    def test_a_question_that_says_enough_is_left_alone(self, question: str) -> None:
        assert understand(question, self.GERMANY, lambda _: 1.0) == Understood(question, question, question, 0.0)

    @pytest.mark.parametrize("question", ["Who is the mayor", "Why is the moon made of green cheese"])
    def test_a_short_question_without_a_name_only_tilts_the_ranking(self, question: str) -> None:
        understood = understand(f"{question}?", self.GERMANY, lambda _: 1.0)
        assert understood == Understood(f"{question}?", f"{question}?", f"{question} (capital Germany)?", TILTED)

    def test_the_topic_is_what_was_said_most_and_last_of_words_that_documents_hold(self) -> None:
        turns: History = [("user", "Are drones a danger?"), ("user", "Who sells drones and missiles?")]
        says = {"drones": 1.0, "missiles": 1.5, "danger": 2.0, "sells": 0.0}
        assert understand("and why?", turns, lambda word: says[word]).question == "why (drones danger missiles)?"

    def test_a_new_name_takes_the_place_of_the_last_one(self) -> None:
        history: History = (
            ("user", "How many cranes does the harbour of Veldt have?"),
            ("assistant", "Four."),
            *self.GERMANY,
            ("user", "and France?"),
            ("assistant", "Paris."),
        )
        assert understand("and Italy?", history, lambda _: 1.0).question == "What is the capital of Italy?"

    @pytest.mark.parametrize(
        ("earlier", "question", "understood"),
        [
            ("What is Russia's view of NATO expansion?", "and China?", "What is China's view of NATO expansion?"),
            ("What does Germany want?", "And Russia's?", "What does Russia want?"),
            ("What does the United States want?", "and Poland?", "What does Poland want?"),
            ("What does the United States want?", "and the UK?", "What does the UK want?"),
            ("Which countries host the NATO battlegroups?", "and France?", "France (countries host NATO)?"),
        ],
    )
    def test_the_name_that_a_question_is_about_gives_way(self, earlier: str, question: str, understood: str) -> None:
        assert understand(question, [("user", earlier)], lambda _: 1.0).question == understood

    def test_words_of_turns_that_lean_themselves_count_less(self) -> None:
        turns: History = [
            ("user", "What caused the fire at the grain terminal in Veldt?"),
            ("user", "Who visited them?"),
        ]
        says = {"caused": 0.0, "visited": 1.2}
        understood = understand("why did it happen?", turns, lambda word: says.get(word, 1.0))
        assert understood.question == "why did it happen (fire grain terminal)?"

    @pytest.mark.parametrize(
        ("earlier", "question", "understood"),
        [
            ("Was ist die Hauptstadt von Deutschland?", "und Frankreich?", "Was ist die Hauptstadt von Frankreich?"),
            ("Wie viele Kräne hat Veldt?", "Und der Norden?", "Wie viele Kräne hat der Norden?"),
            ("Was sagte Orr zum Hafen?", "Warum hat er das getan?", "Warum hat er das getan (sagte Orr Hafen)?"),
            ("Was will Orr?", "Wann wurde das Museum in Moss gebaut?", "Wann wurde das Museum in Moss gebaut?"),
            ("Was will Orr?", "Wie viele Kräne gibt es in Moss?", "Wie viele Kräne gibt es in Moss?"),
            ("Quelle est la capitale de l'Allemagne ?", "et la France ?", "Quelle est la capitale de la France ?"),
            ("Que dit Orr du port ?", "pourquoi a-t-il fait cela ?", "pourquoi a-t-il fait cela (dit Orr port)?"),
            ("Que dit Orr du port ?", "Où se trouve le musée de Veldt ?", "Où se trouve le musée de Veldt ?"),
            ("¿Cuál es la capital de Alemania?", "¿y Francia?", "¿Cuál es la capital de Francia?"),
            ("¿Qué dice Orr del puerto?", "¿por qué lo hizo?", "¿por qué lo hizo (dice Orr puerto)?"),
            ("Какая столица Германии?", "а Франция?", "Какая столица Франция?"),
            ("Что сказал Орр о порте?", "почему он это сделал?", "почему он это сделал (сказал Орр порте)?"),
            ("Что сказал Орр о порте?", "Где находится музей Вельдта?", "Где находится музей Вельдта?"),
            ("What is the capital of Germany?", "and France?", "What is the capital of France?"),
        ],
    )
    def test_follow_ups_are_understood_in_the_languages_of_the_corpus(
        self, earlier: str, question: str, understood: str
    ) -> None:
        history: History = [("user", earlier)]
        found = understand(question, history, lambda _: 1.0, ("de", "fr", "es", "ru", "en"))
        assert found.question == understood

    def test_a_follow_up_in_german_is_answered(self, open_corpus: OpenCorpus) -> None:
        text = (
            "# Hauptstädte\n\nDie Hauptstadt von Norland ist Veldt, und sie liegt am Meer. "
            "Die Hauptstadt von Sudland ist Moss, und sie liegt in den Bergen.\n"
        )
        answer = open_corpus({"hauptstadt.md": text}).ask(
            "und Sudland?", history=[("user", "Was ist die Hauptstadt von Norland?")]
        )
        assert answer.question == "Was ist die Hauptstadt von Sudland?"
        assert answer.sentences[0].text == "Die Hauptstadt von Sudland ist Moss, und sie liegt in den Bergen."

    @pytest.mark.parametrize("said", ["Thanks!", "ok, thank you very much", "hello", "Danke!", "I see."])
    def test_small_talk_asks_nothing_again(self, said: str) -> None:
        assert understand(said, self.GERMANY, lambda _: 1.0) == Understood(said, said, said, 0.0)

    @pytest.mark.parametrize("history", [(), (("user", " "),), (("assistant", "Hello! Ask me about the harbour."),)])
    def test_without_an_earlier_question_nothing_is_added(self, history: History) -> None:
        alone = Understood("and France?", "and France?", "and France?", 0.0)
        assert understand("and France?", history, lambda _: 1.0) == alone

    @pytest.mark.parametrize(
        "name",
        ["right-to-left override", "only zero width", "sql", "tantivy brackets", "nul", "nul inside", "many words",
         "html", "lone high surrogate", "lone low surrogate"],
    )  # fmt: skip
    def test_hostile_turns_do_not_break_the_next_question(self, corpus: Assistant, name: str) -> None:
        said = HOSTILE[name]
        answer = corpus.ask("and France?", history=[("user", said), ("assistant", said)])
        assert answer.question.encode().decode() == answer.question
        assert_cited(corpus, answer)


class TestQuestions:
    @pytest.mark.parametrize("question", ["", " ", "\n\t \r\n", "\x00", "\u2003\u00a0"])
    def test_an_empty_question_is_refused_with_an_example(self, corpus: Assistant, question: str) -> None:
        for ask in (corpus.ask, corpus.search, lambda text: list(corpus.stream(text))):
            with pytest.raises(QuestionError) as refused:
                ask(question)
            assert str(refused.value) == "The question is empty. Ask something, for example: What is this about?"

    def test_a_question_of_100_000_characters_is_refused_with_both_numbers(self, corpus: Assistant) -> None:
        with pytest.raises(QuestionError) as refused:
            corpus.ask("harbour? " * 11_111 + "x" * 2)
        assert str(refused.value) == (
            "The question has 100,001 characters; at most 4,000 are understood. "
            "Shorten it, or add a long text to the corpus as a document."
        )

    def test_the_longest_question_is_understood(self) -> None:
        assert checked(" " + "x" * MAXIMUM_QUESTION_CHARACTERS + "\n") == "x" * MAXIMUM_QUESTION_CHARACTERS

    @pytest.mark.parametrize("name", [name for name in HOSTILE if name != "nul"])
    def test_a_hostile_question_is_a_question_like_any_other(self, corpus: Assistant, name: str) -> None:
        answer = corpus.ask(HOSTILE[name])
        assert answer.question == checked(HOSTILE[name])
        assert answer.question.encode().decode() == answer.question
        assert_cited(corpus, answer)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_filter_is_no_source(self, corpus: Assistant, name: str) -> None:
        with pytest.raises(CorpusError) as refused:
            corpus.search("the bridge over the Arle", source=HOSTILE[name])
        assert str(refused.value).startswith("There is no document or folder ")
        assert len(str(refused.value)) < 3_000

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_name_is_no_document(self, corpus: Assistant, name: str) -> None:
        with pytest.raises(CorpusError):
            corpus.document(HOSTILE[name])
        with pytest.raises(CorpusError):
            corpus.remove(HOSTILE[name])

    def test_hostile_text_in_documents_is_cited_as_it_stands(self, open_corpus: OpenCorpus) -> None:
        storable = {
            name: text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd") for name, text in HOSTILE.items()
        }
        calm = "Nothing else happened at the gates on that day. " * 6  # 2 % of controls, and it would pass for binary
        texts = {
            f"{number:02}.{('md', 'txt')[number % 2]}": (
                f"The guard of gate {number} called {text} over the wall at noon.\n\n{calm}\n"
            )
            for number, text in enumerate(storable.values())
            if len(text) < 200
        }
        assistant = open_corpus(texts)
        assert [record.source for record in assistant.documents() if record.failure] == []
        gate = list(HOSTILE).index("sql")
        answer = assistant.ask(f"What did the guard of gate {gate} call over the wall, DROP TABLE documents?")
        assert answer.citations[0].quote == (
            f"The guard of gate {gate} called '; DROP TABLE documents; -- over the wall at noon."
        )
        for number in (6, 26):
            assert_cited(assistant, assistant.ask(f"What did the guard of gate {number} call over the wall?"))

    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("Which tools does the workshop lend?", QuestionKind.LIST),
            ("What are the possible scenarios?", QuestionKind.LIST),
            ("Which countries host the battlegroups?", QuestionKind.LIST),
            ("List the members.", QuestionKind.LIST),
            ("What is Russia's view of NATO expansion?", QuestionKind.VIEW),
            ("How did critics react?", QuestionKind.VIEW),
            ("What is the capital of Peru?", QuestionKind.FACT),
            ("What is the status of the talks?", QuestionKind.FACT),
            ("Who built the bridge?", QuestionKind.WHO),
        ],
    )
    def test_a_question_asks_for_an_answer_of_a_kind(self, question: str, kind: QuestionKind) -> None:
        assert kind_of(question) is kind


def chosen(
    text: str,
    scores: dict[int, float],
    kind: QuestionKind = QuestionKind.FACT,
    question: str = "Which cranes are there?",
    coverage: float = 0.5,
) -> list[str]:
    """What `choose` takes of one passage, given a tenth of each sentence's score by order; others score 0."""
    passage = passage_of(text)
    evidence = [weighed(item, 10 * scores.get(item.order, 0.0)) for item in sentences_of(passage)]
    ranked = sorted((replace(item, coverage=coverage) for item in evidence), key=lambda item: -item.score)
    return [item.text for item in choose(kind, question, ranked, [passage]).sentences]


class TestSelection:
    TEXT = "The crane Hilda is old. It lifts forty tonnes. It also turns around. Moss Island has a ferry."

    def test_the_best_sentence_alone_when_nothing_else_comes_near(self) -> None:
        assert chosen(self.TEXT, {0: 1.0}) == ["The crane Hilda is old."]

    def test_the_best_comes_first_and_its_company_after_it(self) -> None:
        assert chosen(self.TEXT, {3: 1.0, 0: 0.9}) == ["Moss Island has a ferry.", "The crane Hilda is old."]

    def test_what_is_far_below_the_best_is_left_out(self) -> None:
        assert chosen(self.TEXT, {3: 1.0, 0: 0.5}) == ["Moss Island has a ferry."]

    def test_a_sentence_that_leans_on_another_brings_it_along(self) -> None:
        assert chosen(self.TEXT, {1: 1.0}) == ["The crane Hilda is old.", "It lifts forty tonnes."]

    def test_what_is_brought_along_does_not_come_twice(self) -> None:
        assert chosen(self.TEXT, {1: 1.0, 0: 0.9}) == ["The crane Hilda is old.", "It lifts forty tonnes."]

    def test_an_answer_never_opens_with_what_leans_on_something_unsaid(self) -> None:
        assert chosen(self.TEXT, {2: 1.0})[0] == "The crane Hilda is old."

    def test_company_that_leans_on_something_unsaid_is_left_out(self) -> None:
        assert chosen(self.TEXT, {3: 1.0, 2: 0.9}) == ["Moss Island has a ferry."]

    def test_company_brings_along_what_it_leans_on(self) -> None:
        assert chosen(self.TEXT, {3: 1.0, 1: 0.9}) == [
            "Moss Island has a ferry.",
            "The crane Hilda is old.",
            "It lifts forty tonnes.",
        ]

    def test_a_pronoun_opens_the_answer_where_the_question_names_what_it_stands_for(self) -> None:
        passage = passage_of(self.TEXT)
        first, second, *_ = sentences_of(passage)
        for context_coverage, opening in ((0.9, [second]), (0.6, [first, second])):
            evidence = [weighed(second, 9.0, context_coverage), weighed(first, 3.0)]
            found = choose(QuestionKind.FACT, "How much does Hilda lift?", evidence, [passage])
            assert list(found.sentences) == opening

    @pytest.mark.parametrize(
        ("text", "dangles"),
        [
            ("It is conjectured that hormones decline.", False),
            ("It has been estimated that forty came.", False),
            ("However, it is not known whether they met.", False),
            ("It is important to open the gate.", False),
            ("It is old.", True),
            ("It was built by masons.", True),
            ("However, it failed.", True),
        ],
    )
    def test_an_it_that_stands_for_nothing_leans_on_nothing(self, text: str, dangles: bool) -> None:
        [sentence] = sentences_of(passage_of(text))
        assert sentence.is_dangling is dangles

    def test_two_sentences_that_say_the_same_are_one(self) -> None:
        text = "The crane Hilda lifts forty tonnes. Forty tonnes the crane Hilda lifts. The ferry is green."
        assert chosen(text, {0: 1.0, 1: 0.9, 2: 0.8}) == ["The crane Hilda lifts forty tonnes.", "The ferry is green."]

    @pytest.mark.parametrize("best", [0, 1, 2, 3])
    def test_a_list_is_whole_whichever_of_it_fits_best(self, best: int) -> None:
        text = "These cranes stand in Veldt.\n- Hilda\n- Greta\n- Berta\n"
        assert chosen(text, {best: 1.0}, QuestionKind.LIST) == ["- Hilda", "- Greta", "- Berta"]

    def test_a_list_is_not_mixed_with_the_next(self) -> None:
        text = "These cranes stand in Veldt.\n- Hilda\n- Greta\n\nThese ferries run.\n- Moss\n- Arle\n"
        assert chosen(text, {4: 1.0}, QuestionKind.LIST) == ["- Moss", "- Arle"]

    def test_what_asks_for_a_list_is_answered_by_the_best_sentences_where_there_is_none(self) -> None:
        text = "The cranes differ. One crane is old. Another crane is new. A third crane is broken. It rained."
        assert chosen(text, {1: 1.0, 2: 0.9, 3: 0.8}, QuestionKind.LIST) == [
            "One crane is old.",
            "Another crane is new.",
            "A third crane is broken.",
        ]

    LISTED = "The mayor wants three things:\n- peace\n- bread\n- light\n\nThe mayor fears the sea."

    def test_a_list_answers_what_asks_for_none_only_where_its_introduction_fits(self) -> None:
        question = "What does the mayor want?"
        items = ["- peace", "- bread", "- light"]
        assert chosen(self.LISTED, {0: 1.0, 4: 0.9}, question=question) == items
        assert chosen(self.LISTED, {0: 1.0, 4: 0.9}, question=question, coverage=0.2)[0] == "The mayor fears the sea."

    def test_a_list_answers_why_only_where_it_is_one_of_reasons(self) -> None:
        why = QuestionKind.WHY
        assert chosen(self.LISTED, {0: 1.0, 4: 0.9}, why, "Why?")[0] == "The mayor fears the sea."
        reasons = self.LISTED.replace("wants three things", "left for these reasons")
        assert chosen(reasons, {0: 1.0, 4: 0.9}, why, "Why?") == ["- peace", "- bread", "- light"]

    ACTORS = (
        "Norland wants peace. Sudland wants the sea, and Sudland has ships. Everyone trusts Sudland, but not Norland. "
        "Sudland pays for what Norland wants. Traders want open ports."
    )

    def test_further_sentences_are_not_about_somebody_else(self) -> None:
        scores = {0: 1.0, 1: 0.95, 3: 0.9, 4: 0.85}
        assert chosen(self.ACTORS, scores, question="What does Norland want?") == [
            "Norland wants peace.",
            "Sudland pays for what Norland wants.",
            "Traders want open ports.",
        ]
        assert "Sudland wants the sea, and Sudland has ships." in chosen(
            self.ACTORS, scores, question="Who wants what?"
        )

    def test_the_view_of_somebody_else_does_not_open_the_answer_either(self) -> None:
        scores = {1: 1.0, 0: 0.95}
        first = {
            kind: chosen(self.ACTORS, scores, kind, "Where does Norland stand on peace?")[0]
            for kind in (QuestionKind.VIEW, QuestionKind.FACT)
        }
        assert first == {
            QuestionKind.VIEW: "Norland wants peace.",
            QuestionKind.FACT: "Sudland wants the sea, and Sudland has ships.",
        }

    def test_a_state_is_also_meant_by_the_name_of_its_capital(self) -> None:
        text = "Germany wants peace. Berlin fears for Paris. Paris fears for nobody. All of Berlin left."
        assert chosen(text, {0: 1.0, 1: 0.95, 2: 0.9}, question="What does Germany want?") == [
            "Germany wants peace.",
            "Berlin fears for Paris.",
        ]

    @pytest.mark.parametrize(
        ("count", "notices"),
        [
            (12, ()),
            (13, ("12 of 13 shown; the others stand in the source.",)),
            (20, ("12 of 20 shown; the others stand in the source.",)),
        ],
    )
    def test_a_list_has_at_most_twelve_items_and_tells_what_is_left_out(
        self, count: int, notices: tuple[str, ...]
    ) -> None:
        items = [f"- crane number {number}" for number in range(count)]
        passage = passage_of("These cranes stand in Veldt.\n" + "\n".join(items))
        evidence = [weighed(item, 1.0 - item.order / 100) for item in sentences_of(passage)]
        choice = choose(QuestionKind.LIST, "Which cranes are there?", evidence, [passage])
        assert [item.text for item in choice.sentences] == items[:MAXIMUM_ITEMS]
        assert choice.listed == count
        assert choice.notices == notices

    @pytest.mark.parametrize(("kind", "most"), [(QuestionKind.WHO, 3), (QuestionKind.FACT, 3), (QuestionKind.WHY, 4)])
    def test_a_kind_decides_how_many_sentences_an_answer_has(self, kind: QuestionKind, most: int) -> None:
        text = "Hilda lifts steel. Moss has a ferry. Arle is green. Four boats left. The owl hunts. Norn burned."
        assert len(chosen(text, dict.fromkeys(range(6), 1.0), kind)) == most

    @given(st.lists(st.sampled_from(["It is so.", "They also went.", "The crane rests.", "Hilda lifts steel.",
                                     "However, this failed.", "Four boats left.", "The ferry is green."]),
                    min_size=1, max_size=7), st.randoms(use_true_random=False))  # fmt: skip
    def test_no_sentence_comes_twice_and_there_are_one_to_three(self, said: list[str], chance: random.Random) -> None:
        passage = passage_of(" ".join(said))
        found: Sequence[Sentence] = sentences_of(passage)
        evidence = [weighed(item, 10 * chance.random()) for item in found]
        evidence.sort(key=lambda item: -item.score)
        places = [item.start for item in choose(QuestionKind.FACT, "Which?", evidence, [passage]).sentences]
        assert len(set(places)) == len(places)
        assert 1 <= len(places) <= 3
        chosen = [item for item in found if item.start in places]
        assert evidence[0].sentence in chosen or evidence[0].sentence.is_dangling


class TestParagraphs:
    def test_a_paragraph_of_markdown_that_was_wrapped_is_not_cut(self) -> None:
        text = "The plan was to take in Veldt, Moss\nand Arle, but the members do not agree on when that\nwill be."
        assert [item.text for item in sentences_of(replace(passage_of(text), markup="markdown"))] == [text]


class TestWording:
    @pytest.mark.parametrize(
        ("quote", "read"),
        [
            ("The **big** crane", "The big crane"),
            ("- [Hilda](https://veldt.example/(a)) is _old_", "Hilda is _old_"),
            ("2. `code` and ~~gone~~", "code and gone"),
            ("> quoted\n> lines", "quoted lines"),
            ("![crane](crane.png) stands", "crane stands"),
            ("a \\* b \\_ c", "a * b _ c"),
            ("**_both_** and *one*", "_both_ and one"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("snake_case_name", "snake_case_name"),
            ("two\n  lines", "two lines"),
        ],
    )
    def test_marks_of_markdown_are_not_read_aloud(self, quote: str, read: str) -> None:
        assert plain(quote) == read

    def test_sentences_stand_in_a_row_and_items_on_lines(self) -> None:
        said = [("One.", 1), ("- two", 2), ("- three", 3), ("Four.", 4)]
        sentences = [AnswerSentence(text, (number,), "supported") for text, number in said]
        assert text_of(sentences) == "One. [1]\n- two [2]\n- three [3]\nFour. [4]"

    @given(st.text(max_size=100))
    def test_plain_words_are_one_line(self, quote: str) -> None:
        assert plain(quote) == " ".join(plain(quote).split())


class TestSufficiency:
    unit = st.floats(0, 1)

    @given(unit, unit, unit, unit)
    def test_the_score_is_a_share(self, cosine: float, sentence: float, passage: float, rarest: float) -> None:
        assert 0.0 <= answerability(AnswerabilitySignals(cosine, sentence, passage, rarest)) <= 1.0

    @given(unit, unit, unit, unit, unit)
    def test_more_of_a_signal_never_speaks_against_an_answer(
        self, cosine: float, sentence: float, passage: float, rarest: float, more: float
    ) -> None:
        least = answerability(AnswerabilitySignals(cosine, sentence, passage, rarest))
        assert answerability(AnswerabilitySignals(max(cosine, more), sentence, passage, rarest)) >= least
        assert answerability(AnswerabilitySignals(cosine, max(sentence, more), passage, rarest)) >= least
        assert answerability(AnswerabilitySignals(cosine, sentence, max(passage, more), rarest)) >= least
        assert answerability(AnswerabilitySignals(cosine, sentence, passage, max(rarest, more))) >= least

    def test_no_signal_at_all_is_no_answer(self) -> None:
        assert answerability(AnswerabilitySignals(0.0, 0.0, 0.0, 0.0)) == 0.0


things = st.tuples(
    st.sampled_from(["crane", "ferry", "bell", "anchor"]),
    st.sampled_from(["Veldt", "Zürich", "São Tomé", "Łódź"]),
    st.integers(2, 9000),
)
noise = st.sampled_from(
    [
        "",
        "\r\n\r\n",
        "   ",
        "🦉 ",
        "\u200b",
        "**",
        "e\u0301",
        "\t",
        "\u2028",
        "- item\n",
        "> ",
        "| a |\n",
        "“",
        "1. one\n",
    ]
)


@st.composite
def generated(draw: st.DrawFn) -> str:
    """A document whose facts are known, between whatever may stand around them."""
    thing, place, weight = draw(things)
    before, between, after = (draw(st.lists(noise, max_size=4)) for _ in range(3))
    filler = draw(
        st.lists(
            st.sampled_from(["It rained.", "Nobody came to the fair in spring.", "Share this article"]), max_size=6
        )
    )
    heading = draw(st.sampled_from(["", "# Weights\n\n", "Weights\n=======\n\n", "---\ntitle: Weights\n---\n"]))
    fact = f"The {thing} of {place} weighs {weight} tonnes."
    return heading + "".join(before) + "\n\n" + "\n".join(filler) + "".join(between) + f"\n\n{fact}" + "".join(after)


class TestGeneratedDocuments:
    @given(st.lists(generated(), min_size=2, max_size=4), st.data())
    @settings(max_examples=3)
    def test_every_quote_stands_in_its_document_where_it_says(
        self, open_corpus: OpenCorpus, texts: list[str], data: st.DataObject
    ) -> None:
        assistant = open_corpus(
            {f"{number}.{'md' if number % 2 else 'txt'}": text for number, text in enumerate(texts)}
        )
        for hit in assistant.search("How many tonnes does it weigh?", 50):
            document = assistant.document(hit.passage.source)
            assert hit.passage.text == document.text[hit.passage.start : hit.passage.end] != ""
        thing, place, _ = data.draw(things)
        for question in (f"How many tonnes does the {thing} of {place} weigh?", "What weighs nine tonnes?"):
            assert_cited(assistant, assistant.ask(question))

    @given(generated())
    @settings(max_examples=3)
    def test_a_fact_that_stands_in_the_document_is_found(self, open_corpus: OpenCorpus, text: str) -> None:
        assistant = open_corpus({"a.md": text})
        fact = next(line for line in text.splitlines() if line.startswith("The ") and " weighs " in line)
        thing = fact.split(" weighs ")[0].removeprefix("The ")
        answer = assistant.ask(f"How many tonnes does the {thing} weigh?")
        assert_cited(assistant, answer)
        assert [citation.passage.source for citation in answer.citations][:1] == ["a.md"]
        assert any(f"The {thing} weighs " in sentence.text for sentence in answer.sentences)


class TestWhatAStrangerFound:
    @pytest.mark.parametrize(
        "question", ["Who is Pia Lund?", "Where is Holt?", "Who founded the museum?", "Are there dogs?"]
    )
    def test_a_new_short_question_is_not_taken_for_a_follow_up(self, question: str) -> None:
        history: History = [("user", "What caused the fire at the grain terminal?")]
        assert understand(question, history, lambda _: 1.0).question == question

    @pytest.mark.parametrize(
        "question", ["What causes inflation in Marn?", "Which bus stops here?", "What makes it rain?"]
    )
    def test_a_question_with_a_verb_in_s_does_not_ask_for_a_list(self, question: str) -> None:
        assert kind_of(question) is not QuestionKind.LIST

    @pytest.mark.parametrize(
        "quote", ["cost = 2*zones + 3*bikes", "call __init__ now", "5*3*2", "12. March 2024 came."]
    )
    def test_signs_that_are_no_markdown_stay(self, quote: str) -> None:
        assert plain(quote, is_item=False) == quote

    def test_what_caused_asks_for_a_reason(self) -> None:
        expected = expectation("What caused the fire?")
        assert expected is not None
        assert expected.search("It began because a bearing was hot.") is not None
