"""A question is asked of the tables of a corpus: answered, declined where it may mean several things, or let be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from assistant.tables.computed_answer import Found, TableAnswers, unclear
from assistant.tables.duck import DuckReader
from assistant.tables.grammar import COMPUTES, read
from assistant.tables.lexicon import GLUE, near_terms
from assistant.tables.named_parts import MOST_TOKENS, Lexer, NamedPart, Token, runs_of, tokens_of
from assistant.tables.query import Field, Query, Source, source_of
from assistant.tables.table_store import KeptTable, Said, TableStore, fold
from assistant.tables.words import NotAsked, Unclear
from assistant.types import Answer

MOST_READ = 50
"""Tables that a question is read over; where it may be meant for more, it is meant for none."""
MOST_JOINED = 8
SHARED = 0.9
"""Of the values in one of two columns that join their tables, so many must stand in the other."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question read over a source: as a query, or as what may be meant in several ways.

    ``names_it`` says that it names the table, ``is_near`` that it calls a column by another word than its name.
    """

    source: Source
    query: Query | None
    reason: str
    names_it: bool
    is_near: bool
    computes: bool


class TableAsker:
    """Asks the tables of one snapshot."""

    def __init__(self, store: TableStore, duck: DuckReader, answers: TableAnswers) -> None:
        self._store = store
        self._duck = duck
        self._answers = answers

    def answer(self, question: str, tables: Sequence[KeptTable], source_of_text: Mapping[str, str]) -> Answer | None:
        """The answer that the tables give, or one that says what is missing; None where the question is none over them.

        ``source_of_text`` has the document of each text.

        Raises:
            IndexDamaged: the tables cannot be read.
        """
        tokens = tokens_of(question)
        if not 1 < len(tokens) <= MOST_TOKENS:
            return None
        likely = [table for table in tables if _may_be_asked(table, tokens)]
        if not likely or len(likely) > MOST_READ:
            return None
        runs = runs_of(question, tokens)
        said = [cell for cell in self._store.said(list(runs)) if cell.key in source_of_text]
        lexer = Lexer(question, tokens, runs)
        found = list(_readings(lexer, map(source_of, likely), said)) or list(
            _readings(lexer, self._joined(_with_those_that_say(said, likely, tables)), said)
        )
        for prefers in (lambda one: one.names_it, lambda one: not one.is_near):
            found = [one for one in found if prefers(one)] or found
        return self._chosen(question, found, source_of_text)

    def _chosen(self, question: str, readings: Sequence[Read], source_of_text: Mapping[str, str]) -> Answer | None:
        """The answer of the readings, if all come to the same."""
        unsure = next((one for one in readings if one.query is None), None)
        if unsure:
            return _declined(question, readings, unsure.reason)
        given = self._given(readings)
        if not given:
            return None
        if len({found.told for found in given}) > 1:
            places = " or ".join(dict.fromkeys(_place(found, source_of_text) for found in given[:3]))
            return _declined(question, readings, f"the table may be {places}")
        return self._answers.answer(question, given[0], lambda key: source_of_text[key])

    def _given(self, readings: Sequence[Read]) -> list[Found]:
        """What the queries give, without those that give nothing; nothing at all where one cannot be run to its end."""
        try:
            return [found for one in readings if one.query and (found := self._answers.found(one.query))]
        except (TimeoutError, TypeError):
            return []

    def _joined(self, tables: Sequence[KeptTable]) -> Iterator[Source]:
        """Two tables that plainly have one column in common, which names the rows of the second."""
        for one, other in permutations(tables, 2):
            source = _on_a_common_column(one, other)
            if source and self._fits(source):
                yield source

    def _fits(self, source: Source) -> bool:
        """Whether nearly all values in the first table's column stand in that of the second."""
        assert source.on is not None
        own, other = map(source.sql, source.on)
        asked = (
            f"SELECT avg(CASE WHEN {own} IN (SELECT {other} FROM {source.named(1)}) THEN 1 ELSE 0 END) "
            f"FROM {source.named(0)} WHERE {own} IS NOT NULL"
        )
        [(share,)] = self._duck.rows([self._store.file(key) for key in source.keys], asked, ())
        return share is not None and share >= SHARED


def _readings(lexer: Lexer, sources: Iterator[Source] | Sequence[Source], said: Sequence[Said]) -> Iterator[Read]:
    for source in sources:
        mentions = lexer.mentions(source, said)
        if mentions is None:
            continue
        names_it = any(_names(source, mention) for mention in mentions)
        is_near = any(mention.is_near for mention in mentions)
        computes = any(COMPUTES & set(mention.roles) for mention in mentions)
        try:
            query = read(source, mentions)
        except NotAsked:
            continue
        except Unclear as error:
            yield Read(source, None, str(error), names_it, is_near, computes)
        else:
            if source.on is None or _uses_both(query):
                yield Read(source, query, "", names_it, is_near, computes)


def _names(source: Source, mention: NamedPart) -> bool:
    """Whether some words name the table itself."""
    return mention.kind in ("table", "column") and fold(mention.text) in source.tables[0].named


def _uses_both(query: Query) -> bool:
    """Whether a query needs columns of both tables that are joined."""
    fields = [*query.shown, *(condition.field for condition in query.conditions), query.measure, query.group]
    fields += [condition.field for side in query.sides for condition in side.conditions]
    return {field.table for field in fields if field} == {0, 1} or (
        query.operation == "count" and {field.table for field in fields if field} == {1}
    )


def _on_a_common_column(one: KeptTable, other: KeptTable) -> Source | None:
    """One table joined with another by the only column of the same name in both, where it names the other's rows."""
    pairs = [
        (own, its)
        for own in one.columns
        for its in other.columns
        if own.terms == its.terms and own.is_named and its.is_named
    ]
    if (one.key, one.number) == (other.key, other.number) or len(pairs) != 1 or not pairs[0][1].is_unique:
        return None
    own, its = pairs[0]
    fields = [Field(0, column) for column in one.columns] + [
        Field(1, column) for column in other.columns if column is not its
    ]
    return Source((one, other), tuple(fields), (Field(0, own), Field(1, its)))


def _with_those_that_say(
    said: Sequence[Said], likely: Sequence[KeptTable], tables: Sequence[KeptTable]
) -> list[KeptTable]:
    """Some of the likely tables, and of those that hold what a question says."""
    saying = {(cell.key, cell.number) for cell in said}
    others = [table for table in tables if (table.key, table.number) in saying and table not in likely]
    return [*likely[:MOST_JOINED], *others[:MOST_JOINED]]


def _may_be_asked(table: KeptTable, tokens: Sequence[Token]) -> bool:
    """Whether any word of a question names the table, or one of its columns, by its name or a near one."""
    terms = {term for column in table.columns for term in column.terms} | set(table.named)
    words = [token for token in tokens if token.word not in GLUE]
    return any(
        token.term in terms or near_terms(token.word) & terms or token.word in ("row", "rows", "entries", "records")
        for token in words
    )


def _declined(question: str, readings: Sequence[Read], missing: str) -> Answer | None:
    """The answer that says what is missing, where every reading asks for a computation."""
    return unclear(question, missing) if all(one.computes for one in readings) else None


def _place(found: Found, source_of_text: Mapping[str, str]) -> str:
    table = found.query.source.tables[0]
    return f"{table.title} in {source_of_text[table.key]}"
