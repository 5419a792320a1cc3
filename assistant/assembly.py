"""The one place where settings become objects."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.answerability import ReaderGate
from assistant.assistant import Assistant
from assistant.corpus import CorpusFolder
from assistant.indexing import Embedder, Engines, IndexLayout, IndexReader
from assistant.indexing.lexical import TANTIVY
from assistant.indexing.vectors import CHROMA
from assistant.models.calibration import Calibrations
from assistant.models.language_model import LanguageModels
from assistant.models.named_reader import ReadingModel
from assistant.models.packaged_reader import PackagedReader
from assistant.models.reranker import CrossEncoderReranker
from assistant.reading.limits import limits_of
from assistant.settings import PACKAGED_READER, Settings

if TYPE_CHECKING:
    from assistant.corpus.fetching import FetchLimits
    from assistant.corpus.online import Web
    from assistant.corpus.web import PageReader


ENGINES = Engines(vectors=CHROMA, words=TANTIVY)
"""What holds the vectors and the words of every index that is not opened with others."""


def open_assistant(settings: Settings | None = None, *, engines: Engines = ENGINES) -> Assistant:
    """An assistant over one corpus and its index, to be closed after use (it is a context manager).

    Opening is quick: the embedding model is loaded, and files opened, when they are first needed. A reranker or reader
    that is named is loaded at once, so that one which is missing is told now and not at the first question. Of a
    language model only its package is looked for: nothing is sent to it before a question. An index that was made by
    other ``engines`` is to be deleted first.

    Raises:
        SettingsError: the settings, from the environment when none are given, cannot be used.
        ModelUnavailable: the reranker or the reader is missing or cannot be used, or the language model's package is.
    """
    settings = settings or Settings()
    embedders = _Embedders(settings.cache_dir)
    corpus = CorpusFolder(settings.corpus_dir, settings.state_dir / "removed")
    return Assistant(
        settings,
        corpus,
        IndexReader(IndexLayout(settings.index_dir, engines), settings.corpus_dir, embedders.get),
        embedders.get(settings.embedding_model),
        open_reranker(settings),
        open_reader(settings),
        open_gate(settings),
        open_web=partial(open_web, settings, corpus),
        models=open_language_models(settings),
    )


def open_web(
    settings: Settings, corpus: CorpusFolder, limits: FetchLimits | None = None, reader: PageReader | None = None
) -> Web:
    """What a corpus takes from the web, within the limits for each address; nothing is fetched yet."""
    from assistant.corpus.feeds import Feeds
    from assistant.corpus.fetching import Fetcher
    from assistant.corpus.mail_accounts import MailAccounts
    from assistant.corpus.mailboxes import Mailboxes, MailLimits
    from assistant.corpus.online import Web
    from assistant.corpus.opml import FeedList
    from assistant.corpus.pages import WebPages
    from assistant.corpus.records import Records
    from assistant.corpus.sites import Sites
    from assistant.indexing.page_reader import ProcessPageReader

    records = Records(settings.state_dir / "web.sqlite")
    fetcher = Fetcher(allow_private=settings.allow_private_urls, limits=limits)
    pages = WebPages(corpus, records, fetcher, reader or ProcessPageReader(limits_of(settings)))
    listed = FeedList(corpus, settings.state_dir)
    feeds = Feeds(listed, pages, records, fetcher, settings.state_dir, settings.feed_articles)
    sites = Sites(pages, records, fetcher, settings.state_dir)
    mail_limits = MailLimits(settings.limit_file_megabytes * 1_000_000, settings.allow_private_urls)
    accounts = MailAccounts(settings.state_dir)
    return Web(pages, feeds, sites, Mailboxes(corpus, accounts, records, mail_limits, settings.state_dir), records)


def open_reranker(settings: Settings) -> CrossEncoderReranker | None:
    """The cross-encoder that the settings name, loaded; None when they name none.

    Raises:
        ModelUnavailable: it is missing or cannot be used.
    """
    if settings.reranker is None:
        return None
    reranker = CrossEncoderReranker(settings.reranker)
    reranker.check()
    return reranker


def open_reader(settings: Settings) -> PackagedReader | None:
    """The reader that ships, if the settings name it; it is loaded when it is first needed."""
    return PackagedReader() if settings.reader == PACKAGED_READER else None


def open_gate(settings: Settings) -> ReaderGate | None:
    """A reader of one's own that the settings name, loaded, with its threshold; None when they name none.

    Raises:
        ModelUnavailable: it is missing or cannot be used.
        SettingsError: the threshold fitted earlier cannot be read.
    """
    if settings.reader is None or settings.reader == PACKAGED_READER:
        return None
    model = ReadingModel(settings.reader)
    model.check()
    return ReaderGate(model, Calibrations(settings.state_dir))


def open_language_models(settings: Settings) -> LanguageModels:
    """The language models that can be chosen; none of them is loaded yet.

    Raises:
        ModelUnavailable: the one that the settings name is not named as a model is, or its package is missing.
    """
    models = LanguageModels(settings.model, settings.model_url, settings.model_seconds)
    models.check()
    return models


class _Embedders:
    """One embedder per model name: the index may still be served by the model it was made with before."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._embedders: dict[str, Embedder] = {}

    def get(self, name: str) -> Embedder:
        with self._lock:
            return self._embedders.setdefault(name, Embedder(name, self._cache_dir))
