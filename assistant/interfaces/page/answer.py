"""One answer: its sentences with their numbered citations, how sure it is, and what else was found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from assistant.answering.citations import (
    DOUBTS,
    NOT_CHECKED,
    SHOWN_ITEMS,
    items_counted,
    passage_as_read,
    quote_as_read,
)
from assistant.conversations.markdown_export import answer_as_markdown
from assistant.interfaces.page.cards import CITED_LENGTH, excerpt, render_card, where
from assistant.interfaces.page.find_links import Search, find_link
from assistant.interfaces.page.phrases import byline, count
from assistant.interfaces.page.templates import render
from assistant.text.structure import HASH_HEADING
from assistant.types import Answer, AnswerSentence, Citation, ListedItem, ScoredPassage

HIGH_CONFIDENCE, MEDIUM_CONFIDENCE = 0.55, 0.3
"""How confidence is worded: of the answerable questions that it was fitted on, about half are above the first."""

CLOSEST_SHOWN = 3
"""Passages shown under an answer that abstains; the others unfold."""

BULLET = "- "
_TRY = (
    "Use the words that your documents use, such as the names in the passages above.",
    "Ask for one thing at a time.",
    "Add a document that tells it, under Documents.",
)


class ShownSentence(NamedTuple):
    """A sentence as the page shows it: ``citations`` are the numbers of sources that there are."""

    text: str
    emphasis: tuple[int, int] | None
    citations: tuple[int, ...]
    doubt: str


class Peek(NamedTuple):
    """The small card that shows beside a citation's number: the quote and where it stands."""

    number: int
    quote: str
    title: str
    where: str


def render_answer(position: int, asked: str, answer: Answer, *, is_growing: bool = False) -> Markup:
    """HTML of the answer to the exchange at that position, and of the cards and texts that scripts show and copy.

    One that ``is_growing`` cannot be copied yet; where another was stopped at what is pending, that is never checked.
    """
    titles = {citation.number: citation.passage.title for citation in answer.citations}
    return render(
        "answer.answer",
        position=position,
        understood=shortened(answer.question) if answer.question.split() != asked.split() else None,
        items=_render_items(position, answer.items, titles),
        runs=[(kind, [_shown(one, titles) for one in run]) for kind, run in groupby(answer.sentences, key=_kind_of)],
        pending=answer.pending,
        doubt_of_pending="" if is_growing else NOT_CHECKED,
        titles=titles,
        answer=answer,
        markdown=None if is_growing else answer_as_markdown(answer),
        link=_further(answer),
        after=_render_closest(position, answer.also_found) if answer.abstained else _render_support(position, answer),
        peeks=[] if answer.abstained else [_peek(citation) for citation in answer.citations],
    )


def _render_items(position: int, items: Sequence[ListedItem], titles: dict[int, str]) -> Markup:
    """The things that an answer lists, if any, each with its sources; the last of many unfold."""
    shown = [ShownSentence(one.name, None, one.citations, "") for one in items]
    first, others = shown[:SHOWN_ITEMS], shown[SHOWN_ITEMS:]
    counted = items_counted(items)
    return render("answer.items", position=position, counted=counted, first=first, others=others, titles=titles)


def _further(answer: Answer) -> str:
    """The address of the view that shows all of what an answer counts or compares; "" where there is none."""
    if answer.mentions:
        return find_link(Search(answer.mentions.query, answer.mentions.filters))
    if answer.speakers:
        return find_link(Search(answer.speakers.subject, answer.speakers.filters), "subject")
    return ""


def shortened(question: str, limit: int = 300) -> str:
    """A question as it heads its answer: cut, where it is very long."""
    return question if len(question) <= limit else question[:limit].rstrip() + " …"


def _kind_of(sentence: AnswerSentence) -> str:
    """What a sentence is shown as: an item, a heading (models write them), or prose."""
    if sentence.text.startswith(BULLET):
        return "item"
    return "heading" if HASH_HEADING.match(sentence.text) else "prose"


def _shown(sentence: AnswerSentence, titles: dict[int, str]) -> ShownSentence:
    """The sentence with its emphasis; without the bullet or the signs of a heading, which the page shows in its way."""
    kind = _kind_of(sentence)
    sign = len(BULLET) if kind == "item" else 0
    if kind == "heading":
        sign = len(sentence.text) - len(sentence.text.lstrip("#").lstrip())
    emphasis = sentence.emphasis and (sentence.emphasis[0] - sign, sentence.emphasis[1] - sign)
    citations = tuple(number for number in sentence.citations if number in titles)
    return ShownSentence(sentence.text[sign:], emphasis, citations, DOUBTS.get(sentence.support, ""))


def _peek(citation: Citation) -> Peek:
    quote = excerpt(quote_as_read(citation), CITED_LENGTH)
    return Peek(citation.number, quote, citation.passage.title, where(citation.passage, citation.place))


def _render_support(position: int, answer: Answer) -> Markup:
    """What an answer rests on, in a line that opens the list of its sources; who wrote it, and what else was found."""
    titles = list(dict.fromkeys(citation.passage.title for citation in answer.citations))
    others = f" and {count(len(titles) - 1, 'more document')}" if len(titles) > 1 else ""
    return render(
        "answer.support",
        position=position,
        sources=count(len(answer.citations), "source") if titles else "",
        cited=titles[0] + others if titles else "",
        footnote=byline(_author(answer), _confidence(answer.confidence)),
        found_count=count(len(answer.also_found), "passage"),
        found=_cards(position, answer.also_found),
    )


def _render_closest(position: int, found: Sequence[ScoredPassage]) -> Markup:
    """The passages that come closest to a question which is not answered, and what else to try."""
    cards = _cards(position, found)
    return render("answer.closest", closest=cards[:CLOSEST_SHOWN], others=cards[CLOSEST_SHOWN:], tries=_TRY)


def _cards(position: int, found: Sequence[ScoredPassage]) -> list[Markup]:
    return [
        render_card(f"{position}:also:{number}", "", hit.passage, hit.passage.place, passage_as_read(hit.passage))
        for number, hit in enumerate(found)
    ]


def _author(answer: Answer) -> str:
    if answer.computation:
        return "Computed from a table of your documents"
    if answer.written_by == "extractive":
        return "Sentences quoted from your documents"
    return f"Written by {answer.written_by} from the passages cited"


def _confidence(confidence: float) -> str:
    if confidence >= HIGH_CONFIDENCE:
        return "High confidence"
    return "Medium confidence" if confidence >= MEDIUM_CONFIDENCE else "Low confidence: check the sources"
