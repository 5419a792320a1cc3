"""A small page that takes a web page which a bookmark hands over, and saves it when told so; and the bookmark."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse

from assistant.interfaces.page.view_events import HERE

SAVE = "/save"
FILES = {
    SAVE: ("saving.html", "text/html"),
    f"{SAVE}/capture.js": ("capture.js", "text/javascript"),
    f"{SAVE}/saving.js": ("saving.js", "text/javascript"),
}


def place_saving(app: FastAPI) -> None:
    """Let the application answer at `SAVE`, and with the two scripts that the page there has."""

    def file(request: Request) -> FileResponse:
        name, media_type = FILES[request.url.path]
        return FileResponse(HERE / name, media_type=media_type)

    for path in FILES:
        app.add_route(path, file)
