"""The sentences of a text as words, marks and quotations, each with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.news.speech.interview_labels import label_of, small_words, who_answers
from assistant.text.english import saying
from assistant.text.english.datelines import behind_dateline
from assistant.text.quotations import Quotation, quotations
from assistant.text.sentences import sentences
from assistant.text.structure import Block, blocks
from assistant.types import Markup

SHORTENED = r"(?:[A-Z]|Dr|Mrs?|Ms|St|Jr|Sr|Gen|Gov|Sen|Rep|Lt|Col|Prof|Hon|Rev)\.(?=\s[A-Z]|[A-Z]\.)"
"""Initials and titles with the full stop that belongs to them."""
TOKEN = re.compile(rf"{SHORTENED}|[^\W_](?:[\w'\u2019.&-]*\w)?(?:(?<=s)['\u2019](?=\s))?|[^\w\s]")
LONGEST_FIRST_NAME = 60
"""Characters in which the name before a nickname is looked for."""
WORDS_OF_A_QUOTATION = 3
"""What is quoted and shorter is a word in inverted commas."""


@dataclass(frozen=True, slots=True)
class SentenceToken:
    """A word or a mark of a sentence, ``document.text[start:end]``, or a quotation in it, with its marks."""

    text: str
    start: int
    end: int
    quotation: Quotation | None = None

    @property
    def word(self) -> str:
        """A word in small letters, without the genitive; a mark as it is; "" for a quotation."""
        if self.quotation is not None:
            return ""
        return self.text.lower().replace("\u2019", "'").removesuffix("'s").removesuffix("'") or self.text

    @property
    def is_word(self) -> bool:
        """Whether it is one, and no mark or quotation."""
        return self.quotation is None and self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.is_word and self.text[0].isupper()

    @property
    def is_genitive(self) -> bool:
        """Whether it is somebody's: "Kroll's", "the residents'"."""
        return self.text.replace("\u2019", "'").endswith(("'s", "s'"))

    @property
    def is_speech(self) -> bool:
        """Whether it is a quotation of more than a word or two."""
        return self.quotation is not None and len(self.text.split()) >= WORDS_OF_A_QUOTATION


@dataclass(frozen=True, slots=True)
class TokenSentence:
    """A sentence; ``interviewed`` is who says it, in an interview, in which it is all that they say in a paragraph."""

    tokens: tuple[SentenceToken, ...]
    interviewed: str = ""
    begins: int = 0


def token_sentences(text: str, markup: Markup) -> Iterator[list[TokenSentence]]:
    """The sentences of each paragraph and list item of a text, in order."""
    found = [block for block in blocks(text, markup) if block.kind in ("prose", "item")]
    interviewed = who_answers(text, found)
    for block in found:
        yield _of_block(text, block, interviewed)


def written_names(text: str, paragraphs: Iterable[Sequence[TokenSentence]]) -> frozenset[str]:
    """The words, in small letters, that a text writes as names.

    They stand with a capital inside a sentence, or open one and stand in small letters nowhere.
    """
    inside: set[str] = set()
    opening: set[str] = set()
    for tokens in (sentence.tokens for paragraph in paragraphs for sentence in paragraph):
        inside |= {token.word for before, token in pairwise(tokens) if token.is_capital and before.is_word}
        opening |= {token.word for token in tokens[:1] if token.is_capital and not _opens_as_adverb(tokens)}
    return frozenset((inside | (opening - saying.AUXILIARIES - small_words(text))) - saying.OPEN_SENTENCES)


def _opens_as_adverb(sentence: Sequence[SentenceToken]) -> bool:
    """Whether a comma follows the first word, and nothing that is told of somebody: "However, he said"."""
    behind = [token.word for token in sentence[1:3]]
    return behind[:1] == [","] and not any(word.isdigit() or word in saying.TELLS_OF_SOMEBODY for word in behind[1:])


def _of_block(text: str, block: Block, interviewed: Collection[str]) -> list[TokenSentence]:
    label = label_of(text, block)
    if label and label["name"] in interviewed:
        tokens = tuple(_words(text, block.start, block.end))
        return [TokenSentence(tokens, label["name"], label.end())]
    block = replace(block, start=behind_dateline(text, block.start, block.end))
    quoted = [one for one in quotations(text, block.start, block.end) if not _is_nickname(text, one)]
    masked = _masked(text, block, quoted)
    spans = sentences(masked, 0, len(masked))
    return [TokenSentence(_tokens(text, block.start + one.start, block.start + one.end, quoted)) for one in spans]


def _is_nickname(text: str, one: Quotation) -> bool:
    """Whether a quotation stands within a name, as in "Kev ‘Bluey’ Doherty"."""
    before = text[max(0, one.opens - LONGEST_FIRST_NAME) : one.opens].rsplit(maxsplit=1)[-1:]
    behind = text[one.closes : one.closes + 2]
    is_inside = bool(before) and before[0][:1].isupper() and behind[:1] == " " and behind[1:].isupper()
    return is_inside and text[one.start : one.end].isalpha()


def _masked(text: str, block: Block, quoted: Sequence[Quotation]) -> str:
    """A paragraph in which each quotation is one long word, with the full stop at its end, so that none is cut."""
    masked = list(text[block.start : block.end])
    for one in quoted:
        stop = "." if text[one.start : one.end].rstrip().endswith((".", "!", "?", "\u2026")) else "x"
        length = one.closes - one.opens
        masked[one.opens - block.start : one.closes - block.start] = f"Q{'x' * (length - 2)}{stop}"
    return "".join(masked)


def _tokens(text: str, start: int, end: int, quoted: Sequence[Quotation]) -> tuple[SentenceToken, ...]:
    found: list[SentenceToken] = []
    position = start
    for one in (one for one in quoted if start <= one.opens < end):
        found += _words(text, position, one.opens)
        found.append(SentenceToken(text[one.start : one.end], one.opens, one.closes, one))
        position = one.closes
    return (*found, *_words(text, position, end))


def _words(text: str, start: int, end: int) -> Iterator[SentenceToken]:
    for found in TOKEN.finditer(text, start, end):
        yield SentenceToken(found[0], found.start(), found.end())
