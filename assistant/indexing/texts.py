"""The exact text that offsets refer to, one file per distinct text, named by its SHA-256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from assistant.atomic_files import AS_USUAL, fill_whole
from assistant.errors import IndexDamaged, StorageError

SHORT_REMEMBERED, SHORT_BYTES = 128, 1_000_000
PIECE_CHARACTERS = 1_000_000
MOST_BYTES = 4
"""Of a character in UTF-8."""


class TextStore:
    """The texts of all indexed documents. Citations are shown from here, never from a fresh read of the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._get_short = lru_cache(maxsize=SHORT_REMEMBERED)(self._read)
        self._get_long = lru_cache(maxsize=1)(self._read)

    @staticmethod
    def key(text: str) -> str:
        """The name a text is stored under: its SHA-256, in hexadecimal."""
        digest = hashlib.sha256()
        for piece in _encoded(text):
            digest.update(piece)
        return digest.hexdigest()

    def get(self, key: str) -> str:
        """The text of a key; some short ones and one long one are remembered.

        Raises:
            IndexDamaged: there is no such text, or it is not the one its name says.
        """
        try:
            is_short = self._file(key).stat().st_size <= SHORT_BYTES
        except OSError:
            is_short = True  # reading it tells what is wrong
        return self._get_short(key) if is_short else self._get_long(key)

    def put(self, text: str) -> str:
        """Store a text, atomically; returns its key.

        Raises:
            StorageError: the disk refuses the write.
        """
        key = self.key(text)
        target = self._file(key)
        if self.holds(key):
            return key
        try:
            fill_whole(target, lambda file: file.writelines(_encoded(text)), os.replace, AS_USUAL)
        except OSError as error:
            raise StorageError(f"The text store {self._path} cannot be written: {error.strerror or error}.") from error
        return key

    def holds(self, key: str) -> bool:
        """Whether the text of a key is stored, undamaged."""
        try:
            with self._file(key).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == key
        except OSError:
            return False

    def can_hold(self, key: str, characters: int) -> bool:
        """Whether the text of a key is stored in a file that so many characters fit, which takes no reading of it."""
        try:
            return characters <= self._file(key).stat().st_size <= MOST_BYTES * characters
        except OSError:
            return False

    def sweep(self, live: set[str]) -> None:
        """Delete every text whose key is not in ``live``, and what a crash left half written."""
        for folder in _entries(self._path):
            for file in _entries(folder.path):
                stem, _, suffix = file.name.partition(".")
                if suffix != "txt" or stem not in live:
                    Path(file.path).unlink(missing_ok=True)

    def _read(self, key: str) -> str:
        try:
            content = self._file(key).read_bytes()
        except OSError as error:
            raise IndexDamaged(
                f"The stored text {key[:12]} in {self._path} is missing. Repair the index with: citewell sync --rebuild"
            ) from error
        if hashlib.sha256(content).hexdigest() != key:
            raise IndexDamaged(
                f"The stored text {key[:12]} in {self._path} is damaged. Repair the index with: citewell sync --rebuild"
            )
        return content.decode()

    def _file(self, key: str) -> Path:
        return self._path / key[:2] / f"{key}.txt"


def _encoded(text: str) -> Iterator[bytes]:
    """The text in UTF-8, in pieces, so that a long one is not in memory twice."""
    for start in range(0, len(text), PIECE_CHARACTERS):
        yield text[start : start + PIECE_CHARACTERS].encode()


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
