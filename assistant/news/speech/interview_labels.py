"""Who answers in an interview: labels before what is said, told apart from those of figures, pictures and lists."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from assistant.text.english import saying
from assistant.text.structure import Block

LABEL = re.compile(r"(?P<name>[^\W\d_a-z][\w.'\u2019-]*+(?: [^\W\d_a-z][\w.'\u2019-]*+){0,3}+): (?=\S)")
"""Who speaks in an interview, before what is said."""
SMALL_WORD = re.compile(r"\b[^\W\d_A-Z][\w'\u2019-]*")


def label_of(text: str, block: Block) -> re.Match[str] | None:
    """What a paragraph opens with before a colon, where that may be who speaks."""
    return LABEL.match(text, block.start, block.end)


def who_answers(text: str, found: Sequence[Block]) -> frozenset[str]:
    """The labels of those who answer more than once: people whom the text names, and who seldom ask."""
    said: dict[str, list[str]] = defaultdict(list)
    for block in found:
        if label := label_of(text, block):
            said[label["name"]].append(text[label.end() : block.end].rstrip())
    answer = [name for name, texts in said.items() if len(texts) > 1 and not _asks(name, texts)]
    small = small_words(text) if answer else frozenset()
    return frozenset(name for name in answer if _is_named(name, text, small))


def small_words(text: str) -> frozenset[str]:
    """The words that stand in a text in small letters."""
    return frozenset(SMALL_WORD.findall(text))


def _asks(name: str, texts: Sequence[str]) -> bool:
    return name.lower() in saying.INTERVIEWERS or 2 * sum(text.endswith("?") for text in texts) > len(texts)


def _is_named(label: str, text: str, small: frozenset[str]) -> bool:
    """Whether a label is a name: several words that do not all stand in small letters, or what ends a longer name."""
    if all(word.lower() in small or len(word) == 1 for word in label.split()):
        return False
    before = re.findall(rf"([^\W\d_a-z][\w.'\u2019-]*) (?i:{re.escape(label)})\b(?!:)", text)
    return " " in label or any(word.lower() not in saying.OPEN_SENTENCES for word in before)
