"""One answer: its sentences with their numbered citations, how sure it is, and what else was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from assistant.answering.citations import DOUBTS, NOT_CHECKED, passage_as_read, quote_as_read
from assistant.conversations.markdown import answer_as_markdown
from assistant.interfaces.page.cards import CITED_LENGTH, excerpt, render_card, where
from assistant.interfaces.page.markup import byline, count, emphasised_prose, plain, prose
from assistant.text.structure import HASH_HEADING
from assistant.types import Answer, AnswerSentence, Citation, ScoredPassage

HIGH_CONFIDENCE, MEDIUM_CONFIDENCE = 0.55, 0.3
"""How confidence is worded: of the answerable questions that it was fitted on, about half are above the first."""

CLOSEST_SHOWN = 3
"""Passages shown under an answer that abstains; the others unfold."""

BULLET = "- "
WORD_JOINER = "\N{WORD JOINER}"
"""Keeps a citation's number on the line of the word before it."""
_TRY = (
    "Use the words that your documents use, such as the names in the passages above.",
    "Ask for one thing at a time.",
    "Add a document that tells it, under Documents.",
)


def render_answer(position: int, asked: str, answer: Answer, *, is_growing: bool = False) -> str:
    """HTML of the answer to the exchange at that position, and of the cards and texts that scripts show and copy.

    One that ``is_growing`` cannot be copied yet.
    """
    understood = ""
    if answer.question.split() != asked.split():
        understood = f'<p class="understood" dir="auto">Understood as: {plain(shortened(answer.question))}</p>'
    titles = {citation.number: citation.passage.title for citation in answer.citations}
    pending = _render_pending(answer.pending, is_growing=is_growing)
    body = _render_sentences(position, answer.sentences, titles, pending) or f"<p>{prose(answer.text)}</p>"
    notices = "".join(f'<p class="notice" dir="auto">{plain(notice)}</p>' for notice in answer.notices)
    copied = "" if is_growing else f'<template class="markdown">{plain(answer_as_markdown(answer))}</template>'
    if answer.abstained:
        closest = _render_closest(position, answer.also_found)
        return f'{understood}<div class="prose abstained" dir="auto">{body}</div>{notices}{closest}{copied}'
    return (
        f'{understood}<div class="prose" dir="auto">{body}</div>{notices}{_render_cited(position, answer.citations)}'
        f'<p class="footnote">{byline(_author(answer), _confidence(answer.confidence))}</p>'
        f"{_render_also_found(position, answer.also_found)}{copied}"
        + "".join(_render_peek(position, citation) for citation in answer.citations)
    )


def shortened(question: str, limit: int = 300) -> str:
    """A question as it heads its answer: cut, where it is very long."""
    return question if len(question) <= limit else question[:limit].rstrip() + " …"


def _render_pending(pending: str, *, is_growing: bool) -> str:
    """What is not checked yet; where the answer was stopped at it, it never will be, which is told."""
    if not pending:
        return ""
    remark = "" if is_growing else f'<span class="doubt">{NOT_CHECKED}</span>'
    return f'<span class="pending">{prose(pending)}</span>{remark}'


def _render_sentences(position: int, sentences: Iterable[AnswerSentence], titles: dict[int, str], pending: str) -> str:
    """Sentences as paragraphs, runs of list items as lists, headings by themselves, each with its citation buttons.

    ``pending`` follows the last of them, on its line where that is prose.
    """
    blocks: list[str] = []
    kind = ""
    for kind, run in groupby(sentences, key=_kind_of):
        rendered = [_render_sentence(position, sentence, titles) for sentence in run]
        if kind == "item":
            blocks.append("<ul>" + "".join(f"<li>{item}</li>" for item in rendered) + "</ul>")
        elif kind == "heading":
            blocks += [f'<p class="heading">{heading}</p>' for heading in rendered]
        else:
            blocks.append("<p>" + " ".join(rendered) + "</p>")
    if pending and kind == "prose":
        blocks[-1] = f"{blocks[-1].removesuffix('</p>')} {pending}</p>"
    elif pending:
        blocks.append(f"<p>{pending}</p>")
    return "".join(blocks)


def _kind_of(sentence: AnswerSentence) -> str:
    """What a sentence is shown as: an item, a heading (models write them), or prose."""
    if sentence.text.startswith(BULLET):
        return "item"
    return "heading" if HASH_HEADING.match(sentence.text) else "prose"


