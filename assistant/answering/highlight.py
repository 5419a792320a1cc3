"""The words of an answer that answer most directly."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.answerability import Decision
from assistant.answering.citations import LIST_MARK, plain
from assistant.answering.conflicts import Corroborated
from assistant.answering.questions import QuestionKind
from assistant.answering.reading import window_of
from assistant.models.named_reader import AnswerSpan
from assistant.text.answer_sentences import Sentence
from assistant.text.cells import cell_asked_for, states_a_count
from assistant.text.english.measures import COUNTS
from assistant.text.english.quantities import figures
from assistant.types import Answer, AnswerSentence, Citation, Passage

OPENS, CLOSES = "\ufdd0", "\ufdd1"
"""Noncharacters of Unicode, which no text means anything by; they mark the words while marks are taken out."""
MARKS = "*_~`\\"
ITEM = "- "
SURE = 0.0
"""The margin from which the reader's words are shown as the answer: as likely as that there is none."""
WHOLE = 0.9
"""Words that are nearly all of the sentence point at nothing in it."""
ASKS_FOR_MORE = frozenset({QuestionKind.LIST, QuestionKind.VIEW, QuestionKind.YES_NO})


def highlight(decision: Decision, corroborated: Corroborated, answer: Answer) -> Answer:
    """The answer with the `emphasis` of the words that answer most directly: a reader's span, or a row's cell.

    Where the documents disagree, no side of the dispute is marked as the answer.
    """
    if corroborated.notices:
        return answer
    first = corroborated.statements[0].sentence
    span = words_that_answer(decision, first)
    if span is not None:
        return emphasised(answer, span.passage, span.start, span.end)
    return _with_cell(decision.question, first, answer) if first.row else answer


def words_that_answer(decision: Decision, first: Sentence) -> AnswerSpan | None:
    """The words that a reader takes for the answer: those of the first sentence, unless another reader found some.

    None where the reader is not sure, and for kinds that ask for more than words.
    """
    if decision.span:
        return decision.span
    window = window_of(first, decision.readings)
    if window is None or first.row or decision.kind in ASKS_FOR_MORE:
        return None
    span = window.best_span(first.start, first.end)
    if span is None or span.margin < SURE or span.end - span.start >= WHOLE * (first.end - first.start):
        return None
    return _with_whole_figures(span, first)


def _with_whole_figures(span: AnswerSpan, sentence: Sentence) -> AnswerSpan:
    """The words, grown so that they cut no figure: "1.5 to 2 million" where the reader took "2 million"."""
    cut = [
        figure
        for figure in figures(sentence.text, sentence.passage.language)
        if sentence.start + figure.start < span.end and span.start < sentence.start + figure.end
    ]
    start = min((sentence.start + figure.start for figure in cut), default=span.start)
    end = max((sentence.start + figure.end for figure in cut), default=span.end)
    return replace(span, start=min(start, span.start), end=max(end, span.end))


def _with_cell(question: str, row: Sentence, answer: Answer) -> Answer:
    """The answer with the cell that is asked for emphasised in its first sentence, where it is sure which that is."""
    first, rest = answer.sentences[0], answer.sentences[1:]
    is_no_count = COUNTS.search(question) and not states_a_count(question, row)
    cell = None if is_no_count else cell_asked_for(question, row)
    if cell is None or not first.text.endswith(row.row):
        return answer
    shift = len(first.text) - len(row.row)
    return replace(answer, sentences=(replace(first, emphasis=(cell.start + shift, cell.end + shift)), *rest))


def emphasised(answer: Answer, passage: Passage, start: int, end: int) -> Answer:
    """The answer with the `emphasis` of its sentence that quotes these characters of the passage's document.

    The answer stays as it is when no sentence quotes them whole.
    """
    quotes = {
        citation.number: citation
        for citation in answer.citations
        if citation.passage.id == passage.id and citation.start <= start and end <= citation.end
    }
    return replace(answer, sentences=tuple(_with_emphasis(s, quotes, start, end) for s in answer.sentences))


def _with_emphasis(sentence: AnswerSentence, quotes: dict[int, Citation], start: int, end: int) -> AnswerSentence:
    for number in sentence.citations:
        if number in quotes:
            quote = quotes[number]
            return replace(sentence, emphasis=place(quote.quote, start - quote.start, end - quote.start, sentence.text))
    return sentence


def place(quote: str, start: int, end: int, text: str) -> tuple[int, int] | None:
    """Where ``quote[start:end]`` stands in ``text``, the quote as it is read; None when it cannot be told.

    ``text`` is what `citations.plain` makes of the quote, with "- " before a list item.
    """
    is_item = text.startswith(ITEM)
    start, end = _without_marks(quote, start, end, is_item=is_item)
    if start >= end or OPENS in quote or CLOSES in quote:
        return None
    marked = quote[:start] + OPENS + quote[start:end] + CLOSES + quote[end:]
    read = (ITEM if is_item else "") + plain(marked, is_item=is_item)
    if read.replace(OPENS, "").replace(CLOSES, "") != text or OPENS not in read or CLOSES not in read:
        return None
    return read.index(OPENS), read.index(CLOSES) - len(OPENS)


def _without_marks(quote: str, start: int, end: int, *, is_item: bool) -> tuple[int, int]:
    """The span without Markdown's marks and white space at its ends."""
    mark = LIST_MARK.match(quote) if is_item else None
    start = max(start, mark.end() if mark else 0)
    words = quote[start:end]
    start += len(words) - len(words.lstrip(MARKS + " \t\n"))
    return start, start + len(words.strip(MARKS + " \t\n"))
