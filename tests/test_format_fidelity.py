"""Whatever a file of any format says, its words are kept in order, and passages, quotes and places hold exactly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.indexing.passages import split
from assistant.reading import read, reader_for
from assistant.text.answer_sentences import sentences_of
from assistant.text.tables import HeadsAbove
from assistant.types import Document, Passage
from tests.compound_files import msg, xls
from tests.file_makers import docx, eml, epub, odf, odp, ods, paragraph, pdf, pptx, xlsx, zipped

Pages = list[list[str]]
"""The paragraphs of each page, slide, sheet, chapter or file; a format without such has them all in a row."""
Table = list[list[str]]

LEFTOVERS = re.compile(r"\bNaN\b|\bNone\b|\bnull\b|Unnamed: \d|\bnan\b|<NA>")
"""What converters write where there is nothing; the words of these tests hold none of it."""
LETTERS = "abzABZ01289éßİжЩ漢かア한أב.’“–%€&<𝄞😀́"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=9)
PLAIN_WORDS = st.text(st.sampled_from("abzABZ019.'%&<"), min_size=1, max_size=9)


def paragraphs_of(words: st.SearchStrategy[str]) -> st.SearchStrategy[Pages]:
    said = st.lists(words, min_size=1, max_size=30).map(" ".join)
    return st.lists(st.lists(said, min_size=1, max_size=3), min_size=1, max_size=2)


def tables_of(words: st.SearchStrategy[str]) -> st.SearchStrategy[Table]:
    """Tables with some cells empty, though none in the first row."""
    row = st.tuples(words, st.one_of(words, st.just("")), st.one_of(words, st.just("")))
    return st.tuples(st.tuples(words, words, words), st.lists(row, min_size=1, max_size=5)).map(
        lambda made: [list(made[0]), *map(list, made[1])]
    )


def _rtf(pages: Pages) -> bytes:
    units = [text.encode("utf-16-le") for page in pages for text in page]
    said = (
        "".join(_rtf_unit(int.from_bytes(text[at : at + 2], "little")) for at in range(0, len(text), 2))
        for text in units
    )
    return b"{\\rtf1\\ansi " + "\\par ".join(said).encode() + b"}"


def _rtf_unit(unit: int) -> str:
    return chr(unit) if unit < 128 else f"\\u{unit if unit < 32768 else unit - 65536}?"


def _html(pages: Pages) -> str:
    said = "".join(f"<p>{escape(text)}</p>" for page in pages for text in page)
    return f"<html><head><meta charset=utf-8><title>x</title></head><body>{said}</body></html>"


def _inside(pages: Pages, write: Callable[[str], str]) -> list[str]:
    return ["".join(write(escape(text)) for text in page) for page in pages]


def _text_p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def _joined(pages: Pages) -> str:
    return "\n\n".join(text for page in pages for text in page)


def _files(pages: Pages) -> dict[str, bytes]:
    return {f"{number}.txt": "\n\n".join(page).encode() for number, page in enumerate(pages)}


TEXTS: dict[str, Callable[[Pages], bytes]] = {
    "a.txt": lambda pages: _joined(pages).encode(),
    "a.md": lambda pages: _joined(pages).encode(),
    "a.docx": lambda pages: docx("".join(_inside(pages, paragraph))),
    "a.pptx": lambda pages: pptx(*(("Slide", escape(" ".join(page))) for page in pages)),
    "a.odt": lambda pages: odf("".join(_inside(pages, _text_p))),
    "a.odp": lambda pages: odp(*(("Slide", escape(" ".join(page))) for page in pages)),
    "a.html": lambda pages: _html(pages).encode(),
    "a.epub": lambda pages: epub(*(_html([page]) for page in pages)),
    "a.rtf": _rtf,
    "a.json": lambda pages: json.dumps({"pages": [{"text": text} for page in pages for text in page]}).encode(),
    "a.jsonl": lambda pages: "\n".join(json.dumps({"text": text}) for page in pages for text in page).encode(),
    "a.ipynb": lambda pages: json.dumps({"cells": [{"cell_type": "markdown", "source": _joined(pages)}]}).encode(),
    "a.eml": lambda pages: eml("Words", "See below.", _files(pages)),
    "a.msg": lambda pages: msg("Words", "Ann", "See below.", _files(pages)),
    "a.zip": lambda pages: zipped(_files(pages)),
}
TABLES: dict[str, Callable[[Table], bytes]] = {
    "a.csv": lambda table: _csv(table, ","),
    "a.tsv": lambda table: _csv(table, "\t"),
    "a.xlsx": lambda table: xlsx({"One": [[cell or None for cell in row] for row in table], "Two": table}),
    "a.xls": lambda table: xls({"One": table, "Two": table}),
    "a.ods": lambda table: ods({name: [list(map(escape, row)) for row in table] for name in ("One", "Two")}),
    "a.html": lambda table: _html_table(table).encode(),
    "a.jsonl": lambda table: "\n".join(_json_row(row) for row in table[1:]).encode(),
}


def _csv(table: Table, mark: str) -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=mark).writerows(table)
    return made.getvalue().encode()


def _html_table(table: Table) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table)
    return f"<html><head><meta charset=utf-8></head><body><table>{rows}</table></body></html>"


def _json_row(row: Sequence[str]) -> str:
    return json.dumps({name: cell or None for name, cell in zip("xyz", row, strict=True)})


def document(source: str, content: bytes) -> Document:
    return read(reader_for(source), source, content)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def check(document: Document) -> None:
    """Passages and quotes are slices of the text, in order; places are in order and in range, and hold each passage.

    A passage that does not stand in one place runs on into the next within a line.
    """
    text = document.text
    assert not LEFTOVERS.search(text)
    offsets = [offset for offset, _ in document.places]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)
    spans = list(split(document, count_words, 52))
    assert all(0 <= one.start < one.end <= other.start for one, other in pairwise(spans))
    for span in spans:
        begun = [offset for offset in offsets if span.start < offset < span.end]
        assert all(document.text[offset - 1] != "\n" for offset in begun)
        passage = Passage(
            "1",
            document.source,
            document.title,
            span.breadcrumb,
            text[span.start : span.end],
            span.start,
            span.end,
            markup=document.markup,
            language=document.language,
            table_head=HeadsAbove(text).at(span.start),
        )
        for sentence in sentences_of(passage):
            assert span.start <= sentence.start < sentence.end <= span.end
            assert text[sentence.start : sentence.end] == sentence.text


def check_words(document: Document, words: Sequence[str]) -> None:
    position = 0
    for word in words:
        position = document.text.index(word, position) + len(word)


@pytest.mark.parametrize("source", TEXTS)
@settings(max_examples=60)
@given(pages=paragraphs_of(WORDS))
def test_texts_are_kept(source: str, pages: Pages) -> None:
    made = document(source, TEXTS[source](pages))
    check(made)
    check_words(made, [word for page in pages for text in page for word in text.split()])


@settings(max_examples=60)
@given(pages=paragraphs_of(PLAIN_WORDS))
def test_pages_are_kept_and_lead_back_to_their_characters(pages: Pages) -> None:
    made = document("a.pdf", pdf(pages))
    check(made)
    check_words(made, [word for page in pages for text in page for word in text.split()])
    assert [place.label for _, place in made.places] == [str(number) for number in range(1, len(pages) + 1)]
    length = sum(last - first for first, last in made.page_characters(0, len(made.text)))
    assert length >= sum(len(word) for page in pages for text in page for word in text.split())


@pytest.mark.parametrize("source", TABLES)
@settings(max_examples=60)
@given(table=tables_of(WORDS))
def test_tables_are_kept_and_empty_cells_stay_empty(source: str, table: Table) -> None:
    assume(all(one != other for one, other in pairwise(table[0])))  # else it is one head over several columns
    made = document(source, TABLES[source](table))
    check(made)
    check_words(made, [cell for row in table[1:] for cell in row])
