"""Questions ask for a kind of answer: told from their words, and shown in the answer's form and emphasis."""

from __future__ import annotations

from pathlib import Path

import pytest
from markupsafe import escape

from assistant import Answer, Assistant
from assistant.answering.definitions import defined_term, defines
from assistant.answering.questions import FORMS, NUMBER, REASON, QuestionKind, actor, expectation, kind_of
from assistant.interfaces.page.conversation import ShownExchange, render_conversation
from assistant.models.packaged_reader import PackagedReader
from assistant.text.english.expressions import TIME
from assistant.text.english.peoples import NAMES, called_as
from assistant.text.english.vocabulary import NAME
from tests.conftest import OpenCorpus

WHO, WHEN, WHERE, HOW_MANY = QuestionKind.WHO, QuestionKind.WHEN, QuestionKind.WHERE, QuestionKind.HOW_MANY
LIST, WHY, VIEW, YES_NO = QuestionKind.LIST, QuestionKind.WHY, QuestionKind.VIEW, QuestionKind.YES_NO
DEFINITION, FACT = QuestionKind.DEFINITION, QuestionKind.FACT


class TestKinds:
    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("Who built the bridge?", WHO),
            ("By whom was it built?", WHO),
            ("In the north, who commands the troops?", WHO),
            ("Do you know who built it?", WHO),
            ("The bridge was built by whom?", WHO),
            ("Is there anyone who speaks Greek?", WHO),
            ("Ada and Bor on the bridge - who said what", WHO),
            ("Whose airspace did the drones fly into?", WHO),
            ("What was the name of the ship?", WHO),
            ("Which company runs the ferry?", WHO),
            ("When did critics react?", WHEN),
            ("Since when has it stood there?", WHEN),
            ("The alliance was founded when?", WHEN),
            ("In which year was it signed?", WHEN),
            ("Tell me when the ferry leaves.", WHEN),
            ("Where is the danger greatest?", WHERE),
            ("where is the harbour", WHERE),
            ("In what town did they meet?", WHERE),
            ("Is there any place where they talk?", WHERE),
            ("How many died when the bridge fell?", HOW_MANY),
            ("So, how long does it take?", HOW_MANY),
            ("What percentage of voters agreed?", HOW_MANY),
            ("What is Veldt's population?", HOW_MANY),
            ("What is the total number of cranes?", HOW_MANY),
            ("Why does it fear that?", WHY),
            ("For what reason was it closed?", WHY),
            ("What caused the fire?", WHY),
            ("Where do the British stand on Russia?", VIEW),
            ("Where does the statue stand?", WHERE),
            ("Does Moscow think it is a defensive club?", VIEW),
            ("How does Norland see the alliance?", VIEW),
            ("What is Norland's position?", VIEW),
            ("What is Norland's position on the bridge?", VIEW),
            ("What was her position in the army?", FACT),
            ("When the bridge fell, what did the mayor do?", FACT),
            ("When the bridge fell in Moss, in 1902, who was hurt?", WHO),
            ("When the river turned right what did it create?", FACT),
            ("When was it built, and who built it?", WHEN),
            ("When and where was it built?", WHEN),
            ("How long after the war ends can a guest stay?", HOW_MANY),
            ("Are there dogs?", YES_NO),
            ("Don't the sanctions work?", YES_NO),
            ("will Russia attack", YES_NO),
            ("What is a drone swarm?", DEFINITION),
            ("What's NATO?", DEFINITION),
            ("What is the INF Treaty?", DEFINITION),
            ("define deterrence", DEFINITION),
            ('What does "stance" mean?', DEFINITION),
            ("Who is Pia Lund?", DEFINITION),
            ("Who is Lund?", DEFINITION),
            ("Who is responsible?", WHO),
            ("Who is winning?", WHO),
            ("What happens when the treaty ends?", FACT),
            ("What is the INF Treaty about?", FACT),
            ("What is Macron after?", FACT),
            ("What is happening?", FACT),
            ("May 2024 events", FACT),
            ("Was ist ein Kran?", FACT),
            ("Wo steht der Kran?", FACT),
            ("?", FACT),
            ("", FACT),
        ],
    )
    def test_a_question_tells_its_kind(self, question: str, kind: QuestionKind) -> None:
        assert kind_of(question) is kind

    @pytest.mark.parametrize(
        ("question", "expected"),
        [
            ("Who built it?", NAME),
            ("Where is it?", NAME),
            ("When was it built?", TIME),
            ("How old is it?", NUMBER),
            ("Why was it built?", REASON),
            ("Which countries host them?", NAME),
            ("What happens when it rains?", None),
            ("What is a crane?", None),
        ],
    )
    def test_a_kind_says_what_an_answering_sentence_holds(self, question: str, expected: object) -> None:
        assert expectation(question) is expected

    @pytest.mark.parametrize(
        "question",
        ["What determines the fee?", "What affects bees?", "What limits growth?", "What kills owls?",
         "What drives demand for steel?", "What helps sleep?", "What prevents rust?", "What holds water?",
         "What triggers the alarm?", "What feeds the lake?", "What makes owls have big eyes?", "What studies show?",
         "What animal kills most people?", "What metal conducts best?", "Which animal eats owls?",
         "Which costs more, a crane or a ferry?", "Which comes first?", "Which determines the price?",
         "What happens if prices are high?", "Name the capital of Peru.", "Name the river that crosses Holt."],
    )  # fmt: skip
    def test_a_verb_in_the_third_person_asks_for_no_list(self, question: str) -> None:
        assert kind_of(question) is not LIST

    @pytest.mark.parametrize(
        "question",
        ["What countries border Laos?", "What countries are members of the pact?", "What cranes are there in Veldt?",
         "Which laws govern fishing?", "What rivers flow into the lake?", "What steps did the mayor take?",
         "What kinds of boats are for hire?", "What other towns joined?", "What two things does Veldt want?",
         "Which cities were bombed?", "What sanctions were imposed?", "Which species live here?", "What were its aims?",
         "List all ports.", "Name three rivers.", "Tell me all the rules.", "What methods can be used?"],
    )  # fmt: skip
    def test_a_noun_in_the_plural_asks_for_a_list(self, question: str) -> None:
        assert kind_of(question) is LIST

    def test_one_of_them_is_no_number_that_was_asked_for(self) -> None:
        assert [bool(NUMBER.search(text)) for text in ("one of the cranes", "one another", "one crane", "sixty")] == [
            False, False, True, True
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("question", "name"),
        [
            ("What does Norland want?", "Norland"),
            ("What has the Upper Guild done in Moss?", "Upper Guild"),
            ("What is Norland's view of Sudland?", "Norland"),
            ("What does Norland want and what does Sudland want?", None),
            ("What did Norland say, and what did Norland do?", "Norland"),
            ("How do Upper Norland and Sudland differ?", None),
            ("What does the mayor want?", None),
            ("What do I need?", None),
        ],
    )
    def test_a_question_names_who_acts_or_nobody(self, question: str, name: str | None) -> None:
        assert actor(question) == name

    def test_every_kind_has_a_form_and_lists_reasons_and_views_take_more_sentences(self) -> None:
        assert {kind: form.sentences for kind, form in FORMS.items()} == {
            kind: {WHY: 4, VIEW: 4, LIST: 6}.get(kind, 3) for kind in QuestionKind
        }


