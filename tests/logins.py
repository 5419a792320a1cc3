"""Users of the page whose hashes take a thousandth of the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from assistant.users import Users
from assistant.users import file as users_module

SECRET = "correct horse battery"


@contextmanager
def users_in(folder: Path, *names: str) -> Iterator[Users]:
    """A file of users with these names, each with the password `SECRET`."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(users_module, "PasswordHasher", lambda: cheap)
        users = Users(folder / "users.json")
        for name in names:
            users.add(name, SECRET)
        yield users
