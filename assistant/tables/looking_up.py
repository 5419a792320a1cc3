"""Questions for what stands in some columns of the rows that meet conditions."""

from __future__ import annotations

from assistant.tables.comparing import Comparing
from assistant.tables.lexicon import DAYS, PERSONS, PLACES
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Field, Query
from assistant.tables.words import NotAsked, Unclear, in_columns, is_number


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
        for asked, heads, kinds in ((where, PLACES, ("text",)), (when, DAYS, ("day", "year"))):
            if asked:
                fields = [
                    field
                    for field in self._source.fields
                    if field.column.kind in kinds and (asked is when or heads & set(field.column.terms))
                ]
                if len(fields) != 1:
                    raise NotAsked
                return fields[0]
        is_asked = lists or any("which" in mention.roles for mention in self._left)
        has_rows = any(mention.kind == "table" or "rows" in mention.roles for mention in self._left)
        label = self._source.label
        if is_asked and has_rows and label and not any(one.field == label for one in self._conditions):
            return label
        raise NotAsked

    def _person(self) -> Field:
        fields = [
            field for field in self._source.fields if field.column.kind == "text" and PERSONS & set(field.column.terms)
        ]
        label = self._source.label
        if label in fields:
            return label
        if len(fields) != 1:
            raise Unclear(in_columns("who", fields)) if fields else NotAsked
        return fields[0]
