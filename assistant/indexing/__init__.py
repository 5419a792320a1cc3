"""A document becomes live passages: split, embedded, stored, committed, and read back."""

from assistant.indexing.changes import is_due
from assistant.indexing.embedding import Embedder
from assistant.indexing.reader import IndexReader
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.sync import forget, sync

__all__ = ["Embedder", "IndexReader", "Snapshot", "forget", "is_due", "sync"]
