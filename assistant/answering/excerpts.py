"""Passages and quotes as a person reads them: without Markdown's marks, the rows of tables with their heads."""

from __future__ import annotations

from assistant.answering.citations import plain
from assistant.text.answer_sentences import sentences_of
from assistant.types import Citation, Passage


def passage_as_read(passage: Passage) -> str:
    """What a passage says, on one line."""
    said = (plain(sentence.said, is_item=sentence.is_item) for sentence in sentences_of(passage))
    return " ".join(said) or plain(passage.text)


def quote_as_read(citation: Citation) -> str:
    """What a quote says, on one line."""
    for sentence in sentences_of(citation.passage):
        if (sentence.start, sentence.end) == (citation.start, citation.end):
            return plain(sentence.said, is_item=sentence.is_item)
    return plain(citation.quote)
