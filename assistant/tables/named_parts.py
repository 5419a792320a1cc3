"""What the words of a question stand for in a source: columns, values, numbers, days, and words of the grammar."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.tables.cell_values import CURRENCIES, SCALES, days, measured, month_number
from assistant.tables.columns import UNITS, YEARS
from assistant.tables.lexicon import (
    BY_WORDS,
    GLUE,
    LONGEST_PHRASE,
    NUMBERS,
    ORDINALS,
    SUPERLATIVES,
    Role,
    near_terms,
)
from assistant.tables.query import Field, Source
from assistant.tables.table_store import MOST_WORDS, Said, fold
from assistant.text.terms import stem

MOST_TOKENS = 60
"""A longer question is none over tables."""
WORD = re.compile(r"\d[\d.,:/'’-]*\d[^\W_]*|\d[^\W_]*|[^\W\d_][^\W_]*(?:['’][^\W_]+)*|[€$£¥%]|[<>]=?")
SHORT = 3
"""Figures of a name that is one only behind the name of its column: "order 7", but not "the 7 largest"."""
COLUMN_REACH = 6
"""Words that the name of a column may be spread over, with small words between."""
POSSESSIVE = ("'s", "’s")
Kind = Literal["column", "value", "word", "number", "day", "ordinal", "table"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question."""

    text: str
    word: str
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedPart:
    """Some words of a question and what they stand for; ``start`` and ``end`` count its words.

    A column is one of ``fields``, a value one of ``values``. ``is_exact`` says that a column is called by its name,
    ``is_near`` that it is by a word that may stand for one of it.
    ``implied`` names what a superlative measures. A day is a range of days.
    """

    kind: Kind
    start: int
    end: int
    text: str
    fields: tuple[Field, ...] = ()
    values: tuple[tuple[Field, str], ...] = ()
    roles: tuple[Role, ...] = ()
    implied: str = ""
    number: Decimal = Decimal(0)
    unit: str = ""
    days: tuple[date, date] | None = None
    month: int = 0
    is_exact: bool = True
    is_near: bool = False

    @property
    def role(self) -> Role | None:
        """The part that a word of the grammar has; None for any other."""
        return self.roles[0] if self.roles else None

    @property
    def year(self) -> int | None:
        """The year that it may be, a number or a day that is one year."""
        if self.kind == "number" and not self.unit and self.number in YEARS and len(self.text) == 4:
            return int(self.number)
        return None


def tokens_of(question: str) -> list[Token]:
    """The words of a question in order."""
    found: list[Token] = []
    for match in WORD.finditer(question):
        text = match[0]
        if text.endswith(POSSESSIVE):
            text = text[:-2]
        found.append(Token(text, text.lower(), fold(text), match.start(), match.start() + len(text)))
    return found


