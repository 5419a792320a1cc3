"""A language model makes a question stand alone that leans on the conversation before it."""

from __future__ import annotations

import re
from contextlib import closing
from threading import Event

from assistant.generation.cleaning import Cleaner
from assistant.generation.prompts import rewriting
from assistant.models.language_model import LanguageModel
from assistant.types import History

LONGEST_QUESTION = 400
LABEL = re.compile(r"^(?:(?:standalone|rewritten|last)?\s*question\s*[:\uff1a])\s*+", re.IGNORECASE)


def rewritten(model: LanguageModel, question: str, history: History, stop: Event | None = None) -> str | None:
    """The question as the model puts it, so that it stands alone; None where what came is no question of that kind.

    Raises:
        ModelFailed: the model cannot be asked.
        Stopped: ``stop`` was set.
    """
    cleaner = Cleaner(())
    with closing(model.stream(rewriting(question, history), stop)) as pieces:
        for piece in pieces:
            cleaner.add(piece)
            if len(cleaner.text) > 2 * LONGEST_QUESTION:
                return None
    cleaner.finish()
    lines = [line.strip() for line in cleaner.text.splitlines() if line.strip()]
    if len(lines) != 1 or cleaner.left_out:
        return None
    found = LABEL.sub("", lines[0]).strip("\"'\u201c\u201d*` ")
    return found if 0 < len(found) <= LONGEST_QUESTION and not found.startswith(("{", "[")) else None
