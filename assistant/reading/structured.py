"""What a page says for machines (JSON-LD, https://schema.org), where scripts would make what its readers see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
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
LONGEST_FACT = 80
UNSAID = frozenset("id _id uuid key slug type kind __typename locale lang status version href url path image".split())
"""Names of what data says for programs alone."""
DATA_OR_PROGRAM = frozenset(("", "application/json", "text/javascript", "application/javascript", "module"))
MOST_VALUES = 200
"""Values of a program that are looked at."""
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
    values = [value for script in root.iter("script") for value in _data_of(script)]
    for value in values:
        _write_prose(blocks, value, plain, said, 0)
    if not blocks.length:
        for rows in chain.from_iterable(map(_tables_in, values)):
            write_value(blocks, rows, ())
    return blocks.text


def _data_of(script: Any) -> Iterator[Any]:
    """The values that a script is or is given: JSON, what a program sets or calls with it, or Next.js streams."""
    kind, text = (script.get("type") or "").strip().lower(), script.text or ""
    if kind not in DATA_OR_PROGRAM:
        return
    is_data = kind == "application/json"
    starts = [len(text) - len(text.lstrip())] if is_data else _starts_of_values(text)
    end = 0
    for start in starts:
        if start < end:
            continue
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(text, start)
            yield from _told_by(value)
        except (ValueError, RecursionError):
            continue


def _told_by(value: Any) -> Iterator[Any]:
    """The objects and lists that a value in a program is, holds as JSON, or streams.

    Raises:
        ValueError: it holds damaged JSON.
    """
    if isinstance(value, str) and value.startswith(("{", "[")):
        value = json.loads(value, strict=False)
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        yield from _streamed(value[1])
    elif isinstance(value, dict | list):
        yield value


def _starts_of_values(program: str) -> Iterator[int]:
    """Where values begin that a program sets something to, or calls something with."""
    openings = (at for at, character in enumerate(program) if character in '{["')
    return islice((at for at in openings if program[max(0, at - 3) : at].rstrip()[-1:] in ("=", "(")), MOST_VALUES)


def _streamed(text: str) -> Iterator[Any]:
    """The values of a text of which each line is a number, a colon and a value."""
    for line in text.split("\n"):
        try:
            yield json.loads(line.partition(":")[2], strict=False)
        except (ValueError, RecursionError):
            continue


def _tables_in(value: Any, depth: int = 0) -> Iterator[list[dict[str, Any]]]:
    """The lists of like things in a value, without addresses."""
    if isinstance(value, list) and len(value) > 1 and all(map(_is_named, value)):
        yield _without_addresses(value) or []
        return
    for one in _values_in(value) if depth < DEEPEST else ():
        yield from _tables_in(one, depth + 1)


def _is_named(thing: Any) -> bool:
    """Whether a thing holds several facts in words and figures, and nothing deeper."""
    is_flat = isinstance(thing, dict) and len(thing) > 1 and not any(map(_values_in, thing.values()))
    return is_flat and sum(_is_fact(value) for value in thing.values()) > 1


def _is_fact(value: Any) -> bool:
    """Whether a value among data is one that people read: a number, or words that are no address."""
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_FACT and not value.startswith(("/", "#", ".")) and "://" not in value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _write_prose(blocks: Blocks, value: Any, plain: Plain, said: set[str], depth: int) -> None:
    """Append each text of several words in a value once, those of one thing below its title."""
    inner = _values_in(value)
    texts = (plain(one).strip() for one in inner if isinstance(one, str) and " " in one)
    new = [one for one in texts if len(one.split()) >= PROSE_WORDS and one not in said]
    if new:
        _write_thing(blocks, value, plain, new)
    said.update(new)
    for one in inner if depth < DEEPEST else ():
        _write_prose(blocks, one, plain, said, depth + 1)


def _write_thing(blocks: Blocks, value: Any, plain: Plain, texts: Sequence[str]) -> None:
    """Append the texts of one thing below its title, and what else is said of it in figures and few words."""
    title = _title_of(value)
    blocks.heading(2, plain(title))
    for text in texts:
        if text != title:
            blocks.add(text)
    if title:
        facts = {key: one for key, one in value.items() if key.lower() not in UNSAID and _is_fact(one)}
        blocks.paragraph("\n".join(f"{key}: {one}" for key, one in facts.items() if one not in (title, *texts)))


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
