"""What goes over HTTP beside the values of `assistant.types`: jobs, pages of lists, and names that both ends know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.answering.explanation import Explanation
from assistant.corpus.feeds import FeedRefresh
from assistant.corpus.pages import PagesRefresh
from assistant.types import Answer, Box, Document, DocumentRecord, SyncProgress, SyncReport

API = "/api/v1"
KIND_BEFORE = "urn:citewell:error:"
"""What stands before the name of an error's class in the ``type`` of problem details (RFC 9457)."""
DRAWN_PAGE = "Citewell-Page"
"""The header beside a page's picture, which has a `DrawnPage`."""

JobKind = Literal["add", "add feed", "refresh", "refresh feeds", "sync"]
JobState = Literal["waiting", "under way", "done", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class JobProblem:
    """Why a job failed: the name of the error's class, and its words."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """Work that takes a while, and how it is getting on. Moments are ISO 8601 in UTC, "" until they come.

    ``progress`` tells how far it is. Once it is done, ``sync`` tells what became of the index, and ``feeds`` and
    ``pages`` what was fetched. One that was stopped tells so of what it did until then, as far as it can.
    """

    id: str
    kind: JobKind
    state: JobState
    made_at: str
    ended_at: str = ""
    progress: SyncProgress | None = None
    sync: SyncReport | None = None
    feeds: tuple[FeedRefresh, ...] = ()
    pages: PagesRefresh | None = None
    problem: JobProblem | None = None


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    """What `AnswerPlan` says of an answer in quoted sentences that can be sent: itself, and why it is this one."""

    answer: Answer
    why: Explanation


@dataclass(frozen=True, slots=True)
class DocumentList:
    """Some of the ``total`` documents, by source, from the one at ``offset`` on."""

    documents: tuple[DocumentRecord, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document with its text, and what the index knows of it."""

    record: DocumentRecord
    document: Document


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """What `assistant.types.PageImage` says of a picture."""

    page: int
    pages: int
    width: int
    height: int
    marks: tuple[Box, ...] = ()