class TestDefinitions:
    @pytest.mark.parametrize(
        ("question", "term"),
        [
            ("What is a drone swarm?", "drone swarm"),
            ("Define 'deterrence'.", "deterrence"),
            ("What is meant by hybrid war?", "hybrid war"),
            ("what does INF stand for", "INF"),
            ("Who is Pia Lund?", "Pia Lund"),
            ("What is the capital of Peru?", None),
            ("What is the weather?", None),
            ("Who is winning?", None),
            ("Who is Lund?", "Lund"),
            ("Who is responsible?", None),
            ("How tall is it?", None),
        ],
    )
    def test_the_term_is_told_from_the_question(self, question: str, term: str | None) -> None:
        assert defined_term(question) == term

    @pytest.mark.parametrize(
        ("question", "sentence", "does"),
        [
            ("What is a drone swarm?", "A **drone swarm** is a group of drones.", True),
            ("What is a drone swarm?", "In war, drone swarms are groups of drones.", True),
            ("What is a drone swarm?", "Such a group is called a drone swarm.", True),
            ("What is a drone swarm?", "A drone swarm is expected tomorrow.", False),
            ("What is a drone swarm?", "The use of drone swarms is a danger.", False),
            ("What is NATO?", "NATO (the North Atlantic Treaty Organization) is an alliance.", True),
            ("What is NATO?", "NATO is expanding.", False),
            ("What does deterrence mean?", "Deterrence means making an attack too costly.", True),
            ("What is a capstan?", "- Capstan: a drum that turns", True),
            ("Who is Pia Lund?", "Pia Lund, born in Veldt, is the harbour master.", True),
            ("Who is Lund?", "Veldt's Mayor Pia Lund asked for help.", True),
            ("Who is Lund?", "At the port Pia Lund, the harbour master, spoke.", True),
            ("Who is Lund?", "Pia Lund is the harbour master.", True),
            ("Who is Lund?", "Lund's appeal was heard.", False),
            ("Who is Lund?", "Lund, Orr and others spoke.", False),
            ("What is a mayor?", "Mayor Lund, the harbour master, spoke.", False),
            ("How tall is it?", "It is a tower.", False),
        ],
    )
    def test_a_sentence_defines_the_term_or_not(self, question: str, sentence: str, does: bool) -> None:
        assert defines(question, sentence) is does


