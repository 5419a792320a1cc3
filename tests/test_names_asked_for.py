"""A question for somebody or something is answered by documents that mention it, and declined where none does."""

from __future__ import annotations

import pytest

from assistant import Answer, Assistant
from tests.conftest import OpenCorpus

FILES = {
    "economy.md": "# Economy\n\nUnemployment in Brennia rose from 5.1 to 6.4 percent in the third quarter of 2023.\n",
    "fishing.md": "# Fishing\n\nFishermen in Lemurien waters may catch 30,000 tonnes of herring a year.\n",
    "talks.md": "# Talks\n\nSofia Lindgaard mediated between Karvia and Ostmark, whose ministers met in Paris.\n",
    "budget.md": "# Budget\n\nThe Northern Danube Commission raised its budget to 4.6 million euros.\n",
    "pact.md": "# Pact\n\nThe members of NDUP signed a pact on river tolls with Germany.\n",
    "annual-report-2019.md": "# Report\n\nThe firm Arvexo employed 412 people and sold 9,000 pumps.\n",
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def sources(answer: Answer) -> list[str]:
    return sorted({citation.passage.source for citation in answer.citations})


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How much did unemployment in Zemland rise in the third quarter?", "No document mentions “Zemland”."),
        ("How many people does Arvexa employ?", "No document mentions “Arvexa”. Is “Arvexo” meant?"),
        ("How much did unemployment in Brennia rise in 1987?", "No document mentions “1987”."),
        (
            "How much did unemployment in Brennia rise under Sofia Lindgaard?",
            "No document that is near to the question mentions “Brennia” and “Sofia Lindgaard”.",
        ),
    ],
)
def test_what_no_document_mentions_is_told_and_nothing_else_is_said_in_its_place(
    assistant: Assistant, question: str, told: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.abstained, answer.notices) == (True, (told,))
    assert answer.confidence < assistant.plan(question).decision.threshold


def test_a_name_in_a_follow_up_is_looked_for_too(assistant: Assistant) -> None:
    answer = assistant.ask("And in Zemland?", history=[("user", "How much did unemployment in Brennia rise?")])
    assert (answer.abstained, answer.notices) == (True, ("No document mentions “Zemland”.",))


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How much did unemployment in Brennia rise?", "economy.md"),
        ("Who mediated between Karvia and Ostmark?", "talks.md"),
        ("Between whom did Sofia Lindgard mediate?", "talks.md"),  # sounds alike
        ("Between whom did Sofia Lindgeard mediate?", "talks.md"),  # a slip within a long name
        ("Between whom did Chancellor Lindgaard mediate?", "talks.md"),  # a title that the text has not
        ("Which pact did the Northern Danube Union of Ports sign?", "pact.md"),  # initials, without "of"
        ("Which pact did the Northern Danube Union Ports sign?", "pact.md"),  # initials
        ("Which pact was signed with Berlin?", "pact.md"),  # another name of a state
        ("How many people did Arvexo employ in 2019?", "annual-report-2019.md"),  # a year in a name
    ],
)
def test_a_name_is_known_by_its_spellings_initials_and_other_names(
    assistant: Assistant, question: str, source: str
) -> None:
    assert sources(assistant.ask(question)) == [source]


@pytest.mark.parametrize(
    "question",
    [
        "What happened to unemployment in Brennia on Friday?",  # a day is no name
        "What happened to unemployment in Brennia, Facebook and the like?",  # an example
        "How Much Did Unemployment Rise In The Third Quarter?",  # a title
        "Wie stark stieg die Arbeitslosigkeit im dritten Quartal?",  # nouns have capitals in German
        "Zahl der Arbeitslosen im dritten Quartal?",
    ],
)
def test_what_is_no_name_is_not_looked_for(assistant: Assistant, question: str) -> None:
    assert not any("mentions" in notice for notice in assistant.ask(question).notices)
