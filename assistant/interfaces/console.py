"""What the commands show to people: progress, answers, tables.

Results go to standard output, progress and messages to standard error. Text from documents is shown and never
obeyed: rich's markup is off everywhere, and every such text passes through `printable` or `one_line`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from assistant.answering.citations import DOUBTS, NOT_CHECKED, SHOWN_ITEMS, in_pieces, items_counted, numbers_in_text
from assistant.answering.taking_in import told_taking_in
from assistant.interfaces.languages import uncovered
from assistant.interfaces.mention_pieces import pieces, spellings_in_words
from assistant.interfaces.view_commands import comparison_command, list_command
from assistant.interfaces.wording import one_line, printable
from assistant.types import (
    Answer,
    Citation,
    Computation,
    DocumentRecord,
    Failure,
    ListedItem,
    Mentions,
    Passage,
    Place,
    ProgressListener,
    RemovedFile,
    ScoredPassage,
    SyncProgress,
    SyncReport,
)

if TYPE_CHECKING:
    from assistant.answering.explanation import Explanation, Factor
    from assistant.assistant import Assistant
    from assistant.conversations.values import Exchange
    from assistant.interfaces.doctor import Diagnosis
    from assistant.interfaces.publication_counts import PublicationCounts

WIDTH_OF_A_PIPE = 10_000
"""Columns where there is no terminal: lines are left whole, so that other programs can work with them."""
CLOSEST_SHOWN = 3
"""How many passages are shown where there is no answer; `citewell search` shows more."""
NAMES_SHOWN = 20
"""How many documents a report names one by one."""
WIDTH_OF_NAMES = 12
DOUBT = " (! {})"
"""Marks what no source bears out, in characters that every terminal has, with colours or without."""
SPINNER = "line"  # ASCII: it turns on every terminal


def output() -> Console:
    """The console for results, on standard output."""
    return _console(stderr=False)


def messages() -> Console:
    """The console for progress and messages, on standard error."""
    return _console(stderr=True)


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[ProgressListener | None]:
    """A progress bar on standard error, moved by the listener it yields; None where it would not be seen."""
    console = messages()
    if quiet or not console.is_terminal:
        yield None
        return
    name_of_document = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    columns = (
        SpinnerColumn(SPINNER),
        TextColumn("Reading", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[documents]}", markup=False),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False, table_column=name_of_document),
    )
    with Progress(*columns, console=console, transient=True, expand=True, speed_estimate_period=120) as bar:
        task = bar.add_task("", total=None, documents="")

        def listen(step: SyncProgress) -> None:
            done, total = (step.bytes_done, step.bytes_total) if step.bytes_total else (step.done, step.total)
            counted = f"{step.done:,}/{step.total:,}"
            bar.update(task, completed=done, total=total, documents=counted, description=one_line(step.source))

        yield listen


@contextmanager
def waiting(message: str, *, quiet: bool = False) -> Iterator[None]:
    """Show on standard error that something is being done, where it can be seen."""
    console = messages()
    if quiet or not console.is_terminal:
        yield
        return
    with console.status(Text(message), spinner=SPINNER):
        yield


def sync_with_progress(assistant: Assistant, *, rebuild: bool = False) -> SyncReport:
    """Sync the index with the corpus under a progress bar; returns what `Assistant.sync` returns."""
    with progress_bar() as progress:
        return assistant.sync(progress=progress, rebuild=rebuild)


def show_question(exchange: Exchange) -> None:
    """The question of an exchange, as a heading for its answer."""
    console = output()
    console.print()
    write(console, Text(one_line(exchange.asked), style="bold"), label="? ")
    show_notices((f"Only in: {exchange.filters}",) if exchange.filters else ())
    show_notices(("The answer was stopped before it was complete.",) if exchange.stopped else ())
    show_notices((exchange.problem,) if exchange.problem else ())
    if exchange.answer:
        show_understood(exchange.asked, exchange.answer)


def show_understood(asked: str, answer: Answer) -> None:
    """How a question was understood, where that is not as it was asked."""
    if answer.question.split() != asked.split():
        write(output(), Text(f"Understood as: {one_line(answer.question)}", style="dim"))


def show_answer(answer: Answer) -> None:
    """An answer with its numbered sources, or that there is none with the closest passages."""
    console = output()
    if answer.items:
        _show_items(console, answer.items)
    write(console, _answer_text(answer))
    if answer.computation:
        _show_computation(console, answer.computation)
    else:
        show_citations(answer.citations)
    if answer.abstained and answer.also_found:
        console.print(Text("\nThe closest passages:"))
        show_passages(answer.also_found[:CLOSEST_SHOWN])
    further = (f"The whole list: {one_line(list_command(answer.mentions))}",) if answer.mentions else ()
    if answer.speakers:
        further = (f"All of it, side by side: {one_line(comparison_command(answer.speakers))}",)
    show_notices((*answer.notices, *further))


def _show_items(console: Console, items: Sequence[ListedItem]) -> None:
    """The things that an answer lists, one a line, each with its numbers; those that come last on one line."""
    write(console, Text(f"{items_counted(items)}:", style="bold"))
    named = [f"{one_line(item.name)}{numbers_in_text(item.citations)}" for item in items]
    for one in named[:SHOWN_ITEMS]:
        write(console, Text(one), label="- ")
    if others := named[SHOWN_ITEMS:]:
        write(console, Text("; ".join(others)), label="The others: ")
    console.print()


def show_citations(citations: Iterable[Citation]) -> None:
    """Where each quote stands, and the quote."""
    console = output()
    for citation in citations:
        label = f"[{citation.number}] "
        console.print()
        write_source(console, citation.passage, citation.place, label=label)
        write(console, Text(f"“{one_line(citation.quote)}”", style="italic"), label=" " * len(label))


def _show_computation(console: Console, computed: Computation) -> None:
    """How an answer was computed: over which table, by which SQL, and the first rows behind it, with their numbers."""
    console.print()
    where = f", where {one_line(computed.condition)}" if computed.condition else ""
    rows = f"{computed.row_count:,} row{'' if computed.row_count == 1 else 's'}"
    told = f"{rows} of {one_line(computed.table)} ({one_line(computed.source)}){where}"
    write(console, Text(told, style="bold"), label="Computed over: ")
    write(console, Text(printable(computed.sql)), label="SQL: ")
    if computed.values:
        write(console, Text(", ".join(map(one_line, computed.values))), label="with ")
    if computed.rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for head in ("", "Row", *computed.heads):
            table.add_column(Text(one_line(head)), overflow="fold")
        for row in computed.rows:
            cells = (f"[{row.citation}]", f"{row.number:,}", *row.cells)
            table.add_row(*(Text(one_line(cell)) for cell in cells))
        console.print(table)


def show_explanation(why: Explanation) -> None:
    """Why a question is answered, or is not: the signals that decided, and those of each sentence."""
    console = output()
    is_enough = "reaches" if why.confidence >= why.threshold else "does not reach"
    console.print(Text(f"\nWhy: taken for a question of the kind “{why.kind}”."))
    console.print(Text(f"The confidence {why.confidence:.2f} {is_enough} the {why.threshold:.2f} that it takes:"))
    console.print(_factors(why.signals, why.base))
    if why.read:
        console.print(Text(f"The reader takes for the answer: “{one_line(why.read)}”"))
    for sentence in why.sentences:
        console.print()
        write(
            console, Text(f"{one_line(sentence.source)}: “{one_line(sentence.text)}”"), label=f"{sentence.score:5.1f} "
        )
        console.print(_factors(sentence.factors))


def _factors(factors: Iterable[Factor], base: float | None = None) -> Table:
    """A line for each signal: its name, its value and what it adds; ``base`` is what there is without any."""
    table = Table(Column(), Column("value", justify="right"), Column("adds", justify="right"), box=None)
    for factor in factors:
        table.add_row(factor.name.replace("_", " "), f"{factor.value:.2f}", f"{factor.adds:+.2f}")
    if base is not None:
        table.add_row("without any", "", f"{base:+.2f}")
    return table


def show_passages(passages: Iterable[ScoredPassage]) -> None:
    """Passages in the order given, each with its score, its source and its text."""
    console = output()
    for rank, scored in enumerate(passages, start=1):
        label = f"{rank:>2}. "
        console.print()
        write_source(console, scored.passage, scored.passage.place, label=label, score=scored.score)
        write(console, Text(printable(scored.passage.text)), label=" " * len(label))


def show_mentions(found: Mentions) -> None:
    """How many documents mention something and in which spellings, and those shown, each with its first sentence."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    spellings = spellings_in_words(found)
    if spellings:
        write(console, Text(one_line(spellings)), label="Written: ")
    for one in found.shown:
        label = f"{one.citation.number:>3}. "
        console.print()
        write_source(console, one.citation.passage, one.citation.place, label=label)
        write_marked(console, one.citation.quote, one.marks, label=" " * len(label))
    following = found.first + len(found.shown)
    more = (f"More of them: --first {following}",) if found.shown and following <= found.documents else ()
    show_notices((*more, *found.notices))


