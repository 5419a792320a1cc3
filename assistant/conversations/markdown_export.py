"""Answers and conversations as Markdown: numbered citations, and the quoted sources below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.answering.citations import DOUBTS, in_pieces, numbers_in_text, quote_as_read, text_of
from assistant.answering.quote_links import quote_link
from assistant.conversations.citation_places import place_in_words, web_address
from assistant.conversations.values import Conversation, Exchange
from assistant.text.characters import UNSHOWABLE, without_surrogates
from assistant.types import Answer, AnswerSentence, Citation, ScoredPassage

ITEM = "- "
CLOSEST = 3
"""How many passages an answer that abstains names."""
_MARKS = re.compile(r"[\\`*_\[\]<~$|]|&(?=#?\w+;)|\((?<=\]\()|(?<!\S)#(?=#*$)", re.MULTILINE)
_LINE_START = re.compile(r"^([ \t]*)([#>+=:-]|\d{1,9}(?=[.)]))", re.MULTILINE)


def conversation_as_markdown(conversation: Conversation) -> str:
    """A conversation with a heading for each question."""
    parts = [f"# {escaped_line(conversation.title)}", *map(_exchange, conversation.exchanges)]
    return "\n\n".join(parts) + "\n"


def answer_as_markdown(answer: Answer) -> str:
    """A question, its answer with numbered citations and, below, what they quote: the text to copy with its citations.

    Text of documents shows as it is: nothing in it is a link, an image, HTML or any other mark. An answer that
    abstains is followed by the closest passages.
    """
    return "\n\n".join([f"**{escaped_line(answer.question)}**", *_answer(answer)]) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    yield answer_text(answer)
    yield from items_text(answer)
    yield from (f"*{escaped_line(notice)}*" for notice in answer.notices)
    if answer.computation:
        values = ", ".join(answer.computation.values)
        yield f"Computed by: {escaped_line(answer.computation.sql)}" + (
            f" (with {escaped_line(values)})" if values else ""
        )
    if answer.citations:
        yield "**Sources**"
        yield from map(_citation, answer.citations)
    elif answer.abstained and answer.also_found:
        yield "**The closest passages**"
        yield "\n".join(map(_found, answer.also_found[:CLOSEST]))


def _exchange(exchange: Exchange) -> str:
    facts = [exchange.asked_at[:10], f"only in: {exchange.filters}" if exchange.filters else ""]
    understood = exchange.answer.question if exchange.answer else exchange.asked
    facts += [f"understood as: {understood}"] if understood != exchange.asked else []
    facts += ["stopped before it was complete"] if exchange.stopped else []
    said = " · ".join(escaped_line(fact) for fact in facts if fact)
    heading = f"## {escaped_line(exchange.asked)}" + (f"\n\n*{said}*" if said else "")
    problem = [escaped_line(exchange.problem)] if exchange.problem else []
    return "\n\n".join([heading, *(_answer(exchange.answer) if exchange.answer else problem)])


def answer_text(answer: Answer) -> str:
    """The answer's text escaped, and its markers as they are; a list in Markdown has an empty line before it.

    What its sources do not bear out is marked so.
    """
    shown = answer
    if answer.text == text_of(answer.sentences):
        sentences = tuple(map(_sentence, answer.sentences))
        shown = replace(answer, sentences=sentences, text=text_of(sentences))
    text = "".join(
        words + markers + (f" ({DOUBTS[sentence.support]})" if sentence and sentence.support in DOUBTS else "")
        for sentence, words, markers in in_pieces(shown)
    )
    text = _text(text) if shown is answer else text
    return re.sub(r"^(?!- )(.+)\n(?=- )", r"\1\n\n", text, flags=re.MULTILINE)


def items_text(answer: Answer) -> Iterator[str]:
    """How many things an answer lists, and then all of them, each with its markers, where it lists any."""
    if answer.items:
        yield f"**{len(answer.items)} named**"
        yield "\n".join(f"{ITEM}{escaped_line(one.name)}{numbers_in_text(one.citations)}" for one in answer.items)


def _sentence(sentence: AnswerSentence) -> AnswerSentence:
    item = ITEM if sentence.text.startswith(ITEM) else ""
    return replace(sentence, text=item + escaped_line(sentence.text.removeprefix(item)))


def _citation(citation: Citation) -> str:
    passage = citation.passage
    address = web_address(passage.url)
    facts = [
        place_in_words(citation),
        passage.author,
        passage.publisher,
        (passage.published or "")[:10],
        passage.source,
    ]
    said = " · ".join(escaped_line(fact) for fact in facts if fact) + _link(address, citation)
    title = escaped_line(passage.title) or escaped_line(passage.source)
    return f"[{citation.number}] **{title}** · {said}\n\n> {escaped_line(f'“{quote_as_read(citation)}”')}"


def _link(address: str, citation: Citation) -> str:
    return f" · <{quote_link(address, citation.quote)}>" if address else ""


def _found(hit: ScoredPassage) -> str:
    where = " › ".join(part for part in (hit.passage.title, hit.passage.breadcrumb) if part)
    return f"{ITEM}{escaped_line(where)} ({escaped_line(hit.passage.source)})"


def escaped_line(text: str) -> str:
    """A text on one line, with every mark of Markdown escaped."""
    return _text(" ".join(text.split()))


def _text(text: str) -> str:
    """``text`` with every mark of Markdown escaped that would be one where it stands."""
    shown = without_surrogates(UNSHOWABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    escaped = _MARKS.sub(lambda found: "\\" + found[0], shown)
    return _LINE_START.sub(_escape_start, escaped).strip()


def _escape_start(found: re.Match[str]) -> str:
    """NOTE: a number that begins a line is no list once its point is escaped; a digit cannot be."""
    return found[2] + "\\" if found[2].isdigit() else "\\" + found[2]
