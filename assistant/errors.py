"""Everything Citewell raises on purpose. Each message says what is wrong, where, and what to do next.

CitewellError
├── SettingsError       a setting is unknown or has a value that cannot be used
├── CorpusError         the corpus folder, or a change asked of it, is not possible
├── FetchError          a web page or a feed cannot be fetched
├── ReadError           one file cannot be read as a document
├── QuestionError       the question is empty or too long
├── ConversationError   there is no such conversation, or it cannot be changed so
├── WatchError          there is no such watched question, or it cannot be watched
├── UserError           there is no such user, or a name or a password cannot be used
├── SignOnError         a provider or a proxy does not say who somebody is so that it can be believed
├── CollectionError     there is no such collection, or it cannot be set so
├── TokenError          a token is missing, unknown or revoked, or cannot be made so
├── NotAllowed          who asks may not do this
├── LimitError          more was sent, or sent more often, than is taken
├── ServiceError        a Citewell server cannot be reached, or does not answer as one
├── BackupError         a backup cannot be taken or restored, or a file is no backup
├── EvaluationError     a file of questions, or an earlier evaluation, cannot be used
├── Stopped             what was under way was stopped by whoever asked for it
├── IndexBusy           another process is writing the index
├── IndexMismatch       the index belongs to another corpus
├── IndexDamaged        a part of the index is missing or cannot be read
├── StorageError        the disk refuses a write: full, read-only or without permission
└── ModelUnavailable    a model is missing, or is not the one it claims to be
"""

from __future__ import annotations


class CitewellError(Exception):
    """The root of every error Citewell raises on purpose; ``str(error)`` is written for a person."""


def unexpected(error: Exception) -> str:
    """What to say of an error that nobody raised on purpose, beside the document, page or feed that it befell."""
    said = " ".join(str(error).split())[:300]
    return f"It could not be taken in ({type(error).__name__}{f': {said}' if said else ''}). Please report it."


class SettingsError(CitewellError):
    """A setting is unknown or has a value that cannot be used."""


class CorpusError(CitewellError):
    """The corpus folder, or a change asked of it, is not possible."""


class FetchError(CitewellError):
    """A web page or a feed cannot be fetched.

    ``lasting`` says that another attempt will fail too; ``status`` is the HTTP status where there was one, and
    ``retry_after`` the seconds that the server asks to be left alone for.
    """

    def __init__(
        self, message: str, *, lasting: bool = False, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.status = status
        self.retry_after = retry_after


class ReadError(CitewellError):
    """One file cannot be read as a document."""


class QuestionError(CitewellError):
    """The question is empty or too long."""


class ConversationError(CitewellError):
    """There is no such conversation, or it cannot be changed so."""


class WatchError(CitewellError):
    """There is no such watched question, or it cannot be watched."""


class UserError(CitewellError):
    """There is no such user, or a name or a password cannot be used."""


class SignOnError(CitewellError):
    """A provider or a proxy does not say who somebody is so that it can be believed."""


class CollectionError(CitewellError):
    """There is no such collection, or it cannot be set so."""


class TokenError(CitewellError):
    """A token is missing, unknown or revoked, or cannot be made so."""


class NotAllowed(CitewellError):
    """Who asks may not do this."""


class LimitError(CitewellError):
    """More was sent, or sent more often, than is taken; ``retry_after`` is the seconds to wait, where that helps."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServiceError(CitewellError):
    """A Citewell server cannot be reached, or does not answer as one."""


class BackupError(CitewellError):
    """A backup cannot be taken or restored as asked, or a file is no backup or is damaged."""


class EvaluationError(CitewellError):
    """A file of questions, or an earlier evaluation, cannot be used."""


class Stopped(CitewellError):
    """What was under way was stopped by whoever asked for it; what was done until then is kept."""


class IndexBusy(CitewellError):
    """Another process is writing the index."""


class IndexMismatch(CitewellError):
    """The index belongs to another corpus."""


class IndexDamaged(CitewellError):
    """A part of the index is missing or cannot be read; ``citewell sync --rebuild`` makes it anew."""


class StorageError(CitewellError):
    """The disk refuses a write: it is full, read-only, or the permission is missing."""


class ModelUnavailable(CitewellError):
    """A model is missing, or is not the one it claims to be."""
