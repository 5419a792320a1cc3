"""Those who may log in to the page."""

from assistant.users.attempts import Attempts
from assistant.users.file import Users, checked_name, folded_name

__all__ = ["Attempts", "Users", "checked_name", "folded_name"]
