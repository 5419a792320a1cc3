"""Questions over tables are computed, with the SQL and the rows behind the answer; what is not plainly one is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.types import Turn
from tests.file_makers import xlsx
from tests.index_tools import Desk

ORDERS = """Order,Customer no,City,Product,Quantity,Amount (€),Date,Paid
501,00007,Berlin,chairs,3,860.00,2024-01-04,yes
502,00008,Munich,lamps,17,239.50,2024-01-19,no
503,00007,Cologne,chairs,3,266.00,2024-02-02,yes
504,00009,Berlin,shelves,2,246.00,2024-02-11,yes
505,00009,Hamburg,chairs,19,604.25,2024-03-30,no
Total,,,,44,2215.75,,
"""
CUSTOMERS = "Customer no,Name,Segment\n00007,Karin Conrad,trade\n00008,Hugo Lange,retail\n00009,Rosa Ebert,trade\n"
INVOICES = "Invoice,Client,Net amount,Gross amount\nR-1,Voss,100.00,119.00\nR-2,Brandt,50.00,59.50\n"
FLIGHTS = "Flight,From,To,Price\nLX1,Berlin,Oslo,100\nLX2,Oslo,Berlin,120\n"
TOWNS = """# Towns

The valley was settled late.

| Town | Population | Mayor |
|---|---|---|
| Alder | 32,139 | Ana Roth |
| Dogwood | 4,120 | Dan Reis |
"""
STAFF: list[list[str | float | None]] = [
    ["Name", "Team", "Salary"],
    ["Ada", "Survey", 4200],
    ["Ben", "Harbour", 3100],
    ["Cleo", "Survey", 2900],
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("tables"))
    desk.write(
        {
            "orders.csv": ORDERS,
            "customers.csv": CUSTOMERS,
            "invoices.csv": INVOICES,
            "flights.csv": FLIGHTS,
            "towns.md": TOWNS,
        }
    )
    (desk.corpus / "staff.xlsx").write_bytes(xlsx({"Staff": STAFF}))
    desk.sync()
    with desk.assistant() as opened:
        yield opened


def first(answer: Answer) -> str:
    """The first line of an answer, without its markers."""
    return answer.sentences[0].text if answer.sentences else answer.text


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("How many orders are there?", "There are 5 rows in orders."),
        ("How many orders came from Berlin?", "There are 2 rows in orders, where City is Berlin."),
        ("How many orders came from Berlin or Munich?", "There are 3 rows in orders, where City is Berlin or Munich."),
        ("How many orders are not from Berlin?", "There are 3 rows in orders, where City is not Berlin."),
        ("How many orders are not paid?", "There are 2 rows in orders, where Paid is no."),
        ("How many different cities are there?", "The number of different values of City in orders is 4."),
        (
            "What is the total amount of orders from Berlin?",
            "The total Amount in orders, where City is Berlin is 1,106.00 €, over 2 rows.",
        ),
        ("What is the average quantity?", "The average Quantity in orders is 8.8, over 5 rows."),
        ("What is the largest amount of the orders?", "501: the largest Amount in orders is 860.00 €."),
        ("Which city has the most orders?", "Berlin: the largest number of rows for one City in orders is 2."),
        (
            "What is the total quantity in February 2024?",
            "The total Quantity in orders, where Date is from 2024-02-01 to 2024-02-29 is 5, over 2 rows.",
        ),
        ("How many orders came after 1 February 2024?", "There are 3 rows in orders, where Date is after 2024-02-01."),
        (
            "How many orders have an amount between 240 and 300?",
            "There are 2 rows in orders, where Amount is from 240.00 € to 300.00 €.",
        ),
        (
            "What percentage of orders came from Berlin?",
            "40.0 % of the rows in orders (2 of 5) is where City is Berlin.",
        ),
        ("What is the amount of order 504?", "Amount (€): 246.00, in orders, where Order is 504."),
        ("Which order has 19 chairs?", "Order: 505, in orders, where Quantity is 19 and Product is chairs."),
        ("Who earns most?", "Ada: the largest Salary in Staff is 4,200."),
        ("Which town reached the largest population?", "Alder: the largest Population in Towns is 32,139."),
        ("Which town has 4,120 people?", "Town: Dogwood, in Towns, where Population is 4,120."),
        ("Who is the mayor of Alder?", "Mayor: Ana Roth, in Towns, where Town is Alder."),
        ("Which town is led by Dan Reis?", "Town: Dogwood, in Towns, where Mayor is Dan Reis."),
        (
            "How many more people does Alder have than Dogwood?",
            "The Population in Towns is 32,139 for Alder and 4,120 for Dogwood: Alder has 28,019 more than Dogwood.",
        ),
        (
            "What is the total amount of orders from customers in the trade segment?",
            "The total Amount in orders with customers, where Segment is trade is 1,976.25 €, over 4 rows.",
        ),
        ("How many flights have a price of at least 110?", "There is 1 row in flights, where Price is at least 110."),
        (
            "How many orders came from Berlin with an amount over 900?",
            "There are 0 rows in orders, where Amount is more than 900.00 € and City is Berlin.",
        ),
    ],
)
def test_question_over_a_table_is_computed(assistant: Assistant, question: str, line: str) -> None:
    answer = assistant.ask(question)
    assert (first(answer), answer.abstained) == (line, False)
    assert answer.computation is not None


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "What is the total amount per city?",
            [
                "The total Amount for each City in orders:",
                "- Berlin: 1,106.00 €",
                "- Cologne: 266.00 €",
                "- Hamburg: 604.25 €",
                "- Munich: 239.50 €",
            ],
        ),
        (
            "Top 2 orders by amount",
            ["The 2 rows with the largest Amount in orders:", "- 501: 860.00 €", "- 505: 604.25 €"],
        ),
        (
            "Which orders came from Rosa Ebert?",
            ["Order in orders with customers, where Name is Rosa Ebert:", "- 504", "- 505"],
        ),
    ],
)
def test_several_rows_are_a_list(assistant: Assistant, question: str, lines: list[str]) -> None:
    assert [sentence.text for sentence in assistant.ask(question).sentences] == lines


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is the total amount of the invoices?", "“amount” stands in two columns: Net amount and Gross amount"),
        ("How many flights go via Berlin?", None),
        ("What is the largest order?", "largest by what: Quantity and Amount"),
        ("How many flights have Berlin?", "“Berlin” stands in two columns: From and To"),
        ("How many chairs were ordered?", "whether the rows of chairs are counted, or their Quantity is added up"),
        ("Which city has the most amount?", "whether the single rows or the total of Amount for each City"),
    ],
)
def test_question_that_may_mean_two_things_is_declined_with_what_is_missing(
    assistant: Assistant, question: str, missing: str | None
) -> None:
    answer = assistant.ask(question)
    assert answer.computation is None
    assert (answer.text == f"The tables do not tell which is meant: {missing}.") is (missing is not None)


@pytest.mark.parametrize(
    "question",
    [
        "Why did Rosa Ebert order chairs?",
        "How many orders were cancelled in Berlin?",
        "When was the valley settled?",
        "What is the capital of Berlin?",
        "Who is the mayor of Oslo?",
        "How many orders came from Paris?",
        "Is the population of Alder growing?",
        "What did Ada say about the salary?",
        "orders",
        "",
    ],
)
def test_question_with_a_word_that_has_no_part_is_left_to_the_passages(assistant: Assistant, question: str) -> None:
    if question:
        assert assistant.ask(question).computation is None


def test_answer_shows_its_sql_with_values_apart_and_cites_each_row_behind_it(assistant: Assistant) -> None:
    answer = assistant.ask("What is the total amount of orders from Berlin?")
    computed = answer.computation
    assert computed is not None
    assert computed.sql == 'SELECT sum("Amount"), count(*) FROM "orders" WHERE "City" = ?'
    assert (computed.values, computed.condition) == (("Berlin",), "City is Berlin")
    assert (computed.source, computed.table, computed.row_count) == ("orders.csv", "orders", 2)
    assert computed.heads == ("Order", "Customer no", "City", "Product", "Quantity", "Amount", "Date", "Paid")
    assert [(row.number, row.citation, row.cells[5]) for row in computed.rows] == [
        (1, 1, "860.00 €"),
        (4, 2, "246.00 €"),
    ]
    text = assistant.document("orders.csv").text
    assert [text[one.start : one.end] for one in answer.citations] == [one.quote for one in answer.citations]
    assert answer.citations[1].quote == "| 504 | 00009 | Berlin | shelves | 2 | 246.00 | 2024-02-11 | yes |"
    assert [one.place.in_words for one in answer.citations if one.place] == ["row 1 of 5", "row 4 of 5"]
    sentence = answer.sentences[0]
    assert sentence.emphasis is not None
    assert sentence.text[sentence.emphasis[0] : sentence.emphasis[1]] == "1,106.00 €"


def test_row_of_a_sheet_is_cited_by_its_sheet(assistant: Assistant) -> None:
    [citation] = assistant.ask("Who earns most?").citations
    assert citation.place is not None
    assert citation.place.in_words == "sheet Staff, row 1 of 3"


def test_only_tables_of_the_documents_that_pass_are_asked(assistant: Assistant) -> None:
    assert assistant.ask("How many orders are there?", source="towns.md").computation is None
    assert assistant.ask("How many orders are there?", source="orders.csv").computation is not None


def test_follow_up_is_understood_before_the_tables_are_asked(assistant: Assistant) -> None:
    history: list[Turn] = [("user", "How many orders came from Berlin?"), ("assistant", "2")]
    answer = assistant.ask("How many orders came from Munich?", history=history)
    assert first(answer) == "There is 1 row in orders, where City is Munich."


HOSTILE = '''Name"; DROP TABLE x; --,Team' OR 1=1,"Pay ""gross"""
Robert'); DROP TABLE staff;--,red,10
"O""Neil",blue,20
'''


def test_names_and_values_of_any_form_are_never_part_of_what_runs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write({"x.csv": HOSTILE, "x'; DROP.csv": "Pier,Depth (m)\nOld,3\nNew,5\n"})
    desk.sync()
    with desk.assistant() as assistant:
        total = assistant.ask("What is the total pay gross?")
        assert first(total) == 'The total Pay "gross" in x is 30, over 2 rows.'
        named = assistant.ask("What is the pay gross of Robert'); DROP TABLE staff;--?")
        assert named.computation is None or named.computation.values == ("Robert'); DROP TABLE staff;--",)
        assert (
            first(assistant.ask("What is the average depth of the piers?"))
            == "The average Depth in x'; DROP is 4 m, over 2 rows."
        )


SOCIETIES = "Town,Chairs,Starts,Postcode\nAlder,10,2024-03-01,12045\nMoss,14,2024-05-02,12046\n"


@pytest.fixture(scope="module")
def societies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    desk = Desk(tmp_path_factory.mktemp("societies"))
    desk.write({"societies.csv": SOCIETIES})
    desk.sync()
    with desk.assistant() as assistant:
        yield assistant


def test_a_number_held_against_days_is_no_question_over_the_table(societies: Assistant) -> None:
    assert societies.ask("Which Towns have Starts over 12?").computation is None


def test_figures_that_name_things_are_told_as_they_are_written(societies: Assistant) -> None:
    assert (
        first(societies.ask("What is the postcode of Alder?")) == "Postcode: 12045, in societies, where Town is Alder."
    )