@pytest.fixture(scope="module")
def briefings(open_corpus: OpenCorpus, reader: PackagedReader) -> Assistant:
    folder = Path(__file__).parents[1] / "corpus" / "briefings"
    return open_corpus({path.name: path.read_text("utf-8") for path in folder.glob("*.md")}, reader)


def emphasised_words(answer: Answer) -> list[str]:
    return [sentence.text[slice(*sentence.emphasis)] for sentence in answer.sentences if sentence.emphasis]


class TestAnswers:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("Who asked the allies to disregard Russia's red lines?", "Zelensky"),
            ("How many countries host the Enhanced Forward Presence battlegroups?", "Four"),
        ],
    )
    def test_the_page_shows_the_words_asked_for_in_bold(self, briefings: Assistant, question: str, words: str) -> None:
        answer = briefings.ask(question)
        [shown] = emphasised_words(answer)
        assert words in shown
        assert f'<strong class="asked">{escape(shown)}</strong>' in render_conversation(
            (ShownExchange(question, answer),)
        )

    def test_a_question_for_a_time_has_it_in_bold(self, open_corpus: OpenCorpus, reader: PackagedReader) -> None:
        assistant = open_corpus(
            {"bridge.md": "Ada Thorne planned the bridge of Veldt. It was opened on 12 March 1871."}, reader
        )
        answer = assistant.ask("When was the bridge of Veldt opened?")
        assert '<strong class="asked">12 March 1871</strong>' in render_conversation((ShownExchange("When?", answer),))

    def test_a_list_has_nothing_in_bold(self, briefings: Assistant) -> None:
        answer = briefings.ask("What are the main flashpoints?")
        assert answer.sentences
        assert emphasised_words(answer) == []

    def test_names_in_another_language_are_not_told_from_other_words(self, open_corpus: OpenCorpus) -> None:
        text = (
            "Der alte Kran im Hafen von Veldt wurde von Ada Thorne gebaut, und er steht noch heute dort am Ufer. "
            "Viele Menschen kommen jeden Sommer in die Stadt, um ihn zu sehen und mit der kleinen Fähre zu fahren."
        )
        answer = open_corpus({"kran.md": text}).ask("Who built the Kran im Hafen von Veldt, Ada?")
        assert [citation.passage.language for citation in answer.citations][:1] == ["de"]
        assert emphasised_words(answer) == []

    def test_a_long_list_is_cut_and_says_that_it_goes_on(self, open_corpus: OpenCorpus) -> None:
        names = "Hilda Greta Berta Dora Emma Frida Gerda Helga Irma Jutta Klara Lotte Magda Norma".split()
        items = "".join(f"- {name}\n" for name in names)
        answer = open_corpus({"cranes.md": f"# Cranes\n\nThe cranes of the harbour are these:\n\n{items}"}).ask(
            "What are the cranes of the harbour?"
        )
        assert [sentence.text for sentence in answer.sentences] == [f"- {name}" for name in names[:12]]
        assert answer.notices == ("12 of 14 shown; the others stand in the source.",)


class TestStates:
    @pytest.mark.parametrize(
        ("name", "also"),
        [
            ("Russia", "Moscow"),
            ("British", "London"),
            ("Kenya", "Nairobi"),
            ("Kiev", "Ukraine"),
            ("South Korea", "Seoul"),
            ("EU", "Brussels"),
        ],
    )
    def test_a_state_goes_by_its_people_and_by_where_it_is_governed_from(self, name: str, also: str) -> None:
        assert also in called_as(name)
        assert name in called_as(also)

    def test_other_names_stand_for_themselves(self) -> None:
        assert called_as("Veldt") == ("Veldt",)

    def test_no_name_is_of_two_states(self) -> None:
        names = [name for group in NAMES for name in group]
        assert len(set(names)) == len(names)
