"""AsciiDoc (.adoc): headings, lists, tables and code; comments, attributes and marks stay out."""

from __future__ import annotations

import re

from assistant.reading.blocks import Blocks
from assistant.reading.html import parse_page, write_html
from assistant.reading.limits import Options
from assistant.reading.marked import MarkedText
from assistant.reading.plain import decode
from assistant.reading.unread import Strikes
from assistant.types import Document

LINE = re.compile(
    r"""(?P<heading>={1,6})[ \t]++(?P<head>\S.*)
    | :(?P<attribute>!?[\w-]++!?):(?:[ \t]++(?P<value>.*))?
    | (?<!\w)(?P<command>\w++)::(?P<target>[^\s\[]*+)\[(?P<said>.*)\]
    | [ \t]*+(?P<item>\*{1,5}|\.{1,5}|-)[ \t]++(?:\[[ x*]\][ \t]++)?(?P<listed>\S.*)
    | (?P<term>\S[^:\n]{0,200}):{2,4}(?:[ \t]++(?P<meaning>.*))?
    """,
    re.VERBOSE,
)
"""The lines that are more than a text, each kind by its first group; what may be two of them is the first."""
LINK = re.compile(r"(?:link:|xref:|https?://)[^\s\[\]]{1,2000}+\[([^\[\]]*+)\]|<<([^<>,]++)(?:,([^<>]*+))?>>")
NOTE = re.compile(r"footnote:[\w-]*+\[([^\[\]]*+)\]|(?:kbd|btn|menu):[\w ]*+\[([^\[\]]*+)\]")
REFERENCE = re.compile(r"\{([\w-]++)\}")
EMPHASIS = re.compile(
    r"(?<![\w*_`#])(?:\[(?P<role>[^\[\]]{0,60})\])?(?P<mark>[*_`#]{1,2})"
    r"(?=[^\s*_`#])(?P<text>[^*_`#\n]++)(?<=\S)(?P=mark)(?![\w*_`#])"
)
UNDERLINES = "=-~^+"
"""What stands below a heading in the older way to write it, the highest first."""
FENCES = ("----", "....", "////", "++++", "```", "|===")
"""Lines that begin and end a block of code, a comment, a part in HTML or a table."""
AROUND = ("====", "****", "____", "--", "+", "'''", "<<<")
"""Lines that only part what stands around them."""


