"""The documents: the table of what can be asked about, and what became of files dropped into the page."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from assistant.interfaces.addresses import web_address
from assistant.interfaces.languages import language_name, uncovered
from assistant.interfaces.page.markup import count, day, plain
from assistant.reading import READERS
from assistant.types import DocumentRecord, SyncProgress, SyncReport

if TYPE_CHECKING:
    from assistant.desk import Assistant

LONGEST_NAME = 200
"""Characters of an uploaded file's name that are kept; file systems take 255 bytes at most."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file the browser sent: the name it had (as the browser claims), and where it lies; None: it did not arrive."""

    name: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one uploaded file: ``added``, ``updated``, ``unchanged`` or ``failed``; why, wholly or in part."""

    name: str
    state: str
    reason: str = ""


def parse_uploads(sent: object, folder: Path) -> list[Upload]:
    """The uploads that an event names; what does not lie inside the upload ``folder`` counts as not arrived.

    ``sent`` comes from a browser: a list of ``{"path": ..., "name": ...}`` when it is honest.
    """
    uploads = []
    for item in sent if isinstance(sent, list) else []:
        path, name = (item.get("path"), item.get("name")) if isinstance(item, dict) else (None, None)
        stored = Path(path).resolve() if isinstance(path, str) and "\x00" not in path else None
        if stored is not None and not (stored.is_relative_to(folder.resolve()) and stored.is_file()):
            stored = None
        uploads.append(Upload(safe_name(name if isinstance(name, str) else "") or "unnamed", stored))
    return uploads


def safe_name(name: str) -> str:
    """The last part of a file name that a browser claims, without control characters; ``""`` if nothing is left."""
    last = PureWindowsPath(PurePath(name.replace("\x00", "")).name).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    if printable.strip(".") == "":
        return ""
    stem, suffix = PurePath(printable).stem, PurePath(printable).suffix
    return stem[: LONGEST_NAME - len(suffix)] + suffix[:LONGEST_NAME]


def add_uploads(
    assistant: Assistant, uploads: Sequence[Upload], replace: bool
) -> Iterator[SyncProgress | list[Outcome]]:
    """Add the files under the names they had; yields progress, and at last one outcome for each file.

    Raises:
        CitewellError: nothing could be added, for example because another process writes the index.
    """
    with tempfile.TemporaryDirectory(prefix="citewell-upload-") as staging:
        staged, refused = _stage(uploads, Path(staging))
        if not staged:
            yield refused
            return
        for step in _run(assistant, list(staged.values()), replace):
            yield step if isinstance(step, SyncProgress) else [*_outcomes(list(staged), step), *refused]


def _stage(uploads: Sequence[Upload], staging: Path) -> tuple[dict[str, Path], list[Outcome]]:
    """Move each upload to where it bears its own name; a name given twice or unusable here is refused."""
    staged: dict[str, Path] = {}
    refused = []
    for upload in uploads:
        if upload.path is None:
            refused.append(Outcome(upload.name, "failed", "It did not arrive: it may be too large, or the disk full."))
        elif upload.name in staged:
            refused.append(Outcome(upload.name, "failed", "Another file of this name was sent with it; rename one."))
        else:
            try:
                staged[upload.name] = Path(shutil.move(upload.path, staging / upload.name))
            except OSError as error:
                refused.append(Outcome(upload.name, "failed", f"It cannot be stored: {error.strerror or error}."))
    return staged, refused


def _run(assistant: Assistant, paths: list[Path], replace: bool) -> Iterator[SyncProgress | SyncReport]:
    """``assistant.add`` as an iterator: it works in a thread of its own and its progress comes out here."""
    steps: SimpleQueue[SyncProgress | SyncReport | BaseException] = SimpleQueue()

    def work() -> None:
        try:
            steps.put(assistant.add(paths, replace=replace, progress=steps.put))
        except BaseException as error:  # whatever it is, it is raised below, in the caller's thread
            steps.put(error)

    worker = Thread(target=work, name="citewell-add", daemon=True)
    worker.start()
    try:
        while True:
            step = steps.get()
            if isinstance(step, BaseException):
                raise step
            yield step
            if isinstance(step, SyncReport):
                return
    finally:
        worker.join()


def _uploaded_name(source: str) -> str:
    """The name a failure is about: a file that was not copied is told by its path, one in the corpus by its source."""
    return PurePath(source).name if PurePath(source).is_absolute() else source


def _outcomes(names: Sequence[str], report: SyncReport) -> list[Outcome]:
    """One outcome for each uploaded name; the report may also speak of other documents, which the table shows."""
    found = {
        _uploaded_name(failure.source): Outcome(failure.source, "failed", failure.reason) for failure in report.failed
    }
    partial = {one.source: one.reason for one in report.partial}
    for state, sources in (("added", report.added), ("updated", report.updated), ("unchanged", report.unchanged)):
        for source in sources:
            reason = f"Not read in it: {partial[source]}" if source in partial else ""
            found.setdefault(source, Outcome(source, state, reason))
    missing = f"It was not taken in as a document; formats read are {', '.join(READERS)}."
    return [
        Outcome(name, found[name].state, found[name].reason) if name in found else Outcome(name, "failed", missing)
        for name in names
    ]


def render_progress(progress: SyncProgress | None) -> str:
    """HTML of how far the adding is; None before the first document is done."""
    if progress is None:
        return '<div class="progress"><p>Reading the files<span class="dots"></span></p><progress></progress></div>'
    done = f"{progress.done:,} of {count(progress.total, 'document')}"
    return (
        f'<div class="progress"><p>{done}: {plain(progress.source)}</p>'
        f'<progress value="{progress.done}" max="{max(progress.total, 1)}"></progress></div>'
    )


def render_outcomes(outcomes: Sequence[Outcome]) -> str:
    """HTML with one line for each uploaded file."""
    lines = "".join(
        f'<li class="{plain(outcome.state)}"><b>{plain(outcome.name)}</b> <span class="state">{plain(outcome.state)}'
        f"</span>{f'<p>{plain(outcome.reason)}</p>' if outcome.reason else ''}</li>"
        for outcome in outcomes
    )
    return f'<ul class="outcomes" role="status">{lines}</ul>'


def render_table(documents: Sequence[DocumentRecord]) -> str:
    """HTML table of the documents, with what is known of each; above it, which languages the model does not cover."""
    if not documents:
        return '<p class="hint">No documents yet.</p>'
    head = "".join(f"<th>{name}</th>" for name in ("Document", "Publisher", "Date", "Passages", "State"))
    rows = "".join(_render_row(record) for record in documents)
    caption = f"<caption>{count(len(documents), 'document')}</caption>"
    remark = uncovered(documents)
    above = f'<p class="hint">{plain(remark)}</p>' if remark else ""
    return f'{above}<table class="documents">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _render_row(record: DocumentRecord) -> str:
    address = web_address(record.url)
    title = plain(record.title)
    if address is not None:
        title = f'<a href="{plain(address)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    state = '<span class="state ready">ready</span>'
    if record.failure is not None:
        kept = " The version read before is still in use." if record.passages else ""
        state = f'<span class="state failed">not read</span><p>{plain(record.failure)}{kept}</p>'
    if not record.covered:
        state += f"<p>{plain(language_name(record.language))}: not covered by the embedding model.</p>"
    cells = (
        f'<td data-label="Document" dir="auto"><b>{title}</b><span class="source">{plain(record.source)}</span></td>',
        f'<td data-label="Publisher">{plain(record.publisher or "")}</td>',
        f'<td data-label="Date">{plain(day(record.published))}</td>',
        f'<td data-label="Passages" class="number">{record.passages:,}</td>',
        f'<td data-label="State">{state}</td>',
    )
    return f"<tr>{''.join(cells)}</tr>"
