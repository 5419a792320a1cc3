"""Org mode (.org): headings, lists, tables and code; drawers, comments and marks stay out."""

from __future__ import annotations

import re

from assistant.reading.blocks import Blocks
from assistant.reading.dates import date_of
from assistant.reading.language import language_code
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.types import Document

HEADING = re.compile(r"(\*{1,20})[ \t]++(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]++)?(?:\[#\w\][ \t]*+)?(\S[^\n]*+)")
TAGS = re.compile(r"[ \t]++:(?:[\w@#%]++:)++$")
KEYWORD = re.compile(r"#\+(\w++):[ \t]*+(.*)")
ITEM = re.compile(r"([ \t]*+)(?:[-+]|(\d{1,9})[.)])[ \t]++(?:\[[ X-]\][ \t]++)?(.*)")
LINK = re.compile(r"\[\[([^\[\]]++)\](?:\[([^\[\]]++)\])?\]")
NOTE_MARK = re.compile(r"[ \t]?\[fn:[\w-]{1,60}\]")
NOTE = re.compile(r"\[fn:[\w-]{1,60}\][ \t]++")
EMPHASIS = re.compile(r"(?<![\w*/=~_])([*/=~_])(?=[^\s*/=~_])([^*/=~_\n]++)(?<=\S)\1(?![\w*/=~_])")


def read_org(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``."""
    writer = _Writer(Blocks(options.budget))
    for line in decode(content).split("\n"):
        writer.write(line)
    writer.end()
    facts = writer.facts
    published, left_out = date_of(facts.get("date", "").strip("<>[]"))
    return Document(
        source,
        facts.get("title") or writer.blocks.first_heading or name_as_title(source),
        writer.blocks.text,
        "markdown",
        published=published,
        author=facts.get("author") or None,
        language=language_code(facts.get("language")),
        left_out=left_out,
    )


class _Writer:
    """Appends lines as blocks."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.facts: dict[str, str] = {}
        self._paragraph: list[str] = []
        self._rows: list[list[str]] = []
        self._block: list[str] = []
        self._end = ""
        """The line that ends a drawer, or a block of code or of a comment."""

    def write(self, line: str) -> None:
        """Take in a line."""
        bare = line.strip()
        opens, _, kind = bare.lower().partition("_")
        if self._end:
            self._within(line, bare.lower())
        elif opens == "#+begin" and kind.partition(" ")[0] not in ("quote", "verse", "center"):
            self.flush()
            self._end = f"#+end_{kind.partition(' ')[0]}"
        elif bare.startswith(":") and bare.endswith(":") and bare.strip(":").isupper():
            self.flush()
            self._end = ":end:"
        elif bare.startswith("|"):
            self._rows += [] if bare.startswith("|-") else [[_shown(cell) for cell in bare.strip("|").split("|")]]
        elif not bare or bare == "#" or bare.startswith(("# ", "#+")):
            self.flush()
            self._keyword(bare)
        elif heading := HEADING.fullmatch(line):
            self.flush()
            self.blocks.heading(len(heading[1]), _shown(TAGS.sub("", heading[2].rstrip())))
        elif item := ITEM.fullmatch(line):
            self.flush()
            number = int(item[2]) if item[2] else None
            self.blocks.item(_shown(item[3]).replace(" :: ", ": ", 1), len(item[1]) // 2, number)
        else:
            self._paragraph.append(NOTE.sub("", bare, count=1) if NOTE.match(bare) else bare)

    def flush(self) -> None:
        """Append the paragraph or the table that is waiting."""
        self.blocks.paragraph(_shown(" ".join(self._paragraph)))
        if self._rows:
            self.blocks.table(self._rows)
        self._paragraph, self._rows = [], []

    def end(self) -> None:
        """Append what is waiting, and what stands in a block that never ends."""
        self.flush()
        self.blocks.code("\n".join(self._block))

    def _within(self, line: str, bare: str) -> None:
        if bare != self._end:
            self._block.append(line)
            return
        if self._end in ("#+end_src", "#+end_example"):
            self.blocks.code("\n".join(self._block))
        self._end, self._block = "", []

    def _keyword(self, line: str) -> None:
        if not (keyword := KEYWORD.fullmatch(line)):
            return
        name = keyword[1].lower()
        if name in ("title", "author", "date", "language"):
            self.facts[name] = _shown(keyword[2].strip())
        elif name == "caption":
            self.blocks.paragraph(_shown(keyword[2]))


def _shown(text: str) -> str:
    """A text without its marks, and links by what they say."""
    return EMPHASIS.sub(r"\2", LINK.sub(lambda link: link[2] or link[1], NOTE_MARK.sub("", text)))
