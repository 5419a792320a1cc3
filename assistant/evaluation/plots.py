"""Plots as SVG elements. Colours come from the page's style sheet, so that they follow light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, log10
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from assistant.evaluation.metric_table import columns_of
from assistant.evaluation.metrics import Values, calibration_bins, hit_at, percentile
from assistant.evaluation.results import Result

WIDTH, HEIGHT = 460, 290
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 28, 46
HISTOGRAM_BINS = 20
FULL = (0.0, 0.25, 0.5, 0.75, 1.0)
NICE = (1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 8.0, 12.0)
"""What an axis may end with: a quarter of it, times a power of ten, is a whole number."""
Points = Sequence[tuple[float, float]]


class Plot:
    """A drawing area with axes; everything is drawn in the units of the data."""

    def __init__(self, title: str, x_ticks: Sequence[float], y_ticks: Sequence[float], x: str, y: str) -> None:
        """Draw the axes from the first to the last tick, named ``x`` and ``y``."""
        self._x, self._y = (x_ticks[0], x_ticks[-1]), (y_ticks[0], y_ticks[-1])
        view = f"0 0 {WIDTH} {HEIGHT}"
        self._svg = Element("svg", {"viewBox": view, "role": "img", "aria-label": title, "class": "plot"})
        for tick in x_ticks:
            self._text(tick, self._y[0], f"{tick:,g}", "middle", down=18)
        for tick in y_ticks:
            self.line([(self._x[0], tick), (self._x[1], tick)], "grid")
            self._text(self._x[0], tick, f"{tick:,g}", "end", right=-8, down=4)
        self._text(sum(self._x) / 2, self._y[0], x, "middle", down=37)
        self._text(self._x[0], self._y[1], y, "start", right=-LEFT, down=-14)

    def line(self, points: Points, style: str) -> None:
        """A line through the points; ``style`` is a class of the style sheet."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in self._placed(points))
        SubElement(self._svg, "polyline", {"points": path, "class": style})

    def dots(self, points: Points, style: str, names: Sequence[str]) -> None:
        """A dot at each point, named when it is pointed at."""
        for (x, y), name in zip(self._placed(points), names, strict=True):
            dot = SubElement(self._svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4", "class": style})
            SubElement(dot, "title").text = name

    def bar(self, start: float, end: float, bottom: float, top: float, style: str, name: str) -> None:
        """An upright bar, named when it is pointed at."""
        (left, low), (right, high) = self._placed([(start, bottom), (end, top)])
        box = {"x": left + 0.5, "y": high, "width": right - left - 1, "height": low - high}
        shape = SubElement(self._svg, "rect", {key: f"{value:.1f}" for key, value in box.items()} | {"class": style})
        SubElement(shape, "title").text = name

    def svg(self) -> str:
        """The plot as markup; every text in it is escaped."""
        return ElementTree.tostring(self._svg, encoding="unicode")

    def _placed(self, points: Points) -> Iterable[tuple[float, float]]:
        for x, y in points:
            across = (x - self._x[0]) / (self._x[1] - self._x[0])
            up = (y - self._y[0]) / (self._y[1] - self._y[0])
            yield LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def _text(self, x: float, y: float, text: str, anchor: str, *, right: float = 0, down: float = 0) -> None:
        [(left, top)] = self._placed([(x, y)])
        place = {"x": f"{left + right:.1f}", "y": f"{top + down:.1f}", "text-anchor": anchor}
        SubElement(self._svg, "text", place).text = text


def confidence_histogram(results: Sequence[Result]) -> str:
    """How many questions have which confidence: unanswerable ones stand on answerable ones."""
    columns = columns_of([result.scores for result in results])
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    counts = [np.histogram(columns["confidence"][columns["answerable"] == kind], edges)[0] for kind in (1.0, 0.0)]
    highest = _round_up(float(np.sum(counts, axis=0).max()))
    plot = Plot("Confidence of answerable and unanswerable questions", FULL, _ticks(highest), "confidence", "questions")
    for place, (good, bad) in enumerate(zip(*counts, strict=True)):
        start, end = edges[place], edges[place + 1]
        if good:
            plot.bar(start, end, 0, good, "first fill", f"{good} answerable, confidence {start:.2f} to {end:.2f}")
        if bad:
            plot.bar(start, end, good, good + bad, "second fill", f"{bad} unanswerable, {start:.2f} to {end:.2f}")
    answered = [result.confidence for result in results if not result.abstained]
    if answered:
        plot.line([(min(answered), 0), (min(answered), highest)], "guide")
    return plot.svg()


def reliability_diagram(results: Sequence[Result]) -> str:
    """The share of answerable questions against the confidence, in bins that hold equally many questions."""
    columns = columns_of([result.scores for result in results])
    bins = calibration_bins(columns["confidence"], columns["answerable"])
    plot = Plot("Reliability of the confidence", FULL, FULL, "mean confidence", "share answerable")
    plot.line([(0, 0), (1, 1)], "guide")
    points = [(each.confidence, each.answerable) for each in bins]
    plot.line(points, "first")
    said = "{} questions: confidence {:.2f}, {:.0%} answerable"
    names = [said.format(each.count, each.confidence, each.answerable) for each in bins]
    plot.dots(points, "first fill", names)
    return plot.svg()


def hit_curve(results: Sequence[Result]) -> str:
    """hit@k for k from 1 to 10, over the questions whose passages are judged."""
    judged = [[bool(each.relevant) for each in result.found] for result in results if "mrr" in result.scores]
    plot = Plot("hit@k", range(1, 11), FULL, "k: passages looked at", "hit@k")
    if judged:
        points = [(k, sum(hit_at(relevance, k) for relevance in judged) / len(judged)) for k in range(1, 11)]
        plot.line(points, "first")
        plot.dots(points, "first fill", [f"hit@{k}: {value:.3f}" for k, value in points])
    return plot.svg()


def latency_curves(results: Sequence[Result]) -> str:
    """Which share of the questions was done within which time, up to the 99th percentile of asking."""
    columns = columns_of([result.scores for result in results])
    longest = _round_up(float(percentile(columns["ask_ms"], 99)))
    plot = Plot("Latency", _ticks(longest), FULL, "milliseconds", "share of questions done")
    for name, style in (("search_ms", "second"), ("ask_ms", "first")):
        plot.line(_distribution(np.minimum(columns[name], longest)), style)
    return plot.svg()


def _distribution(values: Values) -> Points:
    ranked = np.sort(values)
    shares = np.arange(1, ranked.size + 1) / ranked.size
    return [(0.0, 0.0), *((float(value), float(share)) for value, share in zip(ranked, shares, strict=True))]


def _round_up(value: float) -> float:
    """The least of `NICE` times a power of ten that is not below ``value``, at least 4."""
    power = 10.0 ** floor(log10(max(value, 1.0)))
    return max(4.0, next(power * digit for digit in NICE if power * digit >= value))


def _ticks(highest: float) -> Sequence[float]:
    return [highest * part for part in FULL]
