"""RTF: its text with notes and text boxes, tables with merged cells, headers and footers once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks, one_line
from assistant.reading.grid import Cell, Merged, unmerged, write_grid
from assistant.reading.limits import Options
from assistant.reading.list_numbers import PAGE_OF
from assistant.reading.picture_text import may_hold_text
from assistant.reading.plain import first_line_title, name_as_title
from assistant.reading.unread import COMMENTS, DELETED, HIDDEN, PICTURES, STRUCK, file_within, is_large, told
from assistant.types import Document

TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]++", re.IGNORECASE | re.DOTALL)
APART = {
    "title": "title",
    "author": "author",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    "shptxt": "box",
}
"""Groups that are read apart from the text around them, by the words that they begin with."""
NOT_SHOWN_BY = {"v": HIDDEN, "strike": STRUCK, "striked": STRUCK, "deleted": DELETED}
PICTURE = re.compile(r"\\picwgoal(\d{1,6})\\pichgoal(\d{1,6})")
UNITS = 567
"""How many of the units that RTF measures pictures in make a centimetre."""
MERGED = {"clmrg": Merged.LEFT, "clvmrg": Merged.ABOVE}
MARKS = {Merged.LEFT: "\ue000", Merged.ABOVE: "\ue001"}
BAR = "\ue002"
"""What stands for a bar within a cell while bars part the cells."""
PAGE_NUMBER = "\ue003"
"""What stands where a program writes the number of the page."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Where what stands in a group goes, how it ends there, whether it is text at all, and why it is not shown."""

    out: list[str]
    closes: str = "}"
    is_text: bool = True
    not_shown: str = ""


def read_rtf(source: str, content: bytes, options: Options) -> Document:
    """The text in ``content``; when the file was made is no date of publication.

    Raises:
        ReadError: it is no RTF.
    """
    if not content.lstrip().startswith(b"{\\rtf"):
        raise ReadError("The file is damaged, or no RTF. Save it anew, or remove it.")
    parts = _Parts(content.decode("cp1252", "replace"), keeps_struck=options.keeps_struck)
    blocks = Blocks(options.budget)
    _write_margins(blocks, parts, "header")
    _write(blocks, parts.text(parts.body))
    for code in parts.apart["box"]:
        _write(blocks, parts.text(code))
    _write_margins(blocks, parts, "footer")
    title, author = (one_line("".join(map(parts.text, parts.apart[fact][:1]))) for fact in ("title", "author"))
    return Document(
        source=source,
        title=title or first_line_title(blocks.text) or name_as_title(source),
        text=blocks.text,
        markup="markdown",
        author=author or None,
        left_out=(*told(parts.not_shown), *([file_within("an object")] if parts.holds_files else [])),
    )


