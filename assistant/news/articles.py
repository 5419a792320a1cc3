"""The articles of an index as they are grouped: each document with its day, how it begins, and what that means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np

from assistant.indexing import Snapshot
from assistant.models.embedder import Vectors
from assistant.news.remembered import remembered
from assistant.news.stories import Article
from assistant.types import Passage

LEAD_PASSAGES = 2
"""With how many passages an article begins: the news stand in the first paragraphs."""

_KNOWN: WeakKeyDictionary[Snapshot, dict[str, Article]] = WeakKeyDictionary()
"""The articles of each generation of an index that were asked for, by the identities of their versions."""


@dataclass(frozen=True, slots=True)
class Came:
    """When a document came; ``is_told``: by its own word, else on the day on which it was added."""

    day: date
    is_told: bool


@remembered
def days_of(snapshot: Snapshot) -> dict[str, Came]:
    """When each document came, by the identity of its version; of a month or a year the first day counts."""
    found: dict[str, Came] = {}
    undated: dict[str, str] = {}
    for identity, document in snapshot.listed.items():
        if day := _day(document.published):
            found[identity] = Came(day, is_told=True)
        else:
            undated[document.source] = identity
    for record in snapshot.records() if undated else ():
        if record.source in undated and (day := _day(record.added_at)):
            found[undated[record.source]] = Came(day, is_told=False)
    return found


def articles_of(snapshot: Snapshot, identities: Sequence[str]) -> list[Article]:
    """Those of the documents, named by the identities of their versions, that have a day and a text."""
    known = _KNOWN.setdefault(snapshot, {})
    if missing := [one for one in identities if one not in known]:
        known.update(_made(snapshot, missing))
    return [known[one] for one in identities if one in known]


def _made(snapshot: Snapshot, identities: Sequence[str]) -> dict[str, Article]:
    days = days_of(snapshot)
    leads = {f"{identity}-{place}": identity for identity in identities for place in range(LEAD_PASSAGES)}
    passages, vectors = snapshot.passages(list(leads)), snapshot.vectors_of(list(leads))
    found: dict[str, list[tuple[Passage, Vectors]]] = {}
    for id, indexed in passages.items():
        if id in vectors:
            found.setdefault(leads[id], []).append((indexed.passage, vectors[id]))
    return {
        identity: Article.of(identity, snapshot.listed[identity], days[identity].day, _lead(begun), _mean(begun))
        for identity, begun in found.items()
        if identity in days
    }


def _day(moment: str | None) -> date | None:
    """The day of a date or moment (ISO 8601), of a month or a year the first; None where it is none."""
    try:
        return date.fromisoformat(f"{moment or ''}-01-01"[:10])
    except ValueError:
        return None


def _lead(begun: Iterable[tuple[Passage, Vectors]]) -> str:
    return "\n".join(passage.text for passage, _ in begun)


def _mean(begun: Iterable[tuple[Passage, Vectors]]) -> Vectors:
    mean = np.mean([vector for _, vector in begun], axis=0)
    unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit
