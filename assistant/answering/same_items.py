"""Which of the things that sentences name are the same: written otherwise, shortened, or another name of a state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from assistant.text.answer_sentences import Sentence
from assistant.text.english.peoples import NAMES
from assistant.text.english.saying import TITLES
from assistant.text.spellings import sound_of_name
from assistant.text.terms import stem, words

STATES = {sound_of_name(name): sound_of_name(names[0]) for names in NAMES for name in names}
OPENS = frozenset("a an the that to".split())
"""With what one wording of a thing opens, and another need not."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedItem:
    """A thing as a sentence names it."""

    text: str
    sentence: Sentence
    is_name: bool


def joined(found: Sequence[NamedItem]) -> list[tuple[NamedItem, ...]]:
    """What is found, those together that are the same, in the order in which the first of each was found.

    A short name stands for the one longer name that it may be short for, or for the only one of its document; where
    there are several, for none.
    """
    keys = [key_of(one.text, is_name=one.is_name) for one in found]
    no_names = {key for key, one in zip(keys, found, strict=True) if not one.is_name}
    sources: dict[Key, set[str]] = defaultdict(set)
    for key, one in zip(keys, found, strict=True):
        if key not in no_names:
            sources[key].add(one.sentence.passage.source)
    stands_for = {key: _long_form(key, sources) for key in sources}
    same: dict[Key, list[NamedItem]] = defaultdict(list)
    for key, one in zip(keys, found, strict=True):
        same[_longest(key, stands_for)].append(one)
    return [tuple(items) for items in same.values()]


def _longest(key: Key, stands_for: Mapping[Key, Key]) -> Key:
    while longer := stands_for.get(key):
        key = longer
    return key


def _long_form(name: Key, sources: Mapping[Key, Set[str]]) -> Key:
    """The longer of the names, each with the documents that have it, that a name stands for; () where none plainly."""
    longer = [other for other in sources if _is_short_for(name, other)]
    longest = [one for one in longer if not any(_is_short_for(one, other) for other in longer)]
    if len(longest) > 1:
        longest = [one for one in longest if sources[name] <= sources[one]]
    return longest[0] if len(longest) == 1 else ()


def _is_short_for(short: Key, long: Key) -> bool:
    """Whether a name is the end of another, what comes before "of" in it, or its initials."""
    if len(short) >= len(long):
        return False
    is_end, is_head = long[-len(short) :] == short, len(short) > 1 and long[: len(short) + 1] == (*short, "of")
    return is_end or is_head or short == ("".join(word[0] for word in long if word),)


def is_a_state(name: str) -> bool:
    """Whether it is the name of a state, or of who belongs to one."""
    return sound_of_name(name) in STATES


def key_of(text: str, *, is_name: bool) -> Key:
    """What is equal for spellings of one name without its titles, for names of one state, and for the same words."""
    spoken = words(text)
    if not is_name:
        kept = [word for word in spoken if word not in OPENS]
        return tuple(stem(word) for word in kept or spoken)
    if state := STATES.get(sound_of_name(text)):
        return (state,)
    kept = [word for word in spoken if word not in TITLES and word != "the"]
    return tuple(sound_of_name(word) for word in kept or spoken)
