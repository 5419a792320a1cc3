"""What the views are said in, wherever they are shown."""

from __future__ import annotations

from assistant.news.views import How, Stand

MANNERS: dict[How, str] = {"said": "", "reported": "by the word of others", "denied": "denied"}
"""Beside a statement of each kind."""
STANDS: dict[Stand, str] = {"disagree": "Disputed", "agree": "In agreement", "alone": "Told by one alone"}
"""Above the rows of each kind."""
UNANSWERED = "What the documents do not answer"
SOURCES = "Sources"
