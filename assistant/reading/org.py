"""Org mode (.org): headings, lists, tables and code; drawers, comments and marks stay out."""

from __future__ import annotations

import re

from assistant.reading.blocks import Blocks
from assistant.reading.limits import Options
from assistant.reading.marked import MarkedText
from assistant.reading.plain import decode
from assistant.reading.unread import Strikes
from assistant.types import Document

LINE = re.compile(
    r"""(?P<stars>\*{1,20})[ \t]++(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]++)?(?:\[\#\w\][ \t]*+)?(?P<head>\S.*+)
    | (?P<indent>[ \t]*+)(?:[-+]|(?P<number>\d{1,9})[.)])[ \t]++(?:\[[ X-]\][ \t]++)?(?P<listed>.*)
    | \s*+(?P<unshown>\#)(?:\+(?P<keyword>\w++):[ \t]*+(?P<value>.*+)|[ +].*+|\s*+)
    """,
    re.VERBOSE,
)
"""A heading, an item, or what is not shown: a comment, or a keyword with its value."""
TAGS = re.compile(r"[ \t]++:(?:[\w@#%]++:)++$")
RUNNING_TEXT = ("quote", "verse", "center")
"""Blocks whose lines are read like those around them."""
LINK = re.compile(r"\[\[([^\[\]]++)\](?:\[([^\[\]]++)\])?\]")
NOTE_MARK = re.compile(r"[ \t]?\[fn:[\w-]{1,60}\]")
UNTOLD = frozenset("ID CUSTOM_ID CREATED VISIBILITY".split())
"""Properties that are there for the program."""
EMPHASIS = re.compile(
    r"(?<![\w*/=~_])([*/=~_])(?=[^\s*/=~_])([^*/=~_\n]++)(?<=\S)\1(?![\w*/=~_])"
    r"|(?<![\w+])\+(?=[^\s+])(?P<struck>[^+\n]++)(?<=\S)\+(?![\w+])"
)


def read_org(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``."""
    made = MarkedText(Blocks(options.budget), strikes=Strikes(options.keeps_struck))
    writer = _OrgWriter(made)
    for line in decode(content).split("\n"):
        writer.write(line)
    writer.end()
    return made.document(source)


class _OrgWriter:
    """Appends lines as blocks."""

    def __init__(self, made: MarkedText) -> None:
        self._made = made
        self.blocks = made.blocks
        self._paragraph: list[str] = []
        self._rows: list[list[str]] = []
        self._block: list[str] = []
        self._end = ""
        """The line that ends a drawer, or a block of code or of a comment."""

    def write(self, line: str) -> None:
        """Take in a line."""
        bare = line.strip()
        if self._end:
            self._within(line, bare.lower())
        elif end := _end_of_block(bare):
            self.flush()
            self._end = end
        elif bare.startswith("|"):
            self._row(bare)
        elif found := LINE.fullmatch(line):
            self.flush()
            self._write_apart(found)
        elif bare:
            self._paragraph.append(_without_note_mark(bare))
        else:
            self.flush()

    def _write_apart(self, found: re.Match[str]) -> None:
        if found["stars"]:
            self.blocks.heading(len(found["stars"]), self._shown(TAGS.sub("", found["head"].rstrip())))
        elif found["keyword"]:
            self._keyword(found["keyword"].lower(), found["value"].rstrip())
        elif not found["unshown"]:
            self._item(found["indent"], found["number"], found["listed"])

    def _row(self, line: str) -> None:
        if not line.startswith("|-"):
            self._rows.append([self._shown(cell) for cell in line.strip("|").split("|")])

    def _item(self, indent: str, number: str | None, text: str) -> None:
        shown = self._shown(text).replace(" :: ", ": ", 1)
        self.blocks.item(shown, len(indent) // 2, int(number) if number else None)

    def flush(self) -> None:
        """Append the paragraph or the table that is waiting."""
        self.blocks.paragraph(self._shown(" ".join(self._paragraph)))
        if self._rows:
            self.blocks.table(self._rows)
        self._paragraph, self._rows = [], []

    def end(self) -> None:
        """Append what is waiting, and what stands in a block that never ends."""
        self.flush()
        self.blocks.code("\n".join(self._block))

    def _shown(self, text: str) -> str:
        """A text without its marks, and links by what they say."""
        text = LINK.sub(lambda link: link[2] or link[1], NOTE_MARK.sub("", text))
        return EMPHASIS.sub(lambda mark: self._made.strikes.shown(mark["struck"]) if mark["struck"] else mark[2], text)

    def _within(self, line: str, bare: str) -> None:
        if bare != self._end:
            self._block.append(line)
            return
        if self._end in ("#+end_src", "#+end_example"):
            self.blocks.code("\n".join(self._block))
        elif self._end == ":end:":
            pairs = (one.strip().lstrip(":").partition(": ") for one in self._block)
            self.blocks.paragraph("\n".join(f"{n.capitalize()}: {v}" for n, _, v in pairs if v and n not in UNTOLD))
        self._end, self._block = "", []

    def _keyword(self, name: str, value: str) -> None:
        if name in ("title", "author", "date", "language"):
            self._made.facts[name] = self._shown(value.strip(" <>[]") if name == "date" else value.strip())
        elif name == "include":
            self._made.name_file(value)
        elif name in ("caption", "subtitle", "description"):
            self.blocks.paragraph(self._shown(value))


def _without_note_mark(line: str) -> str:
    """The line of a note without the mark that it begins with."""
    mark = NOTE_MARK.match(line)
    return line[mark.end() :].lstrip(" \t") if mark and line.startswith((" ", "\t"), mark.end()) else line


def _end_of_block(line: str) -> str:
    """The line that ends what a line opens: code, a comment or a drawer; "" where it opens none of these."""
    opens, _, block = line.lower().partition("_")
    kind = block.partition(" ")[0]
    if opens == "#+begin" and kind not in RUNNING_TEXT:
        return f"#+end_{kind}"
    is_drawer = line.startswith(":") and line.endswith(":") and line.strip(":").isupper()
    return ":end:" if is_drawer else ""
