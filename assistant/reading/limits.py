"""How much one file may cost: size, time, memory, pages, text, and what an archive unpacks to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from assistant.errors import ReadError

RAPIDOCR, TESSERACT = "rapidocr", "tesseract"
"""What recognises text in pictures."""
SETTING_PREFIX = "CITEWELL_LIMIT_"
SMALL = 1_000_000
"""Parts of archives that unpack to fewer bytes may have any ratio, and so may texts of fewer characters."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may cost; each is the setting of the same name with ``limit_`` in front.

    ``ratio`` is how many times its packed size a part of an archive may unpack to, where it is larger than 1 MB, and
    how many characters of text may be made of one byte of a file, where they are more than a million.
    """

    file_megabytes: int = 200
    seconds: int = 60
    memory_megabytes: int = 2_000
    pages: int = 5_000
    unpacked_megabytes: int = 500
    unpacked_files: int = 10_000
    ratio: int = 500
    text_characters: int = 100_000_000

    def refusal(self, name: str, found: str) -> ReadError:
        """The error that a file is beyond the limit ``name``; ``found`` says what was found, as a sentence's start."""
        unit = {"megabytes": " MB"}.get(name.rpartition("_")[2], "")
        return ReadError(
            f"{found}; at most {getattr(self, name):,}{unit} are read. "
            f"Split the file, or raise {SETTING_PREFIX}{name.upper()} and sync again."
        )

    @property
    def changed(self) -> str:
        """The limits that are not the default ones, to be compared."""
        return " ".join(
            f"{one.name}={getattr(self, one.name)}" for one in fields(self) if getattr(self, one.name) != one.default
        )


class TextBudget:
    """How much text may still be made of one file. All that read it, and what it holds, draw from the same."""

    def __init__(self, limits: Limits, size: int) -> None:
        """Allow as much text as the limits do for a file of ``size`` bytes."""
        self._limits = limits
        self._all_of_ratio = max(SMALL, limits.ratio * size)
        self._used = 0

    def check(self, characters: int) -> None:
        """See whether so many characters more may be made. Ask before making them.

        Raises:
            ReadError: that is more than the limits allow.
        """
        total = self._used + characters
        if total > self._limits.text_characters:
            found = f"The file holds a text of more than {self._limits.text_characters:,} characters"
            raise self._limits.refusal("text_characters", found)
        if total > self._all_of_ratio:
            found = "The file holds a text that grows out of all proportion to its size, as by cells that repeat"
            raise self._limits.refusal("ratio", found)

    def take(self, characters: int) -> None:
        """Use up so many characters; raises what `check` does."""
        self.check(characters)
        self._used += characters

    @contextmanager
    def reading(self) -> Iterator[Callable[[int], None]]:
        """One file, or one within it, is read in the block, which tells how long its text became in the end.

        That alone is used up: nothing, if the file cannot be read.
        """
        before = self._used

        def tell(characters: int) -> None:
            self._used = before
            self.take(characters)

        try:
            yield tell
        except BaseException:
            self._used = before
            raise


@dataclass(frozen=True, slots=True)
class Password:
    """A password, and a name for it that tells nothing of it and changes when it is given anew."""

    secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a file from elsewhere, such as a library that names it; "" for what is not."""

    title: str
    author: str = ""
    published: str = ""
    publisher: str = ""

    @property
    def name(self) -> str:
        """A short name for it, which changes with it."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Options:
    """How one file is to be read: within which limits, and with which password if it needs one.

    ``description`` goes before what the file says of itself. ``recogniser`` is what reads text in pictures.
    ``is_within`` says that the file is one within another, so that those within it are not opened. ``keeps_struck``
    says that text which is crossed out is read like any other. ``budget`` is what is left of the limit on its text,
    while it is being read.
    """

    limits: Limits = field(default_factory=Limits)
    password: Password | None = None
    description: Description | None = None
    recogniser: str = RAPIDOCR
    is_within: bool = False
    keeps_struck: bool = False
    budget: TextBudget | None = field(default=None, repr=False, compare=False)

    def version(self, reader: str) -> str:
        """The reader's version, with the names of password and description: new ones are a reason to read again."""
        given = (("password", self.password), ("described", self.description))
        return " ".join([reader, *(f"{kind} {one.name}" for kind, one in given if one)])


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of a corpus are to be read; ``passwords`` and ``descriptions`` are by source."""

    limits: Limits = field(default_factory=Limits)
    passwords: Mapping[str, Password] = field(default_factory=dict)
    recogniser: str = RAPIDOCR
    descriptions: Mapping[str, Description] = field(default_factory=dict)

    def options(self, source: str) -> Options:
        """How the file of that source is to be read."""
        return Options(self.limits, self.passwords.get(source), self.descriptions.get(source), self.recogniser)


def limits_of(settings: Any) -> Limits:
    """The limits that settings hold in fields with ``limit_`` in front."""
    return Limits(**{one.name: getattr(settings, f"limit_{one.name}") for one in fields(Limits)})
