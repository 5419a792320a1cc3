"""An answer as Markdown, to be pasted where somebody writes: its sentences with their numbers, then the sources."""

from __future__ import annotations

import re

from assistant.answering.excerpts import quote_as_read
from assistant.answering.quote_links import quote_link
from assistant.interfaces.addresses import web_address
from assistant.interfaces.wording import one_line, place_in_words
from assistant.types import Answer, AnswerSentence, Citation, ScoredPassage

_SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~])")
CLOSEST = 3


def markdown_of(answer: Answer) -> str:
    """The question, the answer and its numbered sources; for an answer that abstains, the closest passages.

    Whatever comes from documents is escaped, so that it shows as it is.
    """
    items = answer.sentences or (AnswerSentence(answer.text, (), "supported"),)
    parts = [f"**{_escaped(answer.question)}**", "\n".join(_paragraphs(items))]
    parts += [f"*{_escaped(notice)}*" for notice in answer.notices]
    if answer.citations:
        parts.append("Sources:\n\n" + "\n".join(_source(citation) for citation in answer.citations))
    elif answer.also_found:
        parts.append("The closest passages:\n\n" + "\n".join(_closest(hit) for hit in answer.also_found[:CLOSEST]))
    return "\n\n".join(parts) + "\n"


def _paragraphs(sentences: tuple[AnswerSentence, ...]) -> list[str]:
    """Sentences that follow one another on one line, each list item on its own."""
    lines: list[str] = []
    for sentence in sentences:
        item = sentence.text.startswith("- ")
        words = _escaped(sentence.text.removeprefix("- ") if item else sentence.text)
        text = words + "".join(f" \\[{number}\\]" for number in sentence.citations)
        if item:
            lines.append(f"- {text}")
        elif lines and not lines[-1].startswith("- "):
            lines[-1] += f" {text}"
        else:
            lines += ["", text] if lines else [text]
    return lines


def _source(citation: Citation) -> str:
    passage = citation.passage
    address = web_address(passage.url)
    facts = [passage.title, passage.author, passage.publisher, (passage.published or "")[:10], passage.source]
    where = ", ".join(_escaped(fact) for fact in (*facts, place_in_words(passage.place)) if fact)
    link = f" <{quote_link(address, citation.quote)}>" if address else ""
    return f"{citation.number}. “{_escaped(quote_as_read(citation))}” {where}.{link}"


def _closest(hit: ScoredPassage) -> str:
    where = " › ".join(part for part in (hit.passage.title, hit.passage.breadcrumb) if part)
    return f"- {_escaped(where)} ({_escaped(hit.passage.source)})"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))
