"""Which files changed since they were indexed: told by size and times, and by content where these leave a doubt."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.corpus import CorpusFile, CorpusFolder
from assistant.errors import ReadError
from assistant.indexing.schema import FileState, UnreadableFile
from assistant.indexing.snapshot import Snapshot
from assistant.reading import load, reader_for
from assistant.reading.files import FileToRead
from assistant.reading.limits import Reading

SETTLED_NANOSECONDS = 2_000_000_000
"""A file that changed this shortly before may change again without another stamp: some file systems count so coarsely.
Git calls such files racily clean."""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of the corpus, and what is known of it before it is opened.

    ``to_read`` is None when its stamp says that it stays what it was: ``refused`` with its reason, or else indexed.
    ``reader`` is the version that reads it; ``tried`` adds the limits, which are noted where they may be why it could
    not be read. ``stamp`` is what to note of it once it has been read.
    """

    file: CorpusFile
    source: str
    reader: str = ""
    tried: str = ""
    stamp: str = ""
    to_read: FileToRead | None = None
    refused: UnreadableFile | None = None


class CorpusComparison:
    """Compares files with what a build of the index knows of them."""

    def __init__(
        self,
        indexed: Mapping[str, FileState],
        refused: Iterable[UnreadableFile],
        *,
        verify: bool = False,
        reading: Reading | None = None,
    ) -> None:
        """With ``verify`` no stamp is believed, and what could not be read is tried again."""
        self._indexed = indexed
        self._refused = {} if verify else {one.source: one for one in refused}
        self._verify = verify
        self._reading = reading or Reading()
        self._settled_before = time.time_ns() - SETTLED_NANOSECONDS

    def compare(self, files: Iterable[CorpusFile]) -> Iterator[ListedFile]:
        """What is known of each file, in order."""
        return map(self._compare, files)

    def _compare(self, file: CorpusFile) -> ListedFile:
        source = printable(file.source)
        if source != file.source:
            return ListedFile(
                file, source, refused=_never_read(source, "The file's name is not valid Unicode. Rename it.")
            )
        try:
            options = self._reading.options(source)
            reader = options.version(reader_for(source).version)
        except ReadError as error:
            return ListedFile(file, source, refused=_never_read(source, str(error)))
        tried = f"{reader} {options.limits.changed}".strip()
        stamp = file.stamp if max(file.modified, file.changed) < self._settled_before else ""
        listed = ListedFile(file, source, reader, tried, stamp)
        indexed, refused = self._indexed.get(source, FileState()), self._refused.get(source)
        if refused and self._is_as_noted(refused.state, tried, stamp):
            return replace(listed, refused=refused)
        if self._is_as_noted(indexed, reader, stamp):
            return listed
        noted = [(indexed, reader)] + ([(refused.state, tried)] if refused else [])
        known = frozenset(state.file_hash for state, version in noted if state.reader == version)
        return replace(listed, to_read=FileToRead(source, file.path, file.size, known, options), refused=refused)

    def _is_as_noted(self, state: FileState, reader: str, stamp: str) -> bool:
        """Whether a file's stamp alone tells that this reader would find what was noted of it."""
        return bool(stamp) and not self._verify and (state.reader, state.stamp) == (reader, stamp)


def is_due(corpus: CorpusFolder, snapshot: Snapshot, reading: Reading | None = None) -> bool:
    """Whether files came, went or changed since the last sync, by the same comparison as `sync`."""
    build = snapshot.build.id
    indexed, refused = snapshot.manifest.states(build), snapshot.manifest.refused(build)
    reasons = {one.source: one.reason for one in refused}
    found = list(CorpusComparison(indexed, refused, reading=reading).compare(corpus.files()))
    if {one.source for one in found} != set(indexed) | set(reasons):
        return True
    return any(_is_due(one, reasons) for one in found)


def _is_due(found: ListedFile, reasons: Mapping[str, str]) -> bool:
    if found.to_read is None:
        return reasons.get(found.source) != (found.refused.reason if found.refused else None)
    try:
        content = load(found.file.path, found.to_read.options.limits)
    except ReadError as error:
        return reasons.get(found.source) != str(error)
    return hashlib.sha256(content).hexdigest() not in found.to_read.known


def _never_read(source: str, reason: str) -> UnreadableFile:
    return UnreadableFile(source, reason, FileState())


def printable(source: str) -> str:
    """The source with bytes that are not Unicode spelled out."""
    return source.encode("utf-8", "backslashreplace").decode("utf-8")
