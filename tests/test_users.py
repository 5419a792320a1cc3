"""Users: their file holds no password, nobody else's changes are lost, and passwords cannot be tried in a row."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from assistant import StorageError, UserError
from assistant.users import Attempts, Users
from assistant.users import file as module
from assistant.users.attempts import MOST_REMEMBERED, PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS, WINDOW_SECONDS

SECRET = "correct horse battery"
OTHER = "staple battery horse"


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Users:
    """No users yet; hashes take a thousandth of the work."""
    monkeypatch.setattr(module, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return Users(tmp_path / "citewell" / "users.json")


class TestTheFile:
    def test_a_user_is_known_by_name_and_password(self, users: Users) -> None:
        assert users.add("Ann", SECRET) == "ann"
        assert users.names() == ["ann"]
        assert users.verify(" ANN ", SECRET) == "ann"

    @pytest.mark.parametrize(
        ("name", "password"), [("ann", OTHER), ("ann", ""), ("bob", SECRET), ("", SECRET), ("\ud800", "\ud800")]
    )
    def test_anything_else_is_nobody(self, users: Users, name: str, password: str) -> None:
        users.add("ann", SECRET)
        assert users.verify(name, password) is None

    def test_a_name_that_nobody_has_takes_the_same_work(self, users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
        users.add("ann", SECRET)
        checked: list[str] = []
        verify = PasswordHasher.verify

        def noted(self: PasswordHasher, hashed: str, given: str) -> bool:
            checked.append(hashed)
            return verify(self, hashed, given)

        monkeypatch.setattr(PasswordHasher, "verify", noted)
        assert (users.verify("ann", OTHER), users.verify("bob", OTHER)) == (None, None)
        parameters = [hashed.rsplit("$", 2)[0] for hashed in checked]
        assert parameters == ["$argon2id$v=19$m=64,t=1,p=1"] * 2

    def test_looking_up_groups_takes_none_of_that_work(self, users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
        users.add("ann", SECRET)
        users.set_groups("ann", ["staff"])
        monkeypatch.setattr(PasswordHasher, "hash", lambda *_: pytest.fail("A password is hashed."))
        opened = Users(users._path)
        assert (opened.groups_of("ann"), opened.names()) == (("staff",), ["ann"])

    def test_it_holds_argon2_hashes_with_the_recommended_work_and_no_password(self, tmp_path: Path) -> None:
        path = tmp_path / "users.json"
        Users(path).add("ann", SECRET)
        assert SECRET not in path.read_text()
        assert json.loads(path.read_text())["users"]["ann"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_only_its_owner_may_read_it(self, users: Users, tmp_path: Path) -> None:
        users.add("ann", SECRET)
        users.change_password("ann", OTHER)
        assert stat.S_IMODE((tmp_path / "citewell" / "users.json").stat().st_mode) == 0o600

    def test_a_password_is_changed_and_a_user_removed(self, users: Users) -> None:
        users.add("ann", SECRET)
        before = users.fingerprint("ann")
        assert users.change_password("Ann", OTHER) == "ann"
        assert (users.verify("ann", SECRET), users.verify("ann", OTHER)) == (None, "ann")
        assert users.fingerprint("ann") not in (before, None)
        assert users.remove("ANN") == "ann"
        assert (users.names(), users.verify("ann", OTHER), users.fingerprint("ann")) == ([], None, None)

    def test_what_cannot_be_is_told(self, users: Users) -> None:
        users.add("ann", SECRET)
        with pytest.raises(UserError, match=r"^There is a user ann already"):
            users.add("ANN", OTHER)
        with pytest.raises(UserError, match=r"^There is no user 'bob'"):
            users.remove("bob")
        with pytest.raises(UserError, match=r"^There is no user 'bob'"):
            users.change_password("bob", OTHER)
        assert users.verify("ann", SECRET) == "ann"

    @pytest.mark.parametrize("name", ["", " ", "a b", "../x", "a" * 65, "-a", ".a", "a\0", "<b>", "a/b", "\ud800"])
    def test_such_names_are_refused(self, users: Users, name: str) -> None:
        with pytest.raises(UserError, match="cannot be a user's name"):
            users.add(name, SECRET)

    @pytest.mark.parametrize("name", ["Zoë", "张伟", "ann.b-c_d@example.org", "7", "ＡＮＮ"])
    def test_such_names_are_taken(self, users: Users, name: str) -> None:
        kept = users.add(name, SECRET)
        assert users.verify(name, SECRET) == kept

    @pytest.mark.parametrize("password", ["", "short", "x" * 1001])
    def test_such_passwords_are_refused(self, users: Users, password: str) -> None:
        with pytest.raises(UserError, match="A password has 10 to 1,000 characters"):
            users.add("ann", password)
        assert users.names() == []

    def test_a_password_is_the_same_however_its_characters_are_composed(self, users: Users) -> None:
        users.add("ann", "Stra\u00dfencaf\u00e9")
        assert users.verify("ann", "Stra\u00dfencafe\u0301") == "ann"

    def test_changes_at_once_are_all_kept(self, users: Users) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: users.add(f"user{number}", SECRET), range(16)))
        assert len(users.names()) == 16

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"users": 1}', b"\xff"])
    def test_a_file_that_is_none_lets_nobody_in(self, users: Users, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "citewell").mkdir()
        (tmp_path / "citewell" / "users.json").write_bytes(content)
        with pytest.raises(StorageError, match="is no file of users"):
            users.verify("ann", SECRET)
        with pytest.raises(StorageError, match="is no file of users"):
            users.add("ann", SECRET)
        assert (tmp_path / "citewell" / "users.json").read_bytes() == content

    def test_a_hash_that_is_none_lets_nobody_in(self, users: Users, tmp_path: Path) -> None:
        users.add("ann", SECRET)
        (tmp_path / "citewell" / "users.json").write_text('{"users": {"ann": "correct horse battery"}}')
        with pytest.raises(StorageError, match="holds no password for ann"):
            users.verify("ann", SECRET)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestAttempts:
    def test_a_name_can_be_tried_few_times_from_one_address(self) -> None:
        clock = Clock()
        attempts = Attempts(clock)
        for _ in range(PER_NAME_AND_ADDRESS):
            assert attempts.begin("ann", "192.0.2.1") == 0
            clock.now += 1
        assert attempts.begin("ann", "192.0.2.1") == WINDOW_SECONDS - PER_NAME_AND_ADDRESS
        assert attempts.begin("ann", "192.0.2.2") == 0
        assert attempts.begin("bob", "192.0.2.1") == 0
        clock.now += WINDOW_SECONDS - PER_NAME_AND_ADDRESS
        assert attempts.begin("ann", "192.0.2.1") == 0
        assert attempts.begin("ann", "192.0.2.1") == 1

    def test_a_name_can_be_tried_so_often_from_all_addresses(self) -> None:
        attempts = Attempts(Clock())
        waits = [attempts.begin("ann", f"192.0.2.{number}") for number in range(PER_NAME + 1)]
        assert waits == [0.0] * PER_NAME + [WINDOW_SECONDS]

    def test_an_address_can_try_so_many_names(self) -> None:
        attempts = Attempts(Clock())
        waits = [attempts.begin(str(number), "192.0.2.1") for number in range(PER_ADDRESS + 1)]
        assert waits == [0.0] * PER_ADDRESS + [WINDOW_SECONDS]

    def test_a_customers_ipv6_addresses_are_one(self) -> None:
        attempts = Attempts(Clock())
        waits = [attempts.begin("ann", f"2001:db8::{number:x}") for number in range(PER_NAME_AND_ADDRESS + 1)]
        assert waits[-1] == WINDOW_SECONDS

    def test_a_success_does_not_count_and_forgives_no_failure(self) -> None:
        attempts = Attempts(Clock())
        for _ in range(100):
            assert attempts.begin("ann", "192.0.2.1") == 0
            attempts.succeeded("ann", "192.0.2.1")
        for _ in range(PER_NAME_AND_ADDRESS):
            assert attempts.begin("ann", "192.0.2.1") == 0
        assert attempts.begin("ann", "192.0.2.1") == WINDOW_SECONDS

    def test_what_is_remembered_stays_small(self) -> None:
        attempts = Attempts(Clock())
        for number in range(MOST_REMEMBERED):
            attempts.begin(str(number), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        assert len(attempts._made) == MOST_REMEMBERED
