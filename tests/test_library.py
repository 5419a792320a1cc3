"""Libraries of references: each entry becomes a document, and so do its files, which carry what the entry says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, CorpusError, Failure
from assistant.corpus.library import FOREIGN
from tests.commands import Commands
from tests.conftest import assistant_with, write_corpus
from tests.file_makers import pdf
from tests.index_tools import HashingEmbedder

BIBTEX = r"""
@string{jh = "Journal of Harbours"}
@article{thorne2020,
  title = {The {Veldt} lighthouse},
  author = {Th{\"o}rne, Ada and de la Cruz, Juan and {Harbour Board}},
  journal = jh, year = 2020, month = may, day = 31,
  doi = {10.1000/veldt},
  abstract = {The lamp of \emph{Veldt} burns oil \& gas.},
  file = {Full Text PDF:files/12/Thorne\; Cruz.pdf:application/pdf;Notes:files/13/notes.txt:text/plain}
}
@book{marsh1999, title = {Fungi of Selwood}, author = {Tilda Marsh}, publisher = {Tarn Press}, date = {1999},
  url = {https://example.org/fungi}, file = {files/14/fungi.txt}}
"""
RIS = """TY  - JOUR
ID  - 17
TI  - Moths of Tarn
AU  - Reiss, Anton
AU  - Marsh, Tilda
JO  - Moth News
DA  - 2021/03/09/
AB  - The moths of Tarn fly in October.
L1  - files/17/moths.txt
L2  - https://example.org/moths
ER  -
"""
CSL = [
    {
        "id": "quarry",
        "type": "book",
        "title": "The quarry of Hythe",
        "author": [{"family": "Berg", "given": "Ola", "non-dropping-particle": "van"}, {"literal": "Slate Society"}],
        "issued": {"date-parts": [[2018, 7]]},
        "publisher": "Stone & Sons",
        "DOI": "10.1000/quarry",
        "abstract": "Hythe yields blue slate.",
    },
    "no entry",
]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with assistant_with(HashingEmbedder(), tmp_path / "home") as assistant:
        yield assistant


@pytest.fixture
def zotero(tmp_path: Path) -> Path:
    """A folder as Zotero exports it: a library, and its files beside it."""
    return write_corpus(
        tmp_path / "export",
        {
            "refs.bib": BIBTEX,
            "files/12/Thorne; Cruz.pdf": pdf([["The lamp of Veldt was lit by Ada in 1974."]]),
            "files/13/notes.txt": "The lamp needs 40 litres a night.",
            "files/14/fungi.txt": "Selwood has 214 species of fungi.",
            "files/17/moths.txt": "Moths of Tarn are grey.",
        },
    )


def told(assistant: Assistant) -> dict[str, tuple[str, str | None, str | None, str | None]]:
    """By source: title, author, date and publisher."""
    return {one.source: (one.title, one.author, one.published, one.publisher) for one in assistant.documents()}


LAMP = ("The Veldt lighthouse", "Ada Thörne, Juan de la Cruz, Harbour Board", "2020-05-31", "Journal of Harbours")
FUNGI = ("Fungi of Selwood", "Tilda Marsh", "1999", "Tarn Press")


class TestBibtex:
    def test_entries_and_their_files_carry_title_authors_date_and_publisher(
        self, assistant: Assistant, zotero: Path
    ) -> None:
        report = assistant.add_library(zotero / "refs.bib")
        assert (report.failed, len(report.added)) == ([], 5)
        known = told(assistant)
        [lamp] = [source for source in known if source.startswith("library/refs/thorne2020-")]
        [fungi] = [source for source in known if source.startswith("library/refs/marsh1999-")]
        assert known == {
            lamp: LAMP,
            fungi: FUNGI,
            "library/refs/files/12/Thorne; Cruz.pdf": LAMP,
            "library/refs/files/13/notes.txt": LAMP,
            "library/refs/files/14/fungi.txt": FUNGI,
        }
        document = assistant.document(lamp)
        assert document.url == "https://doi.org/10.1000/veldt"
        assert document.text.strip() == (
            "# The Veldt lighthouse\n\n"
            "- author: Ada Thörne; Juan de la Cruz; Harbour Board\n- journal: Journal of Harbours\n- year: 2020\n"
            "- month: May\n- day: 31\n- doi: 10.1000/veldt\n\nThe lamp of Veldt burns oil & gas."
        )
        assert assistant.document("library/refs/files/12/Thorne; Cruz.pdf").text.strip() == (
            "The lamp of Veldt was lit by Ada in 1974."
        )

    def test_a_citation_of_a_file_names_title_author_and_date_of_its_entry(
        self, assistant: Assistant, zotero: Path
    ) -> None:
        assistant.add_library(zotero / "refs.bib")
        found = [one.passage for one in assistant.search("How many litres a night does the lamp need?")]
        [passage] = [one for one in found if one.source == "library/refs/files/13/notes.txt"]
        assert (passage.title, passage.author, passage.published, passage.publisher) == LAMP

    def test_done_again_only_what_changed_is_changed(self, assistant: Assistant, zotero: Path) -> None:
        first = assistant.add_library(zotero / "refs.bib")
        again = assistant.add_library(zotero / "refs.bib")
        assert (again.added, again.updated, again.failed) == ([], [], [])
        (zotero / "refs.bib").write_text(BIBTEX.replace("Tilda Marsh", "Tilda Marsh-Reiss"))
        (zotero / "files/13/notes.txt").write_text("The lamp needs 50 litres a night.")
        changed = assistant.add_library(zotero / "refs.bib")
        [fungi] = [source for source in first.added if "marsh1999" in source]
        assert changed.updated == sorted([fungi, "library/refs/files/13/notes.txt", "library/refs/files/14/fungi.txt"])
        assert told(assistant)["library/refs/files/14/fungi.txt"][1] == "Tilda Marsh-Reiss"

    def test_what_is_no_longer_in_the_library_stays(self, assistant: Assistant, zotero: Path) -> None:
        first = assistant.add_library(zotero / "refs.bib")
        (zotero / "refs.bib").write_text("@book{new, title = {A new book}}")
        assert len(assistant.add_library(zotero / "refs.bib").added) == 1
        assert set(first.added) < set(told(assistant))

    def test_a_document_that_came_otherwise_is_not_replaced_nor_described(
        self, assistant: Assistant, zotero: Path, tmp_path: Path
    ) -> None:
        own = write_corpus(tmp_path / "own", {"notes.txt": "Quite another lamp."}) / "notes.txt"
        assistant.add([own], into="library/refs/files/13")
        report = assistant.add_library(zotero / "refs.bib")
        assert report.failed == [Failure("library/refs/files/13/notes.txt", FOREIGN)]
        document = assistant.document("library/refs/files/13/notes.txt")
        assert (document.title, document.author, document.text) == ("notes", None, "Quite another lamp.")
        assert assistant.add_library(zotero / "refs.bib", into="reading").failed == []
        assert told(assistant)["reading/files/13/notes.txt"] == LAMP

    def test_the_entries_that_are_no_bibtex_are_told_and_the_others_taken(
        self, assistant: Assistant, tmp_path: Path
    ) -> None:
        library = tmp_path / "half.bib"
        library.write_text("@book{a, title = {Whole}}\n@book{b, title = {Cut")
        report = assistant.add_library(library)
        assert [one[0] for one in told(assistant).values()] == ["Whole"]
        assert [one.source for one in report.failed] == ["a reference"]


@pytest.mark.parametrize(
    "named",
    ["../secret.txt", "/etc/hostname", "files/../../secret.txt", "link.txt", ".hidden/key.txt", "file:///etc/hostname"],
)
def test_no_file_outside_the_librarys_folder_is_taken(assistant: Assistant, tmp_path: Path, named: str) -> None:
    home = write_corpus(tmp_path, {"secret.txt": "x", "export/.hidden/key.txt": "x"}) / "export"
    (home / "link.txt").symlink_to(tmp_path / "secret.txt")
    (home / "refs.bib").write_text(f"@book{{a, title = {{Book}}, file = {{{named}}}}}")
    report = assistant.add_library(home / "refs.bib")
    assert [one[0] for one in told(assistant).values()] == ["Book"]
    assert [(one.source, one.reason.split(",")[0]) for one in report.failed] == [
        (named, "It is not in the folder of the library")
    ]


def test_files_that_are_missing_or_cannot_be_read_are_told(assistant: Assistant, tmp_path: Path) -> None:
    home = write_corpus(tmp_path, {"export/film.mp4": "x"}) / "export"
    (home / "refs.bib").write_text("@book{a, title = {Book}, file = {a:film.mp4:video/mp4;b:gone.pdf:application/pdf}}")
    assert [one.source for one in assistant.add_library(home / "refs.bib").failed] == ["film.mp4", "gone.pdf"]
    assert len(told(assistant)) == 1


def test_a_library_in_ris_with_its_files(assistant: Assistant, zotero: Path) -> None:
    (zotero / "moths.ris").write_text(RIS)
    assert assistant.add_library(zotero / "moths.ris").failed == []
    moths = ("Moths of Tarn", "Anton Reiss, Tilda Marsh", "2021-03-09", "Moth News")
    known = told(assistant)
    assert sorted(known.values()) == [moths, moths]
    assert "library/moths/files/17/moths.txt" in known


def test_a_library_in_csl_json(assistant: Assistant, tmp_path: Path) -> None:
    library = tmp_path / "stones.json"
    library.write_text(json.dumps(CSL))
    report = assistant.add_library(library)
    [(source, facts)] = told(assistant).items()
    assert facts == ("The quarry of Hythe", "Ola van Berg, Slate Society", "2018-07", "Stone & Sons")
    assert "Hythe yields blue slate." in assistant.document(source).text
    assert [one.source for one in report.failed] == ["a reference"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("refs.txt", "x", "It ends in none of .bib, .ris, .json."),
        ("refs.json", "{", "It is not JSON"),
        ("refs.json", '{"a": 1}', "It is no list of references in CSL-JSON."),
        ("refs.bib", "nothing here", "holds no references"),
        ("refs.ris", None, "The file cannot be opened"),
    ],
)
def test_what_is_no_library_is_told(
    assistant: Assistant, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(CorpusError, match=said):
        assistant.add_library(tmp_path / name)


def test_the_command_adds_a_library(zotero: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = Commands(tmp_path, monkeypatch).run("library", "add", str(zotero / "refs.bib"))
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        0,
        "5 added, 0 updated, 0 removed, 0 unchanged, 0 failed.",
    )
    assert (tmp_path / "state" / "library.json").stat().st_mode & 0o777 == 0o600
