"""What ``citewell eval`` shows: progress, the table of metrics, what changed, what could not be scored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from assistant.errors import StorageError
from assistant.evaluation.metric_table import KIND_METRICS, METRIC_OF, METRICS, Bar
from assistant.evaluation.question_set import QuestionFile
from assistant.evaluation.report_html import report_html
from assistant.evaluation.report_wording import compared, fit, interval, interval_of_change, shown, signed
from assistant.evaluation.results import Evaluation, EvaluationComparison
from assistant.interfaces.console import SPINNER, messages, output, show_notices
from assistant.interfaces.wording import one_line

if TYPE_CHECKING:
    from assistant.evaluation.run import Listener

STYLES = {"better": "green", "worse": "red", "unclear": "dim"}


def bars_of(words: Sequence[str]) -> list[Bar]:
    """The bars that ``--fail-under`` names.

    Raises:
        typer.BadParameter: one is not ``metric=number``, or names a metric that does not exist.
    """
    bars = []
    for word in words:
        name, _, value = word.partition("=")
        if name not in METRIC_OF:
            raise typer.BadParameter(f"there is no metric {name!r}. Metrics are: {', '.join(METRIC_OF)}.")
        try:
            bar = Bar(name, float(value))
        except ValueError:
            raise typer.BadParameter(f"{word!r} is not of the form {name}=0.8.") from None
        if not math.isfinite(bar.value):
            raise typer.BadParameter(f"{word!r} names no finite number.")
        bars.append(bar)
    return bars


def checked_report(path: Path | None) -> Path | None:
    """Where to write the report, before anything is measured.

    Raises:
        typer.BadParameter: it is not the name of an HTML file, or its folder does not exist.
    """
    if path and path.suffix.lower() not in (".html", ".htm"):
        raise typer.BadParameter(f"--out writes an HTML report; {path.name} is none. For data use --json > FILE.json.")
    if path and not path.parent.is_dir():
        raise typer.BadParameter(f"--out: the folder {path.parent} does not exist.")
    return path


@contextmanager
def asking(word: str, total: int, *, quiet: bool) -> Iterator[Listener | None]:
    """A progress bar behind ``word`` on standard error, moved by the listener it yields; None if it is not seen."""
    console = messages()
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        SpinnerColumn(SPINNER),
        TextColumn(word, markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def show_evaluation(evaluation: Evaluation) -> None:
    """The metrics with their intervals, then by kind of question, then what changed since an earlier evaluation."""
    output().print(_metrics(evaluation))
    if evaluation.kinds:
        output().print()
        output().print(_kinds(evaluation))
    if evaluation.comparison:
        _show_comparison(evaluation.comparison)


def show_remarks(evaluation: Evaluation, file: QuestionFile) -> None:
    """What was fitted, what could not be scored, and what was not understood in the file, on standard error."""
    show_notices(fit(evaluation.fitted) if evaluation.fitted else ())
    show_notices(evaluation.notes)
    show_notices(compared(evaluation.comparison) if evaluation.comparison else ())
    if file.unknown_fields:
        show_notices([f"Fields that mean nothing here were passed over: {', '.join(file.unknown_fields)}."])


def write_report(path: Path, evaluation: Evaluation) -> None:
    """Write the HTML report.

    Raises:
        StorageError: the file cannot be written.
    """
    try:
        path.write_bytes(report_html(evaluation).encode("utf-8", "replace"))
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}. Name another file with --out.") from error


def _metrics(evaluation: Evaluation) -> Table:
    table = _table(Column("Metric"), *_numbers("Value", "95 % interval", "Questions"), Column("Meaning"))
    for metric in METRICS:
        measured = evaluation.metrics[metric.name]
        meaning = metric.says if measured.value is not None else f"not measured: needs {metric.needs}"
        cells = (
            metric.label,
            shown(measured.value, metric.unit),
            interval(measured.low, measured.high, metric.unit),
            f"{measured.questions:,}",
            meaning,
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _kinds(evaluation: Evaluation) -> Table:
    headings = (metric.label.replace(" ", "\n", 1) for metric in KIND_METRICS)  # all columns fit into 80 characters
    table = _table(Column("Kind", overflow="fold"), *_numbers("Questions", *headings))
    for kind in evaluation.kinds:
        values = (shown(kind.values.get(metric.name), metric.unit) for metric in KIND_METRICS)
        table.add_row(*(Text(cell) for cell in (one_line(kind.kind), f"{kind.questions:,}", *values)))
    return table


def _show_comparison(comparison: EvaluationComparison) -> None:
    table = _table(Column("Changed"), *_numbers("Earlier", "Now", "Change", "95 % interval"), Column(""))
    for each in comparison.differences:
        metric = METRIC_OF[each.name]
        values = (shown(each.earlier, metric.unit), shown(each.now, metric.unit), signed(each.change, metric.unit))
        cells = (metric.label, *values, interval_of_change(each.low, each.high, metric.unit))
        table.add_row(*(Text(cell) for cell in cells), Text(each.verdict, style=STYLES[each.verdict]))
    output().print()
    output().print(table)


def _numbers(*names: str) -> list[Column]:
    return [Column(name, justify="right", no_wrap=True) for name in names]


def _table(*columns: Column) -> Table:
    return Table(*columns, box=None, pad_edge=False)
