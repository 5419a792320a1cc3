"""A text that a model has written is held against the numbered passages that it was to be written from.

`Checker` reads a text while it grows: each sentence is checked once, when it is complete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answering.sentence_scoring import Embed
from assistant.generation.asserting import claimed
from assistant.generation.entailment import ClaimJudge, SupportingSpan
from assistant.generation.written import Marked, Piece, WrittenReader
from assistant.models.packaged_reader import PackagedReader
from assistant.types import DEFAULT_LANGUAGE, AnswerSentence, Citation, Passage, Support

CLEARLY_STRONGER = 0.15
"""By how much another passage must bear a sentence out better than the cited ones do, for the citation to be moved."""
STRONG = 0.75
"""When a passage that is cited bears a sentence out so well, no other is looked at."""
ABOUT_CLEARLY = 0.8
"""How surely a passage that is not cited must be about a sentence, to be cited for it."""
CITED_AT_ONCE = 3
"""How many passages a sentence may rest on together, where none bears it out alone."""

ChangeKind = Literal["moved", "added", "dropped", "no such passage"]


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed of the citations of a sentence, counted from 0.

    ``moved``: the passages cited do not bear it out, and another one does; ``added``: it cites none, and one does;
    ``dropped``: no passage does, or not these of several cited; ``no such passage``: the numbers are out of range.
    ``cited`` are the numbers that the model wrote, ``now`` those of the passages that are cited instead.
    """

    sentence: int
    kind: ChangeKind
    cited: tuple[int, ...]
    now: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A written text after the check.

    ``text`` is the text with markers that lead to ``citations``, numbered in the order in which they appear, each with
    the sentences of its passage that bear the claim out. Every sentence that was written is among ``sentences``, in
    order; those that claim nothing cite nothing and count as supported.
    """

    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    changes: tuple[Change, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader is told of the check, in whole sentences; none where nothing was changed or found wanting."""
        kinds = Counter(change.kind for change in self.changes)
        support = Counter(sentence.support for sentence in self.sentences)
        counted = (
            (support["unsupported"], "sentence is", "sentences are", "not borne out by the passages found"),
            (support["partial"], "sentence is", "sentences are", "only partly borne out by the passages found"),
            (kinds["moved"], "citation was", "citations were", "moved to the passage that says so"),
            (kinds["no such passage"], "citation was", "citations were", "removed that led nowhere"),
        )
        return tuple(f"{count} {one if count == 1 else more} {what}." for count, one, more, what in counted if count)


@dataclass(frozen=True, slots=True)
class _Verdict:
    support: Support
    evidence: tuple[SupportingSpan, ...]
    changes: tuple[Change, ...]


