"""Ask 130 questions over the sheets of `benchmarks/table_sheets.py`, one of 50,000 rows, and say how many are right.

    python -m benchmarks.table_questions [--verbose]

Half of the questions were looked at while the grammar was written, half were written before it and held out. A question
counts as declined where the tables do not answer it: it is then declined or left to the passages. The embedding model
has no part in any of this; a stand-in takes its place, so that 50,000 rows are indexed within the minute.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from assistant import Assistant
from benchmarks.table_sheets import CITIES, Row, customers, orders, readings, sheets
from tests.index_tools import Desk

SHOWN_OF_A_QUESTION = 90


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the strings that its answer must hold, each as a whole word; none where it is to be declined."""

    question: str
    wants: tuple[str, ...] = ()


def ask(*wants: object, of: str) -> Case:
    """A case; numbers are wanted with their thousands parted."""
    return Case(
        of,
        tuple(
            f"{want:,}" if isinstance(want, int | float) and not isinstance(want, bool) else str(want) for want in wants
        ),
    )


def declined(*questions: str) -> list[Case]:
    """Questions that the tables must not answer."""
    return [Case(question) for question in questions]


def where(rows: Sequence[Row], **wanted: object) -> list[Row]:
    """The rows that have these values; a name's underscore is a space."""
    return [row for row in rows if all(row[name.replace("_", " ")] == value for name, value in wanted.items())]


def total(rows: Sequence[Row], name: str) -> float:
    """The sum of a column."""
    return sum(value for row in rows if isinstance(value := row[name], int | float))


