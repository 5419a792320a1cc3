"""Packages bring readers: one that is installed is used like our own, and whatever is wrong with it costs its files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import ReadError
from assistant.interfaces.doctor import Diagnosis, ModelState, _look_at_plugins
from assistant.reading import READERS, is_isolated, reader_for
from assistant.reading.limits import Limits, Reading
from assistant.reading.plugins import GROUP, plugins
from assistant.reading.readers import plugin_problems
from assistant.reading.sniff import check
from assistant.settings import Settings
from assistant.types import SyncReport
from tests.file_makers import zipped
from tests.index_tools import Desk, body, briefing

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "citewell-lyrics"
SONG = "[00:58.00]The harbour opened\n[00:59.50]in 1950.\n"
HEARD = "## 0:00\n\nThe harbour opened\nin 1950.\n\n"
READS = """
    from assistant import Document

    def read(source, content, options):
        return Document(source, "A note", content.decode().upper())
"""


class Packages:
    """Packages as an installer leaves them, in a folder where Python looks first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, *suffixes: str, code: str = READS, version: str = "1.0") -> None:
        """A package with one module of that ``code``, whose ``read`` is named for each suffix; replaces an earlier."""
        module = name.replace("-", "_")
        self.remove(name)
        (self.folder / f"{module}.py").write_text(textwrap.dedent(code))
        facts = self.folder / f"{module}-{version}.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        named = "".join(f"{suffix} = {module}:read\n" for suffix in suffixes)
        (facts / "entry_points.txt").write_text(f"[{GROUP}]\n{named}")
        plugins.cache_clear()

    def remove(self, name: str) -> None:
        module = name.replace("-", "_")
        for facts in self.folder.glob(f"{module}-*.dist-info"):
            shutil.rmtree(facts)
        (self.folder / f"{module}.py").unlink(missing_ok=True)
        sys.modules.pop(module, None)
        plugins.cache_clear()


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two versions of a module may be written in one second
    plugins.cache_clear()
    yield Packages(folder)
    plugins.cache_clear()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write({"a.md": briefing(0), "b.note": "Two cranes stand here."})
    return desk


def _reason(report: SyncReport) -> str:
    """Why the one file failed that did; the other was taken in."""
    assert [one.source for one in report.failed] == ["b.note"]
    assert report.added == ["a.md"]
    return report.failed[0].reason


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip installed the example into, without any network."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--target", str(folder / "site"), str(folder / "source")]
    subprocess.run([*pip, *options], check=True, stdin=subprocess.DEVNULL)
    return folder / "site"


class TestTheExample:
    def test_its_format_is_read_once_it_is_installed(
        self, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = Desk(tmp_path)
        desk.write({"a.md": briefing(0), "songs/harbour.lrc": SONG})
        plugins.cache_clear()
        report = desk.sync()
        assert [(one.source, one.reason) for one in report.failed] == [
            (
                "songs/harbour.lrc",
                "Files of the format .lrc are not read. Save it in one that is, such as .pdf or .txt, and add that.",
            )
        ]
        monkeypatch.syspath_prepend(site)
        plugins.cache_clear()
        try:
            assert desk.sync() == SyncReport(added=["songs/harbour.lrc"], unchanged=["a.md"])
            assert desk.sync() == SyncReport(unchanged=["a.md", "songs/harbour.lrc"])
            with desk.assistant() as assistant:
                assert assistant.document("songs/harbour.lrc").text == HEARD
                [passage] = assistant.passages("songs/harbour.lrc")
            assert (passage.title, passage.breadcrumb) == ("harbour", "0:00")
            assert passage.text == "The harbour opened\nin 1950."
        finally:
            plugins.cache_clear()
        assert "citewell_lyrics" not in sys.modules  # it was read in another process

    def test_its_own_tests_pass(self, site: Path, tmp_path: Path) -> None:
        shutil.copy(EXAMPLE / "test_lyrics.py", tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])},
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert re.search(r"^4 passed", done.stdout, re.MULTILINE), done.stdout + done.stderr


