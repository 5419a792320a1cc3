"""What stands where in an English sentence that reports speech: its verbs, their subjects, and where clauses end.

No parser is at hand that needs no download, so words decide: what stands before a verb back to the last mark or
conjunction is its subject, but for times and places with which sentences open, and what is told between commas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.news.speech.tokens import SentenceToken
from assistant.text.english import saying

TABLES = (saying.SAY, saying.HOLD, saying.CALL, saying.AS_SOMETHING, saying.ACCUSE, saying.URGE, saying.OTHERS)
MOST_IN_A_ROLE = 5
"""Words of a phrase that may be anybody who speaks: "its chief architect"."""
MOST_OF_A_GROUP = 10
"""Words of a phrase without a name for those who speak: "a source who knows how the talks went"."""
MOST_IN_APPOSITION = 22
"""Words between commas that tell who somebody is."""
MOST_VERBS = 20
"""Verbs of saying in a sentence; what has more is no prose, and would take long."""
MOST_BEFORE_A_VIEW = 7
WORDS_OF_A_WHOLE_NAME = 2
MOST_WITHOUT_A_NOUN = 2
"""Words of a phrase such as "the former"."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of saying, thinking or wanting with its helpers, ``tokens[first:last]``."""

    first: int
    last: int
    word: str
    is_negated: bool = False
    is_ing: bool = False
    is_passive: bool = False


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """Somebody who speaks, as the sentence has it, and where that stands: ``tokens[first:last]``."""

    name: str
    first: int
    last: int


