"""What tools answer, as text for a model and for people. What documents say is quoted: each line begins with ``>``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answering.citations import DOUBTS
from assistant.interfaces.mcp.tool_values import (
    AddedTold,
    AnswerTold,
    CitedItem,
    CitedSentence,
    DocumentFacts,
    DocumentPage,
    PassageFound,
    PassagesTold,
    QuotedSource,
    TextPart,
)
from assistant.interfaces.wording import one_line, printable

NOT_ANSWERED = "The documents do not answer this. Do not answer it from them: say that they do not."


def answer_in_words(told: AnswerTold) -> str:
    """An answer, its sentences with numbers, and the sources below; or that there is none, and what is near."""
    parts = [told.notice, f"Question as understood: {one_line(told.question)}"]
    if told.answered:
        parts.append("\n".join(map(_sentence, told.sentences)))
        if told.items:
            parts.append(f"{len(told.items)} named:\n" + "\n".join(map(_item, told.items)))
    else:
        parts.append(NOT_ANSWERED)
    parts += [one_line(notice) for notice in told.notices]
    if sources := _sources(told):
        parts.append("Sources:\n" + "\n".join(map(_source, sources)))
    if told.closest:
        parts.append("The closest passages:\n" + "\n".join(map(_passage, told.closest)))
    return "\n\n".join(parts)


def passages_in_words(told: PassagesTold) -> str:
    """The passages, each with where it stands."""
    found = [_passage(one) for one in told.passages] or ["No passage was found."]
    return "\n\n".join([told.notice, *map(one_line, told.notices), *found])


def text_in_words(told: TextPart) -> str:
    """A part of a document, with where it stands and where to read on."""
    where = f"{one_line(told.source)}, characters {told.start} to {told.end} of {told.characters}"
    reads_on = f" Read on from start={told.next}." if told.next is not None else ""
    left_out = [f"Characters {one.start} to {one.end}: {one.warning}" for one in told.left_out]
    return "\n\n".join([told.notice, f"{where}.{reads_on}", *left_out, _quoted(told.text)])


def documents_in_words(told: DocumentPage) -> str:
    """The documents, one a line, and where the list goes on."""
    last = told.offset + len(told.documents)
    of_all = f"Documents {told.offset + 1} to {last} of {told.total}." if told.documents else "No documents here."
    goes_on = f" The list goes on from offset={told.next}." if told.next is not None else ""
    listed = "\n".join(map(_document, told.documents))
    return "\n\n".join(filter(None, [told.notice, of_all + goes_on, listed]))


def added_in_words(told: AddedTold) -> str:
    """What became of a document that was to be added."""
    said = (
        ("Added", told.added),
        ("Updated", told.updated),
        ("Not added", told.failed),
        ("Read in part", told.partial),
        ("Added, and indexed later", told.waiting),
    )
    lines = [f"{kind}: {one_line(one)}" for kind, named in said for one in named]
    return "\n".join([*(lines or ["It is there already, and unchanged."]), "", told.notice])


def _sentence(sentence: CitedSentence) -> str:
    doubt = f" ({DOUBTS[sentence.support]})" if sentence.support in DOUBTS else ""
    return f"> {one_line(sentence.text)} {_numbers(sentence.citations)}{doubt}".rstrip()


def _item(item: CitedItem) -> str:
    return f"> {one_line(item.name)} {_numbers(item.citations)}"


def _numbers(citations: Iterable[QuotedSource]) -> str:
    return "".join(f"[{one.number}]" for one in citations)


def _sources(told: AnswerTold) -> list[QuotedSource]:
    """What sentences and items cite, each once, by its number."""
    parts: tuple[CitedSentence | CitedItem, ...] = (*told.sentences, *told.items)
    cited = {quote.number: quote for part in parts for quote in part.citations}
    return [cited[number] for number in sorted(cited)]


def _source(quote: QuotedSource) -> str:
    facts = (quote.title, quote.place, quote.publisher, quote.published[:10])
    return f"[{quote.number}] {_where(facts, quote)}\n{_quoted(quote.quote)}"


def _passage(found: PassageFound) -> str:
    facts = (found.title, found.headings, found.place, found.publisher, found.published[:10])
    return f"{_where(facts, found)}\n{found.warning or _quoted(found.text)}"


def _where(facts: Iterable[str], found: QuotedSource | PassageFound) -> str:
    stands = f"{found.source}, characters {found.start} to {found.end}"
    return " · ".join(one_line(fact) for fact in (*facts, stands, found.link) if fact)


def _document(facts: DocumentFacts) -> str:
    def told() -> Iterator[str]:
        yield from (facts.source, facts.title, facts.publisher, facts.published[:10])
        yield f"{facts.characters} characters"
        yield "" if facts.state == "ready" else f"{facts.state}: {facts.problem}".rstrip(": ")

    return "> " + " · ".join(one_line(fact) for fact in told() if fact)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in printable(text).rstrip().split("\n"))
