"""The command line over a small real corpus: exit codes, JSON, messages; no document commands the terminal."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner, Result

from assistant import __version__, assembly
from assistant.corpus import CorpusFile
from assistant.indexing import changes
from assistant.interfaces import cli
from assistant.interfaces.as_csv import mentions_csv
from assistant.interfaces.as_json import to_json
from assistant.interfaces.doctor import Diagnosis, ModelState
from assistant.interfaces.wording import one_line, printable
from assistant.models import embedder
from assistant.types import (
    Answer,
    AnswerSentence,
    Citation,
    DocumentRecord,
    Failure,
    Mention,
    Mentions,
    Passage,
    Place,
    ScoredPassage,
    SyncReport,
)
from tests.file_makers import pdf
from tests.model_server import model_server

TOWER = """---
title: The Eiffel Tower
published: 2024-05-31
publisher: City Notes
---

# Size

The Eiffel Tower is 330 metres tall. It was the tallest building in the world until 1930.

# History

Gustave Eiffel's company built the tower for the World's Fair of 1889. It was meant to stand for twenty years.
"""
BRIDGE = """---
title: "[bold red]The Tower Bridge[/bold red]"
published: 2021-02-03
---

The Tower Bridge in London was opened by the Prince of Wales in 1894. \x1b[2JIts two bascules weigh \x07over 1,000 tons
each.
"""
GLOSSARY = "Glossary\n\nA bascule is a bridge section that is raised with a counterweight — like a seesaw.\n"
SOURCES = ["bridges/tower-bridge.md", "glossary.txt", "tower.md"]


class Desk:
    """A corpus with its index, and the command line over them."""

    def __init__(self, home: Path, charset: str = "utf-8") -> None:
        self.corpus, self.index, self.state = home / "corpus", home / "index", home / "state"
        self.runner = CliRunner(charset, env={"CITEWELL_STATE_DIR": str(self.state), "NO_COLOR": "1"})

    def run(self, *words: str) -> Result:
        return self.runner.invoke(cli.app, [*words, "--corpus", str(self.corpus), "--index", str(self.index)])

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)


def write_corpus(corpus: Path) -> None:
    (corpus / "bridges").mkdir(parents=True)
    (corpus / "tower.md").write_text(TOWER, "utf-8")
    (corpus / "bridges" / "tower-bridge.md").write_text(BRIDGE, "utf-8")
    (corpus / "glossary.txt").write_text(GLOSSARY, "utf-8")


@pytest.fixture(scope="module", autouse=True)
def _one_model() -> Iterator[None]:
    """Every command loads the model anew; here they share one, which saves half the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedder, "_open", functools.cache(embedder._open))
        yield


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Three documents, indexed; tests that use it change nothing."""
    desk = Desk(tmp_path_factory.mktemp("indexed"))
    write_corpus(desk.corpus)
    assert desk.run("sync").exit_code == 0
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Three documents in a corpus of the test's own, not indexed yet."""
    desk = Desk(tmp_path)
    write_corpus(desk.corpus)
    return desk


def names_of(kind: type) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


class TestUsage:
    def test_help_names_every_command(self) -> None:
        result = CliRunner().invoke(cli.app, ["--help"])
        assert result.exit_code == 0
        commands = ["add", "sync", "list", "remove", "search", "ask", "serve", "doctor", "show", "eval"]
        assert [word for word in commands if f"│ {word} " in result.stdout] == commands

    def test_importing_the_command_line_imports_nothing_heavy(self) -> None:
        heavy = ["chromadb", "gradio", "numpy", "pydantic", "rich", "sentence_transformers", "tantivy", "torch"]
        program = f"import sys, assistant.interfaces.cli; print([name for name in {heavy} if name in sys.modules])"
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert run.stdout == "[]\n"

    def test_version(self) -> None:
        result = CliRunner().invoke(cli.app, ["--version"])
        assert (result.exit_code, result.stdout) == (0, f"citewell {__version__}\n")

    @pytest.mark.parametrize(
        "words",
        [["ask"], ["ask", "why?", "--colour"], ["search", "why?", "--limit", "0"], ["summon"], ["add"]],
    )
    def test_wrong_usage_exits_with_2(self, words: list[str]) -> None:
        result = CliRunner().invoke(cli.app, words)
        assert (result.exit_code, result.stdout) == (2, "")


