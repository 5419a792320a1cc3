"""A question about what another question asks for is answered in two steps, and says so."""

from __future__ import annotations

import pytest

from assistant import Answer, Assistant
from assistant.answering.chains import in_two
from assistant.models.packaged_reader import PackagedReader
from tests.conftest import OpenCorpus

FILES = {
    "arvexo.md": "# Arvexo\n\nThe pump maker Arvexo has a hall in Osmere. Ada Thorne founded the company in 1994.\n",
    "thorne.md": "# Ada Thorne\n\nAda Thorne was born in Lindow in 1961. She studied engineering.\n",
    "brennia.md": "# Brennia\n\nThe capital of Brennia is Halden. President Otto Merle was elected in 2023.\n",
    "halden.md": "# Halden\n\nHalden has 84,000 inhabitants and lies on the river Sarn.\n",
}


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus, reader: PackagedReader) -> Assistant:
    return open_corpus(FILES, reader)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Where was the founder of Arvexo born?", "Who is the founder of Arvexo?", "Where was N born?"),
        ("How old is Arvexo's founder?", "Who is the founder of Arvexo?", "How old is N?"),
        ("Where was the woman who founded Arvexo born?", "Which woman founded Arvexo?", "Where was N born?"),
        ("When was the firm that built the Gannet founded?", "Which firm built the Gannet?", "When was N founded?"),
    ],
)
def test_a_question_is_parted_where_it_describes_what_it_asks_about(question: str, first: str, second: str) -> None:
    parted = next(iter(in_two(question)))
    assert (parted.first[0], parted.second("N")) == (first, second)


@pytest.mark.parametrize(
    "question",
    [
        "Who is the founder of Arvexo?",
        "What is Arvexo's capital?",
        "Where was Ada Thorne born?",
        "the {} of Arvexo lives",
    ],
)
def test_a_question_that_asks_for_the_name_itself_is_not_parted(question: str) -> None:
    assert list(in_two(question)) == []


def test_both_steps_are_shown_with_their_sources(assistant: Assistant) -> None:
    answer = assistant.ask("Where was the founder of Arvexo born?")
    assert said(answer)[:2] == [
        "Ada Thorne founded the company in 1994.",
        "Ada Thorne was born in Lindow in 1961.",
    ]
    assert [citation.passage.source for citation in answer.citations[:2]] == ["arvexo.md", "thorne.md"]
    assert answer.notices == ("Answered in two steps: the founder of Arvexo is Ada Thorne.",)
    assert answer.question == "Where was the founder of Arvexo born?"
    second = assistant.ask("Where was Ada Thorne born?")
    assert 0.5 <= answer.confidence <= second.confidence


@pytest.mark.parametrize(
    "question",
    [
        "Where was the founder of Arvexo born}?",
        "{} Where was the founder of Arvexo born?",
        "{Where} was the founder of Arvexo born?",
    ],
)
def test_braces_in_a_question_are_characters_as_any_other(assistant: Assistant, question: str) -> None:
    assert [parted.described for parted in in_two(question)] == ["the founder of Arvexo"]
    answer = assistant.ask(question)
    assert (answer.question, said(answer)[:1]) == (question, ["Ada Thorne founded the company in 1994."])


def test_what_stands_in_braces_before_a_question_stays_there_in_the_second_step() -> None:
    [parted] = in_two("{0} Where was the founder of Arvexo born?")
    assert parted.described == "the founder of Arvexo"
    assert parted.second("Ada Thorne") == "{0} Where was Ada Thorne born?"


def test_passages_of_both_steps_are_kept_for_whoever_words_the_answer(assistant: Assistant) -> None:
    plan = assistant.plan("Where was the founder of Arvexo born?")
    assert [hit.passage.source for hit in plan.retrieved.hits[:2]] == ["arvexo.md", "thorne.md"]


def test_the_answer_to_the_second_is_marked(assistant: Assistant) -> None:
    answer = assistant.ask("How many inhabitants does the capital of Brennia have?")
    assert [one.text[slice(*one.emphasis)] for one in answer.sentences if one.emphasis] == ["84,000"]


def test_a_name_is_told_from_what_the_first_question_named(assistant: Assistant) -> None:
    answer = assistant.ask("How many inhabitants does the capital of Brennia have?")
    assert answer.notices == ("Answered in two steps: the capital of Brennia is Halden.",)


@pytest.mark.parametrize(
    "question",
    ["How many children does the founder of Arvexo have?", "Where was the founder of Zeltron born?"],
)
def test_it_is_declined_where_a_step_is(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).abstained
