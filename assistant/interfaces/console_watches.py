"""What the commands about watched questions show to people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from assistant.answering.citations import in_pieces
from assistant.interfaces.console import output, show_answer, show_citations, show_failures, show_notices, write
from assistant.interfaces.mention_pieces import pieces
from assistant.interfaces.wording import one_line, printable
from assistant.types import Answer, Failure, Filters
from assistant.watches.answer_changes import Marks, new_words
from assistant.watches.watch_values import Watch, WatchCheck, WatchedAnswer, WatchHistory

NONE_WATCHED = "No question is watched. Watch one with: citewell watch add QUESTION"


def show_checks(checks: Sequence[WatchCheck], watched: Sequence[Watch]) -> None:
    """The answers that changed, old and new side by side, how many of how many did, and who asked the others."""
    console = output()
    for one in checks:
        if one.before and one.after:
            _show_heading(one.number, one.question, one.filters)
            _show_change(one.before, one.after)
            console.print()
    changed = sum(one.state == "changed" for one in checks)
    console.print(Text(f"{len(checks):,} asked, {changed:,} changed."))
    asked = {one.number for one in checks}
    others = sum(one.number not in asked for one in watched)
    if others:
        show_notices((f"Asked elsewhere at the same time: {others:,}. See how they fare with: citewell watch list",))
    elif not checks:
        show_notices((NONE_WATCHED,))
    show_failures(Failure(f"{one.number}. {one.question}", one.problem) for one in checks if one.problem)


def show_history(history: WatchHistory) -> None:
    """The answers to one question, each under its day, the newest first."""
    console = output()
    watch = history.watch
    _show_heading(watch.number, watch.question, watch.filters)
    for one in history.answers:
        console.print(Text(f"\n{moment(one.answered_at)}", style="bold"))
        show_answer(one.answer)
    show_failures([Failure(f"{watch.number}. {watch.question}", watch.problem)] if watch.problem else ())


def moment(at: str) -> str:
    """A moment to the minute."""
    return f"{at[:16].replace('T', ' ')} UTC"


def _show_heading(number: int, question: str, filters: Filters) -> None:
    write(output(), Text(one_line(question), style="bold"), label=f"{number}. ")
    show_notices((f"Only in: {filters}",) if filters else ())


def _show_change(before: WatchedAnswer, after: WatchedAnswer) -> None:
    """Both answers in two columns, what is new in bold, and below them the sources of each."""
    console = output()
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name, one in (("Before", before), ("Now", after)):
        table.add_column(Text(f"{name}, {moment(one.answered_at)}"), overflow="fold", ratio=1)
    marks = new_words(before.answer, after.answer)
    table.add_row(_answer_text(before.answer), _answer_text(after.answer, marks))
    console.print(table)
    for name, one in (("Before", before), ("Now", after)):
        if one.answer.citations:
            console.print(Text(f"\nSources {name.lower()}:"))
            show_citations(one.answer.citations)


def _answer_text(answer: Answer, marks: Sequence[Marks] = ()) -> Text:
    """The answer's text with its markers; parts of its sentences in bold."""
    shown, remaining = Text(), iter(marks)
    for sentence, words, markers in in_pieces(answer):
        bold = next(remaining, ()) if sentence else ()
        for piece in pieces(words, bold, len(words)):
            shown.append(printable(piece.text), style="bold" if piece.is_marked else "")
        shown.append(printable(markers))
    return shown
