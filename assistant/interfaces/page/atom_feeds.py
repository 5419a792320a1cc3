"""What is new, and the changes of watched answers, at addresses of the page, for feed readers."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assistant.errors import CitewellError, CorpusError, QuestionError
from assistant.interfaces.as_atom import MEDIA_TYPE, SHOWN_IN_FEED, changes_feed, news_feed, news_id
from assistant.interfaces.page.find_links import find_in
from assistant.interfaces.page.login import user_of
from assistant.interfaces.page.subject_view import narrowed_to
from assistant.interfaces.page.visitors import Visitors
from assistant.rights import LOCAL_OWNER

WATCHED, NEW = "/watched.atom", "/new.atom"


def place_feeds(app: FastAPI, visitors: Visitors) -> None:
    """Let the application answer at `WATCHED` with the changes of whoever is logged in, and at `NEW` with what is new.

    The latter may be narrowed as the view's own links are: ``/new.atom?subject=peace+talks&publisher=Courier``.
    """

    def watched(request: Request, address: str) -> str:
        owner = user_of(request) or LOCAL_OWNER
        watches = visitors.at(request).watches
        return changes_feed(watches.changes(owner, SHOWN_IN_FEED), watches.feed_id(owner), address)

    def new(request: Request, address: str) -> str:
        search = find_in(request.query_params, "subject")
        found = visitors.at(request).whats_new(search.query, **narrowed_to(search))
        return news_feed(found, news_id(visitors.settings.corpus_dir, search.query, search.filters), address)

    _place(app, visitors, WATCHED, watched)
    _place(app, visitors, NEW, new)


def _place(app: FastAPI, visitors: Visitors, path: str, written: Callable[[Request, str], str]) -> None:
    def feed(request: Request) -> Response:
        site = visitors.settings.public_url or str(request.base_url).rstrip("/")
        query = f"?{request.url.query}" if request.url.query else ""
        try:
            return Response(written(request, f"{site}{path}{query}"), media_type=MEDIA_TYPE)
        except (QuestionError, CorpusError) as error:  # what the address names is at fault
            return PlainTextResponse(f"{error}\n", 400)
        except CitewellError as error:
            return PlainTextResponse(f"{error}\n", 503)

    app.add_route(path, feed)
