"""The folder of documents: listing, adding and removing, without ever losing a file."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from assistant.corpus import CorpusFolder
from assistant.errors import CorpusError, StorageError
from assistant.types import Failure
from tests.conftest import write_corpus


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    """An empty corpus."""
    corpus = CorpusFolder(tmp_path / "corpus", tmp_path / "removed")
    corpus.create()
    return corpus


def sources(folder: CorpusFolder) -> list[str]:
    return [file.source for file in folder.files()]


def everything_in(path: Path) -> list[str]:
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*"))


class TestFiles:
    def test_sources_are_relative_paths_in_order(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {"b.md": "b", "a/z.txt": "z", "a/b/c.md": "c", "B.md": "B"})
        assert sources(folder) == ["B.md", "a/b/c.md", "a/z.txt", "b.md"]
        assert [file.path for file in folder.files()] == [folder.path / source for source in sources(folder)]

    def test_hidden_files_and_folders_are_no_documents(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {".git/config": "x", ".hidden.md": "x", "a/.DS_Store": "x", "a/b.md": "b"})
        assert sources(folder) == ["a/b.md"]

    def test_links_are_not_followed(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "outside", {"secret.md": "secret"})
        (folder.path / "link.md").symlink_to(tmp_path / "outside" / "secret.md")
        (folder.path / "folder").symlink_to(tmp_path / "outside")
        (folder.path / "dangling.md").symlink_to(tmp_path / "nowhere")
        assert sources(folder) == []

    def test_what_is_no_regular_file_is_no_document(self, folder: CorpusFolder) -> None:
        os.mkfifo(folder.path / "pipe.txt")
        assert sources(folder) == []

    def test_a_missing_folder_is_an_error_that_says_how_to_go_on(self, tmp_path: Path) -> None:
        with pytest.raises(CorpusError) as refused:
            list(CorpusFolder(tmp_path / "nowhere", tmp_path / "removed").files())
        assert str(refused.value) == (
            f"The corpus folder {tmp_path / 'nowhere'} does not exist. Create it, name another with --corpus, "
            "or add documents to it with: citewell add PATH"
        )

    def test_a_folder_that_cannot_be_listed_is_an_error(
        self, folder: CorpusFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: str | Path) -> object:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        monkeypatch.setattr(os, "scandir", refuse)
        with pytest.raises(CorpusError, match=r"^The folder .*corpus cannot be listed: Permission denied\.$"):
            list(folder.files())

    def test_a_file_is_no_corpus(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("a")
        with pytest.raises(CorpusError, match=r"^.*a\.md is a file; a corpus is a folder of documents\."):
            list(CorpusFolder(tmp_path / "a.md", tmp_path / "removed").files())

    def test_a_folder_that_cannot_be_made_is_a_storage_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StorageError, match=r"^The corpus folder .* cannot be made: "):
            CorpusFolder(tmp_path / "file" / "corpus", tmp_path / "removed").create()


class TestAdd:
    def test_a_file_is_copied_under_its_name(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "from", {"a.md": b"one\r\n\x00two"})
        assert folder.add(tmp_path / "from" / "a.md") == (["a.md"], [])
        assert (folder.path / "a.md").read_bytes() == b"one\r\n\x00two"
        assert (tmp_path / "from" / "a.md").read_bytes() == b"one\r\n\x00two"

    def test_a_folder_is_copied_with_its_name_and_shape(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "from", {"a.md": "a", "deep/b.txt": "b", ".hidden": "h"})
        assert folder.add(tmp_path / "from") == (["from/a.md", "from/deep/b.txt"], [])
        assert sources(folder) == ["from/a.md", "from/deep/b.txt"]

    def test_into_names_a_folder_of_the_corpus(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "from", {"a.md": "a"})
        assert folder.add(tmp_path / "from" / "a.md", into="uploads/2024") == (["uploads/2024/a.md"], [])
        assert sources(folder) == ["uploads/2024/a.md"]

    def test_the_same_file_again_counts_as_copied(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "from", {"a.md": "a"})
        folder.add(tmp_path / "from" / "a.md")
        assert folder.add(tmp_path / "from" / "a.md") == (["a.md"], [])

    def test_a_different_file_of_the_same_name_is_never_overwritten_unasked(
        self, folder: CorpusFolder, tmp_path: Path
    ) -> None:
        write_corpus(folder.path, {"a.md": "old"})
        new = write_corpus(tmp_path / "from", {"a.md": "new"}) / "a.md"
        assert folder.add(new) == (
            [],
            [
                Failure(
                    str(new),
                    "a.md is already in the corpus with other content. Rename the new file, "
                    "or replace the old one with: citewell add --replace",
                )
            ],
        )
        assert (folder.path / "a.md").read_text() == "old"

    def test_a_file_of_the_corpus_itself_stays_where_it_is(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {"news/a.md": "a"})
        assert folder.add(folder.path / "news" / "a.md") == (["news/a.md"], [])
        assert sources(folder) == ["news/a.md"]

    def test_replace_replaces(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(folder.path, {"a.md": "old"})
        write_corpus(tmp_path / "from", {"a.md": "new"})
        assert folder.add(tmp_path / "from" / "a.md", replace=True) == (["a.md"], [])
        assert (folder.path / "a.md").read_text() == "new"

    def test_a_folder_in_the_way_is_not_replaced_by_a_file(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(folder.path, {"a.md/inside.md": "kept"})
        write_corpus(tmp_path / "from", {"a.md": "new"})
        copied, failed = folder.add(tmp_path / "from" / "a.md", replace=True)
        assert (copied, [failure.source for failure in failed]) == ([], [str(tmp_path / "from" / "a.md")])
        assert sources(folder) == ["a.md/inside.md"]

    def test_a_file_that_is_not_there_is_a_failure(self, folder: CorpusFolder, tmp_path: Path) -> None:
        missing = tmp_path / "nowhere.md"
        assert folder.add(missing) == ([], [Failure(str(missing), f"There is no file {missing}.")])

    @pytest.mark.skipif(os.name == "nt", reason="Windows takes a backslash in a name for a separator of folders")
    def test_a_name_with_a_backslash_comes_and_goes_like_any_other(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(tmp_path / "from", {"a\\b.md": "a"})
        assert folder.add(tmp_path / "from" / "a\\b.md") == (["a\\b.md"], [])
        assert folder.remove("a\\b.md").read_text("utf-8") == "a"
        assert sources(folder) == []

    @pytest.mark.parametrize(
        "into",
        ["..", "../elsewhere", "a/../../b", "/etc", ".hidden", "a/.git", "a\x00b"]
        + (["a\\..\\b", "c:d"] if os.name == "nt" else []),  # elsewhere these are characters like any other
    )
    def test_nothing_is_copied_out_of_the_corpus_or_among_hidden_files(
        self, folder: CorpusFolder, tmp_path: Path, into: str
    ) -> None:
        write_corpus(tmp_path / "from", {"a.md": "a"})
        before = everything_in(tmp_path)
        copied, failed = folder.add(tmp_path / "from" / "a.md", into=into)
        assert (copied, len(failed)) == ([], 1)
        assert "cannot be the name of a document" in failed[0].reason
        assert everything_in(tmp_path) == before

    def test_a_link_in_the_corpus_does_not_lead_a_copy_out(self, folder: CorpusFolder, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (folder.path / "link").symlink_to(tmp_path / "outside")
        write_corpus(tmp_path / "from", {"a.md": "a"})
        copied, failed = folder.add(tmp_path / "from" / "a.md", into="link")
        assert (copied, [failure.reason for failure in failed]) == (
            [],
            ["'link/a.md' leads out of the corpus folder through a link."],
        )
        assert everything_in(tmp_path / "outside") == []

    def test_a_name_too_long_is_a_failure_of_that_file_alone(self, folder: CorpusFolder, tmp_path: Path) -> None:
        long = "n" * 242 + ".md"
        write_corpus(tmp_path / "from", {long: "long", "short.md": "short"})
        copied, failed = folder.add(tmp_path / "from")
        assert copied == ["from/short.md"]
        assert [failure.reason for failure in failed] == [
            f"The name {'n' * 40!r}... is longer than 240 bytes. Shorten it."
        ]

    def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new(
        self, folder: CorpusFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_corpus(folder.path, {"a.md": "old"})
        new = write_corpus(tmp_path / "from", {"a.md": "new"}) / "a.md"

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(shutil, "copyfileobj", refuse)
        target = folder.path / "a.md"
        assert folder.add(new, replace=True) == (
            [],
            [Failure(str(new), f"{new} cannot be copied to {target}: No space left on device.")],
        )
        assert target.read_text() == "old"
        assert everything_in(folder.path) == ["a.md"]


class TestRemove:
    def test_the_file_is_kept_outside_the_corpus(self, folder: CorpusFolder, tmp_path: Path) -> None:
        write_corpus(folder.path, {"news/a.md": "text", "news/b.md": "b"})
        kept = folder.remove("news/a.md")
        assert sources(folder) == ["news/b.md"]
        assert kept.is_relative_to(tmp_path / "removed")
        assert (kept.read_text(), kept.parts[-2:]) == ("text", ("news", "a.md"))

    def test_the_same_name_removed_twice_keeps_both_files(self, folder: CorpusFolder) -> None:
        kept = []
        for text in ("first", "second"):
            write_corpus(folder.path, {"a.md": text})
            kept.append(folder.remove("a.md"))
        assert [path.read_text() for path in kept] == ["first", "second"]

    def test_folders_left_empty_go_and_the_corpus_itself_stays(self, folder: CorpusFolder) -> None:
        write_corpus(folder.path, {"a/b/c.md": "c", "a/d.md": "d"})
        folder.remove("a/b/c.md")
        assert everything_in(folder.path) == ["a", "a/d.md"]
        folder.remove("a/d.md")
        assert everything_in(folder.path) == []
        assert folder.path.is_dir()

    @pytest.mark.parametrize(
        "source",
        ["nowhere.md", "folder", "", ".", "..", "../outside.md", "/etc/passwd", "folder/../../outside.md", ".hidden.md",
         "a\x00b", "x" * 300, "\ud800.md", "'; DROP TABLE documents; --", "*.md"],
        ids=ascii,
    )  # fmt: skip
    def test_what_is_no_document_cannot_be_removed(self, folder: CorpusFolder, tmp_path: Path, source: str) -> None:
        write_corpus(tmp_path, {"corpus/folder/a.md": "a", "corpus/.hidden.md": "h", "outside.md": "o"})
        before = everything_in(tmp_path)
        with pytest.raises(CorpusError):
            folder.remove(source)
        assert everything_in(tmp_path) == before

    def test_a_link_cannot_be_removed(self, folder: CorpusFolder, tmp_path: Path) -> None:
        (tmp_path / "outside.md").write_text("o")
        (folder.path / "link.md").symlink_to(tmp_path / "outside.md")
        with pytest.raises(
            CorpusError, match=r"^There is no document 'link\.md' in .* See the names with: citewell list$"
        ):
            folder.remove("link.md")
        assert (folder.path / "link.md").is_symlink()

    def test_a_disk_that_refuses_leaves_the_document_where_it_was(self, folder: CorpusFolder, tmp_path: Path) -> None:
        (tmp_path / "removed").write_text("in the way")
        write_corpus(folder.path, {"a.md": "text"})
        with pytest.raises(StorageError, match=r"^a\.md cannot be moved to "):
            folder.remove("a.md")
        assert (folder.path / "a.md").read_text() == "text"
