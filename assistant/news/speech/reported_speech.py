"""Who says what in a text: quotations, reported speech and positions, each with the exact words and the speaker.

English only. What is not plain is left out: a statement under the wrong name is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.news.speech.clauses import TABLES, Clauses, NounPhrase, Verb
from assistant.news.speech.tokens import SentenceToken, TokenSentence, token_sentences, written_names
from assistant.news.views import How
from assistant.text.boilerplate import leads_elsewhere
from assistant.text.english import saying
from assistant.types import Markup

FEWEST_WORDS = 2
"""Words of what is said in no quotation marks."""
MOST_BEFORE_THAT = 14
"""Words between a verb and the "that" or the quotation that belongs to it: "told reporters in Veldt on Monday that"."""
MOST_BEFORE_FINITE = 6
"""Words of a subject before its verb, for what is said to be a clause and no object."""
DASHES = ("-", "\u2013", "\u2014")
BEFORE_A_QUOTATION = (",", ":", ".", *DASHES)


NEEDED = (
    (saying.ACCUSE, "of"), (saying.AS_SOMETHING, "as"), (frozenset(("put", "puts")), "at"), (saying.URGE, "to"),
    (frozenset(("liken", "likens", "likened")), "to"),
)  # fmt: skip
"""Verbs that have an object which is held only with another word behind it: "blame it for", "see it as"."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody says: ``text[start:end]``, in a sentence ``text[opens:closes]``.

    ``speaker`` is as the sentence has it: a name, a group or a pronoun; "" where it is whoever spoke before.
    """

    speaker: str
    start: int
    end: int
    how: How
    is_quoted: bool
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence, and what is said in it."""

    clauses: Clauses
    reported: tuple[Reported, ...]


def spoken_in(text: str, markup: Markup = "plain") -> Iterator[Spoken]:
    """The sentences of a text, in order, each with what is said in it."""
    paragraphs = list(token_sentences(text, markup))
    named = written_names(text, paragraphs)
    for paragraph in paragraphs:
        before: Sequence[SentenceToken] = ()
        for sentence in paragraph:
            if sentence.interviewed:
                yield _in_an_interview(sentence, named)
            elif sentence.tokens:
                clauses = Clauses(sentence.tokens, named)
                reported = [] if _says_nothing(text, sentence.tokens) else _Reports(clauses, before).found()
                yield Spoken(clauses, tuple(reported))
            before = sentence.tokens


def _says_nothing(text: str, tokens: Sequence[SentenceToken]) -> bool:
    """Whether a sentence leads to another article, or to a list below it by somebody's word."""
    is_head = tokens[-1].text == ":" and any(token.word in ("according", "per") for token in tokens)
    return is_head or leads_elsewhere(text[tokens[0].start : tokens[-1].end])


def _in_an_interview(sentence: TokenSentence, named: Collection[str]) -> Spoken:
    start, end = sentence.tokens[0].start, sentence.tokens[-1].end
    said = Reported(sentence.interviewed, sentence.begins, end, "said", is_quoted=True, opens=start, closes=end)
    return Spoken(Clauses(sentence.tokens, named), (said,))


