"""Questions ask for a kind of answer: told from their words, and shown in the answer's form and emphasis."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.answering.questions import SENTENCES, QuestionKind, actor, figures_asked_for, kind_of
from assistant.interfaces.page.conversation import ShownExchange, render_conversation
from assistant.text.english.peoples import NAMES, called_as
from tests.conftest import OpenCorpus

WHEN, HOW_MANY, FACT = QuestionKind.WHEN, QuestionKind.HOW_MANY, QuestionKind.FACT
LIST, WHY, VIEW, YES_NO = QuestionKind.LIST, QuestionKind.WHY, QuestionKind.VIEW, QuestionKind.YES_NO


class TestKinds:
    @pytest.mark.parametrize(
        ("question", "kind"),
        [
            ("Who built the bridge?", FACT),
            ("By whom was it built?", FACT),
            ("In the north, who commands the troops?", FACT),
            ("Do you know who built it?", YES_NO),
            ("The bridge was built by whom?", FACT),
            ("Is there anyone who speaks Greek?", YES_NO),
            ("Ada and Bor on the bridge - who said what", FACT),
            ("Whose airspace did the drones fly into?", FACT),
            ("What was the name of the ship?", FACT),
            ("Which company runs the ferry?", FACT),
            ("When did critics react?", WHEN),
            ("Since when has it stood there?", WHEN),
            ("The alliance was founded when?", WHEN),
            ("In which year was it signed?", WHEN),
            ("Tell me when the ferry leaves.", WHEN),
            ("Where is the danger greatest?", FACT),
            ("where is the harbour", FACT),
            ("In what town did they meet?", FACT),
            ("Is there any place where they talk?", YES_NO),
            ("How many died when the bridge fell?", HOW_MANY),
            ("So, how long does it take?", HOW_MANY),
            ("What percentage of voters agreed?", HOW_MANY),
            ("What is Veldt's population?", HOW_MANY),
            ("What is the total number of cranes?", HOW_MANY),
            ("Why does it fear that?", WHY),
            ("For what reason was it closed?", WHY),
            ("What caused the fire?", WHY),
            ("Where do the British stand on Russia?", VIEW),
            ("Where does the statue stand?", FACT),
            ("Does Moscow think it is a defensive club?", VIEW),
            ("How does Norland see the alliance?", VIEW),
            ("What is Norland's position?", VIEW),
            ("What is Norland's position on the bridge?", VIEW),
            ("What was her position in the army?", FACT),
            ("When the bridge fell, what did the mayor do?", WHEN),
            ("When the bridge fell in Moss, in 1902, who was hurt?", WHEN),
            ("When the river turned right what did it create?", WHEN),
            ("When was it built, and who built it?", WHEN),
            ("When and where was it built?", WHEN),
            ("How long after the war ends can a guest stay?", HOW_MANY),
            ("Are there dogs?", YES_NO),
            ("Don't the sanctions work?", YES_NO),
            ("will Russia attack", YES_NO),
            ("What is a drone swarm?", FACT),
            ("What's NATO?", FACT),
            ("What is the INF Treaty?", FACT),
            ("define deterrence", FACT),
            ('What does "stance" mean?', VIEW),
            ("Who is Pia Lund?", FACT),
            ("Who is Lund?", FACT),
            ("Who is responsible?", FACT),
            ("Who is winning?", FACT),
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
        ("question", "figures"),
        [
            ("How many cranes are there?", {"number"}),
            ("When was it built?", {"date", "time"}),
            ("When was it built, and how much did it cost?", {"date", "time", "number"}),
            ("Who built it?", set()),
        ],
    )
    def test_a_question_tells_which_figures_it_asks_for(self, question: str, figures: set[str]) -> None:
        assert figures_asked_for(question) == figures

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

    def test_reasons_and_views_take_more_sentences(self) -> None:
        assert {kind: 4 if kind in (WHY, VIEW) else 3 for kind in QuestionKind} == SENTENCES


@pytest.fixture(scope="module")
def briefings(open_corpus: OpenCorpus) -> Assistant:
    folder = Path(__file__).parents[1] / "corpus" / "briefings"
    return open_corpus({path.name: path.read_text("utf-8") for path in folder.glob("*.md")})


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
        assert f'<strong class="asked">{shown}</strong>' in render_conversation((ShownExchange(question, answer),))

    def test_a_question_for_a_time_has_it_in_bold(self, open_corpus: OpenCorpus) -> None:
        assistant = open_corpus(
            {"bridge.md": "Ada Thorne planned the bridge of Veldt. It was opened on 12 March 1871."}
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