class Clauses:
    """One sentence, and what stands where in it; ``named`` are the words that its text writes as names."""

    def __init__(self, tokens: Sequence[SentenceToken], named: Collection[str]) -> None:
        self.tokens = tokens
        self._named = named
        self.words = [token.word for token in tokens]
        self._places_of_verbs: set[int] = set()
        verbs = list(self._find_verbs())
        self.verbs = verbs if len(verbs) <= MOST_VERBS else []

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, at: int) -> str:
        """The word or mark at a place; "" for a quotation, and beyond the sentence."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def text(self, first: int, last: int) -> str:
        """The words from one place up to another, as they are written."""
        return " ".join(token.text for token in self.tokens[first:last])

    def opens_a_sentence(self, at: int) -> bool:
        """Whether a word has its capital since a sentence begins with it: "When", "Ask Marta Kroll"."""
        if self.words[at] in saying.OPEN_SENTENCES:
            return True
        return at == 0 and self.words[0] not in self._named and self._is_whole_name(1 + WORDS_OF_A_WHOLE_NAME)

    def quotation(self, first: int = 0) -> int | None:
        """Where the first quotation from a place on stands."""
        return next((at for at in range(first, len(self)) if self.tokens[at].quotation is not None), None)

    def behind_helpers(self, at: int) -> int:
        """Behind auxiliaries and adverbs."""
        while self.word(at) in saying.AUXILIARIES:
            at += 1
        return at

    # Verbs

    def _find_verbs(self) -> Iterator[Verb]:
        at = 0
        while at < len(self):
            verb = self._verb(at) if self.tokens[at].is_word else None
            if verb is not None:
                self._places_of_verbs.update(range(verb.first, verb.last))
                yield verb
            at = verb.last if verb is not None else at + 1

    def _verb(self, at: int) -> Verb | None:
        """The verb at a place, or what stands for one."""
        word = self.words[at]
        other = self._in_other_words(at)
        if other is not None or self._is_name(at):
            return other
        forms = {table[word] for table in TABLES if word in table}
        if not forms and word.endswith("ed") and self._stands_beside_speech(at):
            forms = {"past"}
        return self._verb_of(at, forms) if forms else None

    def _in_other_words(self, at: int) -> Verb | None:
        """What stands for a verb: "took the view that", "is in favour of", "is against", "is said to"."""
        word, before, earlier = self.words[at], self.word(at - 1), self.word(at - 2)
        if word in saying.STANCES:
            return Verb(at - 2, at + 1, "say") if self._is_view(at) else None
        if word in saying.IN_FAVOUR and before == "in" and earlier in saying.AUXILIARIES:
            return Verb(self._first_helper(at - 1), at + 1 + (self.word(at + 1) == "of"), saying.AGAINST)
        if word == saying.AGAINST and before in saying.AUXILIARIES:
            return Verb(self._first_helper(at), at + 1, word)
        is_hearsay = word in saying.HEARSAY and before in saying.PASSIVE
        return Verb(self._first_helper(at), at + 1, word, is_passive=True) if is_hearsay else None

    def _is_view(self, at: int) -> bool:
        """Whether a word for a view is held by somebody: "took the view that"."""
        around = (self.word(at - 1), self.word(at + 1))
        return around == ("the", "that") and self.word(at - 2) in saying.HOLDS_A_VIEW

    def _stands_beside_speech(self, at: int) -> bool:
        """Whether a word stands as a verb of saying does: behind a quotation, with its subject at most between."""
        before = self._phrase_before(at)
        is_behind = before > 0 and self.tokens[before - 1].quotation is not None
        is_before = self.word(at + 1) == ":" and self.quotation(at + 2) == at + 2
        return is_behind or is_before

    def _verb_of(self, at: int, forms: set[saying.Form]) -> Verb | None:
        """A verb with its helpers; None where the same word is a noun, an infinitive or a participle of something."""
        first = self._first_helper(at)
        helpers = self.words[first:at]
        if self._is_noun(at) or (first == at and not self._may_be_finite(at, forms)):
            return None
        if "participle" in forms and not saying.HAVE.intersection(helpers):
            return None
        is_negated = any(one in saying.NEGATIONS or one.endswith("n't") for one in helpers)
        is_passive = "past" in forms and not saying.PASSIVE.isdisjoint(helpers)
        return Verb(first, at + 1, self.words[at], is_negated, "ing" in forms and first == at, is_passive)

    def _is_noun(self, at: int) -> bool:
        """Whether a form of a verb that is a noun, too, has a verb behind it: "the claims were", "its reports said"."""
        if self.words[at] not in saying.ALSO_NOUNS:
            return False
        behind = self.behind_helpers(at + 1)
        is_helped = not saying.FINITE.isdisjoint(self.words[at + 1 : behind])
        return is_helped or any(self.word(behind) in table for table in TABLES)

    def _first_helper(self, at: int) -> int:
        """Where the auxiliaries, adverbs and times before a verb begin: "has long", "on Tuesday"."""
        while (
            at > 1
            and not self._is_name(at - 1)
            and (self.words[at - 1] in saying.AUXILIARIES or self._tells_when(at - 1))
        ):
            at -= 1
        return at

    def _is_name(self, at: int) -> bool:
        """Whether a word with a capital stands where it is written for its own sake."""
        return at > 0 and self.tokens[at].is_capital and self.words[at] not in saying.TIMES

    def _tells_when(self, at: int) -> bool:
        return self.words[at] in saying.TIMES or (self.words[at] == "on" and self.word(at + 1) in saying.TIMES)

    def _may_be_finite(self, at: int, forms: set[saying.Form]) -> bool:
        """Whether a word without helpers is a verb with a subject of its own."""
        before = self.word(at - 1)
        if before in saying.DETERMINERS or before == "to" or (at and self.tokens[at - 1].is_genitive):
            return False
        if at - 1 in self._places_of_verbs and forms & {"present", "plain"}:
            return False
        return "plain" not in forms or self._has_plural_subject(at)

    def _has_plural_subject(self, at: int) -> bool:
        """As in "officials say" and "analysts at a bank expect"."""
        span = self._subject_span(at)
        words = self.words[slice(*span)] if span else []
        behind_head = (place for place, word in enumerate(words) if word in saying.PREPOSITIONS or word.endswith("ing"))
        head = words[: next(behind_head, len(words))][-1:]
        return "and" in words or any(word.endswith(("s", "men")) or word in saying.PLURALS for word in head)

    # Subjects

    def subject(self, verb: int) -> NounPhrase | None:
        """Whoever does what the verb at a place says; None where that is not plain."""
        span = self._subject_span(verb)
        if span is None or self.word(span[0] - 1) in saying.ASKS:
            return None
        start, last = span
        named = self._named_in_apposition(last, verb)
        if named and not all(token.is_capital for token in self.tokens[start:last]):
            return NounPhrase(named, start, last)
        says = any(word in saying.SAY for word in self.words[verb : verb + MOST_IN_A_ROLE])
        name = self.name(start, last, is_role=says and self._is_role(start, last))
        return NounPhrase(name, start, last) if name else None

    def _is_role(self, first: int, last: int) -> bool:
        """Whether a phrase may be anybody who speaks: "its chief architect", and "Officials" where a sentence opens."""
        is_group = first == 0 and last == 1 and self.words[first].endswith("s")
        return is_group or (self.words[first] in saying.DETERMINERS and last - first <= MOST_IN_A_ROLE)

    def _subject_span(self, verb: int) -> tuple[int, int] | None:
        """Where the subject of a verb stands, without what is told of it; None where there is none before it."""
        last = verb
        if self.word(verb - 1) == ",":
            opened = self.apposition(verb - 1)
            if opened is None:
                return None
            last = opened
        start = self._phrase_before(last)
        while self._tells_more(start, last):
            last = start - 1
            start = self._phrase_before(last)
        while start > 1 and self._is_told_by_relative(start, last):
            last = start - 1
            start = self._phrase_before(last)
        if start < last and self.words[last - 1] in saying.PRONOUNS:
            return last - 1, last
        start = self._behind_opening(start, last)
        return (start, last) if start < last else None

    def _tells_more(self, start: int, last: int) -> bool:
        """Whether what stands between commas is told of the name before it: "Ada Thorne, 52,", "D-Ohio,"."""
        if start < 2 or self.words[start - 1] != "," or not self.tokens[start - 2].is_capital or last - start != 1:
            return False
        return self.words[start][0].isdigit() or self.words[start][1:2] == "-"

    def _is_told_by_relative(self, start: int, last: int) -> bool:
        """Whether what stands before a verb tells of somebody: "officials who met Kroll said"."""
        if self.words[start - 1] not in saying.RELATIVES or not self.tokens[start - 2].is_word:
            return False
        return self.words[start - 2] not in saying.SAY and not (start < last and self._opens_a_phrase(start))

    def _opens_a_phrase(self, at: int) -> bool:
        """Whether a noun begins here, with what stands before it: a name, a pronoun, "the"."""
        return self.tokens[at].is_capital or self.words[at] in saying.DETERMINERS | saying.PRONOUNS | saying.OURSELVES

    def _phrase_before(self, last: int) -> int:
        start = last
        while start > 0 and self._belongs(start - 1, last):
            start -= 1
        return start

    def _belongs(self, at: int, last: int) -> bool:
        """Whether a word is part of the phrase that goes on behind it."""
        token, word = self.tokens[at], self.words[at]
        if not token.is_word:
            return token.text == "&"
        if word == "and":
            return 0 < at < last - 1 and self.tokens[at - 1].is_capital and self.tokens[at + 1].is_capital
        if at in self._places_of_verbs or (word in saying.OBJECTS and at - 1 in self._places_of_verbs):
            return False
        return word not in saying.RELATIVES and word not in saying.BREAKS

    def _behind_opening(self, start: int, last: int) -> int:
        """Behind an adverb, a time or a place with which a sentence opens, as in "On Monday the minister"."""
        start = self._behind(start, last - 1, saying.AUXILIARIES - saying.DETERMINERS)
        start = self._behind(start, last, saying.TIMES)
        if start == last or self.words[start] not in saying.PREPOSITIONS:
            return start
        articles = (at for at in range(last - 1, start, -1) if self.words[at] in saying.ARTICLES)
        opens = next((at for at in articles if self.words[at - 1] not in saying.PREPOSITIONS), None)
        if opens is not None:
            return opens
        at = start + 1
        while at < last and (self.words[at] in saying.TIMES or self.words[at].isdigit()):
            at += 1
        return at if at > start + 1 else self.behind_noun(at)

    def _behind(self, start: int, last: int, words: Collection[str]) -> int:
        while start < last and self.words[start] in words:
            start += 1
        return start

    def behind_noun(self, at: int) -> int:
        """Behind a noun with what stands before it: "reporters", "the BBC", "a rally"."""
        while self.word(at) in saying.DETERMINERS or self.word(at) in saying.TIMES:
            at += 1
        if at < len(self) and self.tokens[at].is_capital:
            while at < len(self) and self.tokens[at].is_capital:
                at += 1
            return at
        return at + (at < len(self) and self.tokens[at].is_word)

    def apposition(self, comma: int) -> int | None:
        """The comma that opens what a comma closes, as in "Kroll, the mayor,"; None where none does."""
        for at in range(comma - 2, max(0, comma - MOST_IN_APPOSITION), -1):
            if self.words[at] == "," and self.tokens[at - 1].is_word:
                return at if self.tokens[at + 1].is_capital or self._tells_of_somebody(at + 1) else None
        return None

    def _tells_of_somebody(self, at: int) -> bool:
        """Whether what stands between commas behind a name may begin so: "52", "who", "author of"."""
        word = self.words[at]
        plays_a_part = self.word(at + 1) in ("of", "at", "for") and self._is_whole_name(at - 1)
        return word.isdigit() or word in saying.TELLS_OF_SOMEBODY or plays_a_part

    def _is_whole_name(self, last: int) -> bool:
        """Whether two words in capitals end at a place."""
        words = self.tokens[max(0, last - WORDS_OF_A_WHOLE_NAME) : last]
        return last <= len(self) and [token.is_capital for token in words] == [True] * WORDS_OF_A_WHOLE_NAME

    def _named_in_apposition(self, last: int, verb: int) -> str:
        """The name between commas behind a role: "The mayor of Veldt, Marta Kroll, said"."""
        if last + 2 >= verb or self.words[last] != ",":
            return ""
        behind = self.end_of_phrase(last + 1)
        return self.name(last + 1, behind) if self.tokens[behind - 1].is_capital else ""

    # Phrases

    def phrase(self, at: int) -> NounPhrase | None:
        """Whoever is named from a place on: "Marta Kroll, the mayor", "a spokesman for the port authority"."""
        if self.word(at) in saying.PREPOSITIONS:
            return None
        last = self.end_of_phrase(at)
        name = self.name(at, last)
        return NounPhrase(name, at, last) if name else None

    def end_of_phrase(self, at: int) -> int:
        """Where a phrase ends that begins at a place."""
        end = at
        while end < len(self) and (end == at or not self._ends_a_phrase(end)):
            if end == at and (self.words[at] in saying.BREAKS or not self.tokens[at].is_word):
                break
            end += 1
        return end

    def _ends_a_phrase(self, at: int) -> bool:
        token, word = self.tokens[at], self.words[at]
        if not token.is_word:
            return token.text != "&"
        if token.is_capital and word not in saying.TIMES:
            return False
        if word == "and":
            return at + 1 == len(self) or not self.tokens[at + 1].is_capital
        if word in saying.PREPOSITIONS:
            return word not in ("of", "for", "from") and self.words[at - 1] not in ("familiar", "close")
        return any(word in some for some in (saying.BREAKS, saying.RELATIVES, saying.TIMES, saying.AUXILIARIES))

    def opening(self) -> str:
        """Whoever the sentence opens with, as far as that is a name, a pronoun or a group of those who speak."""
        opens = int(self.word(0) in saying.CONJUNCTIONS)
        if self.word(opens) in saying.OPEN_SENTENCES - saying.DETERMINERS - saying.PRONOUNS:
            return ""
        end = self.end_of_phrase(opens)
        name = self.name(opens, end) if end > opens + 1 and self.tokens[end - 1].is_capital else ""
        return name or self._opening_group(opens)

    def introduced(self) -> str:
        """Somebody without a name with whom the sentence opens: "One warden, who would not give his name,"."""
        who = next((at for at in range(1, MOST_IN_A_ROLE + 1) if self.word(at) == "who"), 0)
        if not who or self.words[0] not in saying.INTRODUCES:
            return ""
        return " ".join(token.text for token in self.tokens[:who] if token.is_word)

    def _opening_group(self, opens: int) -> str:
        """Words in capitals with which a sentence opens, and one for those who speak soon behind them."""
        first = self._behind(opens, len(self), saying.DETERMINERS)
        end = next((at for at in range(first, len(self)) if not self.tokens[at].is_capital), len(self))
        for at in range(end, min(end + 3, len(self))):
            if self.words[at] in saying.SPEAKERS:
                return self.name(opens, at + 1)
            if not self.tokens[at].is_word or self.words[at] in saying.AUXILIARIES:
                break
        return self.name(opens, end) if end > first else ""

    def holder_of_view(self, at: int) -> NounPhrase | None:
        """Whose view it is, behind "in": "Kroll's view", "the opinion of Kroll"; the phrase ends behind it."""
        if self.word(at) in saying.OWN and self.word(at + 1) in saying.VIEWS:
            return NounPhrase(saying.OWN[self.word(at)], at, at + 2)
        for end in range(at + 1, min(at + MOST_BEFORE_A_VIEW, len(self))):
            if self.words[end] not in saying.VIEWS:
                continue
            if self.tokens[end - 1].is_genitive:
                name = self.name(at, end)
                return NounPhrase(name, at, end + 1) if name else None
            if self.word(end + 1) == "of":
                return self.phrase(end + 2)
        return None

    def name(self, first: int, last: int, *, is_role: bool = False) -> str:
        """The words of a phrase, if it may be somebody who speaks, or plays some role; else ""."""
        while first < last and not self.tokens[first].is_word:
            first += 1
        if last - first == 1 and self.words[first] in saying.PRONOUNS:
            return self.words[first]
        if not self._may_name(first, last) or self._is_clause(first, last):
            return ""
        speaks = is_role or self._has_name(first, last) or self._is_group(first, last)
        return self.text(first, last) if speaks else ""

    def _is_group(self, first: int, last: int) -> bool:
        """Whether a phrase is a short one with a word for those who speak: "a source at the port"."""
        return last - first <= MOST_OF_A_GROUP and not saying.SPEAKERS.isdisjoint(self.words[first:last])

    def _may_name(self, first: int, last: int) -> bool:
        """Whether a phrase opens as one does that names somebody, and holds nothing that none has."""
        if first >= last:
            return False
        opening = self.words[first]
        if opening.split("'")[0] in saying.NOBODY | saying.PRONOUNS:
            return False
        if last - first == 1 and opening in saying.COUNTED | saying.DETERMINERS:
            return False
        if saying.DAYS.issuperset(self.words[first:last]) or self.words[last - 1] in saying.PREPOSITIONS:
            return False
        if self.words[last - 1] in saying.NEITHER_OF_TWO and last - first <= MOST_WITHOUT_A_NOUN:
            return False
        return opening in saying.DETERMINERS or self._is_plain(first, last)

    def _is_clause(self, first: int, last: int) -> bool:
        """Whether a phrase holds a verb of its own: "voters punished Republicans", "the States are throwing"."""
        words = self.words[first:last]
        if not saying.FINITE.isdisjoint(words):
            return True
        behind_past = [
            at + 1 for at in range(first, last - 1) if self.words[at].endswith("ed") and not self.tokens[at].is_capital
        ]
        has_object = words[0] not in saying.DETERMINERS and any(self.tokens[at].is_capital for at in behind_past)
        return has_object or any(self.words[at] in saying.ARTICLES for at in behind_past)

    def _has_name(self, first: int, last: int) -> bool:
        """Whether a word has a capital, and not only since the sentence opens with it."""
        opens = first == 0 and self.words[0] not in self._named
        return any(token.is_capital for token in self.tokens[first + opens : last])

    def _is_plain(self, first: int, last: int) -> bool:
        """Whether behind a word in capitals there are only such, words that tie names, and words for speakers."""
        opened = next((at for at in range(first, last) if self.tokens[at].is_capital), last)
        return all(
            not self.tokens[at].is_word
            or self.tokens[at].is_capital
            or self.words[at] in saying.IN_NAMES
            or self.words[at - 1] in saying.DETERMINERS | saying.PREPOSITIONS
            or (at + 1 < last and self.tokens[at + 1].is_capital)
            for at in range(opened + 1, last)
        )

    # Clauses

    def clause_start(self, last: int) -> int:
        """Where what ends at a place begins: behind a semicolon, or with the sentence."""
        return next((at + 1 for at in range(last, -1, -1) if self.words[at] == ";"), 0)

    def clause_end(self, first: int) -> int:
        """Where what is said ends: with the sentence, or before somebody else speaks or the same says more."""
        by_marks = (end for at in range(first + 1, len(self)) if (end := self._end_at(at)))
        by_others = (self._before_another(verb, first) for verb in self.verbs if verb.first > first)
        return min((len(self), *by_marks, *filter(None, by_others)))

    def _end_at(self, at: int) -> int:
        """Where a clause ends whose end a word or a mark tells; 0 where it does not."""
        word = self.words[at]
        if word == ";" or (word == "," and self._says_more(at + 1, ("ing",))):
            return at
        if word in ("and", "but") and self._says_more(at + 1, ("past", "present")):
            return at - (self.words[at - 1] == ",")
        return 0

    def _before_another(self, verb: Verb, first: int) -> int:
        """Where a clause ends before another speaks, whose verb it is; 0 where none does behind ``first``."""
        span = self._subject_span(verb.first)
        joins = span[0] - 1 if span else 0
        return joins if joins > first and self.words[joins] in saying.BETWEEN_CLAUSES else 0

    def _says_more(self, at: int, wanted: Collection[str]) -> bool:
        """Whether such a form of a verb of saying or wanting, or "according to", opens here."""
        behind = self.behind_helpers(at)
        forms = {table.get(self.word(behind)) for table in TABLES}
        if "past" in wanted and behind > at:
            return not forms.isdisjoint(("plain", "past", "participle"))
        return self.word(behind) == "according" or not forms.isdisjoint(wanted)

    def opens_a_clause(self, at: int) -> bool:
        """Whether a clause may begin at a place: a noun, and behind it a helper or what ends as a verb may."""
        rest = self.words[at : at + MOST_IN_APPOSITION]
        if len(rest) < 3 or not self.tokens[at].is_word or rest[0] in saying.OPENS_NO_CLAUSE:
            return False
        if rest[0] in saying.DETERMINERS | saying.PRONOUNS | saying.OURSELVES:
            return len(rest) > 4 or rest[0] not in saying.DETERMINERS
        return any(word in saying.AUXILIARIES or word.endswith(("ed", "s")) or word in saying.SAY for word in rest[1:])