class _Parts:
    """An RTF file taken apart: the code of its text, of what stands apart from that, and why some is not shown."""

    def __init__(self, code: str, *, keeps_struck: bool) -> None:
        from striprtf.striprtf import destinations, font_table_group, remove_pict_groups

        self.not_shown = {PICTURES for picture in PICTURE.finditer(code) if _may_say_something(picture, code)}
        self.holds_files = False
        code = remove_pict_groups(code)  # type: ignore[no-untyped-call]
        self.body: list[str] = []
        self.apart: dict[str, list[list[str]]] = {kind: [] for kind in APART.values()}
        self._opening = "{\\rtf1\\ansi"
        self._not_shown_by = {word: why for word, why in NOT_SHOWN_BY.items() if why != STRUCK or not keeps_struck}
        self._destinations = destinations
        self._group = _Group(self.body)
        self._in_table = False
        self._merged: list[Merged | None] = []
        self._next_merged: Merged | None = None
        self._column = 0
        self._take_apart(code)
        self._opening += font_table_group(code)  # type: ignore[no-untyped-call]

    def _take_apart(self, code: str) -> None:
        stack: list[_Group] = []
        for token in TOKEN.finditer(code):
            if token[0] == "{":
                stack.append(self._group)
                self._group.out.append("{")
                self._group = replace(self._group, closes="}")
            elif token[0] == "}":
                closes, self._group = self._group.closes, stack.pop() if stack else self._group
                self._group.out.append(closes)
            elif token[1] and token[1] != "u":
                self._word(token[1], token[2] or "", token[0])
            else:
                self._characters(token[0])

    def text(self, code: list[str]) -> str:
        """The text of a part; two characters that stand for one are joined, since RTF counts in UTF-16."""
        from striprtf.striprtf import rtf_to_text

        whole = "".join(code) if code is self.body else f"{self._opening}{{{''.join(code)}}}}}"
        text = str(rtf_to_text(whole, errors="replace"))  # type: ignore[no-untyped-call]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _characters(self, written: str) -> None:
        if written == "\\*":
            self._group = replace(self._group, is_text=False)
        if self._group.not_shown:
            is_seen = self._group.is_text and written.strip()
            self.not_shown.update([self._group.not_shown] if is_seen else [])
        else:
            self._group.out.append(written.replace("|", BAR))

    def _word(self, word: str, number: str, written: str) -> None:
        if word in APART:
            self.apart[APART[word]].append([])
            self._group = _Group(self.apart[APART[word]][-1])
            return
        if word == "footnote":
            self._group.out.append(" (")
            self._group = replace(self._group, closes=")}")
            return
        if word in self._not_shown_by:
            self._group = replace(self._group, not_shown="" if number == "0" else self._not_shown_by[word])
        elif word == "plain":
            self._group = replace(self._group, not_shown="")
        elif word in self._destinations:
            self._leave_out(word)
        elif word in ("ansicpg", "deff", "uc") and written not in self._opening:
            self._opening += written
        elif word in ("pard", "intbl"):
            self._in_table = word == "intbl"
        else:
            written = self._in_the_text(word, written)
        self._group.out.append(written)

    def _leave_out(self, word: str) -> None:
        """Take the rest of a group for what is no text, and take note of it where it is a comment or a file."""
        self._group = replace(self._group, is_text=False)
        self.not_shown.update([COMMENTS] if word == "annotation" else [])
        self.holds_files = self.holds_files or word == "objdata"

    def _in_the_text(self, word: str, written: str) -> str:
        """What stands in the text for a word: within a table no new paragraph, and what marks the number of a page."""
        if word == "par" and self._in_table:
            return " "
        return PAGE_NUMBER if word == "chpgn" else self._of_a_table(word) + written

    def _of_a_table(self, word: str) -> str:
        """Take note of how cells are merged; the mark of the cell that ends here, if it is merged."""
        if word in MERGED:
            self._next_merged = MERGED[word]
        elif word == "trowd":
            self._merged, self._next_merged = [], None
        elif word == "cellx":
            self._merged, self._next_merged = [*self._merged, self._next_merged], None
        elif word == "row":
            self._column = 0
        elif word == "cell":
            self._column += 1
            mark = self._merged[self._column - 1] if self._column <= len(self._merged) else None
            return MARKS[mark] if mark else ""
        return ""


def _may_say_something(picture: re.Match[str], code: str) -> bool:
    """Whether a picture is large and may hold text; so may one whose content is not written in the usual way."""
    if not is_large(*(int(size) / UNITS for size in picture.groups())):
        return False
    written = "".join(code[picture.end() : code.find("}", picture.end())].split())
    digits = written[len(written.rstrip("0123456789abcdefABCDEF")) :]
    return may_hold_text(bytes.fromhex(digits[len(digits) % 2 :]))


def _write(blocks: Blocks, text: str) -> None:
    """Append paragraphs and tables; a row ends with a bar."""
    for is_table, lines in groupby(text.split("\n"), key=lambda line: line.endswith("|")):
        if is_table:
            write_grid(blocks, unmerged(([*map(_cell, line[:-1].split("|"))] for line in lines), blocks))
            continue
        for line in lines:
            blocks.paragraph(line.replace(BAR, "|").replace(PAGE_NUMBER, ""))


def _cell(text: str) -> Cell:
    return next((kind for kind, mark in MARKS.items() if mark in text), text.replace(BAR, "|"))


def _write_margins(blocks: Blocks, parts: _Parts, kind: str) -> None:
    """Append headers or footers, lines that several have once, without lines that number the pages."""
    seen = {""}
    for code in parts.apart[kind]:
        numbers_pages = PAGE_NUMBER in "".join(code) or "PAGE" in "".join(code)
        for line in parts.text(code).replace(BAR, "|").split("\n"):
            text = one_line(line.replace(PAGE_NUMBER, ""))
            if text not in seen and not (numbers_pages and _is_a_number(line)):
                seen.add(text)
                blocks.paragraph(text)


def _is_a_number(line: str) -> bool:
    """Whether a line holds digits or the number of the page, and no more words than stand beside that."""
    words = sum(any(map(str.isalpha, word)) for word in line.split())
    return words <= len(PAGE_OF) and any(one.isdecimal() or one == PAGE_NUMBER for one in line)
