"""What one build of the index is kept in, opened for reading: texts, tables, vectors and words."""

from __future__ import annotations

from assistant.indexing.engines import LexicalIndex, VectorIndex
from assistant.indexing.layout import IndexLayout
from assistant.indexing.texts import TextStore
from assistant.tables.duck import DuckReader
from assistant.tables.table_store import TableStore


class Stores:
    """The stores of one build. May be used from many threads, and by several snapshots."""

    def __init__(self, layout: IndexLayout, build: int) -> None:
        """Open them; raises what `Opening` does."""
        self.texts = TextStore(layout.texts)
        self.tables, self.duck = TableStore(layout.tables), DuckReader()
        self.vectors: VectorIndex = layout.open_vectors(build, only_read=True)
        try:
            self.words: LexicalIndex = layout.open_words(build, only_read=True)
        except BaseException:
            self.vectors.close()
            raise
        try:
            self.passages = self.words.count()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the files."""
        self.vectors.close()
        self.words.close()
        self.tables.close()
        self.duck.close()
