"""What a corpus keeps and tells: content checked, adding stopped, removals undone, documents listed and counted."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant import CorpusError, DocumentRecord, Failure, ReadError, Stopped, SyncProgress, SyncReport
from assistant.corpus import CorpusFolder
from assistant.indexing import changes
from assistant.interfaces.cli import app
from assistant.interfaces.listing import Listing, kind_of, kinds, publishers
from assistant.interfaces.page.documents import ROWS, Shown, render_table
from assistant.interfaces.page.jobs import Jobs, steps_of
from assistant.interfaces.page.timeline_plot import render_timeline
from assistant.interfaces.page.tray import Ended, Outcome, advanced, render_ended, render_running
from assistant.interfaces.page.upkeep import render_feeds, render_removed
from assistant.interfaces.page.uploads import MOST_FILES, TOO_MUCH, Upload, add_uploads, discard
from assistant.interfaces.publication_counts import OTHERS, publication_counts
from assistant.interfaces.upload_names import safe_source
from assistant.reading import sniff
from assistant.reading.files import FileRead, FileToRead
from assistant.types import ProgressListener, RemovedFile
from tests.conftest import write_corpus
from tests.file_makers import docx, epub, odf, paragraph, pdf, xlsx, zipped
from tests.index_tools import Desk, briefing

TRICKS = "<img src=x onerror=alert(1)> ${x} {{y}}"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
    desk = Desk(tmp_path / "desk")
    desk.write({f"{number}.md": briefing(number) for number in range(3)})
    return desk


def record(source: str, title: str = "", **known: object) -> DocumentRecord:
    return DocumentRecord(source, title or source, 1, 10, **known)  # type: ignore[arg-type]


class TestContent:
    @pytest.mark.parametrize(
        ("name", "content", "kind"),
        [
            ("a.bin", pdf([["Words."]]), sniff.PDF),
            ("a.txt", docx(paragraph("Words.")), "a Word document"),
            ("a.docx", xlsx({"Sheet": [["Words."]]}), "an Excel workbook"),
            ("a.pdf", zipped({"a.txt": "Words."}), sniff.ZIP),
            ("a.md", b"{\\rtf1 Words.}", sniff.RTF),
        ],
    )
    def test_a_file_that_is_plainly_something_else_is_told_what_it_is(
        self, tmp_path: Path, name: str, content: bytes, kind: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ReadError, match=rf"^The file is {kind}, but its name ends in {path.suffix}\. Give it "):
            sniff.check(path)

    @pytest.mark.parametrize("head", [b"MZ\x90\0", b"\x7fELF", b"GIF89a", b"Rar!\x1a\x07", b"OggS"])
    def test_what_is_never_read_is_refused_under_every_name(self, tmp_path: Path, head: bytes) -> None:
        for name in ("a.txt", "a.pdf", "a.docx"):
            (tmp_path / name).write_bytes(head + bytes(50))
            with pytest.raises(ReadError, match="whatever its name says"):
                sniff.check(tmp_path / name)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.pdf", pdf([["Words."]])),
            ("a.docx", docx(paragraph("Words."))),
            ("a.xlsx", xlsx({"Sheet": [["Words."]]})),
            ("a.epub", epub("<p>Words.</p>")),
            ("a.odt", odf("<text:p>Words.</text:p>")),
            ("a.zip", docx(paragraph("Words."))),
            ("a.md", b"MZ is how this text begins."),
            ("a.txt", b""),
            ("a.docx", b"PK\x03\x04 and then nothing"),
        ],
    )
    def test_what_may_be_what_its_name_says_is_left_to_its_reader(
        self, tmp_path: Path, name: str, content: bytes
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        sniff.check(path)

    def test_adding_refuses_it_and_copies_nothing(self, desk: Desk, tmp_path: Path) -> None:
        path = tmp_path / "setup.pdf"
        path.write_bytes(b"\x7fELF" + bytes(50))
        with desk.assistant() as assistant:
            report = assistant.add([path])
        reason = "The file is a program, whatever its name says; such files hold no text that is read."
        assert report.failed == [Failure(str(path), reason)]
        assert not (desk.corpus / "setup.pdf").exists()


class TestKept:
    def test_what_was_left_out_and_when_a_document_came_outlive_a_rebuild(self, desk: Desk) -> None:
        (desk.corpus / "a.zip").write_bytes(zipped({"cranes.txt": "Four stand.", "x.bin": b"\0"}))
        report = desk.sync()
        with desk.assistant() as assistant:
            before = assistant.documents()
            desk.sync(rebuild=True)
            after = assistant.documents()
        [partial] = report.partial
        told = {one.source: (one.state, one.left_out) for one in after}
        assert told["a.zip"] == ("partly read", partial.reason)
        assert told["0.md"] == ("ready", "")
        assert [one.added_at for one in after] == [one.added_at for one in before]

    def test_files_that_could_not_be_read_are_read_again_only_when_told_to(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (desk.corpus / "a.json").write_text("no JSON")
        assert [failure.source for failure in desk.sync().failed] == ["a.json"]
        read: list[str] = []
        from assistant.indexing.reading_ahead import Worker

        original = Worker.read

        def noted(self: Worker, file: FileToRead) -> FileRead:
            read.append(file.source)
            return original(self, file)

        monkeypatch.setattr(Worker, "read", noted)
        assert [failure.source for failure in desk.sync().failed] == ["a.json"]
        assert read == []
        assert [failure.source for failure in desk.sync(retry=True).failed] == ["a.json"]
        assert read == ["a.json"]


class TestStopping:
    def test_a_sync_that_is_stopped_keeps_what_it_has_done(self, desk: Desk) -> None:
        stop = threading.Event()
        stop.set()
        with pytest.raises(Stopped):
            desk.sync(stop=stop)
        assert desk.sync().added == ["0.md", "1.md", "2.md"]

    def test_adding_that_is_stopped_takes_back_what_was_not_read(self, desk: Desk, tmp_path: Path) -> None:
        desk.sync()
        write_corpus(tmp_path / "more", {f"{number}.md": briefing(number) for number in range(10, 14)})
        stop = threading.Event()

        def listen(step: SyncProgress) -> None:
            if step.source == "more/11.md":
                stop.set()

        with desk.assistant() as assistant:
            report = assistant.add([tmp_path / "more"], progress=listen, stop=stop)
            indexed = [one.source for one in assistant.documents()]
        assert report.added == [source for source in indexed if source.startswith("more/")]
        assert sorted(path.name for path in (desk.corpus).rglob("1?.md")) == [
            source.removeprefix("more/") for source in report.added
        ]
        assert desk.sync() == SyncReport(unchanged=indexed)

    def test_adding_stops_while_another_sync_is_under_way(self, desk: Desk, tmp_path: Path) -> None:
        desk.sync()
        write_corpus(tmp_path, {"new.md": briefing(20)})
        stop = threading.Event()
        with desk.assistant() as assistant, assistant._syncing:
            threading.Timer(0.05, stop.set).start()
            with pytest.raises(Stopped):
                assistant.sync(stop=stop)

    def test_a_page_has_one_job_at_a_time_and_only_its_own_is_stopped(self) -> None:
        jobs = Jobs()
        with jobs.begun("one") as first, jobs.begun("one") as second, jobs.begun("two") as other:
            assert first is not None
            assert other is not None
            assert second is None
            jobs.stop("one")
            assert (first.is_set(), other.is_set()) == (True, False)
        with jobs.begun("one") as again:
            assert again is not None

    def test_the_steps_of_a_job_come_out_in_order_and_so_does_its_error(self) -> None:
        steps = [SyncProgress(number, 2, f"{number}.md") for number in range(2)]

        def work(tell: ProgressListener) -> str:
            for step in steps:
                tell(step)
            return "done"

        assert list(steps_of(work)) == [tuple(steps), "done"]
        with pytest.raises(ZeroDivisionError):
            list(steps_of(lambda _: 1 // 0))


class TestRestoring:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> CorpusFolder:
        write_corpus(tmp_path / "corpus", {"news/a.md": "old", "b.md": "b"})
        return CorpusFolder(tmp_path / "corpus", tmp_path / "removed")

    def test_a_removed_file_is_listed_and_comes_back_where_it_was(self, folder: CorpusFolder, tmp_path: Path) -> None:
        folder.remove("b.md")
        folder.remove("news/a.md")
        assert [one.source for one in folder.removed()] == ["news/a.md", "b.md"]
        folder.restore("news/a.md")
        assert (folder.path / "news/a.md").read_text() == "old"
        assert [one.source for one in folder.removed()] == ["b.md"]
        folder.restore("b.md")
        assert list((tmp_path / "removed").glob("*")) == []

    def test_of_several_the_last_comes_back(self, folder: CorpusFolder) -> None:
        folder.remove("news/a.md")
        write_corpus(folder.path, {"news/a.md": "new"})
        folder.remove("news/a.md")
        folder.restore("news/a.md")
        assert (folder.path / "news/a.md").read_text() == "new"

    def test_nothing_is_overwritten_and_nothing_unknown_restored(self, folder: CorpusFolder) -> None:
        folder.remove("b.md")
        write_corpus(folder.path, {"b.md": "another"})
        with pytest.raises(CorpusError, match=r"^There is a document 'b\.md' in the corpus\."):
            folder.restore("b.md")
        for name in ("c.md", "../removed", "", "/etc/passwd"):
            with pytest.raises(CorpusError, match=r"was removed\. See what was with: citewell restore$"):
                folder.restore(name)

    def test_the_list_of_feeds_is_no_document_to_be_removed(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {"feeds.opml": "<opml/>"})
        with pytest.raises(CorpusError, match=r"^There is no document 'feeds\.opml'"):
            folder.remove("feeds.opml")

    def test_what_is_discarded_is_gone_with_its_empty_folder(self, folder: CorpusFolder) -> None:
        folder.discard("news/a.md")
        folder.discard("news/a.md")
        assert sorted(path.name for path in folder.path.iterdir()) == ["b.md"]
        assert folder.removed() == []


class TestListing:
    RECORDS = (
        record("web/a.md", "Zebra", url="https://z.example", publisher="Times", published="2024-01-02"),
        record("b.pdf", "apple", failure="It is damaged."),
        record("c.zip", "Mango", left_out="x.bin", publisher="Argus", author="Ann"),
    )

    def sources(self, **chosen: object) -> list[str]:
        return [one.source for one in Listing(**chosen).of(self.RECORDS)]  # type: ignore[arg-type]

    def test_documents_are_sorted_and_those_without_a_value_come_last_both_ways(self) -> None:
        assert self.sources() == ["b.pdf", "c.zip", "web/a.md"]
        assert self.sources(descending=True) == ["web/a.md", "c.zip", "b.pdf"]
        assert self.sources(sort="publisher") == ["c.zip", "web/a.md", "b.pdf"]
        assert self.sources(sort="publisher", descending=True) == ["web/a.md", "c.zip", "b.pdf"]
        assert self.sources(sort="state") == ["web/a.md", "c.zip", "b.pdf"]

    def test_documents_are_searched_and_narrowed(self) -> None:
        assert self.sources(search="ANN man") == ["c.zip"]
        assert self.sources(kind="Web page") == ["web/a.md"]
        assert self.sources(publisher="Argus") == ["c.zip"]
        assert self.sources(state="not read") == ["b.pdf"]
        assert self.sources(state="not read", kind="Archive") == []

    def test_kinds_and_publishers_to_choose_from(self) -> None:
        assert kinds(self.RECORDS) == ["Web page", "PDF", "Archive"]
        assert publishers(self.RECORDS) == ["Argus", "Times"]
        assert [kind_of(record(name)) for name in ("a.MD", "a.xls", "a", "web/a.md")] == [
            "Text", "Sheet", "Other", "Text",
        ]  # fmt: skip

    def test_a_page_of_thousands_is_short_and_turns(self) -> None:
        records = [record(f"{number:04}.md") for number in range(3_000)]
        html = render_table(records, Shown(page=59))
        assert html.count("<tr>") == ROWS + 1
        assert "<b>2999.md</b>" in html
        assert "Page 60 of 60" in html
        assert Shown().turned("page:7").page == 7
        assert Shown(page=7).turned("sort:date") == Shown(Listing(sort="date", descending=True))
        for nonsense in (None, 7, "", "page:-1", "page:x", "sort:", "sort:source;drop", "page:99999999"):
            assert Shown(page=3).turned(nonsense) == Shown(page=3)

    def test_names_are_shown_as_text(self) -> None:
        tricky = record(f"{TRICKS}.md", TRICKS, publisher=TRICKS, failure=TRICKS, left_out=TRICKS, url="javascript:x")
        html = render_table([tricky])
        html += render_removed([RemovedFile(TRICKS, "2026-01-02T03:04:05+00:00")])
        html += render_timeline(publication_counts([record("a.md", publisher=TRICKS, published="2024-01-01")]))
        html += render_ended(Ended(TRICKS, (Outcome(TRICKS, "failed", TRICKS),)))
        html += render_running(TRICKS, SyncProgress(0, 1, TRICKS), [Outcome(TRICKS, "reading")])
        assert "<img" not in html
        assert "javascript:" not in html
        assert "&lt;img src=x onerror=alert(1)&gt;" in html
        assert render_feeds([]).startswith('<p class="hint">No feed is followed.')


class TestTimeline:
    def test_days_become_months_years_or_decades_as_the_span_grows(self) -> None:
        def periods(*days: str) -> tuple[str, ...]:
            return publication_counts([record("a.md", published=day) for day in days]).periods

        assert periods("2024-02-28", "2024-03-01T10:00:00Z") == ("2024-02-28", "2024-02-29", "2024-03-01")
        assert periods("2023-12-31", "2024-03-01") == ("2023-12", "2024-01", "2024-02", "2024-03")
        assert periods("2020-01-01", "2024-03") == ("2020", "2021", "2022", "2023", "2024")
        assert periods("1951-01-01", "1999-03-01") == ("1950s", "1960s", "1970s", "1980s", "1990s")
        assert periods("soon", "2024-99-01") == ()

    def test_the_publishers_of_few_documents_are_one_row(self) -> None:
        records = [record("a.md", published="2024", publisher=f"Press {number}") for number in range(10)]
        timeline = publication_counts([*records, record("b.md", published="2024", publisher="Press 0"), record("c.md")])
        assert (timeline.rows[0], timeline.rows[-1]) == (("Press 0", (2,)), (OTHERS, (2,)))
        assert (len(timeline.rows), timeline.undated) == (9, 1)


class TestUploads:
    def test_the_folders_of_a_name_are_kept_and_made_safe(self) -> None:
        assert safe_source("news/2024/a.txt") == "news/2024/a.txt"
        assert safe_source("../../etc/pass\x00wd") == "passwd"
        assert safe_source("C:\\news\\a.txt") == "a.txt"
        assert safe_source("/".join("abcdefghijklmnopqrstuvwxyz")) == "/".join("ghijklmnopqrstuvwxyz")
        assert safe_source("news/") == ""

    def test_too_many_at_once_are_refused(self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("assistant.interfaces.page.uploads.MOST_FILES", 1)
        write_corpus(tmp_path / "sent", {"a": briefing(30), "b": briefing(31)})
        uploads = [Upload("a.md", tmp_path / "sent/a"), Upload("b.md", tmp_path / "sent/b")]
        with desk.assistant() as assistant:
            assert add_uploads(assistant, uploads, replace=False) == [
                Outcome("a.md", "added"),
                Outcome("b.md", "failed", TOO_MUCH),
            ]
        assert MOST_FILES == 1_000
        discard(uploads)
        assert list((tmp_path / "sent").iterdir()) == []

    def test_the_bars_of_files_follow_the_sync(self) -> None:
        items: tuple[Outcome, ...] = (Outcome("a.md", "waiting"), Outcome("b.md", "waiting"))
        within = SyncProgress(0, 2, "a.md")
        items = advanced(items, None, within)
        assert [one.state for one in items] == ["reading", "waiting"]
        items = advanced(items, within, SyncProgress(1, 2, "a.md"))
        assert [one.state for one in items] == ["read", "waiting"]


class TestCommands:
    def run(self, desk: Desk, *arguments: str) -> str:
        folders = ["--corpus", str(desk.corpus), "--index", str(desk.index)]
        result = CliRunner(env={"CITEWELL_STATE_DIR": str(desk.folder / "state")}).invoke(app, [*arguments, *folders])
        assert result.exit_code == 0, result.output
        return result.stdout

    def test_documents_are_listed_removed_restored_and_counted(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        front = "---\ntitle: {}\npublished: 2024-0{}-01\npublisher: Argus\n---\n\nThe council met.\n"
        desk.write({f"{name}.md": front.format(name, month) for month, name in ((1, "One"), (3, "Two"))})
        self.run(desk, "sync")
        found = json.loads(self.run(desk, "list", "--search", "tw", "--publisher", "Argus", "--json"))
        assert [one["source"] for one in found] == ["Two.md"]
        found = json.loads(self.run(desk, "list", "--sort", "date", "--reverse", "--json"))
        assert [one["source"] for one in found] == ["Two.md", "One.md"]
        assert json.loads(self.run(desk, "timeline", "--json")) == {
            "periods": ["2024-01", "2024-02", "2024-03"],
            "rows": [["Argus", [1, 0, 1]]],
            "undated": 0,
        }
        assert [line.split() for line in self.run(desk, "timeline").splitlines()] == [
            ["Period", "Argus"], ["2024-01", "1"], ["2024-02"], ["2024-03", "1"],
        ]  # fmt: skip
        self.run(desk, "remove", "One.md")
        assert self.run(desk, "restore").splitlines()[1].split()[0] == "One.md"
        assert self.run(desk, "restore", "One.md").splitlines()[0] == "Added One.md"
        self.run(desk, "sync", "--retry")
