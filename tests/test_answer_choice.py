"""Which sentences answer: lines that are no sentences, amounts, lists, and what a question word asks for.

Everything is asked through the public API, over corpora of a few lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from assistant import Answer, Assistant
from assistant.answering.answerability import MODEL

if TYPE_CHECKING:
    from assistant.models.packaged_reader import PackagedReader
from tests.conftest import OpenCorpus

POLICY = """# Travel policy

Last updated: 3 March 2024

Staff get thirty days of leave each year. Leave is agreed with the head of the team.

By Rail

Trains are paid for in second class.

Share this article

4 min read
"""
BOILERPLATE = {
    "policy.md": POLICY,
    "leave.txt": POLICY.replace("# Travel", "Harbour").replace("3 March 2024", "5 May 2023"),
    "river.md": "# The Mississippi\n\nSource: Lake Itasca\n\nThe Mississippi is a river of North America.\n",
    "plain.txt": "The Arle\n\nSource: the well of Holt\n\nThe Arle is a short river in the north of Norland.\n",
    "graphs.md": "# Kestrel graphs\n\nIn this article, we prove that every Kestrel graph is four-colourable.\n\n"
    "Graphs are drawn with circles and lines.\n",
    "alerts.md": "# Alerts\n\nSubscribe to the alerts topic before you publish a message to the queue.\n\n"
    "The queue keeps messages for two days.\n",
    "wheat.md": "# Wheat\n\nLet's talk about wheat: the harvest of Holt was 400 tonnes.\n\n"
    "We use cookies to keep the oven dry.\n\nClick here to reset the router.\n",
    "market.md": "# Market\n\nPhoto: Ann Orr\n\nThe market of Varden opens at nine. The market has forty stalls.\n\n"
    "Read more: Ten markets of the north\n",
}


def emphasised(answer: Answer) -> list[str]:
    """The words of the answer that are emphasised, sentence by sentence."""
    return [each.text[slice(*each.emphasis)] for each in answer.sentences if each.emphasis]


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


@pytest.fixture(scope="module")
def boilerplate(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(BOILERPLATE)


class TestLinesThatAreNoSentences:
    @pytest.mark.parametrize(
        ("question", "opening"),
        [
            ("When was the travel policy last updated?", "Last updated: 3 March 2024"),
            ("When was the harbour policy last updated?", "Last updated: 5 May 2023"),
            ("What is the source of the Mississippi?", "Source: Lake Itasca"),
            ("What is the source of the Arle?", "Source: the well of Holt"),
            ("Is every Kestrel graph four-colourable?",
             "In this article, we prove that every Kestrel graph is four-colourable."),
            ("What must I subscribe to before I publish a message?",
             "Subscribe to the alerts topic before you publish a message to the queue."),
            ("How large was the harvest of Holt?", "Let's talk about wheat: the harvest of Holt was 400 tonnes."),
            ("What keeps the oven dry?", "We use cookies to keep the oven dry."),
            ("How do I reset the router?", "Click here to reset the router."),
            ("Who took the photo of the market?", "Photo: Ann Orr"),
        ],
    )  # fmt: skip
    def test_they_answer_what_they_tell(self, boilerplate: Assistant, question: str, opening: str) -> None:
        answer = boilerplate.ask(question)
        assert said(answer)[:1] == [opening]
        citation = answer.citations[0]
        assert citation.quote == boilerplate.document(citation.passage.source).text[citation.start : citation.end]

    @pytest.mark.parametrize("line", ["By Rail", "Share this article", "4 min read"])
    def test_every_line_is_found_and_can_be_quoted(self, boilerplate: Assistant, line: str) -> None:
        hits = boilerplate.search(line, 3, source="policy.md")
        assert any(line in hit.passage.text for hit in hits)

    def test_the_time_that_reading_takes_is_told_where_it_is_asked_for(self, boilerplate: Assistant) -> None:
        answer = boilerplate.ask("How many minutes does it take to read the travel policy?")
        assert said(answer)[:1] == ["4 min read"]

    @pytest.mark.parametrize(
        ("question", "opening"),
        [
            ("When does the market of Varden open?", "The market of Varden opens at nine."),
            ("How many stalls does the market have?", "The market has forty stalls."),
            ("How are trains paid for?", "Trains are paid for in second class."),
        ],
    )
    def test_they_do_not_open_an_answer_that_a_sentence_gives(
        self, boilerplate: Assistant, question: str, opening: str
    ) -> None:
        assert said(boilerplate.ask(question))[:1] == [opening]


class TestAmounts:
    @pytest.mark.parametrize(
        ("north", "south", "question"),
        [
            ("A quarter of a million people live in Marl.", "250,000 people live in Marl.",
             "How many people live in Marl?"),
            ("Three quarters of a million people live in Marl.", "750,000 people live in Marl.",
             "How many people live in Marl?"),
            ("Half a billion euros were paid for the bridge of Holt.",
             "500 million euros were paid for the bridge of Holt.", "How much was paid for the bridge of Holt?"),
            ("The dam of Holt holds 1.200 tonnes.", "The dam of Holt holds 1,200 tonnes.",
             "How many tonnes does the dam of Holt hold?"),
            ("The dam of Holt holds 1.200 tonnes.", "The dam of Holt holds 1.2 tonnes.",
             "How many tonnes does the dam of Holt hold?"),
            ("Marl has 1 200 000 inhabitants.", "Marl has 1.200.000 inhabitants.",
             "How many inhabitants does Marl have?"),
            ("Varden handles 1.5 to 2 million tonnes.", "Varden handles 1.8 million tonnes.",
             "How many tonnes does Varden handle?"),
            ("The school of Marl has between 3 and 4 thousand pupils.", "The school of Marl has 3,500 pupils.",
             "How many pupils does the school of Marl have?"),
            ("Prices in Marl rose by 5-7 % in May.", "Prices in Marl rose by 6 % in May.",
             "By what percentage did prices in Marl rise in May?"),
        ],
    )  # fmt: skip
    def test_what_may_be_the_same_amount_is_no_disagreement(
        self, open_corpus: OpenCorpus, north: str, south: str, question: str
    ) -> None:
        answer = open_corpus({"north.md": f"# North\n\n{north}\n", "south.md": f"# South\n\n{south}\n"}).ask(question)
        assert (answer.abstained, answer.notices) == (False, ())

    @pytest.mark.parametrize(
        ("north", "south", "question", "notice"),
        [
            ("Marl has 250,000 inhabitants.", "Marl has half a million inhabitants.",
             "How many inhabitants does Marl have?", "“North” says 250,000, “South” says half a million."),
            ("Varden handles 1.5 to 2 million tonnes.", "Varden handles 3 million tonnes.",
             "How many tonnes does Varden handle?", "“North” says 1.5 to 2 million, “South” says 3 million."),
            ("Prices in Marl rose by 5-7 % in May.", "Prices in Marl rose by 9 % in May.",
             "By what percentage did prices in Marl rise in May?", "“North” says 5-7 %, “South” says 9 %."),
        ],
    )  # fmt: skip
    def test_amounts_that_cannot_be_the_same_are_told_whole(
        self, open_corpus: OpenCorpus, north: str, south: str, question: str, notice: str
    ) -> None:
        answer = open_corpus({"north.md": f"# North\n\n{north}\n", "south.md": f"# South\n\n{south}\n"}).ask(question)
        parts = sorted(notice.rstrip(".").split(", "))
        [told] = answer.notices
        assert told.startswith("The documents disagree: ")
        assert sorted(told.removeprefix("The documents disagree: ").rstrip(".").split(", ")) == parts

    @pytest.mark.parametrize(
        ("text", "question", "words"),
        [
            ("A quarter of a million people live in Marl.", "How many people live in Marl?",
             "A quarter of a million"),
            ("The port of Varden handles 1.5 to 2 million tonnes.", "How many tonnes does the port of Varden handle?",
             "1.5 to 2 million"),
            ("The school of Marl has between 3 and 4 thousand pupils.",
             "How many pupils does the school of Marl have?", "between 3 and 4 thousand"),
            ("The bridge of Holt cost €1.5–2m.", "How much did the bridge of Holt cost?", "€1.5–2m"),
            ("The dam of Holt holds 1.200 tonnes.", "How many tonnes does the dam of Holt hold?", "1.200"),
        ],
    )  # fmt: skip
    def test_the_whole_amount_is_emphasised(
        self, open_corpus: OpenCorpus, reader: PackagedReader, text: str, question: str, words: str
    ) -> None:
        [shown] = emphasised(open_corpus({"a.md": f"{text}\n"}, reader).ask(question))
        assert words in shown


@pytest.fixture(scope="module")
def people(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(
        {
            "ada.md": "Ada Thorne is a baker in Marl.\n",
            "bo.md": "Bo Lind plays the cello.\n",
            "wall.md": "The wall of Holt was built in 1911 to keep the sea out.\n",
        }
    )


class TestWhatTheQuestionWordAsksFor:
    @pytest.mark.parametrize(
        "question",
        ["Why is Ada Thorne?", "When is Ada Thorne?", "How many is Ada Thorne?", "Why is Bo Lind?", "When is Bo Lind?",
         "When does Bo Lind play the cello?", "Why does Bo Lind play the cello?", "How old is Ada Thorne?",
         "Since when is Ada Thorne a baker?", "How high is the wall of Holt?"],
    )  # fmt: skip
    def test_without_a_time_a_reason_or_an_amount_it_is_not_answered(self, people: Assistant, question: str) -> None:
        answer = people.ask(question)
        assert answer.abstained
        assert answer.confidence < (MODEL.threshold or 0) / 2

    @pytest.mark.parametrize(
        ("question", "text"),
        [
            ("Where is Ada Thorne?", "Ada Thorne is a baker in Marl."),
            ("Who is Ada Thorne?", "Ada Thorne is a baker in Marl."),
            ("When was the wall of Holt built?", "The wall of Holt was built in 1911 to keep the sea out."),
            ("Why was the wall of Holt built?", "The wall of Holt was built in 1911 to keep the sea out."),
        ],
    )
    def test_what_holds_it_answers_with_more_than_the_least_confidence(
        self, people: Assistant, question: str, text: str
    ) -> None:
        answer = people.ask(question)
        assert said(answer) == [text]
        assert answer.confidence > 2 * (MODEL.threshold or 0)


CITIES = ["Berlin", "Marl", "Holt"]
ORDERS = [(1017 + number, CITIES[number % 3], 20 + 7 * number) for number in range(21)]
BOATS = "Hilda Greta Berta Norn Ask Embla Sol".split()
TOOLS = ["plane", "drill", "saw", "sander", "clamp", "lathe", "vice", "file", "rasp", "hammer", "chisel", "awl",
         "level", "square"]  # fmt: skip
PROMISES = ["bridge", "school", "park", "pool", "mill"]
LISTS = {
    "sales.csv": "Order,City,Total\n" + "".join(f"{number},{city},{total}\n" for number, city, total in ORDERS),
    "boats.md": "# Boats\n\n| Boat | Home | Crew |\n|---|---|---|\n"
    + "".join(f"| {name} | Moss | {crew} |\n" for crew, name in enumerate(BOATS, 2)),
    "tools.md": "# Workshop\n\nThe tools that the workshop lends are these:\n\n"
    + "".join(f"{number}. a {tool}\n" for number, tool in enumerate(TOOLS, 1)),
    "plan.md": "# Plan\n\nThe mayor wants a better harbour.\n\n"
    + "".join(f"- The mayor promised a {thing} for the harbour.\n" for thing in PROMISES),
    "flour.md": "# Flour\n\n- Order 311 of flour went to Ostwick.\n- Order 312 of flour went to Ostwick.\n"
    "- Order 313 of rye went to Varden.\n",
    "ports.csv": "Port,Ships,Crew\nVarden,1120,40\nOstwick,77,3\n",
}


@pytest.fixture(scope="module")
def lists(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(LISTS)


class TestLists:
    @pytest.mark.parametrize(
        ("question", "head", "items"),
        [
            ("Which orders came from Berlin?", "Order in sales, where City is Berlin:",
             [number for number, city, _ in ORDERS if city == "Berlin"]),
            ("Which boats have their home in Moss?", "Boat in Boats, where Home is Moss:", BOATS),
        ],
    )  # fmt: skip
    def test_all_rows_that_answer_are_told_in_their_order_and_cited_one_by_one(
        self, lists: Assistant, question: str, head: str, items: Sequence[object]
    ) -> None:
        answer = lists.ask(question)
        assert said(answer) == [head, *(f"- {item}" for item in items)]
        assert [one.citations for one in answer.sentences] == [(1,), *((at,) for at in range(1, len(items) + 1))]
        assert [one.quote.split()[1] for one in answer.citations] == [str(item) for item in items]
        assert answer.notices == ()

    def test_a_cut_table_says_how_many_rows_it_has(self, lists: Assistant) -> None:
        answer = lists.ask("List all orders and their totals.")
        assert (len(answer.sentences), answer.notices) == (12, ("12 of 21 shown; the others stand in the source.",))

    def test_a_cut_numbered_list_says_how_many_items_it_has(self, lists: Assistant) -> None:
        answer = lists.ask("Which tools does the workshop lend?")
        assert said(answer) == [f"- a {tool}" for tool in TOOLS[:12]]
        assert answer.notices == ("12 of 14 shown; the others stand in the source.",)

    def test_some_items_of_a_list_that_no_list_was_asked_for_say_so_too(self, lists: Assistant) -> None:
        answer = lists.ask("What did the mayor promise for the harbour?")
        assert len(answer.sentences) == 3
        assert answer.notices == ("3 of 5 shown; the others stand in the source.",)

    def test_items_that_are_nearly_alike_are_all_shown(self, open_corpus: OpenCorpus) -> None:
        items = ["the old red crane of the northern quay", "the old red crane of the northern quay, repaired",
                 "the old red crane of the southern quay"]  # fmt: skip
        text = "# Cranes\n\nThe cranes of the harbour are these:\n\n" + "".join(f"- {item}\n" for item in items)
        assert said(open_corpus({"a.md": text}).ask("What are the cranes of the harbour?")) == [
            f"- {item}" for item in items
        ]

    @pytest.mark.parametrize(
        ("question", "told"),
        [("How many orders came from Berlin?", "There are 7 rows in sales, where City is Berlin."),
         ("How many orders are there?", "There are 21 rows in sales."),
         ("How many boats have their home in Moss?", "There are 7 rows in Boats, where Home is Moss.")],
    )  # fmt: skip
    def test_rows_of_a_table_are_counted(self, lists: Assistant, question: str, told: str) -> None:
        assert said(lists.ask(question)) == [told]

    @pytest.mark.parametrize(
        "question", ["How many orders of flour went to Ostwick?", "How many tools does the workshop lend?"]
    )
    def test_what_would_have_to_be_counted_in_lists_is_not_answered(self, lists: Assistant, question: str) -> None:
        answer = lists.ask(question)
        assert (answer.abstained, said(answer)) == (True, [])

    def test_a_row_that_states_the_number_answers(self, lists: Assistant) -> None:
        answer = lists.ask("How many ships has Varden?")
        assert (said(answer), emphasised(answer)) == (["Ships: 1120, in ports, where Port is Varden."], ["1120"])


class TestQuestionsThatAskForNoList:
    TEXT = "# Fees\n\nThe length of a boat determines the fee.\n\nThe boats are these:\n\n- Hilda\n- Greta\n- Berta\n"

    def test_what_determines_asks_for_no_list(self, open_corpus: OpenCorpus) -> None:
        answer = open_corpus({"fees.md": self.TEXT}).ask("What determines the fee?")
        assert said(answer)[:1] == ["The length of a boat determines the fee."]

    def test_which_with_a_plural_does(self, open_corpus: OpenCorpus) -> None:
        assert said(open_corpus({"fees.md": self.TEXT}).ask("Which boats are there?")) == [
            "- Hilda", "- Greta", "- Berta"
        ]  # fmt: skip
