"""A question that opens like a follow-up and names a subject of its own is asked by itself; true follow-ups are not."""

from __future__ import annotations

import pytest

from assistant import Answer
from assistant.answering.citations import text_of
from assistant.answering.followups import understand
from assistant.conversations.markdown_export import answer_as_markdown
from assistant.conversations.values import Exchange
from assistant.interfaces import console
from assistant.interfaces.page.answer import render_answer
from assistant.types import AnswerSentence, Citation, History, Passage
from tests.conftest import OpenCorpus

DAM = "How tall is the Marl dam?"
LANGUAGES = ("en", "de", "fr", "es", "ru")


def understood(earlier: str, question: str) -> str:
    history: History = [("user", earlier), ("assistant", "It is so.")]
    return understand(question, history, lambda _: 1.0, LANGUAGES).question


class TestSubjects:
    @pytest.mark.parametrize(
        "question",
        [
            "And the capital of Australia?",
            "And Australia's capital?",
            "And Shakespeare’s birthplace?",
            "What about the capital of Australia?",
            "How about the president of France?",
            "What about the height of Mount Everest?",
            "Or the history of Venice?",
            "And the mayor of Marl?",
            "And what is the capital of Australia?",
            "Also, what is the currency of Japan?",
            "And who is the mayor of Veldt?",
            "And who is Anna Thorne?",
            "And what is NATO?",
            "And where is Mount Fuji?",
            "And how tall is Mount Fuji?",
            "And who wrote Hamlet?",
            "And who painted the Mona Lisa?",
            "But who founded Rome?",
            "And when was Napoleon born?",
            "And how many people live in Tokyo?",
            "So which river flows through Paris?",
        ],
    )
    def test_one_about_something_else_is_taken_as_it_is(self, question: str) -> None:
        assert understood(DAM, question) == question

    @pytest.mark.parametrize(
        ("earlier", "question"),
        [
            ("Wie hoch ist der Damm von Marl?", "Und die Hauptstadt von Australien?"),
            ("Quelle est la hauteur du barrage de Marl ?", "Et la capitale de l'Australie ?"),
            ("¿Qué altura tiene la presa de Marl?", "¿Y la capital de Australia?"),
            ("¿Qué altura tiene la presa de Marl?", "¿Y quién escribió Hamlet?"),
            ("Какова высота плотины в Марле?", "А столица Австралии?"),
        ],
    )
    def test_so_it_is_in_other_languages(self, earlier: str, question: str) -> None:
        assert understood(earlier, question) == question

    def test_the_same_of_another_name_needs_nothing_more(self) -> None:
        question = "And the population of France?"
        assert understood("What is the population of Germany?", question) == question

    @pytest.mark.parametrize(
        ("earlier", "question", "means"),
        [
            (DAM, "And its height?", "its height (tall Marl dam)?"),
            (DAM, "And the cost?", "the cost (tall Marl dam)?"),
            (DAM, "And when was it built?", "when was it built (tall Marl dam)?"),
            (DAM, "And who paid for it?", "who paid for it (tall Marl dam)?"),
            (DAM, "What about the Eiffel tower?", "the Eiffel tower (tall Marl dam)?"),
            (DAM, "And how much concrete was used?", "how much concrete was used (tall Marl dam)?"),
            ("When was the Marl dam finished?", "And the Veldt dam?", "the Veldt dam (Marl finished)?"),
            ("Who built the Marl dam?", "And how many workers died?", "how many workers died (built Marl dam)?"),
            ("Who was the engineer of the Marl dam?", "And the mayor?", "the mayor (engineer Marl dam)?"),
            (
                "Who signed the Marl treaty?",
                "And why did Germany refuse?",
                "why did Germany refuse (signed Marl treaty)?",
            ),
            ("When did France sign the pact?", "And when did Germany sign?", "when did Germany sign (France pact)?"),
            ("What did Germany do in the talks?", "And what did France do?", "what did France do (Germany talks)?"),
            ("What did Germany do in the talks?", "And the role of France?", "the role of France (Germany talks)?"),
            ("What is Russia's view on the pact?", "And the view of Poland?", "the view of Poland (Russia's pact)?"),
            (
                "What does Hungary want of the pact?",
                "And what does France want?",
                "what does France want (Hungary pact)?",
            ),
            (
                "What do the people of Veldt think of the dam?",
                "And the people of Moss?",
                "the people of Moss (Veldt dam)?",
            ),
            ("How many sheep are there in Veldt?", "And how many in Norland?", "how many in Norland (sheep Veldt)?"),
            ("When does the ferry to Veldt leave?", "And on Moss Island?", "on Moss Island (ferry Veldt leave)?"),
            (
                "When does the ferry to Veldt leave?",
                "What about trains to Moss?",
                "trains to Moss (ferry Veldt leave)?",
            ),
            ("What is the capital of Germany?", "And in France?", "in France (capital Germany)?"),
            ("What is the capital of Germany?", "And France?", "What is the capital of France?"),
        ],
    )
    def test_a_true_follow_up_has_what_it_leans_on(self, earlier: str, question: str, means: str) -> None:
        assert understood(earlier, question) == means

    def test_the_answer_is_about_the_new_subject(self, open_corpus: OpenCorpus) -> None:
        corpus = open_corpus(
            {
                "dam.md": "# The Marl dam\n\nThe Marl dam is 90 metres tall. The Marl dam holds the capital stock of "
                "water. It was built in 1931.\n",
                "australia.md": "# Australia\n\nThe capital of Australia is Canberra. It has four seasons.\n",
            }
        )
        answer = corpus.ask("And the capital of Australia?", [("user", DAM), ("assistant", "It is 90 metres tall.")])
        assert answer.question == "And the capital of Australia?"
        assert answer.sentences[0].text == "The capital of Australia is Canberra."