def seen() -> list[Case]:
    """The half that was looked at."""
    bought, measured, known = orders(), readings(), {str(row["Customer no"]): row for row in customers()}
    busiest = max(CITIES, key=lambda city: len(where(bought, City=city)))
    warmest = max(measured, key=lambda row: float(str(row["Temperature (°C)"])))
    trade = [row for row in bought if known[str(row["Customer no"])]["Segment"] == "trade"]
    one = bought[57]
    return [
        ask(120, of="How many orders are there?"),
        ask(len(where(bought, City="Berlin")), of="How many orders came from Berlin?"),
        ask(total(where(bought, City="Hamburg"), "Amount"), of="What is the total amount of the orders from Hamburg?"),
        ask(one["Amount"], of=f"What is the amount of order {one['Order']}?"),
        ask(busiest, of="Which city has the most orders?"),
        ask(
            *[len(where(bought, Product=name)) for name in ("chairs", "lamps")],
            of="How many orders are there per product?",
        ),
        ask(
            len([row for row in bought if int(str(row["Amount"])) > 500]),
            of="How many orders have an amount of more than 500?",
        ),
        ask(
            len([row for row in bought if str(row["Date"]).startswith("2024-03")]),
            of="How many orders came in March 2024?",
        ),
        ask(total(trade, "Amount"), of="What is the total amount of orders from customers in the trade segment?"),
        ask(len(where(measured, Status="faulty")), of="How many readings are faulty?"),
        ask(warmest["Sensor"], of="Which sensor had the highest temperature?"),
        ask(
            round(
                total(where(measured, Site="Mill Lock"), "Temperature (°C)") / len(where(measured, Site="Mill Lock")), 2
            ),
            of="What is the average temperature at Mill Lock?",
        ),
        ask(len(where(measured, Site="East Gate", Status="late")), of="How many late readings came from East Gate?"),
        ask("Eva Lindt", of="Who earns most?"),
        ask("4,200 €", of="What is the salary of Ada Thorne?"),
        ask("Cleo Marsh", of="Who has personnel no 00107?"),
        ask("3,350 €", of="What is the average salary in the Harbour department?"),
        ask("3,350", "3,125", "4,216.67", of="What is the average salary per department?"),
        ask("Eva Lindt", "Ada Thorne", "Finn Orrel", of="Who are the top 3 by salary?"),
        ask("Belmuth", of="Which company is run by Zora Blent?"),
        ask("Ivo Trent", of="Who is the CEO of Corvanta?"),
        ask("975.2 € million", of="What is the highest revenue?"),
        ask("Corvanta", of="Which company has the most employees?"),
        ask(3, of="How many companies were founded after 2000?"),
        ask("Arvexo", "Corvanta", of="Which companies have their headquarters in Lindau?"),
        ask("3,060", of="How many more employees does Corvanta have than Arvexo?"),
        ask("433", of="What is the 2024 actual of the Harbour department?"),
        ask("Archive", of="Which department has the lowest 2024 actual?"),
        ask("760", of="What is the total 2023 planned?"),
        ask("Dogwood", of="Which town has 4,120 people?"),
        ask("Ana Roth", of="Who is the mayor of Alder?"),
        ask("Fir", of="What is the most populous town?"),
        ask("41.5 km²", of="What is the area of Alder?"),
        ask("191,956", of="What is the total population of the towns?"),
        ask("6,309,839.45", of="What is the total Umsatz?"),
        ask("Süd", of="Which region has the highest Umsatz?"),
        ask("590.000,00", of="What are the Kosten of Ost?"),
        ask("Ibis", of="Which boat is the longest?"),
        ask("16.66 t", of="What is the average weight of the boats?"),
        ask("60", of="What is the capacity of Kite?"),
        ask("$240", of="What is the price of flight LX205?"),
        ask("LX205", of="Which flight is the most expensive?"),
        ask("1,428.00 €", of="What is the gross amount of invoice R-001?"),
        ask("4,270.00 €", of="What is the total net amount?"),
        ask("2", of="How many invoices are open?"),
        ask("131.9", of="What was the revenue in 2023?"),
        ask("33", of="How many staff does Yew Library have?"),
        ask("Reed Library", of="Which library has the most loans?"),
        ask("24", of="How many libraries are there?"),
        *declined(
            "What is the total amount of the invoices?",
            "How many flights go via Berlin?",
            "What is the largest boat?",
            "How many orders were cancelled?",
            "Why do the towns live from timber?",
            "When is the next census due?",
            "Who is the mayor of Lindau?",
            "How many orders came from Paris?",
            "What is the average age of the staff?",
            "Which department has the highest planned?",
            "What is the most popular product?",
            "Summarise the orders of March.",
        ),
    ]


