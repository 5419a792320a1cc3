"""What the words of a question stand for in a source: columns, values, numbers, days, and words of the grammar."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.tables.cell_values import days, measured, month_number
from assistant.tables.columns import YEARS
from assistant.tables.lexicon import BY_WORDS, GLUE, LONGEST_PHRASE, NUMBERS, ORDINALS, SUPERLATIVES, Role, near_terms
from assistant.tables.query import Field, Source
from assistant.tables.table_store import MOST_WORDS, Said, fold
from assistant.text.terms import stem
from assistant.text.units import CURRENCIES, SCALES, UNITS

MOST_TOKENS = 60
"""A longer question is none over tables."""
WORD = re.compile(r"\d[\d.,:/'’-]*\d[^\W_]*|\d[^\W_]*|[^\W\d_][^\W_]*(?:['’][^\W_]+)*|[€$£¥%]|[<>]=?")
SHORT = 3
"""Figures of a name that is one only behind the name of its column: "order 7", but not "the 7 largest"."""
COLUMN_REACH = 6
"""Words that the name of a column may be spread over, with small words between."""
LONGEST_DAY = 3
"""Words of a date."""
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
    def says_most(self) -> bool:
        """Whether it may rank how many there are of something: "the most orders"."""
        return self.text.lower() in ("most", "least", "fewest")

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
        for (start, end), values in self._runs_of_values(source, said).items():
            if end == start + 1 and self._is_word_of_grammar(start):
                continue
            if _is_short_number(self._tokens[start]):
                before = self._tokens[start - 1].term if start else ""
                values = [one for one in values if before in one[0].column.terms]
            if values:
                yield replace(self._made("value", start, end), values=tuple(values))

    def _runs_of_values(self, source: Source, said: Sequence[Said]) -> dict[tuple[int, int], list[tuple[Field, str]]]:
        """The values that each run of words says, with the columns that hold them."""
        found: dict[tuple[int, int], dict[tuple[Field, str], None]] = {}
        for cell in said:
            field = _field_of(source, cell)
            if field is not None:
                for run in self._runs.get(cell.folded, ()):
                    found.setdefault(run, {})[(field, cell.value)] = None
        return {run: list(values) for run, values in found.items()}

    def _is_word_of_grammar(self, at: int) -> bool:
        """Whether a word is one of the grammar, and no name by its capital letter."""
        token = self._tokens[at]
        return (token.word,) in BY_WORDS and not (token.text[:1].isupper() and at > 0)

    def _columns(self, source: Source, start: int) -> Iterator[NamedPart]:
        named = {field: _telling(field) for field in source.fields}
        exact: dict[int, list[Field]] = {}
        for field, terms in named.items():
            end = self._end_of(terms, start)
            if end:
                exact.setdefault(end, []).append(field)
        for end, fields in exact.items():
            yield replace(self._made("column", start, end), fields=tuple(fields))
        if start + 1 not in exact and self._tokens[start].word not in GLUE:
            yield from self._columns_by_a_word(named, start)

    def _columns_by_a_word(self, named: Mapping[Field, frozenset[str]], start: int) -> Iterator[NamedPart]:
        """The columns of whose names a word is a part, or else those that it is a near name of."""
        token = self._tokens[start]
        near = near_terms(token.word)
        parts = tuple(field for field, terms in named.items() if token.term in terms)
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
        sign = CURRENCIES.get(self._word(start), "")
        first = start + 1 if sign else start
        number = _number_in(self._tokens[first]) if first < len(self._tokens) else None
        if number is None:
            return
        value, unit = number
        end = first + 1
        if self._word(end) in SCALES:
            value, end = value.scaleb(SCALES[self._word(end)]), end + 1
        unit = sign or unit
        behind = self._word(end)
        if not unit and _may_be_unit(behind):
            unit, end = CURRENCIES.get(behind, behind), end + 1
        yield replace(self._made("number", start, end), number=value, unit=unit)

    def _word(self, at: int) -> str:
        """The word at a place; "" behind the last."""
        return self._tokens[at].word if at < len(self._tokens) else ""

    def _days(self, start: int) -> Iterator[NamedPart]:
        for end in range(start + 1, min(start + LONGEST_DAY, len(self._tokens)) + 1):
            written = self._tokens[start:end]
            found = days(self._question[written[0].start : written[-1].end])
            if len(found) == 1:
                last = _month_end(found[0]) if _is_month(written) else found[0]
                yield replace(self._made("day", start, end), days=(found[0], last))
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


def _field_of(source: Source, cell: Said) -> Field | None:
    """The column of a source in which a cell stands."""
    for at, table in enumerate(source.tables):
        if (table.key, table.number) == (cell.key, cell.number):
            column = table.columns[cell.column]
            return next((field for field in source.fields if field.table == at and field.column is column), None)
    return None


def _is_short_number(token: Token) -> bool:
    return token.text.isdecimal() and len(token.text) <= SHORT


def _number_in(token: Token) -> tuple[Decimal, str] | None:
    """The value of a number in figures or as a word, and the unit that is written in one word with it."""
    number = measured(token.text)
    if number:
        value = number.values.get(".")
        return (value, number.unit) if value is not None else None
    return (Decimal(NUMBERS[token.word]), "") if token.word in NUMBERS else None


def _may_be_unit(word: str) -> bool:
    """Whether a word behind a number is its unit."""
    return word in CURRENCIES or (word in UNITS and word in MEASURES)


def _is_month(written: Sequence[Token]) -> bool:
    """Whether the words of a date are a month and its year alone."""
    return len(written) == 2 and not any(token.text.isdecimal() and len(token.text) < 4 for token in written)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


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
