"""The articles of an index as they are grouped: each document with its day, how it begins, and what that means."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

import numpy as np

from assistant.indexing import Snapshot
from assistant.models.embedder import Vectors
from assistant.news.remembered import remembered
from assistant.news.stories import Article
from assistant.types import Document, Passage

LEAD_PASSAGES = 2
"""With how many passages an article begins: the news stand in the first paragraphs."""


@remembered
def articles_in(snapshot: Snapshot) -> list[Article]:
    """The documents of an index that have a day and a text.

    A document that does not tell its day came on the day on which it was added.
    """
    documents = snapshot.listed
    days = _days(snapshot, documents.values())
    leads = {f"{identity}-{place}": identity for identity in documents for place in range(LEAD_PASSAGES)}
    passages, vectors = snapshot.passages(list(leads)), snapshot.vectors.get(list(leads))
    found: dict[str, list[tuple[Passage, Vectors]]] = {}
    for id, indexed in passages.items():
        if id in vectors:
            found.setdefault(leads[id], []).append((indexed.passage, vectors[id]))
    return [
        Article.of(document, days[document.source], _lead(found[identity]), _mean(found[identity]))
        for identity, document in documents.items()
        if identity in found and document.source in days
    ]


def _days(snapshot: Snapshot, documents: Iterable[Document]) -> dict[str, date]:
    found: dict[str, date] = {}
    undated = set()
    for document in documents:
        day = _day(document.published)
        if day:
            found[document.source] = day
        else:
            undated.add(document.source)
    if undated:
        for record in snapshot.records():
            if record.source in undated and (day := _day(record.added_at)):
                found[record.source] = day
    return found


def _day(moment: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat((moment or "")[:10])
    return None


def _lead(of_one: Iterable[tuple[Passage, Vectors]]) -> str:
    return "\n".join(passage.text for passage, _ in of_one)


def _mean(of_one: Iterable[tuple[Passage, Vectors]]) -> Vectors:
    mean = np.mean([vector for _, vector in of_one], axis=0)
    unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit
