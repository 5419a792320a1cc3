"""The names of files that were sent: what whoever sent them claims, made safe."""

from __future__ import annotations

from pathlib import PurePath, PureWindowsPath

LONGEST_NAME = 200
"""Characters of an uploaded file's name that are kept; file systems take 255 bytes at most."""
DEEPEST = 20
"""Folders inside each other that are kept of a folder which was uploaded."""


def safe_source(name: str) -> str:
    """A name that a browser claims, with the folders in front of it, each part as `safe_name` leaves it.

    Of one that does not lead straight down, as ``../a.txt`` and ``C:\\a.txt`` do not, only the last part stays.
    """
    claimed = name.replace("\\", "/").split("/")
    leads_down = not any(part in ("", ".", "..") or ":" in part for part in claimed[:-1])
    parts = [safe_name(part) for part in (claimed[-DEEPEST:] if leads_down else claimed[-1:])]
    return "/".join(filter(None, parts)) if parts[-1] else ""


def safe_name(name: str) -> str:
    """The last part of a file name that a browser claims, without control characters; ``""`` if nothing is left."""
    last = PureWindowsPath(PurePath(name.replace("\x00", "")).name).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    if printable.strip(".") == "":
        return ""
    stem, suffix = PurePath(printable).stem, PurePath(printable).suffix
    return stem[: LONGEST_NAME - len(suffix)] + suffix[:LONGEST_NAME]
