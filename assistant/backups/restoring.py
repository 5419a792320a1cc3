"""A backup is put back: all of it is read and checked first, and only then does anything take its place."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.atomic_files import fill_whole
from assistant.backups.inventory import (
    BEFORE,
    CORPUS,
    INDEX,
    LEFTOVERS,
    STAGING,
    STATE,
    USERS,
    USERS_FILE,
    Inventory,
    places,
    users_apart,
)
from assistant.backups.unpacking import Unpacking
from assistant.errors import BackupError, SettingsError, StorageError
from assistant.indexing.lock import HOLDER_FILE, LOCK_FILE, writing
from assistant.settings import Settings
from assistant.text.characters import without_surrogates
from assistant.watches.watch_store import Watches

NO_CONTENT = frozenset({LOCK_FILE, HOLDER_FILE, "lost+found"})
"""What a folder may hold and yet be empty."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: when it was taken (ISO 8601, UTC), its ``files`` and their ``bytes``.

    ``places`` are where its parts now lie, ``before`` is where that lies which was there before.
    """

    taken_at: str
    files: int
    bytes: int
    places: dict[str, str]
    before: tuple[str, ...]


def restore(settings: Settings, path: Path, *, replace: bool = False) -> Restored:
    """Put the documents, state and users of a backup where the settings have them; the index follows with a sync.

    Every file is compared with what the backup says of it before the first one is put in place, and each folder is put
    in place as a whole. With ``replace``, what is there already is kept beside it under another name. The page must not
    run meanwhile.

    Raises:
        BackupError: the file is no backup or is damaged, or a folder is not empty and is not to be replaced.
        SettingsError: it holds users, and the settings name no file for them.
        IndexBusy: another process writes the index.
        StorageError: the disk refuses.
    """
    source = path.expanduser().resolve()
    with _telling(source), closing(_Staging(settings)) as staging:
        for name in () if replace else (CORPUS, STATE):
            _refuse_unless_empty(places(settings)[name])
        unpacking = Unpacking(source, staging.aside)
        inventory = unpacking.checked()
        if any(file.name.startswith(f"{INDEX}/") for file in inventory.files) and not replace:
            _refuse_unless_empty(settings.index_dir)
        users = _place_of_users(settings, source, inventory, replace=replace)
        for file in inventory.files:
            unpacking.put_into(file, staging.tree(file.name.partition("/")[0]) / file.name.partition("/")[2])
        _take_over_watches(staging.tree(STATE), inventory, settings)
        return _placed(settings, staging, inventory, users)


@contextmanager
def _telling(source: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if error.filename != str(source):
            raise
        raise BackupError(f"There is no file {source}.") from error
    except OSError as error:
        raise StorageError(
            f"The backup {source} cannot be restored: {error.strerror or error}"
            f"{f' ({error.filename})' if error.filename else ''}. Free some space or check permissions, and try again."
        ) from error


class _Staging:
    """Folders in which that lies which is not in place yet: each where it can be moved from in one step."""

    def __init__(self, settings: Settings) -> None:
        self._targets = places(settings)
        self._made: dict[str, Path] = {}

    def aside(self, name: str) -> Path:
        """The folder for the numbered files of a folder of the backup; those of users lie with the state."""
        where = STATE if name == USERS else name
        if where not in self._made:
            home = _home(self._targets[where])
            home.mkdir(parents=True, exist_ok=True)
            made = home / f"{STAGING}{secrets.token_hex(8)}"
            made.mkdir(mode=0o700)
            self._made[where] = made
        return self._made[where]

    def tree(self, name: str) -> Path:
        """The folder of the backup as it will be."""
        made = self.aside(name) / f"whole-{name}"
        made.mkdir(exist_ok=True)
        return made

    def close(self) -> None:
        """Delete what was not put in place."""
        for folder in self._made.values():
            shutil.rmtree(folder, ignore_errors=True)


def _home(target: Path) -> Path:
    """Where a folder is made that will take the place of ``target``: beside it, or in it, where it cannot be moved."""
    return target if _is_fixed(target) else target.parent


def _is_fixed(target: Path) -> bool:
    """Whether a folder cannot be moved: another disk is mounted there, as containers do, or its parent is read-only."""
    return target.is_dir() and (target.is_mount() or not os.access(target.parent, os.W_OK))


def _content(folder: Path) -> list[Path]:
    held = folder.iterdir() if folder.is_dir() else ()
    return [path for path in held if path.name not in NO_CONTENT and not path.name.startswith(LEFTOVERS)]


def _refuse_unless_empty(folder: Path) -> None:
    if _content(folder):
        raise BackupError(
            f"{folder} is not empty. Name an empty folder, or have it replaced with: "
            "citewell restore-backup --replace FILE"
        )


def _place_of_users(settings: Settings, source: Path, inventory: Inventory, *, replace: bool) -> Path | None:
    """Where the file of users goes, if the backup holds one."""
    if not any(file.name == USERS_FILE for file in inventory.files):
        return None
    target = users_apart(settings)
    if target is None:
        raise SettingsError(
            f"{source} holds the users who may log in. Name a file for them in CITEWELL_USERS, outside of "
            f"{settings.state_dir}, and restore it again."
        )
    if target.exists() and not replace:
        raise BackupError(
            f"{target} is there already. Name another file in CITEWELL_USERS, or have it replaced with: "
            "citewell restore-backup --replace FILE"
        )
    return target


def _take_over_watches(state: Path, inventory: Inventory, settings: Settings) -> None:
    """Watched questions know their corpus by its path, which may be another one here."""
    here = without_surrogates(str(settings.corpus_dir))
    if inventory.corpus != here and (state / "watches.sqlite").is_file():
        with closing(Watches(state, corpus=settings.corpus_dir)) as watches:
            watches.take_over(inventory.corpus)


def _placed(settings: Settings, staging: _Staging, inventory: Inventory, users: Path | None) -> Restored:
    """Put everything in its place."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    targets = places(settings)
    with writing(settings.index_dir):  # no sync runs meanwhile
        before = [_put_in_place(staging.tree(name), targets[name], moment) for name in (CORPUS, STATE)]
        if users:
            before.append(_put_users(staging.tree(USERS) / "users.json", users, moment))
    if any(file.name.startswith(f"{INDEX}/") for file in inventory.files):
        before.append(_put_in_place(staging.tree(INDEX), targets[INDEX], moment))
    else:
        del targets[INDEX]
    placed = {name: str(target) for name, target in targets.items()} | ({USERS: str(users)} if users else {})
    kept = tuple(str(path) for path in before if path)
    return Restored(inventory.taken_at, len(inventory.files), inventory.bytes, placed, kept)


