"""Questions that compare two values of a column, two years, or two measures."""

from __future__ import annotations

from itertools import combinations

from assistant.tables.conditions import Conditions, of_year
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Condition, Field, Operation, Query, Side
from assistant.tables.words import NotAsked, Unclear, is_number


class Comparing(Conditions):
    """Reads what is compared."""

    def _operation(self) -> Operation:
        """What is to be made of many rows, by the words for it; several are one too many."""
        found: set[Operation] = set()
        for role in ("sum", "average", "median"):
            if self._take(role):
                found.add(role)
        if len(found) > 1:
            raise NotAsked
        return found.pop() if found else ""

    def _take_sides(self) -> tuple[Side, ...]:
        """Two values of one column, two years, or two measures, which are compared."""
        sides = self._sides_of_values() or self._sides_of_years() or self._sides_of_measures()
        if not sides:
            raise NotAsked
        self._drop_joins()
        return sides

    def _sides_of_values(self) -> tuple[Side, ...]:
        for one, other in combinations([one for one in self._left if one.kind == "value"], 2):
            shared = {field for field, _ in one.values} & {field for field, _ in other.values}
            if len(shared) == 1:
                return self._values_as_sides(shared.pop(), one, other)
        return ()

    def _sides_of_years(self) -> tuple[Side, ...]:
        years = [one for one in self._left if one.year]
        field = self._of_years() if len(years) == 2 else None
        if field is None:
            return ()
        for year in years:
            self._left.remove(year)
        return tuple(Side(str(int(year.number)), (of_year(field, int(year.number), None),)) for year in years)

    def _sides_of_measures(self) -> tuple[Side, ...]:
        measures = self._columns(is_number)
        if len(measures) != 2:
            return ()
        fields = [self._one(one, is_number) for one in measures]
        return tuple(Side(field.column.name, measure=field) for field in fields)

    def _values_as_sides(self, field: Field, *mentions: NamedPart) -> tuple[Side, ...]:
        sides = []
        for mention in mentions:
            self._left.remove(mention)
            values = tuple(value for one, value in mention.values if one == field)
            sides.append(Side(values[0], (Condition(field, "is", values),)))
        return tuple(sides)

    def _drop_joins(self) -> None:
        self._take("and", "or")
        self._take("between")

    def _compared(self, sides: tuple[Side, ...]) -> Query:
        while self._take("than", "compare", "difference", "how much", "how"):
            pass
        operation = self._operation()
        if sides[0].measure:
            return Query(self._source, operation, sides[0].measure, sides=sides)
        mentions = self._columns(is_number)
        if (self._take("count") or not mentions) and any(map(self._says_rows, self._left)):
            return Query(self._source, "count", sides=sides)
        if len(mentions) != 1:
            raise NotAsked
        field = self._one(mentions[0], is_number)
        check_units(field, operation)
        self._entity_of_sides(sides)
        return Query(self._source, operation, field, sides=sides)

    def _entity_of_sides(self, sides: tuple[Side, ...]) -> None:
        """Let the column go that the values of both sides stand in: "which city"."""
        compared = sides[0].conditions[0].field
        for mention in self._columns(lambda field: field == compared):
            self._one(mention, lambda field: field == compared)


def check_units(field: Field, operation: str) -> None:
    """See that a measure can be computed with.

    Raises:
        Unclear: it has several units, or is of shares that are no shares of one whole.
    """
    if field.column.mixed and operation:
        raise Unclear(f"{field.column.name} is given in different units: {', '.join(field.column.mixed)}")
    if field.column.unit == "%" and operation == "sum":
        raise Unclear(f"what the shares in {field.column.name} are shares of, which cannot be added up")
