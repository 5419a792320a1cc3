"""Documents, feeds and jobs over the HTTP API, by our own client and by plain requests on this machine."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any

import httpx
import pytest
from PIL import Image

from assistant import Assistant, Client, CorpusError, LimitError, ReadError, Stopped, SyncProgress, SyncReport
from assistant.corpus.web import source_of
from assistant.http_values import Job, JobProblem
from assistant.interfaces.http import background_jobs
from assistant.interfaces.http.background_jobs import BackgroundJobs
from assistant.types import Failure
from tests.browser import served
from tests.conftest import write_corpus
from tests.file_makers import pdf
from tests.index_tools import Desk, briefing
from tests.news_site import page, publish, told
from tests.web_server import Site, served_site

PATIENCE = 60.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write({"a.md": briefing(0), "notes/b.md": briefing(1)})
    return desk


@pytest.fixture
def assistant(desk: Desk) -> Iterator[Assistant]:
    with desk.assistant() as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def ended(address: str, begun: httpx.Response) -> dict[str, Any]:
    """A job once it has ended."""
    assert begun.status_code == 202
    assert begun.headers["location"] == f"/api/v1/jobs/{begun.json()['id']}"
    patience = time.monotonic() + PATIENCE
    while True:
        job: dict[str, Any] = httpx.get(address + begun.headers["location"]).json()
        if job["ended_at"]:
            return job
        assert time.monotonic() < patience
        time.sleep(0.02)


class TestReading:
    def test_documents_come_in_pages(self, address: str) -> None:
        told = httpx.get(f"{address}/api/v1/documents?offset=1&limit=1").json()
        assert (told["total"], told["offset"], [one["source"] for one in told["documents"]]) == (2, 1, ["notes/b.md"])

    @pytest.mark.parametrize("query", ["offset=-1", "limit=0", "limit=100000", "limit=x"])
    def test_no_page_is_without_bounds(self, address: str, query: str) -> None:
        assert httpx.get(f"{address}/api/v1/documents?{query}").status_code == 422

    def test_a_document_comes_with_its_text_and_its_record(self, address: str, assistant: Assistant) -> None:
        told = httpx.get(f"{address}/api/v1/documents/notes/b.md").json()
        assert told["document"]["text"] == assistant.document("notes/b.md").text
        assert (told["record"]["source"], told["record"]["passages"]) == ("notes/b.md", 2)

    @pytest.mark.parametrize(
        "source",
        ["../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "/etc/passwd", "a.md%00", "%ff", ".h",
         "notes/../../state/tokens.sqlite", "a.md%0d%0aX-Injected:%20yes", "%E2%80%AE", "x" * 5000],
    )  # fmt: skip
    @pytest.mark.parametrize("below", ["", "/page", "/passages"])
    def test_no_name_leads_out_of_the_corpus(self, address: str, source: str, below: str) -> None:
        told = raw(address, "GET", f"/api/v1/documents/{source}{below}")
        assert told.status_code in (200, 404) if below == "/passages" else told.status_code == 404
        assert "root:" not in told.text
        assert "x-injected" not in told.headers
        for method, path in (("DELETE", ""), ("POST", "/restore")):
            assert raw(address, method, f"/api/v1/documents/{source}{path}").status_code in (404, 405)
        assert len(httpx.get(f"{address}/api/v1/documents").json()["documents"]) == 2

    def test_a_page_is_drawn_with_the_quote_marked(self, client: Client, assistant: Assistant, address: str) -> None:
        write_corpus(assistant.settings.corpus_dir, {"c.pdf": pdf([["The first page."], ["The harbour has cranes."]])})
        assistant.sync()
        start = assistant.document("c.pdf").text.index("The harbour")
        quote = (start, start + len("The harbour has cranes."))
        assert client.draw_page("c.pdf", quote=quote) == assistant.draw_page("c.pdf", quote=quote)
        plain = httpx.get(f"{address}/api/v1/documents/c.pdf/page?page=1")
        assert plain.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(plain.content)).size == (1224, 1584)
        with pytest.raises(ReadError, match=r"^There is no page 3: c\.pdf has 2\.$"):
            client.draw_page("c.pdf", 3)


def raw(address: str, method: str, path: str) -> httpx.Response:
    """A request for exactly this path, which no client makes any shorter."""
    url = httpx.URL(address)
    with httpx.Client() as client:
        request = client.build_request(method, url)
        request.url = url.copy_with(raw_path=path.encode())
        return client.send(request)


class TestAdding:
    def test_files_and_folders_are_sent_and_added(self, client: Client, assistant: Assistant, tmp_path: Path) -> None:
        write_corpus(tmp_path / "new", {"c.md": briefing(2), "deep/d.md": briefing(3), ".hidden.md": "x"})
        (tmp_path / "e.md").write_text(briefing(4))
        seen: list[SyncProgress] = []
        report = client.add(
            [tmp_path / "new", str(tmp_path / "e.md"), tmp_path / "gone.md"], into="in", progress=seen.append
        )
        assert report.added == ["in/e.md", "in/new/c.md", "in/new/deep/d.md"]
        assert report.unchanged == ["a.md", "notes/b.md"]
        assert report.failed == [Failure(str(tmp_path / "gone.md"), f"There is no file {tmp_path / 'gone.md'}.")]
        assert assistant.document("in/new/deep/d.md").title == "The viaduct survey 3"
        assert client.add([tmp_path / "e.md"], into="in").unchanged == assistant.sync().unchanged

    def test_many_bytes_are_sent_in_several_requests(
        self, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("assistant.client.BATCH_BYTES", 2_000)
        write_corpus(tmp_path / "new", {f"{number}.md": briefing(number) for number in range(2, 5)})
        assert client.add([tmp_path / "new"]).added == ["new/2.md", "new/3.md", "new/4.md"]

    def test_what_failed_is_told_under_the_name_it_had(self, address: str, assistant: Assistant) -> None:
        files = [
            ("files", ("a.md", b"Another text than there is.")),
            ("files", ("x.pdf", b"no PDF at all")),
            ("files", ("x.pdf", b"the same name")),
            ("files", ("../../etc/cron.d/evil.md", b"# Climbs\n\nIt stays below.")),
            ("files", ("C:\\windows\\y.md", b"# Windows\n\nIt stays below, too.")),
        ]
        job = ended(address, httpx.post(f"{address}/api/v1/documents", files=files))
        assert job["state"] == "done"
        assert sorted(job["sync"]["added"]) == ["evil.md", "y.md"]
        reasons = {one["source"]: one["reason"] for one in job["sync"]["failed"]}
        assert "/" not in "".join(reasons)
        assert reasons["a.md"].startswith("a.md is already in the corpus with other content.")
        assert {*reasons} == {"a.md", "x.pdf"}
        assert assistant.document("a.md").title == "The harbour survey 0"

    def test_a_document_is_replaced_where_that_is_said(
        self, client: Client, assistant: Assistant, tmp_path: Path
    ) -> None:
        (tmp_path / "a.md").write_text("# New\n\nAnother text than there was.\n")
        assert client.add([tmp_path / "a.md"], replace=True).updated == ["a.md"]
        assert assistant.document("a.md").title == "New"

    @pytest.mark.parametrize("into", ["../out", "/etc", ".hidden"])
    def test_no_folder_leads_out_of_the_corpus(self, client: Client, tmp_path: Path, into: str) -> None:
        (tmp_path / "c.md").write_text(briefing(2))
        [failure] = client.add([tmp_path / "c.md"], into=into).failed
        assert (failure.source, "cannot be the name of a document" in failure.reason) == ("c.md", True)

    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ({"data": {"into": "x"}, "files": [("other", ("c.md", b"x"))]}, 422),
            ({"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422),
            ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
            ({"json": {"address": "/etc/passwd"}}, 422),
            ({"json": {"address": "file:///etc/passwd"}}, 422),
            ({"json": {"address": "https://x.example", "into": "y"}}, 422),
            ({"content": b"<xml/>"}, 422),
        ],
    )
    def test_what_cannot_be_added_is_refused(self, address: str, form: dict[str, Any], status: int) -> None:
        told = httpx.post(f"{address}/api/v1/documents", **form)
        assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")

    def test_a_form_that_is_too_large_is_refused_before_it_is_stored(
        self, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small = assistant.settings.model_copy(update={"limit_file_megabytes": 1})
        monkeypatch.setattr(assistant, "settings", small)
        body = b"--x\r\nContent-Disposition: form-data; name=files; filename=c.md\r\n\r\n" + b"y" * 2_100_000
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        with served(assistant) as address:
            for content in (body, iter([body[:1_000_000], body[1_000_000:]])):
                told = httpx.post(f"{address}/api/v1/documents", content=content, headers=form)
                assert (told.status_code, told.json()["detail"]) == (413, "At most 2 MB are taken at once.")

    def test_a_page_is_added_by_its_address_and_refreshed(self, client: Client, assistant: Assistant) -> None:
        with served_site() as site:
            site.pages["/article"] = page(1)
            source = source_of(site.url("/article"))
            assert client.add([site.url("/article")]).added == [source]
            site.pages["/article"] = page(1, 2)
            report = client.refresh()
            assert (report.pages.written, report.sync.updated) == ((source,), [source])
            assert told(1, 2) in assistant.document(source).text
            [failure] = client.add([site.url("/gone")]).failed
            assert failure.source == site.url("/gone")


class TestRemoving:
    def test_a_document_is_removed_and_restored(self, client: Client, assistant: Assistant) -> None:
        assert client.remove("notes/b.md").removed == ["notes/b.md"]
        assert [one.source for one in client.removed()] == ["notes/b.md"]
        with pytest.raises(CorpusError, match=r"^There is no document 'notes/b\.md'"):
            client.remove("notes/b.md")
        assert client.restore("notes/b.md").added == ["notes/b.md"]
        with pytest.raises(CorpusError, match=r"^No document 'notes/b\.md' was removed"):
            client.restore("notes/b.md")

    def test_names_with_any_characters_are_named_exactly(self, client: Client, assistant: Assistant) -> None:
        name = "ä #1?/100% [x];+&='\".md"
        write_corpus(assistant.settings.corpus_dir, {name: briefing(5)})
        assert client.sync(verify=True).added == [name]
        assert client.document(name) == assistant.document(name)
        assert client.remove(name).removed == [name]


class TestFeeds:
    @pytest.fixture
    def site(self) -> Iterator[Site]:
        with served_site() as site:
            publish(site, range(2))
            yield site

    def test_a_feed_is_followed_and_left(self, client: Client, assistant: Assistant, site: Site) -> None:
        report = client.add_feed(site.url("/feed"))
        assert report.sync.added == sorted(source_of(site.url(f"/article/{number}")) for number in range(2))
        assert [len(one.written) for one in report.feeds] == [2]
        assert client.feeds() == assistant.feeds()
        publish(site, range(3))
        assert client.refresh_feeds(site.url("/feed")).sync.added == [source_of(site.url("/article/2"))]
        client.remove_feed(site.url("/feed"))
        assert client.feeds() == []
        with pytest.raises(CorpusError, match="is not followed"):
            client.refresh_feeds(site.url("/feed"))

    @pytest.mark.parametrize("named", ["/etc/passwd", "feeds.opml", "file:///etc/passwd"])
    def test_no_file_of_the_server_is_taken_for_a_feed(self, address: str, named: str) -> None:
        assert httpx.post(f"{address}/api/v1/feeds", json={"address": named}).status_code == 422


class TestJobs:
    def test_jobs_run_one_after_another_and_tell_how_far_they_are(self) -> None:
        jobs, go_on, seen = BackgroundJobs(), Event(), SyncProgress(1, 2, "a.md")

        def work(tell: Any, _: Event) -> SyncReport:
            tell(seen)
            assert go_on.wait(PATIENCE)
            return SyncReport(added=["a.md"])

        first, second = jobs.begin("sync", "ann", work), jobs.begin("add", "ann", lambda *_: SyncReport())
        until(lambda: jobs.find("ann", first.id).progress == seen)
        assert [(one.id, one.state) for one in jobs.all("ann")] == [(second.id, "waiting"), (first.id, "under way")]
        go_on.set()
        until(lambda: jobs.find("ann", second.id).state == "done")
        done = jobs.find("ann", first.id)
        assert (done.state, done.sync, done.problem) == ("done", SyncReport(added=["a.md"]), None)
        jobs.stop()

    def test_a_job_that_fails_tells_why_and_the_next_goes_on(self) -> None:
        def refused(*_: object) -> SyncReport:
            raise CorpusError("It is not possible.")

        def broken(*_: object) -> SyncReport:
            raise RuntimeError("nobody thought of it")

        jobs = BackgroundJobs()
        ids = [jobs.begin("sync", "ann", work).id for work in (refused, broken)]
        until(lambda: all(jobs.find("ann", id).ended_at for id in ids))
        told = [jobs.find("ann", id).problem for id in ids]
        jobs.stop()
        assert [(one.kind, one.detail) for one in told if one] == [
            ("CorpusError", "It is not possible."),
            ("CitewellError", "It could not be taken in (RuntimeError: nobody thought of it). Please report it."),
        ]

    def test_anothers_job_is_not_there(self) -> None:
        jobs = BackgroundJobs()
        job = jobs.begin("sync", "ann", lambda *_: SyncReport())
        with pytest.raises(CorpusError, match=r"^There is no job"):
            jobs.find("bob", job.id)
        assert jobs.all("bob") == []
        jobs.stop()

    def test_what_waits_and_what_is_kept_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(background_jobs, "MOST_WAITING", 2)
        monkeypatch.setattr(background_jobs, "MOST_KEPT", 3)
        jobs, began, go_on = BackgroundJobs(), Event(), Event()

        def work(*_: object) -> SyncReport:
            began.set()
            assert go_on.wait(PATIENCE)
            return SyncReport()

        first = jobs.begin("sync", "ann", work)
        assert began.wait(PATIENCE)
        others = [jobs.begin("sync", "ann", work) for _ in range(2)]
        with pytest.raises(LimitError, match=r"^2 jobs wait already"):
            jobs.begin("sync", "ann", work)
        go_on.set()
        until(lambda: bool(jobs.find("ann", others[1].id).ended_at))
        last = jobs.begin("sync", "ann", work)
        assert [one.id for one in jobs.all("ann")] == [last.id, others[1].id, others[0].id]
        with pytest.raises(CorpusError):
            jobs.find("ann", first.id)
        jobs.stop()

    def test_a_server_that_ends_stops_the_job_under_way_and_begins_no_other(self) -> None:
        jobs, began = BackgroundJobs(), Event()

        def work(_: object, stop: Event) -> SyncReport:
            began.set()
            assert stop.wait(PATIENCE)
            return SyncReport()

        first = jobs.begin("sync", "ann", work)
        second = jobs.begin("sync", "ann", work)
        assert began.wait(PATIENCE)
        jobs.stop()
        assert [jobs.find("ann", one.id).state for one in (first, second)] == ["done", "waiting"]

    def test_a_job_that_is_stopped_ends_and_tells_what_it_did(self) -> None:
        jobs, began = BackgroundJobs(), Event()

        def adds(_: object, stop: Event) -> SyncReport:
            began.set()
            assert stop.wait(PATIENCE)
            return SyncReport(added=["a.md"])

        def syncs(_: object, stop: Event) -> SyncReport:
            if stop.is_set():
                raise Stopped("It was stopped.")
            return SyncReport()

        first, second, third = (jobs.begin("add", "ann", work) for work in (adds, syncs, syncs))
        assert began.wait(PATIENCE)
        with pytest.raises(CorpusError, match=r"^There is no job"):
            jobs.end("bob", first.id)
        assert [jobs.end("ann", one.id).state for one in (second, first)] == ["waiting", "under way"]
        until(lambda: bool(jobs.find("ann", third.id).ended_at))
        ended = [jobs.find("ann", one.id) for one in (first, second, third)]
        assert [one.state for one in ended] == ["stopped", "stopped", "done"]
        assert (ended[0].sync, ended[1].problem) == (SyncReport(["a.md"]), JobProblem("Stopped", "It was stopped."))
        assert jobs.end("ann", third.id) == ended[2] == jobs.find("ann", third.id)
        jobs.stop()

    def test_the_client_stops_what_it_began(
        self, client: Client, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end, told_to_end, stop, told = BackgroundJobs.end, Event(), Event(), list[SyncReport]()

        def noted(jobs: BackgroundJobs, owner: str, id: str) -> Job:
            job = end(jobs, owner, id)
            told_to_end.set()
            return job

        monkeypatch.setattr(BackgroundJobs, "end", noted)
        write_corpus(tmp_path / "new", {f"{number}.md": briefing(number) for number in range(2, 6)})
        adding = Thread(target=lambda: told.append(client.add([tmp_path / "new"], stop=stop)))
        with assistant._alone(Event()):  # nothing is indexed meanwhile
            adding.start()
            until(lambda: len(list(assistant.settings.corpus_dir.rglob("new/*.md"))) == 4)
            stop.set()
            assert told_to_end.wait(PATIENCE)
        adding.join(PATIENCE)
        assert [(one.added, one.failed) for one in told] == [([], [])]
        assert not list(assistant.settings.corpus_dir.rglob("new/*.md"))
        assert [one.source for one in client.documents()] == ["a.md", "notes/b.md"]

    def test_the_servers_end_is_theirs(self, assistant: Assistant) -> None:
        with served(assistant) as address:
            ended(address, httpx.post(f"{address}/api/v1/sync", json={}))
            assert "citewell-jobs" in [thread.name for thread in enumerate_threads()]
        assert "citewell-jobs" not in [thread.name for thread in enumerate_threads()]


def until(holds: Any) -> None:
    patience = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.01)
