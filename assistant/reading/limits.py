"""How much one file may cost: size, time, memory, pages, and what an archive unpacks to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from assistant.errors import ReadError

SETTING_PREFIX = "CITEWELL_LIMIT_"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may cost; each is the setting of the same name with ``limit_`` in front.

    ``ratio`` is how many times its packed size a part of an archive may unpack to, where it is larger than 1 MB.
    """

    file_megabytes: int = 200
    seconds: int = 60
    memory_megabytes: int = 2_000
    pages: int = 5_000
    unpacked_megabytes: int = 500
    unpacked_files: int = 10_000
    ratio: int = 500

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


@dataclass(frozen=True, slots=True)
class Password:
    """A password, and a name for it that tells nothing of it and changes when it is given anew."""

    secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Options:
    """How one file is to be read: within which limits, and with which password if it needs one."""

    limits: Limits = field(default_factory=Limits)
    password: Password | None = None

    def version(self, reader: str) -> str:
        """The reader's version, with the password's name: a new password is a reason to read again."""
        return f"{reader} password {self.password.name}" if self.password else reader


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of a corpus are to be read; ``passwords`` are by source."""

    limits: Limits = field(default_factory=Limits)
    passwords: Mapping[str, Password] = field(default_factory=dict)

    def options(self, source: str) -> Options:
        """How the file of that source is to be read."""
        return Options(self.limits, self.passwords.get(source))


def limits_of(settings: Any) -> Limits:
    """The limits that settings hold in fields with ``limit_`` in front."""
    return Limits(**{one.name: getattr(settings, f"limit_{one.name}") for one in fields(Limits)})