def runs_of(question: str, tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
    """The runs of words that a cell may say, as cells are folded, each with where it stands."""
    runs: dict[str, list[tuple[int, int]]] = {}
    for first in range(len(tokens)):
        for end in range(first + 1, min(first + MOST_WORDS, len(tokens)) + 1):
            runs.setdefault(fold(question[tokens[first].start : tokens[end - 1].end]), []).append((first, end))
    return {run: where for run, where in runs.items() if run}


class Lexer:
    """Reads the words of one question against sources."""

    def __init__(self, question: str, tokens: Sequence[Token], runs: Mapping[str, list[tuple[int, int]]]) -> None:
        self._question = question
        self._tokens = tokens
        self._runs = runs

    def mentions(self, source: Source, said: Sequence[Said]) -> list[NamedPart] | None:
        """What each word stands for, the longest run first; None where a word stands for nothing."""
        at: dict[int, list[NamedPart]] = {}
        for mention in self._all(source, said):
            at.setdefault(mention.start, []).append(mention)
        found: list[NamedPart] = []
        position = 0
        while position < len(self._tokens):
            best = max(at.get(position, ()), key=self._rank, default=None)
            if best is None:
                return None
            found.append(best)
            position = best.end
        return _with_one_role(found)

    def _rank(self, mention: NamedPart) -> tuple[int, int]:
        kinds = ["table", "near", "word", "number", "day", "ordinal", "value", "column"]
        kind = "near" if mention.kind == "column" and not mention.is_exact else mention.kind
        is_name = mention.kind == "value" and self._tokens[mention.start].text[:1].isupper() and mention.start > 0
        return mention.end - mention.start, 9 if is_name else kinds.index(kind)

    def _all(self, source: Source, said: Sequence[Said]) -> Iterator[NamedPart]:
        yield from self._values(source, said)
        for start in range(len(self._tokens)):
            yield from self._columns(source, start)
            yield from self._words(start)
            yield from self._numbers(start)
            yield from self._days(start)
            term = self._tokens[start].term
            if any(term in table.named for table in source.tables) and self._tokens[start].word not in GLUE:
                yield self._made("table", start, start + 1)

    def _made(self, kind: Kind, start: int, end: int) -> NamedPart:
        return NamedPart(kind, start, end, self._question[self._tokens[start].start : self._tokens[end - 1].end])

    def _values(self, source: Source, said: Sequence[Said]) -> Iterator[NamedPart]:
        places = {(table.key, table.number): at for at, table in enumerate(source.tables)}
        found: dict[tuple[int, int], dict[tuple[Field, str], None]] = {}
        for cell in said:
            table = places.get((cell.key, cell.number))
            if table is None:
                continue
            column = source.tables[table].columns[cell.column]
            field = next((one for one in source.fields if one.table == table and one.column is column), None)
            for where in self._runs.get(cell.folded, ()) if field else ():
                assert field is not None
                found.setdefault(where, {})[(field, cell.value)] = None
        for (start, end), values in found.items():
            only = self._tokens[start]
            if end - start == 1 and (only.word,) in BY_WORDS and not (only.text[:1].isupper() and start):
                continue
            if only.text.isdecimal() and len(only.text) <= SHORT:
                before = self._tokens[start - 1].term if start else ""
                values = {one: None for one in values if before in one[0].column.terms}
                if not values:
                    continue
            yield replace(self._made("value", start, end), values=tuple(values))

    def _columns(self, source: Source, start: int) -> Iterator[NamedPart]:
        named = {field: _telling(field) for field in source.fields}
        term = self._tokens[start].term
        exact: dict[int, list[Field]] = {}
        for field, terms in named.items():
            end = self._end_of(terms, start)
            if end:
                exact.setdefault(end, []).append(field)
        for end, fields in exact.items():
            yield replace(self._made("column", start, end), fields=tuple(fields))
        if 1 + start in exact or self._tokens[start].word in GLUE:
            return
        parts = tuple(field for field, terms in named.items() if term in terms)
        near = near_terms(self._tokens[start].word)
        likely = parts or tuple(field for field, terms in named.items() if near & terms)
        if likely:
            yield replace(self._made("column", start, start + 1), fields=likely, is_exact=False, is_near=not parts)

    def _end_of(self, terms: frozenset[str], start: int) -> int:
        """Where the run ends that begins here and holds all terms, and small words at most beside them; 0 for none."""
        if self._tokens[start].term not in terms:
            return 0
        seen: set[str] = set()
        for at in range(start, min(start + COLUMN_REACH, len(self._tokens))):
            token = self._tokens[at]
            if token.term in terms and token.term not in seen:
                seen.add(token.term)
                if seen == terms:
                    return at + 1
            elif token.word not in GLUE:
                return 0
        return 0

    def _words(self, start: int) -> Iterator[NamedPart]:
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(self._tokens)) + 1):
            words = tuple(token.word for token in self._tokens[start:end])
            if words in BY_WORDS:
                yield replace(self._made("word", start, end), roles=BY_WORDS[words])
            if " ".join(words) in SUPERLATIVES:
                role, implied = SUPERLATIVES[" ".join(words)]
                yield replace(self._made("word", start, end), roles=(role,), implied=implied)
        if self._tokens[start].word in ORDINALS:
            yield replace(self._made("ordinal", start, start + 1), number=Decimal(ORDINALS[self._tokens[start].word]))
        sign = {">": "more", "<": "less", ">=": "least", "<=": "most"}.get(self._tokens[start].word)
        if sign:
            yield replace(self._made("word", start, start + 1), roles=(sign,))  # type: ignore[arg-type]

    def _numbers(self, start: int) -> Iterator[NamedPart]:
        """Numbers in figures or words, with the sign or unit that stands before or behind them."""
        first = start + 1 if self._tokens[start].word in CURRENCIES and start + 1 < len(self._tokens) else start
        token = self._tokens[first]
        number = measured(token.text)
        if number is None and token.word not in NUMBERS:
            return
        value = number.values.get(".") if number else Decimal(NUMBERS[token.word])
        if value is None:
            return
        unit = CURRENCIES[self._tokens[start].word] if first > start else number.unit if number else ""
        end = first + 1
        if end < len(self._tokens) and self._tokens[end].word in SCALES:
            value, end = value.scaleb(SCALES[self._tokens[end].word]), end + 1
        behind = self._tokens[end].word if end < len(self._tokens) else ""
        if not unit and (behind in CURRENCIES or (behind in UNITS and behind in MEASURES)):
            unit, end = CURRENCIES.get(behind, behind), end + 1
        yield replace(self._made("number", start, end), number=value, unit=unit)

    def _days(self, start: int) -> Iterator[NamedPart]:
        for length in (1, 2, 3):
            if start + length > len(self._tokens):
                break
            text = self._question[self._tokens[start].start : self._tokens[start + length - 1].end]
            found = days(text)
            if len(found) == 1:
                is_month = length == 2 and not any(
                    token.text.isdecimal() and len(token.text) < 4 for token in self._tokens[start : start + 2]
                )
                last = (
                    found[0].replace(day=calendar.monthrange(found[0].year, found[0].month)[1])
                    if is_month
                    else found[0]
                )
                yield replace(self._made("day", start, start + length), days=(found[0], last))
        month = month_number(self._tokens[start].text) if self._tokens[start].text[:1].isupper() else 0
        if month and len(self._tokens[start].text) > 2:
            yield replace(self._made("day", start, start + 1), month=month)


