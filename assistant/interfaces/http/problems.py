"""Errors as they are told over HTTP: problem details (RFC 9457), or in OpenAI's own shape below ``/v1``."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from assistant.errors import (
    CitewellError,
    ConversationError,
    CorpusError,
    FetchError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    LimitError,
    ModelUnavailable,
    NotAllowed,
    QuestionError,
    ReadError,
    Stopped,
    StorageError,
    TokenError,
    WatchError,
)
from assistant.http_values import KIND_BEFORE
from assistant.interfaces.wording import one_line

LOG = logging.getLogger(__name__)
Sent = TypeVar("Sent", bound=BaseModel)
OPENAI = "/v1/"
MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"
"""The ``type`` of a problem that says no more than its status does."""
RETRY_SECONDS = 5
"""After so long, what a server cannot do for now may be asked again."""

KINDS: dict[type[CitewellError], tuple[int, str]] = {
    QuestionError: (400, "The question cannot be used"),
    TokenError: (401, "A valid token is needed"),
    NotAllowed: (403, "Not allowed"),
    CorpusError: (404, "Not there, or not possible in the corpus"),
    ConversationError: (404, "No such conversation"),
    WatchError: (404, "No such watched question, or no room for it"),
    ReadError: (422, "The file cannot be read"),
    ModelUnavailable: (422, "The model cannot be used"),
    LimitError: (429, "Too much"),
    FetchError: (502, "The address cannot be fetched"),
    IndexBusy: (503, "The index is being written"),
    IndexDamaged: (503, "The index cannot be read"),
    IndexMismatch: (503, "The index is another corpus's"),
    StorageError: (503, "The disk refuses"),
    Stopped: (503, "Stopped"),
}
"""The status and the title of each kind of error; any other is told as 500, in its own words."""
OPENAI_CODES: dict[str, tuple[int, str]] = {
    "TokenError": (401, "invalid_api_key"),
    "ModelUnavailable": (404, "model_not_found"),
    "LimitError": (429, "rate_limit_exceeded"),
}
"""The status and the code that OpenAI's clients know of some kinds."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a request: ``kind`` names the error's class, "" where its status says all.

    ``errors`` say what of the request is not valid: each with a JSON pointer and its detail.
    """

    status: int
    title: str
    detail: str
    kind: str = ""
    errors: Sequence[dict[str, str]] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self, instance: str) -> dict[str, Any]:
        """The problem details (RFC 9457) of the request for ``instance``."""
        told = {
            "type": KIND_BEFORE + self.kind if self.kind else BLANK,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        return told | ({"errors": list(self.errors)} if self.errors else {})

    def as_openai(self) -> dict[str, Any]:
        """The same as OpenAI tells its errors."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        named = self.errors[0]["pointer"].strip("/").replace("/", ".") if self.errors else None
        _, code = OPENAI_CODES.get(self.kind, (0, self.kind or None))
        return {"error": {"message": self.detail, "type": kind, "param": named, "code": code}}

    def response(self, path: str) -> JSONResponse:
        """The response to a request for ``path``."""
        if path.startswith(OPENAI):
            status, _ = OPENAI_CODES.get(self.kind, (400 if self.status == 422 else self.status, ""))
            return JSONResponse(self.as_openai(), status, self.headers)
        return JSONResponse(self.as_json(path), self.status, self.headers, MEDIA_TYPE)


def problem_of(error: CitewellError) -> Problem:
    """What is told of an error that Citewell raises on purpose."""
    kind = next((one for one in type(error).__mro__ if one in KINDS), type(error))
    status, title = KINDS.get(kind, (500, "An error of Citewell"))
    return Problem(status, title, one_line(str(error)), kind.__name__, headers=_headers(status, error))


def _headers(status: int, error: CitewellError) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": 'Bearer realm="Citewell"'}
    wait = getattr(error, "retry_after", None) or (RETRY_SECONDS if isinstance(error, IndexBusy) else None)
    return {"Retry-After": str(ceil(wait))} if wait and status in (429, 503) else {}


class InvalidRequest(Exception):
    """A value of a request is not valid: where it stands, as a JSON pointer, and why."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.errors = [{"pointer": pointer, "detail": detail}]


async def read_body(request: Request, kind: type[Sent]) -> Sent:
    """The body of a request that may also be of another form.

    Raises:
        RequestValidationError: it is not JSON of that kind.
    """
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _of_ours(request: Request, error: CitewellError) -> JSONResponse:
    return problem_of(error).response(request.url.path)


def _of_http(request: Request, error: HTTPException) -> JSONResponse:
    title = HTTPStatus(error.status_code).phrase
    problem = Problem(error.status_code, title, error.detail, headers=dict(error.headers or {}))
    return problem.response(request.url.path)


def _of_values(request: Request, error: RequestValidationError) -> JSONResponse:
    return invalid([_invalid_value(one) for one in error.errors()]).response(request.url.path)


def _of_value(request: Request, error: InvalidRequest) -> JSONResponse:
    return invalid(error.errors).response(request.url.path)


def _of_one_who_left(request: Request, _: ClientDisconnect) -> JSONResponse:
    return Problem(400, "Bad Request", "The request was not whole.").response(request.url.path)


def _of_nobody(request: Request, error: Exception) -> JSONResponse:
    LOG.error("A request for %s failed.", request.url.path, exc_info=error)
    detail = "Something went wrong that nobody thought of. The server's log says what. Please report it."
    return Problem(500, "Internal Server Error", detail).response(request.url.path)


HANDLERS: dict[int | type[Exception], Any] = {
    CitewellError: _of_ours,
    HTTPException: _of_http,
    RequestValidationError: _of_values,
    InvalidRequest: _of_value,
    ClientDisconnect: _of_one_who_left,
    Exception: _of_nobody,
}
"""What tells an error of each kind, for an application of FastAPI's."""


def invalid(errors: Sequence[dict[str, str]]) -> Problem:
    """That values of a request are not valid; each error has a ``pointer`` and a ``detail``."""
    told = "; ".join(f"{one['pointer']}: {one['detail']}" if one["pointer"] else one["detail"] for one in errors)
    return Problem(422, "The request is not valid", told, errors=errors)


def _invalid_value(error: dict[str, Any]) -> dict[str, str]:
    """One error of pydantic's, without what was sent."""
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    return {"pointer": "".join(f"/{part}" for part in place), "detail": one_line(str(error["msg"]))}
