"""Texts written for Citewell, with questions and claims marked on them, in `training/texts`.

They hold what the other data lacks: news and reports, asked about as analysts do (views, reasons, reactions, lists,
where things stand) in words that the texts do not use, near misses and claims in quite other words. Plain text:

    @@@ story | publisher | 2025-03-14
    The title
    ---
    The text, in paragraphs.
    ---
    Q why: Why was the offer turned down?
    A: exact words of the text that answer, once for each place that does
    N view: A question on the same subject that the text does not answer
    + A claim that a sentence bears out, in other words. :: How that sentence begins
    - One that it contradicts. :: How that sentence begins
    ? One that is neither. :: How that sentence begins
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "texts"
ORIGIN = "own-"
"""Begins the origin of rows that are made of these texts; their file's name follows."""
SIGNS = {"+": "supported", "-": "contradicted", "?": "unsupported"}
_QUESTION = re.compile(r"(?P<answered>[QN]) (?P<kind>\w+): (?P<question>.+)")
_CLAIM = re.compile(r"(?P<sign>[+?-]) (?P<claim>.+?) :: ?(?P<begins>.+)")
_END = re.compile(r"(?<=[.!?])[\"”’')\]]{0,2}\s+(?=[\"“‘'A-Z0-9(\[])")


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question on a text, its kind, and where the text answers it: spans of characters, none for a near miss."""

    question: str
    kind: str
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MarkedClaim:
    """A claim, its label, and the span of the sentence that decides it."""

    claim: str
    label: str
    evidence: tuple[int, int]


@dataclass(slots=True)
class MarkedText:
    """A text with what is marked on it; texts of one ``story`` tell of the same things, otherwise or later."""

    story: str
    publisher: str
    published: str
    title: str
    text: str
    questions: list[MarkedQuestion] = field(default_factory=list)
    claims: list[MarkedClaim] = field(default_factory=list)


def marked_texts(file: Path) -> list[MarkedText]:
    """The texts of a file.

    Raises:
        ValueError: a line is not understood, or what is marked does not stand in its text exactly once.
    """
    blocks = re.split(r"(?m)^@@@ ", file.read_text(encoding="utf-8"))[1:]
    return [_marked_text(block) for block in blocks]


def _marked_text(block: str) -> MarkedText:
    head, body, marks = re.split(r"(?m)^---\s*$", block)
    first, title = head.strip().split("\n", 1)
    story, publisher, published = (part.strip() for part in first.split("|"))
    made = MarkedText(story, publisher, published, title.strip(), body.strip())
    sentences = sentences_of(made.text)
    for line in filter(None, map(str.strip, marks.split("\n"))):
        if line.startswith("A: "):
            made.questions[-1].spans.append(_place(made.text, line[3:]))
        elif asked := _QUESTION.fullmatch(line):
            made.questions.append(MarkedQuestion(asked["question"], asked["kind"]))
        elif claimed := _CLAIM.fullmatch(line):
            made.claims.append(
                MarkedClaim(
                    claimed["claim"], SIGNS[claimed["sign"]], _sentence(made.text, sentences, claimed["begins"])
                )
            )
        else:
            raise ValueError(f"Not understood, in “{made.title}”: {line}")
    return made


def _place(text: str, words: str) -> tuple[int, int]:
    if text.count(words) != 1:
        raise ValueError(f"These words stand {text.count(words)} times in their text, not once: {words}")
    start = text.index(words)
    return start, start + len(words)


def _sentence(text: str, sentences: list[tuple[int, int]], begins: str) -> tuple[int, int]:
    found = [span for span in sentences if text[slice(*span)].startswith(begins.strip().rstrip("."))]
    if len(found) != 1:
        raise ValueError(f"{len(found)} sentences, not one, begin with: {begins}")
    return found[0]


def sentences_of(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a text; none goes on over the end of a line."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            spans.append((start, end.start() + len(end[0].rstrip())))
            start = end.end()
        spans.append((start, line.end()))
    return spans


def reader_rows(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """The questions as rows of `reader` (`training/README.md`), with all places that answer, and the story."""
    for origin, text in _texts(folder):
        for asked in text.questions:
            start, end = asked.spans[0] if asked.spans else (None, None)
            yield {
                "question": asked.question, "context": text.text, "start": start, "end": end, "spans": asked.spans,
                "title": text.title, "story": text.story, "origin": origin,
            }  # fmt: skip


def support_rows(folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """The claims as rows of `support`; the sentence before the one that decides stands with it."""
    for origin, text in _texts(folder):
        sentences = sentences_of(text.text)
        for claim in text.claims:
            place = sentences.index(claim.evidence)
            start = sentences[max(0, place - 1)][0]
            yield {
                "claim": claim.claim, "evidence": text.text[start : claim.evidence[1]], "label": claim.label,
                "story": text.story, "origin": origin,
            }  # fmt: skip


def _texts(folder: Path) -> Iterator[tuple[str, MarkedText]]:
    for file in sorted(folder.glob("*.txt")):
        for text in marked_texts(file):
            yield f"{ORIGIN}{file.stem}", text