class Checker:
    """Checks one text against numbered passages, the first of which is 1, while the text grows.

    A sentence that is complete is read and compared once; what `check` gives for it later is the same. The result
    depends on the text alone, not on the steps in which it came. Usable from one thread at a time.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        embed: Embed,
        language: str = DEFAULT_LANGUAGE,
        reader: PackagedReader | None = None,
    ) -> None:
        """``embed`` gives vectors of length 1 (`Embedder.embed_remembered`); ``language`` (ISO 639-1) is the text's.

        ``reader`` reads sentences together with what may bear them out, where there is one.
        """
        self._judge = ClaimJudge(passages, embed, reader)
        self._reader = WrittenReader(len(passages), language)
        self._text = ""
        self._sentences: list[AnswerSentence] = []
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._changes: list[Change] = []

    def check(self, text: str, *, finished: bool) -> Checked:
        """The sentences that are complete, checked. ``text`` is all that has come so far, and may only grow.

        While the text is not ``finished``, its last sentence may be missing. Never raises for what the text holds.
        """
        for piece in self._reader.read(text, finished=finished):
            self._take(piece)
        return Checked(self._text, tuple(self._sentences), tuple(self._citations.values()), tuple(self._changes))

    def _take(self, piece: Piece) -> None:
        verdicts = [self._verdict(claim) for claim in piece.claims]
        evidence = [each for verdict in verdicts for each in verdict.evidence]
        numbers = tuple(dict.fromkeys(self._number(each) for each in evidence))
        self._changes += [change for verdict in verdicts for change in verdict.changes]
        self._sentences.append(AnswerSentence(piece.text, numbers, _weakest([each.support for each in verdicts])))
        before = piece.before if self._text else ""
        self._text += before + piece.text + "".join(f" [{number}]" for number in numbers)

    def _verdict(self, claim: Marked) -> _Verdict:
        """How far a claim is borne out, by what, and what that changes of its citations."""
        at = len(self._sentences)
        removed = (Change(at, "no such passage", claim.removed),) if claim.removed else ()
        text = claimed(claim.text)
        cited = self._judge.weigh(text, claim.numbers)
        if cited and cited[0].support == "supported" and cited[0].strength >= STRONG:
            return _kept(at, cited, removed)
        rest = [n for n in range(1, len(self._judge.passages) + 1) if n not in claim.numbers]
        others = self._judge.weigh(text, rest, are_cited=False)
        other = _clearest(others, cited)
        if cited and cited[0].support == "supported":
            if other is None or other.strength < cited[0].strength + CLEARLY_STRONGER:
                return _kept(at, cited, removed)
        elif self._is_supported_together(text, cited):
            return _Verdict("supported", tuple(cited[:CITED_AT_ONCE]), removed)
        if other is not None:
            kind: ChangeKind = "moved" if cited else "added"
            return _Verdict("supported", (other,), (*removed, Change(at, kind, claim.numbers, (other.passage,))))
        return _kept(at, cited, removed)

    def _is_supported_together(self, text: str, cited: Sequence[SupportingSpan]) -> bool:
        parts = cited[:CITED_AT_ONCE]
        return len(parts) > 1 and self._judge.weigh_together(text, parts) == "supported"

    def _number(self, evidence: SupportingSpan) -> int:
        """The number of the citation of these sentences, which is new where they were not cited before."""
        passage = self._judge.passages[evidence.passage - 1]
        start, end = evidence.sentences[0].start, evidence.sentences[-1].end
        key = (passage.id, start, end)
        if key not in self._citations:
            quote = passage.text[start - passage.start : end - passage.start]
            self._citations[key] = Citation(len(self._citations) + 1, passage, quote, start, end)
        return self._citations[key].number


def checked(text: str, passages: Sequence[Passage], embed: Embed, language: str = DEFAULT_LANGUAGE) -> Checked:
    """A whole text, held against the passages that its markers number from 1; see `Checker`."""
    return Checker(passages, embed, language).check(text, finished=True)


def _kept(at: int, cited: Sequence[SupportingSpan], removed: tuple[Change, ...]) -> _Verdict:
    """The citations as they are, without those that do not bear the sentence out as well as any does."""
    best: Support = cited[0].support if cited else "unsupported"
    kept = tuple(each for each in cited if each.support == best != "unsupported")
    dropped = tuple(sorted(each.passage for each in cited if each not in kept))
    return _Verdict(best, kept, (*removed, *((Change(at, "dropped", dropped),) if dropped else ())))


def _clearest(others: Sequence[SupportingSpan], cited: Sequence[SupportingSpan]) -> SupportingSpan | None:
    """The strongest of the passages that are not cited, if it clearly bears a sentence out.

    None where one that speaks against the sentence is as clearly about it, and holds more of what it says.
    """
    found = (each for each in others if each.support == "supported" and each.about >= ABOUT_CLEARLY)
    best = next(found, None)
    against = [each for each in (*others, *cited) if each.support == "unsupported" and each.about >= ABOUT_CLEARLY]
    if best is None or any(each.signs.found > best.signs.found for each in against):
        return None
    return best


def _weakest(found: Sequence[Support]) -> Support:
    order: tuple[Support, ...] = ("unsupported", "partial", "supported")
    return min(found, key=order.index, default="supported")
