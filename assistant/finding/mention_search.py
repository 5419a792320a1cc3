"""Every document that mentions something, counted: candidates from the word index, held against the exact texts.

The index knows of each word, as it is written, in which documents it stands: in the title, in a heading, in a passage,
and these are all of a document's words. So one word needs no text to be looked at. For words side by side or near each
other, the documents that hold all of them are the candidates, and their texts decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.answering.filters import check_filters
from assistant.answering.taking_in import told_taking_in
from assistant.finding.matching import Pattern, Wanted, Words, as_one
from assistant.finding.mention_sentences import mention
from assistant.finding.query_language import Clause, MentionQuery, Phrase, parse
from assistant.indexing import Snapshot
from assistant.text.terms import words
from assistant.text.written_words import written_words
from assistant.types import Filters, Mention, Mentions, Spelling

LOOKED_AT = 3
"""How many documents are looked at to tell how a word is written, and whether it is a name."""
MOST_SPELLINGS = 24
"""How many spellings are told; all are looked for."""

Postings = Mapping[str, int]
"""Documents, by the identity of their versions, each with the first of its passages that holds something."""


@dataclass(frozen=True, slots=True)
class Held:
    """How a document holds what is wanted: the spellings it has, whether enough of them count, and where it begins."""

    spelled: frozenset[Words]
    is_counted: bool
    is_prominent: bool
    passage: int


class MentionSearch:
    """One search in one snapshot, among the documents that pass the filters."""

    def __init__(self, snapshot: Snapshot, text: str, filters: Filters, without: Sequence[str] = ()) -> None:
        """Understand what is looked for; ``without`` are spellings that do not count.

        Raises:
            QuestionError: it cannot be understood.
            CorpusError: a document, folder or publisher of the filters is not in the index.
        """
        check_filters(filters, snapshot)
        self._snapshot = snapshot
        self._scope = snapshot.scope(filters)
        self._query: MentionQuery = parse(text)
        self._without = frozenset(tuple(words(spelling)) for spelling in without)
        self._everything = snapshot.scope(Filters())
        self._holding = cache(lambda word: snapshot.first_passages(word, self._scope))
        self._written = cache(self._write_word)
        self._wanted = [self._understood(clause) for clause in self._query.wanted]
        typed = frozenset(word for phrase in self._query.phrases for word in phrase.words)
        self._unwanted = [self._understood(clause, but_for=typed) for clause in self._query.unwanted]

    def found(self, text: str, first: int, limit: int) -> Mentions:
        """The count, and the ``limit`` documents from the one of number ``first``, the newest first."""
        held = self._held()
        counted = [identity for identity, one in held.items() if one.is_counted]
        listed = self._snapshot.listed
        counted.sort(key=lambda identity: listed[identity].source)
        counted.sort(key=lambda identity: listed[identity].published or "", reverse=True)
        first = max(first, 1)
        shown = counted[first - 1 : first - 1 + limit]
        published = Counter(listed[identity].publisher or "" for identity in counted)
        return Mentions(
            query=text,
            documents=len(counted),
            prominent=sum(held[identity].is_prominent for identity in counted),
            spellings=self._spellings(held),
            publishers=tuple((name, number) for name, number in published.most_common() if name),
            shown=tuple(self._show(number, identity, held[identity]) for number, identity in enumerate(shown, first)),
            first=first,
            notices=told_taking_in(self._snapshot.taking_in()),
        )

    # What is looked for

    def _understood(self, clause: Clause, but_for: frozenset[str] = frozenset()) -> Wanted:
        """A clause with the patterns of its phrases, in all spellings but those that are wanted as they are typed."""
        patterns = (
            (tuple(frozenset((word,)) for word in phrase.words),)
            if phrase.is_exact
            else tuple(self._patterns(phrase, but_for))
            for phrase in clause.phrases
        )
        return Wanted(clause, tuple(patterns))

    def _patterns(self, phrase: Phrase, but_for: frozenset[str]) -> Iterator[Pattern]:
        """The phrase, and as it is without a hyphen that it may have, in the spellings of each of its words."""
        joined = [
            (*phrase.words[: place - 1], phrase.words[place - 1] + phrase.words[place], *phrase.words[place + 1 :])
            for place in range(1, len(phrase.words))
        ]
        for said in (phrase.words, *joined):
            if said is phrase.words or all(word in self._snapshot.vocabulary for word in said):
                yield tuple((self._any_spelling(word) - but_for) | {word} for word in said)

    def _any_spelling(self, word: str) -> frozenset[str]:
        """The word and how else the corpus writes it; what only sounds like it is another spelling of names alone."""
        spellings = self._snapshot.vocabulary.spellings(word)
        is_there = bool(self._snapshot.first_passages(word, self._everything))
        if is_there and not self._is_name(word):
            return spellings.same | {word}
        same = filter(self._is_name, spellings.same) if is_there and _has_case(word) else spellings.same
        return frozenset({word, *same, *filter(self._is_name, spellings.sounding)})

    def _is_name(self, word: str) -> bool:
        """Whether a word is mostly written with a capital letter; True of scripts that have none."""
        return not _has_case(word) or self._written(word)[:1] != self._written(word)[:1].lower()

    def _write_word(self, word: str) -> str:
        """A word as the corpus mostly writes it, as far as it is looked at; the word itself if it has it not."""
        holding = self._snapshot.first_passages(word, self._everything)
        ids = [f"{identity}-{ordinal}" for identity, ordinal in sorted(holding.items())[:LOOKED_AT]]
        passages = [one.passage for one in self._snapshot.passages(ids).values()]
        texts = [text for passage in passages for text in (passage.text, passage.title, passage.breadcrumb)]
        written = Counter(
            text[one.start : one.end] for text in texts for one in written_words(text) if one.word == word
        )
        return max(written, key=lambda form: written[form], default=word)

    # Where it is

    def _held(self) -> dict[str, Held]:
        """Every document that holds what is wanted in any spelling, and nothing unwanted, by its version's identity."""
        candidates = set.intersection(*(self._candidates(wanted) for wanted in self._wanted))
        for one in self._unwanted:
            if one.is_one_word:
                candidates -= self._candidates(one)
        look = self._by_index if all(one.is_one_word for one in (*self._wanted, *self._unwanted)) else self._by_text
        return {identity: held for identity in candidates if (held := look(identity))}

    def _candidates(self, wanted: Wanted) -> set[str]:
        """The documents that hold the words of a clause, wherever they stand."""
        return set.intersection(
            *(
                set().union(
                    *(
                        set.intersection(*(set().union(*map(self._holding, any_of)) for any_of in pattern))
                        for pattern in patterns
                    )
                )
                for patterns in wanted.patterns
            )
        )

    def _by_index(self, identity: str) -> Held:
        spelled: set[Words] = set()
        passages: list[int] = []
        is_counted = True
        for wanted in self._wanted:
            firsts = {
                (word,): self._holding(word)[identity]
                for pattern in wanted.patterns[0]
                for word in pattern[0]
                if identity in self._holding(word)
            }
            spelled |= firsts.keys()
            counted = [first for words, first in firsts.items() if words not in self._without]
            is_counted = is_counted and bool(counted)
            passages.append(min(counted, default=0))
        return Held(frozenset(spelled), is_counted, max(passages) == 0, min(passages))

    def _by_text(self, identity: str) -> Held | None:
        """How the texts say that a document holds it; None where they say that it does not."""
        document = self._snapshot.listed[identity]
        text = self._snapshot.text(document.source)
        stretches = [words(document.title), words(text)]
        if any(unwanted.occurrences(stretch) for unwanted in self._unwanted for stretch in stretches):
            return None
        spelled: set[Words] = set()
        for wanted in self._wanted:
            found = {one.spelled for stretch in stretches for one in wanted.occurrences(stretch)}
            if not found:
                return None
            spelled |= found
        is_counted = self._holds(stretches, self._without)
        beginning = words(text[: self._snapshot.ends_of_first_passages.get(document.source, 0)])
        is_prominent = self._holds([stretches[0], beginning], self._without)
        return Held(frozenset(spelled), is_counted, is_prominent, 0)

    def _holds(self, stretches: Sequence[Sequence[str]], without: Collection[Words]) -> bool:
        return all(any(wanted.occurrences(stretch, without) for stretch in stretches) for wanted in self._wanted)

    # What is told of it

    def _spellings(self, held: Mapping[str, Held]) -> tuple[Spelling, ...]:
        counts = Counter(spelled for one in held.values() for spelled in one.spelled)
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_SPELLINGS]
        return tuple(
            Spelling(as_one(tuple(map(self._written, spelled))), number, spelled not in self._without)
            for spelled, number in most
        )

    def _show(self, number: int, identity: str, held: Held) -> Mention:
        [found] = self._snapshot.passages([f"{identity}-{held.passage}"]).values()
        return mention(
            self._snapshot, number, found.passage, self._wanted, self._without, is_prominent=held.is_prominent
        )


def _has_case(word: str) -> bool:
    return word.lower() != word.upper()
