"""The routes to watched questions: each asker's own, and nobody else's."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from assistant.interfaces.http.askers import Served, asker_of, may_ask
from assistant.interfaces.http.question_routes import json_response
from assistant.interfaces.http.request_models import WatchRequest
from assistant.watches.watch_values import Watch, WatchCheck, WatchHistory


class WatchRoutes:
    """The routes over questions that are asked again, for those who may ask.

    What asks them runs beside the threads that let others in: it waits for its turn.
    """

    def __init__(self, served: Served) -> None:
        self._served = served

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(tags=["watched questions"], dependencies=[Depends(may_ask)])
        router.add_api_route("/watches", self.watches, response_model=list[Watch])
        router.add_api_route("/watches", self.add_watch, methods=["POST"], response_model=WatchCheck, status_code=201)
        router.add_api_route("/watches/check", self.check_watches, methods=["POST"], response_model=list[WatchCheck])
        router.add_api_route("/watches/{number}", self.watched, response_model=WatchHistory)
        router.add_api_route("/watches/{number}", self.remove_watch, methods=["DELETE"], status_code=204)
        return router

    def watches(self, request: Request) -> Response:
        """The questions that the asker watches, the first that was added first."""
        return json_response(self._served.by(request).watches.all(asker_of(request).owner))

    async def add_watch(self, sent: WatchRequest, request: Request) -> Response:
        """Watch a question: it is asked now, and again whenever the index has changed."""

        def added() -> WatchCheck:
            owner = asker_of(request).owner
            return self._served.by(request).add_watch(sent.question, owner=owner, **sent.filters())

        return json_response(await asyncio.to_thread(added), 201)

    async def check_watches(self, request: Request) -> Response:
        """Ask all questions that the asker watches now, and tell which answers changed."""

        def checked() -> list[WatchCheck]:
            return self._served.by(request).check_watches(owner=asker_of(request).owner)

        return json_response(await asyncio.to_thread(checked))

    def watched(self, number: int, request: Request) -> Response:
        """A watched question with all its answers, the newest first."""
        return json_response(self._served.by(request).watches.open(asker_of(request).owner, number))

    def remove_watch(self, number: int, request: Request) -> None:
        """Watch a question no more; its answers are deleted."""
        self._served.by(request).watches.remove(asker_of(request).owner, number)