class TestAsk:
    def test_a_model_that_is_named_writes_the_answer(self, indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        with model_server() as server:
            server.says("The keeper was seen by none [1].")
            monkeypatch.setenv("CITEWELL_MODEL_URL", f"{server.address}/v1")
            answer = indexed.json("ask", "What is a bascule?", "--model", "openai:veldt-1")
            assert answer["written_by"] == "openai:veldt-1"
            assert answer["sentences"][0]["support"] == "unsupported"
            assert indexed.json("ask", "What is a bascule?", "--model", "extractive")["written_by"] == "extractive"
            assert len(server.requests) == 1

    def test_a_model_without_a_provider_is_an_error_that_shows_the_form(self, indexed: Desk) -> None:
        result = indexed.run("ask", "What is a bascule?", "--model", "gpt-5")
        assert result.exit_code == 1
        assert "name it as provider:name" in result.stderr

    def test_an_answer_cites_its_source(self, indexed: Desk) -> None:
        result = indexed.run("ask", "How tall is the Eiffel Tower?")
        assert (result.exit_code, result.stderr) == (0, "")
        lines = result.stdout.splitlines()
        assert lines[0].startswith("The Eiffel Tower is 330 metres tall. [1]")
        source = lines.index("[1] The Eiffel Tower › Size")
        assert lines[source + 1 : source + 3] == [
            "    2024-05-31 · City Notes · tower.md",
            "    “The Eiffel Tower is 330 metres tall.”",
        ]

    def test_the_question_needs_no_quotes(self, indexed: Desk) -> None:
        words = "How tall is the Eiffel Tower?"
        assert indexed.json("ask", *words.split()) == indexed.json("ask", words)

    def test_json_has_the_fields_of_answer(self, indexed: Desk) -> None:
        result = indexed.run("ask", "How tall is the Eiffel Tower?", "--json")
        answer = json.loads(result.stdout)
        assert (result.exit_code, result.stderr) == (0, "")
        assert list(answer) == [*names_of(Answer), "why"]
        assert list(answer["sentences"][0]) == names_of(AnswerSentence)
        assert list(answer["citations"][0]) == names_of(Citation)
        assert list(answer["citations"][0]["passage"]) == names_of(Passage)
        assert answer["abstained"] is False
        assert answer["citations"][0]["quote"] == "The Eiffel Tower is 330 metres tall."

    def test_markdown_has_the_sentences_with_their_numbers_and_the_sources(self, indexed: Desk) -> None:
        shown = indexed.run("ask", "What is a bascule?", "--markdown").stdout
        quote = "A bascule is a bridge section that is raised with a counterweight — like a seesaw."
        assert shown == (
            f"**What is a bascule?**\n\n{quote} [1]\n\n**Sources**\n\n[1] **Glossary** · glossary.txt\n\n> “{quote}”\n"
        )

    def test_a_question_that_is_not_answered_exits_with_3(self, indexed: Desk) -> None:
        result = indexed.run("ask", "What is the capital of Peru?")
        assert result.exit_code == 3
        assert "The closest passages:" in result.stdout.splitlines()
        answer = indexed.json("ask", "What is the capital of Peru?")
        assert (answer["abstained"], answer["citations"]) == (True, [])

    def test_filters_are_passed_on(self, indexed: Desk) -> None:
        found = indexed.json("search", "tower", "--since", "2024-01-01", "--source", "tower.md")
        assert {scored["passage"]["source"] for scored in found} == {"tower.md"}
        assert indexed.json("search", "tower", "--until", "2020-01-01") == []
        several = indexed.json("search", "tower", "--source", "tower.md", "--source", "glossary.txt", "--limit", "50")
        assert {scored["passage"]["source"] for scored in several} == {"tower.md", "glossary.txt"}
        refused = indexed.run("search", "tower", "--publisher", "Nobody")
        assert refused.exit_code == 1
        assert "No document in the index is published by 'Nobody'." in " ".join(refused.stderr.split())

    def test_why_it_is_answered_is_shown_where_that_is_asked(self, indexed: Desk) -> None:
        shown = indexed.run("ask", "--explain", "How tall is the Eiffel Tower?").stdout
        assert "Why: taken for a question of the kind “how many”.\n" in shown
        why = indexed.json("ask", "How tall is the Eiffel Tower?")["why"]
        total = why["base"] + sum(factor["adds"] for factor in why["signals"])
        assert why["confidence"] == pytest.approx(1 / (1 + math.exp(-total)))
        assert f"The confidence {why['confidence']:.2f} reaches the {why['threshold']:.2f} that it takes:\n" in shown
        assert "Why:" not in indexed.run("ask", "How tall is the Eiffel Tower?").stdout

    def test_why_it_is_not_answered_is_shown_as_well(self, indexed: Desk) -> None:
        shown = indexed.run("ask", "--explain", "Which orchestra plays in Lemuria?").stdout
        assert " does not reach the " in shown

    def test_an_empty_question_is_an_error(self, indexed: Desk) -> None:
        result = indexed.run("ask", " ", "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert "question" in result.stderr


class TestSearch:
    def test_json_is_a_list_of_scored_passages(self, indexed: Desk) -> None:
        found = indexed.json("search", "Who opened the Tower Bridge?", "--limit", "1")
        assert [list(scored) for scored in found] == [names_of(ScoredPassage)]
        assert found[0]["passage"]["source"] == "bridges/tower-bridge.md"

    def test_document_text_neither_commands_the_terminal_nor_is_markup(self, indexed: Desk) -> None:
        result = indexed.run("search", "Who opened the Tower Bridge?", "--limit", "1")
        assert result.exit_code == 0
        assert " 1. [bold red]The Tower Bridge[/bold red]" in result.stdout.splitlines()
        assert "Its two bascules weigh over 1,000 tons" in result.stdout
        assert [character for character in result.stdout if character < " " and character != "\n"] == []

    def test_a_terminal_without_unicode_gets_escapes(self, indexed: Desk) -> None:
        ascii_desk = Desk(indexed.corpus.parent, "ascii")
        result = ascii_desk.run("search", "What is a bascule?", "--limit", "1")
        assert "with a counterweight \\u2014 like a seesaw." in result.stdout
        assert ascii_desk.json("search", "What is a bascule?") == indexed.json("search", "What is a bascule?")


class TestMentions:
    def test_documents_are_counted_and_shown_the_newest_first(self, indexed: Desk) -> None:
        result = indexed.run("mentions", "tower")
        assert (result.exit_code, result.stderr) == (0, "")
        lines = result.stdout.splitlines()
        assert lines[0] == "2 documents mention it; in 2 of them the title or the first passage does."
        assert [line for line in lines if line.startswith(("  1. ", "  2. "))] == [
            "  1. The Eiffel Tower › Size",
            "  2. [bold red]The Tower Bridge[/bold red]",
        ]
        assert "The Eiffel Tower is 330 metres tall." in result.stdout
        assert [character for character in result.stdout if character < " " and character != "\n"] == []

    def test_pages_and_filters(self, indexed: Desk) -> None:
        result = indexed.run("mentions", "tower", "--limit", "1")
        assert "Note: More of them: --first 2" in result.stderr
        assert "[bold red]" in indexed.run("mentions", "tower", "--first", "2").stdout
        assert indexed.json("mentions", "tower", "--since", "2024-01-01")["documents"] == 1
        assert indexed.json("mentions", "tower", "--without", "Tower")["documents"] == 0

    def test_json_has_all_fields_and_every_document(self, indexed: Desk) -> None:
        found = indexed.json("mentions", "tower", "--limit", "1")
        assert [*found] == [*names_of(Mentions), "in_words"]
        assert [list(one) for one in found["shown"]] == [names_of(Mention)] * 2

    def test_csv_is_a_row_for_each_document(self, indexed: Desk) -> None:
        result = indexed.run("mentions", "tower", "--csv")
        head, *rows = csv.reader(io.StringIO(result.stdout))
        assert head == "number published title publisher source place sentence address prominent".split()
        assert rows[0] == [
            *("1", "2024-05-31", "The Eiffel Tower", "City Notes", "tower.md", ""),
            *("The Eiffel Tower is 330 metres tall.", "", "yes"),
        ]
        assert len(rows) == 2

    def test_nothing_in_it_is_a_formula_or_another_row(self) -> None:
        said = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", "a\r\nb", 'a"b', "|x", "%0")
        passages = [Passage("a-0", "a.md", text, "", text, 0, len(text)) for text in said]
        shown = tuple(
            Mention(Citation(number, passage, passage.text, 0, passage.end), (), (), (), is_prominent=True)
            for number, passage in enumerate(passages, start=1)
        )
        _, *rows = csv.reader(io.StringIO(mentions_csv(Mentions("x", len(said), 0, (), (), shown))))
        expected = ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'=1", "'=1", "'＝1", "a b", 'a"b', "'|x", "'%0"]
        assert [row[2] for row in rows] == [row[6] for row in rows] == expected

    def test_an_answer_that_counts_names_the_command_for_the_whole_list(self, indexed: Desk) -> None:
        result = indexed.run("ask", "How many articles mention the tower?", "--since", "2020-01-01")
        assert result.exit_code == 0
        assert result.stdout.startswith(
            "2 documents mention “tower”; in 2 of them the title or the first passage does."
        )
        assert "Note: The whole list: citewell mentions tower --since 2020-01-01" in result.stderr

    def test_what_makes_no_sense_is_told(self, indexed: Desk) -> None:
        result = indexed.run("mentions", "NOT", "tower")
        assert (result.exit_code, result.stderr) == (
            1,
            "Error: Say what to find: a word, a name, or words in quotation marks. For example: Kyiv\n",
        )
        assert indexed.run("mentions", "tower", "--csv", "--json").exit_code == 2


class TestDocuments:
    def test_sync_reports_what_changed(self, desk: Desk) -> None:
        assert desk.json("sync") == dataclasses.asdict(SyncReport(added=SOURCES))
        (desk.corpus / "tower.md").write_text(TOWER.replace("330", "331"), "utf-8")
        (desk.corpus / "glossary.txt").unlink()
        result = desk.run("sync")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.splitlines() == [
            "Updated tower.md",
            "Removed glossary.txt",
            "0 added, 1 updated, 1 removed, 1 unchanged, 0 failed.",
        ]
        assert desk.json("sync") == dataclasses.asdict(SyncReport(unchanged=[SOURCES[0], SOURCES[2]]))

    def test_verify_compares_the_content_of_files_whose_size_and_times_stayed(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changes, "SETTLED_NANOSECONDS", -(10**15))
        desk.run("sync")
        monkeypatch.setattr(CorpusFile, "stamp", "the same")
        desk.run("sync")  # notes the stamps, which tell nothing from now on
        (desk.corpus / "tower.md").write_text(TOWER + "\nIt is repainted every seven years.\n", "utf-8")
        assert desk.run("sync").stdout == "0 added, 0 updated, 0 removed, 3 unchanged, 0 failed.\n"
        assert desk.run("sync", "--verify").stdout.splitlines()[0] == "Updated tower.md"

    def test_a_file_that_cannot_be_read_exits_with_1_and_the_rest_is_done(self, desk: Desk) -> None:
        (desk.corpus / "noise.txt").write_bytes(bytes(range(256)) * 8)
        result = desk.run("sync", "--json")
        report = json.loads(result.stdout)
        assert (result.exit_code, report["added"]) == (1, SOURCES)
        assert [list(failure) for failure in report["failed"]] == [names_of(Failure)]
        assert report["failed"][0]["source"] == "noise.txt"
        again = desk.run("sync")
        assert (again.exit_code, again.stdout) == (1, "0 added, 0 updated, 0 removed, 3 unchanged, 1 failed.\n")
        assert again.stderr == f"Failed: noise.txt: {one_line(report['failed'][0]['reason'])}\n"

    def test_a_file_that_was_never_read_has_no_language_and_can_be_removed(self, desk: Desk) -> None:
        (desk.corpus / "noise.txt").write_bytes(bytes(range(256)) * 8)
        desk.run("sync")
        [record] = [record for record in desk.json("list") if record["failure"]]
        assert (record["source"], record["language"], record["passages"]) == ("noise.txt", "", 0)
        result = desk.run("remove", "noise.txt")
        assert (result.exit_code, result.stdout) == (0, "0 added, 0 updated, 0 removed, 3 unchanged, 0 failed.\n")
        assert result.stderr == f"Note: The file of noise.txt is kept in {desk.state / 'removed'}.\n"

    def test_list_shows_every_document(self, indexed: Desk) -> None:
        records = indexed.json("list")
        assert [record["source"] for record in records] == SOURCES
        assert list(records[0]) == names_of(DocumentRecord)
        first, *rows = indexed.run("list").stdout.splitlines()
        assert first.split() == ["Document", "Title", "Date", "Language", "Passages"]
        assert [row.split()[0] for row in rows] == SOURCES

    def test_add_never_replaces_another_document_unasked(self, desk: Desk, tmp_path: Path) -> None:
        new = tmp_path / "tower.md"
        new.write_text(TOWER.replace("330", "331"), "utf-8")
        refused = desk.run("add", str(new))
        assert refused.exit_code == 1
        assert "--replace" in refused.stderr
        assert (desk.corpus / "tower.md").read_text("utf-8") == TOWER
        assert desk.json("add", str(new), "--replace")["updated"] == ["tower.md"]
        assert desk.json("add", str(new), "--into", "towers")["added"] == ["towers/tower.md"]

    def test_add_tells_only_of_the_files_that_are_added(self, desk: Desk, tmp_path: Path) -> None:
        (desk.corpus / "noise.txt").write_bytes(bytes(range(256)) * 8)
        desk.run("sync")
        (tmp_path / "good.txt").write_text("The harbour lies in Veldt.", "utf-8")
        (tmp_path / "cells.xlsx").write_bytes(b"cells")
        result = desk.run("add", str(tmp_path / "good.txt"))
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "Added good.txt\n1 added, 0 updated, 0 removed, 3 unchanged, 0 failed.\n"
        for path in (tmp_path / "cells.xlsx", desk.corpus / "noise.txt"):
            again = desk.run("add", str(path))
            assert again.exit_code == 1
            assert again.stderr.startswith(f"Failed: {path.name}: ")
            assert len(again.stderr.splitlines()) == 1

    def test_a_source_that_is_none_is_an_error_that_names_the_nearest(self, indexed: Desk) -> None:
        for command in ("ask", "search"):
            result = indexed.run(command, "--source", "bridge", "How high is the tower?")
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr.startswith(
                "Error: There is no document or folder 'bridge' in the index. Did you mean bridges or "
                "bridges/tower-bridge.md? See the names with: citewell list --corpus "
            )
        assert indexed.run("ask", "--source", "bridges/", "Who opened the Tower Bridge?").exit_code == 0

    def test_show_prints_a_document_as_it_was_read_or_draws_a_page_of_it(self, desk: Desk, tmp_path: Path) -> None:
        (desk.corpus / "cranes.pdf").write_bytes(pdf([["The cranes are four."], ["They are old."]]))
        desk.run("sync")
        assert desk.run("show", "cranes.pdf").stdout == "The cranes are four.\n\nThey are old.\n\n\n"
        assert desk.json("show", "cranes.pdf")["text"] == "The cranes are four.\n\nThey are old.\n\n"
        picture = tmp_path / "page.png"
        drawn = desk.run("show", "cranes.pdf", "--page", "2", "--output", str(picture))
        assert drawn.stderr == f"Page 2 of 2 is in {picture}.\n"
        assert picture.read_bytes().startswith(b"\x89PNG")
        missing = desk.run("show", "cranes.pdf", "--page", "3", "--output", str(picture))
        assert (missing.exit_code, missing.stderr) == (1, "Error: There is no page 3: cranes.pdf has 2.\n")
        assert desk.run("show", "cranes.pdf", "--page", "2").exit_code == 2

    def test_remove_keeps_the_file_aside(self, desk: Desk) -> None:
        desk.run("sync")
        result = desk.run("remove", "glossary.txt")
        assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "Removed glossary.txt")
        assert [path.read_text("utf-8") for path in desk.state.rglob("glossary.txt")] == [GLOSSARY]
        unknown = desk.run("remove", "glossary.txt", "--json")
        assert (unknown.exit_code, unknown.stdout) == (1, "")
        assert unknown.stderr.startswith("Error: There is no document 'glossary.txt'")


class TestErrors:
    def test_an_index_of_another_corpus_is_refused(self, indexed: Desk, tmp_path: Path) -> None:
        stranger = Desk(tmp_path)
        write_corpus(stranger.corpus)
        stranger.index = indexed.index
        for words in (["sync"], ["list"], ["ask", "How tall is the Eiffel Tower?"]):
            result = stranger.run(*words)
            assert (result.exit_code, result.stdout) == (1, "")
            assert str(indexed.corpus) in result.stderr
        assert [record["source"] for record in indexed.json("list")] == SOURCES

    def test_a_missing_corpus_is_said(self, tmp_path: Path) -> None:
        result = Desk(tmp_path).run("sync")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"Error: The corpus folder {tmp_path / 'corpus'} does not exist.")

    def test_a_command_that_is_advised_names_the_folders_that_were_named(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path / "two words")
        folders = f"--corpus '{desk.corpus}' --index '{desk.index}'"
        assert (
            desk.run("list").stderr
            == f"Error: There is no index in {desk.index}. Make it with: citewell sync {folders}\n"
        )
        assert desk.run("sync").stderr.endswith(f" or add documents to it with: citewell add PATH {folders}\n")
        write_corpus(desk.corpus)
        assert desk.run("remove", "no.md").stderr.endswith(f" See the names with: citewell list {folders}\n")

    def test_an_unknown_variable_is_said(self, indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CITEWELL_COLOUR", "red")
        result = indexed.run("list")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: Unknown environment variable CITEWELL_COLOUR.")

    @pytest.mark.parametrize("words", [["--debug", "list"], ["list", "--debug"]])
    def test_the_traceback_is_for_debug_only(self, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_settings: object) -> NoReturn:
            raise RuntimeError("the \x1b[31mdisk\nmelted")

        monkeypatch.setattr(assembly, "open_assistant", fail)
        plain = CliRunner().invoke(cli.app, ["list"])
        assert (plain.exit_code, plain.stdout) == (1, "")
        assert plain.stderr == (
            "Error: Unexpected RuntimeError: the disk melted. Run again with --debug to see where it comes from.\n"
        )
        told = CliRunner().invoke(cli.app, words)
        assert (told.exit_code, told.stderr.splitlines()[0]) == (1, "Traceback (most recent call last):")

    def test_ctrl_c_says_that_nothing_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(_settings: object) -> NoReturn:
            raise KeyboardInterrupt

        monkeypatch.setattr(assembly, "open_assistant", interrupt)
        result = CliRunner().invoke(cli.app, ["sync"])
        assert (result.exit_code, result.stdout) == (130, "")
        assert result.stderr == "\nStopped. What was done is kept; run the same command again to finish it.\n"


class TestServe:
    def test_the_page_gets_the_address_that_was_named(self, indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        served: list[dict[str, object]] = []
        page = ModuleType("assistant.interfaces.page")
        page.serve = lambda _assistant, **address: served.append(address)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "assistant.interfaces.page", page)
        assert indexed.run("serve", "--port", "7999").exit_code == 0
        assert served == [{"host": "127.0.0.1", "port": 7999, "everyone": False}]


class TestDoctor:
    def test_all_is_well(self, indexed: Desk) -> None:
        result = indexed.run("doctor", "--json")
        diagnosis = json.loads(result.stdout)
        assert (result.exit_code, list(diagnosis)) == (0, names_of(Diagnosis))
        assert diagnosis["problems"] == []
        assert diagnosis["back_up"] == [str(indexed.corpus), str(indexed.state)]
        assert (diagnosis["documents"], diagnosis["needs_sync"]) == (3, False)
        model = diagnosis["model"]
        assert (model["name"], model["verified"], model["prompts"]) == ("all-MiniLM-L6-v2", True, ["", ""])
        assert model["precision"] in ("int8", "int8, by exact products")
        assert 0.995 <= model["least_cosine"] <= 1
        lines = indexed.run("doctor").stdout.splitlines()
        least = f"least cosine to single precision on this processor {model['least_cosine']:.4f}"
        assert f"Computes    {model['precision']}; {least}" in lines
        assert "Users       none; the page asks nobody to log in (CITEWELL_USERS names their file)" in lines
        assert lines[-1] == "No problems found."

    def test_it_tells_who_logs_in(self, indexed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "users.json"
        path.write_text(json.dumps({"users": {"ann": "one hash", "bob": "another"}}), "utf-8")
        monkeypatch.setenv("CITEWELL_USERS", str(path))
        told = indexed.json("doctor")
        assert (told["users_file"], told["users"]) == (str(path), 2)
        assert told["back_up"] == [str(indexed.corpus), str(indexed.state), str(path)]

        diagnosis = Diagnosis(**told | {"model": ModelState("m"), "reader": None})
        rows = [dict(dataclasses.replace(diagnosis, users=users).rows())["Users"] for users in (2, 1, 0, None)]
        assert rows == [
            f"{path}, 2 users (back this up)",
            f"{path}, 1 user (back this up)",
            f"{path}, no users yet; add one with: citewell user add NAME",
            f"{path}, not usable",
        ]

    def test_a_damaged_file_of_users_is_a_problem(
        self, indexed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "users.json"
        path.write_text("[]", "utf-8")
        monkeypatch.setenv("CITEWELL_USERS", str(path))
        result = indexed.run("doctor")
        assert result.exit_code == 1
        assert f"Problem: {path} is no file of users." in result.stdout

    def test_it_tells_when_a_sync_is_due(self, indexed: Desk, tmp_path: Path) -> None:
        shutil.copytree(indexed.corpus, tmp_path / "corpus")
        desk = Desk(tmp_path)
        desk.run("sync")
        (desk.corpus / "new.txt").write_text("Something new.", "utf-8")
        assert desk.json("doctor")["needs_sync"] is True
        advice = f"Up to date  no, run: citewell sync --corpus {desk.corpus} --index {desk.index}"
        assert advice in desk.run("doctor").stdout.splitlines()

    def test_a_missing_corpus_is_a_problem(self, tmp_path: Path) -> None:
        result = Desk(tmp_path).run("doctor")
        assert result.exit_code == 1
        assert f"Problem: The corpus folder {tmp_path / 'corpus'} does not exist." in result.stdout

    def test_a_damaged_index_is_a_problem_with_its_remedy(self, desk: Desk) -> None:
        desk.run("sync")
        (desk.index / "manifest.sqlite").write_bytes(b"not a database, and long enough to be looked at" * 100)
        result = desk.run("doctor", "--json")
        [problem] = json.loads(result.stdout)["problems"]
        assert result.exit_code == 1
        assert problem.endswith(f" citewell sync --rebuild --corpus {desk.corpus} --index {desk.index}")


class TestWords:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("plain\ttext\nof — two lines", "plain\ttext\nof — two lines"),
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b]0;title\x07", "]0;title"),
            ("C1 \x9b2J and DEL \x7f", "C1 2J and DEL "),
            ("one\r\ntwo\rthree", "one\ntwo\nthree"),
            ("invoice\u202egpj.exe", "invoicegpj.exe"),
            ("name\udc80", "name\ufffd"),
            ("עברית‏ نص 👩‍👩‍👧", "עברית‏ نص 👩‍👩‍👧"),
        ],
    )
    def test_printable_removes_what_commands_a_terminal(self, text: str, shown: str) -> None:
        assert printable(text) == shown

    def test_one_line_is_one_line(self) -> None:
        assert one_line(" a\n\tb\r\nc\u2028d ") == "a b c d"

    def test_json_is_exact_whatever_it_is_written_in(self) -> None:
        place = Place("page", "Ω \x9b \udc80 👩 “")
        assert to_json(place) == '{\n  "kind": "page",\n  "label": "Ω \\u009b \\udc80 👩 “"\n}'
        for encoding in ("utf-8", "latin-1", "ascii"):
            written = to_json((place,), encoding).encode(encoding).decode(encoding)
            assert json.loads(written) == [{"kind": "page", "label": place.label}]


