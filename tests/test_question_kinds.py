"""Questions ask for a kind of answer: told from their words, and shown in the answer's form and emphasis."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Assistant
from assistant.answering.definitions import defined_term, defines
from assistant.answering.questions import FORMS, NUMBER, REASON, QuestionKind, actor, expectation, kind_of
from assistant.answering.short_answer import CUES, asked_for
from assistant.interfaces.page.conversation import ShownExchange, render_conversation
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

    def test_every_kind_has_a_form_and_reasons_and_views_take_more_sentences(self) -> None:
        assert {kind: form.sentences for kind, form in FORMS.items()} == {
            kind: 4 if kind in (WHY, VIEW) else 3 for kind in QuestionKind
        }


class TestAskedFor:
    @pytest.mark.parametrize(
        ("question", "sentence", "words"),
        [
            ("Who built the bridge?", "The bridge was built by Ada Thorne in 1871.", "Ada Thorne"),
            ("Who built the bridge?", "Ludwig van der Holt built the bridge.", "Ludwig van der Holt"),
            (
                "Who governs the north?",
                "The north is governed by the Archbishop of the Isles.",
                "Archbishop of the Isles",
            ),
            ("Who has given Russia missiles?", "Iran has supplied Russia with missiles.", "Iran"),
            ("Who wrote the report?", "The report was written by J. R. R. Moor and her sister.", "J. R. R. Moor"),
            ("Who signed the treaty?", "Dr. Ida Quill signed the treaty in Veldt.", "Dr. Ida Quill"),
            ("Who signed the treaty?", "The treaty was signed by Çelik Łoś.", "Çelik Łoś"),
            ("Who signed the treaty?", "The treaty was signed in Veldt on Monday.", None),
            ("Who painted the hall?", "He painted the hall.", None),
            ("Who painted the hall?", "The hall was painted by Italian masters.", None),
            ("Who married Ada Thorne?", "Ada Thorne married.", None),
            ("Who won?", "Norland were beaten by Sudland.", None),
            ("Who won the cup?", "Norland lost to Sudland in the cup.", None),
            ("Who attacked Norland?", "Norland was attacked by Sudland.", "Sudland"),
            ("Who was beaten by Sudland?", "Norland were beaten by Sudland.", "Norland"),
            ("When was the bridge built?", "The bridge was built on 12 March 2024.", "12 March 2024"),
            ("When was the bridge built?", "The bridge was built on March 12, 2024, by us.", "March 12, 2024"),
            ("When was the bridge built?", "The bridge was built in 1871.", "1871"),
            ("When was the bridge built?", "The bridge was built in the 9th century.", "the 9th century"),
            ("When was the bridge built?", "The bridge was built in the early 1990s.", "the early 1990s"),
            ("When was the bridge built?", "The bridge was built in March 2024.", "March 2024"),
            ("When was the bridge built?", "The bridge was built in 420 BC.", "420 BC"),
            ("When will the bridge open?", "The bridge will open by the end of June.", "the end of June"),
            ("When will the bridge open?", "The bridge will open in mid-June.", "mid-June"),
            ("Since when is the bridge closed?", "The bridge has been closed since March.", "March"),
            ("When was the bridge closed?", "The bridge was closed in early 2024.", "early 2024"),
            ("When was the bridge closed?", "The bridge was closed last week.", "last week"),
            ("When was the bridge closed?", "The bridge may march on.", None),
            ("When was the bridge built?", "Built between the wars, the bridge is old.", None),
            ("When was the 2014 treaty signed?", "The 2014 treaty was signed in May 2015.", "May 2015"),
            ("When did the museum open?", "The museum opened in 1923 and closed in 1951.", "1923"),
            ("When does the market open?", "The market opens on Saturday mornings.", "Saturday mornings"),
            ("When does the ferry leave?", "The ferry to Moss leaves at nine in the morning.", "nine in the morning"),
            ("When does the ferry leave?", "The ferry leaves at 9:30 a.m. from pier four.", "9:30 a.m."),
            ("Where is the cyber centre?", "The cyber centre stands in Tallinn, Estonia.", "Tallinn, Estonia"),
            ("Where was the film shot?", "The film was shot near Denver, Colorado, in 2001.", "Denver, Colorado"),
            ("Where was Ada born?", "Ada was born in Veldt.", "Veldt"),
            ("Where does the ferry go?", "The ferry goes to Moss Island.", "Moss Island"),
            ("Where was the treaty signed?", "The treaty was signed in March.", None),
            ("How much does each crane lift?", "Each crane lifts forty tonnes of steel.", "forty tonnes"),
            ("How many cranes does Veldt have?", "Veldt has four cranes.", "four cranes"),
            ("How many guests came?", "About 20 to 30 guests came.", "20 to 30 guests"),
            ("How many old houses burned?", "In 1666 13,200 old houses burned.", "13,200 old houses"),
            ("How many cranes fell in 1987?", "In 1987 the cranes fell.", None),
            ("How many members are there?", "One of the members left.", None),
            ("How much did the bridge cost?", "The bridge cost $3.5 billion.", "$3.5 billion"),
            ("How much did the bridge cost?", "The bridge cost 12 lives.", None),
            ("What percentage of voters agreed?", "Some 12 % of the 4,000 voters agreed.", "12 %"),
            ("What share of voters agreed?", "Two thirds of voters agreed.", "Two thirds"),
            ("How long does the crossing take?", "The crossing takes forty minutes.", "forty minutes"),
            ("How tall is the tower?", "The tower of 1902 is 93 metres tall.", "93 metres tall"),
            ("How old is the oak?", "The oak is 400 years old.", "400 years old"),
            ("How often does the club meet?", "The club meets three times a week.", "three times a week"),
            ("How fast does the train go?", "The train goes 200 km/h.", "200 km/h"),
            ("What is the population of Veldt?", "Veldt has a population of 12,400.", "12,400"),
            ("Why was the bridge built?", "Ada Thorne built the bridge in 1871.", None),
        ],
    )
    def test_the_words_that_answer_are_found_or_none(self, question: str, sentence: str, words: str | None) -> None:
        span = asked_for(kind_of(question), question, sentence)
        assert (sentence[span.start : span.end] if span else None) == words

    def test_of_two_times_as_near_as_each_other_none_is_taken(self) -> None:
        sentence = "Closed in 1923, the museum opened in 1951."
        assert asked_for(WHEN, "When did the museum open?", sentence) is None

    @given(
        st.sampled_from(list(CUES)),
        st.lists(
            st.sampled_from(
                ["Ada", "Thorne", "O'Neil", "of", "van", "the", "in", "by", "built", "bridge", "12", "March", "2024",
                 "1990s", "forty", "tonnes", "$3.5", "billion", "12%", "5²", "9:30", "a.m.", "20\u201330", "U.S.",
                 "x-1", "Ame\u0301lie", "\u0130zmir", "_Ada_", "MayX", "3rd", "Sundaysx", ",", "(", ")", "\n"]
            ) | st.text(max_size=4),
            max_size=14,
        ),
        st.sampled_from([" ", "", "\u00a0"]),
    )  # fmt: skip
    def test_whatever_the_sentence_they_are_whole_words_of_it(
        self, kind: QuestionKind, parts: list[str], space: str
    ) -> None:
        sentence = space.join(parts)
        span = asked_for(kind, "How much of the bridge was built?", sentence)
        if span:
            assert 0 <= span.start < span.end <= len(sentence)
            words = sentence[span.start : span.end]
            assert words == words.strip()
            for edge in (span.start, span.end):
                assert not (sentence[edge - 1 : edge].isalnum() and sentence[edge : edge + 1].isalnum())


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
def briefings(open_corpus: OpenCorpus) -> Assistant:
    folder = Path(__file__).parents[1] / "corpus" / "briefings"
    return open_corpus({path.name: path.read_text("utf-8") for path in folder.glob("*.md")})


def emphasised_words(answer: Answer) -> list[str]:
    return [sentence.text[slice(*sentence.emphasis)] for sentence in answer.sentences if sentence.emphasis]


class TestAnswers:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("Who asked the allies to disregard Russia's red lines?", "President Volodymyr Zelensky"),
            ("Where did Zelensky ask his allies for help?", "Ramstein"),
            ("How many countries host the Enhanced Forward Presence battlegroups?", "Four countries"),
        ],
    )
    def test_the_page_shows_the_words_asked_for_in_bold(self, briefings: Assistant, question: str, words: str) -> None:
        answer = briefings.ask(question)
        assert emphasised_words(answer) == [words]
        assert f'<strong class="asked">{words}</strong>' in render_conversation((ShownExchange(question, answer),))

    def test_a_question_for_a_time_has_it_in_bold(self, open_corpus: OpenCorpus) -> None:
        assistant = open_corpus(
            {"bridge.md": "Ada Thorne planned the bridge of Veldt. It was opened on 12 March 1871."}
        )
        answer = assistant.ask("When was the bridge of Veldt opened?")
        assert '<strong class="asked">12 March 1871</strong>' in render_conversation((ShownExchange("When?", answer),))

    @pytest.mark.parametrize("question", ["Why are NATO's battlegroups a tripwire?", "What are the main flashpoints?"])
    def test_other_questions_have_nothing_in_bold(self, briefings: Assistant, question: str) -> None:
        answer = briefings.ask(question)
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
