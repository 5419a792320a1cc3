"""Sentences, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex

from assistant.text.characters import without_surrogates
from assistant.types import DEFAULT_LANGUAGE

OPENS = re.compile(r"[\"'\u2018\u2019\u201c\u201d\u201e\u00ab(\[]*+(\w)")
ENDS_A_SENTENCE = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964\u104b\u17d4][\"'\u2019\u201d\u00bb\u300d\u300f)\]*_]*(?:\[\d+\])*$"
)
ENDS_IN_AN_ABBREVIATION = {
    "ar": re.compile(r"(?<!\w)[\u0623\u062f\u0645]\.$"),
    "de": re.compile(
        r"\b(?:Hrn|Fr|Abb|Kap|Nr|St"
        r"|(?i:der|die|das|dem|den|des|im|am|ab|vom|zum|zur|beim|bis|seit|ein\w*|jede\w*|diese\w*) \d{1,2})\.$"
    ),
    "fr": re.compile(r"\b(?:MM?|Mme|Mlle|Mgr|Dr|Pr|Ste?|J|av|apr|art|chap|fig|env|cf|pp?)\.$"),
    "ru": re.compile(r"\b(?:(?i:т\. ?[екн]|им|рис|илл|ул|просп|пос|дер|стр|см|св|тыс|млн|млрд)|[А-ЯЁ])\.$"),
    "th": re.compile(r"(?<![\u0e00-\u0e7f])[\u0e01-\u0e2e]{1,3}\.$"),
    "uk": re.compile(r"\b(?:(?i:т\. ?[езн]|ім|рис|вул|стор|див|св|тис|млн|млрд)|[А-ЯҐЄІЇ])\.$"),
}
"""By language, abbreviations and ordinals after which a sentence goes on, whatever the case of the next word."""
GOES_ON_AFTER_A_QUOTATION = {
    "fr": re.compile(r"-\w"),
    "ja": re.compile(r"(?:と|って|などと)"),
    "zh": re.compile(r"\w{1,4}[说說道问問](?:道)?[。，,]"),
}
"""By language, how a piece begins that belongs to the quotation, or the hyphen, before it."""
ENDS_WITHOUT_A_MARK = {
    "th": re.compile(r"(?<=[\u0e01-\u0e5b])[ \n]+(?=[\u0e01-\u0e5b]{12})"),
    "lo": re.compile(r"(?<=[\u0e81-\u0edf])[ \n]+(?=[\u0e81-\u0edf]{12})"),
}
"""By language, where sentences end that sentencex does not tell: Thai and Lao set a space there, and no mark.

They also set one around numbers, between first name and surname, and in lists, so what follows must be long enough.
"""
STRETCH = 4_000
"""Characters in which sentences are told at once; longer ones are cut."""
LONGEST_END = 100
"""How many characters tell how a sentence ends."""
MINIMUM_WITHOUT_A_MARK = 15
"""A shorter piece between spaces is a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``text[start:end]``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


def sentences(text: str, start: int, end: int, language: str = DEFAULT_LANGUAGE) -> list[Span]:
    """The sentences of ``text[start:end]``, in order, without the space around them; nothing else is left out.

    A piece that opens in lower case belongs to the sentence before it: an abbreviation ended that one, not a thought.
    """
    found: list[Span] = []
    for position, length in _pieces(text[start:end], language):
        span = trimmed(text, start + position, start + position + length)
        if not span:
            continue
        if found and _goes_on(text, found[-1], span, language):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _pieces(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where each piece of a text starts, and its length: what sentencex takes for sentences, and a finer cut."""
    position = 0
    boundary = ENDS_WITHOUT_A_MARK.get(language)
    # NOTE: sentencex gives back every character, so lengths add up to offsets; it would split at newlines, and does
    # not know the Khmer full stop.
    plain = without_surrogates(text.replace("\n", " ").replace("\u17d4", "\u3002"))
    for piece in _segments(plain, language or DEFAULT_LANGUAGE):
        cut = 0
        for match in boundary.finditer(piece) if boundary else ():
            yield position + cut, match.end() - cut
            cut = match.end()
        yield position + cut, len(piece) - cut
        position += len(piece)


def _segments(text: str, language: str) -> Iterator[str]:
    """What sentencex takes for sentences, told a stretch at a time.

    Its time grows with the square of what it is given, at many quotation marks or brackets. The last sentence of a
    stretch is told again with what follows it, unless it alone is as long as that.
    """
    position = 0
    while position < len(text):
        stretch = text[position : position + STRETCH]
        found = list(sentencex.segment(language, stretch))
        if position + len(stretch) < len(text) and len(found) > 1:
            found.pop()
        elif position + len(stretch) < len(text):
            cut = stretch.rfind(" ", STRETCH // 2) + 1
            found = [stretch[: cut or STRETCH]]
        yield from found
        position += sum(map(len, found))


def _goes_on(text: str, before: Span, span: Span, language: str) -> bool:
    """Whether a piece belongs to the sentence before it."""
    opens = OPENS.match(text, span.start)
    if opens and opens[1].islower():
        return True
    if language in ENDS_WITHOUT_A_MARK and len(before) < MINIMUM_WITHOUT_A_MARK:
        return not ends_a_sentence(text[before.start : before.end])
    abbreviation = ENDS_IN_AN_ABBREVIATION.get(language)
    if abbreviation and abbreviation.search(text, max(before.start, before.end - LONGEST_END), before.end):
        return True
    after_quotation = GOES_ON_AFTER_A_QUOTATION.get(language)
    return bool(
        after_quotation
        and text[before.end - 1] in '\u300d\u300f\u201d".'
        and after_quotation.match(text, span.start, span.end)
    )


def ends_a_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does: with a full stop, question or exclamation mark, quotes aside."""
    return bool(ENDS_A_SENTENCE.search(text.rstrip()[-LONGEST_END:]))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The range without the white space at its ends, or None when nothing is left."""
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(stripped))
