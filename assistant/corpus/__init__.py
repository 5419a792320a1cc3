"""The folder of documents, the only truth: everything in the index can be made again from it."""

from assistant.corpus.briefings import shipped_briefings
from assistant.corpus.folder import CorpusFile, CorpusFolder

__all__ = ["CorpusFile", "CorpusFolder", "shipped_briefings"]