def doubtful(pending: str = "") -> Answer:
    """An answer of a sentence that is borne out, one that is in part, and one that is not."""
    passage = Passage("1", "a.md", "A", "", "It is red.", 0, 10)
    sentences = (
        AnswerSentence("It is red.", (1,), "supported"),
        AnswerSentence("It is round and red.", (1,), "partial"),
        AnswerSentence("It is sweet.", (), "unsupported"),
        AnswerSentence("- It is *good*.", (), "unsupported"),
    )
    return Answer(
        text_of(sentences), sentences, (Citation(1, passage, passage.text, 0, 10),), abstained=False, confidence=0.8,
        written_by="openai:x", question="What is it?", pending=pending,
    )  # fmt: skip


class TestDoubts:
    def test_a_terminal_marks_what_no_source_bears_out_without_colours_too(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        console.show_answer(doubtful())
        assert capsys.readouterr().out.splitlines()[:2] == [
            "It is red. [1] It is round and red. [1] (! only partly supported) "
            "It is sweet. (! not supported by a source)",
            "- It is *good*. (! not supported by a source)",
        ]

    def test_a_terminal_marks_what_was_not_checked(self, capsys: pytest.CaptureFixture[str]) -> None:
        console.show_answer(doubtful(pending=" It may"))
        assert capsys.readouterr().out.splitlines()[1].endswith(" It may (! not checked)")

    def test_the_page_says_it_in_the_same_words(self) -> None:
        page = render_answer(0, "What is it?", doubtful())
        assert page.count('<span class="doubt">not supported by a source</span>') == 2
        assert page.count('<span class="doubt">only partly supported</span>') == 1

    def test_markdown_says_it_too_and_leaves_out_what_was_not_checked(self) -> None:
        assert answer_as_markdown(doubtful(pending=" It may")).split("\n\n")[1:3] == [
            "It is red. [1] It is round and red. [1] (only partly supported) It is sweet. (not supported by a source)",
            "- It is \\*good\\*. (not supported by a source)",
        ]


class TestUnderstood:
    def test_a_terminal_says_how_a_follow_up_was_understood(self, capsys: pytest.CaptureFixture[str]) -> None:
        console.show_understood("And its height?", doubtful())
        console.show_understood("What  is it?", doubtful())
        assert capsys.readouterr().out == "Understood as: What is it?\n"

    def test_a_conversation_that_is_shown_says_it_under_the_question(self, capsys: pytest.CaptureFixture[str]) -> None:
        console.show_question(Exchange("And that?", doubtful()))
        assert capsys.readouterr().out == "\n? And that?\nUnderstood as: What is it?\n"
