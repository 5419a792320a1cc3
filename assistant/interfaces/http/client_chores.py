"""What chat clients ask a model beside a person's questions: titles, tags and the like, which no corpus answers.

Open WebUI sends them as ``### Task:`` with the conversation below, and wants JSON; LibreChat asks for a title in words.
"""

from __future__ import annotations

import json

TASK = "### Task:"
TITLE_ASKED = "title for the conversation"
SAID_BY = ("user:", "human:")
LONGEST_TITLE = 60
NO_LISTS = ("tags", "follow_ups", "queries")
"""Lists that are wanted, by the name that stands in the form of the answer: there is nothing to put in them."""
NO_QUESTION = "This is no question about the documents."


def chore_reply(asked: str) -> str | None:
    """The reply to such a request; None where it is a question."""
    is_task = asked.lstrip().startswith(TASK)
    if is_task and '"title"' in asked:
        return json.dumps({"title": _title(asked)})
    if is_task:
        wanted = next((name for name in NO_LISTS if f'"{name}"' in asked), None)
        return json.dumps({wanted: []}) if wanted else NO_QUESTION
    if TITLE_ASKED in asked:
        return _title(asked)
    return None


def _title(asked: str) -> str:
    """The first thing that the person said in the conversation that is quoted, cut to a title."""
    lines = (line.strip() for line in asked.splitlines())
    said = (line.partition(":")[2].strip() for line in lines if line.lower().startswith(SAID_BY))
    title = next(filter(None, said), "Questions about documents")
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
