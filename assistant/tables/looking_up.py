"""Questions for what stands in some columns of the rows that meet conditions."""

from __future__ import annotations

from assistant.tables.comparing import Comparing
from assistant.tables.lexicon import PERSONS, PLACES
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Field, Query
from assistant.tables.words import NotAsked, is_flag, is_number, is_time, only_meant, only_one


class LookingUp(Comparing):
    """Reads what is looked up."""

    def _looked_up(self) -> Query:
        who, where, when = (self._take(role) for role in ("who", "where", "when"))
        self._take("how much", "how")
        lists = self._take("list")
        if not self._conditions:
            self._read_flags()
        if not self._conditions:
            raise NotAsked
        targets = self._targets()
        if not targets:
            targets = [self._implied_target(who, where, when, lists)]
        elif where or (when and not is_time(targets[0])):
            raise NotAsked
        elif who and any(map(is_number, targets)):
            targets = [self._person(), *targets]
        return Query(self._source, shown=tuple(targets))

    def _targets(self) -> list[Field]:
        """The columns that are asked for: the first one, and those that "and" joins with it."""
        mentions = self._columns(lambda field: not is_flag(field))
        conditioned = {condition.field for condition in self._conditions}
        found: list[Field] = []
        for mention in mentions:
            before = self._next(mention, -1)
            joined = before is not None and "and" in before.roles
            if found and not joined:
                if not self._names_rows(mention):
                    raise NotAsked
                continue
            found.append(self._one(mention, lambda field: field not in conditioned))
        return found

    def _implied_target(
        self, who: NamedPart | None, where: NamedPart | None, when: NamedPart | None, lists: NamedPart | None
    ) -> Field:
        if who:
            return self._person()
        if where:
            return only_one(self._fields(lambda field: _is_text_of(field, PLACES)))
        if when:
            return only_one(self._fields(is_time))
        label = self._source.label
        if label is None or not self._lists_rows(lists) or label in [one.field for one in self._conditions]:
            raise NotAsked
        return label

    def _lists_rows(self, lists: NamedPart | None) -> bool:
        """Whether the rows themselves are asked for: "which orders", "list the orders"."""
        is_asked = lists is not None or self._has("which")
        return is_asked and any(mention.kind == "table" or mention.role == "rows" for mention in self._left)

    def _person(self) -> Field:
        fields = self._fields(lambda field: _is_text_of(field, PERSONS))
        label = self._source.label
        return label if label in fields else only_meant("who", fields)


def _is_text_of(field: Field, terms: frozenset[str]) -> bool:
    """Whether a column of text is named by one of the terms."""
    return field.column.kind == "text" and bool(terms & set(field.column.terms))