def write_marked(
    console: Console, text: str, marks: tuple[tuple[int, int], ...], *, label: str, before: str = ""
) -> None:
    """Print a sentence of a document with what is marked in bold, behind ``label`` and other words."""
    sentence = Text(before)
    for piece in pieces(text, marks):
        sentence.append(" ".join(printable(piece.text).split("\n")), style="bold" if piece.is_marked else "")
    write(console, sentence, label=label)


def show_documents(records: Iterable[DocumentRecord], *, is_empty: bool = True) -> None:
    """A table of the documents, then what could not be read with the reason, and languages not covered.

    ``is_empty`` says whether there are no others that these were chosen from.
    """
    records = list(records)
    passages = Column("Passages", justify="right")
    table = Table("Document", "Title", "Date", "Language", passages, box=None, pad_edge=False)
    for record in records:
        cells = (record.source, record.title, _day(record.published), record.language, str(record.passages))
        table.add_row(*(Text(one_line(cell), overflow="fold") for cell in cells))
    if records:
        output().print(table)
    elif is_empty:
        messages().print(Text("The index holds no documents. Add some with: citewell add PATH"))
    else:
        messages().print(Text("No document is like that."))
    show_notices(told_taking_in([record.taking_in for record in records if record.taking_in]))
    show_left_out(Failure(record.source, record.left_out) for record in records if record.left_out)
    show_failures([Failure(record.source, record.failure) for record in records if record.failure])
    show_notices(filter(None, (uncovered(records),)))


