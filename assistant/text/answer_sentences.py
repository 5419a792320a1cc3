"""The sentences of a passage that may stand in an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from assistant.text.sentences import ENDS_WITHOUT_A_MARK, Span, ends_a_sentence, sentences
from assistant.text.structure import Block, blocks
from assistant.text.tables import rows, with_heads
from assistant.types import Passage

DANGLING = re.compile(
    r"(?:(?:however|moreover|furthermore|also|additionally|in addition|thus|therefore|nevertheless|instead|then|"
    r"but|and|so|yet|similarly|likewise|meanwhile|still|besides|for example|for instance|consequently|as a result|"
    r"in this \w+|at that time|overall)\b[,\s]*)?"
    r"(?:(?:it|its|they|their|them|he|his|she|her|such|both|the former|the latter|here|there it)\b"
    r"|those\b(?!\s+(?:who|whose|of|in|with|from|to|for|on|at|\w+ed|\w+ing)\b)"
    r"|(?:this|these|that)\b(?!\s[\w-]+,\s(?:the\s)?(?-i:[A-Z])))"
    r"|(?:in|on|at|by|with|from|for|of|to|as|after|before|during|since|until|under|through|throughout|despite)\s+"
    r"(?:his|her|its|their)\s[^,.;:]{1,80},\s+(?:he|she|it|they)\b",
    re.IGNORECASE,
)
EXPLETIVE = re.compile(
    r"\A(?:[\w'\u2019-]++,?\s++)?(?:it|there)\s++(?:(?:has|had|may|might|can|could|will|would|must|should)\s+)?(?:also\s+|not\s+)?"
    r"(?:is|was|be|been|seems|seemed|appears|appeared)\s+(?:(?:also|not|widely|generally|often|now|still|very|quite)\s+)?"
    r"(?:\w+ed|thought|said|known|held|likely|unlikely|possible|clear|unclear|important|necessary|true|hard|easy)\s+"
    r"(?:that|to|for|whether|how|why|what|by)\b",
    re.IGNORECASE,
)
"""An "it" that stands for nothing ("It is conjectured that ...")."""
PRONOUN = re.compile(r"(?:it|its|they|their|he|his|she|her)\b", re.IGNORECASE)
DEMONSTRATIVE = re.compile(
    r"\A(?:[\w'\u2019-]++,?\s++){1,4}?(?:this|these|the latter|the former)\s++"
    r"(?!(?:article|chapter|document|guide|page|paper|report|section|study|text)s?\b)[a-z]+",
    re.IGNORECASE,
)
"""What points to something named before; a text that speaks of itself ("In this article, ...") does not."""
WORDS_OF_A_STATEMENT = 6
"""From so many words on, a line without a full stop is taken to state something."""
HEADERS = ("From: ", "To: ", "Cc: ", "Date: ", "Sent: ", "Subject: ")
AFTER_A_MARK = "\"'\u201d\u2019)*_ "


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, list item or table row of a passage: ``document.text[start:end]``; ``order`` counts within it.

    ``row`` is how a table row is read, each cell behind the head of its column; empty for what is no row. ``head`` is
    the line with the heads of its columns.
    """

    passage: Passage
    text: str
    start: int
    end: int
    order: int
    is_item: bool
    row: str = ""
    head: str = ""

    @property
    def said(self) -> str:
        """What the sentence says by itself: a row's cells with their heads, else its text."""
        return self.row or self.text

    @property
    def is_listed(self) -> bool:
        """Whether it is one of several alike, a list item or a table row, and no sentence of prose."""
        return self.is_item or bool(self.row)

    @property
    def heads_a_mail(self) -> bool:
        """Whether it is what stands above the text of a mail: from whom and to whom it is, of which day and on what."""
        lines = self.text.split("\n")
        return not self.is_listed and len(lines) > 1 and all(line.startswith(HEADERS) for line in lines)

    @property
    def introduces(self) -> bool:
        """Whether the sentence only introduces the list after it ("Its aims are these:")."""
        return not self.row and self.text.rstrip("*_ ").endswith((":", "\uff1a"))

    @property
    def may_be_cut(self) -> bool:
        """Whether it is prose without the end of a sentence, as where the page on which it went on is missing."""
        has_marks = self.passage.language not in ENDS_WITHOUT_A_MARK
        return has_marks and not self.is_listed and not self.introduces and not ends_a_sentence(self.text)

    @property
    def is_fragment(self) -> bool:
        """Whether it is a short line of prose that is no sentence: a label, a caption, a button."""
        is_whole = self.is_listed or self.introduces or ends_a_sentence(self.text) or not self.text.isascii()
        return not is_whole and len(self.text.split()) < WORDS_OF_A_STATEMENT

    @property
    def is_dangling(self) -> bool:
        """Whether the sentence leans on the one before it ("It also ...")."""
        return not self.is_listed and bool(DANGLING.match(self.text)) and not EXPLETIVE.match(self.text)

    @property
    def opens_with_pronoun(self) -> bool:
        """Whether the sentence opens with a pronoun for somebody or something ("It lifts ...", "Her son ...")."""
        return not self.is_listed and bool(PRONOUN.match(self.text))

    @property
    def points_back(self) -> bool:
        """Whether the sentence opens with what was named before it ("Russia views this expansion ...")."""
        return self.is_dangling or (not self.is_listed and bool(DEMONSTRATIVE.match(self.text)))


@lru_cache(maxsize=2_048)
def sentences_of(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences, list items and table rows of a passage, in order, without questions."""
    found: list[Sentence] = []
    for block in blocks(passage.text, passage.markup, in_table=bool(passage.table_head)):
        for span, row, head in _pieces(passage, block):
            text = passage.text[span.start : span.end]
            if block.kind == "item" or row or not _asks(text):
                start = passage.start + span.start
                is_item = block.kind == "item"
                found.append(Sentence(passage, text, start, start + len(text), len(found), is_item, row, head))
    return tuple(
        sentence
        for sentence, following in zip_longest(found, found[1:])
        if not sentence.introduces or (following and following.is_item)
    )


def _pieces(passage: Passage, block: Block) -> list[tuple[Span, str, str]]:
    """Where the sentences, the item or the rows of a block stand in the passage's text; of rows, how they are read too.

    That is, each with its cells behind their heads, and the line with these heads.
    """
    if block.kind == "table":
        found = rows(passage.text, block.start, block.end, "" if block.start else passage.table_head)
        read = ((row, with_heads(passage.text[row.span.start : row.span.end], row.head)) for row in found)
        return [(row.span, said, row.head) for row, said in read if said]
    if block.kind == "item":
        return [(Span(block.start, block.end), "", "")]
    return [(span, "", "") for span in sentences(passage.text, block.start, block.end, passage.language)]


def _asks(text: str) -> bool:
    return text.rstrip(AFTER_A_MARK).endswith(("?", "\uff1f"))
