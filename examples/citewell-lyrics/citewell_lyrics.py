"""Song texts in the LRC format: what is sung becomes prose, with the time as a heading above every minute."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from assistant import Document, ReadError
from assistant.reading import Blocks, Options, decode

TIME = re.compile(r"\[(\d{1,3}):\d\d(?:[.:]\d{1,3})?\]")
FACT = re.compile(r"\[(ti|ar):([^\[\]\n]{1,200})\]")
WORD_TIME = re.compile(r"<\d{1,3}:\d\d(?:[.:]\d{1,3})?>")
"""When a word within a line is sung."""


def read_lyrics(source: str, content: bytes, options: Options) -> Document:
    """The document in a song text, entitled by the song or else by the file's name.

    Raises:
        ReadError: the file has no line that says when it is sung.
    """
    facts: dict[str, str] = {}
    sung: list[tuple[int, str]] = []
    for line in decode(content).split("\n"):
        if fact := FACT.fullmatch(line.strip()):
            facts[fact[1]] = fact[2].strip()
        words = " ".join(WORD_TIME.sub("", TIME.sub("", line)).split())
        sung += [(int(minute), words) for minute in TIME.findall(line) if words]
    if not sung:
        raise ReadError("The file holds no song text in the LRC format. Save it in that, or as .txt, and add it.")
    blocks = Blocks(options.budget)
    for minute in sorted({minute for minute, _ in sung}):
        blocks.heading(2, f"{minute}:00")
        blocks.paragraph("\n".join(words for at, words in sung if at == minute))
    title = facts.get("ti") or PurePosixPath(source).stem
    return Document(source, title=title, text=blocks.text, markup="markdown", author=facts.get("ar"))
