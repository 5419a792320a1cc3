"""Whether a sentence of a PDF goes on in another line, told by how the one ends and the other begins."""

from __future__ import annotations

import re

import sentencex

SENTENCE_END = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964\u104b\u17d4]"
    r"(?:[\"'\u2019\u201d\u00bb\u300d\u300f)\]]{0,4}|[)\u201d\"']{0,2}(?<=\D.)\d{1,3})$"
)
"""A full stop, question or exclamation mark, with quotation marks, or the number of a note, after it."""
OPENS = re.compile(
    r"[\"'\u2018\u201c\u201e\u00ab(\[]{0,3}+"
    r"(?:[,;:)\]%\u2019\u201d]|\d{1,12}(?:[.,]\d{1,12})?(?:[,;)\]%]|\s?(?P<after>\w))|(?P<letter>.))"
)
"""How a line begins in the middle of a sentence: ``2009, and``, ``12 per cent``; or a letter, which its case tells."""
WRITTEN_WITHOUT_SPACES = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Letters and marks of the scripts of East and South-East Asia that part no words by spaces."""
COMPARED = 80
"""Characters on either side of a line's end that tell whether a sentence ends there."""


def ends_a_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    return SENTENCE_END.search(text[-COMPARED:]) is not None


def begins_within(text: str) -> bool:
    """Whether a line begins in the middle of a sentence: with a small letter, a number that belongs to one, a comma."""
    opens = OPENS.match(text)
    letter = opens and (opens["after"] or opens["letter"])
    return opens is not None and (letter is None or letter.islower())


def has_no_case(text: str) -> bool:
    """Whether the first letter is of a script without small and capital letters."""
    first = next((character for character in text if character.isalpha()), "")
    return bool(first) and first.lower() == first.upper()


def ends_in_an_abbreviation(above: str, text: str, language: str) -> bool:
    """Whether the full stop at a line's end is that of an abbreviation, with which the sentence goes on.

    It is asked with a capital after it, as small letters go on after any.
    """
    before = above[-COMPARED:]
    end = 0
    for piece in sentencex.segment(language, f"{before} {text[:1].upper()}{text[1:COMPARED]}"):
        end += len(piece)
        if len(before) <= end <= len(before) + 1:
            return False
    return True


def between(before: str, after: str) -> str:
    """What stands between two lines of a paragraph: a space, or nothing in scripts that part no words."""
    apart = WRITTEN_WITHOUT_SPACES.match(before[-1:]) and WRITTEN_WITHOUT_SPACES.match(after)
    return "" if apart else " "