MEASURES = frozenset(
    """% percent kg g mg t km m cm mm miles km² km2 m² m2 ha hours hrs minutes min days gb mb kwh mwh °c celsius tons
    tonnes metres meters""".split()
)
"""Units that a question writes behind numbers and that are no columns of people or pieces."""


def _telling(field: Field) -> frozenset[str]:
    """The terms of a column's name that tell it from others; all of them where none does."""
    terms = frozenset(field.column.terms)
    return frozenset(term for term in terms if term not in SMALL) or terms


SMALL = frozenset(map(stem, "of the a an in per and for to".split()))


def _with_one_role(mentions: Sequence[NamedPart]) -> list[NamedPart]:
    """The mentions, each word of several roles in the one that what follows it asks for."""
    found: list[NamedPart] = []
    for at, mention in enumerate(mentions):
        if len(mention.roles) < 2:
            found.append(mention)
            continue
        following = next((one for one in mentions[at + 1 :] if one.roles != ("glue",)), None)
        is_amount = following is not None and following.kind in ("number", "day")
        wanted = [role for role in mention.roles if (role in BEFORE_AMOUNTS) == is_amount] or list(mention.roles)
        if at == 0 and "where" in mention.roles:
            wanted = ["where"]
        elif "glue" in wanted:
            wanted = ["glue"]
        found.append(replace(mention, roles=(wanted[0],)))
    return found


BEFORE_AMOUNTS = frozenset({"more", "least", "less", "most", "between", "before", "after", "since", "until"})
