"""No pattern of the package takes long at any text, whatever it is made of."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from assistant.text.follow_up_words import FOLLOW_UP_WORDS
from tests.hostile_patterns import LENGTH, METHODS, hostile, patterns

SECONDS = 0.05
"""Of processor time, for one use of a pattern on `LENGTH` characters; the best of three tries counts."""
TRIES = 3
ALL = patterns()


def seconds(pattern: re.Pattern[Any], method: str, text: Any) -> float:
    started = time.thread_time()
    found = getattr(pattern, method)(text)
    for _ in found if method == "finditer" else ():
        pass
    return time.thread_time() - started


def slow_at(pattern: re.Pattern[Any], texts: list[Any]) -> list[tuple[str, str]]:
    """The first text at which a pattern is slow, with the way in which it was used."""
    for text in texts:
        for method in METHODS:
            if all(seconds(pattern, method, text) > SECONDS for _ in range(TRIES)):
                return [(method, f"{text[:40]!r} ... {text[-10:]!r}")]
    return []


@pytest.mark.parametrize("module", sorted({where.partition(":")[0].rpartition(".")[0] for where in ALL}))
def test_each_pattern_is_quick_at_strings_made_against_it(module: str) -> None:
    of_it = {where: one for where, one in ALL.items() if where.partition(":")[0].rpartition(".")[0] == module}
    slow = {where: at for where, one in of_it.items() if (at := slow_at(one, hostile(one)))}
    assert slow == {}


def test_patterns_are_found_wherever_they_stand() -> None:
    found = {one.pattern for one in ALL.values()}
    assert len(ALL) > 200
    for held in (
        r"\w+",  # in a module
        FOLLOW_UP_WORDS["de"].opens.pattern,  # in a field of a value in a dictionary
        r"\n(?:[^\S\n]*+\n)++",  # in the body of a function
        r"[\s-]++\w",  # given to another function of re
    ):
        assert held in found


def test_each_pattern_has_thirty_families_of_hostile_strings() -> None:
    few = {where for where, pattern in ALL.items() if len(hostile(pattern)) < 30}
    assert few == set()
    assert {len(text) for text in hostile(re.compile(r"(\w+\s?)*$")) if len(text) > LENGTH / 2} <= {LENGTH, LENGTH + 1}


@pytest.mark.parametrize("pattern", [r"(\w+\s?)*$", r"(?:\W+[\w'-]+){0,40}?\W+your", r"^(a+)+$", r"(?:\w*\s*)*x"])
def test_the_strings_find_patterns_that_can_be_made_slow(pattern: str) -> None:
    one = re.compile(pattern)
    assert any(_is_slow_within(one, text) for text in hostile(one))


def _is_slow_within(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a beginning of the text, or all of it, takes too long; none that is longer is tried then."""
    lengths = [*range(16, 40, 2), *range(40, LENGTH, 160), LENGTH]
    return any(seconds(pattern, method, text[:length] + "\x00") > SECONDS for length in lengths for method in METHODS)
