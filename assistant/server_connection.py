"""A connection to a Citewell server: requests, the values that it answers, and the errors that it tells."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from assistant import errors
from assistant.conversations.encoding import from_plain
from assistant.errors import CitewellError, LimitError, NotAllowed, ServiceError, TokenError
from assistant.http_values import API, KIND_BEFORE

Value = TypeVar("Value")
ANSWER_SECONDS, CONNECT_SECONDS = 300.0, 10.0
BY_STATUS: dict[int, type[CitewellError]] = {401: TokenError, 403: NotAllowed, 413: LimitError, 429: LimitError}


class ServerConnection:
    """What asks one server. May be used from many threads.

    All methods raise what the server tells, and ServiceError where it cannot be reached or answers something else.
    """

    def __init__(self, address: str, token: str | None) -> None:
        self._address = address.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.Client(base_url=self._address + API, headers=headers, timeout=timeout)

    def close(self) -> None:
        """Close it."""
        self._http.close()

    def get(self, path: str, kind: type[Value], **options: Any) -> Value:
        """The value of a kind that is at a path."""
        return self.value("GET", path, kind, **options)

    def post(self, path: str, kind: type[Value], sent: dict[str, Any]) -> Value:
        """The value of a kind that comes back for JSON."""
        return self.value("POST", path, kind, json=sent)

    def value(self, method: str, path: str, kind: type[Value], **options: Any) -> Value:
        """The value of a kind that comes back; ``options`` are those of httpx."""
        with self.response(method, path, **options) as response:
            return value_of(kind, _plain(response))

    def events(self, path: str, sent: dict[str, Any]) -> Generator[tuple[str, Any], None, None]:
        """The server-sent events that come back for JSON: each one's name and data."""
        with self.response("POST", path, json=sent) as response:
            name = ""
            for line in response.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    @contextmanager
    def response(self, method: str, path: str, **options: Any) -> Iterator[httpx.Response]:
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


def _plain(response: httpx.Response) -> Any:
    try:
        return json.loads(response.read())
    except ValueError as error:
        raise ServiceError(f"{response.url} answers with something else than JSON. Is it a Citewell server?") from error


def value_of(kind: type[Value], plain: object) -> Value:
    """The value of a kind that a server told. Raises ServiceError where it is none."""
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
    return error_of(told, response.status_code, float(wait) if wait.isdecimal() else None)


def error_of(problem: dict[str, Any], status: int = 0, wait: float | None = None) -> CitewellError:
    """The error that problem details tell: of the kind that they name, or that goes with the status."""
    named = getattr(errors, str(problem.get("type", "")).removeprefix(KIND_BEFORE), None)
    kind = BY_STATUS.get(status, ServiceError)
    if isinstance(named, type) and issubclass(named, CitewellError):
        kind = named
    detail = str(problem.get("detail", "The server tells no reason."))
    return LimitError(detail, wait) if kind is LimitError else kind(detail)
