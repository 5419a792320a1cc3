"""A Citewell server over HTTP, with the methods and the values of `Assistant`."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from assistant import errors
from assistant.conversations.encoding import from_plain
from assistant.errors import CitewellError, LimitError, NotAllowed, ServiceError, TokenError
from assistant.types import Answer, History, Names, ScoredPassage

Value = TypeVar("Value")
API = "/api/v1"
ANSWER_SECONDS, CONNECT_SECONDS = 300.0, 10.0
KIND_BEFORE = "urn:citewell:error:"
"""What stands before the name of an error's class in the ``type`` of a problem."""
BY_STATUS: dict[int, type[CitewellError]] = {401: TokenError, 403: NotAllowed, 413: LimitError, 429: LimitError}


class Client:
    """What can be done with the corpus of a server, as `Assistant` does it with one of this computer.

    Values are those of `assistant.types`, and so are the errors; beside what a method's own documentation says, each
    raises `TokenError` and `NotAllowed` where the token does not let it, `LimitError` where too much is asked, and
    `ServiceError` where the server cannot be reached. May be used from many threads.
    """

    def __init__(self, address: str, token: str | None = None) -> None:
        """The server at ``address``, such as ``http://127.0.0.1:7860``; ``token`` is needed where people log in."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._address = address.rstrip("/")
        self._http = httpx.Client(base_url=self._address + API, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # Questions

    def ask(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
        model: str | None = None,
        conversation: str | None = None,
    ) -> Answer:
        """See `Assistant.ask`; with a ``conversation`` it goes on there, in place of a history, and is kept there."""
        narrowed = _narrowed(since, until, source, publisher)
        return self._post("ask", Answer, _asked(question, history, model, conversation) | narrowed)

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
        model: str | None = None,
        conversation: str | None = None,
    ) -> Generator[Answer, None, None]:
        """See `Assistant.stream`: closing it ends a language model's work; and `ask` for a ``conversation``."""
        narrowed = _narrowed(since, until, source, publisher)
        sent = _asked(question, history, model, conversation) | narrowed | {"stream": True}
        name, known = "", dict[str, Any]()
        with self._sent("POST", "ask", json=sent) as response:
            for name, told in _events(response):
                if name == "error":
                    raise _error_of(told, 0, None)
                known = known | told
                if name == "part":
                    yield _value(Answer, known)
        if name != "answer":
            raise ServiceError("The server broke off before the answer was whole.")

    def search(
        self,
        question: str,
        limit: int = 10,
        history: History = (),
        *,
        since: str | None = None,
        until: str | None = None,
        source: Names | None = None,
        publisher: Names | None = None,
    ) -> list[ScoredPassage]:
        """See `Assistant.search`; ``limit`` is 100 at most."""
        sent = {"question": question, "limit": limit, "history": _turns(history)}
        return self._post("search", list[ScoredPassage], sent | _narrowed(since, until, source, publisher))

    def _post(self, path: str, kind: type[Value], sent: dict[str, Any]) -> Value:
        return self._value("POST", path, kind, json=sent)

    def _value(self, method: str, path: str, kind: type[Value], **options: Any) -> Value:
        with self._sent(method, path, **options) as response:
            return _value(kind, _plain(response))

    @contextmanager
    def _sent(self, method: str, path: str, **options: Any) -> Iterator[httpx.Response]:
        """A response that is no error, to be read in the block."""
        try:
            with self._http.stream(method, path, **options) as response:
                if not response.is_success:
                    raise _error_in(response)
                yield response
        except httpx.HTTPError as error:
            raise ServiceError(
                f"The server at {self._address} cannot be asked: {str(error) or type(error).__name__}. "
                "Check the address, and that citewell serve runs there."
            ) from error


def _asked(question: str, history: History, model: str | None, conversation: str | None) -> dict[str, Any]:
    turns = _turns(history) if history or conversation is None else None
    return {"question": question, "history": turns, "model": model, "conversation": conversation}


def _turns(history: History) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in history]


def _narrowed(
    since: str | None, until: str | None, source: Names | None, publisher: Names | None
) -> dict[str, str | list[str] | None]:
    return {"since": since, "until": until, "source": _several(source), "publisher": _several(publisher)}


def _several(names: Names | None) -> str | list[str] | None:
    return names if names is None or isinstance(names, str) else list(names)


def _events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """The server-sent events of a response: each one's name and data."""
    name = ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def _plain(response: httpx.Response) -> Any:
    try:
        return json.loads(response.read())
    except ValueError as error:
        raise ServiceError(f"{response.url} answers with something else than JSON. Is it a Citewell server?") from error


def _value(kind: type[Value], plain: object) -> Value:
    try:
        return from_plain(kind, plain)
    except ValueError as error:
        raise ServiceError("The server answers as another version of Citewell does. Install the same one.") from error


def _error_in(response: httpx.Response) -> CitewellError:
    """The error that a response tells."""
    text = response.read().decode("utf-8", "replace")
    wait = response.headers.get("retry-after", "")
    try:
        problem = json.loads(text)
    except ValueError:
        problem = {}
    told = problem if isinstance(problem, dict) else {}
    told.setdefault("detail", f"{response.url} answers {response.status_code}: {' '.join(text.split())[:200]}")
    return _error_of(told, response.status_code, float(wait) if wait.isdecimal() else None)


def _error_of(problem: dict[str, Any], status: int, wait: float | None) -> CitewellError:
    """The error that problem details tell: of the kind that they name, or that goes with the status."""
    named = getattr(errors, str(problem.get("type", "")).removeprefix(KIND_BEFORE), None)
    kind = BY_STATUS.get(status, ServiceError)
    if isinstance(named, type) and issubclass(named, CitewellError):
        kind = named
    detail = str(problem.get("detail", "The server tells no reason."))
    return LimitError(detail, wait) if kind is LimitError else kind(detail)
