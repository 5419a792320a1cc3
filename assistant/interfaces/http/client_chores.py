"""What chat clients ask a model beside a person's questions: titles, tags and the like, which no corpus answers.

Open WebUI sends them as ``### Task:`` with the conversation below, and wants JSON; LibreChat asks for a title in words.
"""

from __future__ import annotations

import json

TASK = "### Task:"
TITLE_ASKED = ("title for the conversation", "Analyze this conversation and provide")
SAID_BY = ("user:", "human:")
LONGEST_TITLE = 60
NOTHING: dict[str, object] = {"tags": [], "follow_ups": [], "queries": [], "text": ""}
"""What is wanted, by the name that stands in the form of the answer, and the answer that there is nothing of it."""
NO_QUESTION = "This is no question about the documents."
CONTEXT_ENDS, QUERY_TAGS = "</context>", ("<user_query>", "</user_query>")


def question_in(asked: str) -> str:
    """The question alone, where Open WebUI has put documents of its own and a task before it."""
    if not (asked.lstrip().startswith(TASK) and CONTEXT_ENDS in asked):
        return asked
    question = asked.rpartition(CONTEXT_ENDS)[2]
    for tag in QUERY_TAGS:
        question = question.replace(tag, "")
    return question.strip()


def chore_reply(asked: str) -> str | None:
    """The reply to such a request; None where it is a question."""
    if asked.lstrip().startswith(TASK):
        if '"title"' in asked:
            return json.dumps({"title": _title(asked)})
        return next((json.dumps({name: no}) for name, no in NOTHING.items() if f'"{name}"' in asked), NO_QUESTION)
    return _title(asked) if any(sign in asked for sign in TITLE_ASKED) else None


def _title(asked: str) -> str:
    """The first thing that the person said in the conversation that is quoted, cut to a title."""
    lines = (line.strip() for line in asked.splitlines())
    said = (line.partition(":")[2].strip() for line in lines if line.lower().startswith(SAID_BY))
    title = next(filter(None, said), "Questions about documents")
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