def held_out() -> list[Case]:
    """The half that was held out."""
    bought, measured = orders(), readings()
    known = {str(row["Customer no"]): row for row in customers()}
    units = max(
        ("chairs", "lamps", "shelves", "tables"), key=lambda name: total(where(bought, Product=name), "Quantity")
    )
    retail = [row for row in bought if known[str(row["Customer no"])]["Segment"] == "retail"]
    coldest = min(float(str(row["Temperature (°C)"])) for row in measured)
    one = bought[33]
    late = where(measured, Status="late")
    return [
        ask(len(where(bought, City="Munich", Product="lamps")), of="How many orders of lamps came from Munich?"),
        ask(total(bought, "Amount"), of="What is the sum of all amounts in the orders table?"),
        ask(one["City"], of=f"Which city did order {one['Order']} come from?"),
        ask(units, of="Which product has the highest total quantity?"),
        ask(
            round(total(where(bought, City="Cologne"), "Amount") / len(where(bought, City="Cologne")), 2),
            of="What was the average amount of orders from Cologne?",
        ),
        ask(
            len([row for row in bought if int(str(row["Quantity"])) < 5]), of="How many orders have a quantity below 5?"
        ),
        ask(
            len([row for row in bought if 100 <= int(str(row["Amount"])) <= 300]),
            of="How many orders have an amount between 100 and 300?",
        ),
        ask(
            len([row for row in bought if str(row["Date"]) >= "2024-06-01"]), of="How many orders came since June 2024?"
        ),
        ask(
            *[total(where(bought, City=city), "Amount") for city in ("Berlin", "Munich")],
            of="Compare the total amount of orders from Berlin and Munich.",
        ),
        ask(
            f"{100 * len(where(bought, City='Berlin')) / 120:.1f} %".replace(".0 %", ".0 %"),
            of="What percentage of orders came from Berlin?",
        ),
        ask(len(retail), of="How many orders came from retail customers?"),
        ask(len(known), of="How many customers do we have?"),
        ask("2013", of="Since when is Boris Ebert a customer?"),
        ask(50_000, of="How many readings are in the table?"),
        ask(f"{coldest:g} °C", of="What is the lowest temperature in the readings?"),
        ask(len(where(measured, Site="Old Weir", Status="ok")), of="How many ok readings are there for Old Weir?"),
        ask(len({str(row["Sensor"]) for row in measured}), of="How many different sensors are there?"),
        ask(
            *[len(where(late, Site=site)) for site in ("Quay Nine", "North Pier")],
            of="How many late readings are there for each site?",
        ),
        ask(
            len([row for row in measured if str(row["Day"]) == "2023-02-01"]),
            of="How many readings were there on 1 February 2023?",
        ),
        ask("Hana Pohl", of="Who has the lowest salary?"),
        ask("28,950 €", of="What is the sum of the salaries?"),
        ask("Survey", of="What is the department of Finn Orrel?"),
        ask("5", of="How many staff are full-time?"),
        ask("2008-11-20", of="What is the start date of Eva Lindt?"),
        ask("3", of="How many of the staff earn more than 3,700 €?"),
        ask("Dan Opitz", "Finn Orrel", "Hana Pohl", of="Who has a start date after 2020?"),
        ask("8,855", of="How many employees do the companies have in total?"),
        ask("1978", of="When was Eskolin founded?"),
        ask("Fontare", of="Which is the youngest company?"),
        ask("Aarhus", of="Where is the headquarters of Delphram?"),
        ask("335.2", of="What is the difference in revenue between Corvanta and Eskolin?"),
        ask("Karlstad", "Lindau", of="How many companies are there in each headquarters?"),
        ask("Corvanta", "Eskolin", of="What are the two companies with the highest revenue?"),
        ask("388", of="What is the 2023 actual for Harbour?"),
        ask("815", of="What is the sum of the planned figures for 2024?"),
        ask("Harbour", of="Which department has the highest 2024 planned?"),
        ask("Cleo Orth", of="Who is mayor of Cedar?"),
        ask("Elder", of="Which town has the smallest population?"),
        ask("3", of="How many towns have more than 20,000 inhabitants?"),
        ask("Birch", of="Which town has Ben Vogt as mayor?"),
        ask("17,417", of="How many more inhabitants does Alder have than Birch?"),
        ask("1.455.900,10", of="How high are the Kosten in the region West?"),
        ask("23.5 %", of="What is the highest Marge?"),
        ask("1,577,459.86 €", of="What is the average Umsatz?"),
        ask("Jackdaw", of="Which boat was built in 2012?"),
        ask("Ibis", of="What is the heaviest boat?"),
        ask("14.0 m", of="How long is the Heron?"),
        ask("LX310", of="What is the cheapest flight?"),
        ask("200", of="What is the duration of flight LX311?"),
        ask("$154.6", of="What is the average price of the flights?"),
        ask("5,081.30 €", of="What is the sum of the gross amounts?"),
        ask("Brandt", "Voss", of="Which clients have an open invoice?"),
        ask("17.3", of="What was the profit in 2024?"),
        ask("45", of="By how much did the number of employees change from 2022 to 2024?"),
        ask("1,889", of="What is the largest number of loans?"),
        ask("30", of="How many staff are at Ure Library?"),
        *declined(
            "What is the average amount?",
            "How many flights from or to Berlin are late?",
            "Which company is the largest?",
            "How many chairs were ordered?",
            "What does Ada Thorne think of the harbour?",
            "Where do the towns get their timber from?",
            "How many orders did Zora Blent place?",
            "What is the total Marge?",
            "Which boat is the safest?",
            "What is the salary of Ada Lovelace?",
            "Is the revenue of Arvexo growing?",
            "How many readings came from Mill Lock yesterday?",
        ),
    ]


