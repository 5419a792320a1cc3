"""The names in a question: a text that mentions none of them speaks of something else, however alike it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.indexing import Snapshot
from assistant.text.english.peoples import called_as
from assistant.text.english.vocabulary import INSIDE, MONTH, NAME_RUN, WEEKDAY, WHOLE_NAME
from assistant.text.scripts import NOT_IN_LATIN
from assistant.text.stop_words import STOP_WORDS
from assistant.text.terms import forms, is_stop_word, likeliest_language, subject_words, words
from assistant.types import DEFAULT_LANGUAGE, Filters, ScoredPassage

NOT_MENTIONED = "No document mentions “{}”."
MEANT = "No document mentions “{}”. Is “{}” meant?"
NOT_TOGETHER = "No document that is near to the question mentions {}."
NAME_INSIDE = re.compile(rf"{INSIDE}\b(?!I\b){WHOLE_NAME}")
"""A name that opens no sentence."""
IN_YEAR = re.compile(r"\b[Ii]n\s((?:1\d|20)\d\d)\b")
NO_NAME = re.compile(rf"{MONTH}|{WEEKDAY}|[A-Z]{{2,6}}s?")
"""Words in capitals that are not looked for: days, and acronyms, whose long form the documents may have."""
AS_AN_EXAMPLE = re.compile(rf"\b{NAME_RUN}(?=,?\s(?:and|or)\sthe\slike\b)")
"""As in "Facebook and the like": what is asked about need not be called so."""
OTHERS_IN_LATIN = [language for language in STOP_WORDS if language not in (DEFAULT_LANGUAGE, *NOT_IN_LATIN)]
YEARS_AROUND = 2
"""A document may speak of the years around the one in which it was published without naming them."""
SHORTEST_IN_TITLES = 4
"""Letters of a word that has a capital where all of a question is written like a title."""


@dataclass(frozen=True, slots=True)
class NameAskedFor:
    """A name or a year in a question, the documents that mention it, by their versions, and what is told if none does.

    ``documents`` is None where it cannot be told which do.
    """

    name: str
    documents: frozenset[str] | None
    notice: str = ""


def names_asked_for(question: str, snapshot: Snapshot) -> tuple[NameAskedFor, ...]:
    """The names and years in an English question.

    In other languages common words have capitals too, or names other endings, and documents of one language may answer
    in another.
    """
    names, years = list(_names(question)), IN_YEAR.findall(question)
    if not (names or years) or not _is_english(question):
        return ()
    return (*(_name(name, snapshot) for name in names), *(_year(year, snapshot) for year in years))


def naming_them(
    hits: Sequence[ScoredPassage], names: Sequence[NameAskedFor]
) -> tuple[list[ScoredPassage], tuple[str, ...]]:
    """Those of the passages whose documents mention all of the names, and what is told where there are none.

    The figures: docs/quality.md, "Names".
    """
    untold = tuple(one.notice for one in names if one.notice)
    if untold:
        return [], untold
    known = [(one.name, one.documents) for one in names if one.documents is not None]
    kept = [hit for hit in hits if all(hit.passage.id.rpartition("-")[0] in documents for _, documents in known)]
    told = NOT_TOGETHER.format(" and ".join(f"“{name}”" for name, _ in known))
    return kept, (told,) if hits and not kept else ()


def _is_english(question: str) -> bool:
    """Whether a question has stop words of English, and no more of another language in Latin letters."""
    has_any = any(is_stop_word(word, DEFAULT_LANGUAGE) for word in words(question))
    return has_any and likeliest_language(question, (DEFAULT_LANGUAGE, *OTHERS_IN_LATIN)) == DEFAULT_LANGUAGE


def _names(question: str) -> Iterator[str]:
    long_words = re.findall(rf"\b[^\W\d_]{{{SHORTEST_IN_TITLES},}}", question)
    if len(long_words) > 1 and all(word[0].isupper() for word in long_words):
        return
    for name in NAME_INSIDE.findall(AS_AN_EXAMPLE.sub("", question)):
        kept = [word for word in name.split() if not NO_NAME.fullmatch(word)]
        if kept and kept[-1] == name.split()[-1]:
            yield " ".join(kept)


def _name(name: str, snapshot: Snapshot) -> NameAskedFor:
    """Which documents mention a name: any of its words, the initials of all, or another name of the same state.

    No document mentions it where none has its last word: what comes before may be a first name or a title.
    """
    spoken = subject_words(name, DEFAULT_LANGUAGE)
    if not spoken:
        return NameAskedFor(name, None)
    telling = _mentioning((spoken[-1], *_other_names(name, spoken)), snapshot)
    if telling:
        return NameAskedFor(name, telling | _mentioning(spoken[:-1], snapshot))
    if _is_called_so(spoken[-1], snapshot) or snapshot.vocabulary.has_slip_of(spoken[-1]):
        return NameAskedFor(name, None)
    near = snapshot.vocabulary.nearest(spoken[-1])
    return NameAskedFor(name, frozenset(), MEANT.format(name, near.title()) if near else NOT_MENTIONED.format(name))


def _other_names(name: str, spoken: Sequence[str]) -> Iterator[str]:
    """What else may stand for a name: the initials of its words, and the last words of a state's other names."""
    if len(spoken) > 1:
        yield "".join(word[0] for word in spoken)
    yield from (words(other)[-1] for other in called_as(name) if other != name)


def _mentioning(any_of: Sequence[str], snapshot: Snapshot) -> frozenset[str]:
    """The versions that hold any of some words."""
    return frozenset[str]().union(*(_documents(word, snapshot) for word in any_of))


def _documents(word: str, snapshot: Snapshot) -> frozenset[str]:
    """The versions that hold a word in any spelling or form."""
    vocabulary, everything = snapshot.vocabulary, snapshot.scope(Filters())
    spellings, stems = vocabulary.spellings(word), set(forms(word, snapshot.languages))
    of_one_stem = {one for one in vocabulary.beginning_like(word) if stems.intersection(forms(one, snapshot.languages))}
    written = {word, *of_one_stem, *spellings.same, *spellings.sounding}
    return frozenset[str]().union(*(snapshot.first_passages(one, everything) for one in written))


def _is_called_so(word: str, snapshot: Snapshot) -> bool:
    """Whether a document, its title or its publisher is called so."""
    called = (snapshot.publishers(), *((one.source, one.title) for one in snapshot.listed.values()))
    return any(word in words(name.replace("_", " ")) for names in called for name in names)


def _year(year: str, snapshot: Snapshot) -> NameAskedFor:
    published = (int(one.published[:4]) for one in snapshot.listed.values() if one.published)
    is_spoken_of = (
        year in snapshot.vocabulary
        or _is_called_so(year, snapshot)
        or any(abs(one - int(year)) <= YEARS_AROUND for one in published)
    )
    return NameAskedFor(year, None) if is_spoken_of else NameAskedFor(year, frozenset(), NOT_MENTIONED.format(year))
