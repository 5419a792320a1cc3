"""What goes wrong with a language model, told by what its client raises, in words for the person who asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from assistant.errors import ModelUnavailable

Kind = Literal["key", "unknown", "down", "timeout", "rate", "overflow", "server", "refused", "cut", "limit", "unusable"]

OVERFLOW = re.compile(
    r"context.{0,3}(?:length|window|size|limit)|maximum context|too many tokens|(?:prompt|input|request) is too long|"
    r"(?:exceed|larger than|longer than).{0,40}(?:tokens|context)|reduce the length",
    re.IGNORECASE,
)
OUT_OF_CREDIT = ("quota", "billing", "credit balance", "payment")
NO_KEY = ("api key", "api_key", "api-key", "apikey", "credential", "unauthorised", "unauthorized", "authenticat")
CONNECTION = ("Connect", "Transport", "RemoteProtocol", "ReadError", "WriteError", "Network", "ProxyError")
SHOWN = 200
"""How many characters of a server's own words are passed on."""


class ModelFailed(ModelUnavailable):
    """A language model wrote nothing, or stopped; ``str(error)`` says what happened and what to do.

    ``retry_after`` are the seconds that the server asks to be left alone for, where it says so.
    """

    def __init__(self, message: str, kind: Kind, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


def failure_of(error: Exception, name: str, host: str, key: str) -> ModelFailed:
    """What an error of a client means; ``key`` names the variable that holds the key of the model, "" for none.

    The clients share no classes, but all carry the status of the response, or name what happened in their class.
    """
    if isinstance(error, ModelFailed):
        return error
    chain = list(_causes(error))
    status = next(filter(None, map(_status, chain)), None)
    said = " ".join(str(error).split())[:SHOWN]
    at = f"{name} at {host}"
    if status in (401, 403, 404, 429):
        return _turned_away(status, at, name, host, key, said, chain)
    if status == 413 or (status in (None, 400, 422, 500) and OVERFLOW.search(str(error))):
        advice = "Name a model that reads more."
        return ModelFailed(f"The question and its passages are too long for {at}. {advice}", "overflow")
    if status in (408, 504) or _is_of_kind(chain, ("Timeout",), TimeoutError):
        advice = "Try again, or allow more time with CITEWELL_MODEL_SECONDS."
        return ModelFailed(f"{at} took too long to answer. {advice}", "timeout")
    if status is None:
        return _unanswered(error, chain, at, name, host, key, said)
    if status >= 500:
        return ModelFailed(f"{at} has a problem of its own (status {status}). Try again later.", "server")
    return ModelFailed(f"{at} refused the request (status {status}): {said}", "refused")


def _turned_away(
    status: int, at: str, name: str, host: str, key: str, said: str, chain: list[BaseException]
) -> ModelFailed:
    """The server answers, and says who may ask what, and how often."""
    if status == 404:
        return ModelFailed(f"{host} knows no model {name}. Check the name, and the address of the server.", "unknown")
    if status == 429:
        return _rate_limited(at, said, _retry_after(chain))
    return ModelFailed(f"{at} refused the key. Check {f'the key in {key}' if key else 'its key'}.", "key")


def _unanswered(
    error: Exception, chain: list[BaseException], at: str, name: str, host: str, key: str, said: str
) -> ModelFailed:
    """No status tells: the server was not reached, or not asked, or its client failed."""
    if _is_of_kind(chain, CONNECTION, ConnectionError):
        return ModelFailed(f"{host} cannot be reached for {name}. Check that the server runs, and its address.", "down")
    if _says(said, NO_KEY):
        return ModelFailed(f"{at} has no key that can be used. Set {key or 'its key'}.", "key")
    return ModelFailed(f"{at} failed: {said or type(error).__name__}", "server")


def _says(said: str, words: tuple[str, ...]) -> bool:
    """Whether one of these words stands in what an error says."""
    return any(word in said.lower() for word in words)


def _is_of_kind(chain: list[BaseException], words: tuple[str, ...], kind: type[BaseException]) -> bool:
    """Whether the error is of a kind, or one of its causes has one of these words in its class."""
    return isinstance(chain[0], kind) or any(word in type(each).__name__ for each in chain for word in words)


def _rate_limited(at: str, said: str, wait: float | None) -> ModelFailed:
    if _says(said, OUT_OF_CREDIT):
        return ModelFailed(f"The account at {at} has no credit left. Look at its billing.", "refused")
    when = f"in {wait:.0f} seconds" if wait is not None else "in a minute"
    return ModelFailed(f"{at} is asked too often at the moment. Try again {when}.", "rate", wait)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from; ten at most, as they may run in a circle."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    for found in (
        getattr(error, "status_code", None),
        getattr(response, "status_code", None),
        getattr(error, "code", None),
    ):
        if isinstance(found, int) and 400 <= found < 600:
            return found
    return None


def _retry_after(chain: list[BaseException]) -> float | None:
    """The seconds in a response's ``Retry-After``, where it gives seconds."""
    for error in chain:
        headers: Any = getattr(getattr(error, "response", None), "headers", None)
        value = str(headers.get("retry-after", "")) if headers is not None else ""
        if re.fullmatch(r"\d{1,6}(?:\.\d+)?", value.strip()):
            return float(value)
    return None
