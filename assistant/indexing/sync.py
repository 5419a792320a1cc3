"""The document's way: list, read what changed, split, embed, write beside the old version, switch over.

While some passages are embedded, the next files are read and the passages before are stored.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from assistant.corpus import CorpusFolder
from assistant.errors import CitewellError, Stopped, unexpected
from assistant.indexing.changes import CorpusComparison, ListedFile
from assistant.indexing.index_writer import IndexWriter
from assistant.indexing.layout import IndexLayout
from assistant.indexing.lock import writing
from assistant.indexing.passage_rows import IndexedPassage, PassageRow
from assistant.indexing.passage_terms import PassageTerms
from assistant.indexing.passages import PassageSpan, split
from assistant.indexing.reading_ahead import ahead, read_ahead
from assistant.indexing.schema import FileState, UnreadableFile, Version
from assistant.indexing.texts import TextStore
from assistant.indexing.versions import EmbeddedVersions, NewVersion
from assistant.models.embedder import Embedder
from assistant.places import place_over, places_between
from assistant.reading.files import FileRead, FileToRead
from assistant.reading.limits import Reading
from assistant.text.tables import HeadsAbove
from assistant.types import Document, Failure, Passage, ProgressListener, SyncProgress, SyncReport

PASSAGES_PER_COMMIT = 512
"""Changed documents are committed together until they make this many passages, and a longer one in parts of as many:
some seconds of work at a time."""

PARTS_TOLD = 5
LOG = logging.getLogger(__name__)


def sync(
    corpus: CorpusFolder,
    layout: IndexLayout,
    embedder: Embedder,
    *,
    progress: ProgressListener | None = None,
    rebuild: bool = False,
    verify: bool = False,
    reading: Reading | None = None,
    unfinished: Collection[str] = (),
    retry: bool = False,
    stop: threading.Event | None = None,
) -> SyncReport:
    """Make the index equal to the corpus; returns what changed.

    A file whose size and times stayed is not opened, unless ``verify`` asks for it. A file that cannot be read is
    recorded with its reason, its last readable version stays, and the rest go on. A long document is taken in part by
    part, and answers from the first one on. An index of an earlier format is made anew. ``reading`` holds the limits
    and the passwords that files are read with. Files that are ``unfinished`` are not opened: they stay as they were
    indexed, or out. With ``retry``, those that could not be read are read again, changed or not. A sync that is
    interrupted keeps what it has committed, and the next one goes on from there.

    Raises:
        Stopped: ``stop`` was set; it is looked at between two files, and between two parts of a long one.
        CorpusError: the corpus folder does not exist.
        IndexBusy: another process is writing the index.
        IndexMismatch: the index belongs to another corpus.
        IndexDamaged: the index cannot be read or is of a later format; ``rebuild`` makes it anew.
        StorageError: the disk refuses a write.
        ModelUnavailable: the embedding model cannot be loaded.
    """
    embedder.check()
    files = list(corpus.files())
    with writing(layout.folder), IndexWriter(layout, corpus.path, embedder, rebuild=rebuild) as index:
        index.recover()
        if not rebuild:
            index.check(wholly=verify)
        refused = () if retry else index.refused()
        found = list(CorpusComparison(index.states(), refused, verify=verify, reading=reading).compare(files))
        found = _left_alone(found, unfinished, index.states())
        index.expect(one.source for one in found if one.to_read)
        survey = _Survey(found, index, embedder)
        with closing(survey.outcomes()) as outcomes:
            _write(index, _until(outcomes, stop), _ProgressReporter(found, _stopping(progress, stop)), survey)
        index.remove(survey.gone_from(index.states()))
        index.record(survey.stamps, survey.refused)
        index.complete()
    return survey.report


def forget(corpus: CorpusFolder, layout: IndexLayout, embedder: Embedder, sources: Collection[str]) -> None:
    """Let documents go from the index that are not in the corpus any more, and nothing else; see `sync`."""
    with writing(layout.folder), IndexWriter(layout, corpus.path, embedder) as index:
        index.recover()
        index.expect(())
        index.remove(sorted(set(sources) & set(index.states())))


def _until(outcomes: Iterable[_Outcome], stop: threading.Event | None) -> Iterator[_Outcome]:
    """The outcomes, until ``stop`` is set.

    Raises:
        Stopped: it is set.
    """
    for outcome in outcomes:
        _raise_if(stop)
        yield outcome


def _stopping(progress: ProgressListener | None, stop: threading.Event | None) -> ProgressListener | None:
    """A listener that also looks whether ``stop`` is set."""
    if stop is None:
        return progress

    def listen(step: SyncProgress) -> None:
        _raise_if(stop)
        if progress:
            progress(step)

    return listen


def _raise_if(stop: threading.Event | None) -> None:
    if stop and stop.is_set():
        raise Stopped("The sync was stopped. What was done is kept; the next one goes on from there: citewell sync")


def _left_alone(
    found: Iterable[ListedFile], unfinished: Collection[str], indexed: Mapping[str, FileState]
) -> list[ListedFile]:
    """The files without those that are unfinished, or with them as they were indexed."""
    return [
        replace(one, reader=indexed[one.source].reader, stamp="", to_read=None, refused=None)
        if one.source in unfinished
        else one
        for one in found
        if one.source not in unfinished or one.source in indexed
    ]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one file; ``new_version`` is None when it is indexed as it stands, or cannot be read.

    Of a long document it is a part, and ``others`` are those that follow. ``share`` is how much of the file it is.
    """

    found: ListedFile
    state: FileState
    new_version: NewVersion | None = None
    reason: str = ""
    others: Iterator[NewVersion] = field(default_factory=lambda: iter(()))
    share: float = 1.0

    @property
    def is_last(self) -> bool:
        """Whether no other part follows."""
        return self.new_version is None or self.new_version.version.is_whole

    @property
    def bytes(self) -> int:
        """How many bytes of the file were read for it."""
        return round(self.found.to_read.size * self.share) if self.found.to_read else 0


