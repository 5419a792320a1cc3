"""A copy of a part of the index, made while a writer may take files from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import StorageError
from assistant.indexing.private_copy import TRIES, PrivateCopy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "chroma"
    path.mkdir()
    (path / "stays.bin").write_bytes(b"stays")
    return path


def goes_while_copied(times: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were to be copied; the first so many are gone by then."""
    copy, tried = shutil.copyfile, list[str]()

    def copyfile(source: str, target: str) -> str:
        tried.append(Path(source).name)
        if len(tried) <= times:
            raise FileNotFoundError(2, "No such file or directory", source)
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    return tried


def test_folder_that_loses_files_meanwhile_is_copied_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = goes_while_copied(TRIES - 1, monkeypatch)
    copy = PrivateCopy(folder)
    assert {path.name: path.read_bytes() for path in copy.path.iterdir()} == {"stays.bin": b"stays"}
    assert len(tried) == TRIES
    copy.close()
    assert not copy.path.exists()


def test_one_that_always_loses_them_is_an_error_that_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_while_copied(1_000, monkeypatch)
    with pytest.raises(StorageError, match="cannot be copied to the folder for temporary files"):
        PrivateCopy(folder)
