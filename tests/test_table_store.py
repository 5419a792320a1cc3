"""The kept tables follow the documents: each version has its own, whatever is killed, deleted or written meanwhile."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assistant import Assistant
from assistant.tables import duck
from assistant.tables.duck import DuckReader, DuckWriter
from assistant.tables.extraction import tables_of
from assistant.types import Document
from tests.index_tools import Desk, Workshop, tables_in

TOTAL = "What is the total depth of the piers?"
COUNT = "How many piers are there?"


def piers(*depths: int) -> str:
    return "Pier,Depth (m)\n" + "".join(f"P{at},{depth}\n" for at, depth in enumerate(depths))


OLD, NEW = {"piers.csv": piers(3, 5)}, {"piers.csv": piers(3, 5, 7), "note.txt": "The piers are old."}


def told(assistant: Assistant, question: str = TOTAL) -> str | None:
    answer = assistant.ask(question)
    return answer.text.partition(" [")[0] if answer.computation else None


OF_OLD = "The total Depth in piers is 8 m, over 2 rows."
OF_NEW = "The total Depth in piers is 15 m, over 3 rows."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write(OLD)
    made.sync()
    return made


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    shop = Workshop()
    yield shop
    shop.close()


def test_tables_change_and_go_with_their_document(desk: Desk) -> None:
    with desk.assistant() as assistant:
        assert told(assistant) == OF_OLD
        desk.write(NEW)
        desk.sync()
        assert told(assistant) == OF_NEW
        assert len(tables_in(desk.layout.tables)["files"]) == 1
        desk.write({"note.txt": NEW["note.txt"]})
        desk.sync()
        assert told(assistant) is None
        assert tables_in(desk.layout.tables)["files"] == []


@pytest.mark.parametrize(
    "step",
    [
        ("tables.put", "before", 1),
        ("tables.write", "after", 1),
        ("tables.put", "after", 1),
        ("manifest.commit", "before", 1),
        ("manifest.commit", "after", 1),
        ("tables.sweep", "before", 2),
    ],
    ids=str,
)
def test_sync_that_is_killed_serves_old_or_new_tables_and_the_next_one_ends_as_a_fresh_build(
    desk: Desk, workshop: Workshop, step: object
) -> None:
    desk.write(NEW)
    assert workshop.run(desk, kill=step) == {"signal": signal.SIGKILL}
    with desk.assistant() as assistant:
        assert told(assistant) in (OF_OLD, OF_NEW)
        desk.sync()
        assert told(assistant) == OF_NEW
    assert desk.describe() == desk.fresh()


def test_tables_that_were_deleted_are_made_anew_by_the_next_sync(desk: Desk) -> None:
    before = tables_in(desk.layout.tables)
    shutil.rmtree(desk.layout.tables)
    with desk.assistant() as assistant:
        assert told(assistant) is None
    desk.sync()
    assert tables_in(desk.layout.tables) == before
    with desk.assistant() as assistant:
        assert told(assistant) == OF_OLD


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tables" / "x.duckdb"
    text = "| Pier | Depth |\n|---|---|\n" + "".join(f"| P{n} | {n} |\n" for n in range(2_000))
    writer = DuckWriter()
    assert writer.write(path, list(tables_of(Document("a.md", "Piers", text, "markdown")))) == ["Piers"]
    writer.close()
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (a INT)",
        'DELETE FROM "Piers"',
        "COPY \"Piers\" TO 'out.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_nothing_can_be_changed_or_reached_from_the_tables(file: Path, statement: str) -> None:
    before, reader = file.read_bytes(), DuckReader()
    with pytest.raises(duckdb.Error):
        reader.rows([file], statement, ())
    reader.close()
    assert file.read_bytes() == before
    assert sorted(one.name for one in file.parent.iterdir()) == ["x.duckdb"]


def test_what_takes_too_long_is_stopped_and_rows_are_limited(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = DuckReader()
    assert len(reader.rows([file], 'SELECT * FROM "Piers"', ())) == duck.MOST_ROWS
    monkeypatch.setattr(duck, "SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        reader.rows([file], 'SELECT sum(a."Depth" * b."Depth" * c."Depth") FROM "Piers" a, "Piers" b, "Piers" c', ())
    reader.close()
