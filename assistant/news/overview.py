"""What documents are about: their subjects, and who and what is named in most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np

from assistant.answering.citations import citation_of
from assistant.answering.filters import check_filters
from assistant.answering.taking_in import told_taking_in
from assistant.indexing import Snapshot
from assistant.news.remembered import remembered
from assistant.news.subject import Subject
from assistant.news.themes.grouping import centre, grouped
from assistant.news.themes.labels import Sketched, Typical, typical
from assistant.news.themes.leading_names import FoundName, leading_names
from assistant.news.themes.looked_at import LookedAt, look_at, look_at_passages
from assistant.news.themes.sketches import Sketch, title_terms
from assistant.news.themes.telling_sentences import best_of_name, best_of_theme
from assistant.news.views import LeadingName, Overview, Theme
from assistant.types import Citation, Document, Filters

MOST_THEMES = 12
"""Those of most documents; single documents fill up what is left of the number."""
LOOKED_THROUGH = 12
"""Of how many documents of a theme, those nearest to its centre, the sentence comes that tells what it is about."""


@remembered
def overview(snapshot: Snapshot, text: str, filters: Filters) -> Overview:
    """What the documents that pass are about, or with a ``text`` what they say about that subject.

    Raises:
        CorpusError: a document, folder or publisher of the filters is not in the index.
    """
    check_filters(filters, snapshot)
    return _about(snapshot, text, filters) if text else _all(snapshot, filters)


def _all(snapshot: Snapshot, filters: Filters) -> Overview:
    within = snapshot.scope(filters).documents
    found, left_out = look_at(snapshot, within)
    notices = (*told_taking_in(snapshot.taking_in()), *left_out)
    return _told("", [snapshot.listed[identity] for identity in within], found, notices)


def _about(snapshot: Snapshot, text: str, filters: Filters) -> Overview:
    subject = Subject(snapshot, text, filters)
    found = look_at_passages(snapshot, subject.told_in())
    return _told(text, [one.document for one in found], found, subject.notices)


def _told(text: str, documents: Sequence[Document], found: Sequence[LookedAt], notices: tuple[str, ...]) -> Overview:
    days = [one.published[:10] for one in documents if one.published]
    publishers = Counter(filter(None, (one.publisher for one in documents)))
    themes, single, rest = _parted(found)
    shown = [*themes, *([one] for one in single)]
    kinds = typical([list(map(_sketched, group)) for group in (*shown, rest)])
    told = [(group, next(kinds)) for group in shown]
    numbers = count(1)
    return Overview(
        subject=text,
        documents=len(documents),
        publishers=tuple(sorted(publishers.items(), key=lambda one: (-one[1], one[0]))),
        first=min(days, default=None),
        last=max(days, default=None),
        undated=len(documents) - len(days),
        themes=tuple(_theme(group, kind, numbers) for group, kind in told[: len(themes)]),
        single=tuple(_best(group, kind, numbers) for group, kind in told[len(themes) :]),
        others=len(documents) - sum(map(len, themes)),
        names=tuple(_name(one, numbers) for one in leading_names(found)),
        notices=notices,
    )


def _parted(found: Sequence[LookedAt]) -> tuple[list[list[LookedAt]], list[LookedAt], list[LookedAt]]:
    """The documents of each theme, those that are shown one by one, and the others."""
    groups = [[found[row] for row in rows] for rows in _groups(found)]
    themes = [group for group in groups if len(group) > 1][:MOST_THEMES]
    rest = [one for group in groups[len(themes) :] for one in group]
    room = MOST_THEMES - len(themes)
    return themes, rest[:room], rest[room:]


def _groups(found: Sequence[LookedAt]) -> list[list[int]]:
    """The documents that have sentences in groups, as rows, those of no group last."""
    if not found:
        return []
    return grouped(np.stack([one.vector for one in found]))


def _sketched(one: LookedAt) -> Sketched:
    return Sketched(one.sketches, title_terms(one.document.title, one.document.language))


def _theme(group: Sequence[LookedAt], kind: Typical, numbers: Iterator[int]) -> Theme:
    direction = centre(np.stack([one.vector for one in group]))
    nearest = sorted(group, key=lambda one: (-float(one.vector @ direction), one.document.source))
    citation = _best(nearest, kind, numbers)
    return Theme(kind.label or citation.passage.title, tuple(one.document.source for one in nearest), citation)


def _best(group: Sequence[LookedAt], kind: Typical, numbers: Iterator[int]) -> Citation:
    """The sentence that tells best what documents, those nearest to their centre first, are about."""
    direction = centre(np.stack([one.vector for one in group]))
    near = {id: float(vector @ direction) for one in group for id, vector in one.vectors.items()}
    sketches = [sketch for one in group[:LOOKED_THROUGH] for sketch in one.sketches]
    return _cited(best_of_theme(sketches, kind.weights, near), numbers)


def _name(one: FoundName, numbers: Iterator[int]) -> LeadingName:
    name, *also = one.names
    return LeadingName(
        name, tuple(also), len(one.sketches), _cited(best_of_name(one.introductions, one.names), numbers)
    )


def _cited(sketch: Sketch, numbers: Iterator[int]) -> Citation:
    return citation_of(next(numbers), sketch.sentence)
