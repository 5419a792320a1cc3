"""Seven who ask and five collections, whose documents say words that stand nowhere else: what a leak is told by."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant import Assistant, Collections
from assistant.access.collections import collections_file
from tests.file_makers import pdf

SAID = {"board": "Quorvax", "staff": "Zelphim", "press": "Brundlix", "field": "Ostravelle", "lab": "Mikkonar"}
"""By collection, what stands in its documents' texts, titles, tables and publishers, and never in a question."""
NAMED = {"board": "obhalt", "staff": "tirvun", "press": "gwendok", "field": "pasculi", "lab": "hedrixo"}
"""By collection, what stands in its files' names alone, which people may type."""
READERS = {
    "board": ("ann", "cho"),
    "staff": ("ann", "group:staff", "eve"),
    "press": ("ann", "group:staff", "eve"),
    "field": ("ann", "eve", "fay"),
    "lab": ("ann", "eve", "fay"),
}
WRITERS = {"board": ("ann",), "staff": ("group:staff",), "press": ("ann",), "field": ("fay",), "lab": ("ann", "eve")}
GROUPS = {"dee": ("staff",)}
USERS = ("ann", "bob", "cho", "dee", "eve", "fay")
"""Ann reads all, Bob what is nobody's, Cho one collection, Dee those of her group, Eve all but one, Fay two."""
OPEN = {
    "harbour.md": "# Harbour\n\nThe lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.\n",
    "ferries.md": "---\npublisher: Veldt Post\ndate: 2024-05-02\n---\n# Ferries\n\n"
    'The ferry to Veldt sails daily. "The lighthouse must be painted," said Ada Thorne.\n',
    "open/rules.md": "---\npublisher: Veldt Post\ndate: 2024-05-09\n---\n# Rules\n\nThe harbour master of Veldt sets "
    "the fees. The ferries of Veldt began to sail on 3 March 2021.\n",
    "open/berths.csv": "Berth,Length,Owner\nNorth,40,Thorne\nSouth,60,Marl\n",
}


NARROWED, WITHIN = "gus", ("staff", "lab", "open")
"""Who has the rights of Eve within some collections alone, and these: as a program has whose token is for them."""
ASKERS = (*USERS, NARROWED)
DIFFERENT = ("bob", "dee", "eve")
"""Of the users, those to whom all ways to be kept out and let in apply: one may read nothing, one is let in by a group,
one by name and kept out of one collection alone."""


def files_of(collection: str) -> dict[str, str | bytes]:
    """A report, an article with a date and a publisher, a table, a PDF and a file that cannot be read."""
    said, named = SAID[collection], NAMED[collection]
    article = (
        f"---\npublisher: {said} Gazette\nauthor: {said} Writer\ndate: 2024-05-0{3 + len(collection) % 5}\n---\n"
        f"# {said} paints the lighthouse\n\n"
        f'{said} painted the lighthouse of Veldt red on 4 May 2024. "The lighthouse of Veldt is 31 metres tall," said '
        f"{said} Marlow. {said} Marlow wants the lighthouse of Veldt to stay open. The {said} Company denied on 6 May "
        f"2024 that the ferry to Veldt sails daily.\n"
    )
    return {
        f"{collection}/{named}-report.md": f"# {said} report\n\nThe lighthouse of Veldt was sold to {said} Holdings "
        f"for 9 million crowns. {said} keeps the lighthouse of Veldt since 1974.\n",
        f"{collection}/{named}-news.md": article,
        f"{collection}/{named}-rates.csv": f"Berth,Rate,{said}\nNorth,12,{said} one\nEast,15,{said} two\n",
        f"{collection}/deep/{named}-plan.pdf": pdf([[f"The {said} plan of the lighthouse of Veldt", "It costs 7."]]),
        f"{collection}/{named}-broken.pdf": b"%PDF-1.4 broken",
    }


def everything() -> dict[str, str | bytes]:
    """The documents of everyone and of all collections."""
    return OPEN | {source: content for one in SAID for source, content in files_of(one).items()}


def set_up(assistant: Assistant) -> Collections:
    """Set who reads and writes what."""
    collections = collections_of(assistant)
    for name in SAID:
        collections.add(name, f"What {SAID[name]} does")
        for who in READERS[name]:
            collections.grant(name, who)
        for who in WRITERS[name]:
            collections.grant(name, who, write=True)
    return collections


def collections_of(assistant: Assistant) -> Collections:
    """The collections of a corpus, to be set."""
    return Collections(collections_file(assistant.settings.state_dir))


def asking(assistant: Assistant, user: str) -> Assistant:
    """The assistant as a user has it."""
    if user == NARROWED:
        return assistant.with_rights(dataclasses.replace(assistant.for_user("eve").rights.within(WITHIN), name=user))
    return assistant.for_user(user, GROUPS.get(user, ()))


def open_to(user: str) -> dict[str, str]:
    """Those of the documents that are nobody's which a user may read."""
    return {source: text for source, text in OPEN.items() if user != NARROWED or source.split("/")[0] in WITHIN}


def _may(user: str, rights: Mapping[str, Iterable[str]], collection: str) -> bool:
    if user == NARROWED:
        return collection in WITHIN and _may("eve", rights, collection)
    who = {user, *(f"group:{group}" for group in GROUPS.get(user, ()))}
    return bool(who.intersection(rights[collection]))


def reads(user: str, collection: str) -> bool:
    """Whether a user may read a collection, worked out from the tables above."""
    return _may(user, READERS, collection) or _may(user, WRITERS, collection)


def writes(user: str, collection: str) -> bool:
    """Whether a user may change a collection."""
    return _may(user, WRITERS, collection)


def closed_to(user: str) -> list[str]:
    """The collections that a user may not read."""
    return [name for name in SAID if not reads(user, name)]


def leaks(user: str, told: object, typed: str = "") -> list[str]:
    """The words in what a user is told that stand in closed collections alone, without those that they typed."""
    text = "\n".join(texts_in(told)).casefold()
    words = [word for name in closed_to(user) for word in (SAID[name], NAMED[name])]
    return [word for word in words if word.casefold() in text and word.casefold() not in typed.casefold()]


def texts_in(value: Any) -> Iterator[str]:
    """All text in a value, however deep, and what bytes say."""
    if isinstance(value, str | Path):
        yield str(value)
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from texts_in([*value.keys(), *value.values()])
    elif isinstance(value, BaseException):
        yield str(value)
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts_in(one)


UNTOLD = frozenset(
    {
        "added_at",
        "indexed_at",
        "answered_at",
        "score",
        "confidence",
        "removed_at",
        "written_at",
        "generation",
        "needs_sync",
    }
    | {"corpus_dir", "index_dir", "state_dir", "id"}
)
"""Fields that tell of moments, folders and scores, which differ between two indexes of the same documents."""


def comparable(value: Any) -> Any:
    """A value without the fields that two indexes of the same documents may differ in."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value) if field.name not in UNTOLD]
        return {name: comparable(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [comparable(one) for one in value]
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    return None if isinstance(value, float) else value
