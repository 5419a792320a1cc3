"""Those who may log in to the page, and the tokens of programs."""

from assistant.users.access_tokens import AccessToken, Tokens, TokenScope
from assistant.users.attempts import Attempts
from assistant.users.file import Users, folded_name

__all__ = ["AccessToken", "Attempts", "TokenScope", "Tokens", "Users", "folded_name"]
