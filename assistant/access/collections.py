"""The collections whose readers and writers somebody has set, in one file; every other is everyone's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from assistant.atomic_files import changing, write_whole
from assistant.errors import CollectionError, StorageError, UserError
from assistant.rights import Rights
from assistant.text.characters import without_surrogates
from assistant.users import checked_name, folded_name

EVERYONE = "everyone"
GROUP = "group:"
LONGEST_DESCRIPTION = 500


@dataclass(frozen=True, slots=True)
class Collection:
    """A top folder of the corpus: what is said of it, and who may read and who may change what lies in it.

    Those are users, groups as ``group:NAME``, and ``everyone``. Who may change it may also read it.
    """

    name: str
    description: str = ""
    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """A collection as somebody sees it who may read it: what it is called, what is said of it, whether to change it."""

    name: str
    description: str
    may_write: bool


class Collections:
    """The collections in one file. May be used from many threads and processes; changes count at once.

    All methods raise `StorageError` when the file cannot be used: then nobody is let in to anything, but for the
    command line and a page without users, which this does not hold back.
    """

    def __init__(self, path: Path) -> None:
        """Take the collections in the file at ``path``; where there is none, all are everyone's."""
        self._path = path

    def all(self) -> list[Collection]:
        """Those of which anything is set, by name."""
        known = self._read()
        return [known[name] for name in sorted(known)]

    def rights(self, name: str, groups: Iterable[str] = ()) -> Rights:
        """Who a user of some groups is: what is closed to them."""
        user = folded_name(name)
        who = {EVERYONE, *(f"{GROUP}{folded_name(group)}" for group in groups)}
        who |= {user} if not user.startswith(GROUP) else set()  # a name from elsewhere may be anything
        known = self._read().values()
        unreadable = frozenset(one.name for one in known if not who.intersection(one.readers + one.writers))
        unwritable = frozenset(one.name for one in known if not who.intersection(one.writers))
        return Rights(user, unreadable, unwritable)

    def add(self, name: str, description: str = "") -> Collection:
        """Set that nobody reads or changes a top folder of the corpus, which need not be there yet, unless granted.

        Raises:
            CollectionError: it is set already, or cannot be the name of a folder.
        """
        added = Collection(folder_name(name), _told(description))
        with self._changing() as known:
            if added.name in known:
                raise CollectionError(f"There is a collection {added.name} already. See: citewell collection list")
            known[added.name] = added
        return added

    def describe(self, name: str, description: str) -> Collection:
        """Say something else of a collection. Raises what `grant` does."""
        return self._change(name, lambda one: replace(one, description=_told(description)))

    def grant(self, name: str, who: str, *, write: bool = False) -> Collection:
        """Let somebody read a collection, and with ``write`` change it.

        Raises:
            CollectionError: there is no such collection, or ``who`` is neither a user's name, a group nor everyone.
        """
        principal = principal_of(who)

        def granted(one: Collection) -> Collection:
            readers = _with(one.readers, principal)
            return replace(one, readers=readers, writers=_with(one.writers, principal) if write else one.writers)

        return self._change(name, granted)

    def revoke(self, name: str, who: str, *, write_alone: bool = False) -> Collection:
        """Let somebody read and change a collection no more, or with ``write_alone`` not change it. As `grant`."""
        principal = principal_of(who)

        def revoked(one: Collection) -> Collection:
            readers = one.readers if write_alone else tuple(other for other in one.readers if other != principal)
            return replace(one, readers=readers, writers=tuple(other for other in one.writers if other != principal))

        return self._change(name, revoked)

    def forget(self, user: str) -> None:
        """Let a user who is removed read and change nothing by name, so that nobody comes into it by the same name."""
        for one in self.all():
            if folded_name(user) in one.readers + one.writers:
                self.revoke(one.name, user)

    def _change(self, name: str, change: Callable[[Collection], Collection]) -> Collection:
        with self._changing() as known:
            if name not in known:
                raise CollectionError(f"There is no collection {name!r}. Set one with: citewell collection add {name}")
            changed = known[name] = change(known[name])
        return changed

    def _read(self) -> dict[str, Collection]:
        try:
            kept = json.loads(self._path.read_text("utf-8"))["collections"]
            return {name: _collection(name, **fields) for name, fields in kept.items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StorageError(f"The collections in {self._path} cannot be read: {error.strerror or error}.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(
                f"{self._path} is no file of collections, so users are shown nothing. Restore it from a backup."
            ) from error

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Collection]]:
        """The collections, to be changed in the block and kept at its end; one process at a time."""
        try:
            with changing(self._path):
                known = self._read()
                yield known
                kept = {name: _fields(one) for name, one in sorted(known.items())}
                write_whole(self._path, json.dumps({"collections": kept}, indent=2))
        except OSError as error:
            raise StorageError(
                f"The collections in {self._path} cannot be changed: {error.strerror or error}."
            ) from error


def collections_file(state_dir: Path) -> Path:
    """Where the collections are kept, among what people make."""
    return state_dir / "collections.json"


def principal_of(who: str) -> str:
    """A user, a group or everyone, in the form in which it is kept.

    Raises:
        CollectionError: it is none of them.
    """
    folded = folded_name(who)
    if folded == EVERYONE:
        return EVERYONE
    try:
        kind, name = (GROUP, folded.removeprefix(GROUP)) if folded.startswith(GROUP) else ("", folded)
        return kind + checked_name(name)
    except UserError as error:
        raise CollectionError(f"{who!r} is nobody. Give a user's name, group:NAME, or everyone.") from error


def folder_name(name: str) -> str:
    """The name of a folder directly in the corpus, in the form in which it is kept.

    Raises:
        CollectionError: it cannot be one.
    """
    kept = name.strip().removesuffix("/")
    if not kept or kept.startswith(".") or set(kept) & {"/", "\\", "\0"} or kept != without_surrogates(kept):
        raise CollectionError(f"{name!r} cannot be a collection: give the name of a folder directly in the corpus.")
    return kept


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(sorted({*names, name}))


def _fields(one: Collection) -> dict[str, object]:
    fields = asdict(one)
    del fields["name"]
    return fields


def _collection(name: str, description: str, readers: list[str], writers: list[str]) -> Collection:
    if not all(isinstance(one, str) for one in (name, description, *readers, *writers)):
        raise TypeError(name)
    return Collection(name, description, tuple(readers), tuple(writers))


def _told(description: str) -> str:
    said = " ".join(without_surrogates(description).split())
    if len(said) > LONGEST_DESCRIPTION:
        raise CollectionError(f"A description has at most {LONGEST_DESCRIPTION} characters; this has {len(said):,}.")
    return said