def _render_sentence(position: int, sentence: AnswerSentence, titles: dict[int, str]) -> str:
    buttons = "".join(
        f'<button type="button" class="cite" data-open="{position}:cite:{number}" '
        f'aria-label="Source {number}: {plain(titles[number])}" aria-describedby="peek-{position}-{number}">'
        f"{number}</button>"
        for number in sentence.citations
        if number in titles
    )
    cites = f'<span class="cites">{WORD_JOINER}{buttons}</span>' if buttons else ""
    doubt = DOUBTS.get(sentence.support)
    remark = f'<span class="doubt">{doubt}</span>' if doubt else ""
    return f'<span class="sentence">{_words_of(sentence)}</span>{cites}{remark}'


def _words_of(sentence: AnswerSentence) -> str:
    """The sentence with its emphasis; without the bullet or the signs of a heading, which the page shows in its way."""
    kind = _kind_of(sentence)
    sign = len(BULLET) if kind == "item" else 0
    if kind == "heading":
        sign = len(sentence.text) - len(sentence.text.lstrip("#").lstrip())
    emphasis = sentence.emphasis and (sentence.emphasis[0] - sign, sentence.emphasis[1] - sign)
    return emphasised_prose(sentence.text[sign:], emphasis)


def _render_peek(position: int, citation: Citation) -> str:
    """The small card that shows beside a citation's number: the quote and where it stands."""
    place = where(citation.passage, citation.place)
    return (
        f'<div class="peek" id="peek-{position}-{citation.number}" role="tooltip" hidden>'
        f'<p class="peek-quote" dir="auto">“{plain(excerpt(quote_as_read(citation), CITED_LENGTH))}”</p>'
        f'<p class="peek-title" dir="auto">{plain(citation.passage.title)}</p>'
        + (f'<p class="peek-where">{place}</p>' if place else "")
        + "</div>"
    )


def _render_cited(position: int, citations: Sequence[Citation]) -> str:
    """One line on what the answer rests on, which opens the list of its sources."""
    if not citations:
        return ""
    titles = list(dict.fromkeys(citation.passage.title for citation in citations))
    named = plain(titles[0]) + (f" and {count(len(titles) - 1, 'more document')}" if len(titles) > 1 else "")
    return (
        f'<button type="button" class="sources-line" data-open="{position}:list:0">'
        f"<b>{count(len(citations), 'source')}</b><span>{named}</span></button>"
    )


def _render_also_found(position: int, found: Sequence[ScoredPassage]) -> str:
    """The passages that were found and not quoted, folded away."""
    if not found:
        return ""
    return (
        f'<details class="also-found"><summary>Also found, not quoted: {count(len(found), "passage")}</summary>'
        f"{_render_found(position, found, 0)}</details>"
    )


def _render_closest(position: int, found: Sequence[ScoredPassage]) -> str:
    """The passages that come closest to a question which is not answered, and what else to try."""
    if not found:
        return ""
    more = ""
    if len(found) > CLOSEST_SHOWN:
        rest = _render_found(position, found[CLOSEST_SHOWN:], CLOSEST_SHOWN)
        more = f'<details class="also-found"><summary>{len(found) - CLOSEST_SHOWN} more</summary>{rest}</details>'
    tries = "".join(f"<li>{advice}</li>" for advice in _TRY)
    return (
        f'<h3 class="hint">The closest passages</h3>{_render_found(position, found[:CLOSEST_SHOWN], 0)}{more}'
        f'<h3 class="hint">What you can try</h3><ul class="tries">{tries}</ul>'
    )


def _render_found(position: int, found: Sequence[ScoredPassage], first: int) -> str:
    cards = "".join(
        render_card(f"{position}:also:{number}", "", hit.passage, hit.passage.place, passage_as_read(hit.passage))
        for number, hit in enumerate(found, first)
    )
    return f'<ol class="cards">{cards}</ol>'


def _author(answer: Answer) -> str:
    if answer.written_by == "extractive":
        return "Sentences quoted from your documents"
    return f"Written by {answer.written_by} from the passages cited"


def _confidence(confidence: float) -> str:
    if confidence >= HIGH_CONFIDENCE:
        return "High confidence"
    return "Medium confidence" if confidence >= MEDIUM_CONFIDENCE else "Low confidence: check the sources"
