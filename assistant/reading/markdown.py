"""Markdown, with optional front matter in YAML or TOML: title, published, publisher, url, author, language."""

from __future__ import annotations

import re
import tomllib

import yaml

from assistant.reading.dates import date_of
from assistant.reading.dialects import as_shown
from assistant.reading.language import language_code
from assistant.reading.limits import Options
from assistant.reading.plain import decode, name_as_title
from assistant.reading.unread import Strikes, told
from assistant.types import Document

FRONT_MATTER = re.compile(
    r"""(?:(?P<toml>\+\+\+)|---)[ \t]*\n(?P<block>.*?\n)?(?(toml)\+\+\+|(?:---|\.\.\.))[ \t]*(?:\n|\Z)""", re.DOTALL
)
DATES = ("published", "date", "pubdate", "publishdate", "published_at", "datepublished")
AUTHORS = ("author", "authors", "creator")
KNOWN_FIELDS = {"title", "publisher", "url", "language", "lang", *DATES, *AUTHORS}
SETTINGS = frozenset(
    "layout slug permalink weight draft aliases cssclass cssclasses template id uid type toc sidebar image cover "
    "thumbnail updated modified lastmod created output format editor execute jupyter kernelspec".split()
)
"""Fields that say how a text is shown, or when it was saved."""
FIRST_HEADING = re.compile(r"^ {0,3}#[ \t]++(\S.*)$|^([^\s#>|*-].*)\n=++[ \t]*+$", re.MULTILINE)
FENCED_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
LONGEST_YAML = 20_000
"""Characters of front matter that are read as YAML, which takes long; longer ones are read line by line."""


def read_markdown(source: str, content: bytes, options: Options | None = None) -> Document:
    """The Markdown document in ``content``: front matter becomes fields, the text is the body as it is shown."""
    fields, body = split_front_matter(decode(content))
    strikes = Strikes(are_kept=options is not None and options.keeps_struck)
    text = as_shown(body, has_components=source.lower().endswith(".mdx"), struck=strikes.shown) + _further(fields)
    published, left_out = date_of(*(_said(fields.get(name)) for name in DATES))
    return Document(
        source=source,
        title=_line(fields.get("title")) or first_heading(text) or name_as_title(source),
        text=text,
        markup="markdown",
        published=published,
        publisher=_line(fields.get("publisher")),
        url=_web_address(fields.get("url")),
        author=next(filter(None, (_line(_named(fields.get(name))) for name in AUTHORS)), None),
        language=language_code(_line(fields.get("language")) or _line(fields.get("lang"))),
        left_out=(*left_out, *told(strikes.seen)),
    )


def _further(fields: dict[str, object]) -> str:
    """What the front matter says besides, a line for each field, but for what only tells how to show it."""
    said = {name: _line(_named(value)) for name, value in fields.items() if name not in KNOWN_FIELDS | SETTINGS}
    lines = [f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in said.items() if _is_said(value)]
    return "\n\n" + "\n".join(lines) + "\n" if lines else ""


def _is_said(value: str | None) -> bool:
    return bool(value) and value not in ("true", "false", "null", "~") and "://" not in str(value)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """The front matter's fields and the text after it; no fields when there is none or it is not a mapping."""
    found = FRONT_MATTER.match(text)
    if not found:
        return {}, text
    fields = (_toml_fields if found["toml"] else _yaml_fields)(found["block"] or "")
    return ({}, text) if fields is None else (fields, text[found.end() :])


def _toml_fields(block: str) -> dict[str, object] | None:
    """The fields of front matter in TOML; None where it is none."""
    try:
        return {name.lower(): value for name, value in tomllib.loads(block).items()}
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _yaml_fields(block: str) -> dict[str, object] | None:
    """The fields of front matter in YAML, or what can be saved of them; None where it is no front matter."""
    if len(block) > LONGEST_YAML:
        return _fields_line_by_line(block)
    try:
        # NOTE: the base loader leaves every value a string as it was written: no dates, numbers or objects are made.
        fields = yaml.load(block, Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError):
        return _fields_line_by_line(block)
    return {str(name).lower(): value for name, value in fields.items()} if isinstance(fields, dict) else None


def _fields_line_by_line(block: str) -> dict[str, object] | None:
    """What can be saved from front matter that is not YAML, such as ``title: Russia: a view``.

    None when it is no front matter at all, but text between two rules.
    """
    pairs = (line.partition(":") for line in block.splitlines() if ":" in line)
    fields = {
        name.rstrip(" \t").lower(): value.strip().strip("\"'")
        for name, _, value in pairs
        if _is_name(name.rstrip(" \t")) and (not value or value.startswith((" ", "\t")))
    }
    return dict(fields) if fields.keys() & KNOWN_FIELDS else None


def _is_name(text: str) -> bool:
    """Whether it is one word, or several with hyphens or underscores between them."""
    return text[:1] not in ("", "-") and all(sign.isalnum() or sign in "_-" for sign in text)


def first_heading(text: str) -> str | None:
    """The text of the first heading of level one, outside code."""
    match = FIRST_HEADING.search(FENCED_CODE.sub(lambda code: " " * len(code[0]), text))
    if not match:
        return None
    return match[2].strip() if match[2] else match[1].rstrip(" \t").rstrip("#").rstrip() or None


def _line(value: object) -> str | None:
    """A value as one line of text: a list of authors is joined, nested values are left out."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value if not isinstance(item, dict | list))
    if value is None or isinstance(value, dict):
        return None
    return " ".join(str(value).split()) or None


def _named(value: object) -> object:
    """A value in which those who are described by several facts are called by their names."""
    if isinstance(value, list):
        return [_named(one) for one in value]
    return value.get("name") if isinstance(value, dict) else value


def _said(value: object) -> object:
    """A value of front matter: the first of several, and none where it says that there is none."""
    first = next(iter(value), None) if isinstance(value, list) else value
    return None if first in ("null", "~") else first


def _web_address(value: object) -> str | None:
    text = _line(value)
    return text if text and re.match(r"https?://[^\s/]", text) else None
