"""A small page that takes a web page which a bookmark hands over, and saves it when told so; and the bookmark."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse

from assistant.interfaces.page.view_events import HERE

SAVE = "/save"
SCRIPT = "text/javascript"


def place_saving(app: FastAPI) -> None:
    """Let the application answer at `SAVE`, and with the two scripts that the page there has."""

    def page(_: Request) -> FileResponse:
        return FileResponse(HERE / "saving.html", media_type="text/html")

    def capture(_: Request) -> FileResponse:
        return FileResponse(HERE / "capture.js", media_type=SCRIPT)

    def saving(_: Request) -> FileResponse:
        return FileResponse(HERE / "saving.js", media_type=SCRIPT)

    app.add_route(SAVE, page)
    app.add_route(f"{SAVE}/capture.js", capture)
    app.add_route(f"{SAVE}/saving.js", saving)
