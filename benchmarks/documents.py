"""Read a folder of real files of many formats, and ask for what stands in some of them.

    python benchmarks/documents.py FOLDER

Prints what became of the files of each format, with the reasons of those that were not read, and asks `QUESTIONS`, each
of which names the file, the words that its answer holds, and the place where they stand. Checks too that every passage
stands where it says it does. Exits with 1 if an answer, a place or a passage is wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Settings, open_assistant
from assistant.places import place_over, places_between
from assistant.types import SyncReport


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the file that ends so, the words of its answer, and the place ("" for none)."""

    file: str
    question: str
    words: str
    place: str = ""


QUESTIONS = (
    Asked(
        "pdf__sources__multi_page.pdf", "Who patented the typewriter in 1868?", "Christopher Latham Sholes", "page 1"
    ),
    Asked("amt_handbook_sample.pdf", "What are the two general types of self-locking nuts?", "all-metal", "page 1"),
    Asked("movie-theater-booking-2024.pdf", "Who is the primary contact of the cinema?", "Sarah Johnson", "page 1"),
    Asked("medical_report_scan.pdf", "What is the blood pressure?", "142/88", "page 1"),
    Asked(
        "2305.03393v1-pg9.pdf", "On which CPU were the inference timing results obtained?", "AMD EPYC 7763", "page 1"
    ),
    Asked("word_sample.docx", "How many calories per portion do leaves have?", "50"),
    Asked("markitdown/test.docx", "What is AutoGen?", "open-source framework"),
    Asked("docx_code_blocks.docx", "Which function prints formatted output to standard out?", "printf"),
    Asked("markitdown/test.pptx", "What does AutoGen allow developers to build?", "LLM applications", "slide 2"),
    Asked("pptx_chart.pptx", "How many saltwater ducks were observed in 2021?", "110", "slide 1"),
    Asked(
        "xlsx_05_table_with_title.xlsx",
        "How many freshwater ducks were there in 2022?",
        "170",
        "sheet Duck Observations",
    ),
    Asked(
        "xls__sources__legacy_sample.xls",
        "How many freshwater ducks were there in 2023?",
        "160",
        "sheet Duck Observations",
    ),
    Asked(
        "xlsx_09_section_label_header.xlsx",
        "Who is the author of A Brief History of Time?",
        "Stephen Hawking",
        "sheet Library Catalog",
    ),
    Asked("csv-semicolon.csv", "In which city does Sheryl Baxter live?", "East Leonard"),
    Asked("eml_with_attachment.eml", "What is in the test attachment?", "test attachment file", "file test.txt"),
    Asked("msg_with_attachment.msg", "What is in the test attachment?", "test attachment file", "file test.txt"),
    Asked("test_outlook_msg.msg", "What is the body of the test email message?", "This is the body"),
    Asked("2305.03393__readme.txt", "Which file holds a sample paper?", "samplepaper.tex"),
    Asked("epub_purvis_poetry.epub", "Who wrote the poetry?", "Sarah Louisa Forten Purvis", "chapter Colophon"),
    Asked("text_document_01.odt", "Who was the librarian at St Bride Printing Library?", "James Mosley"),
    Asked("wiki_duck.html", "What do ducks eat?", "aquatic plants"),
    Asked("test_blog.html", "Which model vastly outperformed untuned gpt-4 on easy problems?", "gpt-3.5-turbo"),
    Asked("html_rich_table_cells.html", "What is the habitat of the mallard?", "Ponds, lakes, rivers"),
)


def outcomes(report: SyncReport) -> str:
    """How many files of each format were read, and why the others, or parts of them, were not."""
    read = Counter(Path(source).suffix for source in report.added)
    refused = Counter(Path(failure.source).suffix for failure in report.failed)
    lines = [f"{suffix:10}{read[suffix]:6} read{refused[suffix]:6} not" for suffix in sorted({*read, *refused})]
    parts = [f"{one.source}, in part: {one.reason}" for one in report.partial]
    return "\n".join([*lines, *(f"{failure.source}: {failure.reason}" for failure in report.failed), *parts])


def mistake(assistant: Assistant, asked: Asked) -> str:
    """What is wrong with the answer to a question; "" if nothing is."""
    source = next(one.source for one in assistant.documents() if one.source.endswith(asked.file))
    answer = assistant.ask(asked.question, source=source)
    quotes = [
        citation for citation in answer.citations if asked.words.lower() in " ".join(citation.quote.lower().split())
    ]
    if not quotes:
        return f"said {answer.text!r}"
    place = quotes[0].place
    found = place.in_words if place else ""
    if "row " in found:  # an answer from a table names its row besides
        found = found.rpartition("row ")[0].rstrip(", ")
    return "" if found == asked.place else f"placed it on {found!r}"


def wrong_passages(assistant: Assistant) -> int:
    """How many passages do not stand where they say they do."""
    wrong = 0
    for record in assistant.documents():
        if record.passages:
            document = assistant.document(record.source)
            for passage in assistant.passages(record.source):
                place = place_over(places_between(document.places, passage.start, passage.end))
                wrong += document.text[passage.start : passage.end] != passage.text or place != passage.place
    return wrong


def main() -> int:
    """Read the folder and ask the questions."""
    with tempfile.TemporaryDirectory() as home:
        folders = {"index_dir": Path(home, "index"), "state_dir": Path(home, "state")}
        with open_assistant(Settings(corpus_dir=Path(sys.argv[1]), **folders)) as assistant:
            print(outcomes(assistant.sync()))
            mistakes = {asked: mistake(assistant, asked) for asked in QUESTIONS}
            wrong = wrong_passages(assistant)
    for asked, said in mistakes.items():
        print(f"{'wrong' if said else 'right':6}{asked.file}: {asked.question} {said}")
    print(
        f"{len(QUESTIONS) - sum(map(bool, mistakes.values()))} of {len(QUESTIONS)} right; {wrong} passages out of place"
    )
    return 1 if wrong or any(mistakes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
