"""The routes to documents, feeds and jobs: reading for those who may ask, changing for those who may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from assistant.conversations.encoding import encode
from assistant.corpus.addresses import is_web_address
from assistant.corpus.feeds import FeedState
from assistant.errors import CorpusError
from assistant.http_values import API, DRAWN_PAGE, DocumentList, DocumentRead, DrawnPage, Job, JobKind
from assistant.interfaces.http.askers import asker_of, may_ask, may_write
from assistant.interfaces.http.background_jobs import BackgroundJobs, Work
from assistant.interfaces.http.gate import MULTIPART
from assistant.interfaces.http.problems import InvalidRequest, read_body
from assistant.interfaces.http.question_routes import json_response
from assistant.interfaces.http.request_models import AddressRequest, RefreshRequest, SyncRequest
from assistant.interfaces.http.uploading import FORM, sent_files
from assistant.types import DocumentRecord, Passage, RemovedFile, SyncReport

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


def reading_routes(assistant: Assistant) -> APIRouter:
    """The routes that read documents, over one assistant."""
    router = APIRouter(tags=["documents"], dependencies=[Depends(may_ask)])

    @router.get("/documents", response_model=DocumentList)
    def documents(
        offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100
    ) -> Response:
        """The documents by source, also files that could not be read, with the reason."""
        known = assistant.documents()
        return json_response(DocumentList(tuple(known[offset : offset + limit]), len(known), offset))

    @router.get("/removed", response_model=list[RemovedFile])
    def removed() -> Response:
        """The files that were removed and can be restored, the last one first."""
        return json_response(assistant.removed())

    @router.get("/documents/{source:path}/page", response_class=Response, responses={200: {"content": {PNG: {}}}})
    def page(
        source: str,
        page: Annotated[int | None, Query(ge=1, description="From 1; else the one that the quote is on.")] = None,
        start: Annotated[int | None, Query(ge=0, description="Where the quote to be marked begins.")] = None,
        end: Annotated[int | None, Query(ge=0, description="Where it ends.")] = None,
    ) -> Response:
        """A page of a PDF as a picture (PNG), with a quote of its text marked."""
        quote = (start, end) if start is not None and end is not None else None
        drawn = assistant.draw_page(source, page, quote=quote)
        told = encode(DrawnPage(drawn.page, drawn.pages, drawn.width, drawn.height, drawn.marks))
        return Response(drawn.png, media_type=PNG, headers={DRAWN_PAGE: told})

    @router.get("/documents/{source:path}/passages", response_model=list[Passage])
    def passages(source: str) -> Response:
        """The passages of a document, in reading order."""
        return json_response(assistant.passages(source))

    @router.get("/documents/{source:path}", response_model=DocumentRead)
    def document(source: str) -> Response:
        """A document with its exact text, to which the offsets of citations refer, and what is known of it."""
        found = assistant.document(source)
        return json_response(DocumentRead(_record(assistant, source), found))

    @router.get("/feeds", response_model=list[FeedState])
    def feeds() -> Response:
        """The feeds that are followed, each with how it fares."""
        return json_response(assistant.feeds())

    return router


def _record(assistant: Assistant, source: str) -> DocumentRecord:
    for record in assistant.documents():
        if record.source == source:
            return record
    raise CorpusError(f"There is no document {source[:200]!r} in the index any more.")


def changing_routes(assistant: Assistant, jobs: BackgroundJobs) -> APIRouter:
    """The routes that change which documents there are. What takes long answers 202, with a job."""
    router = APIRouter(tags=["documents"], dependencies=[Depends(may_write)])

    def begun(kind: JobKind, request: Request, work: Work) -> Response:
        job = jobs.begin(kind, asker_of(request).owner, work)
        response = json_response(job, 202)
        response.headers["Location"] = f"{API}/jobs/{job.id}"
        return response

    @router.post("/documents", response_model=Job, status_code=202, openapi_extra=ADDS)
    async def add(request: Request) -> Response:
        """Add files, sent as a form (multipart/form-data), or a web page by its address."""
        if request.headers.get("content-type", "").startswith(MULTIPART):
            sent = await sent_files(request)
            try:
                return begun("add", request, lambda progress, stop: sent.add(assistant, progress, stop))
            except BaseException:
                sent.discard()
                raise
        address = _web_address((await read_body(request, AddressRequest)).address)
        return begun("add", request, lambda progress, stop: assistant.add([address], progress=progress, stop=stop))

    @router.delete("/documents/{source:path}", response_model=SyncReport)
    def remove(source: str) -> Response:
        """Take a document out of the corpus; it is kept, and can be restored."""
        return json_response(assistant.remove(source))

    @router.post("/documents/{source:path}/restore", response_model=SyncReport)
    def restore(source: str) -> Response:
        """Put a document back that was removed, the last one of that name."""
        return json_response(assistant.restore(source))

    @router.post("/sync", response_model=Job, status_code=202)
    def sync(sent: SyncRequest, request: Request) -> Response:
        """Make the index equal to the corpus."""
        options = sent.model_dump()
        return begun("sync", request, lambda progress, stop: assistant.sync(progress=progress, stop=stop, **options))

    @router.post("/refresh", response_model=Job, status_code=202)
    def refresh(request: Request) -> Response:
        """Take in what is new and what changed, of the web pages that were added and of the feeds."""
        return begun("refresh", request, lambda progress, _: assistant.refresh(progress=progress))

    @router.post("/feeds", response_model=Job, status_code=202)
    def add_feed(sent: AddressRequest, request: Request) -> Response:
        """Follow a feed, and take in its articles."""
        address = _web_address(sent.address)
        return begun(
            "add feed", request, lambda progress, stop: assistant.add_feed(address, progress=progress, stop=stop)
        )

    @router.delete("/feeds", status_code=204)
    def remove_feed(address: str) -> None:
        """Follow a feed no more; its articles stay."""
        assistant.remove_feed(address)

    @router.post("/feeds/refresh", response_model=Job, status_code=202)
    def refresh_feeds(sent: RefreshRequest, request: Request) -> Response:
        """Take in what is new and what changed, of the feeds that are due or of one at once."""
        return begun(
            "refresh feeds",
            request,
            lambda progress, stop: assistant.refresh_feeds(sent.address, progress=progress, stop=stop),
        )

    @router.get("/jobs", response_model=list[Job])
    def all_jobs(request: Request) -> Response:
        """The asker's jobs, the newest first; those are kept that the server can remember."""
        return json_response(jobs.all(asker_of(request).owner))

    @router.get("/jobs/{id}", response_model=Job)
    def job(id: str, request: Request) -> Response:
        """A job, and how far it is."""
        return json_response(jobs.find(asker_of(request).owner, id))

    return router


def _web_address(sent: str) -> str:
    """An address that leads to the web, and not to a file of the server's."""
    if not is_web_address(sent):
        raise InvalidRequest("/address", "Send an http or https address.")
    return sent