class _Survey:
    """One pass over the corpus, which fills the report."""

    def __init__(self, found: list[ListedFile], index: IndexWriter, embedder: Embedder) -> None:
        self._found = found
        self._complete = index.served_whole()
        self._splitting = _Splitting(embedder, index.begun())
        self.report = SyncReport(removed=sorted(index.served() - {one.source for one in found}))
        self.refused: list[UnreadableFile] = []
        self.stamps: dict[str, str] = {}

    def gone_from(self, indexed: Iterable[str]) -> list[str]:
        """The indexed sources that have no file any more."""
        return sorted(set(indexed) - {one.source for one in self._found})

    def outcomes(self) -> Generator[_Outcome]:
        """What becomes of each file, in order; those that changed are read ahead of whoever takes them."""
        to_read = {one.source: one for one in self._found if one.to_read}
        files = [one.to_read for one in to_read.values() if one.to_read]

        def made(file: FileToRead, read: FileRead) -> _Outcome:
            return _outcome(to_read[file.source], read, self._splitting)

        with closing(read_ahead(files, sum(file.size for file in files), made)) as read:
            for found in self._found:
                outcome = next(read) if found.to_read else _unopened(found)
                self._note(outcome)
                yield outcome
                try:
                    with closing(ahead(outcome.others)) as others:
                        yield from (_part_of(outcome, part) for part in others)
                except CitewellError:
                    raise
                except Exception as error:  # as for the first part
                    yield self.fail(outcome, error)

    def fail(self, outcome: _Outcome, error: Exception) -> _Outcome:
        """Report of a file, which was taken for one that is read, that it could not be taken in."""
        source = outcome.found.source
        for listed in (self.report.added, self.report.updated):
            if source in listed:
                listed.remove(source)
        self.report.partial[:] = [one for one in self.report.partial if one.source != source]
        failed = _failed_at(outcome, error)
        self._note(failed)
        return failed

    def _note(self, outcome: _Outcome) -> None:
        source, report = outcome.found.source, self.report
        if outcome.reason:
            report.failed.append(Failure(source, outcome.reason))
            self.refused.append(UnreadableFile(source, outcome.reason, outcome.state))
        elif outcome.new_version is None:
            report.unchanged.append(source)
            self.stamps[source] = outcome.state.stamp
        else:
            (report.updated if source in self._complete else report.added).append(source)
            if left_out := outcome.new_version.version.left_out:
                report.partial.append(Failure(source, left_out))


