"""A small page that takes a web page which a bookmark hands over, and saves it when told so; and the bookmark."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse

from assistant.interfaces.page.view_events import HERE

SAVE = "/save"
SCRIPT = "text/javascript"


def place_saving(app: FastAPI) -> None:
    """Let the application answer at `SAVE`, and with the two scripts that the page there has."""
    app.add_route(SAVE, _answering_with("saving.html", "text/html"))
    for script in ("capture.js", "saving.js"):
        app.add_route(f"{SAVE}/{script}", _answering_with(script, SCRIPT))


def _answering_with(file: str, media_type: str) -> Callable[[Request], FileResponse]:
    return lambda _: FileResponse(HERE / file, media_type=media_type)
