"""Subtitles in the SubRip format: what is said becomes prose, with the time as a heading above every minute."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from assistant import Document, ReadError
from assistant.reading import Blocks, Options, decode

TIMES = re.compile(r"(\d{1,2}):(\d\d):(\d\d)[,.]\d{1,3} --> \d{1,2}:\d\d:\d\d[,.]\d{1,3}.*")
MARKS = re.compile(r"</?[biu]>|</?font[^<>]{0,200}>|\{\\[^{}]{0,200}\}")
"""Bold, italics, colours and places on the screen."""
SENTENCE_END = (".", "!", "?", "…", '"', "”", "。")


def read_subrip(source: str, content: bytes, options: Options) -> Document:
    """The document in a subtitle file, entitled by the file's name.

    Raises:
        ReadError: the file has no line that says from when to when a subtitle is shown.
    """
    minutes: list[tuple[int, list[str]]] = []
    for minute, words in _subtitles(decode(content)):
        sentence_goes_on = bool(minutes) and not minutes[-1][1][-1].endswith(SENTENCE_END)
        if minutes and (minute == minutes[-1][0] or sentence_goes_on):
            minutes[-1][1].append(words)
        else:
            minutes.append((minute, [words]))
    if not minutes:
        raise ReadError("The file holds no subtitles in the SubRip format. Save it in that, or as .txt, and add it.")
    blocks = Blocks(options.budget)
    for minute, said in minutes:
        blocks.heading(2, f"{minute // 60}:{minute % 60:02}")
        blocks.paragraph(" ".join(said))
    return Document(source, title=PurePosixPath(source).stem, text=blocks.text, markup="markdown")


def _subtitles(text: str) -> list[tuple[int, str]]:
    """The minute at which each subtitle that says something appears, and its words on one line."""
    found: list[tuple[int, list[str]]] = []
    for line in text.split("\n"):
        if times := TIMES.fullmatch(line.strip()):
            if found and found[-1][1] and found[-1][1][-1].isdecimal():
                found[-1][1].pop()  # the number of this subtitle
            found.append((int(times[1]) * 60 + int(times[2]), []))
        elif found and (words := MARKS.sub("", line).strip()):
            found[-1][1].append(words)
    return [(minute, " ".join(lines)) for minute, lines in found if lines]
