"""The conditions that a question sets: values, numbers, days, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.tables.lexicon import QUANTITIES, Role
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Condition, Field, Side, Source, Test, Value
from assistant.tables.words import NotAsked, Unclear, Words, in_columns, is_flag, is_measure, only_meant, only_one

COMPARED: dict[Role, Test] = {"more": "more than", "least": "at least", "less": "less than", "most": "at most"}
BEHIND: dict[Role, Test] = {"or more": "at least", "or less": "at most"}
BESIDE_DAYS: tuple[Role, ...] = ("before", "after", "since", "until")


class Conditions(Words):
    """The words of a question, and the conditions that some of them make."""

    def __init__(self, source: Source, mentions: Sequence[NamedPart]) -> None:
        super().__init__(source, mentions)
        self._conditions: list[Condition] = []

    def _join_columns_and_values(self) -> None:
        """Let a column say which one a value next to it stands in: "the city of Berlin"."""
        for mention in [one for one in self._all if one.kind == "value"]:
            column = self._column_of(mention)
            if column:
                values = tuple(value for value in mention.values if value[0] in column.fields)
                self._replace(mention, replace(mention, values=values))
                self._left.remove(column)

    def _column_of(self, mention: NamedPart) -> NamedPart | None:
        """The column next to a value that stands in it; one before it is none where it is asked for itself."""
        for step in (-1, 1):
            beside = self._left_beside(mention, step)
            if beside is None or not {field for field, _ in mention.values} & set(beside.fields):
                continue
            if step > 0 or not self._is_asked(beside):
                return beside
        return None

    def _read_values(self, besides: Sequence[Side]) -> None:
        """Make conditions of the values that are left; several of one column are any of them."""
        taken = {condition.field for side in besides for condition in side.conditions}
        for mention in [one for one in self._left if one.kind == "value"]:
            field, values = self._value(mention)
            if field in taken:
                raise NotAsked
            is_not = self._take_beside(mention, -1, "not")
            self._left.remove(mention)
            self._condition(Condition(field, "is not" if is_not else "is", values))
        while self._take("or"):
            pass

    def _value(self, mention: NamedPart) -> tuple[Field, tuple[str, ...]]:
        fields = list(dict.fromkeys(field for field, _ in mention.values))
        asked = {field for one in self._left if one.kind == "column" for field in one.fields}
        if len(fields) > 1:
            fields = [field for field in fields if field not in asked] or fields
        if len(fields) > 1:
            raise Unclear(in_columns(mention.text, fields))
        return fields[0], tuple(value for field, value in mention.values if field == fields[0])

    def _condition(self, condition: Condition) -> None:
        """Add a condition; where there is one of the same column and test, either will do."""
        for mention in [one for one in self._left if one.fields == (condition.field,)]:
            if not self._is_asked(mention):
                self._left.remove(mention)
        for at, other in enumerate(self._conditions):
            if other.field == condition.field and other.test == condition.test == "is":
                values = tuple(dict.fromkeys((*other.values, *condition.values)))
                self._conditions[at] = replace(other, values=values)
                return
        self._conditions.append(condition)

    def _read_numbers(self) -> None:
        for mention in [one for one in self._left if one.kind == "number"]:
            if mention in self._left and not (mention.year and self._has("difference", "compare")):
                self._read_number(mention)

    def _read_number(self, number: NamedPart) -> None:
        """Make a condition of a number as the words beside it say."""
        before, behind = self._left_beside(number, -1), self._left_beside(number, 1)
        if before and before.role in COMPARED:
            self._compare(number, before, COMPARED[before.role])
        elif before and before.role == "between" and self._next(number):
            self._between(number, before)
        elif behind and behind.role in BEHIND:
            self._compare(number, behind, BEHIND[behind.role])
        elif not (self._is_place(number) or self._year(number)):
            self._equal(number)

    def _is_place(self, mention: NamedPart) -> bool:
        """Whether a number says how many of the first are asked for: "top 5", "the 3 largest"."""
        ranks: set[Role] = {"largest", "smallest", "top"}
        beside = [self._next(mention, step) for step in (-1, 1)]
        return any(one is not None and ranks & set(one.roles) for one in beside)

    def _compare(self, number: NamedPart, word: NamedPart, test: Test) -> None:
        field = self._measured_by(number, word)
        self._left.remove(word)
        self._left.remove(number)
        value = number.number if field.column.kind == "number" else int(number.number)
        self._condition(Condition(field, test, (value,)))

    def _between(self, number: NamedPart, word: NamedPart) -> None:
        other = self._other_end(number)
        self._take_beside(number, 1, "and")
        field = self._of_years() if number.year and other.year else None
        values: tuple[Value, ...] = (number.number, other.number)
        if field is None:
            field = self._measured_by(other if other.unit else number, word, behind=other)
        elif field.column.kind == "day":
            values = _years(number, other)
        for one in (number, other, word):
            self._left.remove(one)
        self._condition(Condition(field, "from", values))

    def _other_end(self, number: NamedPart) -> NamedPart:
        """The number that follows another, with a word at most between them: "100 and 200"."""
        others = [one for one in self._left if one.kind == "number" and one.start > number.start]
        if not others or others[0].start - number.end > 2:
            raise NotAsked
        return others[0]

    def _measured_by(self, number: NamedPart, word: NamedPart, behind: NamedPart | None = None) -> Field:
        """The column that a number is held against: the one beside it, that of its unit, or the only one there is."""
        named = _measure_among(self._left_beside(behind or number, 1), self._left_beside(word, -1))
        if named:
            return self._one(named, lambda field: is_measure(field) and _may_be_in(field, number.unit))
        fields = self._fields(lambda field: field.column.is_amount)
        if number.unit:
            fields = [field for field in fields if field.column.unit.split(" ")[0] == number.unit]
        elif self._is_counted(behind or self._next(number)):
            fields = list(filter(_is_quantity, fields))
        return only_meant(number.text, fields)

    def _equal(self, number: NamedPart) -> None:
        """Make a condition of a number that a column, or the unit of one, stands behind: "4,120 people"."""
        named = _measure_among(self._left_beside(number, 1), self._left_beside(number, -1))
        field = self._one(named, is_measure) if named else self._counting(number)
        self._left.remove(number)
        self._condition(Condition(field, "is", (number.number,)))

    def _counting(self, number: NamedPart) -> Field:
        """The column of a number that only its unit tells, or that counts the things behind it."""
        if number.unit:
            return only_one(self._fields(lambda field: field.column.is_amount and field.column.unit == number.unit))
        if self._is_counted(self._next(number)):
            return only_one(self._fields(_is_quantity))
        raise NotAsked

    def _is_counted(self, behind: NamedPart | None) -> bool:
        """Whether what stands behind a number is what a column of quantities counts."""
        return behind is not None and behind.kind in ("value", "table")

    # Days

    def _of_years(self) -> Field | None:
        """The column by which a year is told: the only one of years, else the only one of days."""
        for kind in ("year", "day"):
            fields = [field for field in self._source.fields if field.column.kind == kind]
            if fields:
                if len(fields) > 1:
                    named = [one for one in fields if any(one in mention.fields for mention in self._left)]
                    fields = named if len(named) == 1 else fields
                if len(fields) > 1:
                    raise Unclear(in_columns("the year", fields))
                return fields[0]
        return None

    def _year(self, mention: NamedPart) -> bool:
        """Make a condition of a number that is a year, where a column tells years or days."""
        field = self._of_years() if mention.year else None
        if field is None:
            return False
        role = self._take_beside(mention, -1, *BESIDE_DAYS)
        self._left.remove(mention)
        self._condition(of_year(field, int(mention.number), role))
        return True

    def _read_days(self) -> None:
        for mention in [one for one in self._left if one.kind == "day"]:
            if mention in self._left:
                self._day(mention, self._column_of_days(mention))

    def _column_of_days(self, mention: NamedPart) -> Field:
        """The column that a day is held against: the only one of days, or the one named before it."""
        fields = self._fields(lambda field: field.column.kind == "day")
        beside = self._next(mention, -2)
        if len(fields) > 1 and beside is not None and beside.kind == "column":
            fields = [field for field in fields if field in beside.fields]
        return only_meant(mention.text, fields)

    def _day(self, mention: NamedPart, field: Field) -> None:
        self._left.remove(mention)
        if mention.days is None:
            self._condition(_in_month(field, mention))
            return
        first, last = mention.days
        if self._take_beside(mention, -1, "between"):
            self._condition(_in_days(field, first, self._take_last_day()))
        else:
            self._condition(_in_days(field, first, last, self._take_beside(mention, -1, *BESIDE_DAYS)))

    def _take_last_day(self) -> date:
        """The day with which a range ends, taken with the "and" before it."""
        other = next((one for one in self._left if one.days), None)
        if other is None or other.days is None:
            raise NotAsked
        self._left.remove(other)
        self._take_beside(other, -1, "and")
        return other.days[1]

    def _read_flags(self) -> None:
        """Make conditions of columns of yes and no: "that are paid"."""
        for mention in self._columns(is_flag):
            is_not = self._take_beside(mention, -1, "not")
            field = self._one(mention, is_flag)
            self._condition(Condition(field, "is", (not is_not,)))


def of_year(field: Field, year: int, role: Role | None) -> Condition:
    """The condition that a column of years, or of days, is in a year, or before it or after it as a word says."""
    if field.column.kind == "year":
        tests: dict[Role | None, Test] = {
            "before": "less than",
            "after": "more than",
            "since": "at least",
            "until": "at most",
        }
        return Condition(field, tests.get(role, "is"), (year,))
    return _in_days(field, date(year, 1, 1), date(year, 12, 31), role)


def _in_days(field: Field, first: date, last: date, role: Role | None = None) -> Condition:
    """The condition that a day is one of these, or before them or after them as a word says."""
    tests: dict[Role | None, Condition] = {
        "before": Condition(field, "less than", (first,)),
        "after": Condition(field, "more than", (last,)),
        "since": Condition(field, "at least", (first,)),
        "until": Condition(field, "at most", (last,)),
    }
    return tests.get(role, Condition(field, "from", (first, last)))


def _years(first: NamedPart, last: NamedPart) -> tuple[date, date]:
    return date(int(first.number), 1, 1), date(int(last.number), 12, 31)


def _in_month(field: Field, mention: NamedPart) -> Condition:
    first, last = field.column.years
    if first != last:
        raise Unclear(f"which year is meant by {mention.text}")
    return Condition(field, "in the month", (mention.month,))


def _measure_among(*words: NamedPart | None) -> NamedPart | None:
    """The first word that stands for a column of what can be ranked."""
    return next((one for one in words if one and any(map(is_measure, one.fields))), None)


def _is_quantity(field: Field) -> bool:
    """Whether a column says how many there are of something."""
    return field.column.is_amount and bool(QUANTITIES & set(field.column.terms))


def _may_be_in(field: Field, unit: str) -> bool:
    """Whether a column may hold numbers of a unit, "" for any."""
    return not unit or field.column.unit in ("", unit)
