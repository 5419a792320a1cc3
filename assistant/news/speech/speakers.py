"""Who the speakers of a text are: pronouns and short names are led back to the whole names that the text gives.

Nothing is guessed: a pronoun that may stand for two, or a surname that two bear, names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.news.speech.clauses import WORDS_OF_A_WHOLE_NAME, Clauses
from assistant.news.speech.reported_speech import Reported, Spoken, spoken_in
from assistant.news.speech.tokens import SentenceToken
from assistant.text.english import saying
from assistant.text.english.peoples import called_as
from assistant.types import Markup

NO_PERSONS = saying.ORGANISATIONS | saying.PLACES | saying.SPEAKERS | saying.TIMES
"""Words that stand in no person's name."""
ENDINGS_OF_PERSONS = ("man", "woman", "person", "er", "or", "ist", "ian", "yst", "ief", "dent")
REFLEXIVES = frozenset("himself herself itself themselves".split())
PARTICLES = frozenset("of van de von bin al and the der la du".split())
"""What stands in small letters within a name."""
OPENING = 6
"""Among how many words of a sentence stands whom it is about."""
GOES_ON_WITHIN = 2
"""Within how many sentences a quotation without a speaker, or a pronoun, goes on with the one before."""
SENTENCES_BACK = 3
"""Within how many sentences another may be meant by a pronoun."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """A statement with its speaker: ``name`` as the text names them most fully, ``statement.speaker`` as it stands."""

    name: str
    is_person: bool
    statement: Reported


def attributed(text: str, markup: Markup = "plain") -> Iterator[Attributed]:
    """The statements in a text whose speakers are plain, in order."""
    spoken = list(spoken_in(text, markup))
    cast = _Cast(spoken)
    for number, sentence in enumerate(spoken):
        for statement in sentence.reported:
            name = cast.name_of(statement, number)
            if name:
                yield Attributed(name, cast.is_person(name), statement)
        cast.heard(sentence, number)


def is_name(name: str) -> bool:
    """Whether it is the same wherever it stands, and no role or group as "the company" and "officials" are."""
    parts = name.removeprefix("the ").removeprefix("The ").split()
    last = parts[-1].lower() if parts else ""
    return (
        bool(parts)
        and all(part[0].isupper() or part in PARTICLES for part in parts)
        and last not in saying.OFFICES
        and not (len(parts) == 1 and (last in saying.SPEAKERS or last in saying.TITLES))
    )


def may_be_a_person(name: str) -> bool:
    """Whether a name is of two to four words and none that organisations are called by."""
    parts = [part.lower() for part in name.split()]
    is_office = bool(parts) and parts[-1].rstrip(".") in saying.TITLES
    return 2 <= len(parts) <= 4 and not is_office and not NO_PERSONS.intersection(parts) and len(called_as(name)) == 1


def bare_name(name: str) -> str:
    """A name as it stands in a text, without the genitive, and without an office before or behind it."""
    return " ".join(_bare(_without_genitive(name).split()))


class _Cast:
    """Whom a text names, and who was spoken of last."""

    def __init__(self, spoken: Sequence[Spoken]) -> None:
        self._whole = list(dict.fromkeys(name for one in spoken for name in _whole_names(one.clauses)))
        self._people = {name for name in self._whole if may_be_a_person(name)}
        self._last: tuple[str, int] | None = None
        self._recent: list[tuple[str, int]] = []
        relatives = [one_of for one in spoken for one_of in _relatives(one.clauses)]
        self._people.update(name for name, _ in relatives)
        titled = (one_of for one in spoken for one_of in _titled(one.clauses))
        self._pronouns = {self._whole_name(name): pronoun for name, pronoun in (*relatives, *titled)}

    def name_of(self, statement: Reported, number: int) -> str:
        """The whole name of whoever makes a statement of a sentence; "" where that is not plain."""
        said = statement.speaker
        if not said:
            name = self._before(number, GOES_ON_WITHIN)
        elif said in ("he", "she"):
            name = self._meant(said, number)
        elif said in saying.PRONOUNS:
            last = self._before(number, GOES_ON_WITHIN)
            name = "" if self.is_person(last) else last
        else:
            name = self._whole_name(said)
        self._last = (name, number) if name else None
        if name and (self.is_person(name) or _plays_a_part(name)):
            self._recent.append((name, number))
        return name

    def _meant(self, pronoun: str, number: int) -> str:
        """The person last named whom no other pronoun stood for; "" where another may be meant as well."""
        near = [
            (name, place)
            for name, place in reversed(self._recent)
            if number - place <= SENTENCES_BACK and self._pronouns.get(name, pronoun) == pronoun
        ]
        reach = GOES_ON_WITHIN if len({name for name, _ in near}) == 1 else 1
        if not near or number - near[0][1] > reach:
            return ""
        self._pronouns[near[0][0]] = pronoun
        return near[0][0]

    def is_person(self, name: str) -> bool:
        """Whether a name is that of one person."""
        return name in self._people

    def heard(self, sentence: Spoken, number: int) -> None:
        """A sentence has been read: whom it names first may be meant by a pronoun in the next."""
        clauses = sentence.clauses
        if sentence.reported:
            return
        if not _is_whole(clauses.tokens) or any(token.is_speech for token in clauses.tokens):
            self._last = None
            return
        introduced, opening = clauses.introduced(), clauses.opening()
        name = self._whole_name(opening) if opening and opening not in saying.PRONOUNS else introduced
        if name:
            self._last = (name, number)
        self._recent += [(name, number) for name in (introduced, self._first_named(clauses)) if name]

    def _first_named(self, clauses: Clauses) -> str:
        """The person whom a sentence names first; "" where it names none soon, unless it opens with "he" or "she"."""
        for start, end in _runs(clauses):
            name = self._whole_name(clauses.text(start, end))
            if start > OPENING and clauses.word(0) not in ("he", "she"):
                return ""
            is_beside = "/" in (clauses.word(start - 1), clauses.word(end)) or clauses.tokens[end - 1].is_genitive
            if self.is_person(name) and not is_beside:
                return name
        return ""

    def _before(self, number: int, reach: int) -> str:
        """Whoever spoke last, within so many sentences."""
        return self._last[0] if self._last and number - self._last[1] <= reach else ""

    def _whole_name(self, said: str) -> str:
        """The fullest form of a name: without titles and roles; of a group, its words as they stand."""
        words = [word for word in _without_genitive(said).split() if word not in REFLEXIVES]
        name = self._without_office(_name_in(words))
        if not name:
            return " ".join(words)
        whole = self._fullest(name) if not _is_the(words) else name
        if whole and _is_titled(words, whole):
            self._people.add(whole)
        return whole

    def _without_office(self, name: str) -> str:
        """A surname without what stands before it of an office: "Republican Walker" where Herschel Walker is named."""
        *before, last = name.split() or [""]
        is_office = before and all(word.lower() in saying.PARTS_OF_OFFICES for word in before)
        return last if is_office and any(_is_short_for(last, whole) for whole in self._people) else name

    def _fullest(self, name: str) -> str:
        """The longest name that one may be short for; "" where that may be several, or it is no name at all."""
        alike = [whole for whole in self._whole if _is_short_for(name, whole)]
        if not alike:
            return "" if name.endswith(("ed", "ing")) else name
        if all(_is_short_for(one, alike[0]) for one in alike):
            return max(alike, key=len)
        return name if name in alike else ""


def _whole_names(clauses: Clauses) -> Iterator[str]:
    """The names of several words in a sentence, without titles."""
    for start, end in _runs(clauses):
        *before, last = bare_name(clauses.text(start, end)).split()
        if any(word.lower() not in saying.PARTS_OF_OFFICES for word in before):
            yield " ".join((*before, last))


def _titled(clauses: Clauses) -> Iterator[tuple[str, str]]:
    """Names behind titles that tell which pronoun stands for them, each with that pronoun."""
    for start, end in _runs(clauses):
        title = clauses.words[start].rstrip(".")
        if end > start + 1 and title in saying.MEN | saying.WOMEN:
            yield clauses.text(start, end), "he" if title in saying.MEN else "she"


def _relatives(clauses: Clauses) -> Iterator[tuple[str, str]]:
    """Names behind words for relatives ("his wife, Ada"), each with the pronoun that stands for whoever bears it."""
    for start, end in _runs(clauses):
        relative = clauses.word(start - 1 - (clauses.word(start - 1) == ","))
        name = bare_name(clauses.text(start, end))
        is_relative = relative in saying.MALE_RELATIVES | saying.FEMALE_RELATIVES
        if is_relative and NO_PERSONS.isdisjoint(name.lower().split()):
            yield name, "he" if relative in saying.MALE_RELATIVES else "she"


def _runs(clauses: Clauses) -> Iterator[tuple[int, int]]:
    """Words in capitals that follow one another, up to a genitive; none that the beginning of a sentence explains."""
    tokens, start = clauses.tokens, None
    for at, token in enumerate(tokens):
        is_in_a_name = token.is_capital and not (_opens(tokens, at) and clauses.opens_a_sentence(at))
        if is_in_a_name and start is None:
            start = at
        if start is not None and (token.is_genitive or not is_in_a_name or at == len(tokens) - 1):
            yield start, at + is_in_a_name
            start = None


def _is_whole(tokens: Sequence[SentenceToken]) -> bool:
    """Whether a sentence ends as one, and is no heading, caption or credit."""
    return tokens[-1].quotation is not None or not tokens[-1].is_word


def _is_the(words: Sequence[str]) -> bool:
    """Whether something is called by a word of its own behind "the", as no person is: "the Fed"."""
    *before, last = (word.lower() for word in words)
    return before == ["the"] and last not in NO_PERSONS


def _opens(tokens: Sequence[SentenceToken], at: int) -> bool:
    """Whether a sentence begins at a word, or goes on behind a quotation."""
    return at == 0 or tokens[at - 1].quotation is not None


def _name_in(words: Sequence[str]) -> str:
    """The name in a phrase; "" where it is a group or a role that is called after something."""
    begins = len(words)
    while begins and _may_end_a_name(words, begins - 1):
        begins -= 1
    run, before = _bare(list(words[begins:])), [word.lower() for word in words[:begins]]
    if run and run[-1].lower() in saying.OFFICES:
        return ""
    return "" if _is_called_after(run, before) else " ".join(run)


def _is_called_after(run: Sequence[str], before: Sequence[str]) -> bool:
    """Whether the words before a name make it that of a group or a role: "the residents of Veldt"."""
    if not before or before == ["the"]:
        return False
    is_role = before[-1].rstrip(".") in saying.TITLES | saying.SPEAKERS and len(run) > 1
    return not is_role and (before[0] in saying.DETERMINERS or not saying.PREPOSITIONS.isdisjoint(before))


def _may_end_a_name(words: Sequence[str], at: int) -> bool:
    """Whether a name may go on to a word from behind: one in capitals, a number, or what ties such."""
    word = words[at]
    return word[0].isupper() or word[0].isdigit() or (at < len(words) - 1 and word in PARTICLES)


def _bare(run: list[str]) -> list[str]:
    """A name without the office before it or behind it: "French President Emmanuel Macron", "Smith of the Council"."""
    while len(run) > 1 and _is_before_a_name(run[0]):
        run = run[1:]
    if len(run) > WORDS_OF_A_WHOLE_NAME and run[0].lower() in saying.SPEAKERS and run[0].endswith(ENDINGS_OF_PERSONS):
        run = run[1:]
    run = _behind_office(run)
    person = run[: run.index("of")] if "of" in run else []
    return person if may_be_a_person(" ".join(person)) else run


def _behind_office(run: list[str]) -> list[str]:
    """A name without the titles before it, unless it is none of a person without them: "General Motors"."""
    words = [word.lower() for word in run]
    titles = [word.rstrip(".") for word in words]
    begins = next((at for at in range(len(run) - 1, 0, -1) if titles[at - 1] in saying.TITLES), 0)
    is_called_so = begins == len(run) - 1 and titles[begins - 1] in saying.PARTS_OF_OFFICES
    return run if is_called_so or not NO_PERSONS.isdisjoint(words[begins:]) else run[begins:]


def _is_before_a_name(word: str) -> bool:
    """Whether a word is none of a name, but opens a sentence, or is a time or an age: "12.20", "29-year-old"."""
    is_figure = word[0].isdigit() and not word.isalnum()
    return word.lower() in saying.OPEN_SENTENCES or word.islower() or is_figure


def _plays_a_part(name: str) -> bool:
    """Whether it is one person who is called by what they do: "a spokesman for the port authority"."""
    head = next((word for word in name.lower().split() if word in saying.SPEAKERS | saying.TITLES), "")
    return name.split()[0].lower() in saying.DETERMINERS and head.endswith(ENDINGS_OF_PERSONS)


def _is_titled(words: Sequence[str], name: str) -> bool:
    """Whether a role or a title stands before a name, as before a person's."""
    before = " ".join(words).removesuffix(name).lower().split()
    return (
        bool(before)
        and before[0] not in saying.DETERMINERS
        and before[-1].rstrip(".") in saying.TITLES | saying.SPEAKERS
    )


def _is_short_for(name: str, whole: str) -> bool:
    """Whether one name is another without its first words, as a surname is, and initials are not."""
    is_last = whole.endswith(f" {name}") and not (name.isupper() and not whole.isupper())
    return whole == name or (is_last and len(called_as(name)) == 1)


def _without_genitive(text: str) -> str:
    return (
        text.replace("\u2019", "'").removesuffix("'s").removesuffix("'")
        if text.endswith(("s", "'", "\u2019")) and text.replace("\u2019", "'").endswith(("'s", "'"))
        else text
    )
