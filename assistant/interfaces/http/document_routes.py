"""The routes to documents, feeds and jobs: reading for those who may ask, changing for those who may write."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from assistant.conversations.encoding import encode
from assistant.corpus.addresses import is_web_address
from assistant.corpus.feeds import FeedState
from assistant.errors import CorpusError
from assistant.http_values import API, DRAWN_PAGE, DocumentList, DocumentRead, DrawnPage, Job, JobKind
from assistant.interfaces.http.askers import Served, asker_of, may_ask, may_write
from assistant.interfaces.http.background_jobs import BackgroundJobs, Report, job_for
from assistant.interfaces.http.gate import MULTIPART
from assistant.interfaces.http.problems import InvalidRequest, read_body
from assistant.interfaces.http.question_routes import json_response
from assistant.interfaces.http.request_models import AddressRequest, RefreshRequest, SyncRequest
from assistant.interfaces.http.uploading import FORM, sent_files
from assistant.types import Passage, ProgressListener, RemovedFile, SyncReport

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MOST_LISTED = 1_000
ADDS = {
    "requestBody": {
        "required": True,
        "content": {
            MULTIPART: {"schema": FORM},
            "application/json": {"schema": AddressRequest.model_json_schema()},
        },
    }
}
PNG = "image/png"
AskedWork = Callable[["Assistant", ProgressListener, Event], Report]
"""What a job does with the assistant as its asker has it; see `Work`."""
Offset = Annotated[int, Query(ge=0, description="The number of the first document, from 0.")]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many documents.")]
Page = Annotated[int | None, Query(ge=1, description="From 1; without it, the one that the quote is on.")]
QuoteStart = Annotated[int | None, Query(ge=0, description="Where the quote to be marked begins in the text.")]
QuoteEnd = Annotated[int | None, Query(ge=0, description="Where it ends.")]


class ReadingRoutes:
    """The routes that read documents, over one assistant, for those who may ask."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def router(self) -> APIRouter:
        """All of them. What stands behind a name comes first: no document's name ends so, as each has a suffix."""
        router = APIRouter(tags=["documents"], dependencies=[Depends(may_ask)])
        router.add_api_route(
            "/documents/{source:path}/page",
            self.page,
            response_class=Response,
            responses={200: {"content": {PNG: {}}}},
        )
        for path, answer, kind in (
            ("/documents/{source:path}/passages", self.passages, list[Passage]),
            ("/documents/{source:path}", self.document, DocumentRead),
            ("/documents", self.documents, DocumentList),
            ("/removed", self.removed, list[RemovedFile]),
            ("/feeds", self.feeds, list[FeedState]),
        ):
            router.add_api_route(path, answer, response_model=kind)
        return router

    def documents(self, request: Request, offset: Offset = 0, limit: Limit = 100) -> Response:
        """The documents by source, also files that could not be read, with the reason."""
        known = self._served.by(request).documents()
        return json_response(DocumentList(tuple(known[offset : offset + limit]), len(known), offset))

    def document(self, source: str, request: Request) -> Response:
        """A document with its exact text, to which the offsets of citations refer, and what is known of it."""
        assistant = self._served.by(request)
        found = assistant.document(source)
        record = next((one for one in assistant.documents() if one.source == source), None)
        if record is None:
            raise CorpusError(f"There is no document {source[:200]!r} in the index any more.")
        return json_response(DocumentRead(record, found))

    def passages(self, source: str, request: Request) -> Response:
        """The passages of a document, in reading order."""
        return json_response(self._served.by(request).passages(source))

    def page(
        self, source: str, request: Request, page: Page = None, start: QuoteStart = None, end: QuoteEnd = None
    ) -> Response:
        """A page of a PDF as a picture (PNG), with a quote of its text marked."""
        quote = (start, end) if start is not None and end is not None else None
        drawn = self._served.by(request).draw_page(source, page, quote=quote)
        told = encode(DrawnPage(drawn.page, drawn.pages, drawn.width, drawn.height, drawn.marks))
        return Response(drawn.png, media_type=PNG, headers={DRAWN_PAGE: told})

    def removed(self, request: Request) -> Response:
        """The files that were removed and can be restored, the last one first."""
        return json_response(self._served.by(request).removed())

    def feeds(self, request: Request) -> Response:
        """The feeds that are followed, each with how it fares."""
        return json_response(self._served.by(request).feeds())