def _put_in_place(staged: Path, target: Path, moment: str) -> Path | None:
    """Let a folder have the place of another; returns where the other now lies, if anything was in it."""
    if _is_fixed(target):
        return _exchange_content(staged, target, moment)
    kept = target.with_name(f"{target.name}-{BEFORE}{moment}") if _content(target) else None
    if kept:
        target.rename(kept)
    elif target.is_dir():
        shutil.rmtree(target)
    try:
        staged.rename(target)
    except BaseException:
        if kept:
            kept.rename(target)
        raise
    return kept


def _exchange_content(staged: Path, target: Path, moment: str) -> Path | None:
    """As `_put_in_place`, one entry after the other, where the folder itself cannot be moved."""
    kept, there = target / f".{BEFORE}{moment}", _content(target)
    for path in there:
        kept.mkdir(exist_ok=True)
        path.rename(kept / path.name)
    for path in staged.iterdir():
        path.rename(target / path.name)
    return kept if there else None


def _put_users(staged: Path, target: Path, moment: str) -> Path | None:
    kept = target.with_name(f"{target.name}-{BEFORE}{moment}") if target.exists() else None
    if kept:
        target.rename(kept)
    content = staged.read_bytes()
    fill_whole(target, lambda file: file.write(content), os.replace)
    return kept
