"""The routes that OpenAI's clients know: the corpus as a model to chat with, whose answers cite their sources."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import aclosing
from threading import Event
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.conversations.markdown_export import answer_text
from assistant.errors import CitewellError, ModelUnavailable, Stopped
from assistant.interfaces.http.answer_events import EVENT_STREAM, UNBUFFERED, begun, parts_of, whole_answer
from assistant.interfaces.http.askers import Served, may_ask
from assistant.interfaces.http.chat_wording import chat_message, usage, without_sources
from assistant.interfaces.http.client_chores import chore_reply, question_in
from assistant.interfaces.http.problems import InvalidRequest, problem_of
from assistant.interfaces.http.question_routes import check_model
from assistant.types import EXTRACTIVE, Answer, Turn

MODEL = "citewell"
"""The corpus, answered by whoever the settings say."""
BROKEN_OFF = "\n\n---\n\n"
"""Stands between what was said and the answer that is given in its place."""
DONE = "data: [DONE]\n\n"


class SentMessage(BaseModel):
    """A message of a chat; of its parts, the texts count."""

    role: str
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """How a stream ends."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A chat: the last message of the user is the question, those before it are its history.

    What else clients send, such as a temperature, means nothing here and is passed over; so are system messages.
    """

    model: str = Field(MODEL, examples=[MODEL])
    messages: list[SentMessage] = Field(examples=[[{"role": "user", "content": "Who kept the lighthouse?"}]])
    stream: bool = False
    stream_options: StreamOptions | None = None

    def question(self) -> tuple[str, list[Turn]]:
        """The question, and the turns before it.

        Raises:
            InvalidRequest: no message is the user's.
        """
        asked = [at for at, message in enumerate(self.messages) if message.role == "user"]
        if not asked:
            raise InvalidRequest("/messages", "The last message of the role user is the question; there is none.")
        turns: list[Turn] = []
        for message in self.messages[: asked[-1]]:
            if message.role == "user":
                turns.append(("user", question_in(message.text)))
            elif message.role == "assistant":
                turns.append(("assistant", without_sources(message.text)))
        return question_in(self.messages[asked[-1]].text), turns


class _Reply:
    """One reply, in the forms of OpenAI's API."""

    def __init__(self, sent: ChatRequest) -> None:
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self._told = {"created": int(time.time()), "model": sent.model}
        self._sent = sent

    def whole(self, content: str, annotations: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
        """The completion at once."""
        message = {"role": "assistant", "content": content, "refusal": None, "annotations": list(annotations)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        told = {"id": self.id, "object": "chat.completion", **self._told, "choices": [choice]}
        return told | {"usage": self.usage(content)}

    def chunk(self, finish: str | None = None, **delta: Any) -> str:
        """A part of it, as an event."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._event({"choices": [choice]})

    def ending(self, content: str) -> str:
        """What comes last: the usage, where that is asked for, and the sign that all is said."""
        options = self._sent.stream_options
        counted = options is not None and options.include_usage
        return (self._event({"choices": [], "usage": self.usage(content)}) if counted else "") + DONE

    def usage(self, content: str) -> dict[str, int]:
        """About how much was sent and said."""
        return usage("".join(message.text for message in self._sent.messages), content)

    def _event(self, told: dict[str, Any]) -> str:
        return f"data: {json.dumps({'id': self.id, 'object': 'chat.completion.chunk', **self._told, **told})}\n\n"


class ChatRoutes:
    """The routes over one assistant, for those who may ask."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(tags=["chat"], dependencies=[Depends(may_ask)])
        router.add_api_route("/models", self.models)
        router.add_api_route("/models/{id:path}", self.model)
        router.add_api_route("/chat/completions", self.complete, methods=["POST"])
        return router

    def models(self) -> dict[str, Any]:
        """The corpus as a model, and the language models that are named."""
        named = [choice.name for choice in self._served.models if choice.name != EXTRACTIVE]
        known = [{"id": id, "object": "model", "created": 0, "owned_by": MODEL} for id in (MODEL, *named)]
        return {"object": "list", "data": known}

    def model(self, id: str) -> dict[str, Any]:
        """One of them."""
        known: dict[str, dict[str, Any]] = {one["id"]: one for one in self.models()["data"]}
        if id not in known:
            raise ModelUnavailable(f"There is no model {id[:100]!r} here. See them with: GET /v1/models")
        return known[id]

    async def complete(self, sent: ChatRequest, request: Request) -> Response:
        """Answer the last question of a chat from the documents, with its sources; an abstention is an answer too."""
        writer = None if sent.model == MODEL else sent.model
        check_model(self._served.models, writer)
        asked, history = sent.question()
        reply, plain = _Reply(sent), chore_reply(asked)
        if plain is not None:
            return _event_stream(_plain(reply, plain)) if sent.stream else JSONResponse(reply.whole(plain))

        assistant = await run_in_threadpool(self._served.by, request)

        def stream(stop: Event) -> Generator[Answer, None, None]:
            return assistant.stream(asked, history, model=writer, stop=stop)

        site = self._served.public_url or str(request.base_url).rstrip("/")
        if sent.stream:
            return _event_stream(_streamed(reply, await begun(parts_of(stream, request)), site))
        message = chat_message(await whole_answer(stream, request), site)
        return JSONResponse(reply.whole(message.content, message.annotations))


async def _streamed(reply: _Reply, parts: AsyncGenerator[Answer, None], site: str) -> AsyncIterator[str]:
    """What is checked of an answer as it grows, then its sources.

    Where the answer becomes another, as when a language model fails, that one follows what was said.
    """
    said = ""
    yield reply.chunk(role="assistant", content="")
    try:
        async with aclosing(parts):
            async for part in parts:
                text = answer_text(part)
                if text.startswith(said) and text != said:
                    yield reply.chunk(content=text[len(said) :])
                    said = text
    except Stopped:
        return
    except CitewellError as error:
        yield f"data: {json.dumps(problem_of(error).as_openai())}\n\n"
        return
    goes_on = chat_message(part, site).content.startswith(said)
    before = "" if goes_on else said + BROKEN_OFF
    message = chat_message(part, site, len(before))
    content = before + message.content
    yield reply.chunk("stop", content=content[len(said) :], annotations=list(message.annotations))
    yield reply.ending(content)


async def _plain(reply: _Reply, content: str) -> AsyncIterator[str]:
    """A reply that is no answer from the documents, as a stream."""
    yield reply.chunk(role="assistant", content="")
    yield reply.chunk("stop", content=content)
    yield reply.ending(content)


def _event_stream(events: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=UNBUFFERED)
