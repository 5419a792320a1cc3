"""The routes that ask: questions, passages, and the ways to look at a subject."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from threading import Event
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.answering.filters import filters_of
from assistant.conversations.values import Exchange
from assistant.errors import ModelUnavailable, QuestionError
from assistant.http_values import ExplainedAnswer
from assistant.interfaces.as_json import to_json
from assistant.interfaces.http.answer_events import EVENT_STREAM, event_response, whole_answer
from assistant.interfaces.http.askers import Served, asker_of, may_ask
from assistant.interfaces.http.request_models import (
    AnySubjectRequest,
    AskRequest,
    CompareRequest,
    MentionsRequest,
    PlanRequest,
    SearchRequest,
    SubjectRequest,
)
from assistant.news.views import Briefing, Compared, News, Overview, Positions, Timeline
from assistant.types import Answer, Health, Mentions, ModelChoice, ScoredPassage

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def json_response(value: object, status: int = 200) -> Response:
    """A response with a value, or a list of values, of ours."""
    return Response(to_json(value), status, media_type="application/json")


def check_model(models: Sequence[ModelChoice], name: str | None) -> None:
    """Make sure that a model is one that the settings name: another would send documents where nobody wished it.

    Raises:
        ModelUnavailable: it is not.
    """
    known = [choice.name for choice in models]
    if name is not None and name not in known:
        raise ModelUnavailable(f"There is no model {name[:100]!r} here. There are: {', '.join(known)}.")


class QuestionRoutes:
    """The routes over one assistant, for those who may ask."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(tags=["questions"], dependencies=[Depends(may_ask)])
        router.add_api_route(
            "/ask",
            self.ask,
            methods=["POST"],
            response_model=Answer,
            responses={200: {"content": {EVENT_STREAM: {}}}},
        )
        for path, answer, kind in (
            ("/search", self.search, list[ScoredPassage]),
            ("/mentions", self.mentions, Mentions),
            ("/positions", self.positions, Positions),
            ("/timeline", self.timeline, Timeline),
            ("/overview", self.overview, Overview),
            ("/new", self.new, News),
            ("/compare", self.compare, Compared),
            ("/brief", self.brief, Briefing),
            ("/plan", self.plan, ExplainedAnswer),
        ):
            router.add_api_route(path, answer, methods=["POST"], response_model=kind)
        router.add_api_route("/models", self.models, response_model=list[ModelChoice])
        router.add_api_route("/health", self.health, response_model=Health)
        return router

    async def ask(self, sent: AskRequest, request: Request) -> Response:
        """Answer a question from the documents, every sentence cited, or say that they do not answer it.

        With ``stream``, or where text/event-stream is accepted, it comes as server-sent events: ``part`` with the
        fields that changed, ``answer`` with all of it, or ``error`` with problem details.
        """
        check_model(self._served.models, sent.model)
        asking = await run_in_threadpool(lambda: _Asking(self._served.by(request), sent, asker_of(request).owner))
        if sent.stream or EVENT_STREAM in request.headers.get("accept", ""):
            return await event_response(asking.stream, request, asking.keep)
        answer = await whole_answer(asking.stream, request)
        await run_in_threadpool(asking.keep, answer)
        return json_response(answer)

    async def plan(self, sent: PlanRequest, request: Request) -> Response:
        """Why a question is answered in quoted sentences as it is, or not: signals, what they weigh, and the answer."""

        def planned() -> ExplainedAnswer:
            found = self._served.by(request).plan(sent.question, sent.turns(), **sent.filters())
            return ExplainedAnswer(found.answer, found.why)

        # beside the threads that let others in, as it waits for its turn
        return json_response(await asyncio.to_thread(planned))

    def search(self, sent: SearchRequest, request: Request) -> Response:
        """The passages that fit a question best, the best first."""
        return json_response(self._served.by(request).search(sent.question, sent.limit, sent.turns(), **sent.filters()))

    def mentions(self, sent: MentionsRequest, request: Request) -> Response:
        """Every document that mentions something, counted, and some of them, the newest first."""
        found = self._served.by(request).mentions(
            sent.query, without=sent.without, first=sent.first, limit=sent.limit, **sent.filters()
        )
        return json_response(found)

    def positions(self, sent: SubjectRequest, request: Request) -> Response:
        """Who says, thinks or wants what about a subject, by speaker."""
        return json_response(self._served.by(request).positions(sent.subject, **sent.filters()))

    def timeline(self, sent: SubjectRequest, request: Request) -> Response:
        """When what happened around a subject, in order."""
        return json_response(self._served.by(request).timeline(sent.subject, **sent.filters()))

    def overview(self, sent: AnySubjectRequest, request: Request) -> Response:
        """What the documents are about: their subjects, and who and what is named in most of them."""
        return json_response(self._served.by(request).overview(sent.subject, **sent.filters()))

    def new(self, sent: AnySubjectRequest, request: Request) -> Response:
        """The stories with articles of some days, and what each adds to what was known."""
        return json_response(self._served.by(request).whats_new(sent.subject, **sent.filters()))

    def compare(self, sent: CompareRequest, request: Request) -> Response:
        """What two or more sides say to a question: what they dispute, agree on, or tell alone."""
        found = self._served.by(request).compare(
            sent.question, period=sent.period, speaker=sent.speaker, **sent.filters()
        )
        return json_response(found)

    def brief(self, sent: SubjectRequest, request: Request) -> Response:
        """A briefing on a subject, every line a quote."""
        return json_response(self._served.by(request).brief(sent.subject, **sent.filters()))

    def models(self) -> Response:
        """Who may write answers; the first is used unasked."""
        return json_response(self._served.models)

    def health(self, request: Request) -> Response:
        """The state of corpus and index, with what is wrong and what to do."""
        return json_response(self._served.by(request).health())


class _Asking:
    """One question to be answered, in its conversation where there is one."""

    def __init__(self, assistant: Assistant, sent: AskRequest, owner: str) -> None:
        if sent.conversation is not None and sent.history is not None:
            raise QuestionError("Send a history or a conversation, not both.")
        self._assistant, self._sent, self._owner = assistant, sent, owner
        self._history = [(turn.role, turn.text) for turn in sent.history or ()]
        if sent.conversation is not None:
            self._history = assistant.conversations.open(owner, sent.conversation).history()

    def stream(self, stop: Event) -> Generator[Answer, None, None]:
        """The answer as it grows."""
        sent = self._sent
        return self._assistant.stream(sent.question, self._history, model=sent.model, stop=stop, **sent.filters())

    def keep(self, answer: Answer) -> None:
        """Put it at the end of the conversation, if it belongs to one."""
        sent = self._sent
        if sent.conversation is not None:
            exchange = Exchange(sent.question, answer, filters_of(**sent.filters()), model=sent.model or "")
            self._assistant.conversations.append(self._owner, sent.conversation, exchange)