@dataclass(slots=True)
class Tally:
    """What became of the questions of one half."""

    right: int = 0
    wrong: int = 0
    declined: int = 0
    answerable: int = 0
    answered: int = 0
    asked: int = 0

    def count(self, case: Case, given: str | None) -> bool:
        """Count one answer of the tables, None where they gave none; returns whether it was as it should be."""
        self.asked += 1
        self.answerable += bool(case.wants)
        if given is None:
            self.declined += 1
            return not case.wants
        is_right = bool(case.wants) and all(_holds(given, want) for want in case.wants)
        self.right, self.wrong = self.right + is_right, self.wrong + (not is_right)
        self.answered += is_right
        return is_right

    def __str__(self) -> str:
        kept = (self.right + self.declined) / self.asked
        return (
            f"{self.asked} asked: right or declined {kept:.3f}, wrong {self.wrong / self.asked:.3f}; "
            f"of {self.answerable} answerable, right {self.answered / self.answerable:.3f}"
        )


def _holds(text: str, want: str) -> bool:
    """Whether a text says what is wanted; a unit may stand with the head of the column."""
    number, _, unit = want.partition(" ")
    if unit and number[-1].isdecimal() and not unit[-1].isdecimal():
        return _holds(text, number) and unit in text
    return re.search(rf"(?<![\w.,-]){re.escape(want)}(?!\w|[.,]\d)", text) is not None


def run(assistant: Assistant, cases: Sequence[Case], *, verbose: bool) -> Tally:
    """Ask the questions, and print those that went wrong."""
    tally = Tally()
    for case in cases:
        answer = assistant.ask(case.question)
        given = answer.text if answer.computation else None
        if not tally.count(case, given) and (verbose or given):
            shown = (given or f"(none: {answer.text[:120]})").replace("\n", " ")[:160]
            print(f"  {case.question[:SHOWN_OF_A_QUESTION]}\n    want {case.wants}\n    got  {shown}")
    return tally


def timed(assistant: Assistant) -> list[float]:
    """Milliseconds of questions over the 50,000 rows, the first with everything still to be opened."""
    found = []
    for question in (
        "What is the average temperature for each site?", "How many late readings came from Quay Nine?",
        "Which sensor had the lowest temperature?", "What is the highest temperature at Old Weir?",
    ):  # fmt: skip
        started = time.perf_counter()
        assert assistant.ask(question).computation
        found.append(1_000 * (time.perf_counter() - started))
    return found


def main() -> None:
    """Print the figures; exits with 1 where they are below the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="also tell what was declined that could be answered")
    parser.add_argument("--half", choices=("seen", "held out"), help="ask one half alone")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for source, content in sheets().items():
            desk.corpus.mkdir(parents=True, exist_ok=True)
            (desk.corpus / source).write_bytes(content)
        started = time.perf_counter()
        desk.sync()
        print(f"{len(sheets())} sheets indexed in {time.perf_counter() - started:.0f} s")
        with desk.assistant() as assistant:
            times = timed(assistant)
            print(f"over 50,000 rows: first {times[0]:.0f} ms, median {median(times[1:]):.0f} ms")
            tallies = []
            for name, cases in (("seen", seen()), ("held out", held_out())):
                if options.half in (None, name):
                    tallies.append(run(assistant, cases, verbose=options.verbose))
                    print(f"{name}: {tallies[-1]}")
    fails = [one for one in tallies if one.wrong > 0.02 * one.asked or one.answered < 0.8 * one.answerable]
    sys.exit(1 if fails else 0)


if __name__ == "__main__":
    main()
