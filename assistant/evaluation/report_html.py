"""One HTML file that shows an evaluation: no scripts, nothing loaded from elsewhere, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assistant.evaluation import report_wording
from assistant.evaluation.metric_table import KIND_METRICS, METRIC_OF, METRICS
from assistant.evaluation.plots import confidence_histogram, hit_curve, latency_curves, reliability_diagram
from assistant.evaluation.results import Evaluation, Result
from assistant.evaluation.review import faults, worst

WORST_SHOWN = 20
PASSAGES_SHOWN = 5
TEMPLATE = "report.html.jinja"


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot with what it shows; ``first`` and ``second`` name its colours."""

    title: str
    svg: Markup
    says: str
    first: str = ""
    second: str = ""


def report_html(evaluation: Evaluation) -> str:
    """The report as one self-contained HTML page."""
    environment = Environment(
        loader=PackageLoader("assistant.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        evaluation=evaluation,
        metrics=METRICS,
        metric_of=METRIC_OF,
        kind_metrics=KIND_METRICS,
        figures=_figures(evaluation.results),
        worst=worst(evaluation.results, WORST_SHOWN),
        faults=faults,
        passages_shown=PASSAGES_SHOWN,
        wording=report_wording,
    )


def _figures(results: Sequence[Result]) -> list[Figure]:
    return [
        Figure(
            "Confidence",
            Markup(confidence_histogram(results)),
            "Good questions stand to the right, unanswerable ones to the left of the dashed line: from there on, "
            "questions are answered.",
            "answerable",
            "unanswerable",
        ),
        Figure(
            "Reliability",
            Markup(reliability_diagram(results)),
            "Each dot is a tenth of the questions. On the dashed line, confidence equals the share answerable.",
        ),
        Figure(
            "hit@k",
            Markup(hit_curve(results)),
            "How often a relevant passage is among the first k.",
        ),
        Figure(
            "Latency",
            Markup(latency_curves(results)),
            "How many questions are done within how many milliseconds.",
            "ask",
            "search",
        ),
    ]