class ChangingRoutes:
    """The routes that change which documents there are, for those who may write.

    What takes long answers 202, with a job.
    """

    def __init__(self, served: Served, jobs: BackgroundJobs) -> None:
        self._served = served
        self._jobs = jobs

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(tags=["documents"], dependencies=[Depends(may_write)])
        begins: dict[str, Any] = {"methods": ["POST"], "response_model": Job, "status_code": 202}
        router.add_api_route("/documents", self.add, openapi_extra=ADDS, **begins)
        for path, begin in (
            ("/sync", self.sync),
            ("/refresh", self.refresh),
            ("/feeds", self.add_feed),
            ("/feeds/refresh", self.refresh_feeds),
        ):
            router.add_api_route(path, begin, **begins)
        router.add_api_route(
            "/documents/{source:path}/restore", self.restore, methods=["POST"], response_model=SyncReport
        )
        router.add_api_route("/documents/{source:path}", self.remove, methods=["DELETE"], response_model=SyncReport)
        router.add_api_route("/feeds", self.remove_feed, methods=["DELETE"], status_code=204)
        router.add_api_route("/jobs", self.all_jobs, response_model=list[Job])
        router.add_api_route("/jobs/{id}", self.job, response_model=Job)
        router.add_api_route("/jobs/{id}", self.stop_job, methods=["DELETE"], response_model=Job)
        return router

    async def add(self, request: Request) -> Response:
        """Add files, or a web page as a browser shows it, as a form (multipart/form-data); or a page by its address."""
        if not request.headers.get("content-type", "").startswith(MULTIPART):
            named = [_web_address((await read_body(request, AddressRequest)).address)]
            return self._begin("add", request, lambda asked, tell, stop: asked.add(named, progress=tell, stop=stop))
        sent = await sent_files(request)
        try:
            return self._begin("add", request, sent.add)
        except BaseException:
            sent.discard()
            raise

    def remove(self, source: str, request: Request) -> Response:
        """Take a document out of the corpus; it is kept, and can be restored."""
        return json_response(self._served.by(request).remove(source))

    def restore(self, source: str, request: Request) -> Response:
        """Put a document back that was removed, the last one of that name."""
        return json_response(self._served.by(request).restore(source))

    def sync(self, sent: SyncRequest, request: Request) -> Response:
        """Make the index equal to the corpus."""
        options = sent.model_dump()
        return self._begin("sync", request, lambda asked, tell, stop: asked.sync(progress=tell, stop=stop, **options))

    def refresh(self, request: Request) -> Response:
        """Take in what is new and what changed, of the web pages that were added and of the feeds."""
        return self._begin("refresh", request, lambda asked, tell, stop: asked.refresh(progress=tell, stop=stop))

    def add_feed(self, sent: AddressRequest, request: Request) -> Response:
        """Follow a feed, and take in its articles."""
        named = _web_address(sent.address)
        return self._begin(
            "add feed", request, lambda asked, tell, stop: asked.add_feed(named, progress=tell, stop=stop)
        )

    def remove_feed(self, address: str, request: Request) -> None:
        """Follow a feed no more; its articles stay."""
        self._served.by(request).remove_feed(address)

    def refresh_feeds(self, sent: RefreshRequest, request: Request) -> Response:
        """Take in what is new and what changed, of the feeds that are due or of one at once."""
        only = sent.address
        return self._begin(
            "refresh feeds", request, lambda asked, tell, stop: asked.refresh_feeds(only, progress=tell, stop=stop)
        )

    def all_jobs(self, request: Request) -> Response:
        """The asker's jobs, the newest first; those are kept that the server can remember."""
        return json_response(self._told(request, self._jobs.all(asker_of(request).owner)))

    def job(self, id: str, request: Request) -> Response:
        """A job, and how far it is."""
        [told] = self._told(request, [self._jobs.find(asker_of(request).owner, id)])
        return json_response(told)

    def stop_job(self, id: str, request: Request) -> Response:
        """Let a job end as soon as it can: between two files, or once its turn has come. What it did stays."""
        [told] = self._told(request, [self._jobs.end(asker_of(request).owner, id)])
        return json_response(told)

    def _told(self, request: Request, jobs: list[Job]) -> list[Job]:
        """Jobs as their asker may know of them now."""
        rights = self._served.by(request).rights
        return [job_for(rights, job) for job in jobs]

    def _begin(self, kind: JobKind, request: Request, work: AskedWork) -> Response:
        """Begin a job with the assistant as the asker has it when the job's turn has come."""
        served, asker = self._served, asker_of(request)
        job = self._jobs.begin(kind, asker.owner, lambda tell, stop: work(served.to(asker), tell, stop))
        response = json_response(job, 202)
        response.headers["Location"] = f"{API}/jobs/{job.id}"
        return response


def _web_address(sent: str) -> str:
    """An address that leads to the web, and not to a file of the server's."""
    if not is_web_address(sent):
        raise InvalidRequest("/address", "Send an http or https address.")
    return sent
