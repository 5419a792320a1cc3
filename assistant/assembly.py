"""The one place where settings become objects."""

from __future__ import annotations

import threading

from assistant.corpus import CorpusFolder
from assistant.desk import Assistant
from assistant.indexing import Embedder, IndexReader
from assistant.settings import Settings


def open_assistant(settings: Settings | None = None) -> Assistant:
    """An assistant over one corpus and its index, to be closed after use (it is a context manager).

    Opening is quick: models are loaded, and files opened, when they are first needed.

    Raises:
        SettingsError: the settings, from the environment when none are given, cannot be used.
    """
    settings = settings or Settings()
    embedders = _Embedders()
    return Assistant(
        settings,
        CorpusFolder(settings.corpus_dir, settings.state_dir / "removed"),
        IndexReader(settings.index_dir, settings.corpus_dir, embedders.get),
        embedders.get(settings.embedding_model),
    )


class _Embedders:
    """One embedder per model name: the index may still be served by the model it was made with before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._embedders: dict[str, Embedder] = {}

    def get(self, name: str) -> Embedder:
        with self._lock:
            return self._embedders.setdefault(name, Embedder(name))
