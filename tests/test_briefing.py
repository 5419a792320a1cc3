"""A briefing on a subject: its sections, exact quotes, and the files that it is taken along as."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from docx import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import html
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from assistant import Assistant
from assistant.interfaces.as_markdown import briefing_markdown
from assistant.interfaces.briefing_files import briefing_docx, briefing_html
from assistant.interfaces.cli import app
from assistant.langchain import SubjectRetriever
from assistant.models.packaged_reader import PackagedReader
from assistant.news.views import Briefing

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

TRICK = "<script>alert(1)</script> *[x](javascript:alert(1))*"
HEAD = "---\ntitle: {title}\npublished: {day}\npublisher: {publisher}\nurl: {url}\n---\n\n{text}\n"
FILES = {
    "north.md": HEAD.format(
        title="Fire at Quillport",
        day="2025-03-02",
        publisher="North Star",
        url="https://north.example/fire",
        text="The fire at the Quillport cold store killed nine people on Saturday. "
        "Marta Kroll, the mayor, said that the Quillport fire was a crime.",
    ),
    "south.md": HEAD.format(
        title=f'"Quillport {TRICK}"',
        day="2025-03-05",
        publisher="South Post",
        url="javascript:alert(2)",
        text="The fire at the Quillport cold store killed two people on Saturday. Ivo Hahn denied that the Quillport "
        "fire was a crime.",
    ),
    "owls.md": HEAD.format(
        title="Owls", day="2025-03-06", publisher="South Post", url="", text="Eagle owls bred in the Harn woods."
    ),
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus, reader: PackagedReader) -> Assistant:
    return open_corpus(FILES, reader)


@pytest.fixture(scope="module")
def briefing(assistant: Assistant) -> Briefing:
    return assistant.brief("Quillport fire")


def lines(briefing: Briefing, title: str) -> list[tuple[str, str]]:
    [section] = [one for one in briefing.sections if one.title == title]
    return [(line.label, line.citation.quote) for line in section.lines]


def test_what_tells_no_day_is_not_taken_for_the_latest(open_corpus: OpenCorpus) -> None:
    undated = {"manual.md": "# Pumps\n\nThe harbour pump of Veldt moves nine tons of water an hour.\n"}
    titles = [section.title for section in open_corpus(undated).brief("harbour pump").sections]
    assert "Latest" not in titles
    assert titles[0] == "What it is about"


def test_a_briefing_tells_what_the_other_views_do_in_brief(briefing: Briefing) -> None:
    assert [one.title for one in briefing.sections] == [
        "What it is about",
        "Latest",
        "Who says what",
        "When what happened",
        "Where the documents disagree",
    ]
    assert lines(briefing, "Who says what") == [
        ("Ivo Hahn, denied", "Ivo Hahn denied that the Quillport fire was a crime."),
        ("Marta Kroll", "Marta Kroll, the mayor, said that the Quillport fire was a crime."),
    ]
    assert {label for label, _ in lines(briefing, "When what happened")} == {"2025-03-01"}
    disputed = lines(briefing, "Where the documents disagree")
    assert disputed[0][0].startswith("The documents disagree: ")
    assert {
        f"The fire at the Quillport cold store killed {count} people on Saturday." for count in ("nine", "two")
    } <= {quote for _, quote in disputed}


def test_what_the_documents_do_not_answer_is_told(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.news.briefing.OPEN_QUESTIONS", ("Which orchestra of Lemuria plays for {}?",))
    assert assistant.brief("cold store fire").open_questions == (
        "Which orchestra of Lemuria plays for cold store fire?",
    )


@pytest.mark.parametrize("subject", ["Marta Kroll", "Who is Marta Kroll?", "Quillport"])
def test_of_a_name_or_a_question_no_further_questions_are_asked(assistant: Assistant, subject: str) -> None:
    assert assistant.brief(subject).open_questions == ()


def test_what_never_begins_and_hurts_nobody_is_not_asked_after(open_corpus: OpenCorpus) -> None:
    text = "---\ntitle: Toll\npublished: 2025-03-01\n---\n\nHarbour tolls rise. Marta Kroll backs harbour tolls.\n"
    asked = open_corpus({"toll.md": text}).brief("harbour tolls").open_questions
    assert not any(question.startswith(("When did", "How many people")) for question in asked)


def test_every_quote_is_exact_and_numbered_through(assistant: Assistant, briefing: Briefing) -> None:
    assert [one.number for one in briefing.citations] == list(range(1, len(briefing.citations) + 1))
    for one in briefing.citations:
        assert assistant.document(one.passage.source).text[one.start : one.end] == one.quote


def test_a_subject_that_no_document_tells_of_has_no_sections(assistant: Assistant) -> None:
    found = assistant.brief("submarines")
    assert [one.title for one in found.sections if one.title != "What it is about"] == []
    assert briefing_markdown(found).startswith("# submarines\n")


def test_the_web_page_runs_nothing_and_its_numbers_lead_to_the_sources(briefing: Briefing) -> None:
    page = html.document_fromstring(briefing_html(briefing).decode())
    assert page.xpath("//script | //img | //link | //*[@onclick]") == []
    assert TRICK.split(" ")[0] in page.text_content()
    targets = {f"#{id}" for id in page.xpath("//ol/li/@id")}
    assert {one for one in page.xpath("//a/@href") if one.startswith("#")} == targets
    outside = [one for one in page.xpath("//a/@href") if not one.startswith("#")]
    assert outside
    assert all(one.startswith("https://north.example/fire#:~:text=") for one in outside)


def test_markdown_shows_what_documents_say_and_obeys_none_of_it(briefing: Briefing) -> None:
    shown = MarkdownIt().render(briefing_markdown(briefing))
    assert "<script>" not in shown
    assert set(re.findall(r'href="([^":]*:)', shown)) == {"https:"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt; *[x](javascript:alert(1))*" in shown


def test_the_word_document_has_the_quotes_and_links_that_work(briefing: Briefing) -> None:
    written = WordDocument(io.BytesIO(briefing_docx(briefing)))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    for one in briefing.citations:
        assert f"{one.quote} [{one.number}]" in text
    links = [one.target_ref for one in written.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.HYPERLINK]
    assert links
    assert all(link.startswith("https://north.example/fire") for link in links)


def test_characters_that_xml_forbids_are_left_out_of_the_word_document() -> None:
    content = zipfile.ZipFile(io.BytesIO(briefing_docx(Briefing("a\x00b\x0b\ufffec", (), ())))).read(
        "word/document.xml"
    )
    assert WordDocument(io.BytesIO(briefing_docx(Briefing("x" * 4_000, (), ())))).core_properties.title == "x" * 255
    assert b"abc" in re.sub(rb"[ \xef\xbf\xbd]|&#\d+;", b"", content)


@pytest.mark.parametrize("view", ["timeline", "whats_new", "compare", "overview", "brief"])
def test_a_chain_gets_the_quotes_of_every_view(
    assistant: Assistant, view: Literal["timeline", "whats_new", "compare", "overview", "brief"]
) -> None:
    found = SubjectRetriever(assistant=assistant, view=view, until="2025-03-05").invoke("Quillport fire")
    assert [one.metadata["number"] for one in found] == list(range(1, len(found) + 1))
    assert found
    for one in found:
        text = assistant.document(one.metadata["source"]).text
        assert text[one.metadata["start"] : one.metadata["end"]] == one.page_content
        assert one.metadata["label"] is not None


def test_the_command_shows_it_and_writes_it_to_a_file(assistant: Assistant, tmp_path: Path) -> None:
    folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]

    def run(*options: str) -> str:
        result = CliRunner().invoke(app, ["brief", "Quillport fire", *folders, *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "\nWho says what\n" in run()
    assert json.loads(run("--json"))["subject"] == "Quillport fire"
    for end in ("md", "html", "docx"):
        assert f"Written to {tmp_path / 'brief'}.{end}" in run("--to", str(tmp_path / f"brief.{end}"))
        assert (tmp_path / f"brief.{end}").stat().st_size > 500
    refused = CliRunner().invoke(app, ["brief", "x", "--to", "brief.pdf"])
    assert refused.exit_code == 2
    assert ".md, .html, .docx" in re.sub(r"[\s│]+", " ", refused.output)
