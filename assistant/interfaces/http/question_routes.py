"""The routes that ask: questions, passages, and the ways to look at a subject."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.conversations.values import Conversation, ConversationSummary, Exchange
from assistant.errors import ModelUnavailable, QuestionError
from assistant.interfaces.as_json import to_json
from assistant.interfaces.http.answer_events import EVENT_STREAM, event_response, whole_answer
from assistant.interfaces.http.askers import asker_of, may_ask
from assistant.interfaces.http.request_models import (
    AnySubjectRequest,
    AskRequest,
    CompareRequest,
    MentionsRequest,
    Narrowing,
    SearchRequest,
    SubjectRequest,
    TitleRequest,
)
from assistant.news.views import Briefing, Compared, News, Overview, Positions, Timeline
from assistant.types import Answer, Filters, Health, Mentions, ModelChoice, ScoredPassage

if TYPE_CHECKING:
    from assistant.assistant import Assistant

SHOWN_CONVERSATIONS = 1_000


def json_response(value: object, status: int = 200) -> Response:
    """A response with a value, or a list of values, of ours."""
    return Response(to_json(value), status, media_type="application/json")


def check_model(assistant: Assistant, name: str | None) -> None:
    """Make sure that a model is one that the settings name: another would send the documents where nobody wished it.

    Raises:
        ModelUnavailable: it is not.
    """
    known = [choice.name for choice in assistant.models]
    if name is not None and name not in known:
        raise ModelUnavailable(f"There is no model {name[:100]!r} here. There are: {', '.join(known)}.")


def question_routes(assistant: Assistant) -> APIRouter:
    """The routes over one assistant, for those who may ask."""
    router = APIRouter(tags=["questions"], dependencies=[Depends(may_ask)])

    @router.post("/ask", response_model=Answer, responses={200: {"content": {EVENT_STREAM: {}}}})
    async def ask(sent: AskRequest, request: Request) -> Response:
        """Answer a question from the documents, every sentence cited, or say that they do not answer it.

        With ``stream``, or where text/event-stream is accepted, it comes as server-sent events: ``part`` with the
        fields that changed, ``answer`` with all of it, or ``error`` with problem details.
        """
        check_model(assistant, sent.model)
        asking = await run_in_threadpool(_Asking, assistant, sent, asker_of(request).owner)
        if sent.stream or EVENT_STREAM in request.headers.get("accept", ""):
            return await event_response(asking.stream, request, asking.keep)
        answer = await whole_answer(asking.stream, request)
        await run_in_threadpool(asking.keep, answer)
        return json_response(answer)

    @router.post("/search", response_model=list[ScoredPassage])
    def search(sent: SearchRequest) -> Response:
        """The passages that fit a question best, the best first."""
        return json_response(assistant.search(sent.question, sent.limit, sent.turns(), **sent.filters()))

    @router.get("/models", response_model=list[ModelChoice])
    def models() -> Response:
        """Who may write answers; the first is used unasked."""
        return json_response(assistant.models)

    @router.get("/health", response_model=Health)
    def health() -> Response:
        """The state of corpus and index, with what is wrong and what to do."""
        return json_response(assistant.health())

    _place_views(router, assistant)
    _place_conversations(router, assistant)
    return router


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
            exchange = Exchange(sent.question, answer, _filters(sent), model=sent.model or "")
            self._assistant.conversations.append(self._owner, sent.conversation, exchange)


def _filters(sent: Narrowing) -> Filters:
    from assistant.answering.filters import filters_of

    return filters_of(**sent.filters())


def _place_views(router: APIRouter, assistant: Assistant) -> None:
    @router.post("/mentions", response_model=Mentions)
    def mentions(sent: MentionsRequest) -> Response:
        """Every document that mentions something, counted, and some of them, the newest first."""
        return json_response(
            assistant.mentions(sent.query, without=sent.without, first=sent.first, limit=sent.limit, **sent.filters())
        )

    @router.post("/positions", response_model=Positions)
    def positions(sent: SubjectRequest) -> Response:
        """Who says, thinks or wants what about a subject, by speaker."""
        return json_response(assistant.positions(sent.subject, **sent.filters()))

    @router.post("/timeline", response_model=Timeline)
    def timeline(sent: SubjectRequest) -> Response:
        """When what happened around a subject, in order."""
        return json_response(assistant.timeline(sent.subject, **sent.filters()))

    @router.post("/overview", response_model=Overview)
    def overview(sent: AnySubjectRequest) -> Response:
        """What the documents are about: their subjects, and who and what is named in most of them."""
        return json_response(assistant.overview(sent.subject, **sent.filters()))

    @router.post("/new", response_model=News)
    def new(sent: AnySubjectRequest) -> Response:
        """The stories with articles of some days, and what each adds to what was known."""
        return json_response(assistant.whats_new(sent.subject, **sent.filters()))

    @router.post("/compare", response_model=Compared)
    def compare(sent: CompareRequest) -> Response:
        """What two or more sides say to a question: what they dispute, agree on, or tell alone."""
        found = assistant.compare(sent.question, period=sent.period, speaker=sent.speaker, **sent.filters())
        return json_response(found)

    @router.post("/brief", response_model=Briefing)
    def brief(sent: SubjectRequest) -> Response:
        """A briefing on a subject, every line a quote."""
        return json_response(assistant.brief(sent.subject, **sent.filters()))


def _place_conversations(router: APIRouter, assistant: Assistant) -> None:
    kept = assistant.conversations

    @router.get("/conversations", response_model=list[ConversationSummary])
    def conversations(request: Request) -> Response:
        """The asker's own conversations, the one that changed last first."""
        return json_response(kept.all(asker_of(request).owner, SHOWN_CONVERSATIONS))

    @router.post("/conversations", response_model=Conversation, status_code=201)
    def begin_conversation(sent: TitleRequest, request: Request) -> Response:
        """Begin a conversation, to be named in `ask`."""
        return json_response(kept.create(asker_of(request).owner, sent.title), 201)

    @router.get("/conversations/{id}", response_model=Conversation)
    def conversation(id: str, request: Request) -> Response:
        """A conversation with all its questions and answers."""
        return json_response(kept.open(asker_of(request).owner, id))

    @router.delete("/conversations/{id}", status_code=204)
    def delete_conversation(id: str, request: Request) -> None:
        """Delete a conversation."""
        kept.delete(asker_of(request).owner, id)
