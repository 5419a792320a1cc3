"""Subtitles (.srt, .vtt): what is said becomes prose, with the time as a heading above every minute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document, Failure

MOMENT = r"(?:(\d{1,3}):)?(\d\d):(\d\d)[,.]\d{1,3}"
TIMES = re.compile(rf"{MOMENT}[ \t]++-->[ \t]++{MOMENT}.*")
SPEAKER = re.compile(r"<v(?:\.[^<>\s]{1,100})?\s([^<>]{1,200})>")
MARKS = re.compile(r"</?[A-Za-z\d][^<>]{0,200}>|\{\\[^{}]{0,200}\}")
"""Bold, italics, colours, times within a line, and places on the screen."""
UNTIMED = "When it is shown cannot be read. Write it like 00:01:02,000 --> 00:01:04,000."
NO_SUBTITLES = ("WEBVTT", "NOTE", "STYLE", "REGION")
"""What begins a head, a note or a style."""
SENTENCE_END = (".", "!", "?", "\u2026", '"', "\u201d", "\u3002", "\uff01", "\uff1f")


def read_subtitles(source: str, content: bytes, options: Options) -> Document:
    """The document in a file of subtitles, entitled by the file's name; who speaks begins a line.

    Raises:
        ReadError: the file has no line that says from when to when a subtitle is shown.
    """
    minutes: list[tuple[int, list[str]]] = []
    broken: list[Failure] = []
    for minute, words in _subtitles(decode(content), broken):
        sentence_goes_on = bool(minutes) and not minutes[-1][1][-1].endswith(SENTENCE_END)
        if minutes and (minute == minutes[-1][0] or sentence_goes_on):
            minutes[-1][1].append(words)
        else:
            minutes.append((minute, [words]))
    if not minutes:
        raise ReadError("The file holds no subtitles. Save it as .srt or .vtt anew, or as .txt, and add that.")
    blocks = Blocks(options.budget)
    for minute, said in minutes:
        blocks.heading(2, f"{minute // 60}:{minute % 60:02}")
        for speech in " ".join(said).split("\n"):
            blocks.paragraph(speech)
    return Document(source, name_as_title(source), blocks.text, "markdown", left_out=tuple(broken))


def _subtitles(text: str, broken: list[Failure]) -> Iterator[tuple[int, str]]:
    """The minute at which each subtitle that says something appears, and its words; who speaks begins a new line.

    Lines that only repeat one of the subtitle before, as where text rolls up the screen, are left out. What follows a
    blank line goes on with the subtitle before; those whose time cannot be read are added to ``broken``.
    """
    before: list[str] = []
    minute: int | None = None
    for shown in re.split(r"\n[ \t]*+\n", text):
        times, lines = _timed(shown)
        if times:
            minute = _minute(times)
        elif "->" in shown:
            broken.append(Failure(one_line(shown), UNTIMED))
            minute = None
        elif lines[0].startswith(NO_SUBTITLES):
            minute = None
        if minute is None:
            continue
        said = [_bare(line) for line in lines]
        new = [line for line in said if line not in ("", *before)]
        before = said or before
        if new:
            yield minute, " ".join(new)


def _timed(shown: str) -> tuple[str, list[str]]:
    """The line that says when a subtitle is shown, or "", and the lines below it, or all."""
    lines = [line.strip() for line in shown.split("\n")]
    at = next((number for number, line in enumerate(lines) if TIMES.fullmatch(line)), -1)
    return lines[at] if at >= 0 else "", lines[at + 1 :]


def _minute(times: str) -> int:
    """The minute in which a subtitle appears."""
    found = TIMES.fullmatch(times)
    return int(found[1] or 0) * 60 + int(found[2]) if found else 0


def _bare(line: str) -> str:
    """A line without its marks, behind whoever speaks."""
    return unescape(MARKS.sub("", SPEAKER.sub(r"\n\1: ", line))).strip(" \t")
