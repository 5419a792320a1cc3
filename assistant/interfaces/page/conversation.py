"""The conversation: questions, answers, and the numbered buttons that open their sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.interfaces.page.markup import byline, count, emphasised_prose, plain, prose
from assistant.types import Answer, AnswerSentence, Citation, DocumentRecord, ScoredPassage, Turn

EXAMPLES = (
    "What is Russia's view of NATO expansion?",
    "Which countries reported drone incursions?",
    "Which countries host the Enhanced Forward Presence battlegroups?",
    "What scenarios are possible for the future?",
)
"""Questions the shipped briefings answer; offered only while those are in the corpus."""

HIGH_CONFIDENCE, MEDIUM_CONFIDENCE = 0.55, 0.3
"""How confidence is worded: of the answerable questions that it was fitted on, about half are above the first."""

SHIPPED_FOLDER = "briefings/"
CLOSEST_NAMED = 3
"""Passages named under an answer that abstains; the panel has them all."""

BULLET = "- "
_SUPPORT = {"partial": "only partly supported", "unsupported": "not supported by a source"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question as it was typed, and what came of it: an answer, a problem in words, or neither yet."""

    asked: str
    answer: Answer | None = None
    problem: str | None = None


Conversation = tuple[Exchange, ...]


def history(conversation: Conversation) -> list[Turn]:
    """The answered exchanges as ``(role, text)`` pairs, oldest first."""
    turns: list[Turn] = []
    for exchange in conversation:
        if exchange.answer is not None:
            turns += [("user", exchange.asked), ("assistant", exchange.answer.text)]
    return turns


def render_conversation(conversation: Conversation) -> str:
    """HTML of every exchange, oldest first."""
    turns = (_render_exchange(position, exchange) for position, exchange in enumerate(conversation))
    return f'<div class="turns" role="log" aria-live="polite">{"".join(turns)}</div>'


def render_welcome(documents: Sequence[DocumentRecord]) -> str:
    """HTML of the conversation before the first question: what can be asked, with examples while they apply."""
    readable = [record for record in documents if record.passages]
    if not readable:
        return (
            '<div class="welcome"><h2>No documents yet</h2><p>Open <b>Documents</b> above and drop in some files. '
            "Then ask: every sentence of the answer will show where it comes from.</p></div>"
        )
    examples = ""
    if any(record.source.startswith(SHIPPED_FOLDER) for record in readable):
        buttons = (
            f'<li><button type="button" class="example" data-example="{number}">{plain(question)}</button></li>'
            for number, question in enumerate(EXAMPLES)
        )
        examples = f'<p class="hint">For example</p><ul class="examples">{"".join(buttons)}</ul>'
    return (
        f'<div class="welcome"><h2>What would you like to know?</h2>'
        f"<p>Answers come from your {count(len(readable), 'document')}, and from nowhere else. "
        f"Click a number to read the sentence it stands for.</p>{examples}</div>"
    )


def example_at(position: object) -> str:
    """The example question that a button names, or ``""`` for anything else a browser may send."""
    known = isinstance(position, str) and position in {str(number) for number in range(len(EXAMPLES))}
    return EXAMPLES[int(str(position))] if known else ""


def _render_exchange(position: int, exchange: Exchange) -> str:
    if exchange.problem is not None:
        reply = f'<p class="problem" role="alert">{plain(exchange.problem)}</p>'
    elif exchange.answer is None:
        reply = '<p class="waiting">Reading your documents<span class="dots"></span></p>'
    else:
        reply = _render_answer(position, exchange.asked, exchange.answer)
    question = f'<h2 class="question" dir="auto">{plain(_shortened(exchange.asked))}</h2>'
    return f'<article class="turn">{question}<div class="reply">{reply}</div></article>'


def _render_answer(position: int, asked: str, answer: Answer) -> str:
    understood = ""
    if answer.question.split() != asked.split():
        understood = f'<p class="understood">Understood as: {plain(_shortened(answer.question))}</p>'
    titles = {citation.number: citation.passage.title for citation in answer.citations}
    body = _render_sentences(position, answer.sentences, titles) or f"<p>{prose(answer.text)}</p>"
    body += f'<p class="pending">{prose(answer.pending)}</p>' if answer.pending else ""
    notices = "".join(f'<p class="notice" dir="auto">{plain(notice)}</p>' for notice in answer.notices)
    if answer.abstained:
        closest = _render_closest(position, answer.also_found)
        return f'{understood}<div class="prose abstained" dir="auto">{body}</div>{closest}{notices}'
    return (
        f'{understood}<div class="prose" dir="auto">{body}</div>{notices}{_render_cited(position, answer.citations)}'
        f'<p class="footnote">{byline(_author(answer), _confidence(answer.confidence))}</p>'
    )


def _render_sentences(position: int, sentences: Iterable[AnswerSentence], titles: dict[int, str]) -> str:
    """Sentences as paragraphs, and runs of list items as lists, each followed by its citation buttons."""
    blocks = []
    for is_list, run in groupby(sentences, key=lambda sentence: sentence.text.startswith(BULLET)):
        rendered = [_render_sentence(position, sentence, titles) for sentence in run]
        if is_list:
            blocks.append("<ul>" + "".join(f"<li>{item}</li>" for item in rendered) + "</ul>")
        else:
            blocks.append("<p>" + " ".join(rendered) + "</p>")
    return "".join(blocks)


def _render_sentence(position: int, sentence: AnswerSentence, titles: dict[int, str]) -> str:
    buttons = "".join(
        f'<button type="button" class="cite" data-open="{position}:cite:{number}" '
        f'aria-label="Source {number}: {plain(titles[number])}">{number}</button>'
        for number in sentence.citations
        if number in titles
    )
    doubt = _SUPPORT.get(sentence.support)
    remark = f'<span class="doubt">{doubt}</span>' if doubt else ""
    return f'<span class="sentence">{_words_of(sentence)}</span>{buttons}{remark}'


def _words_of(sentence: AnswerSentence) -> str:
    """The sentence with its emphasis; a list item without its bullet, which the list gives it."""
    bullet = len(BULLET) if sentence.text.startswith(BULLET) else 0
    emphasis = sentence.emphasis and (sentence.emphasis[0] - bullet, sentence.emphasis[1] - bullet)
    return emphasised_prose(sentence.text[bullet:], emphasis)


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


def _render_closest(position: int, found: Sequence[ScoredPassage]) -> str:
    if not found:
        return ""
    items = "".join(
        f'<li><button type="button" class="closest" data-open="{position}:also:{number}">'
        f"<b>{plain(hit.passage.title)}</b><span>{plain(hit.passage.breadcrumb)}</span></button></li>"
        for number, hit in enumerate(found[:CLOSEST_NAMED])
    )
    return f'<p class="hint">The closest passages found</p><ul class="closest-list">{items}</ul>'


def _author(answer: Answer) -> str:
    if answer.written_by == "extractive":
        return "Sentences quoted from your documents"
    return f"Written by {answer.written_by} from the passages cited"


def _confidence(confidence: float) -> str:
    if confidence >= HIGH_CONFIDENCE:
        return "High confidence"
    return "Medium confidence" if confidence >= MEDIUM_CONFIDENCE else "Low confidence: check the sources"


def _shortened(question: str, limit: int = 300) -> str:
    return question if len(question) <= limit else question[:limit].rstrip() + " …"
