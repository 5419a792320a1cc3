"""Where the parts of an index lie in its folder, and how those that engines hold are opened."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import StorageError
from assistant.indexing.engines import Engines, LexicalIndex, VectorIndex


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """The paths of one index: manifest, texts and tables, and one folder of vectors and one of words for each build."""

    folder: Path
    engines: Engines

    @property
    def manifest(self) -> Path:
        """The SQLite file."""
        return self.folder / "manifest.sqlite"

    @property
    def texts(self) -> Path:
        """The folder of texts."""
        return self.folder / "texts"

    @property
    def tables(self) -> Path:
        """The folder of tables."""
        return self.folder / "tables"

    def open_vectors(self, build: int, *, create: bool = False, only_read: bool = False) -> VectorIndex:
        """A build's vectors. Raises what `Opening` does."""
        return self.engines.vectors.open(self._vectors / str(build), create=create, only_read=only_read)

    def open_words(self, build: int, *, create: bool = False, only_read: bool = False) -> LexicalIndex:
        """A build's word index. Raises what `Opening` does."""
        return self.engines.words.open(self._words / str(build), create=create, only_read=only_read)

    @property
    def _vectors(self) -> Path:
        return self.folder / self.engines.vectors.folder

    @property
    def _words(self) -> Path:
        return self.folder / self.engines.words.folder

    @property
    def former(self) -> IndexLayout:
        """An index of an earlier format, laid aside for its vectors until the new one is complete."""
        return replace(self, folder=self.folder / "former")

    def lay_aside(self) -> None:
        """Make room for a new index, and keep of this one what can be of use: its manifest and its vectors.

        Raises:
            StorageError: the disk refuses.
        """
        self.forget_former()
        try:
            self.former.folder.mkdir(exist_ok=True)
            self.manifest.replace(self.former.manifest)
            self._vectors.replace(self.former._vectors)
        except FileNotFoundError:
            pass  # an index that lacks a part has less to offer
        except OSError as error:
            raise StorageError(f"{self.folder} cannot be written: {error.strerror or error}.") from error
        self._clear()

    def remove_build(self, build: int) -> None:
        """Delete the stores of one build."""
        for parent in (self._vectors, self._words):
            shutil.rmtree(parent / str(build), ignore_errors=True)

    def remove_all_builds_but(self, builds: set[int]) -> None:
        """Delete the stores of builds that the manifest no longer knows."""
        keep = {str(build) for build in builds}
        for parent in (self._vectors, self._words):
            for folder in parent.iterdir() if parent.is_dir() else ():
                if folder.name not in keep:
                    shutil.rmtree(folder, ignore_errors=True)  # one held open by a reader goes at the next sync

    def erase(self) -> None:
        """Delete the index and nothing else that may lie in the folder.

        Raises:
            StorageError: the disk refuses.
        """
        self._clear()
        self.forget_former()

    def forget_former(self) -> None:
        """Delete what was laid aside."""
        shutil.rmtree(self.former.folder, ignore_errors=True)

    def _clear(self) -> None:
        try:
            for file in (self.manifest, self.folder / "manifest.sqlite-journal"):
                file.unlink(missing_ok=True)
            for folder in (self.texts, self.tables, self._vectors, self._words):
                if folder.exists():
                    shutil.rmtree(folder)
        except OSError as error:
            raise StorageError(f"{self.folder} cannot be cleared: {error.strerror or error}.") from error