class TestReading:
    def test_another_version_of_the_package_reads_its_files_again(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note")
        assert desk.sync().added == ["a.md", "b.note"]
        other = READS.replace("upper", "casefold")  # of another length: what is compiled is told by that and the second
        packages.install("shouting", "note", code=other, version="1.1")
        assert desk.sync() == SyncReport(updated=["b.note"], unchanged=["a.md"])
        with desk.assistant() as assistant:
            assert assistant.document("b.note").text == "two cranes stand here."

    def test_documents_stay_when_the_package_is_removed(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note")
        desk.sync()
        packages.remove("shouting")
        assert desk.sync().failed[0].reason.startswith("Files of the format .note are not read.")
        with desk.assistant() as assistant:
            assert assistant.document("b.note").text == "TWO CRANES STAND HERE."

    @pytest.mark.parametrize("name", ["note", ".note", "NOTE"])
    def test_suffix_may_be_named_with_its_dot_or_in_capitals(self, packages: Packages, name: str) -> None:
        packages.install("shouting", name)
        assert reader_for("deep/er/B.Note").version == "shouting-1.0"

    def test_its_files_are_read_in_a_process_of_their_own(self, packages: Packages) -> None:
        packages.install("shouting", "note")
        assert is_isolated("b.note")
        assert not is_isolated("a.md")

    def test_it_may_read_what_we_only_say_how_to_save(self, packages: Packages) -> None:
        packages.install("shouting", "numbers")
        assert reader_for("a.numbers").version == "shouting-1.0"
        with pytest.raises(ReadError, match=r"Save it as \.docx"):
            reader_for("a.doc")

    def test_its_files_may_begin_as_those_of_another_kind(self, packages: Packages, tmp_path: Path) -> None:
        song = tmp_path / "a.song"
        song.write_bytes(zipped({"words.txt": b"The harbour opened"}))
        with pytest.raises(ReadError, match="ZIP archive"):
            check(song)
        packages.install("citewell-songs", ".song")
        check(song)

    def test_its_files_are_read_within_archives_too(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note")
        desk.write({})
        (desk.corpus / "all.zip").write_bytes(zipped({"b.note": "Two cranes stand here."}))
        assert desk.sync() == SyncReport(added=["all.zip"])
        with desk.assistant() as assistant:
            assert assistant.document("all.zip").text == "# b.note\n\nTWO CRANES STAND HERE.\n\n"

    def test_document_has_the_name_that_the_corpus_has_for_it(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note", code=READS.replace("Document(source", "Document('a.md'"))
        assert desk.sync().added == ["a.md", "b.note"]
        with desk.assistant() as assistant:
            assert assistant.document("a.md").text == body(briefing(0))
            assert assistant.document("b.note").text == "TWO CRANES STAND HERE."


class TestWhatGoesWrong:
    def test_package_that_cannot_be_imported_is_told_and_costs_its_files_alone(
        self, packages: Packages, desk: Desk
    ) -> None:
        packages.install("shouting", "note", code="import no_such_package")
        assert _reason(desk.sync()) == (
            "The reader of .note files that shouting brings cannot be loaded: "
            "ModuleNotFoundError: No module named 'no_such_package'. Installed: shouting 1.0. "
            "Update or remove that package, then read such files again: citewell sync --retry"
        )
        packages.install("shouting", "note")
        assert desk.sync(retry=True) == SyncReport(added=["b.note"], unchanged=["a.md"])

    def test_package_without_the_function_that_it_names_is_told(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note", code="")
        assert "AttributeError: module 'shouting' has no attribute 'read'." in _reason(desk.sync())

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("raise __import__('assistant').ReadError('It is empty. Fill it.')", "It is empty. Fill it."),
            ("raise KeyError", "The reader failed at this file (KeyError). Please report it."),
            (
                "return 'text'",
                "The reader of .note files that shouting brings gave no document at this file. "
                "Report it to whoever makes that package.",
            ),
            ("return __import__('assistant').Document(source, 'A', ' ')", "The file holds no text."),
        ],
        ids=["refuses", "fails", "no document", "no text"],
    )
    def test_file_that_it_does_not_read_costs_that_file(
        self, packages: Packages, desk: Desk, code: str, reason: str
    ) -> None:
        packages.install("shouting", "note", code=f"def read(source, content, options):\n    {code}\n")
        assert _reason(desk.sync()) == reason

    def test_reader_that_ends_its_process_costs_that_file(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note", code="def read(*_):\n    __import__('os')._exit(1)\n")
        assert _reason(desk.sync()).startswith("The reader ended its process at this file")

    def test_reader_that_takes_too_long_is_stopped(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note", code="def read(*_):\n    __import__('time').sleep(100)\n")
        report = desk.sync(reading=Reading(Limits(seconds=2)))
        assert _reason(report).startswith("Reading the file took longer than 2 s.")

    def test_text_beyond_the_limit_is_refused(self, packages: Packages, desk: Desk) -> None:
        packages.install("shouting", "note")
        report = desk.sync(reading=Reading(Limits(text_characters=20)))
        assert "a text of more than 20 characters" in report.failed[-1].reason


class TestTelling:
    def test_suffix_that_we_read_ourselves_stays_ours(self, packages: Packages) -> None:
        packages.install("shouting", "md", "note")
        assert reader_for("a.md") is READERS[".md"]
        assert list(plugin_problems()) == [
            "shouting brings a reader of .md files, which Citewell reads itself; it is not used. "
            "Rename such files, or remove that package."
        ]

    def test_of_two_packages_for_one_suffix_the_first_by_name_is_used(self, packages: Packages) -> None:
        packages.install("whispering", "note")
        packages.install("shouting", "note")
        assert reader_for("b.note").version == "shouting-1.0"
        assert list(plugin_problems()) == [
            "whispering brings a reader of .note files, and shouting brings another, which is used. "
            "Remove one of the two packages."
        ]

    def test_doctor_lists_the_packages_and_what_is_wrong_with_them(self, packages: Packages) -> None:
        packages.install("shouting", "note")
        packages.install("whispering", "hush", code="import no_such_package", version="0.3")
        before = Diagnosis("1", "3", "here", {"torch": "2"}, ModelState("m"), "c", "i", "s", (), 1)
        found = _look_at_plugins(before, Settings())
        assert found.packages == {"torch": "2", "shouting": "1.0", "whispering": "0.3"}
        [problem] = found.problems
        assert problem.startswith("The reader of .hush files that whispering brings cannot be loaded: ")
