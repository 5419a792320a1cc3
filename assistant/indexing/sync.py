"""The document's way: list, read what changed, split, embed, write beside the old version, switch over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from assistant.corpus import CorpusFile, CorpusFolder
from assistant.errors import ReadError
from assistant.indexing.embedding import Embedder
from assistant.indexing.lock import writing
from assistant.indexing.manifest import PassageRow, Version
from assistant.indexing.passages import PassageSpan, split
from assistant.indexing.reader import Snapshot
from assistant.indexing.texts import TextStore
from assistant.indexing.writer import IndexWriter, NewVersion
from assistant.reading import load, read, reader_for
from assistant.types import Document, Failure, ProgressListener, SyncProgress, SyncReport

PASSAGES_PER_COMMIT = 512
"""Changed documents are committed together until they make this many passages: some seconds of work at a time."""


def sync(
    corpus: CorpusFolder,
    index_dir: Path,
    embedder: Embedder,
    *,
    progress: ProgressListener | None = None,
    rebuild: bool = False,
) -> SyncReport:
    """Make the index equal to the corpus; returns what changed.

    A file that cannot be read is recorded with its reason, its last readable version stays, and the rest go on. An
    index of an earlier format is made anew.

    Raises:
        CorpusError: the corpus folder does not exist.
        IndexBusy: another process is writing the index.
        IndexMismatch: the index belongs to another corpus.
        IndexDamaged: the index cannot be read or is of a later format; ``rebuild`` makes it anew.
        StorageError: the disk refuses a write.
        ModelUnavailable: the embedding model cannot be loaded.
    """
    embedder.check()
    files = list(corpus.files())
    with writing(index_dir), IndexWriter(index_dir, corpus.path, embedder, rebuild=rebuild) as index:
        index.recover()
        survey = _Survey(files, served=index.served(), indexed=index.versions())
        for batch in _batches(survey.new_versions(embedder, progress)):
            index.replace(batch)
        index.remove(survey.gone_from_build())
        index.record_failures(survey.report.failed)
        index.complete()
    return survey.report


def is_due(corpus: CorpusFolder, snapshot: Snapshot) -> bool:
    """Whether files came, went or changed since the last sync, by the same comparison as `sync`."""
    indexed = snapshot.manifest.versions(snapshot.build.id)
    refused = {failure.source for failure in snapshot.manifest.failures(snapshot.build.id)}
    sources: set[str] = set()
    for file in corpus.files():
        source = _printable(file.source)
        sources.add(source)
        try:
            reader = reader_for(file.source)
            content = load(file.path)
            if indexed.get(source) == (_file_hash(content), reader.version):
                continue
            read(reader, file.source, content)
        except ReadError:
            if source not in refused:
                return True
        else:
            return True
    return sources != set(indexed) | refused


def _file_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _Survey:
    """One pass over the corpus: it compares each file with what is indexed, and fills the report."""

    def __init__(self, files: list[CorpusFile], served: set[str], indexed: dict[str, tuple[str, str]]) -> None:
        self._files = files
        self._served = served
        self._indexed = indexed
        self.report = SyncReport(removed=sorted(served - {file.source for file in files}))

    def gone_from_build(self) -> list[str]:
        """The indexed sources that have no file any more."""
        return sorted(set(self._indexed) - {file.source for file in self._files})

    def new_versions(self, embedder: Embedder, progress: ProgressListener | None) -> Iterator[NewVersion]:
        """The new version of each file that is not indexed as it stands."""
        for number, file in enumerate(self._files, 1):
            try:
                new_version = self._new_version(file, embedder)
            except ReadError as error:
                self.report.failed.append(Failure(_printable(file.source), str(error)))
            else:
                self._note(file.source, new_version is not None)
                if new_version:
                    yield new_version
            if progress:
                progress(SyncProgress(number, len(self._files), _printable(file.source)))

    def _new_version(self, file: CorpusFile, embedder: Embedder) -> NewVersion | None:
        """The file as a new version, or None when it is indexed as it stands."""
        if _printable(file.source) != file.source:
            raise ReadError("The file's name is not valid Unicode. Rename the file.")
        reader = reader_for(file.source)
        content = load(file.path)
        file_hash = _file_hash(content)
        if self._indexed.get(file.source) == (file_hash, reader.version):
            return None
        document = read(reader, file.source, content)
        spans = split(document, embedder.count_tokens, embedder.maximum_tokens)
        return _versioned(document, file_hash, reader.version, spans)

    def _note(self, source: str, changed: bool) -> None:
        known = source in self._served
        (self.report.unchanged if not changed else self.report.updated if known else self.report.added).append(source)


def _versioned(document: Document, file_hash: str, reader_version: str, spans: list[PassageSpan]) -> NewVersion:
    """A version whose passage ids depend on source, content and reader alone, so that a rebuild gives the same."""
    identity = hashlib.sha256(f"{document.source}\0{file_hash}\0{reader_version}".encode()).hexdigest()[:20]
    rows = tuple(
        PassageRow(
            f"{identity}-{ordinal}", document.source, ordinal, span.start, span.end, span.breadcrumb, span.embedded_hash
        )
        for ordinal, span in enumerate(spans)
    )
    version = Version(
        document=document,
        file_hash=file_hash,
        reader=reader_version,
        text_key=TextStore.key(document.text),
        indexed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        passages=rows,
    )
    return NewVersion(version, tuple(span.embedded_text for span in spans))


def _batches(new_versions: Iterable[NewVersion]) -> Iterator[list[NewVersion]]:
    """Runs of versions with about `PASSAGES_PER_COMMIT` passages each."""
    batch: list[NewVersion] = []
    passages = 0
    for new_version in new_versions:
        batch.append(new_version)
        passages += len(new_version.embedded_texts)
        if passages >= PASSAGES_PER_COMMIT:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _printable(source: str) -> str:
    """The source with bytes that are not Unicode spelled out."""
    return source.encode("utf-8", "backslashreplace").decode("utf-8")
