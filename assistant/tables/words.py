"""The words of one question while it is read over a source: those that have their part are taken, the others left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.tables.lexicon import Role
from assistant.tables.named_parts import NamedPart
from assistant.tables.query import Field, Source


class NotAsked(Exception):
    """The question does not parse over a source: it is none over that."""


class Unclear(Exception):
    """The question asks for a computation over a source, but may be meant in several ways; the text says which."""


class Words:
    """The words of a question that stand for something in a source; what is not taken in the end has no part in it."""

    def __init__(self, source: Source, mentions: Sequence[NamedPart]) -> None:
        self._source = source
        self._all = [mention for mention in mentions if mention.roles != ("glue",)]
        self._left = list(self._all)

    def _has(self, *roles: Role) -> bool:
        return any(set(roles) & set(mention.roles) for mention in self._left)

    def _take(self, *roles: Role) -> NamedPart | None:
        """The first word left that has one of the roles, taken."""
        for mention in self._left:
            if set(roles) & set(mention.roles):
                self._left.remove(mention)
                return mention
        return None

    def _columns(self, wanted: Callable[[Field], bool]) -> list[NamedPart]:
        """The columns that are left and may be wanted, in order, each with only the fields that are."""
        found = []
        for mention in self._left:
            fields = tuple(field for field in mention.fields if wanted(field))
            if mention.kind == "column" and fields:
                found.append(mention)
        return found

    def _fields(self, wanted: Callable[[Field], bool]) -> list[Field]:
        """The columns of the source that are wanted."""
        return [field for field in self._source.fields if wanted(field)]

    def _next(self, mention: NamedPart, step: int = 1) -> NamedPart | None:
        at = self._all.index(mention) + step
        return self._all[at] if 0 <= at < len(self._all) else None

    def _left_beside(self, mention: NamedPart, step: int) -> NamedPart | None:
        """The word beside another, where it is left."""
        beside = self._next(mention, step)
        return beside if beside in self._left else None

    def _take_beside(self, mention: NamedPart, step: int, *roles: Role) -> Role | None:
        """The role of the word beside another, which is taken; None where it is not left, or has none of the roles."""
        beside = self._left_beside(mention, step)
        if beside is None or beside.role not in roles:
            return None
        self._left.remove(beside)
        return beside.role

    def _is_asked(self, column: NamedPart) -> bool:
        """Whether a word before a column asks for it: "which city", "how many cities"."""
        before = self._next(column, -1)
        return before is not None and before.role in ("which", "count", "each")

    def _one(self, mention: NamedPart, wanted: Callable[[Field], bool] = lambda _: True) -> Field:
        """The one field that a column stands for, taken."""
        fields = [field for field in mention.fields if wanted(field)] or list(mention.fields)
        field = only_meant(mention.text, fields if mention.is_exact else _text_among(fields))
        if field.column.kind == "unclear":
            raise Unclear(f"the figures of {field.column.name} may be read in two ways")
        if mention in self._left:
            self._left.remove(mention)
        return field

    def _names_rows(self, mention: NamedPart) -> bool:
        """Whether a column only says what the rows are: it is the one that names them."""
        label = self._source.label
        if self._source.on and set(self._source.on) & set(mention.fields):
            return True
        return any(field.column.is_unique and field.column.is_named for field in mention.fields) or (
            label is not None and label in mention.fields
        )

    def _says_rows(self, mention: NamedPart) -> bool:
        """Whether a word stands for the rows: it names the table, what they are, or says "rows"."""
        return mention.kind == "table" or "rows" in mention.roles or self._names_rows(mention)

    def _replace(self, old: NamedPart, new: NamedPart) -> None:
        self._all[self._all.index(old)] = new
        if old in self._left:
            self._left[self._left.index(old)] = new


def is_number(field: Field) -> bool:
    """Whether a column holds amounts, or what may be amounts."""
    return field.column.kind in ("number", "unclear")


def is_flag(field: Field) -> bool:
    """Whether a column holds yes and no."""
    return field.column.kind == "flag"


def is_measure(field: Field) -> bool:
    """Whether what a column holds can be ranked: amounts, years, days."""
    return field.column.kind in ("number", "unclear", "year", "day")


def is_time(field: Field) -> bool:
    """Whether a column tells when something was."""
    return field.column.kind in ("day", "year")


def only_one(fields: Sequence[Field]) -> Field:
    """The only one of some columns.

    Raises:
        NotAsked: there is none, or several.
    """
    if len(fields) != 1:
        raise NotAsked
    return fields[0]


def only_meant(text: str, fields: Sequence[Field]) -> Field:
    """The only one of the columns that a text may mean.

    Raises:
        NotAsked: there is none.
        Unclear: there are several.
    """
    if len(fields) > 1:
        raise Unclear(in_columns(text, fields))
    return only_one(fields)


def _text_among(fields: list[Field]) -> list[Field]:
    """The only column of text among others that cannot be ranked; else all of them."""
    texts = [field for field in fields if field.column.kind == "text"]
    return texts if len(texts) == 1 and not any(map(is_measure, fields)) else fields


def in_columns(text: str, fields: Sequence[Field]) -> str:
    """What is told where words may mean several columns."""
    return f"“{text}” stands in {_counted_in_words(len(fields))} columns: {listed(fields)}"


def _counted_in_words(number: int) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def listed(fields: Sequence[Field]) -> str:
    """The names of columns, as in ``Net and Gross``."""
    names = [field.column.name for field in fields]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
