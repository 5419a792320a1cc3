"""What is looked for when every document that mentions something is to be found: words, phrases, AND, NOT, NEAR/5."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.answering.questions import readable
from assistant.errors import QuestionError
from assistant.text.terms import words

MOST_CHARACTERS = 500
MOST_WORDS = 40
FARTHEST = 100
"""The most words that may stand between two things that are NEAR each other."""
_PART = re.compile(r'"([^"]*)"|[^\s"]+')
_QUOTATION_MARKS = str.maketrans("\u201c\u201d\u201e\u00ab\u00bb", '"' * 5)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, as `assistant.text.terms.words` has them; with ``is_exact``, in no other spelling."""

    words: tuple[str, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """One phrase, or two of which one stands ``near`` the other: so many words between them at most."""

    phrases: tuple[Phrase, ...]
    near: int = 0


@dataclass(frozen=True, slots=True)
class MentionQuery:
    """What a document has to hold, all of it, and what it must not, none of it."""

    wanted: tuple[Clause, ...]
    unwanted: tuple[Clause, ...]

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases that are wanted, in order."""
        return tuple(phrase for clause in self.wanted for phrase in clause.phrases)


def parse(text: str) -> MentionQuery:
    """What a text asks for, as in ``Kyiv AND "air defence" NOT drones`` or ``Kyiv NEAR/5 power``.

    Words side by side are a phrase, in whatever spelling; what stands in quotation marks is one as it is written. What
    follows something else without AND is wanted too.

    Raises:
        QuestionError: it is empty, too long, or AND, NOT and NEAR do not stand where they make sense.
    """
    text = readable(text)
    if len(text) > MOST_CHARACTERS:
        raise QuestionError(f"What to find has {len(text):,} characters; at most {MOST_CHARACTERS} are understood.")
    clauses: list[tuple[Clause, bool]] = []
    is_unwanted, near = False, 0
    for part in _parts(text):
        if part == "AND":
            continue
        if part == "NOT":
            is_unwanted = True
        elif isinstance(part, int):
            near = part
        elif isinstance(part, Phrase) and near:
            clauses.append(_near(clauses, part, near, is_unwanted=is_unwanted))
            near = 0
        elif isinstance(part, Phrase):
            clauses.append((Clause((part,)), is_unwanted))
            is_unwanted = False
    return _checked(clauses, is_unfinished=is_unwanted or bool(near))


def _near(clauses: list[tuple[Clause, bool]], phrase: Phrase, near: int, *, is_unwanted: bool) -> tuple[Clause, bool]:
    """The last clause, taken from the others, with the phrase that stands near it."""
    if is_unwanted or not clauses or clauses[-1][0].near:
        raise QuestionError("NEAR stands between two words or phrases, as in: Kyiv NEAR/5 power")
    clause, was_unwanted = clauses.pop()
    return replace(clause, phrases=(*clause.phrases, phrase), near=near), was_unwanted


def _checked(clauses: list[tuple[Clause, bool]], *, is_unfinished: bool) -> MentionQuery:
    if is_unfinished:
        raise QuestionError("Something has to follow NOT and NEAR, as in: Kyiv NOT drones")
    wanted = tuple(clause for clause, is_unwanted in clauses if not is_unwanted)
    unwanted = tuple(clause for clause, is_unwanted in clauses if is_unwanted)
    if not wanted:
        raise QuestionError("Say what to find: a word, a name, or words in quotation marks. For example: Kyiv")
    if sum(len(phrase.words) for clause, _ in clauses for phrase in clause.phrases) > MOST_WORDS:
        raise QuestionError(f"At most {MOST_WORDS} words are looked for at once; leave some out.")
    return MentionQuery(wanted, unwanted)


def _parts(text: str) -> list[Phrase | str | int]:
    """The phrases, "AND", "NOT", and the number of each NEAR, in order."""
    found: list[Phrase | str | int] = []
    plain: list[str] = []

    def end_phrase() -> None:
        if said := words(" ".join(plain)):
            found.append(Phrase(tuple(said), is_exact=False))
        plain.clear()

    for part in _PART.finditer(text.translate(_QUOTATION_MARKS)):
        if part[1] is not None:
            end_phrase()
            if said := words(part[1]):
                found.append(Phrase(tuple(said), is_exact=True))
        elif part[0] in ("AND", "NOT"):
            end_phrase()
            found.append(part[0])
        elif number := _number(part[0]):
            end_phrase()
            found.append(number)
        else:
            plain.append(part[0])
    end_phrase()
    return found


def _number(part: str) -> int:
    """How near NEAR/5 says that something is; 0 for anything else."""
    name, _, number = part.partition("/")
    is_near = name == "NEAR" and number.isascii() and number.isdecimal() and len(number) < MOST_CHARACTERS
    return min(max(int(number), 1), FARTHEST) if is_near else 0
