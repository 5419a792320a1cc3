"""What a query asks, and what it gives, in words."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.tables.columns import Column
from assistant.tables.query import Condition, Query, Source, Test, Value

OPERATIONS = {"sum": "total", "average": "average", "median": "median"}
TESTS: dict[Test, str] = {
    "is": "is {}", "is not": "is not {}", "more than": "is more than {}", "at least": "is at least {}",
    "less than": "is less than {}", "at most": "is at most {}",
}  # fmt: skip
TESTS_OF_DAYS: dict[Test, str] = TESTS | {
    "more than": "is after {}", "at least": "is {} or later",
    "less than": "is before {}", "at most": "is {} or earlier",
}  # fmt: skip
MOST_PLACES = 2
"""Decimals of an average beyond those that its column shows."""


def conditions_in_words(conditions: Sequence[Condition]) -> str:
    """Conditions as in ``City is Berlin and Amount is more than 500 €``; "" where there are none."""
    return " and ".join(map(_condition_in_words, conditions))


def _condition_in_words(condition: Condition) -> str:
    column = condition.field.column
    values = [shown(value, column) for value in condition.values]
    if condition.test == "from":
        return f"{column.name} is from {values[0]} to {values[1]}"
    if condition.test == "in the month":
        return f"{column.name} is in {calendar.month_name[int(str(condition.values[0]))]}"
    test = TESTS_OF_DAYS[condition.test] if column.kind == "day" else TESTS[condition.test]
    return f"{column.name} {test.format(' or '.join(dict.fromkeys(values)))}"


def shown(value: object, column: Column | None = None) -> str:
    """A value as people read it, a number with its column's unit."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int | float | Decimal) and column is not None and column.kind == "year":
        return str(int(value))
    if isinstance(value, int | float | Decimal):
        return _with_unit(number(value, column.places if column else 0), column)
    return str(value)


def under_its_head(value: object, column: Column) -> str:
    """A value behind the head of its column, as in ``Length (m): 88``: the unit stands once."""
    told = (
        shown(value, replace(column, unit="")) if column.unit and column.head != column.name else shown(value, column)
    )
    return f"{column.head}: {told}"


def number(value: float | Decimal, places: int | None) -> str:
    """A number with its thousands parted, and as many decimals as are shown, or else needed."""
    exact = Decimal(str(value))
    shown_places = places or 0
    if places is None or round(exact, places) != exact:
        written = f"{round(exact, max(shown_places, MOST_PLACES)):,f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    return f"{exact:,.{shown_places}f}"


def _with_unit(text: str, column: Column | None) -> str:
    if column is None or not column.unit or column.mixed:
        return text
    if not column.is_before:
        return f"{text} {column.unit}"
    return f"-{column.unit}{text[1:]}" if text.startswith("-") else f"{column.unit}{text}"


def table_in_words(source: Source) -> str:
    """The names of what is asked."""
    return " with ".join(dict.fromkeys(table.title for table in source.tables))


def what(query: Query) -> str:
    """What is computed, as in ``total Amount`` or ``largest Salary``."""
    if query.operation == "count":
        return "number of rows"
    name = query.measure.column.name if query.measure else ""
    if query.operation == "count different":
        return f"number of different values of {name}"
    return f"{OPERATIONS.get(query.operation, query.ranked)} {name}".strip()


def where(query: Query) -> str:
    """The table, and the conditions, as in ``Orders, where City is Berlin``."""
    told = conditions_in_words(query.conditions)
    table = table_in_words(query.source)
    return f"{table}, where {told}" if told else table


def amount(value: Value | float | None, query: Query) -> str:
    """What a query computed as it is read."""
    if query.operation in ("count", "count different"):
        return shown(value)
    return shown(value, query.measure.column if query.measure else None)
