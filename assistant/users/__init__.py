"""Those who may log in to the page, those whom somebody else vouches for, and the tokens of programs."""

from assistant.users.access_tokens import AccessToken, Tokens, TokenScope
from assistant.users.attempts import Attempts
from assistant.users.file import Users, checked_name, folded_name
from assistant.users.signed_on import Person, SignedOn

__all__ = [
    "AccessToken",
    "Attempts",
    "Person",
    "SignedOn",
    "TokenScope",
    "Tokens",
    "Users",
    "checked_name",
    "folded_name",
]
