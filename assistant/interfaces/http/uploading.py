"""Files that a program sends: laid under their own names, added by a job, and deleted."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from assistant.corpus.addresses import is_web_address
from assistant.errors import StorageError
from assistant.interfaces.http.problems import InvalidRequest
from assistant.interfaces.upload_names import safe_source
from assistant.types import Failure, ProgressListener, SyncReport

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MOST_FILES, MOST_FIELDS = 1_000, 20
SENT_TWICE = "Another file of this name was sent with it; rename one."
YES = ("1", "true", "yes", "on")
FORM = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "The files."},
        "into": {"type": "string", "description": "A folder of the corpus to put them in."},
        "replace": {"type": "boolean", "description": "Replace documents of the same name."},
        "password": {"type": "string", "description": "Opens encrypted files; it is kept in the state folder."},
        "address": {"type": "string", "description": "Where the one file was seen, a web page as a browser shows it."},
        "title": {"type": "string", "description": "What that page is called, where it does not say so itself."},
    },
}
"""What a form with files holds, for OpenAPI."""


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Files in a folder of their own, and how they are to be added; ``refused`` are those that were not laid there."""

    folder: tempfile.TemporaryDirectory[str]
    refused: tuple[Failure, ...]
    into: str
    replace: bool
    password: str | None

    def add(self, assistant: Assistant, progress: ProgressListener, stop: Event) -> SyncReport:
        """Add them, and delete the folder; what failed is told under the names that the files had."""
        try:
            report = assistant.add(
                sorted(Path(self.folder.name).iterdir()),
                into=self.into,
                replace=self.replace,
                password=self.password,
                progress=progress,
                stop=stop,
            )
        finally:
            self.discard()
        failed = [replace(one, source=self._name(one.source)) for one in report.failed]
        return replace(report, failed=[*self.refused, *failed])

    def discard(self) -> None:
        """Delete what was sent."""
        self.folder.cleanup()

    def _name(self, told: str) -> str:
        """What a file is called in a report: one that was not copied is told by where it lay."""
        path, folder = Path(told), self.folder.name
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else told


async def sent_files(request: Request) -> SentFiles | SentPage:
    """The files of a form, which is read as it comes and never held in memory; or the web page of one with an address.

    Raises:
        InvalidRequest: it holds no file, or no such page.
        StorageError: there is no room for them.
    """
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        if not files:
            raise InvalidRequest("/files", "Send at least one file in a field named files.")
        text = {name: value for name, value in form.items() if isinstance(value, str)}
        if text.get("address"):
            return await _sent_page(files, text)
        folder, refused = await run_in_threadpool(_laid, files)
        return SentFiles(
            folder, refused, text.get("into", ""), text.get("replace", "").lower() in YES, text.get("password") or None
        )


@dataclass(frozen=True, slots=True)
class SentPage:
    """A web page as a browser showed it: its address, its HTML and its title."""

    address: str
    html: str
    title: str

    def add(self, assistant: Assistant, progress: ProgressListener, stop: Event) -> SyncReport:
        """Add it."""
        return assistant.add_page(self.address, self.html, self.title, progress=progress, stop=stop)

    def discard(self) -> None:
        """Nothing is left of it."""


async def _sent_page(files: list[UploadFile], text: dict[str, str]) -> SentPage:
    """The web page that a form holds.

    Raises:
        InvalidRequest: it holds several files, or its address leads to no web page.
    """
    if len(files) != 1 or not is_web_address(text["address"]):
        raise InvalidRequest("/address", "Send an http or https address, and one file with the page's HTML.")
    html = (await files[0].read()).decode("utf-8", "replace")
    return SentPage(text["address"], html, text.get("title", ""))


def sent_text(name: str, text: str) -> SentFiles:
    """A text that was sent, as a file of that name.

    Raises:
        StorageError: there is no room for it.
    """
    folder, refused = _laid([UploadFile(BytesIO(text.encode("utf-8", "replace")), filename=name)])
    return SentFiles(folder, refused, "", replace=False, password=None)


def _laid(files: list[UploadFile]) -> tuple[tempfile.TemporaryDirectory[str], tuple[Failure, ...]]:
    """A new folder with the files, and those that have no name of their own there."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="citewell-sent-", ignore_cleanup_errors=True)
        return folder, tuple(filter(None, [_refused(file, Path(folder.name)) for file in files]))
    except OSError as error:
        raise StorageError(f"What was sent cannot be stored: {error.strerror or error}.") from error


def _refused(file: UploadFile, folder: Path) -> Failure | None:
    """Lay a file below a folder; why that cannot be, where its name is taken."""
    name = safe_source(file.filename or "") or "unnamed"
    target = folder / name
    if target.exists():
        return Failure(name, SENT_TWICE)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as laid:
        shutil.copyfileobj(file.file, laid)
    return None
