"""A question over a table becomes a query: every word of it has its part in that, or it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from assistant.tables.comparing import check_units
from assistant.tables.lexicon import NEAR_TERMS, OLD_BY_DAY, QUANTITIES, Role
from assistant.tables.looking_up import LookingUp
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Condition, Field, Operation, Query, Side, Source
from assistant.tables.words import NotAsked, Unclear, in_columns, is_measure, is_number, listed

COMPUTES: frozenset[Role] = frozenset(
    {"count", "sum", "average", "median", "largest", "smallest", "top", "each", "difference", "compare", "share"}
)
"""What plainly asks for a computation."""
MOST_TOP = 100
Ranked = Literal["largest", "smallest"]


def read(source: Source, mentions: Sequence[NamedPart]) -> Query:
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


class _Reading(LookingUp):
    """One question read over one source."""

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

    # Kinds of questions

    def _summed(self, group: Field | None = None) -> Query:
        operation = self._operation()
        self._take("how much")
        mentions = self._columns(is_number)
        if len(mentions) != 1:
            raise NotAsked if mentions else self._no_measure()
        field = self._one(mentions[0], is_number)
        check_units(field, operation)
        return Query(self._source, operation, field, group=group)

    def _no_measure(self) -> Exception:
        fields = [field for field in self._source.fields if is_number(field)]
        if any(mention.kind == "column" for mention in self._left) or len(fields) < 2:
            return NotAsked()
        if not any(map(self._says_rows, self._left)):
            return NotAsked()
        return Unclear(f"of what: {listed(fields)}")

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
                check_units(field, operation)
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

    def _check_counts_rows(self, counted: NamedPart) -> None:
        fields = [field for field in self._source.fields if is_number(field) and QUANTITIES & set(field.column.terms)]
        if fields:
            raise Unclear(
                f"whether the rows of {counted.text} are counted, or their {fields[0].column.name} is added up"
            )

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
        measure, ranked = self._ranked_by(ranking, ranked, entity, counted=counted)
        query = Query(self._source, operation, measure, ranked=ranked, first=first, limit=limit)
        if measure is None:
            if entity is None:
                raise NotAsked
            return replace(query, operation="count", group=entity)
        check_units(measure, operation or "largest")
        if operation:
            if entity is None or entity.column.is_unique:
                raise NotAsked
            return replace(query, group=entity)
        if (
            ranking.text.lower() in ("most", "least", "fewest")
            and entity
            and not entity.column.is_unique
            and is_number(measure)
        ):
            raise Unclear(
                f"whether the single rows or the total of {measure.column.name} for each {entity.column.name}"
            )
        return replace(query, shown=(entity,) if entity else ())

    def _places(self, *words: NamedPart) -> tuple[int, int]:
        """From which place on, and how many: "top 5" is 1 and 5, "second largest" 2 and 1."""
        for word in words:
            for step in (-1, 1):
                beside = self._next(word, step)
                if beside is None or beside not in self._left:
                    continue
                if beside.kind == "ordinal" and step < 0:
                    self._left.remove(beside)
                    return int(beside.number), 1
                if (
                    beside.kind == "number"
                    and not beside.unit
                    and 0 < beside.number <= MOST_TOP
                    and beside.number == int(beside.number)
                ):
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
        if any(map(self._says_rows, self._left)):
            return self._source.label
        return None

    def _ranked_by(
        self, ranking: NamedPart, ranked: Ranked, entity: Field | None, *, counted: NamedPart | None
    ) -> tuple[Field | None, Ranked]:
        """The measure, and its direction; None where rows are counted."""
        mentions = self._columns(is_measure)
        if ranking.implied:
            fields, ranked = self._implied(ranking, ranked)
            named = [one for one in mentions if set(one.fields) & set(fields)]
            if named:
                return self._one(named[0], lambda field: field in fields), ranked
            if len(fields) != 1:
                raise Unclear(in_columns(ranking.text, fields)) if fields else NotAsked
            return fields[0], ranked
        if len(mentions) == 1:
            return self._one(mentions[0], is_measure), ranked
        if mentions:
            raise NotAsked
        is_many = ranking.text.lower() in ("most", "fewest", "least") or counted is not None
        following = self._next(counted or ranking)
        if is_many and following in self._left and following is not None and self._says_rows(following):
            return None, ranked
        fields = [field for field in self._source.fields if is_number(field)]
        if is_many or entity is None or not fields:
            raise NotAsked
        if len(fields) > 1:
            raise Unclear(f"{ranking.text} by what: {listed(fields)}")
        return fields[0], ranked

    def _implied(self, ranking: NamedPart, ranked: Ranked) -> tuple[list[Field], Ranked]:
        if ranking.implied == "day":
            return [field for field in self._source.fields if field.column.kind in ("day", "year")], ranked
        near = NEAR_TERMS[ranking.implied]
        fields = [field for field in self._source.fields if is_measure(field) and near & set(field.column.terms)]
        if not fields and ranking.text.lower() in OLD_BY_DAY:
            begun = NEAR_TERMS["founding"] | NEAR_TERMS["birth"] | NEAR_TERMS["built"]
            fields = [
                field
                for field in self._source.fields
                if field.column.kind in ("day", "year") and begun & set(field.column.terms)
            ]
            ranked = "smallest" if ranked == "largest" else "largest"
        return fields, ranked

    def _share(self) -> Query:
        self._take("share")
        mentions = self._columns(is_number)
        if len(mentions) == 1:
            field = self._one(mentions[0], is_number)
            check_units(field, "sum")
            self._operation()
            return Query(self._source, "share", field)
        if mentions or not any(
            mention.kind == "table" or "rows" in mention.roles or mention.kind == "column" for mention in self._left
        ):
            raise NotAsked
        if not self._conditions and not self._columns(lambda field: field.column.kind == "flag"):
            raise NotAsked
        return Query(self._source, "share")
