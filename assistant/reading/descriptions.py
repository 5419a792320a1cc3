"""What a library says of the files that it names, kept in the state folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from assistant.atomic_files import changing, write_whole
from assistant.errors import StorageError
from assistant.reading.limits import Description


class Descriptions:
    """A file that holds a description for each source that came from a library.

    May be used from many threads and processes.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "library.json"

    def all(self) -> dict[str, Description]:
        """The descriptions by source; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return {source: Description(**said) for source, said in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise StorageError(
                f"{self._path} cannot be read: {error}. Delete it, and add the libraries again with: "
                "citewell library add FILE"
            ) from error

    def keep(self, descriptions: Mapping[str, Description]) -> None:
        """Keep these descriptions, in place of what was kept of the same sources before.

        Raises:
            StorageError: the file cannot be written.
        """
        try:
            with changing(self._path):
                kept = self.all() | dict(descriptions)
                write_whole(self._path, json.dumps({source: asdict(said) for source, said in kept.items()}))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror or error}.") from error
