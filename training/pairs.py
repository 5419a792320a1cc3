"""One example, and windows of a text."""

import random
import re
from dataclasses import dataclass

SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=[\"'A-Z0-9(\[])")


@dataclass(frozen=True, slots=True)
class Pair:
    """One example: two texts and what is known of them.

    Attributes:
        first: the question, or the claim.
        title: what stands in front of the second text, "" where nothing does.
        second: the passage, or the evidence.
        spans: where `second` answers; any of them counts. Several where whole sentences are marked.
        answered: whether `second` answers; None for a claim.
        labels: the labels (numbers of `network.LABELS`) any of which is right for a claim; () for a question.
        weight: how much it counts.
        group: pairs with one number are ranked, the answered first; -1 for none.
        kind: origin and how it was made, for figures by kind.
    """

    first: str
    title: str
    second: str
    spans: tuple[tuple[int, int], ...] = ()
    answered: bool | None = None
    labels: tuple[int, ...] = ()
    weight: float = 1.0
    group: int = -1
    kind: str = ""

    @property
    def length(self) -> int:
        """Characters of all texts."""
        return len(self.first) + len(self.title) + len(self.second)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` start and end."""
    spans, start = [], 0
    for match in SENTENCE_END.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    return [*spans, (start, len(text))]


def window_around(text: str, start: int, end: int, size: int, dice: random.Random) -> tuple[str, tuple[int, int]]:
    """Whole sentences around `[start, end)`, up to `size` characters, and the span in them, anywhere."""
    spans = sentences(text)
    first = last = next(n for n, (a, b) in enumerate(spans) if a <= start <= b)
    while last + 1 < len(spans) and spans[last][1] < end:
        last += 1
    while True:
        ways = [-1] * (first > 0 and spans[last][1] - spans[first - 1][0] <= size)
        ways += [1] * (last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= size)
        if not ways:
            low, high = spans[first][0], spans[last][1]
            if high - low > 3 * size:  # one endless "sentence": cut around the answer
                low, high = max(low, start - size // 2), min(high, end + size // 2)
            return text[low:high], (start - low, end - low)
        if dice.choice(ways) < 0:
            first -= 1
        else:
            last += 1


def any_window(text: str, size: int, dice: random.Random) -> str:
    """Whole sentences of `text`, from any of them on, up to `size` characters."""
    spans = sentences(text)
    first = last = dice.randrange(len(spans))
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= size:
        last += 1
    while first > 0 and spans[last][1] - spans[first - 1][0] <= size:
        first -= 1
    return text[spans[first][0] : spans[last][1]][: size + 200]


def without(text: str, answer: str) -> str | None:
    """`text` without the sentences that hold `answer`; None where too little is left."""
    lowered = answer.lower()
    kept = [text[a:b] for a, b in sentences(text) if lowered not in text[a:b].lower()]
    return " ".join(kept) if len(kept) > 1 and len(answer) > 2 else None


def nearest_window(text: str, claim: str, size: int) -> str:
    """The run of whole sentences of up to `size` characters that shares most words with `claim`."""
    words = set(re.findall(r"\w{3,}", claim.lower()))
    spans, best = sentences(text), (-1, 0, size)
    for first in range(len(spans)):
        last = first
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= size:
            last += 1
        part = text[spans[first][0] : spans[last][1]]
        shared = len(words & set(re.findall(r"\w{3,}", part.lower())))
        best = max(best, (shared, -spans[first][0], spans[last][1]))
    return text[-best[1] : best[2]][: size + 300]
