"""Pages of PDFs are drawn, upright and with the quote marked, or it is said why not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from assistant import Assistant, CorpusError, PageImage, ReadError
from assistant.reading.limits import Limits, Options
from assistant.reading.page_drawing import PageToDraw, draw
from tests.conftest import OpenCorpus
from tests.file_makers import pdf
from tests.index_tools import Desk

SENTENCE = "The harbour of Veldt has four wonderful old cranes."
PAGES = [
    ["The first page is about ships."],
    ["Nothing much.", "The harbour of Veldt has four won-", "derful old cranes."],
]


def drawn(assistant: Assistant, source: str, quote: str, page: int | None = None) -> PageImage:
    start = assistant.document(source).text.index(quote)
    return assistant.draw_page(source, page, quote=(start, start + len(quote)))


def boxes(image: PageImage) -> list[tuple[float, float, float, float]]:
    return [(round(box.left, 2), round(box.top, 2), round(box.right, 2), round(box.bottom, 2)) for box in image.marks]


def refusal(assistant: Assistant, source: str, page: int | None = None) -> str:
    with pytest.raises(ReadError) as refused:
        assistant.draw_page(source, page)
    return str(refused.value)


def test_the_page_of_the_quote_is_drawn_with_each_of_its_lines_marked(open_corpus: OpenCorpus) -> None:
    image = drawn(open_corpus({"a.pdf": pdf(PAGES)}), "a.pdf", SENTENCE)
    assert (image.page, image.pages, image.width, image.height) == (2, 2, 1224, 1584)
    assert boxes(image) == [(0.12, 0.09, 0.41, 0.11), (0.12, 0.11, 0.27, 0.13)]
    picture = Image.open(io.BytesIO(image.png)).convert("RGB")
    assert picture.size == (1224, 1584)
    inside = int(image.marks[0].left * 1224) + 2, int(image.marks[0].top * 1584) + 2
    assert (picture.getpixel(inside), picture.getpixel((2, 2))) == ((255, 222, 122), (255, 255, 255))


def test_another_page_is_drawn_without_marks(open_corpus: OpenCorpus) -> None:
    image = drawn(open_corpus({"a.pdf": pdf(PAGES)}), "a.pdf", SENTENCE, page=1)
    assert (image.page, image.marks) == (1, ())
    colours = Image.open(io.BytesIO(image.png)).convert("RGB").getcolors(100_000) or []
    assert (255, 222, 122) not in [colour for _, colour in colours]


def test_a_turned_page_is_drawn_upright_with_its_marks_where_the_words_stand(open_corpus: OpenCorpus) -> None:
    turned = pdf([["The cranes are four."]]).replace(b"/MediaBox", b"/Rotate 90 /MediaBox")
    image = drawn(open_corpus({"a.pdf": turned}), "a.pdf", "The cranes are four.")
    assert (image.width, image.height) == (1584, 1224)
    assert boxes(image) == [(0.91, 0.12, 0.92, 0.29)]


def test_an_encrypted_pdf_is_drawn_with_the_password_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf([["The cranes are four."]], password="veldt"))
    with Desk(tmp_path).assistant() as assistant:
        assistant.add([file], password="veldt")
        assert len(drawn(assistant, "a.pdf", "cranes").marks) == 1


def test_what_cannot_be_drawn_is_said(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus({"a.pdf": pdf(PAGES), "b.md": "The cranes are four.\n"})
    assert refusal(assistant, "a.pdf", 3) == "There is no page 3: a.pdf has 2."
    assert refusal(assistant, "a.pdf", 0) == "There is no page 0: a.pdf has 2."
    assert refusal(assistant, "b.md") == "Only pages of PDFs are drawn, and b.md is none."
    with pytest.raises(CorpusError, match=r"There is no document '\.\./a\.pdf' in the index"):
        assistant.draw_page("../a.pdf")

    file = assistant.settings.corpus_dir / "a.pdf"
    file.write_bytes(pdf([["Something else."]]))
    assert refusal(assistant, "a.pdf") == "The file has changed since it was indexed. Sync, then ask again."
    file.unlink()
    assert refusal(assistant, "a.pdf") == "The file cannot be opened: No such file or directory."


def test_a_page_as_large_as_a_house_is_drawn_small(open_corpus: OpenCorpus) -> None:
    huge = pdf([["The cranes are four."]]).replace(b"[0 0 612 792]", b"[0 0 14400 14400]")
    image = drawn(open_corpus({"a.pdf": huge}), "a.pdf", "cranes")
    assert (image.width, image.height) == (2000, 2000)


def test_a_process_that_dies_costs_that_page_alone(open_corpus: OpenCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = open_corpus({"a.pdf": pdf(PAGES)})
    monkeypatch.setattr("assistant.drawing.DRAWING_SECONDS", 0.0)
    assert refusal(assistant, "a.pdf") == "Drawing the page took longer than 0.0 s."
    monkeypatch.undo()
    assert assistant.draw_page("a.pdf").page == 1


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4 nonsense")
    file_hash = "ae8dbb9ef5c1fff6a6b1bc0ce8e8c9a7d1e3be3cd9a1e3a2ad4a5c7c1b5b2f00"
    assert draw(PageToDraw("a.pdf", file, file_hash, 1)).reason.startswith("The file has changed")
    limits = Options(Limits(file_megabytes=0))
    assert draw(PageToDraw("a.pdf", file, file_hash, 1, options=limits)).reason.startswith("The file is 0 MB")
