"""TeX (.tex): what is typeset, with its headings, lists and tables."""

from __future__ import annotations

from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import BETWEEN_PARAGRAPHS, Blocks, one_line
from assistant.reading.limits import Options
from assistant.reading.marked import MarkedText
from assistant.reading.plain import decode
from assistant.reading.unread import Strikes
from assistant.types import Document, Failure

HEADINGS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
LISTS = ("itemize", "enumerate", "description")
TABLES = ("tabular", "tabularx", "longtable", "tabular*")
"""Environments that hold cells."""
CODE = ("verbatim", "lstlisting", "minted")
MATHEMATICS = ("equation", "align", "eqnarray", "gather", "multline", "math", "displaymath")
NO_TEXT = ("tikzpicture", "picture", "filecontents")
INCLUDES = ("input", "include", "subfile", "bibliography", "addbibresource")
DEFINITIONS = ("newcommand", "renewcommand", "providecommand")
MARKS = ("cite", "citep", "citet", "ref", "pageref", "eqref", "label", "index", "vspace", "hspace", "includegraphics")
STRIKES = ("sout", "st", "xout")
FACTS = ("title", "author", "date")


def read_tex(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``. Files that it names as parts of it are told: they are documents of their own.

    Raises:
        ReadError: it cannot be told apart what is text.
    """
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerError, get_default_latex_context_db
    from pylatexenc.macrospec import MacroSpec

    context = get_default_latex_context_db()
    taking = [MacroSpec("thanks", "{"), MacroSpec("caption", "[{"), MacroSpec("multicolumn", "{{{")]
    taking += [MacroSpec(name, "{") for name in STRIKES]
    context.add_context_category("taking", prepend=True, macros=taking)
    try:
        nodes, _, _ = LatexWalker(decode(content), latex_context=context, tolerant_parsing=True).get_latex_nodes()
        made = MarkedText(Blocks(options.budget), strikes=Strikes(options.keeps_struck))
        writer = _TexWriter(made)
        writer.write(nodes)
        writer.flush()
    except (LatexWalkerError, RecursionError) as error:
        raise ReadError("The file is no TeX that can be read. Typeset it, and add the PDF.") from error
    return made.document(source)


class _TexWriter:
    """Appends what TeX typesets as blocks; what stands between headings, lists and tables becomes paragraphs."""

    def __init__(self, made: MarkedText) -> None:
        from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

        self._context = context = get_default_latex_context_db()
        shown = [MacroTextSpec(name, simplify_repl="") for name in (*MARKS, "thanks", "maketitle")]
        shown += [MacroTextSpec("and", simplify_repl=", "), MacroTextSpec("footnote", simplify_repl=" (%(2)s)")]
        shown += [MacroTextSpec("caption", simplify_repl="%(2)s"), MacroTextSpec("multicolumn", simplify_repl="%(3)s")]
        shown += [MacroTextSpec(name, simplify_repl=self._struck) for name in STRIKES]
        context.add_context_category("shown", prepend=True, macros=shown)
        self._text = LatexNodes2Text(latex_context=context).nodelist_to_text
        self._loose: list[Any] = []
        self._notes: list[str] = []
        self._made = made
        self.blocks = made.blocks

    def write(self, nodes: list[Any]) -> None:
        """Append what the nodes typeset; the last paragraph waits for `flush`."""
        for node in filter(None, nodes):
            environment, macro = getattr(node, "environmentname", ""), getattr(node, "macroname", "")
            if environment == "document":
                self._loose = []  # what stands above typesets nothing
            if environment:
                self._environment(node, environment)
            elif macro in HEADINGS:
                self.flush()
                self.blocks.heading(HEADINGS[macro], self._argument(node))
            elif macro in FACTS:
                self._made.facts[macro] = one_line(self._argument(node))
            elif macro in INCLUDES:
                self._made.name_file(self._argument(node))
            elif macro in DEFINITIONS:
                self._define(node)
            elif macro == "footnote":
                self._notes.append(self._argument(node))
            else:
                self._loose.append(node)

    def flush(self) -> None:
        """Append the paragraphs that are waiting, and the notes to them."""
        for paragraph in [*BETWEEN_PARAGRAPHS.split(self._text(self._loose)), *self._notes]:
            self.blocks.paragraph(one_line(paragraph))
        self._loose, self._notes = [], []

    def _environment(self, node: Any, name: str) -> None:
        if name.rstrip("*") in MATHEMATICS:
            self._loose.append(node)
            return
        self.flush()
        if name in LISTS:
            self._list(node.nodelist)
        elif name in TABLES:
            self.blocks.table(self._rows(node.nodelist))
        elif name in CODE:
            self.blocks.code("\n".join(node.latex_verbatim().split("\n")[1:-1]))
        elif name in NO_TEXT:
            self._made.left_out.append(Failure(name, "It is drawn, and no text. Typeset it, and add the PDF."))
        elif name != "comment":
            self.write(node.nodelist)
            self.flush()

    def _list(self, nodes: list[Any]) -> None:
        items: list[list[Any]] = []
        for node in filter(None, nodes):
            if getattr(node, "macroname", "") == "item":
                items.append([one for one in node.nodeargd.argnlist if one])
            elif items:
                items[-1].append(node)
        for item in items:
            self.blocks.item(self._text(item))

    def _rows(self, nodes: list[Any]) -> list[list[str]]:
        rows: list[list[list[Any]]] = [[[]]]
        for node in filter(None, nodes):
            if getattr(node, "macroname", "") == "\\":
                rows.append([[]])
            elif getattr(node, "specials_chars", "") == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(node)
        return [[self._text(cell) for cell in row] for row in rows]

    def _define(self, node: Any) -> None:
        """Let a command that the text defines, and that takes nothing, stand for its text."""
        from pylatexenc.latex2text import MacroTextSpec

        given = [one for one in node.nodeargd.argnlist or () if one]
        name = given[0].latex_verbatim().strip("{}").removeprefix("\\") if len(given) == 2 else ""
        if name.isalpha():
            shown = MacroTextSpec(name, simplify_repl=self._argument(node).replace("%", "%%"))
            self._context.add_context_category(f"defined {name}", prepend=True, macros=[shown])

    def _struck(self, node: Any) -> str:
        """What is shown of what a command crosses out."""
        return self._made.strikes.shown(self._argument(node))

    def _argument(self, node: Any) -> str:
        found = [one for one in node.nodeargd.argnlist or () if one]
        return str(self._text(found[-1:]))