def test_a_backup_is_taken_and_restored_elsewhere(tmp_path: Path) -> None:
    here, there, backup = Desk(tmp_path / "here"), Desk(tmp_path / "there"), tmp_path / "backup.tar.gz"
    write_corpus(here.corpus)
    (here.corpus / "link.md").symlink_to(here.corpus / "tower.md")
    taken = here.run("backup", str(backup))
    assert (taken.exit_code, taken.stdout) == (0, f"Backed up 3 files (0.0 MB) in {backup} (0.0 MB).\n")
    assert taken.stderr == "Note: Left out: corpus/link.md, as it is a link, or no file at all.\n"
    restored = there.json("restore-backup", str(backup))
    assert (restored["files"], restored["before"]) == (3, [])
    assert restored["places"] == {"corpus": str(there.corpus), "state": str(there.state)}
    again = there.run("restore-backup", str(backup))
    assert again.exit_code == 1
    assert again.stderr == (
        f"Error: {there.corpus} is not empty. Name an empty folder, or have it replaced with: "
        "citewell restore-backup --replace FILE\n"
    )
    replaced = there.run("restore-backup", str(backup), "--replace")
    assert replaced.stdout.splitlines()[1:] == [f"  corpus: {there.corpus}", f"  state: {there.state}"]
    sync = f"Bring the index up to date with: citewell sync --corpus {there.corpus} --index {there.index}"
    assert replaced.stderr.splitlines()[-1] == f"Note: {sync}"
    assert [one["source"] for one in _synced(there)] == SOURCES


def _synced(desk: Desk) -> Any:
    assert desk.run("sync").exit_code == 0
    return desk.json("list")