class _Reports:
    """What is said in one sentence; ``before`` is the sentence before it in the paragraph."""

    def __init__(self, clauses: Clauses, before: Sequence[SentenceToken]) -> None:
        self._tokens = clauses.tokens
        self._before = before
        self._in = clauses
        self._found: list[Reported] = []
        self._subjects: dict[Reported, int] = {}
        """Where, in the text, the subject of each statement begins that follows its verb."""

    def found(self) -> list[Reported]:
        """All that is said, in order; of what stands within another, the innermost."""
        for verb in self._in.verbs:
            self._of_verb(verb)
        for at in range(len(self._tokens)):
            self._according_to(at)
        if not self._found:
            self._without_verb()
        return sorted(self._innermost(), key=lambda one: one.start)

    def _of_verb(self, verb: Verb) -> None:
        if verb.is_passive:
            self._hearsay(verb)
        elif verb.is_ing:
            self._participle(verb)
        elif not (self._before_its_subject(verb) or self._behind_what_is_said(verb)):
            self._behind_its_subject(verb)

    # The subject, its verb, and what is said

    def _behind_its_subject(self, verb: Verb) -> None:
        """As in "Kroll said that ..." and "called it fair and said that ..."."""
        subject = self._in.subject(verb.first)
        name = subject.name if subject else self._subject_of_another(verb)
        if not name:
            return
        known = len(self._found)
        if self._in.word(verb.last) in saying.WITH_PREPOSITION.get(verb.word, ()):
            self._add(name, verb.last + 1, self._in.clause_end(verb.last), verb)
        elif not (self._may_say(verb) and self._said(name, verb)):
            self._held(name, verb)
        if subject:
            begins = self._tokens[subject.first].start
            self._subjects |= dict.fromkeys(self._found[known:], begins)

    def _may_say(self, verb: Verb) -> bool:
        """Whether what follows may be said: "did not say that" tells nothing, "does not believe that" a position."""
        return verb.word in saying.SAY and (not verb.is_negated or verb.word in saying.THINKS)

    def _subject_of_another(self, verb: Verb) -> str:
        if self._in.word(verb.first - 1) not in ("and", "but"):
            return ""
        return self._found[-1].speaker if self._found else self._in.opening()

    def _said(self, name: str, verb: Verb) -> bool:
        """What is said behind a verb of saying: behind "that", a colon, in quotation marks, or at once."""
        soon = range(verb.last, min(len(self._tokens), verb.last + MOST_BEFORE_THAT))
        at = next((at for at in soon if self._ends_circumstances(at)), None)
        if at is None:
            return self._said_at_once(name, verb)
        token, word = self._tokens[at], self._in.words[at]
        if token.quotation is not None:
            return (token.is_speech or at > verb.last) and self._quoted(name, at, verb)
        if word == "that":
            return self._add(name, at + 1, self._in.clause_end(at + 1), verb)
        return self._add(name, at + 1, len(self._tokens), verb) if word == ":" else self._said_at_once(name, verb)

    def _ends_circumstances(self, at: int) -> bool:
        """Whether what is said begins at a place behind a verb, or cannot begin any more."""
        word = self._in.words[at]
        if self._tokens[at].quotation is not None or word in (":", ".", ";", "?"):
            return True
        if word == "that":
            return self._in.word(at + 1) not in (*saying.AUXILIARIES, ",", ".")
        return word in saying.SAY or (word in saying.BREAKS and word != "as")

    def _said_at_once(self, name: str, verb: Verb) -> bool:
        """What is said behind a verb without "that"."""
        first = self._behind_circumstances(verb.last)
        if first is None or self._in.words[first] in saying.FINITE:
            return False
        other = next((one for one in self._in.verbs if one.is_ing and one.first > verb.last), None)
        if other and (speaker := self._in.subject(other.first)) and speaker.first == first:
            return self._said(speaker.name, other)  # "recalled Kroll saying that ..."
        soon = self._in.words[first : first + MOST_BEFORE_FINITE]
        if verb.word not in saying.ZERO_THAT and saying.FINITE.isdisjoint(soon):
            return False
        return self._add(name, first, self._in.clause_end(first), verb)

    def _quoted(self, name: str, at: int, verb: Verb) -> bool:
        """A quotation behind a verb; where it only ends what is said, all of it."""
        if self._in.word(at - 1) in (",", ":") or at == verb.last:
            return self._add(name, at, at + 1, verb)
        first = self._behind_circumstances(verb.last)
        first = at if first is None else first
        return self._add(name, first, self._in.clause_end(first), verb)

    def _behind_circumstances(self, at: int) -> int | None:
        """Where a clause begins behind a verb, after whom it was told to, when and where; None if none does."""
        if self._in.word(at) in saying.BREAKS:
            return None
        if self._in.word(at - 1) in saying.TO_SOMEBODY:
            at = self._in.behind_noun(at)
        while at < len(self._tokens):
            if self._in.words[at] in saying.TIMES:
                at += 1
            elif self._in.words[at] in saying.CIRCUMSTANCES and not self._in.opens_a_clause(at):
                at = self._in.behind_noun(at + 1)
            else:
                return at if self._in.opens_a_clause(at) else None
        return None

    def _held(self, name: str, verb: Verb) -> None:
        """The object of a verb of wanting, opposing, calling or accusing."""
        first = self._object(verb)
        if first is not None:
            self._add(name, first, self._in.clause_end(verb.last), verb)

    def _object(self, verb: Verb) -> int | None:
        """Where the object of a verb begins that is what is held; None where it has none."""
        after, soon = self._in.word(verb.last), self._in.words[verb.last : verb.last + MOST_BEFORE_THAT]
        behind = verb.last + (after in saying.OBJECTS)
        needed = next((word for table, word in NEEDED if verb.word in table), None)
        if needed:
            return behind if needed in soon else None
        if after in saying.PREPOSITIONS | saying.FINITE | saying.PARTICLES:
            return None
        has_object = verb.word in saying.HOLD or verb.word in saying.CALL or verb.word == saying.AGAINST
        return verb.last if has_object else None

    # What is said before its verb

    def _before_its_subject(self, verb: Verb) -> bool:
        """As in "..., said Marta Kroll, the mayor"."""
        speaker = self._in.phrase(verb.last) if self._may_stand_before_its_subject(verb) else None
        if speaker is None:
            return False
        is_inside = self._tokens[verb.first - 1].quotation is None and self._in.word(speaker.last) == ","
        if is_inside and self._in.word(speaker.last + 1) in saying.FINITE:
            return True  # what is said is parted around it
        if is_inside and len(self._tokens) - speaker.last > 2 * verb.first:
            return self._add(speaker.name, speaker.last, self._in.clause_end(speaker.last), verb)
        self._around(speaker.name, verb, verb.first)
        return True

    def _may_stand_before_its_subject(self, verb: Verb) -> bool:
        """Whether a verb of saying stands alone behind a quotation, or behind a comma that closes no apposition."""
        is_bare = verb.word in saying.SAY.keys() - saying.TELL or not any(verb.word in table for table in TABLES)
        if verb.first == 0 or not is_bare or verb.last - verb.first > 1:
            return False
        before = self._tokens[verb.first - 1]
        return before.quotation is not None or (before.text == "," and self._in.apposition(verb.first - 1) is None)

    def _behind_what_is_said(self, verb: Verb) -> bool:
        """As in "..., Marta Kroll said on Monday"."""
        subject = self._in.subject(verb.first) if verb.word in saying.SAY and not verb.is_negated else None
        if subject is None:
            return False
        if subject.first == 0:
            return self._behind_a_question(subject, verb)
        if self._tokens[subject.first - 1].quotation is None:
            if self._in.words[subject.first - 1] != "," or not self._is_end(verb.last):
                return False
            if self._in.word(subject.first - 2) in saying.RELATIVES or self._inside(subject, verb):
                return True  # of "promises that, Russia says, were given" nothing is told
        return self._around(subject.name, verb, subject.first)

    def _inside(self, subject: NounPhrase, verb: Verb) -> bool:
        """The longer rest of what is said, where its speaker stands within: "Neutral states, she notes, are ..."."""
        behind = self._behind_particle(verb.last)
        if self._in.word(behind) != "," or len(self._tokens) - behind <= subject.first:
            return False
        return self._add(subject.name, behind, self._in.clause_end(behind), verb)

    def _behind_a_question(self, subject: NounPhrase, verb: Verb) -> bool:
        """As in "“Why now?” Kroll asked.", which are two sentences."""
        last = self._before[-1] if self._before else None
        if last is None or last.quotation is None or not self._is_end(verb.last):
            return False
        end = last.quotation.start + len(last.text.rstrip())
        self._put(subject.name, last.quotation.start, end, _manner(verb), is_quoted=True)
        return True

    def _behind_particle(self, at: int) -> int:
        return at + (self._in.word(at) in saying.PARTICLES)

    def _is_end(self, at: int) -> bool:
        """Whether nothing but a time, a place, an addressee or another quotation follows."""
        at = self._behind_particle(at)
        quoted = self._in.quotation(at)
        if quoted is not None:
            return self._in.words[quoted - 1] in (",", ".")
        rest = [word for word in self._in.words[at:] if word != "."]
        if len(rest) <= 2 or rest[0] in (",", ";"):
            return True
        return (rest[0] in saying.TIMES or rest[0] in saying.PREPOSITIONS or rest[0] in saying.OBJECTS) and (
            "that" not in rest
        )

    def _is_clause(self, last: int) -> bool:
        """Whether what ends at a place is one, and no time or place with which a sentence opens."""
        start = self._in.clause_start(last)
        return self._in.words[start] not in saying.PREPOSITIONS or last - start > MOST_BEFORE_THAT

    def _around(self, name: str, verb: Verb, end: int) -> bool:
        """A quotation or a clause before a subject and its verb, and a quotation behind them; False where none is."""
        last = end - 1 - (self._in.word(end - 1) == ",")
        known = len(self._found)
        if last < 0:
            return False
        if self._is_quoted_alone(last):
            self._add(name, last, last + 1, verb)
        elif self._tokens[last].is_speech or self._is_clause(last):
            self._add(name, self._in.clause_start(last), last + 1, verb)
        following = self._in.quotation(verb.last)
        if following is not None and self._in.words[following - 1] in BEFORE_A_QUOTATION:
            self._add(name, following, following + 1, verb)
        return len(self._found) > known

    def _is_quoted_alone(self, at: int) -> bool:
        """Whether there is a quotation that is no part of a longer clause."""
        if self._tokens[at].quotation is None:
            return False
        return at == 0 or (self._tokens[at].is_speech and self._in.words[at - 1] in BEFORE_A_QUOTATION)

    # Other ways

    def _participle(self, verb: Verb) -> None:
        """As in "..., saying that the bridge was safe": whoever the sentence is about says it."""
        if verb.word in saying.SAY and self._in.word(verb.first - 1) in (",", *DASHES):
            name = self._found[-1].speaker if self._found else self._in.opening()
            if name:
                self._said(name, verb)

    def _hearsay(self, verb: Verb) -> None:
        """As in "is said to want a pause"."""
        if verb.word not in saying.HEARSAY or self._in.word(verb.last) != "to":
            return
        at = self._in.behind_helpers(verb.last + 1)
        subject = self._in.subject(verb.first)
        if subject and any(self._in.word(at) in table for table in TABLES):
            first = at + 1 + (self._in.word(at + 1) == "that")
            self._put_tokens(subject.name, first, self._in.clause_end(first), "reported")

    def _according_to(self, at: int) -> None:
        """As in "according to Kroll", "in Kroll's view" and "For Kroll, ..."."""
        holder = self._holder(at)
        if holder is None:
            return
        behind, last = holder.last, at - (self._in.word(at - 1) == ",")
        is_followed = self._in.word(behind) == ","
        if last <= 0:
            self._put_tokens(holder.name, behind + is_followed, self._in.clause_end(behind + is_followed), "said")
        elif is_followed and self._found:
            return  # what somebody else says, by the holder's word
        elif is_followed and len(self._tokens) - behind > last:
            self._put_tokens(holder.name, behind, self._in.clause_end(behind), "said")
        elif self._tokens[last - 1].is_speech:
            self._put_tokens(holder.name, last - 1, last, "said")
        elif last < at or self._in.word(behind) in ("", ".", ";"):
            self._put_tokens(holder.name, self._in.clause_start(last - 1), last, "said")

    def _holder(self, at: int) -> NounPhrase | None:
        """Whose word or view is named at a place."""
        word = self._in.words[at]
        if word == "according" and self._in.word(at + 1) == "to":
            return self._in.phrase(at + 2)
        if word == "per":
            return self._in.phrase(at + 1)
        if word == "in":
            return self._in.holder_of_view(at + 1)
        holder = self._in.phrase(1) if word == "for" and at == 0 else None
        return holder if holder and self._in.word(holder.last) == "," else None

    def _without_verb(self) -> None:
        """A quotation behind a name and a colon, or one alone: whoever spoke before goes on."""
        quoted = self._in.quotation()
        if quoted is None or not self._tokens[quoted].is_speech:
            return
        if self._in.word(quoted - 1) == ":":
            name = self._in.opening()
            if name:
                self._put_tokens(name, quoted, quoted + 1, "said")
        elif not any(token.is_word for token in self._tokens):
            self._put_tokens("", quoted, quoted + 1, "said")

    # Statements

    def _add(self, name: str, first: int, last: int, verb: Verb) -> bool:
        return self._put_tokens(name, first, last, _manner(verb))

    def _put_tokens(self, name: str, first: int, last: int, how: How) -> bool:
        """Keep what stands in ``tokens[first:last]``, without the marks at its ends, if that is enough."""
        while last > first and self._is_mark(last - 1):
            last -= 1
        while first < last and self._is_mark(first):
            first += 1
        if last <= first:
            return False
        only = self._tokens[first].quotation if last - first == 1 else None
        if only is not None:
            words = self._tokens[first].text
            start = only.start + len(words) - len(words.lstrip())
            return self._put(name, start, only.start + len(words.rstrip(" \n,")), how, is_quoted=True)
        if last - first < FEWEST_WORDS:
            return False
        return self._put(name, self._tokens[first].start, self._tokens[last - 1].end, how, is_quoted=False)

    def _is_mark(self, at: int) -> bool:
        return self._tokens[at].quotation is None and not self._tokens[at].is_word

    def _put(self, name: str, start: int, end: int, how: How, *, is_quoted: bool) -> bool:
        if all((one.start, one.end) != (start, end) for one in self._found):
            opens, closes = self._tokens[0].start, self._tokens[-1].end
            self._found.append(Reported(name, start, end, how, is_quoted, opens, closes))
        return True

    def _innermost(self) -> Iterator[Reported]:
        """What stands in no other, and of what does, where somebody else opens it, the inner one.

        "Kroll said that the union had warned that the strike would spread" is what the union says, by Kroll's word.
        """
        for one in self._found:
            outer = [other for other in self._found if other is not one and _holds(other, one)]
            if any(self._opens(one, other) for other in self._found if other is not one):
                continue
            if not outer:
                yield one
            elif any(self._opens(other, one) for other in outer):
                yield replace(one, how="reported" if one.how == "said" else one.how)

    def _opens(self, outer: Reported, inner: Reported) -> bool:
        """Whether what one says begins with whoever says the other, and no pronoun stands for them."""
        begins = self._subjects.get(inner, inner.start)
        return _holds(outer, inner) and begins == outer.start and inner.speaker not in saying.PRONOUNS


def _holds(outer: Reported, inner: Reported) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _manner(verb: Verb) -> How:
    is_denial = verb.word in saying.DENIES or (verb.is_negated and verb.word in saying.THINKS)
    return "denied" if is_denial else "said"