def read_asciidoc(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``. Files that it names as parts of it are told: they are documents of their own."""
    made = MarkedText(Blocks(options.budget), strikes=Strikes(options.keeps_struck))
    writer = _AsciidocWriter(made)
    for line in decode(content).split("\n"):
        writer.write(line.rstrip())
    writer.end()
    made.facts["title"] = made.blocks.first_heading or made.facts.get("title", "")
    made.facts["date"] = made.facts.get("revdate") or made.facts.get("date", "")
    return made.document(source)


class _AsciidocWriter:
    """Appends lines as blocks."""

    def __init__(self, made: MarkedText) -> None:
        self._made = made
        self.blocks, self.facts = made.blocks, made.facts
        self._paragraph: list[str] = []
        self._inside: list[str] = []
        self._fence = ""
        """The line that ends a block of code, a comment or a table."""
        self._in_head = False
        """Whether the line before is the document's title, or said below it who wrote it."""

    def write(self, line: str) -> None:
        """Take in a line."""
        in_head, self._in_head = self._in_head, False
        line = self._in_newer_form(line)
        if self._fence:
            self._within(line)
        elif line in FENCES:
            self.flush()
            self._fence = line
        elif _only_parts(line):
            self.flush()
        else:
            self._write_text(line, in_head)

    def _in_newer_form(self, line: str) -> str:
        """A line of one repeated mark as short as it may be; what underlines a heading becomes that heading."""
        if len(line) < 4 or len(set(line)) > 1:
            return line
        if line[0] not in UNDERLINES or len(self._paragraph) != 1 or abs(len(line) - len(self._paragraph[0])) > 1:
            return line[:4]
        return f"{'=' * (UNDERLINES.index(line[0]) + 1)} {self._paragraph.pop()}"

    def _write_text(self, line: str, in_head: bool) -> None:
        """Append a heading, or what may stand below the head of the text; take in an attribute, or who wrote it."""
        found = LINE.fullmatch(line)
        said = found.groupdict() if found else {}
        if said.get("heading"):
            self.flush()
            self.blocks.heading(len(said["heading"]), self._shown(said["head"]))
            self._in_head = len(said["heading"]) == 1
        elif said.get("attribute"):
            self.facts[said["attribute"]] = said["value"] or ""
            self._in_head = in_head
        elif in_head:
            self._say_of_the_text(line)
        else:
            self._write_in_body(line, said)

    def _write_in_body(self, line: str, said: dict[str, str]) -> None:
        """Append a command, an item or a line of its own, or keep one of a paragraph."""
        if said.get("command"):
            self._command(said["command"], said["target"], said["said"])
        elif said.get("item"):
            self.flush()
            self.blocks.item(self._shown(said["listed"]), len(said["item"]) - 1)
        elif said.get("term") and not self._paragraph:
            self._paragraph = [f"{said['term']}: {said['meaning'] or ''}"]
        elif line[0] == "." and line[1:2].strip(" ."):
            self.flush()
            self.blocks.paragraph(self._shown(line[1:]))
        else:
            self._paragraph.append(line.removesuffix(" +"))

    def flush(self) -> None:
        """Append the paragraph that is waiting."""
        self.blocks.paragraph(self._shown(" ".join(self._paragraph)))
        self._paragraph = []

    def end(self) -> None:
        """Append what is waiting, and what stands in a block that never ends."""
        self.flush()
        self.blocks.code("\n".join(self._inside))

    def _within(self, line: str) -> None:
        if line != self._fence:
            self._inside.append(line)
            return
        if self._fence == "|===":
            self.blocks.table(self._rows())
        elif self._fence == "++++" and any(map(str.strip, self._inside)):
            write_html(self.blocks, parse_page("\n".join(self._inside), self._made.strikes.seen))
        elif self._fence not in ("////", "++++"):
            self.blocks.code("\n".join(self._inside))
        self._fence, self._inside = "", []

    def _rows(self) -> list[list[str]]:
        """The rows of a table: as many cells in each as its first line has."""
        lines = [line for line in self._inside if line.strip()]
        cells = [self._shown(cell.strip()) for line in lines for cell in line.lstrip().removeprefix("|").split("|")]
        columns = max(1, lines[0].count("|")) if lines else 1
        return [cells[start : start + columns] for start in range(0, len(cells), columns)]

    def _command(self, name: str, target: str, said: str) -> None:
        self.flush()
        if name == "include":
            self._made.name_file(target)
        elif name == "image":
            self.blocks.paragraph(said.partition(",")[0].strip('"'))

    def _say_of_the_text(self, line: str) -> None:
        """Take in who wrote the text, or its revision ("v1.2, 2031-03-02"), which stand below the title."""
        if "author" not in self.facts and not line[:2].strip("v").isdigit():
            self.facts["author"] = line.partition(" <")[0]
        else:
            self.facts.setdefault("revdate", line.partition(",")[2].partition(":")[0].strip() or line)
        self._in_head = True

    def _shown(self, text: str) -> str:
        """A text without its marks, with what its attributes stand for, and links by what they say."""
        text = REFERENCE.sub(lambda found: self.facts.get(found[1], found[0]), text)
        text = NOTE.sub(lambda note: f" ({note[1]})" if note[1] else note[2] or "", text)
        text = LINK.sub(lambda link: link[1] or link[3] or link[2] or link[0].partition("[")[0], text)
        return EMPHASIS.sub(self._without_marks, text)

    def _without_marks(self, marked: re.Match[str]) -> str:
        return self._made.strikes.shown(marked["text"]) if "line-through" in (marked["role"] or "") else marked["text"]


def _only_parts(line: str) -> bool:
    """Whether a line only parts what stands around it: an empty one, a mark, a comment, or how a block is to look."""
    return not line or line in AROUND or line.startswith("//") or (line[0] == "[" and line[-1] == "]")
