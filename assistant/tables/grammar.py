"""A question over a table becomes a query: every word of it has its part in that, or it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from assistant.tables.lexicon import DAYS, NEAR_TERMS, OLD_BY_DAY, PERSONS, PLACES, QUANTITIES, Role
from assistant.tables.mentions import Mention
from assistant.tables.query import Condition, Field, Operation, Query, Side, Source, Test

COMPUTES: frozenset[Role] = frozenset(
    {"count", "sum", "average", "median", "largest", "smallest", "top", "each", "difference", "compare", "share"}
)
"""What plainly asks for a computation."""
COMPARED: dict[Role, Test] = {"more": "more than", "least": "at least", "less": "less than", "most": "at most"}
BEHIND: dict[Role, Test] = {"or more": "at least", "or less": "at most"}
MOST_TOP = 100
Ranked = Literal["largest", "smallest"]


class NotAsked(Exception):
    """The question does not parse over a source: it is none over that."""


class Unclear(Exception):
    """The question asks for a computation over a source, but may be meant in several ways; the text says which."""


def read(source: Source, mentions: Sequence[Mention]) -> Query:
    """The query that the words of a question ask of a source.

    Raises:
        NotAsked: they do not make one.
        Unclear: they make several.
    """
    try:
        return _Reading(source, mentions).query()
    except Unclear:
        if not any(COMPUTES & set(mention.roles) for mention in mentions):
            raise NotAsked from None
        raise


class _Reading:
    """One question read over one source; what is not taken in the end has no part in it."""

    def __init__(self, source: Source, mentions: Sequence[Mention]) -> None:
        self._source = source
        self._all = [mention for mention in mentions if mention.roles != ("glue",)]
        self._left = list(self._all)
        self._conditions: list[Condition] = []

    def query(self) -> Query:
        """The query, once every word has its part."""
        self._join_columns_and_values()
        self._read_numbers()
        self._read_days()
        sides = self._take_sides() if self._has("difference", "compare", "than") else ()
        self._read_values(besides=sides)
        found = self._kind_of_question()(sides)
        self._read_flags()
        for mention in list(self._left):
            is_row = mention.kind == "column" and self._names_rows(mention)
            if mention.kind == "table" or is_row or {"rows", "and", "by", "list", "which"} & set(mention.roles):
                self._left.remove(mention)
        if self._left:
            raise NotAsked
        return replace(found, conditions=tuple(self._conditions))

    def _kind_of_question(self) -> Callable[[tuple[Side, ...]], Query]:
        if self._has("difference", "compare", "than"):
            return self._compared
        for role, read in (("share", self._share), ("each", self._grouped)):
            if self._has(role):  # type: ignore[arg-type]
                return lambda _: read()
        if self._has("largest", "smallest", "top"):
            return lambda _: self._ranked()
        if self._has("count"):
            return lambda _: self._counted()
        if self._has("sum", "average", "median"):
            return lambda _: self._summed()
        return lambda _: self._looked_up()

    # Taking words

    def _has(self, *roles: Role) -> bool:
        return any(set(roles) & set(mention.roles) for mention in self._left)

    def _take(self, *roles: Role) -> Mention | None:
        """The first word left that has one of the roles, taken."""
        for mention in self._left:
            if set(roles) & set(mention.roles):
                self._left.remove(mention)
                return mention
        return None

    def _columns(self, wanted: Callable[[Field], bool]) -> list[Mention]:
        """The columns that are left and may be wanted, in order, each with only the fields that are."""
        found = []
        for mention in self._left:
            fields = tuple(field for field in mention.fields if wanted(field))
            if mention.kind == "column" and fields:
                found.append(mention)
        return found

    def _next(self, mention: Mention, step: int = 1) -> Mention | None:
        at = self._all.index(mention) + step
        return self._all[at] if 0 <= at < len(self._all) else None

    def _one(self, mention: Mention, wanted: Callable[[Field], bool] = lambda _: True) -> Field:
        """The one field that a column stands for, taken."""
        fields = [field for field in mention.fields if wanted(field)] or list(mention.fields)
        if len(fields) > 1 and not mention.is_exact:
            texts = [field for field in fields if field.column.kind == "text"]
            fields = texts if len(texts) == 1 and not any(map(is_measure, fields)) else fields
        if len(fields) != 1:
            raise Unclear(_in_columns(mention.text, fields))
        if fields[0].column.kind == "unclear":
            raise Unclear(f"the figures of {fields[0].column.name} may be read in two ways")
        if mention in self._left:
            self._left.remove(mention)
        return fields[0]

    def _names_rows(self, mention: Mention) -> bool:
        """Whether a column only says what the rows are: it is the one that names them."""
        label = self._source.label
        if self._source.on and set(self._source.on) & set(mention.fields):
            return True
        return any(field.column.is_unique and field.column.is_named for field in mention.fields) or (
            label is not None and label in mention.fields
        )

    # Conditions

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

    def _replace(self, old: Mention, new: Mention) -> None:
        self._all[self._all.index(old)] = new
        if old in self._left:
            self._left[self._left.index(old)] = new

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
                self._left.remove(before)  # type: ignore[arg-type]
            self._left.remove(mention)
            self._condition(Condition(field, "is not" if is_not else "is", values))
        while self._take("or"):
            pass

    def _value(self, mention: Mention) -> tuple[Field, tuple[str, ...]]:
        fields = list(dict.fromkeys(field for field, _ in mention.values))
        asked = {field for one in self._left if one.kind == "column" for field in one.fields}
        if len(fields) > 1:
            fields = [field for field in fields if field not in asked] or fields
        if len(fields) > 1:
            raise Unclear(_in_columns(mention.text, fields))
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
            if mention not in self._left:
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

    def _is_place(self, mention: Mention) -> bool:
        """Whether a number says how many of the first are asked for: "top 5", "the 3 largest"."""
        ranks: set[Role] = {"largest", "smallest", "top"}
        beside = [self._next(mention, step) for step in (-1, 1)]
        return any(one is not None and ranks & set(one.roles) for one in beside)

    def _compare(self, number: Mention, word: Mention, test: Test) -> None:
        field = self._measured_by(number, word)
        self._left.remove(word)
        self._left.remove(number)
        value = number.number if field.column.kind == "number" else int(number.number)
        self._condition(Condition(field, test, (value,)))

    def _between(self, number: Mention, word: Mention) -> None:
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

    def _measured_by(self, number: Mention, word: Mention, behind: Mention | None = None) -> Field:
        """The column that a number is held against: the one beside it, that of its unit, or the only one there is."""
        beside = [self._next(behind or number), self._next(word, -1)]
        for mention in beside:
            if mention is not None and mention in self._left and mention.kind == "column" and any(map(is_measure, mention.fields)):
                return self._one(mention, lambda field: is_measure(field) and (not number.unit or field.column.unit in ("", number.unit)))
        fields = [field for field in self._source.fields if field.column.kind == "number"]
        if number.unit:
            fields = [field for field in fields if field.column.unit.split(" ")[0] == number.unit]
        elif self._is_counted(behind or self._next(number)):
            fields = [field for field in fields if QUANTITIES & set(field.column.terms)]
        if len(fields) != 1:
            raise Unclear(_in_columns(number.text, fields)) if fields else NotAsked
        return fields[0]

    def _equal(self, number: Mention) -> None:
        """Make a condition of a number that a column, or the unit of one, stands behind: "4,120 people"."""
        behind, before = self._next(number), self._next(number, -1)
        for mention in (behind, before):
            if mention is not None and mention in self._left and mention.kind == "column" and any(map(is_measure, mention.fields)):
                field = self._one(mention, is_measure)
                break
        else:
            field = self._counting(number, behind)
        self._left.remove(number)
        self._condition(Condition(field, "is", (number.number,)))

    def _counting(self, number: Mention, behind: Mention | None) -> Field:
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

    def _is_counted(self, behind: Mention | None) -> bool:
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
                    raise Unclear(_in_columns("the year", fields))
                return fields[0]
        return None

    def _year(self, mention: Mention) -> bool:
        """Make a condition of a year, where a column tells years or days."""
        if self._has("difference", "compare"):
            return True  # one of the sides, most likely
        field = self._of_years()
        if field is None:
            return False
        before = self._next(mention, -1)
        role = before.roles[0] if before and before.roles and before in self._left else None
        condition = _of_year(field, int(mention.number), role)
        if role in ("before", "after", "since", "until"):
            self._left.remove(before)  # type: ignore[arg-type]
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
                raise Unclear(_in_columns(mention.text, fields)) if fields else NotAsked
            self._day(mention, fields[0])

    def _day(self, mention: Mention, field: Field) -> None:
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
            is_not = before is not None and before in self._left and "not" in before.roles
            if is_not:
                self._left.remove(before)  # type: ignore[arg-type]
            field = self._one(mention, lambda field: field.column.kind == "flag")
            self._condition(Condition(field, "is", (not is_not,)))

    # Kinds of questions

    def _operation(self) -> Operation:
        """What is to be made of many rows, by the words for it; several are one too many."""
        found: set[Operation] = set()
        for role in ("sum", "average", "median"):
            if self._take(role):
                found.add(role)
        if len(found) > 1:
            raise NotAsked
        return found.pop() if found else ""

    def _summed(self, group: Field | None = None) -> Query:
        operation = self._operation()
        self._take("how much")
        mentions = self._columns(is_number)
        if len(mentions) != 1:
            raise NotAsked if mentions else self._no_measure()
        field = self._one(mentions[0], is_number)
        _check_units(field, operation)
        return Query(self._source, operation, field, group=group)

    def _no_measure(self) -> Exception:
        fields = [field for field in self._source.fields if is_number(field)]
        if any(mention.kind == "column" for mention in self._left) or len(fields) < 2:
            return NotAsked()
        if not any(mention.kind == "table" or "rows" in mention.roles for mention in self._left):
            return NotAsked()
        return Unclear(f"of what: {_listed(fields)}")

    def _counted(self, group: Field | None = None) -> Query:
        counting = self._take("count")
        assert counting is not None
        different = self._take("different")
        counted = self._next(different or counting)
        operation: Operation = "count"
        if counted is not None and counted.kind == "column" and counted in self._left:
            numbers = [field for field in counted.fields if is_number(field)]
            if numbers and not different:
                self._take("sum")
                operation = self._operation() or "sum"
                field = self._one(counted, is_number)
                _check_units(field, operation)
                return Query(self._source, operation, field, group=group)
            field = self._one(counted, lambda one: not is_number(one))
            if field.column.kind == "flag":
                self._condition(Condition(field, "is", (True,)))
            elif different or not (field.column.is_unique or self._is_subject(field)):
                return Query(self._source, "count different", field, group=group)
        elif counted is not None and counted.kind == "value" and different is None:
            self._check_counts_rows(counted)
        elif counted is None or not (counted.kind == "table" or "rows" in counted.roles) or different:
            raise NotAsked
        self._take("sum")
        return Query(self._source, operation, group=group)

    def _is_subject(self, field: Field) -> bool:
        """Whether the table is one of what a column holds, as its title says."""
        return bool(set(field.column.terms) & set(self._source.tables[field.table].named)) and not field.table

    def _check_counts_rows(self, counted: Mention) -> None:
        fields = [field for field in self._source.fields if is_number(field) and QUANTITIES & set(field.column.terms)]
        if fields:
            raise Unclear(f"whether the rows of {counted.text} are counted, or their {fields[0].column.name} is added up")

    def _grouped(self) -> Query:
        each = self._take("each")
        assert each is not None
        by = self._next(each)
        if by is None or by.kind != "column" or by not in self._left:
            raise NotAsked
        group = self._one(by, lambda field: not is_number(field))
        if self._has("largest", "smallest", "top"):
            raise NotAsked
        if self._has("count"):
            return self._counted(group)
        if self._has("sum", "average", "median"):
            return self._summed(group)
        raise self._unsaid()

    def _unsaid(self) -> Exception:
        """What is missing where a measure is asked for of many rows."""
        mentions = self._columns(is_number)
        if len(mentions) == 1:
            return Unclear(f"whether the total or the average of {self._one(mentions[0], is_number).column.name}")
        return NotAsked()

    def _ranked(self) -> Query:
        word = self._take("largest", "smallest", "top")
        assert word is not None
        more = self._take("largest", "smallest") if "top" in word.roles else None
        ranking = more or word
        ranked: Ranked = "smallest" if "smallest" in ranking.roles else "largest"
        first, limit = self._places(word, ranking)
        operation = self._operation()
        counted = self._take("count")
        entity = self._entity()
        measure, ranked = self._ranked_by(ranking, ranked, entity, counted=counted is not None)
        query = Query(self._source, operation, measure, ranked=ranked, first=first, limit=limit)
        if measure is None:
            if entity is None:
                raise NotAsked
            return replace(query, operation="count", group=entity)
        _check_units(measure, operation or "largest")
        if operation:
            if entity is None or entity.column.is_unique:
                raise NotAsked
            return replace(query, group=entity)
        if ranking.text.lower() in ("most", "least", "fewest") and entity and not entity.column.is_unique and is_number(measure):
            raise Unclear(f"whether the single rows or the total of {measure.column.name} for each {entity.column.name}")
        return replace(query, shown=(entity,) if entity else ())

    def _places(self, *words: Mention) -> tuple[int, int]:
        """From which place on, and how many: "top 5" is 1 and 5, "second largest" 2 and 1."""
        for word in words:
            for step in (-1, 1):
                beside = self._next(word, step)
                if beside is None or beside not in self._left:
                    continue
                if beside.kind == "ordinal" and step < 0:
                    self._left.remove(beside)
                    return int(beside.number), 1
                if beside.kind == "number" and not beside.unit and 0 < beside.number <= MOST_TOP and beside.number == int(beside.number):
                    self._left.remove(beside)
                    return 1, int(beside.number)
        return 1, 1

    def _entity(self) -> Field | None:
        """What is ranked: the column that is asked for, or what names the rows."""
        if self._take("who"):
            return self._person()
        names = self._columns(lambda field: not is_measure(field) and field.column.kind != "flag")
        if names:
            which = [one for one in names if (before := self._next(one, -1)) is not None and "which" in before.roles]
            return self._one((which or names)[0], lambda field: not is_measure(field))
        if any(mention.kind == "table" or "rows" in mention.roles for mention in self._left):
            return self._source.label
        return None

    def _person(self) -> Field:
        fields = [field for field in self._source.fields if field.column.kind == "text" and PERSONS & set(field.column.terms)]
        label = self._source.label
        if label in fields:
            return label  # type: ignore[return-value]
        if len(fields) != 1:
            raise Unclear(_in_columns("who", fields)) if fields else NotAsked
        return fields[0]

    def _ranked_by(self, ranking: Mention, ranked: Ranked, entity: Field | None, *, counted: bool) -> tuple[Field | None, Ranked]:
        """The measure, and its direction; None where rows are counted."""
        mentions = self._columns(is_measure)
        if ranking.implied:
            fields, ranked = self._implied(ranking, ranked)
            named = [one for one in mentions if set(one.fields) & set(fields)]
            if named:
                return self._one(named[0], lambda field: field in fields), ranked
            if len(fields) != 1:
                raise Unclear(_in_columns(ranking.text, fields)) if fields else NotAsked
            return fields[0], ranked
        if len(mentions) == 1:
            return self._one(mentions[0], is_measure), ranked
        if mentions:
            raise NotAsked
        is_many = ranking.text.lower() in ("most", "fewest", "least") or counted
        if is_many and any(mention.kind == "table" or "rows" in mention.roles or self._names_rows(mention) for mention in self._left):
            return None, ranked
        fields = [field for field in self._source.fields if is_number(field)]
        if is_many or entity is None or not fields:
            raise NotAsked
        if len(fields) > 1:
            raise Unclear(f"{ranking.text} by what: {_listed(fields)}")
        return fields[0], ranked

    def _implied(self, ranking: Mention, ranked: Ranked) -> tuple[list[Field], Ranked]:
        if ranking.implied == "day":
            return [field for field in self._source.fields if field.column.kind in ("day", "year")], ranked
        near = NEAR_TERMS[ranking.implied]
        fields = [field for field in self._source.fields if is_measure(field) and near & set(field.column.terms)]
        if not fields and ranking.text.lower() in OLD_BY_DAY:
            begun = NEAR_TERMS["founding"] | NEAR_TERMS["birth"] | NEAR_TERMS["built"]
            fields = [field for field in self._source.fields if field.column.kind in ("day", "year") and begun & set(field.column.terms)]
            ranked = "smallest" if ranked == "largest" else "largest"
        return fields, ranked

    def _share(self) -> Query:
        self._take("share")
        mentions = self._columns(is_number)
        if len(mentions) == 1:
            field = self._one(mentions[0], is_number)
            _check_units(field, "sum")
            self._operation()
            return Query(self._source, "share", field)
        if mentions or not any(mention.kind == "table" or "rows" in mention.roles or mention.kind == "column" for mention in self._left):
            raise NotAsked
        if not self._conditions and not self._columns(lambda field: field.column.kind == "flag"):
            raise NotAsked
        return Query(self._source, "share")

    # Comparing

    def _take_sides(self) -> tuple[Side, ...]:
        """Two values of one column, two years, or two measures, which are compared."""
        values = [one for one in self._left if one.kind == "value"]
        for at, one in enumerate(values):
            for other in values[at + 1 :]:
                shared = {field for field, _ in one.values} & {field for field, _ in other.values}
                if len(shared) == 1:
                    return self._values_as_sides(shared.pop(), one, other)
        years = [one for one in self._left if one.year]
        if len(years) == 2 and (field := self._of_years()):
            for year in years:
                self._left.remove(year)
            self._drop_joins()
            return tuple(Side(str(int(year.number)), (_of_year(field, int(year.number), None),)) for year in years)
        measures = self._columns(is_number)
        if len(measures) == 2:
            self._drop_joins()
            fields = [self._one(one, is_number) for one in measures]
            return tuple(Side(field.column.name, measure=field) for field in fields)
        raise NotAsked

    def _values_as_sides(self, field: Field, *mentions: Mention) -> tuple[Side, ...]:
        sides = []
        for mention in mentions:
            self._left.remove(mention)
            values = tuple(value for one, value in mention.values if one == field)
            sides.append(Side(values[0], (Condition(field, "is", values),)))
        self._drop_joins()
        return tuple(sides)

    def _drop_joins(self) -> None:
        for role in ("and", "or", "between"):
            self._take(role)  # type: ignore[arg-type]

    def _compared(self, sides: tuple[Side, ...]) -> Query:
        asked = self._take("difference", "compare", "than")
        while self._take("than", "compare", "difference", "more", "less"):
            pass
        assert asked is not None
        larger: Literal["", "largest", "smallest"] = ""
        operation = self._operation()
        if sides[0].measure:
            return Query(self._source, operation, sides[0].measure, sides=sides, asks_for_larger=larger)
        if self._take("count") and any(mention.kind == "table" or "rows" in mention.roles or self._names_rows(mention) for mention in self._left):
            return Query(self._source, "count", sides=sides)
        mentions = self._columns(is_number)
        if len(mentions) != 1:
            raise NotAsked
        field = self._one(mentions[0], is_number)
        _check_units(field, operation)
        self._entity_of_sides(sides)
        return Query(self._source, operation, field, sides=sides, asks_for_larger=larger)

    def _entity_of_sides(self, sides: tuple[Side, ...]) -> None:
        """Let the column go that the values of both sides stand in: "which city"."""
        compared = sides[0].conditions[0].field
        for mention in self._columns(lambda field: field == compared):
            self._one(mention, lambda field: field == compared)

    # Looking up

    def _looked_up(self) -> Query:
        who, where, when = (self._take(role) for role in ("who", "where", "when"))  # type: ignore[arg-type]
        self._take("how much", "how")
        lists = self._take("list")
        if not self._conditions:
            self._read_flags()
        if not self._conditions:
            raise NotAsked
        targets = self._targets()
        if not targets:
            targets = [self._implied_target(who, where, when, lists)]
        elif when and targets[0].column.kind not in ("day", "year"):
            raise NotAsked
        elif where or (who and any(map(is_number, targets))):
            targets = [*([self._person()] if who else []), *targets] if not where else self._raise()
        return Query(self._source, shown=tuple(targets))

    def _raise(self) -> list[Field]:
        raise NotAsked

    def _targets(self) -> list[Field]:
        """The columns that are asked for: the first one, and those that "and" joins with it."""
        mentions = self._columns(lambda field: field.column.kind != "flag")
        found: list[Field] = []
        for mention in mentions:
            before = self._next(mention, -1)
            joined = before is not None and "and" in before.roles
            if found and not joined:
                if not self._names_rows(mention):
                    raise NotAsked
                continue
            conditioned = {condition.field for condition in self._conditions}
            found.append(self._one(mention, lambda field: field not in conditioned))
        return found

    def _implied_target(self, who: Mention | None, where: Mention | None, when: Mention | None, lists: Mention | None) -> Field:
        if who:
            return self._person()
        for asked, heads, kinds in ((where, PLACES, ("text",)), (when, DAYS, ("day", "year"))):
            if asked:
                fields = [field for field in self._source.fields if field.column.kind in kinds and (asked is when or heads & set(field.column.terms))]
                if len(fields) != 1:
                    raise NotAsked
                return fields[0]
        is_asked = lists or any("which" in mention.roles for mention in self._left)
        has_rows = any(mention.kind == "table" or "rows" in mention.roles for mention in self._left)
        label = self._source.label
        if is_asked and has_rows and label and not any(one.field == label for one in self._conditions):
            return label
        raise NotAsked


def is_number(field: Field) -> bool:
    """Whether a column holds amounts, or what may be amounts."""
    return field.column.kind in ("number", "unclear")


def is_measure(field: Field) -> bool:
    """Whether what a column holds can be ranked: amounts, years, days."""
    return field.column.kind in ("number", "unclear", "year", "day")


def _check_units(field: Field, operation: str) -> None:
    if field.column.mixed and operation:
        raise Unclear(f"{field.column.name} is given in different units: {', '.join(field.column.mixed)}")
    if field.column.unit == "%" and operation == "sum":
        raise Unclear(f"what the shares in {field.column.name} are shares of, which cannot be added up")


def _in_columns(text: str, fields: Sequence[Field]) -> str:
    return f"“{text}” stands in {_counted_in_words(len(fields))} columns: {_listed(fields)}"


def _counted_in_words(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def _listed(fields: Sequence[Field]) -> str:
    names = [field.column.name for field in fields]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _of_year(field: Field, year: int, role: Role | None) -> Condition:
    if field.column.kind == "year":
        tests: dict[Role | None, Test] = {"before": "less than", "after": "more than", "since": "at least", "until": "at most"}
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


def _years(first: Mention, last: Mention) -> tuple[date, date]:
    return date(int(first.number), 1, 1), date(int(last.number) + 1, 1, 1) - timedelta(days=1)


