"""Passages by their words, in tantivy, ranked by BM25. Texts arrive as terms; see `assistant.text.terms`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from assistant.errors import CitewellError, IndexDamaged, StorageError
from assistant.indexing.engines import Engine, Found, LexicalEntry, LexicalIndex
from assistant.indexing.private_copy import PrivateCopy
from assistant.indexing.scope import MARGIN, Scope, version_number

FIELD_WEIGHTS = {"title": 0.3, "headings": 0.3, "body": 1.0}
"""How much a term counts in each field; 0.3 for title and headings ranked best among 0, 0.3, 0.6 and 1."""
Hits = list[tuple[float, tantivy.DocAddress]]
"""Scores, and where the passages are."""
GENERATION_KEY = "generation"
DISK_REFUSES = ("PermissionDenied", "ReadOnlyFilesystem", "StorageFull", "FileTooLarge", "QuotaExceeded", "os error 28")
"""What tantivy's messages say when the disk, not the data, is at fault."""
WRITER_MEMORY = 64_000_000
QUICKER_THAN_A_DOCUMENT = 2
"""How many passages more are ranked in the time that it takes to look for one document: 2 of 4 microseconds."""


class TantivyIndex:
    """A `LexicalIndex` in tantivy: an inverted index."""

    def __init__(self, path: Path, *, create: bool = False, only_read: bool = False) -> None:
        """Open the index in the folder ``path``; with ``only_read``, a copy of it where the disk refuses writes.

        Raises:
            IndexDamaged: it is missing (unless ``create``) or cannot be read.
            StorageError: the folder cannot be made.
        """
        self._path = path
        self._copy: PrivateCopy | None = None
        try:
            self._open(path, create=create)
        except StorageError:
            if not only_read:
                raise
            self._copy = PrivateCopy(path)
            self._open(self._copy.path, create=False)

    def _open(self, folder: Path, *, create: bool) -> None:
        with self._explained():
            try:
                if create:
                    folder.mkdir(parents=True, exist_ok=True)
                    self._index = tantivy.Index(_schema(), path=str(folder))
                else:
                    self._index = tantivy.Index.open(str(folder))
                self._schema = self._index.schema
                self._searcher = self._index.searcher()
            except OSError as error:
                raise StorageError(
                    f"The word index in {self._path} cannot be opened: {error.strerror or error}."
                ) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What tantivy raises in the block, of several kinds for damaged files, is said in words for a person."""
        try:
            yield
        except CitewellError:
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":  # a panic in Rust
                raise
            if any(sign in str(error) for sign in DISK_REFUSES):
                raise StorageError(
                    f"The word index in {self._path} cannot be opened: it is read-only, or the disk is full. "
                    "Check permissions and free disk space, then try again."
                ) from error
            raise IndexDamaged(
                f"The word index in {self._path} cannot be read ({_first_line(error)}). "
                "Repair the index with: citewell sync --rebuild"
            ) from error

    def close(self) -> None:
        """Let go of the copy, if there is one."""
        if self._copy:
            self._copy.close()

    @property
    def generation(self) -> int:
        """The manifest's generation at the last commit; 0 before the first."""
        with self._explained():
            query = tantivy.Query.term_query(self._schema, "key", GENERATION_KEY)
            hits = self._searcher.search(query, 1).hits
            return int(self._searcher.doc(hits[0][1])["id"][0]) if hits else 0

    def change(self, added: Iterable[LexicalEntry], removed: Iterable[str], generation: int) -> None:
        """Add and remove passages and note the generation, in one atomic commit.

        Raises:
            StorageError: the disk refuses the write.
        """
        self._commit(added, removed, generation, anew=False)

    def rebuild(self, entries: Iterable[LexicalEntry], generation: int) -> None:
        """Hold exactly these passages from now on, in one atomic commit.

        Raises:
            StorageError: the disk refuses the write.
        """
        self._commit(entries, (), generation, anew=True)

    def _commit(self, added: Iterable[LexicalEntry], removed: Iterable[str], generation: int, *, anew: bool) -> None:
        try:
            writer = self._index.writer(WRITER_MEMORY, 1)
            if anew:
                writer.delete_all_documents()
            for id in removed:
                writer.delete_documents_by_term("id", id)
            for entry in added:
                writer.delete_documents_by_term("id", entry.id)
                writer.add_document(_document(entry))
            writer.delete_documents_by_term("key", GENERATION_KEY)
            writer.add_document(tantivy.Document(key=GENERATION_KEY, id=str(generation)))
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as error:
            raise StorageError(
                f"The word index in {self._path} cannot be written: {error}. Free disk space or check permissions, "
                "then run citewell sync again; if it persists, citewell sync --rebuild."
            ) from error
        self._index.reload()
        self._searcher = self._index.searcher()

    def best(self, words: Sequence[Sequence[str]], limit: int, scope: Scope | None = None) -> Found:
        """The ids of up to ``limit`` passages that hold any of the words, with their BM25 scores, best first.

        A word is given as the terms that it is in each language, most often one; the one that fits best counts.
        With ``scope``, only passages of its documents.
        """
        should = [clause for forms in dict.fromkeys(map(tuple, words)) for clause in self._clauses(forms)]
        if not should:
            return []
        with self._explained():
            query = tantivy.Query.boolean_query(should)
            hits = self._hits(query, limit) if scope is None else self._hits_within(scope, query, limit)
            return [(str(self._searcher.doc(address)["id"][0]), float(score)) for score, address in hits]

    def _hits(self, query: tantivy.Query, limit: int) -> Hits:
        return self._searcher.search(query, limit, count=False).hits

    def _hits_within(self, scope: Scope, query: tantivy.Query, limit: int) -> Hits:
        """The best hits within a scope: picked from more among all where that is quicker, which finds the same."""
        more = round(limit * MARGIN * self._searcher.num_docs / max(scope.passages, 1))
        if more <= QUICKER_THAN_A_DOCUMENT * len(scope.documents):
            hits = self._hits(query, more)
            numbers = self._searcher.fast_field_values("version", [address for _, address in hits])
            passing = [hit for hit, number in zip(hits, numbers, strict=True) if number in scope.by_number]
            if len(passing) >= limit or len(hits) < more:
                return passing[:limit]
        allowed = tantivy.Query.term_set_query(self._schema, "identity", list(scope.documents))
        only = tantivy.Query.const_score_query(allowed, 0.0)
        return self._hits(tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)]), limit)

    def _clauses(self, forms: Sequence[str]) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """What a passage should hold for one word: its term in any field, or the best of its terms."""
        alternatives = [
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term), weight),
                )
                for field, weight in FIELD_WEIGHTS.items()
            ]
            for term in forms
        ]
        if len(alternatives) == 1:
            return alternatives[0]
        best = tantivy.Query.disjunction_max_query([tantivy.Query.boolean_query(each) for each in alternatives])
        return [(tantivy.Occur.Should, best)]

    def document_frequency(self, word: str, scope: Scope | None = None) -> int:
        """In how many passages' own text a term stands; with ``scope``, of its documents alone."""
        with self._explained():
            among_all = int(self._searcher.doc_freq("body", word))
            return among_all if scope is None or not among_all else self._counted_within(scope, word, among_all)

    def _counted_within(self, scope: Scope, word: str, among_all: int) -> int:
        """As `document_frequency`, by going through the passages or through the documents, whichever is quicker."""
        query = tantivy.Query.const_score_query(tantivy.Query.term_query(self._schema, "body", word, "basic"), 1.0)
        if among_all <= QUICKER_THAN_A_DOCUMENT * len(scope.documents):
            hits = self._hits(query, among_all)
            numbers = self._searcher.fast_field_values("version", [address for _, address in hits])
            return sum(number in scope.by_number for number in numbers)
        allowed = tantivy.Query.term_set_query(self._schema, "identity", list(scope.documents))
        within = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, allowed)])
        return len(self._hits(within, among_all))

    def first_passages(self, word: str) -> dict[int, int]:
        """Which versions hold a word as it is written: for each, by its number, the first of its passages that does."""
        with self._explained():
            query = tantivy.Query.term_query(self._schema, "words", word, "basic")
            most = max(1, self._searcher.doc_freq("words", word))
            hits = self._searcher.search(tantivy.Query.const_score_query(query, 1.0), most, count=False).hits
            addresses = [address for _, address in hits]
            numbers = self._integers("version", addresses)
            ordinals = self._integers("ordinal", addresses)
        return dict(sorted(zip(numbers, ordinals, strict=True), reverse=True))  # of several, the last one stays

    def _integers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(field, addresses)]

    def vocabulary(self) -> list[str]:
        """Every word as it is written, once; those of passages that were removed may be among them for a while."""
        with self._explained():
            return [word for word, _ in self._searcher.terms_with_prefix("words", "")]

    def count(self) -> int:
        """How many passages are indexed."""
        with self._explained():
            return max(0, int(self._searcher.num_docs) - (1 if self.generation else 0))


TANTIVY: Engine[LexicalIndex] = Engine("lexical", TantivyIndex)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("identity", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("version", fast=True)
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("ordinal", fast=True)
    return builder.build()


def _document(entry: LexicalEntry) -> tantivy.Document:
    identity, _, ordinal = entry.id.rpartition("-")
    return tantivy.Document(
        id=entry.id,
        identity=identity,
        version=version_number(identity),
        title=entry.title,
        headings=entry.headings,
        body=entry.body,
        words=entry.words,
        ordinal=int(ordinal),
    )


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
