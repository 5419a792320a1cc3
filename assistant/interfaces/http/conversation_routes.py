"""The routes to conversations: each asker's own, and nobody else's."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from assistant.conversations.values import Conversation, ConversationSummary
from assistant.interfaces.http.askers import Served, asker_of, may_ask
from assistant.interfaces.http.question_routes import json_response
from assistant.interfaces.http.request_models import TitleRequest

SHOWN = 1_000


class ConversationRoutes:
    """The routes over what is kept, for those who may ask."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(tags=["conversations"], dependencies=[Depends(may_ask)])
        router.add_api_route("/conversations", self.conversations, response_model=list[ConversationSummary])
        router.add_api_route(
            "/conversations", self.begin_conversation, methods=["POST"], response_model=Conversation, status_code=201
        )
        router.add_api_route("/conversations/{id}", self.conversation, response_model=Conversation)
        router.add_api_route("/conversations/{id}", self.delete_conversation, methods=["DELETE"], status_code=204)
        return router

    def conversations(self, request: Request) -> Response:
        """The asker's own conversations, the one that changed last first."""
        return json_response(self._served.by(request).conversations.all(asker_of(request).owner, SHOWN))

    def begin_conversation(self, sent: TitleRequest, request: Request) -> Response:
        """Begin a conversation, to be named in `ask`."""
        return json_response(self._served.by(request).conversations.create(asker_of(request).owner, sent.title), 201)

    def conversation(self, id: str, request: Request) -> Response:
        """A conversation with all its questions and answers."""
        return json_response(self._served.by(request).conversations.open(asker_of(request).owner, id))

    def delete_conversation(self, id: str, request: Request) -> None:
        """Delete a conversation."""
        self._served.by(request).conversations.delete(asker_of(request).owner, id)
