"""References in CSL-JSON, which Zotero and other programs exchange."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from assistant.errors import ReadError
from assistant.reading.blocks import one_line
from assistant.reading.references import ListedReference
from assistant.types import Failure

NAMES = {
    "container-title": "journal", "DOI": "doi", "URL": "url", "ISBN": "isbn", "ISSN": "issn", "issue": "number",
    "page": "pages", "publisher-place": "place", "type": "kind",
}  # fmt: skip
PEOPLE = ("author", "editor", "translator")
WITHOUT = ("id", "issued", "accessed", "source", "citation-key", *PEOPLE)
NOT_CSL = Failure("a reference", "It is none of CSL-JSON. Export it anew.")


def csl_references(text: str) -> tuple[list[ListedReference], tuple[Failure, ...]]:
    """The references in a list in CSL-JSON, and what of it is none.

    Raises:
        ReadError: it is no list of that form.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"It is not JSON: {error}. Export it anew as CSL-JSON.") from error
    items = found.get("items") if isinstance(found, dict) else found
    if not isinstance(items, list):
        raise ReadError("It is no list of references in CSL-JSON. Export it anew as CSL-JSON.")
    entries = [one for one in items if isinstance(one, dict) and "title" in one]
    return [_reference(one) for one in entries], (NOT_CSL,) * (len(items) - len(entries))


def _reference(item: dict[str, Any]) -> ListedReference:
    facts = {
        NAMES.get(name, name): [one_line(value)]
        for name, value in item.items()
        if name not in WITHOUT and isinstance(value, str | int | float)
    }
    people = {name: list(_people(item.get(name))) for name in PEOPLE}
    return ListedReference(one_line(item.get("id") or ""), facts | people | {"date": [_date(item.get("issued"))]})


def _people(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            parts = (one.get(name) for name in ("given", "non-dropping-particle", "family", "suffix", "literal"))
            yield one_line(" ".join(str(part) for part in parts if part))


def _date(value: Any) -> str:
    """A date in ISO 8601, or as it is written; "" for none."""
    if not isinstance(value, dict):
        return ""
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return "-".join(f"{one!s:>02}" for one in parts[0][:3])
    return one_line(value.get("raw") or value.get("literal") or "")
