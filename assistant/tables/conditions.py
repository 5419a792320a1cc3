"""The conditions that a question sets: values, numbers, days, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.tables.lexicon import QUANTITIES, Role
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Condition, Field, Side, Source, Test
from assistant.tables.words import NotAsked, Unclear, Words, in_columns, is_measure

COMPARED: dict[Role, Test] = {"more": "more than", "least": "at least", "less": "less than", "most": "at most"}
BEHIND: dict[Role, Test] = {"or more": "at least", "or less": "at most"}


class Conditions(Words):
    """The words of a question, and the conditions that some of them make."""

    def __init__(self, source: Source, mentions: Sequence[NamedPart]) -> None:
        super().__init__(source, mentions)
        self._conditions: list[Condition] = []

    def _join_columns_and_values(self) -> None:
        """Let a column say which one a value next to it stands in: "the city of Berlin"."""
        for mention in [one for one in self._all if one.kind == "value"]:
            for step in (-1, 1):
                beside = self._next(mention, step)
                if beside is None or beside.kind != "column" or beside not in self._left:
                    continue
                before = self._next(beside, -1)
                is_asked = step < 0 and before is not None and {"which", "count", "each"} & set(before.roles)
                values = tuple(value for value in mention.values if value[0] in beside.fields)
                if values and not is_asked:
                    self._replace(mention, replace(mention, values=values))
                    self._left.remove(beside)
                    break

    def _read_values(self, besides: Sequence[Side]) -> None:
        """Make conditions of the values that are left; several of one column are any of them."""
        taken = {condition.field for side in besides for condition in side.conditions}
        for mention in [one for one in self._left if one.kind == "value"]:
            field, values = self._value(mention)
            if field in taken:
                raise NotAsked
            before = self._next(mention, -1)
            is_not = before is not None and "not" in before.roles
            if is_not and before in self._left:
                self._left.remove(before)
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
            before = self._next(mention, -1)
            if before is None or not {"which", "count", "each"} & set(before.roles):
                self._left.remove(mention)
        for at, other in enumerate(self._conditions):
            if other.field == condition.field and other.test == condition.test == "is":
                values = tuple(dict.fromkeys((*other.values, *condition.values)))
                self._conditions[at] = replace(other, values=values)
                return
        self._conditions.append(condition)

    def _read_numbers(self) -> None:
        for mention in [one for one in self._left if one.kind == "number"]:
            if mention not in self._left or (mention.year and self._has("difference", "compare")):
                continue
            before, behind = self._next(mention, -1), self._next(mention)
            role = before.roles[0] if before and before.roles else None
            if role in COMPARED and before in self._left:
                self._compare(mention, before, COMPARED[role])
            elif role == "between" and before in self._left and behind is not None:
                self._between(mention, before)
            elif behind is not None and behind.roles and behind.roles[0] in BEHIND and behind in self._left:
                self._compare(mention, behind, BEHIND[behind.roles[0]])
            elif not self._is_place(mention) and not (mention.year and self._year(mention)):
                self._equal(mention)

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
        others = [one for one in self._left if one.kind == "number" and one.start > number.start]
        if not others or others[0].start - number.end > 2:
            raise NotAsked
        other = others[0]
        joined = self._next(number)
        if joined is not None and joined in self._left and "and" in joined.roles:
            self._left.remove(joined)
        if number.year and other.year and self._of_years():
            field = self._of_years()
            assert field is not None
            values = (number.number, other.number) if field.column.kind == "year" else _years(number, other)
        else:
            field = self._measured_by(other if other.unit else number, word, behind=other)
            values = (number.number, other.number)
        for one in (number, other, word):
            self._left.remove(one)
        self._condition(Condition(field, "from", values))

    def _measured_by(self, number: NamedPart, word: NamedPart, behind: NamedPart | None = None) -> Field:
        """The column that a number is held against: the one beside it, that of its unit, or the only one there is."""
        beside = [self._next(behind or number), self._next(word, -1)]
        for mention in beside:
            if (
                mention is not None
                and mention in self._left
                and mention.kind == "column"
                and any(map(is_measure, mention.fields))
            ):
                return self._one(
                    mention,
                    lambda field: is_measure(field) and (not number.unit or field.column.unit in ("", number.unit)),
                )
        fields = [field for field in self._source.fields if field.column.kind == "number"]
        if number.unit:
            fields = [field for field in fields if field.column.unit.split(" ")[0] == number.unit]
        elif self._is_counted(behind or self._next(number)):
            fields = [field for field in fields if QUANTITIES & set(field.column.terms)]
        if len(fields) != 1:
            raise Unclear(in_columns(number.text, fields)) if fields else NotAsked
        return fields[0]

    def _equal(self, number: NamedPart) -> None:
        """Make a condition of a number that a column, or the unit of one, stands behind: "4,120 people"."""
        behind, before = self._next(number), self._next(number, -1)
        for mention in (behind, before):
            if (
                mention is not None
                and mention in self._left
                and mention.kind == "column"
                and any(map(is_measure, mention.fields))
            ):
                field = self._one(mention, is_measure)
                break
        else:
            field = self._counting(number, behind)
        self._left.remove(number)
        self._condition(Condition(field, "is", (number.number,)))

    def _counting(self, number: NamedPart, behind: NamedPart | None) -> Field:
        """The column of a number that only its unit tells, or that counts the things behind it."""
        fields = [field for field in self._source.fields if field.column.kind == "number"]
        if number.unit:
            fields = [field for field in fields if field.column.unit == number.unit]
        elif self._is_counted(behind):
            fields = [field for field in fields if QUANTITIES & set(field.column.terms)]
        else:
            fields = []
        if len(fields) != 1:
            raise NotAsked
        return fields[0]

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
        """Make a condition of a year, where a column tells years or days."""
        field = self._of_years()
        if field is None:
            return False
        before = self._next(mention, -1)
        role = before.roles[0] if before and before.roles and before in self._left else None
        condition = of_year(field, int(mention.number), role)
        if before is not None and role in ("before", "after", "since", "until"):
            self._left.remove(before)
        self._left.remove(mention)
        self._condition(condition)
        return True

    def _read_days(self) -> None:
        for mention in [one for one in self._left if one.kind == "day"]:
            if mention not in self._left:
                continue
            fields = [field for field in self._source.fields if field.column.kind == "day"]
            beside = self._next(mention, -2)
            if len(fields) > 1 and beside is not None and beside.kind == "column":
                fields = [field for field in fields if field in beside.fields]
            if len(fields) != 1:
                raise Unclear(in_columns(mention.text, fields)) if fields else NotAsked
            self._day(mention, fields[0])

    def _day(self, mention: NamedPart, field: Field) -> None:
        before = self._next(mention, -1)
        role = before.roles[0] if before and before.roles and before in self._left else None
        self._left.remove(mention)
        if mention.days is None:
            first, last = field.column.years
            if first != last:
                raise Unclear(f"which year is meant by {mention.text}")
            self._condition(Condition(field, "in the month", (mention.month,)))
            return
        first_day, last_day = mention.days
        if role == "between" and before is not None:
            others = [one for one in self._left if one.kind == "day" and one.days]
            if not others or others[0].days is None:
                raise NotAsked
            last_day = others[0].days[1]
            self._left.remove(others[0])
            joined = self._next(others[0], -1)
            if joined in self._left and joined is not None and "and" in joined.roles:
                self._left.remove(joined)
            role = None
            self._left.remove(before)
        elif role in ("before", "after", "since", "until") and before is not None:
            self._left.remove(before)
        self._condition(_of_days(field, first_day, last_day, role))

    def _read_flags(self) -> None:
        """Make conditions of columns of yes and no: "that are paid"."""
        for mention in self._columns(lambda field: field.column.kind == "flag"):
            before = self._next(mention, -1)
            is_not = False
            if before is not None and before in self._left and "not" in before.roles:
                self._left.remove(before)
                is_not = True
            field = self._one(mention, lambda field: field.column.kind == "flag")
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
    return _of_days(field, date(year, 1, 1), date(year, 12, 31), role)


def _of_days(field: Field, first: date, last: date, role: Role | None) -> Condition:
    tests: dict[Role | None, Condition] = {
        "before": Condition(field, "less than", (first,)),
        "after": Condition(field, "more than", (last,)),
        "since": Condition(field, "at least", (first,)),
        "until": Condition(field, "at most", (last,)),
    }
    return tests.get(role, Condition(field, "from", (first, last)))


def _years(first: NamedPart, last: NamedPart) -> tuple[date, date]:
    return date(int(first.number), 1, 1), date(int(last.number) + 1, 1, 1) - timedelta(days=1)
