"""Packages that are installed beside Citewell: which versions they have, which it needs, and why one is of no use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version

OURSELVES = "citewell"
REQUIREMENT = re.compile(r"([\w.-]++)\s*+([<>=!~0-9., ]*+)")
BOUND = re.compile(r"(>=|<)([0-9]++(?:\.[0-9]++)*+)")
RELEASE = re.compile(r"[0-9]++(?:\.[0-9]++)*+")
LONGEST_CHAIN = 20


def installed(package: str) -> str | None:
    """The version of a package that is installed, by its name in the registry; None where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def needed(package: str) -> str:
    """The versions of a package that Citewell takes, such as ``>=1,<2``; "" where it asks for none."""
    try:
        requirements = requires(OURSELVES) or ()
    except PackageNotFoundError:  # run from a folder, without having been installed
        return ""
    for requirement in requirements:
        match = REQUIREMENT.match(requirement)
        if match and _folded(match[1]) == _folded(package):
            return ",".join(sorted(match[2].replace(" ", "").split(","), reverse=True))
    return ""


def fits(package: str) -> bool:
    """Whether the version that is installed is one of those needed; True where either is not known."""
    found = RELEASE.match(installed(package) or "")
    if found is None:
        return True
    numbers = _numbers(found[0])
    bounds = BOUND.findall(needed(package))
    return all(numbers >= _numbers(bound) if sign == ">=" else numbers < _numbers(bound) for sign, bound in bounds)


def in_words(package: str) -> str:
    """A package with the version that is installed and those needed: ``torch 2.9.0 (needed: >=2.4,<3)``."""
    asked = needed(package)
    return f"{package} {installed(package) or 'of no known version'}" + (f" (needed: {asked})" if asked else "")


def cannot_be_imported(error: BaseException, packages: Iterable[str]) -> str:
    """What importing failed of, and the packages that take part, in sentences for a person."""
    first = innermost(error)
    said = (str(first) or type(first).__name__).splitlines()[0].rstrip(".")
    return f"{type(first).__name__}: {said}. Installed: {', '.join(map(in_words, packages))}."


def innermost(error: BaseException) -> BaseException:
    """The error that an error came from in the first place."""
    for _ in range(LONGEST_CHAIN):
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            break
        error = cause
    return error


def _numbers(release: str) -> tuple[int, ...]:
    """The numbers of a release, without noughts at its end, so that 1.0 is 1."""
    numbers = [int(number) for number in release.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
