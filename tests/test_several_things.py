"""Questions for several things gather what different sentences name, and questions for a name are told whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Answer, Assistant
from assistant.answering.gathering import gathered, names_in
from assistant.answering.questions import QuestionKind, kind_of
from assistant.answering.selection import choose
from assistant.answering.subjects import naming_its_subject
from assistant.models.packaged_reader import PackagedReader
from assistant.text.answer_sentences import sentences_of
from tests.answers import passage_of, weighed
from tests.conftest import OpenCorpus

FIRM = (
    "# {name}: annual report\n\n{name} makes {goods}. The company has its head office in {town}. Its head is {head}.\n"
)
FILES = {
    "gilling.md": FIRM.format(name="Gilling Paper", goods="wallpaper", town="Tampere", head="Hanna Voss"),
    "corrin.md": FIRM.format(name="Corrin Marine", goods="propellers", town="Gdynia", head="Tove Lindal"),
    "expelled-1.md": "# Norland\n\nNorland expelled four diplomats of Veldt on Monday, its ministry said.\n",
    "expelled-2.md": "# Reply\n\nSudland and Karvia expelled diplomats of Veldt too. Ships left the port of Arle.\n",
    "expelled-3.md": "# Envoys\n\nAfter the fire, Tovia also expelled three diplomats of Veldt. It rained for days.\n",
}


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus, reader: PackagedReader) -> Assistant:
    return open_corpus(FILES, reader)


class TestSeveralThings:
    def test_what_several_documents_name_is_gathered_each_with_its_source(self, assistant: Assistant) -> None:
        answer = assistant.ask("Which states expelled diplomats?")
        assert sorted(said(answer)) == [
            "After the fire, Tovia also expelled three diplomats of Veldt.",
            "Norland expelled four diplomats of Veldt on Monday, its ministry said.",
            "Sudland and Karvia expelled diplomats of Veldt too.",
        ]
        assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,), (3,)]

    def test_a_sentence_that_names_more_of_them_comes_before_one_that_repeats_a_name(self) -> None:
        text = "Norland left the pact. Norland also left. Sudland, Karvia and Tovia left. Rain fell in spring."
        sentences = sentences_of(passage_of(text))
        scores = (1.0, 0.9, 0.5, 0.95)
        evidence = [weighed(one, score) for one, score in zip(sentences, scores, strict=True)]
        evidence.sort(key=lambda item: -item.score)
        assert [item.sentence.text for item in gathered("Which states left the pact?", evidence)] == [
            "Norland left the pact.",
            "Sudland, Karvia and Tovia left.",
            "Rain fell in spring.",
            "Norland also left.",
        ]

    def test_names_of_the_question_are_none_that_it_asks_for(self) -> None:
        [sentence] = sentences_of(passage_of("Norland and Karvia left the pact of Veldt."))
        assert names_in(sentence, "Which states left the pact of Veldt?") == {
            frozenset({"norland"}),
            frozenset({"karvia"}),
        }

    def test_what_the_reader_hardly_takes_for_an_answer_is_not_gathered(self) -> None:
        passage = passage_of("Norland left the pact. Sudland left it too. Karvia signed a treaty.")
        evidence = [weighed(one, 1.0 - one.order / 10) for one in sentences_of(passage)]
        evidence[2] = replace(evidence[2], fit=replace(evidence[2].fit, answered=-1.5))
        choice = choose(QuestionKind.LIST, "Which states left the pact?", evidence, [passage])
        assert [one.text for one in choice.sentences] == ["Norland left the pact.", "Sudland left it too."]

    def test_it_is_told_how_many_sentences_more_are_likely_to_name_some(self) -> None:
        text = " ".join(
            f"The town of {name} joined the league." for name in "Arle Bron Cald Dorn Elm Fenn Garth Holt".split()
        )
        passage = passage_of(text)
        evidence = [weighed(one, 1.0) for one in sentences_of(passage)]
        choice = choose(QuestionKind.LIST, "Which towns joined?", evidence, [passage])
        assert len(choice.sentences) == 6
        assert choice.notices == (
            "6 of 8 sentences that name some are shown; the others stand in what else was found.",
        )

    @pytest.mark.parametrize(
        "question",
        [
            "Which competing mills was it forbidden to name?",
            "Which big northern towns did the river flood?",
            "Immigrants from which four 'stans may be called up?",
            "which ex-mayors asked for money",
            "Who else won a prize?",
            "Besides Ada Thorne, who else won a prize?",
            "Who are the members of the board?",
            "Who were the first women on the council?",
        ],
    )
    def test_a_plural_asks_for_several(self, question: str) -> None:
        assert kind_of(question) is QuestionKind.LIST

    @pytest.mark.parametrize(
        "question",
        [
            "Who are the Houthis?",
            "Which company makes wallpaper?",
            "Which bus takes people to Marl?",
            "Who is the mayor?",
        ],
    )
    def test_a_verb_or_a_single_name_does_not(self, question: str) -> None:
        assert kind_of(question) is not QuestionKind.LIST


class TestFromAValueToItsName:
    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ("Which company is run by Hanna Voss?", "Gilling Paper makes wallpaper."),
            ("Of which company is Tove Lindal the head?", "Corrin Marine makes propellers."),
            ("Which company has its head office in Tampere?", "Gilling Paper makes wallpaper."),
        ],
    )
    def test_the_sentence_that_names_it_opens_the_answer(
        self, assistant: Assistant, question: str, answer: str
    ) -> None:
        assert said(assistant.ask(question))[0] == answer

    def test_nothing_is_put_before_what_the_question_names(self, assistant: Assistant) -> None:
        assert said(assistant.ask("Who is the head of Corrin Marine?"))[0] == "Its head is Tove Lindal."

    @pytest.mark.parametrize(
        ("text", "question", "opening"),
        [
            ("Moss Rail runs trams. In May it hired 380 people.", "Who hired 380 people?", "Moss Rail runs trams."),
            ("Moss Rail runs trams. In May it hired 380 people.", "How many people were hired?", None),
            ("Moss Rail runs trams. Two men were hurt.", "Who was hurt?", None),
            ("Moss Rail runs trams. The Arle floods it.", "Which meadow does the Arle flood?", None),
            ("Moss Rail runs trams. Its rival Arle Rail hired 380 people.", "Who hired 380 people?", None),
            ("Moss Rail runs trams. The tram company was sold to Ada Thorne.", "Who bought Moss Rail?", None),
            ("Moss Rail runs trams. In May Arle Rail hired 380 people.", "Who hired 380 people?", None),
            ("It rained. It hired 380 people.", "Who hired 380 people?", None),
            ("Moss Rail runs trams. It blamed Arle Rail for the fire.", "Who does the firm blame?", None),
            ("Moss Rail runs trams. Its head is Ada Thorne.", "Which firm is in Veldt?", "Moss Rail runs trams."),
            ("Moss Rail runs trams. The firm sits in Veldt.", "Which firm sits in Veldt?", "Moss Rail runs trams."),
            ("Moss Rail runs trams. The strike ended in Veldt.", "Which firm saw the strike end?", None),
            ("Moss Rail runs trams\n\nIn May it hired 380 people.", "Who hired 380 people?", None),
            ("\u201cMoss Rail runs trams.\u201d In May it hired 380 people.", "Who hired 380 people?", None),
        ],
    )
    def test_a_subject_is_named_only_where_the_sentence_leaves_open_what_is_asked(
        self, text: str, question: str, opening: str | None
    ) -> None:
        passage = passage_of(text)
        last = sentences_of(passage)[-1]
        found = [one.text for one in naming_its_subject(last, question, [passage])]
        assert found == [*([opening] if opening else []), last.text]
