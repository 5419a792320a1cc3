"""What a library says of the files that it names, kept in the state folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from assistant.reading.kept_by_name import KeptByName
from assistant.reading.limits import Description

UNREADABLE = "{path} cannot be read: {error}. Delete it, and add the libraries again with: citewell library add FILE"


class Descriptions:
    """A file that holds a description for each source that came from a library.

    May be used from many threads and processes.
    """

    def __init__(self, state_dir: Path) -> None:
        self._kept = KeptByName(
            state_dir / "library.json", lambda _, said: Description(**said), lambda one: asdict(one), UNREADABLE
        )

    def all(self) -> dict[str, Description]:
        """The descriptions by source; none where the file is missing.

        Raises:
            StorageError: the file cannot be read.
        """
        return self._kept.all()

    def keep(self, descriptions: Mapping[str, Description]) -> None:
        """Keep these descriptions, in place of what was kept of the same sources before.

        Raises:
            StorageError: the file cannot be written.
        """
        self._kept.change(lambda kept: kept | dict(descriptions))
