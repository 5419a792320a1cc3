"""One generation of the index, to be asked: its passages, documents and searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial

from assistant.errors import CorpusError
from assistant.indexing.catalogue import Catalogue
from assistant.indexing.nearest import COMPARED_EXACTLY, nearest_within
from assistant.indexing.passage_rows import IndexedPassage
from assistant.indexing.schema import Build
from assistant.indexing.scope import Scope
from assistant.indexing.stores import Stores
from assistant.models.embedder import Embedder, Vectors
from assistant.tables.asking import TableAsker
from assistant.tables.computed_answer import TableAnswers
from assistant.tables.table_store import KeptTable
from assistant.text.spellings import Vocabulary
from assistant.types import DEFAULT_LANGUAGE, Answer, Document, DocumentRecord, Filters, Passage, TakingIn

DOCUMENTS_REMEMBERED = 4_096
PASSAGES_REMEMBERED = 4_096
"""Some 16 MB. They are those of one generation, so none of them can have changed."""
SCOPES_REMEMBERED = 8
WORDS_REMEMBERED = 32
"""Of how many words it is known where they stand: for whoever turns a page, or switches a spelling off."""


class Snapshot:
    """One generation of the live build, with its own model. What it holds may be used from many threads."""

    def __init__(self, stores: Stores, manifest: Catalogue, build: Build, embedder: Embedder) -> None:
        self.generation = manifest.generation
        self.build = build
        self.embedder = embedder
        self.manifest = manifest
        self.languages = manifest.languages(build.id) or (DEFAULT_LANGUAGE,)
        self.stores = stores
        self._scope = lru_cache(maxsize=SCOPES_REMEMBERED)(partial(manifest.scope, build.id))
        self._document = lru_cache(maxsize=DOCUMENTS_REMEMBERED)(partial(manifest.document, build.id))
        self._first_passages = lru_cache(maxsize=WORDS_REMEMBERED)(stores.words.first_passages)
        answers = TableAnswers(stores.tables, stores.duck, self.passage_at, self.text)
        self._rights = TableAsker(stores.tables, stores.duck, answers)
        self._tables: tuple[dict[str, str], list[KeptTable]] | None = None
        self._known_passages: dict[str, IndexedPassage] = {}

    @property
    def passage_count(self) -> int:
        """How many passages there are, by which words are called rare."""
        return self.stores.passages

    def scope(self, filters: Filters) -> Scope:
        """The documents that pass, as `Catalogue.scope` has them; remembered for the next question."""
        return self._scope(filters)

    def sources(self) -> set[str]:
        """The documents that are complete."""
        return self.manifest.sources(self.build.id)

    def taking_in(self) -> list[TakingIn]:
        """The documents that are still being taken in; see `Catalogue.taking_in`."""
        return self.manifest.taking_in(self.build.id)

    def absent(self, sources: Sequence[str]) -> list[str]:
        """Those of the names that are neither a document nor a folder that holds one."""
        return self.manifest.absent(self.build.id, sources)

    def publishers(self) -> list[str]:
        """All publishers of the documents."""
        return self.manifest.publishers(self.build.id)

    def nearest(self, vector: Vectors, limit: int, scope: Scope | None = None) -> list[tuple[str, float]]:
        """The ids of the passages whose vectors are nearest to a vector, with their cosines, highest first."""
        if scope is None and self.passage_count > COMPARED_EXACTLY:
            return self.stores.vectors.nearest(vector, limit)
        return nearest_within(self.scope(Filters()) if scope is None else scope, self.stores.vectors, vector, limit)

    def best(self, words: Sequence[Sequence[str]], limit: int, scope: Scope | None = None) -> list[tuple[str, float]]:
        """The ids of the passages that hold any of the words, with their BM25 scores; see `LexicalIndex.best`."""
        return self.stores.words.best(words, limit, scope)

    def passages(self, ids: Sequence[str]) -> dict[str, IndexedPassage]:
        """Those of the passages that are live, by id, in the order of ``ids``, with their terms."""
        known = self._known_passages
        found = {id: known[id] for id in ids if id in known}
        fetched = self.manifest.indexed_passages(self.build.id, [id for id in ids if id not in found])
        if len(known) + len(fetched) > PASSAGES_REMEMBERED:
            self._known_passages = known = {}
        known |= fetched
        found |= fetched
        return {id: found[id] for id in ids if id in found}

    def vectors_of(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of those of the passages that have one, by id."""
        return self.stores.vectors.get(ids)

    def passages_of(self, source: str) -> list[Passage]:
        """The passages of a document, in reading order; none where there is no such document."""
        return self.manifest.passages_of(self.build.id, source)

    def passage_at(self, source: str, offset: int) -> Passage | None:
        """The passage of a document that holds the character at an offset; None where there is none."""
        return self.manifest.passage_at(self.build.id, source, offset)

    def answer_from_tables(self, question: str, filters: Filters) -> Answer | None:
        """What the tables of the documents that pass say to a question; see `TableAsker.answer`."""
        sources, tables = self._tables or self._live_tables()
        if filters and tables:
            passing = self.manifest.sources_by_text(self.build.id, self.scope(filters))
            tables = [table for table in tables if table.key in passing]
            sources = passing
        return self._rights.answer(question, tables, sources)

    def _live_tables(self) -> tuple[dict[str, str], list[KeptTable]]:
        """The document of each text, and the tables; remembered once a writer has made all that there are."""
        sources = self.manifest.sources_by_text(self.build.id)
        found = sources, self.stores.tables.tables(sources)
        if self.stores.tables.is_complete(sources):
            self._tables = found
        return found

    def section(self, passage: Passage) -> list[Passage]:
        """The passages near a passage and under the same headings, that one included, in reading order."""
        return self.manifest.section(self.build.id, passage)

    def passage_from(self, source: str, offset: int) -> Passage | None:
        """The first passage of a document that ends after an offset; None after the last."""
        return self.manifest.passage_from(self.build.id, source, offset)

    def first_passages(self, word: str, scope: Scope) -> dict[str, int]:
        """Which documents of a scope hold a word as it is written, by the identity of their versions.

        With each, the number of the first of its passages that does.
        """
        found = self._first_passages(word)
        return {scope.by_number[number]: ordinal for number, ordinal in found.items() if number in scope.by_number}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all documents as they are written."""
        return Vocabulary(self.stores.words.vocabulary(), self.languages)

    @cached_property
    def listed(self) -> dict[str, Document]:
        """Every document without its text, by the identity of its version."""
        return {identity: document for identity, (document, _) in self.manifest.documents(self.build.id).items()}

    @cached_property
    def ends_of_first_passages(self) -> dict[str, int]:
        """Where the first passage of each document ends, by source."""
        return self.manifest.ends_of_first_passages(self.build.id)

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self.stores.words.document_frequency(term)

    def text(self, source: str) -> str:
        """The exact text of a document that offsets refer to.

        Raises:
            CorpusError: there is no such document in the index.
        """
        return self.stores.texts.get(self._known(source)[1])

    def document(self, source: str) -> Document:
        """The document with the exact text that offsets refer to.

        Raises:
            CorpusError: there is no such document in the index.
        """
        document, text_key = self._known(source)
        places, characters = self.manifest.places(self.build.id, source)
        return replace(document, text=self.stores.texts.get(text_key), places=places, characters=characters)

    def file_hash(self, source: str) -> str:
        """The SHA-256 of the file that a document was read from; "" when there is no such document."""
        return self.manifest.file_hash(self.build.id, source)

    def records(self) -> list[DocumentRecord]:
        """Every document, every file that could not be read, and those to be taken in, by source."""
        covered = self.embedder.languages
        return [
            replace(record, covered=covered is None or not record.passages or record.language in covered)
            for record in self.manifest.records(self.build.id)
        ]

    def inconsistencies(self) -> list[str]:
        """What does not fit together in this snapshot, each with its remedy; empty when all is well."""
        _, passages = self.manifest.counts(self.build.id)
        found = [
            f"{name} {count} of {passages} passages. Repair the index with: citewell sync --rebuild"
            for name, count in (
                ("The vectors cover", self.stores.vectors.count()),
                ("The word index covers", self.stores.words.count()),
            )
            if count < passages
        ]
        unreadable = [key for key in self.manifest.text_keys() if not self.stores.texts.holds(key)]
        if unreadable:
            found.append(
                f"{len(unreadable)} stored texts are missing or damaged. Repair the index with: citewell sync --rebuild"
            )
        if self.stores.words.generation != self.generation:
            found.append("A sync was interrupted. Finish it with: citewell sync")
        return found

    def is_current(self) -> bool:
        """Whether no sync has committed anything since this snapshot was taken."""
        return self.manifest.generation == self.generation

    def _known(self, source: str) -> tuple[Document, str]:
        found = self._document(source)
        if found is None:
            raise CorpusError(f"There is no document {source!r} in the index. See the names with: citewell list")
        return found
