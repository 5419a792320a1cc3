"""Files that a browser sent: what they are called, where they lie, and what became of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from threading import Event
from typing import TYPE_CHECKING

from assistant.interfaces.page.tray import Outcome
from assistant.interfaces.upload_names import safe_source
from assistant.reading import READERS
from assistant.types import ProgressListener, SyncReport

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MOST_FILES = 1_000
MOST_MEGABYTES = 2_000
"""Beyond these, files that are sent at once are refused: a folder of that size is better added on the command line."""
NOT_ARRIVED = "It did not arrive: it may be too large, or the disk full."
TOO_MUCH = (
    f"At most {MOST_FILES:,} files and {MOST_MEGABYTES:,} MB are taken at once. Send the others after these, or add "
    "the folder with: citewell add PATH"
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file the browser sent: the name it had (as the browser claims), and where it lies; None: it did not arrive."""

    name: str
    path: Path | None


def parse_uploads(sent: object, folder: Path) -> list[Upload]:
    """The uploads that an event names; what does not lie inside the upload ``folder`` counts as not arrived.

    ``sent`` comes from a browser: a list of ``{"path": ..., "name": ...}`` when it is honest.
    """
    items = [item if isinstance(item, dict) else {} for item in sent] if isinstance(sent, list) else []
    return [Upload(_claimed_name(item.get("name")), _arrived(item.get("path"), folder)) for item in items]


def _claimed_name(name: object) -> str:
    return safe_source(name if isinstance(name, str) else "") or "unnamed"


def _arrived(path: object, folder: Path) -> Path | None:
    """The file at a path that a browser names, if it lies inside the upload folder."""
    if not isinstance(path, str) or "\x00" in path:
        return None
    stored = Path(path).resolve()
    return stored if stored.is_relative_to(folder.resolve()) and stored.is_file() else None


def add_uploads(
    assistant: Assistant,
    uploads: Sequence[Upload],
    replace: bool,
    progress: ProgressListener | None = None,
    stop: Event | None = None,
) -> list[Outcome]:
    """Add the files under the names they had; one outcome for each, in their order. See `Assistant.add` for ``stop``.

    Raises:
        CitewellError: nothing could be added, for example because another process writes the index.
    """
    with tempfile.TemporaryDirectory(prefix="citewell-upload-") as folder:
        staging = Path(folder)
        names, refused = _stage(uploads, staging)
        outcomes = list(refused)
        if names:
            report = assistant.add(sorted(staging.iterdir()), replace=replace, progress=progress, stop=stop)
            outcomes += _outcomes(names, report, staging, stop)
    order = {upload.name: place for place, upload in enumerate(uploads)}
    return sorted(outcomes, key=lambda one: order[one.name])


def discard(uploads: Sequence[Upload]) -> None:
    """Delete the files of uploads that are not wanted any more."""
    for upload in uploads:
        if upload.path is not None:
            upload.path.unlink(missing_ok=True)


def _stage(uploads: Sequence[Upload], staging: Path) -> tuple[list[str], list[Outcome]]:
    """Move each upload to where it bears its own name; a name given twice or unusable here is refused."""
    staged: list[str] = []
    refused = []
    room = MOST_MEGABYTES * 1_000_000
    for upload in uploads:
        target = staging / upload.name
        if upload.path is None:
            refused.append(Outcome(upload.name, "failed", NOT_ARRIVED))
        elif target.exists():
            refused.append(Outcome(upload.name, "failed", "Another file of this name was sent with it; rename one."))
        elif len(staged) >= MOST_FILES or upload.path.stat().st_size > room:
            refused.append(Outcome(upload.name, "failed", TOO_MUCH))
        else:
            room -= upload.path.stat().st_size
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(upload.path, target)
                staged.append(upload.name)
            except OSError as error:
                refused.append(Outcome(upload.name, "failed", f"It cannot be stored: {error.strerror or error}."))
    return staged, refused


def _outcomes(names: Sequence[str], report: SyncReport, staging: Path, stop: Event | None) -> Iterator[Outcome]:
    """One outcome for each uploaded name; the report may also speak of other documents, which the table shows."""
    told = _told_in(report, staging)
    for name in names:
        if name in told:
            yield told[name]
        elif stop and stop.is_set():
            yield Outcome(name, "stopped", "It was not added.")
        else:
            yield Outcome(name, "failed", _missing(name))


def _told_in(report: SyncReport, staging: Path) -> dict[str, Outcome]:
    """What became of each document that a report speaks of, by name."""
    told = {}
    for failure in report.failed:  # one that was not copied is told by its path, one in the corpus by its source
        path = PurePath(failure.source)
        name = path.relative_to(staging).as_posix() if path.is_relative_to(staging) else failure.source
        told[name] = Outcome(name, "failed", failure.reason)
    told |= {one.source: Outcome(one.source, "added", one.reason) for one in report.waiting}
    partial = {one.source: f"Not read in it: {one.reason}" for one in report.partial}
    for state, sources in (("added", report.added), ("updated", report.updated), ("unchanged", report.unchanged)):
        for source in sources:
            told.setdefault(source, Outcome(source, state, partial.get(source, "")))
    return told


def _missing(name: str) -> str:
    if any(part.startswith(".") for part in PurePosixPath(name).parts):
        return "Names that begin with a dot are those of hidden files, which are no documents."
    return f"It was not taken in as a document; formats read are {', '.join(READERS)}."
