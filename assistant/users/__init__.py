"""Those who may log in to the page, and the tokens of programs."""

from assistant.users.access_tokens import AccessToken, Tokens, TokenScope
from assistant.users.attempts import Attempts
from assistant.users.file import Users, checked_name, folded_name

__all__ = ["AccessToken", "Attempts", "TokenScope", "Tokens", "Users", "checked_name", "folded_name"]
