"""List, add and remove the files of a corpus folder, without ever losing one."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from filelock import FileLock

from assistant.atomic_files import beside, fill_whole
from assistant.errors import CitewellError, CorpusError, StorageError
from assistant.text.characters import without_surrogates
from assistant.types import Failure, RemovedFile

MAXIMUM_NAME_BYTES = 240
"""The longest name of a file or folder in the corpus; file systems stop at 255 bytes, and temporary names add some."""

FEEDS_FILE = "feeds.opml"
"""The list of feeds, which lies among the documents and is none."""
MOMENT = "%Y%m%dT%H%M%S.%fZ"
"""How the folder of what was removed at one moment is called."""
NOT_REMOVED = "No document {!r} was removed. See what was with: citewell restore"
COMPARED_AT_ONCE = 1_000_000
WITHOUT_LINKS = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What file systems without links say, such as those of many memory sticks."""
HALF_WRITTEN = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp")
"""What programs call a file until it is complete; office programs put ``~$`` before the names of their locks."""


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus: its identity, where it lies, its size, and when it last changed.

    The times are in nanoseconds since 1970: ``modified`` is that of the content, which programs may set back;
    ``changed`` is that of content or properties, which they cannot (on Windows it is that of the file's creation).
    """

    source: str
    path: Path
    size: int
    modified: int
    changed: int

    @property
    def stamp(self) -> str:
        """Size and times together: as long as they stay, the content stays, but for changes too quick for the clock."""
        return f"{self.size} {self.modified} {self.changed}"


class CorpusFolder:
    """The documents of one corpus.

    A document's identity, its source, is the path below the folder with forward slashes. Hidden files and
    folders (a leading dot), files that are still being written, and the list of feeds are not documents; symbolic
    links are never followed, so that nothing outside is read.
    """

    def __init__(self, path: Path, removed_dir: Path) -> None:
        """Take the corpus at ``path``; files that are removed from it are kept below ``removed_dir``."""
        self.path = path
        self.removed_dir = removed_dir

    def create(self) -> None:
        """Make the folder, if it does not exist yet.

        Raises:
            StorageError: it cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The corpus folder {self.path} cannot be made: {error.strerror or error}.") from error

    def files(self) -> Iterator[CorpusFile]:
        """Every file of the corpus, sorted by source.

        Raises:
            CorpusError: the folder does not exist or cannot be listed.
        """
        if self.path.is_file():
            raise CorpusError(f"{self.path} is a file; a corpus is a folder of documents. Name the folder it is in.")
        if not self.path.is_dir():
            raise CorpusError(
                f"The corpus folder {self.path} does not exist. Create it, name another with --corpus, "
                "or add documents to it with: citewell add PATH"
            )
        listed = (self._listed(path, known) for path, known in _walk(self.path))
        found = (file for file in listed if not _is_no_document(file.source))
        yield from sorted(found, key=lambda file: file.source)

    def _listed(self, path: Path, known: os.stat_result) -> CorpusFile:
        return CorpusFile(self._source(path), path, known.st_size, known.st_mtime_ns, known.st_ctime_ns)

    def add(
        self,
        path: Path,
        *,
        into: str = "",
        replace: bool = False,
        check: Callable[[Path], None] = lambda _: None,
        written: Callable[[str, bool], object] = lambda _source, _is_new: None,
    ) -> tuple[list[str], list[Failure]]:
        """Copy a file, or every file below a folder, into the folder ``into`` of the corpus.

        Returns the sources that are now in the corpus, and the files that could not be copied with the reason. A
        file that is already there with the same content counts as copied; one with other content is replaced only
        if ``replace`` says so, also where it came at the same moment, by whatever thread or process. Each copy is
        atomic: it is whole, or it is not there. A file for which ``check`` raises a CitewellError is not copied, for
        that reason. ``written`` hears, of each file that was not there with that content, its source and whether none
        was there before.
        """
        files = [(path, path.name)]
        if path.is_dir() and not path.is_symlink():
            try:
                below = sorted(file for file, _ in _walk(path))
            except CorpusError as error:
                return [], [Failure(str(path), str(error))]
            files = [(file, f"{path.resolve().name}/{file.relative_to(path).as_posix()}") for file in below]
        copied: list[str] = []
        failed: list[Failure] = []
        for file, name in files:
            try:
                if file.is_file():
                    check(file)
                copied.append(self._copy(file, f"{into}/{name}" if into else name, replace, written))
            except CitewellError as error:
                failed.append(Failure(str(file), str(error)))
        return copied, failed

    def holds(self, source: str) -> bool:
        """Whether there is a file of that name."""
        return self._inside(source).is_file()

    def path_of(self, source: str) -> Path:
        """Where the file of a source lies, if there is one.

        Raises:
            CorpusError: the name leads out of the folder.
        """
        return self._inside(source)

    def read(self, source: str) -> bytes | None:
        """The content of a file; None where there is none.

        Raises:
            StorageError: it cannot be read.
        """
        path = self._inside(source)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error

    def write(self, source: str, content: bytes) -> bool:
        """Make a file of the corpus hold ``content``; returns whether it held anything else. Atomic, as `add` is.

        Raises:
            StorageError: the disk refuses.
        """
        if self.read(source) == content:
            return False
        path = self._inside(source)
        try:
            _write_atomically(path, lambda copy: copy.write(content), _place_or_replace)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error
        return True

    def remove(self, source: str) -> Path:
        """Take a document out of the corpus and keep its file; returns where the file lies now.

        Raises:
            CorpusError: there is no such document.
            StorageError: the file cannot be moved.
        """
        path = self._inside(source)
        if _is_no_document(source) or not path.is_file() or path.is_symlink():
            raise CorpusError(f"There is no document {source!r} in {self.path}. See the names with: citewell list")
        try:
            kept = self._folder_of_its_own() / source
            kept.parent.mkdir(parents=True, exist_ok=True)
            _move(path, kept)
        except FileNotFoundError as error:
            raise CorpusError(f"The document {source!r} was removed by somebody else at the same moment.") from error
        except OSError as error:
            raise StorageError(f"{source} cannot be moved to {self.removed_dir}: {error.strerror or error}.") from error
        self._prune(path.parent)
        return kept

    def discard(self, source: str) -> None:
        """Delete a file that is not to be kept, where it is still there."""
        path = self._inside(source)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{path} cannot be deleted: {error.strerror or error}.") from error
        self._prune(path.parent)

    def removed(self) -> list[RemovedFile]:
        """The files that were removed and are kept, the last one first.

        Raises:
            StorageError: the folder that keeps them cannot be read.
        """
        return [RemovedFile(source, moment.isoformat()) for moment, source, _ in self._kept()]

    def restore(self, source: str) -> None:
        """Put a document that was removed back; the last one of that name, if there are several.

        Raises:
            CorpusError: none of that name was removed, or there is one of that name in the corpus.
            StorageError: the file cannot be moved.
        """
        if not self.removed_dir.is_dir():
            raise CorpusError(NOT_REMOVED.format(source))
        with FileLock(self.removed_dir.with_suffix(".lock")):  # of two who put one file back, one does
            self._put_back(source)

    def _put_back(self, source: str) -> None:
        kept = next((path for _, name, path in self._kept() if name == source), None)
        if kept is None:
            raise CorpusError(NOT_REMOVED.format(source))
        target = self._inside(source)
        try:
            _move_beside(kept, target)
        except _NameTaken as error:
            raise CorpusError(f"There is a document {source!r} in the corpus. Remove or rename it first.") from error
        except OSError as error:
            raise StorageError(f"{kept} cannot be moved to {target}: {error.strerror or error}.") from error
        for folder in kept.relative_to(self.removed_dir).parents:
            with suppress(OSError):  # something else is kept in it
                (self.removed_dir / folder).rmdir()

    def _folder_of_its_own(self) -> Path:
        """A new folder for what is removed at this moment, which nothing else is removed to."""
        self.removed_dir.mkdir(parents=True, exist_ok=True)
        while True:
            folder = self.removed_dir / datetime.now(UTC).strftime(MOMENT)
            with suppress(FileExistsError):  # something else was removed within the same microsecond
                folder.mkdir()
                return folder

    def _kept(self) -> list[tuple[datetime, str, Path]]:
        """When each removed file was removed, its source then, and where it lies; the last one first."""
        found = []
        try:
            for folder in self.removed_dir.iterdir() if self.removed_dir.is_dir() else ():
                with suppress(ValueError):  # it is not one of ours
                    moment = datetime.strptime(folder.name, MOMENT).replace(tzinfo=UTC)
                    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
                    found += [(moment, path.relative_to(folder).as_posix(), path) for path in files]
        except OSError as error:
            raise StorageError(f"{self.removed_dir} cannot be read: {error.strerror or error}.") from error
        return sorted(found, reverse=True)

    def _copy(self, file: Path, source: str, replace: bool, written: Callable[[str, bool], object]) -> str:
        here, corpus = file.resolve(), self.path.resolve()
        if here.is_file() and here.is_relative_to(corpus):  # it is in the corpus already
            return here.relative_to(corpus).as_posix()
        target = self._inside(source)
        try:
            while not _holds_copy(target, file, source, replace):
                with suppress(_NameTaken):  # somebody else was quicker: look again
                    written(source, _copy_atomically(file, target, _place_or_replace if replace else _place_beside))
                    break
        except FileNotFoundError as error:
            raise CorpusError(f"There is no file {file}.") from error
        except OSError as error:
            raise StorageError(f"{file} cannot be copied to {target}: {error.strerror or error}.") from error
        return source

    def _inside(self, source: str) -> Path:
        """The path of ``source``, refused when it would lie outside the corpus or among its hidden files."""
        if source != without_surrogates(source):
            raise CorpusError(f"{source!r} cannot be the name of a document: it is not valid Unicode. Rename the file.")
        parts = PurePosixPath(source).parts
        for part in parts:
            if _is_hidden_or_leads_elsewhere(part):
                raise CorpusError(
                    f"{source!r} cannot be the name of a document: {part!r} is hidden or leads elsewhere."
                )
            if len(os.fsencode(part)) > MAXIMUM_NAME_BYTES:
                raise CorpusError(f"The name {part[:40]!r}... is longer than {MAXIMUM_NAME_BYTES} bytes. Shorten it.")
        if not parts or PurePosixPath(source).is_absolute():
            raise CorpusError(f"{source!r} cannot be the name of a document: give a path below the corpus folder.")
        path = self.path.joinpath(*parts)
        if not path.parent.resolve().is_relative_to(self.path.resolve()):
            raise CorpusError(f"{source!r} leads out of the corpus folder through a link.")
        return path

    def _source(self, path: Path) -> str:
        return path.relative_to(self.path).as_posix()

    def _prune(self, folder: Path) -> None:
        """Remove folders that a removal left empty, up to the corpus folder itself."""
        with suppress(OSError):  # it holds something, or is gone
            while folder != self.path:
                folder.rmdir()
                folder = folder.parent


def _is_hidden_or_leads_elsewhere(part: str) -> bool:
    """Whether a part of a path is no plain name; Windows has other signs between folders, and after drives."""
    return part.startswith(".") or "\x00" in part or (os.name == "nt" and ("\\" in part or ":" in part))


def _holds_copy(target: Path, file: Path, source: str, replace: bool) -> bool:
    """Whether the same content is there already; refused where it is other content that must stay."""
    if target.is_file() and _same_content(target, file):
        return True
    if target.exists() and not (replace and target.is_file()):
        raise CorpusError(
            f"{source} is already in the corpus with other content. Rename the new file, "
            "or replace the old one with: citewell add --replace"
        )
    return False


def _is_no_document(source: str) -> bool:
    name = source.rpartition("/")[2].lower()
    return source == FEEDS_FILE or name.startswith("~$") or name.endswith(HALF_WRITTEN)


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The regular files below ``folder`` and what is known of them, without hidden ones and without following links."""
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                listed = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            raise CorpusError(f"The folder {error.filename} cannot be listed: {error.strerror}.") from error
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
                continue
            with suppress(FileNotFoundError):  # it went while the others were being listed
                known = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(known.st_mode):
                    yield Path(entry.path), known


Place = Callable[[str, Path], bool]
"""Gives a file that is complete its name; tells whether no file had it before."""


class _NameTaken(Exception):
    """Another file has the name."""


def _same_content(one: Path, other: Path) -> bool:
    """Whether two files hold the same; False where the first is gone."""
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb") as first, other.open("rb") as second:
            while piece := first.read(COMPARED_AT_ONCE):
                if piece != second.read(len(piece)):
                    return False
            return not second.read(1)
    except FileNotFoundError:
        if one.exists():
            raise
        return False


def _copy_atomically(file: Path, target: Path, place: Place) -> bool:
    with file.open("rb") as original:
        return _write_atomically(target, lambda copy: shutil.copyfileobj(original, copy), place)


def _write_atomically(target: Path, fill: Callable[[IO[bytes]], object], place: Place) -> bool:
    def place_readable(file: str, target: Path) -> bool:
        os.chmod(file, 0o644)  # whatever the umask: other users of the corpus may read documents
        return place(file, target)

    return fill_whole(target, fill, place_readable)


def _place_beside(file: str, target: Path) -> bool:
    """Give a complete file its name, unless another has it: of several who try at once, one succeeds.

    Raises:
        _NameTaken: another file has the name.
    """
    try:
        if os.name == "nt":
            Path(file).rename(target)  # refuses by itself there
            return True
        try:
            os.link(file, target)
        except OSError as error:
            if error.errno not in WITHOUT_LINKS:
                raise
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # so the name is taken first
            os.replace(file, target)
            return True
    except FileExistsError as error:
        raise _NameTaken from error
    os.unlink(file)
    return True


def _place_or_replace(file: str, target: Path) -> bool:
    """Give a complete file its name, whoever has it."""
    try:
        return _place_beside(file, target)
    except _NameTaken:
        os.replace(file, target)
        return False


def _move(path: Path, kept: Path) -> None:
    """Move a file to a new name, in one step where both are on one disk; else it is copied once nobody can change it.

    Raises:
        FileNotFoundError: it is not there.
    """
    try:
        path.rename(kept)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        aside = path.with_name(f".removing-{secrets.token_hex(8)}")
        path.rename(aside)
        try:
            shutil.move(aside, kept)
        except BaseException:
            _place_beside(str(aside), path)
            raise


def _move_beside(kept: Path, target: Path) -> None:
    """Move a file to a name that no other file has.

    Raises:
        _NameTaken: another file has the name.
    """
    try:
        beside(target, lambda: _place_beside(str(kept), target))
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_atomically(kept, target, _place_beside)
        shutil.copystat(kept, target)
        kept.unlink()
