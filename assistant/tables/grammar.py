"""A question over a table becomes a query: every word of it has its part in that, or it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from assistant.tables.comparing import check_units
from assistant.tables.lexicon import NEAR_TERMS, OLD_BY_DAY, QUANTITIES, Role
from assistant.tables.looking_up import LookingUp
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Condition, Field, Query, Side, Source
from assistant.tables.words import NotAsked, Unclear, is_flag, is_measure, is_number, is_time, listed, only_meant

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
        return _QuestionReading(source, mentions).query()
    except Unclear:
        if not any(COMPUTES & set(mention.roles) for mention in mentions):
            raise NotAsked from None
        raise


class _QuestionReading(LookingUp):
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
        fields = self._fields(is_number)
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
        if counted is None:
            raise NotAsked
        if counted.kind == "column" and counted in self._left:
            return self._counted_column(counted, group, different=different is not None)
        if different:
            raise NotAsked
        if counted.kind == "value":
            self._check_counts_rows(counted)
        elif counted.kind != "table" and counted.role != "rows":
            raise NotAsked
        return self._count_of_rows(group)

    def _counted_column(self, counted: NamedPart, group: Field | None, *, different: bool) -> Query:
        """What "how many" asks of a column: the sum of its numbers, how many values it has, or the rows."""
        if not different and any(map(is_number, counted.fields)):
            return self._added_up(counted, group)
        field = self._one(counted, lambda one: not is_number(one))
        if is_flag(field):
            self._condition(Condition(field, "is", (True,)))
        elif different or not (field.column.is_unique or self._is_subject(field)):
            return Query(self._source, "count different", field, group=group)
        return self._count_of_rows(group)

    def _added_up(self, counted: NamedPart, group: Field | None) -> Query:
        self._take("sum")
        operation = self._operation() or "sum"
        field = self._one(counted, is_number)
        check_units(field, operation)
        return Query(self._source, operation, field, group=group)

    def _count_of_rows(self, group: Field | None) -> Query:
        self._take("sum")
        return Query(self._source, "count", group=group)

    def _is_subject(self, field: Field) -> bool:
        """Whether the table is one of what a column holds, as its title says."""
        return bool(set(field.column.terms) & set(self._source.tables[field.table].named)) and not field.table

    def _check_counts_rows(self, counted: NamedPart) -> None:
        fields = self._fields(lambda field: is_number(field) and bool(QUANTITIES & set(field.column.terms)))
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
        first, limit = self._places(word, ranking)
        operation = self._operation()
        counted = self._take("count")
        entity = self._entity()
        measure, ranked = self._ranked_by(ranking, entity, counted)
        query = Query(self._source, operation, measure, ranked=ranked, first=first, limit=limit)
        if measure is None:
            return _for_each(entity, replace(query, operation="count"))
        check_units(measure, operation or "largest")
        if operation:
            return _for_each(entity, query)
        _check_ranks_rows(ranking, measure, entity)
        return replace(query, shown=(entity,) if entity else ())

    def _places(self, *words: NamedPart) -> tuple[int, int]:
        """From which place on, and how many: "top 5" is 1 and 5, "second largest" 2 and 1."""
        for word in words:
            ordinal = self._left_beside(word, -1)
            if ordinal and ordinal.kind == "ordinal":
                self._left.remove(ordinal)
                return int(ordinal.number), 1
            for step in (-1, 1):
                limit = self._left_beside(word, step)
                if limit and _is_limit(limit):
                    self._left.remove(limit)
                    return 1, int(limit.number)
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
        self, ranking: NamedPart, entity: Field | None, counted: NamedPart | None
    ) -> tuple[Field | None, Ranked]:
        """The measure, and its direction; None where rows are counted."""
        ranked: Ranked = "smallest" if "smallest" in ranking.roles else "largest"
        mentions = self._columns(is_measure)
        if ranking.implied:
            return self._measure_implied(ranking, ranked, mentions)
        if len(mentions) > 1:
            raise NotAsked
        if mentions:
            return self._one(mentions[0], is_measure), ranked
        return self._unnamed_measure(ranking, entity, counted), ranked

    def _unnamed_measure(self, ranking: NamedPart, entity: Field | None, counted: NamedPart | None) -> Field | None:
        """The measure where no column is named: how many rows there are, as None, or the only column of numbers."""
        if counted or ranking.says_most:
            following = self._left_beside(counted or ranking, 1)
            if following is None or not self._says_rows(following):
                raise NotAsked
            return None
        fields = self._fields(is_number)
        if entity is None or not fields:
            raise NotAsked
        if len(fields) > 1:
            raise Unclear(f"{ranking.text} by what: {listed(fields)}")
        return fields[0]

    def _measure_implied(
        self, ranking: NamedPart, ranked: Ranked, mentions: Sequence[NamedPart]
    ) -> tuple[Field, Ranked]:
        """The measure that a superlative says by itself, by the column that is named for it where one is."""
        fields, ranked = self._implied(ranking, ranked)
        named = [one for one in mentions if set(one.fields) & set(fields)]
        if named:
            return self._one(named[0], lambda field: field in fields), ranked
        return only_meant(ranking.text, fields), ranked

    def _implied(self, ranking: NamedPart, ranked: Ranked) -> tuple[list[Field], Ranked]:
        if ranking.implied == "day":
            return self._fields(is_time), ranked
        near = NEAR_TERMS[ranking.implied]
        fields = self._fields(lambda field: is_measure(field) and bool(near & set(field.column.terms)))
        if not fields and ranking.text.lower() in OLD_BY_DAY:
            begun = NEAR_TERMS["founding"] | NEAR_TERMS["birth"] | NEAR_TERMS["built"]
            fields = self._fields(lambda field: is_time(field) and bool(begun & set(field.column.terms)))
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


def _is_limit(mention: NamedPart) -> bool:
    """Whether a number may say how many are asked for."""
    number = mention.number
    return mention.kind == "number" and not mention.unit and 0 < number <= MOST_TOP and number == int(number)


def _for_each(entity: Field | None, query: Query) -> Query:
    """The query for each of what is ranked; nothing is summed up for each of what names single rows."""
    if entity is None or (entity.column.is_unique and query.operation != "count"):
        raise NotAsked
    return replace(query, group=entity)


def _check_ranks_rows(ranking: NamedPart, measure: Field, entity: Field | None) -> None:
    if entity and not entity.column.is_unique and is_number(measure) and ranking.says_most:
        names = f"{measure.column.name} for each {entity.column.name}"
        raise Unclear(f"whether the single rows or the total of {names}")
