"""What a page says for machines (JSON-LD, https://schema.org), where scripts would make what its readers see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from assistant.reading.blocks import Blocks, one_line
from assistant.reading.data import write_value
from assistant.reading.dates import date_of
from assistant.reading.limits import TextBudget

OF_THE_SITE = frozenset(
    "BreadcrumbList ImageObject NewsMediaOrganization Organization SearchAction SiteNavigationElement WebSite".split()
)
"""Types of what is no part of what a page says."""
BODIES = ("articleBody", "reviewBody", "text", "description")
"""Where prose stands; the first that there is counts."""
NAMES = ("headline", "name")
TITLES = ("headline", "title", "name")
PROSE_WORDS = 5
"""A text among data with fewer words is a name, a label or a setting."""
DEEPEST = 30
"""Values within one another that are looked at."""

Plain = Callable[[str], str]


def structured_things(root: Any) -> list[dict[str, Any]]:
    """What a page says in JSON-LD, thing by thing, without what is of its site; what is no JSON is passed over."""
    found: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            try:
                found += _things(json.loads(script.text or "", strict=False))
            except (ValueError, RecursionError):
                continue
    return found


def structured_text(
    things: Iterable[dict[str, Any]], plain: Plain, budget: TextBudget | None, *, only_bodies: bool
) -> str:
    """The things as Markdown; or of them only the bodies of articles, where the page shows its own.

    ``plain`` gives the text of a value that may hold HTML.
    """
    blocks = Blocks(budget)
    for thing in things:
        if not only_bodies:
            _write(blocks, thing, plain, 1)
        elif isinstance(body := thing.get("articleBody"), str):
            blocks.paragraph(plain(body))
    return blocks.text


def data_text(root: Any, plain: Plain, budget: TextBudget | None) -> str:
    """The prose in what the page's scripts are given as data, for pages that show nothing before those have run."""
    blocks = Blocks(budget)
    said: set[str] = set()
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/json":
            try:
                _write_prose(blocks, json.loads(script.text or "", strict=False), plain, said, 0)
            except (ValueError, RecursionError):
                continue
    return blocks.text


def _write_prose(blocks: Blocks, value: Any, plain: Plain, said: set[str], depth: int) -> None:
    """Append each text of several words in a value once, those of one thing below its title."""
    inner = _values_in(value)
    texts = (plain(one).strip() for one in inner if isinstance(one, str) and " " in one)
    new = [one for one in texts if len(one.split()) >= PROSE_WORDS and one not in said]
    title = _title_of(value) if new else ""
    blocks.heading(2, plain(title))
    for text in new:
        if text != title:
            blocks.add(text)
    said.update(new)
    for one in inner if depth < DEEPEST else ():
        _write_prose(blocks, one, plain, said, depth + 1)


def _values_in(value: Any) -> list[Any]:
    """What an object or a list holds; nothing for any other value."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _title_of(value: Any) -> str:
    """What a thing among data is called."""
    named = (value.get(key) for key in TITLES) if isinstance(value, dict) else ()
    return next((name for name in named if isinstance(name, str)), "")


def structured_facts(things: Iterable[dict[str, Any]]) -> dict[str, str]:
    """When an article among the things was published, by whom, and who wrote it; "" for what they do not say."""
    article = next((thing for thing in things if "headline" in thing), {})
    return {
        "published": date_of(article.get("datePublished"))[0] or "",
        "author": _names(article.get("author")),
        "publisher": _names(article.get("publisher")),
    }


def _names(value: Any) -> str:
    """The names in a value that says who somebody is, or several."""
    several = value if isinstance(value, list) else [value]
    names = (one.get("name") if isinstance(one, dict) else one for one in several)
    return ", ".join(one_line(name) for name in names if isinstance(name, str) and "://" not in name)


def _things(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The things of a value that are not of the site itself; a graph or a list holds several."""
    if isinstance(value, list) and depth < DEEPEST:
        for one in value:
            yield from _things(one, depth + 1)
    elif isinstance(value, dict) and "@graph" in value and depth < DEEPEST:
        yield from _things(value["@graph"], depth + 1)
    elif isinstance(value, dict) and not OF_THE_SITE & _types(value):
        yield value


def _write(blocks: Blocks, thing: dict[str, Any], plain: Plain, level: int) -> None:
    """Append one thing: its name as a heading, its prose, what is said of it besides where it has none, its parts."""
    blocks.heading(level, plain(next(_texts(thing, NAMES), "")))
    blocks.paragraph(plain(next(filter(str.strip, _texts(thing, BODIES)), "")))
    parts = {key: list(_parts(value)) for key, value in thing.items() if key != "author"}
    for one in chain.from_iterable(parts.values()) if level < DEEPEST else ():
        _write(blocks, one, plain, level + 1)
    written = {*NAMES, *BODIES, *(key for key, found in parts.items() if found)}
    rest = {key: value for key, value in thing.items() if key not in written}
    if "articleBody" not in thing and (said := _without_addresses(rest)):
        write_value(blocks, said, ())


def _texts(thing: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    """The values of a thing under these names that are texts."""
    return (thing[name] for name in names if isinstance(thing.get(name), str))


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """The things within a value that hold prose or further parts, such as the questions of a page and their answers."""
    for one in _things(value):
        if ("@type" in one and any(isinstance(one.get(key), str) for key in BODIES)) or "Question" in _types(one):
            yield one


def _types(thing: dict[str, Any]) -> set[str]:
    named = thing.get("@type")
    return {one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)}


def _without_addresses(value: Any, depth: int = 0) -> Any:
    """A value without addresses and the names of types, which say nothing to a reader; None where nothing is left."""
    if isinstance(value, dict | list):
        return (_left_of(value, depth + 1) or None) if depth < DEEPEST else None
    return None if isinstance(value, str) and "://" in value else value


def _left_of(value: dict[str, Any] | list[Any], depth: int) -> dict[str, Any] | list[Any]:
    """An object or a list without addresses and the names of types."""
    if isinstance(value, list):
        return [one for one in (_without_addresses(one, depth) for one in value) if one is not None]
    found = {key: _without_addresses(one, depth) for key, one in value.items() if not key.startswith("@")}
    return {key: one for key, one in found.items() if one is not None}
