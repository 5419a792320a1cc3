"""A document becomes live passages: split, embedded, stored, committed, and read back."""

from assistant.indexing.changes import is_due
from assistant.indexing.engines import Engine, Engines
from assistant.indexing.index_reader import IndexReader, SnapshotReader
from assistant.indexing.layout import IndexLayout
from assistant.indexing.snapshot import Snapshot
from assistant.indexing.sync import forget, sync
from assistant.models.embedder import Embedder

__all__ = [
    "Embedder",
    "Engine",
    "Engines",
    "IndexLayout",
    "IndexReader",
    "Snapshot",
    "SnapshotReader",
    "forget",
    "is_due",
    "sync",
]
