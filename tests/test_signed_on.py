"""Whom a provider or a proxy names is kept with their groups, and a name with whoever came by it first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import StorageError, UserError
from assistant.users import Person, SignedOn

ISSUER = "https://login.example.org"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[SignedOn]:
    people = SignedOn(tmp_path, clock)
    yield people
    people.close()


def test_whoever_comes_is_kept_with_the_groups_that_can_be_one(people: SignedOn) -> None:
    assert people.welcome(" Ann ", ISSUER, "7", ["Staff", "night desk", "staff", ""]) == "ann"
    moment = "2026-05-31T12:00:00+00:00"
    assert people.known() == [Person("ann", ISSUER, "7", ("staff",), moment, moment)]
    assert (people.groups_of("ANN"), people.groups_of("bob")) == (("staff",), ())


def test_groups_are_those_of_the_last_time(people: SignedOn) -> None:
    for groups in (["staff"], ["desk"], []):
        people.welcome("ann", ISSUER, "7", groups)
        assert list(people.groups_of("ann")) == groups


def test_when_somebody_was_seen_is_noted_once_a_minute(people: SignedOn, clock: Clock) -> None:
    seen = []
    for seconds in (0, 30, 29, 1):
        clock.now += timedelta(seconds=seconds)
        people.welcome("ann", ISSUER, "7", [])
        seen.append(people.known()[0].last_seen_at[11:19])
    assert seen == ["12:00:00", "12:00:00", "12:00:00", "12:01:00"]
    assert people.known()[0].first_seen_at[11:19] == "12:00:00"


@pytest.mark.parametrize("other", [(ISSUER, "8"), ("https://other.example.org", "7"), ("proxy", "")])
def test_a_name_is_nobody_elses(people: SignedOn, other: tuple[str, str]) -> None:
    people.welcome("ann", ISSUER, "7", ["staff"])
    with pytest.raises(UserError, match="The name ann belongs to somebody else who signed in"):
        people.welcome("Ann", *other, ["board"])
    assert people.groups_of("ann") == ("staff",)


def test_once_somebody_was_removed_the_name_is_free_and_their_sessions_are_nobodys(people: SignedOn) -> None:
    people.welcome("ann", ISSUER, "7", ["staff"])
    mark = people.mark("ann")
    assert people.remove("Ann") == "ann"
    assert (people.known(), people.mark("ann"), people.groups_of("ann")) == ([], None, ())
    people.welcome("ann", ISSUER, "8", [])
    assert people.mark("ann") not in (None, mark)


def test_whoever_never_came_cannot_be_removed(people: SignedOn) -> None:
    with pytest.raises(UserError, match=r"^There is no user 'bob'"):
        people.remove("bob")


@pytest.mark.parametrize("name", ["", "a b", "group:staff", "token:asks", "a" * 65])
def test_what_cannot_be_a_users_name_is_refused(people: SignedOn, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a user's name"):
        people.welcome(name, ISSUER, "7", [])


def test_the_file_is_its_owners_and_tells_when_it_is_damaged(people: SignedOn, tmp_path: Path) -> None:
    people.welcome("ann", ISSUER, "7", [])
    path = tmp_path / "signed_on.sqlite"
    assert path.stat().st_mode & 0o777 == 0o600
    people.close()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StorageError, match=r"signed_on\.sqlite cannot be read .* people sign in anew"):
        people.groups_of("ann")
