"""reStructuredText (.rst), by docutils; directives and roles of Sphinx give way to what is in them."""

from __future__ import annotations

import re
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import Blocks
from assistant.reading.dates import date_of
from assistant.reading.html import parse_page, write_html
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.reading.unread import told
from assistant.types import Document, Failure

DIRECTIVE = re.compile(r"^[ \t]*+\.\. (?:\|[^|\n]++\| )?([\w-]++(?::[\w-]++)*+)::", re.MULTILINE)
ROLE = re.compile(r":([A-Za-z][\w+.-]*+(?::[\w+.-]++)*+):`")
INCLUDES = ("include", "literalinclude", "raw", "csv-table", "toctree")
"""Directives that name other files; docutils would read some of them."""
SETTINGS: dict[str, object] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 5,
    "report_level": 3,
    "warning_stream": False,
    "_disable_config": True,
    "doctitle_xform": True,
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "smart_quotes": False,
}


def read_rst(source: str, content: bytes, options: Options) -> Document:
    """The document in ``content``. Files that it names as parts of it are told: they are documents of their own.

    Raises:
        ReadError: it nests too deeply.
    """
    from docutils import nodes
    from docutils.core import publish_doctree, publish_from_doctree

    text = decode(content)
    _know(set(DIRECTIVE.findall(text)), set(ROLE.findall(text)))
    try:
        tree = publish_doctree(text, settings_overrides=SETTINGS)
        for message in list(tree.findall(nodes.system_message)):
            as_it_stands = [one for one in message.findall(nodes.literal_block) if not _names_a_file(one.astext())]
            message.replace_self(as_it_stands)
        tree.transform_messages.clear()
        page = publish_from_doctree(tree, writer="html5", settings_overrides=SETTINGS)
    except RecursionError as error:
        raise ReadError("The file nests too deeply to be read. Save it as .txt, and add that.") from error
    blocks = Blocks(options.budget)
    seen = set[str]()
    write_html(blocks, parse_page(page.decode("utf-8"), seen).find("body"))
    facts = {field.tagname: field.astext() for field in tree.findall() if field.tagname in ("author", "date")}
    published, undated = date_of(facts.get("date"))
    named = filter(_names_a_file, text.split("\n"))
    left_out = tuple(Failure(line.strip(), "It names other files. Add them, too.") for line in named)
    return Document(
        source,
        tree.get("title") or blocks.first_heading or name_as_title(source),
        blocks.text,
        "markdown",
        published=published,
        author=facts.get("author"),
        left_out=(*undated, *left_out, *told(seen)),
    )


def _names_a_file(text: str) -> bool:
    """Whether a text opens with a directive that names other files."""
    found = DIRECTIVE.match(text)
    return found is not None and found[1] in INCLUDES


def _know(directives: set[str], roles: set[str]) -> None:
    """Let docutils take directives and roles that it does not know for what is in them."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, languages
    from docutils.parsers.rst import directives as known_directives
    from docutils.parsers.rst import roles as known_roles
    from docutils.statemachine import StringList

    class AnyOption(dict[str, Any]):
        """Options of any name, which are read and not used."""

        def __missing__(self, name: str) -> Any:
            return known_directives.unchanged

    class Within(Directive):  # type: ignore[misc]
        """A directive whose argument and content are text."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = AnyOption(name=known_directives.unchanged)

        def run(self) -> list[Any]:
            """The text of it."""
            block = nodes.container()
            said = StringList([*self.arguments, "", *self.content], source="")
            self.state.nested_parse(said, self.content_offset, block)
            return [block]

    def shown(_name: str, raw: str, text: str, *_: Any, **__: Any) -> tuple[list[Any], list[Any]]:
        return [nodes.inline(raw, text.partition(" <")[0].lstrip("~!"))], []

    english = languages.get_language("en")
    for name in directives - english.directives.keys() - known_directives._directives.keys():
        known_directives.register_directive(name, Within)
    for name in roles - english.roles.keys() - known_roles._roles.keys():
        known_roles.register_local_role(name, shown)
