"""Readers that other packages bring, each an entry point that is named by the suffix of the files it reads.

    [project.entry-points."citewell.readers"]
    lrc = "citewell_lyrics:read_lyrics"

It names a function like those of `assistant.reading.readers.Reader`. ``examples/citewell-lyrics`` is such a package.
Files are only read with it in a process of their own, within the limits of all: what it does wrong costs one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from assistant.errors import ReadError
from assistant.packages import cannot_be_imported
from assistant.reading.limits import Options
from assistant.types import Document

GROUP = "citewell.readers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A reader that a package brings, and which suffix it is for, such as ``.lrc``."""

    suffix: str
    package: str
    package_version: str
    entry_point: EntryPoint

    @property
    def version(self) -> str:
        """The package with its version, so that another one is a reason to read files again."""
        return f"{self.package}-{self.package_version}"

    def load(self) -> Callable[[str, bytes, Options], Any]:
        """The function that reads; its module is imported by the first call.

        Raises:
            ReadError: it cannot be imported.
        """
        try:
            function: Callable[[str, bytes, Options], Any] = self.entry_point.load()
        except Exception as error:  # whatever another's module may raise
            raise ReadError(
                f"The reader of {self.suffix} files that {self.package} brings cannot be loaded: "
                f"{cannot_be_imported(error, [self.package])} "
                "Update or remove that package, then read such files again: citewell sync --retry"
            ) from error
        return function

    def read(self, source: str, content: bytes, options: Options) -> Document:
        """The document in a file's content, under the name that the corpus has for it.

        Raises:
            ReadError: the reader cannot be loaded or gives no document, or what it raises itself.
        """
        document = self.load()(source, content, options)
        if not isinstance(document, Document):
            raise ReadError(
                f"The reader of {self.suffix} files that {self.package} brings gave no document at this file. "
                "Report it to whoever makes that package."
            )
        return replace(document, source=source)


@cache
def plugins() -> tuple[Plugin, ...]:
    """The readers of the packages installed when this process first asked, by suffix, and of one suffix by package."""
    return tuple(sorted(_installed(), key=lambda plugin: (plugin.suffix, plugin.package)))


def plugin_for(suffix: str) -> Plugin | None:
    """The first reader for a suffix that a package brings; None where none does."""
    return next((plugin for plugin in plugins() if plugin.suffix == suffix), None)


def _installed() -> Iterator[Plugin]:
    for entry_point in entry_points(group=GROUP):
        package = entry_point.dist
        if package:
            suffix = f".{entry_point.name.lower().lstrip('.')}"
            yield Plugin(suffix, package.name, package.version, entry_point)
