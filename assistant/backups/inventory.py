"""What a backup says that it holds: the last file in it, by which every other one is checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import BackupError
from assistant.settings import Settings

INVENTORY = "citewell-backup.json"
CORPUS, STATE, USERS, INDEX = "corpus", "state", "users", "index"
"""The folders of a backup. That of users holds one file, and only where it does not lie in the folder of state."""
STAGING, BEFORE = ".restoring-", "before-restore-"
"""In names of folders: of what is not in place yet, and of what was there before something was restored."""
LEFTOVERS = (STAGING, f".{BEFORE}")
"""How the names of such folders begin where they lie in a folder that a backup holds; none of them is in a backup."""
USERS_FILE = f"{USERS}/users.json"


class BackedUpFile(BaseModel):
    """A file of a backup: where it lies in it, its bytes, their SHA-256 in hexadecimal digits, and who may read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    mode: int = Field(ge=0, le=0o777)


class Inventory(BaseModel):
    """All of a backup: which version of Citewell took it, when (ISO 8601, UTC), of which corpus, and its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    version: str
    taken_at: str
    corpus: str
    files: tuple[BackedUpFile, ...]

    @property
    def bytes(self) -> int:
        """The bytes of all files."""
        return sum(file.size for file in self.files)


def read_inventory(content: bytes, path: Path) -> Inventory:
    """The inventory in the backup at ``path``.

    Raises:
        BackupError: it is none of this version.
    """
    try:
        return Inventory.model_validate_json(content)
    except ValidationError as error:
        raise BackupError(
            f"{path} was taken by another version of Citewell, or is damaged: its inventory cannot be read. "
            "Restore it with the version that took it."
        ) from error


def is_plain(name: str) -> bool:
    """Whether a name in a backup leads straight down from one of its folders, and nowhere else."""
    parts = name.split("/")
    is_down = len(parts) > 1 and not any(part in ("", ".", "..") for part in parts)
    known = parts[0] in (CORPUS, STATE, INDEX) or name == USERS_FILE
    elsewhere = "\0\\:" if os.name == "nt" else "\0"
    return is_down and known and not any(sign in name for sign in elsewhere)


def places(settings: Settings) -> dict[str, Path]:
    """Where each folder of a backup lies here. The users' file has the name `USERS_FILE`, and may be in none."""
    return {CORPUS: settings.corpus_dir, STATE: settings.state_dir, INDEX: settings.index_dir}


def users_apart(settings: Settings) -> Path | None:
    """The file of users, where there is one that does not lie in the folder of state."""
    inside = settings.users is None or settings.users.is_relative_to(settings.state_dir)
    return None if inside else settings.users
