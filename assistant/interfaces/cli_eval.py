"""The command ``citewell eval``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.interfaces.options import CorpusOption, IndexOption, JsonOption, opened
from assistant.interfaces.shell import EXIT_ERROR

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.evaluation.question_set import QuestionFile
    from assistant.evaluation.results import Evaluation


def evaluate_corpus(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line, as JSON.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report to open in a browser.")] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--compare", metavar="EARLIER.json", help="What an earlier run printed with --json."),
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC=VALUE", help="Exit with 1 when the metric is worse. May be repeated."),
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="First fit the reader's threshold (CITEWELL_READER) on the questions.")
    ] = False,
    as_json: JsonOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Measure search, answers and citations with questions whose answers you know.

    Brings the index up to date first. docs/evaluation.md tells how to write the questions and what the metrics say.
    """
    from dataclasses import replace

    from assistant.evaluation.comparison import compare, read_earlier
    from assistant.evaluation.metric_table import shortfalls
    from assistant.evaluation.question_set import read_questions
    from assistant.interfaces import scoreboard
    from assistant.interfaces.as_json import print_json

    bars, report = scoreboard.bars_of(fail_under or ()), scoreboard.checked_report(out)
    asked = read_questions(questions)
    before = read_earlier(earlier) if earlier else None
    with opened(corpus, index) as assistant:
        evaluation = _measured(assistant, asked, calibrate=calibrate, quiet=as_json)
    if before:
        evaluation = replace(evaluation, comparison=compare(before, evaluation.results))
    if report:
        scoreboard.write_report(report, evaluation)
    if as_json:
        print_json(evaluation)
    else:
        scoreboard.show_evaluation(evaluation)
    scoreboard.show_remarks(evaluation, asked)
    missed = shortfalls(evaluation.metrics, bars)
    for line in missed:
        typer.echo(f"Failed: {line}", err=True)
    if missed:
        raise typer.Exit(EXIT_ERROR)


def _measured(assistant: Assistant, asked: QuestionFile, *, calibrate: bool, quiet: bool) -> Evaluation:
    """The evaluation over the index as it is after a sync, with the reader's threshold fitted before if wished."""
    from dataclasses import replace

    from assistant.evaluation.reader_fit import check_fit, fit_reader
    from assistant.evaluation.run import evaluate
    from assistant.interfaces.console import progress_bar, show_failures
    from assistant.interfaces.scoreboard import asking

    questions = asked.questions
    if calibrate:
        check_fit(assistant, questions)
    with progress_bar(quiet=quiet) as progress:
        show_failures(assistant.sync(progress=progress).failed)
    fitted = None
    if calibrate:
        with asking("Calibrating", len(questions), quiet=quiet) as listener:
            fitted = fit_reader(assistant, questions, listener)
    with asking("Asking", len(questions), quiet=quiet) as listener:
        evaluation = evaluate(assistant, questions, listener)
    return replace(evaluation, fitted=fitted)