def show_report(report: SyncReport) -> None:
    """What a sync did: the documents that changed, the sums, and what waits or failed, wholly or partly, and why."""
    console = output()
    changes = (("Added", report.added), ("Updated", report.updated), ("Removed", report.removed))
    for word, sources in changes:
        for source in sources[:NAMES_SHOWN]:
            write(console, Text(f"{word} {one_line(source)}"))
        if len(sources) > NAMES_SHOWN:
            write(console, Text(f"{word} {len(sources) - NAMES_SHOWN:,} more"))
    sums = [f"{len(sources):,} {word.lower()}" for word, sources in changes]
    console.print(Text(f"{', '.join(sums)}, {len(report.unchanged):,} unchanged, {len(report.failed):,} failed."))
    show_left_out(report.partial)
    for one in report.waiting:
        write(messages(), Text(f"Waits: {one_line(one.source)}: {one_line(one.reason)}", style="yellow"))
    show_failures(report.failed)


def show_failures(failures: Iterable[Failure]) -> None:
    """Files that could not be taken in, with the reason, on standard error."""
    console = messages()
    for failure in failures:
        write(console, Text(f"Failed: {one_line(failure.source)}: {one_line(failure.reason)}", style="red"))


def show_left_out(partial: Iterable[Failure]) -> None:
    """Documents that were read in part, and what of them was not, on standard error."""
    for one in partial:
        write(messages(), Text(f"Not read in {one_line(one.source)}: {one_line(one.reason)}", style="yellow"))


