"""Passages that were found and adjoin in their document, joined into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.places import place_over
from assistant.types import Passage, ScoredPassage

GAP = 3
"""How many characters of white space may part two passages that adjoin; a heading or a table is more."""
LONGEST = 1_800
"""How many characters a joint passage has at most: two ordinary ones."""


def join_neighbours(hits: Sequence[ScoredPassage], text_of: Callable[[str], str]) -> list[ScoredPassage]:
    """The hits, the best first, those that adjoin joined: what they answer together is often split between them.

    A joint passage has the score and the id of its best part. ``text_of`` gives the text of a source.
    """
    joint: list[ScoredPassage] = []
    places: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        places_of_source = places[hit.passage.source]
        for place in places_of_source:
            better = joint[place]
            if _adjoin(better.passage, hit.passage):
                joint[place] = replace(better, passage=_joined(better.passage, hit.passage, text_of))
                break
        else:
            places_of_source.append(len(joint))
            joint.append(hit)
    return joint


def _adjoin(one: Passage, other: Passage) -> bool:
    """Whether two passages of a document follow one another, in one place under the same headings, and fit into one."""
    first, second = sorted((one, other), key=lambda passage: passage.start)
    gap = second.start - first.end
    return (
        0 <= gap <= GAP
        and len(one.text) + gap + len(other.text) <= LONGEST
        and (one.breadcrumb, one.also_in) == (other.breadcrumb, other.also_in)
        and first.place_of(first.end - 1, first.end) == second.place_of(second.start, second.start + 1)
    )


def _joined(better: Passage, other: Passage, text_of: Callable[[str], str]) -> Passage:
    first, second = sorted((better, other), key=lambda passage: passage.start)
    places = (*first.each_place, *(each for each in second.each_place if each[0] > second.start))
    return replace(
        better,
        start=first.start,
        end=second.end,
        text=text_of(better.source)[first.start : second.end],
        table_head=first.table_head,
        place=place_over(places),
        places=places if len(places) > 1 else (),
    )
