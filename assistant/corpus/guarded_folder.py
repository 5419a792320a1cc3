"""The corpus folder as one asker has it: closed collections are not there, and only their own are written to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from assistant.corpus.folder import NOT_REMOVED, CorpusFile, CorpusFolder
from assistant.errors import CorpusError
from assistant.rights import Rights, collection_of
from assistant.types import RemovedFile

CLOSED = "You may not add or change documents in {}. Whoever looks after the collections can let you, with: {}"
GRANT = "citewell collection grant {} NAME --write"
ELSEWHERE = "You may add and change documents in these folders of the corpus alone: {}"
UNLISTED = "The corpus folder cannot be listed. Whoever looks after it sees why with: citewell doctor"


class GuardedFolder(CorpusFolder):
    """Every way to the files of a `CorpusFolder`, each of which asks first whether the asker may go it.

    What may not be read is told as what is not there; what may not be written, in words of its own (CorpusError).
    """

    def __init__(self, whole: CorpusFolder, rights: Rights) -> None:
        super().__init__(whole.path, whole.removed_dir)
        self._rights = rights

    def files(self) -> Iterator[CorpusFile]:
        """Every file that the asker may read, sorted by source; raises what `CorpusFolder.files` does."""
        try:
            found = list(super().files())
        except CorpusError as error:  # it may name a folder that is closed
            raise CorpusError(UNLISTED) from error
        return (file for file in found if self._rights.may_read(file.source))

    def holds(self, source: str) -> bool:
        """Whether there is a file of that name for the asker."""
        return self._rights.may_read(source) and super().holds(source)

    def path_of(self, source: str) -> Path:
        """Where the file of a source lies; raises what `CorpusFolder.path_of` does."""
        return super().path_of(self._readable(source))

    def read(self, source: str) -> bytes | None:
        """The content of a file; None where there is none for the asker."""
        return super().read(source) if self._rights.may_read(source) else None

    def write(self, source: str, content: bytes) -> bool:
        """As `CorpusFolder.write`, where the asker may write."""
        return super().write(self._writable(source), content)

    def remove(self, source: str) -> Path:
        """As `CorpusFolder.remove`, where the asker may write."""
        if self.holds(self._readable(source)):
            self._writable(source)
        return super().remove(source)

    def discard(self, source: str) -> None:
        """As `CorpusFolder.discard`, where the asker may write."""
        super().discard(self._writable(source))

    def removed(self) -> list[RemovedFile]:
        """The removed files that the asker may read, the last one first."""
        return [one for one in super().removed() if self._rights.may_read(one.source)]

    def restore(self, source: str) -> None:
        """As `CorpusFolder.restore`, where the asker may write."""
        if any(one.source == source for one in self.removed()):
            self._writable(source)
        elif not self._rights.may_read(source):
            raise CorpusError(NOT_REMOVED.format(source))
        super().restore(source)

    def _copy(self, file: Path, source: str, replace: bool, written: Callable[[str, bool], object]) -> str:
        here, corpus = file.resolve(), self.path.resolve()
        if here.is_relative_to(corpus):
            self._readable(here.relative_to(corpus).as_posix())
        return super()._copy(file, self._writable(PurePosixPath(source).as_posix()), replace, written)

    def _readable(self, source: str) -> str:
        if not self._rights.may_read(source):
            raise CorpusError(f"There is no document {source!r} in {self.path}. See the names with: citewell list")
        return source

    def _writable(self, source: str) -> str:
        check_writable(self._rights, source)
        return source


def check_writable(rights: Rights, source: str) -> None:
    """Refuse, in words for a person, what an asker may not write.

    Raises:
        CorpusError: it is such.
    """
    if rights.may_write(source):
        return
    folder = collection_of(source)
    if rights.only is not None and folder not in rights.only:
        raise CorpusError(ELSEWHERE.format(", ".join(sorted(rights.only)) or "none"))
    raise CorpusError(CLOSED.format(folder, GRANT.format(folder)))