def show_removed(removed: Sequence[RemovedFile]) -> None:
    """A table of the files that can be restored."""
    table = Table("Document", "Removed", box=None, pad_edge=False)
    for one in removed:
        table.add_row(Text(one_line(one.source), overflow="fold"), f"{one.removed_at[:16].replace('T', ' ')} UTC")
    if removed:
        output().print(table)
    else:
        messages().print(Text("No document was removed."))


def show_counts(timeline: PublicationCounts) -> None:
    """A table of how many documents each publisher has in each period."""
    table = Table("Period", box=None, pad_edge=False)
    for publisher, _ in timeline.rows:
        table.add_column(Text(one_line(publisher)), justify="right")
    for position, period in enumerate(timeline.periods):
        table.add_row(period, *(str(counts[position] or "") for _, counts in timeline.rows))
    if timeline.rows:
        output().print(table)
    undated = f"{timeline.undated:,} documents have no date." if timeline.undated else ""
    show_notices(filter(None, (undated,)))


def show_notices(notices: Iterable[str]) -> None:
    """Remarks for the reader, on standard error."""
    console = messages()
    for notice in notices:
        write(console, Text(f"Note: {one_line(notice)}"))


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """The state of the installation, the corpus and the index, then each problem with its remedy."""
    console = output()
    for name, value in diagnosis.rows():
        write(console, Text(one_line(value)), label=f"{name:<{WIDTH_OF_NAMES}}")
    console.print()
    for note in diagnosis.notes:
        write(console, Text(one_line(note)), label="Note: ")
    for problem in diagnosis.problems:
        write(console, Text(one_line(problem), style="red"), label="Problem: ")
    if not diagnosis.problems:
        console.print(Text("No problems found."))


def _answer_text(answer: Answer) -> Text:
    """The answer's text, the words that answer most directly in bold, and what no source bears out marked."""
    shown = Text()
    for sentence, words, markers in in_pieces(answer):
        start, end = (sentence and sentence.emphasis) or (0, 0)
        shown.append(printable(words[:start]))
        shown.append(printable(words[start:end]), style="bold")
        shown.append(printable(words[end:] + markers))
        if sentence and sentence.support in DOUBTS:
            shown.append(DOUBT.format(DOUBTS[sentence.support]), style="yellow")
    if answer.pending.strip():
        shown.append(f" {printable(answer.pending).strip()}")
        shown.append(DOUBT.format(NOT_CHECKED), style="yellow")
    return shown


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_OF_A_PIPE
    return Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


def write(console: Console, text: Text, *, label: str = "") -> None:
    """Print ``text`` behind ``label``, its further lines wrapped and indented to stand under the first."""
    indent = " " * len(label)
    lines = text.wrap(console, max(20, console.width - len(label)))
    for number, line in enumerate(lines):
        shown = Text(indent if number else label).append_text(line)
        shown.rstrip()
        console.print(shown, soft_wrap=True)


def write_source(
    console: Console, passage: Passage, stands: Place | None, *, label: str, score: float | None = None
) -> None:
    """Two lines that say where a passage stands: its headings, then its date, publisher, file and address."""
    headings = " › ".join(one_line(part) for part in (passage.title, passage.breadcrumb) if part)
    write(console, Text(headings, style="bold"), label=label)
    place = f"{passage.source}, {stands.in_words}" if stands else passage.source
    facts = [_day(passage.published), passage.publisher or "", place, passage.url or ""]
    facts += [f"also in {', '.join(passage.also_in)}"] if passage.also_in else []
    facts += [f"score {score:.2f}"] if score is not None else []
    write(console, Text(one_line(" · ".join(filter(None, facts))), style="dim"), label=" " * len(label))


def _day(published: str | None) -> str:
    """The day of an ISO 8601 date or date and time; "" when it is not known."""
    return (published or "")[:10]
