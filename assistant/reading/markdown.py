"""Markdown, with optional YAML front matter: title, published, publisher, url, author."""

from __future__ import annotations

import datetime
import re

import yaml

from assistant.reading.plain import decode, name_as_title
from assistant.types import Document

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FIRST_HEADING = re.compile(r"^ {0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$|^([^\s#>|*-].*)\n=+[ \t]*$", re.MULTILINE)
FENCED_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)


def read_markdown(source: str, content: bytes) -> Document:
    """The Markdown document in ``content``: front matter becomes fields, the text is the body as it was written."""
    fields, text = split_front_matter(decode(content))
    return Document(
        source=source,
        title=_line(fields.get("title")) or first_heading(text) or name_as_title(source),
        text=text,
        markup="markdown",
        published=_date(fields.get("published", fields.get("date"))),
        publisher=_line(fields.get("publisher")),
        url=_web_address(fields.get("url")),
        author=_line(fields.get("author")),
    )


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """The front matter's fields and the text after it; no fields when there is none or it is not a YAML mapping."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        fields = yaml.safe_load(match[1] or "")
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date such as 2024-02-31
        return _fields_line_by_line(match[1]), text[match.end() :]
    if not isinstance(fields, dict):
        return {}, text
    return {str(name).lower(): value for name, value in fields.items()}, text[match.end() :]


def _fields_line_by_line(block: str) -> dict[str, object]:
    """What can be saved from front matter that is not YAML, such as ``title: Russia: a view``."""
    pairs = (line.partition(":") for line in block.splitlines() if ":" in line and not line.startswith((" ", "\t")))
    return {name.strip().lower(): value.strip().strip("\"'") for name, _, value in pairs}


def first_heading(text: str) -> str | None:
    """The text of the first heading of level one, outside code."""
    match = FIRST_HEADING.search(FENCED_CODE.sub(lambda code: " " * len(code[0]), text))
    return (match[1] or match[2]).strip() if match else None


def _line(value: object) -> str | None:
    """A value as one line of text: a list of authors is joined, nested values are left out."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value if not isinstance(item, dict | list))
    if value is None or isinstance(value, dict):
        return None
    return " ".join(str(value).split()) or None


def _date(value: object) -> str | None:
    """A date or date and time in ISO 8601, or None when the value is no date."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    text = _line(value)
    if text is None:
        return None
    for length in (len(text), 10, 7, 4):
        head = text[:length]
        try:
            datetime.datetime.fromisoformat(head + ("-01-01", "-01", "")[(len(head) > 4) + (len(head) > 7)])
        except ValueError:
            continue
        return head
    return None


def _web_address(value: object) -> str | None:
    text = _line(value)
    return text if text and re.match(r"https?://[^\s/]", text) else None