def _told(left_out: Sequence[Failure]) -> str:
    """The parts that were left out of a document, the first of them with the reason; "" when there are none."""
    first = " ".join(f"{one.source}: {one.reason}" for one in left_out[:PARTS_TOLD])
    return f"{first} And {len(left_out) - PARTS_TOLD:,} more." if len(left_out) > PARTS_TOLD else first


def _unopened(found: ListedFile) -> _Outcome:
    if found.refused:
        return _Outcome(found, found.refused.state, reason=found.refused.reason)
    return _Outcome(found, FileState(reader=found.reader, stamp=found.stamp))


def _outcome(found: ListedFile, read: FileRead, splitting: _Splitting) -> _Outcome:
    """What was read from a file as an outcome; for any thread."""
    state = FileState(read.file_hash, found.reader, found.stamp if read.file_hash else "")
    if read.document is not None:
        parts = splitting.versions(read.document, state)
        try:
            return _part_of(_Outcome(found, state, others=parts), next(parts))
        except CitewellError:
            raise
        except Exception as error:  # one document that nobody thought of costs that document
            return _failed_at(_Outcome(found, state), error)
    state = replace(state, reader=found.tried)
    if found.refused and read.file_hash and read.file_hash == found.refused.state.file_hash:
        return _Outcome(found, state, reason=found.refused.reason)
    return _Outcome(found, state, reason=read.reason)


def _failed_at(outcome: _Outcome, error: Exception) -> _Outcome:
    """The outcome of a file whose document cannot be split or embedded."""
    LOG.warning("%s could not be taken in.", outcome.found.source, exc_info=error)
    return _Outcome(outcome.found, replace(outcome.state, reader=outcome.found.tried), reason=unexpected(error))


def _part_of(outcome: _Outcome, part: NewVersion) -> _Outcome:
    """The outcome with one of its parts."""
    return replace(outcome, new_version=part, share=part.characters / len(part.version.document.text))


class _Splitting:
    """Makes versions of documents: passages whose ids depend on source, content and reader alone.

    So a rebuild gives the same, and a version that was begun is gone on with behind the passages that are written.
    """

    def __init__(self, embedder: Embedder, begun: Mapping[str, int]) -> None:
        self._embedder = embedder
        self._begun = begun

    def versions(self, document: Document, state: FileState) -> Iterator[NewVersion]:
        """The version that a document makes, of a long one in parts, each made when it is asked for."""
        named = f"{document.source}\0{state.file_hash}\0{state.reader}"
        identity = hashlib.sha256(named.encode()).hexdigest()[:20]
        version = Version(
            document=document,
            identity=identity,
            state=state,
            text_key=TextStore.key(document.text),
            indexed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            passages=(),
            left_out=_told(document.left_out),
        )
        spans = enumerate(split(document, self._embedder.count_tokens, self._embedder.maximum_tokens))
        heads = HeadsAbove(document.text)
        before, first = 0, 0
        for ordinal, span in islice(spans, self._begun.get(identity, 0)):
            before, first = span.end, ordinal + 1
        some = list(islice(spans, PASSAGES_PER_COMMIT))
        while True:
            more = list(islice(spans, PASSAGES_PER_COMMIT)) if len(some) == PASSAGES_PER_COMMIT else []
            taken_in = some[-1][1].end if more else len(document.text)
            rows = tuple(_row(document, identity, ordinal, span, heads) for ordinal, span in some)
            part = replace(version, passages=rows, first=first, taken_in=taken_in)
            yield NewVersion(part, tuple(span.embedded_text for _, span in some), taken_in - before)
            if not more:
                return
            before, first, some = taken_in, first + len(some), more


