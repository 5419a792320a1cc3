"""Those who may log in to the page."""

from assistant.users.attempts import Attempts
from assistant.users.file import Users, folded_name

__all__ = ["Attempts", "Users", "folded_name"]
