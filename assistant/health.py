"""The state of a corpus and its index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from assistant import indexing
from assistant.access.collections import Collections, collections_file
from assistant.answering.answerability import ReaderGate
from assistant.corpus import CorpusFolder
from assistant.errors import CitewellError
from assistant.indexing import Embedder, SnapshotReader
from assistant.models.packaged_reader import PackagedReader
from assistant.models.reranker import CrossEncoderReranker
from assistant.reading.limits import Reading
from assistant.settings import PACKAGED_READER, Settings
from assistant.types import Health, IndexCounts, TakingIn
from assistant.users import Users


def health_of(
    settings: Settings,
    corpus: CorpusFolder,
    reader: SnapshotReader,
    embedder: Embedder,
    reranker: CrossEncoderReranker | None,
    passage_reader: PackagedReader | None,
    gate: ReaderGate | None,
    reading: Reading,
) -> Health:
    """The state of corpus and index, for ``citewell doctor``; what is wrong is told in ``problems``."""
    documents = passages = failed = generation = 0
    needs_sync = True
    taking_in: tuple[TakingIn, ...] = ()
    checks: list[Callable[[], object]] = [embedder.check, lambda: list(corpus.files())]
    checks += [reranker.check] if reranker else []
    checks += [passage_reader.check] if passage_reader else []
    checks += [gate.model.check] if gate else []
    checks += [Users(settings.users).names] if settings.users else []
    checks += [Collections(collections_file(settings.state_dir)).all]
    problems = list(_problems_found_by(checks))
    try:
        with reader.reading() as snapshot:
            documents, passages = snapshot.manifest.counts(snapshot.build.id)
            failed = len(snapshot.manifest.failures(snapshot.build.id))
            generation = snapshot.generation
            taking_in = tuple(snapshot.taking_in())
            problems += snapshot.inconsistencies()
            needs_sync = indexing.is_due(corpus, snapshot, reading)
    except CitewellError as error:
        problems.append(str(error))
    return Health(
        corpus_dir=str(settings.corpus_dir),
        index_dir=str(settings.index_dir),
        state_dir=str(settings.state_dir),
        embedding_model=settings.embedding_model,
        documents=documents,
        passages=passages,
        failed=failed,
        generation=generation,
        needs_sync=needs_sync,
        reranker=reranker.name if reranker else None,
        reader=PACKAGED_READER if passage_reader else gate.model.name if gate else None,
        reader_threshold=gate.threshold if gate else None,
        problems=tuple(problems),
        taking_in=taking_in,
    )


def counts_of(reader: SnapshotReader) -> IndexCounts:
    """What the index holds.

    Raises:
        CitewellError: there is no index, or it cannot be read.
        OSError: its file is gone.
    """
    with reader.reading() as snapshot:
        documents, passages = snapshot.manifest.counts(snapshot.build.id)
        failed = len(snapshot.manifest.failures(snapshot.build.id))
        written_at = reader.layout.manifest.stat().st_mtime
        return IndexCounts(snapshot.generation, documents, passages, failed, written_at)


def _problems_found_by(checks: Iterable[Callable[[], object]]) -> Iterator[str]:
    for check in checks:
        try:
            check()
        except CitewellError as error:
            yield str(error)