def _row(document: Document, identity: str, ordinal: int, span: PassageSpan, heads: HeadsAbove) -> PassageRow:
    places = places_between(document.places, span.start, span.end)
    passage = Passage(
        id=f"{identity}-{ordinal}",
        source=document.source,
        title=document.title,
        breadcrumb=span.breadcrumb,
        text=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        place=place_over(places),
        url=document.url,
        published=document.published,
        publisher=document.publisher,
        author=document.author,
        markup=document.markup,
        language=document.language,
        table_head=heads.at(span.start),
        places=places if len(places) > 1 else (),
    )
    return PassageRow(IndexedPassage(passage, PassageTerms.of(passage)), ordinal, span.embedded_hash)


def _write(index: IndexWriter, outcomes: Iterable[_Outcome], teller: _ProgressReporter, survey: _Survey) -> None:
    """Embed the new versions, batch by batch, and store each batch while the next one is embedded."""
    with ThreadPoolExecutor(1, "citewell-store") as storing:
        stored: Future[None] | None = None
        for batch in _batches(outcomes):
            if embedded := _embedded(index, batch, teller, survey):
                if stored:
                    stored.result()
                stored = storing.submit(index.store, embedded)
            teller.done(batch)
        if stored:
            stored.result()


def _embedded(
    index: IndexWriter, batch: list[_Outcome], teller: _ProgressReporter, survey: _Survey
) -> EmbeddedVersions | None:
    """The new versions of a batch with their vectors; a document that cannot be embedded costs that document."""
    new_versions = [outcome.new_version for outcome in batch if outcome.new_version]
    if not new_versions:
        return None
    try:
        return index.embed(new_versions, partial(teller.within, batch))
    except CitewellError:
        raise
    except Exception as error:
        if len(new_versions) == 1:
            [failed] = [outcome for outcome in batch if outcome.new_version]
            survey.fail(failed, error)
            return None
    alone = [_embedded(index, [outcome], teller, survey) for outcome in batch if outcome.new_version]
    return _together([one for one in alone if one])


def _together(parts: Sequence[EmbeddedVersions]) -> EmbeddedVersions:
    vectors = {key: vector for part in parts for key, vector in part.vectors.items()}
    return EmbeddedVersions(tuple(version for part in parts for version in part.versions), vectors)


def _batches(outcomes: Iterable[_Outcome]) -> Iterator[list[_Outcome]]:
    """Runs of outcomes with about `PASSAGES_PER_COMMIT` passages each; what is not to be embedded waits for nothing."""
    batch: list[_Outcome] = []
    passages = 0
    for outcome in outcomes:
        batch.append(outcome)
        passages += len(outcome.new_version.embedded_texts) if outcome.new_version else 0
        if passages >= PASSAGES_PER_COMMIT or not any(waiting.new_version for waiting in batch):
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


class _ProgressReporter:
    """Tells the listener how far the sync is."""

    def __init__(self, found: list[ListedFile], listener: ProgressListener | None) -> None:
        self._listener = listener
        self._files, self._bytes = 0, 0
        self._all_files = len(found)
        self._all_bytes = sum(map(_size, found))

    def within(self, batch: list[_Outcome], share: float) -> None:
        """Tell that a share of a batch, less than all of it, is embedded."""
        self._tell(batch[0].found.source, round(share * sum(outcome.bytes for outcome in batch)))

    def done(self, batch: list[_Outcome]) -> None:
        """Tell that all of a batch is done: every file of it, or a part of a long one."""
        for outcome in batch:
            self._files += outcome.is_last
            self._bytes += outcome.bytes
            self._tell(outcome.found.source)

    def _tell(self, source: str, more_bytes: int = 0) -> None:
        if self._listener:
            done = self._bytes + more_bytes
            self._listener(SyncProgress(self._files, self._all_files, source, done, self._all_bytes))


def _size(found: ListedFile) -> int:
    return found.to_read.size if found.to_read else 0
