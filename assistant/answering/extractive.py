"""Choose the sentences that answer: the best one first, what goes with it after it, lists as lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.citations import plain
from assistant.answering.claims import repeats
from assistant.answering.evidence import Evidence
from assistant.answering.questions import QuestionKind, counted_noun
from assistant.answering.sentences import Sentence, sentences_of
from assistant.indexing.terms import terms
from assistant.types import Passage

MAXIMUM_SENTENCES = 5
USUAL_SENTENCES = 3
WORTH_ADDING = 0.62
"""A further sentence is added when its score reaches this share of the best one's."""
RIVALS = 0.97
"""From this share of the best score, a sentence that stands by itself opens the answer before one that does not."""

ENUMERATES = re.compile(
    r"(?:(?:the|a|an|one|another|yet another|finally|lastly|next|then)?,?\s*(?:the|a|an)?\s*"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|other|further|additional)(?:ly)?\b"
    r"|(?:one|another|finally|lastly)\b)",
    re.IGNORECASE,
)
LIST_SOUGHT_IN = 5
"""Among how many of the best sentences one is sought that belongs to a list, or introduces it."""
COUNT_OPENS = 12
"""Within how many of its first terms a counting sentence names what it counts ("One possible scenario is ...")."""


def choose(
    kind: QuestionKind, question: str, evidence: Sequence[Evidence], section: Sequence[Passage]
) -> list[Sentence]:
    """One to five sentences that answer the question, in the order in which they are to be read.

    ``evidence`` holds the weighed sentences, the best first; ``section`` the passages of the best one's section.
    """
    if kind is QuestionKind.LIST or evidence[0].sentence.introduces:
        items = _enumeration(question, evidence, section)
        if items:
            return items
    return _best_and_its_company([item for item in evidence if not item.sentence.introduces] or evidence)


def _best_and_its_company(evidence: Sequence[Evidence]) -> list[Sentence]:
    best = evidence[0]
    lead = _lead(evidence)
    chosen = list(lead)
    for item in evidence[1:]:
        if len(chosen) >= USUAL_SENTENCES or item.score < WORTH_ADDING * best.score:
            break
        if not any(_same_content(item.sentence, other) for other in chosen) and not _dangles(item.sentence, chosen):
            chosen.append(item.sentence)
    return lead + _reading_order(chosen[len(lead) :], [item.sentence.passage for item in evidence])


def _lead(evidence: Sequence[Evidence]) -> list[Sentence]:
    """The best sentence, or a near rival that stands by itself; else with those before it that it leans on."""
    rivals = [item.sentence for item in evidence if item.score >= RIVALS * evidence[0].score]
    by_itself = next((sentence for sentence in rivals if not sentence.points_back), None)
    if by_itself:
        return [by_itself]
    leads = [_with_antecedents(item.sentence) for item in evidence]
    return next((lead for lead in leads if not lead[0].is_dangling), leads[0])


def _with_antecedents(sentence: Sentence) -> list[Sentence]:
    lead = [sentence]
    before = [other for other in sentences_of(sentence.passage) if other.order < sentence.order]
    while lead[0].is_dangling and before and len(lead) < USUAL_SENTENCES:
        lead.insert(0, before.pop())
    return lead


def _dangles(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    """Whether the sentence leans on one that is not chosen."""
    if not sentence.is_dangling:
        return False
    return not any(other.passage.id == sentence.passage.id and other.order == sentence.order - 1 for other in chosen)


def _reading_order(chosen: Sequence[Sentence], passages: Sequence[Passage]) -> list[Sentence]:
    """The sentences document by document, the best document first, as they stand in each."""
    sources = list(dict.fromkeys(passage.source for passage in passages))
    return sorted(chosen, key=lambda sentence: (sources.index(sentence.passage.source), sentence.start))


def _same_content(one: Sentence, other: Sentence) -> bool:
    left, right = (plain(each.text, is_item=each.is_item) for each in (one, other))
    return repeats(left, right, one.passage.language)


def _enumeration(question: str, evidence: Sequence[Evidence], section: Sequence[Passage]) -> list[Sentence]:
    """The items of a list, or the sentences that count something up ("One ...", "A second ..."), if there are two."""
    found = [sentence for passage in section for sentence in sentences_of(passage)]
    position = {sentence.start: index for index, sentence in enumerate(found)}
    source = evidence[0].sentence.passage.source
    near = [item.sentence.start for item in evidence[:LIST_SOUGHT_IN] if item.sentence.passage.source == source]
    runs = (_items_around(found, position[start]) for start in near if start in position)
    items = next((run for run in runs if run), []) or _counted(question, found)
    items = [item for i, item in enumerate(items) if not any(_same_content(item, other) for other in items[:i])]
    return items[:MAXIMUM_SENTENCES] if len(items) > 1 else []


def _counted(question: str, found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that count up what the question asks for: "One scenario ...", "A second scenario ..."."""
    noun = counted_noun(question)
    if noun is None:
        return []
    [stem] = terms(noun)[:1]
    counted = [s for s in found if ENUMERATES.match(s.text) and stem in terms(s.text)[:COUNT_OPENS]]
    return counted if len(counted) > 2 else []


def _items_around(found: Sequence[Sentence], position: int) -> list[Sentence]:
    """The run of list items that the sentence at ``position`` belongs to or introduces."""
    start = position if found[position].is_item else position + 1
    while start > 0 and start <= len(found) and found[start - 1].is_item:
        start -= 1
    end = start
    while end < len(found) and found[end].is_item:
        end += 1
    return list(found[start:end])
