"""The report is one file that shows untrusted text and obeys none of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from assistant.evaluation.metrics import hit_at
from assistant.evaluation.plots import confidence_histogram, hit_curve, latency_curves, reliability_diagram
from assistant.evaluation.question_set import EvidenceItem, Question
from assistant.evaluation.report_html import report_html
from assistant.evaluation.report_wording import compared, interval, shown, signed
from assistant.evaluation.results import CitedQuote, Difference, Evaluation, EvaluationComparison, FoundPassage, Result
from assistant.evaluation.summary import summed_up
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, until_equal

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Dialog
    from playwright.sync_api import Page as BrowserPage

HOSTILE = (
    "</dd></svg></style><script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
    "'\"&{{ 7*7 }}\x00\u202e\ud800"
)


class Page(HTMLParser):
    """The elements and the attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def result_of(number: int, text: str, *, answerable: bool) -> Result:
    question = Question(
        id=f"{number}",
        question=f"{text} {number}?",
        history=(text,),
        answers=(text,) if answerable else (),
        answerable=answerable,
        evidence=(EvidenceItem(text, text),),
        kind=text,
    )
    scores = {"confidence": number / 30, "answerable": float(answerable), "ask_ms": 10.0 + number, "search_ms": 2.0}
    scores |= {"hit_at_1": 0.0, "hit_at_10": 0.0, "mrr": 0.0} if answerable else {"false_answers": 1.0}
    return Result(
        question=question,
        understood=f"understood {text}",
        answer=text,
        abstained=False,
        confidence=number / 30,
        cited=(CitedQuote(text, text, on_evidence=False),),
        found=(FoundPassage(text, text, text, 0.5, relevant=False),),
        evidence_missing=True,
        scores=scores,
    )


def evaluation_of(text: str) -> Evaluation:
    results = [result_of(number, text, answerable=number % 3 > 0) for number in range(1, 28)]
    evaluation = summed_up(results)
    difference = Difference("mrr", 0.5, 0.25, -0.25, -0.5, -0.125, "worse")
    return Evaluation(
        version=evaluation.version,
        questions=evaluation.questions,
        metrics=evaluation.metrics,
        kinds=evaluation.kinds,
        notes=(f"note {text}",),
        results=evaluation.results,
        comparison=EvaluationComparison("0.0.9", 27, 1, 0, (difference,)),
    )


@pytest.fixture(scope="module")
def hostile() -> str:
    return report_html(evaluation_of(HOSTILE))


class TestReport:
    def test_hostile_text_is_shown_and_makes_no_element(self, hostile: str) -> None:
        calm, page = Page(report_html(evaluation_of("calm"))), Page(hostile)
        assert (page.elements, set(page.attributes)) == (calm.elements, set(calm.attributes))
        assert "script" not in page.elements
        assert page.text.count("<script>alert(1)</script>") > 20 * 8
        assert "{{ 7*7 }}" in page.text

    def test_nothing_is_loaded_from_anywhere(self, hostile: str) -> None:
        page = Page(hostile)
        assert (
            page.elements & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base", "form"}
            == set()
        )
        assert set(page.attributes) & {"src", "href", "xlink:href", "srcset", "action", "style"} == set()
        style = re.search("<style>(.*?)</style>", hostile, re.DOTALL)
        assert style is not None
        assert re.findall(r"url\(|@import|https?:", style[1]) == []
        assert "default-src 'none'; style-src 'unsafe-inline'" in page.attributes["content"]

    def test_it_holds_the_figures_the_change_and_the_twenty_worst(self) -> None:
        text = " ".join(Page(report_html(evaluation_of("calm"))).text.split())
        assert "MRR 0.000 0.000 to 0.000 18 1 / rank of the first relevant passage among 10" in text
        assert "nDCG@10 – – 0 not measured: needs evidence with text" in text
        assert "MRR 0.500 0.250 −0.250 −0.500 to −0.125 worse" in text
        assert "Compared over the 27 questions that both runs asked." in text
        assert text.count("Understood as understood calm") == 20
        assert "No relevant passage among the first ten." in text

    def test_one_question_makes_a_report_too(self) -> None:
        text = Page(report_html(summed_up([result_of(1, "calm", answerable=False)]))).text
        assert "1 question · Citewell" in text
        assert "AUROC – – 0 not measured: needs answerable and unanswerable questions" in text

    @pytest.mark.browser
    @pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
    def test_a_browser_asks_nobody_and_needs_no_scrolling_sideways(self, hostile: str, tmp_path: Path) -> None:
        (tmp_path / "report.html").write_bytes(hostile.encode("utf-8", "replace"))
        with chromium() as browser:
            for width in (390, 1200):
                page = browser.new_page(viewport={"width": width, "height": 800})
                self._asks_nobody_and_fits(page, (tmp_path / "report.html").as_uri(), width)
                page.close()

    def _asks_nobody_and_fits(self, page: BrowserPage, address: str, width: int) -> None:
        asked: list[str] = []
        said: list[str] = []

        def dismissed(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.dismiss()

        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", dismissed)
        page.goto(address)
        assert asked == [address]
        assert said == []
        until_equal(lambda: page.evaluate("document.documentElement.scrollWidth"), width)


RESULTS = [result_of(number, "calm", answerable=number % 3 > 0) for number in range(1, 28)]


class TestPlots:
    @pytest.mark.parametrize("plot", [confidence_histogram, reliability_diagram, hit_curve, latency_curves])
    def test_a_plot_is_one_svg_whose_marks_lie_inside(self, plot: object) -> None:
        assert callable(plot)
        svg = ElementTree.fromstring(plot(RESULTS))
        _, _, width, height = map(float, svg.attrib["viewBox"].split())
        for line in svg.iter("polyline"):
            for point in line.attrib["points"].split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height

    def test_the_histogram_counts_every_question(self) -> None:
        svg = ElementTree.fromstring(confidence_histogram(RESULTS))
        counted: dict[str, int] = {}
        for bar in svg.iter("rect"):
            count, word = (bar[0].text or "").split()[:2]
            counted[word.rstrip(",")] = counted.get(word.rstrip(","), 0) + int(count)
        assert counted == {"answerable": 18, "unanswerable": 9}

    def test_the_curve_names_hit_at_k(self) -> None:
        svg = ElementTree.fromstring(hit_curve(RESULTS))
        assert [dot[0].text for dot in svg.iter("circle")] == [
            f"hit@{k}: {hit_at([False], k):.3f}" for k in range(1, 11)
        ]


class TestWording:
    def test_figures_in_words(self) -> None:
        assert [shown(None, "share"), shown(0.12345, "share"), shown(1234.56, "ms")] == ["–", "0.123", "1,234.6 ms"]
        assert [signed(-0.5, "share"), signed(0.0, "share"), signed(2.0, "ms")] == ["−0.500", "+0.000", "+2.0 ms"]
        assert [interval(None, None, "ms"), interval(0.1, 0.25, "share")] == ["–", "0.100 to 0.250"]

    def test_what_was_compared(self) -> None:
        assert list(compared(EvaluationComparison("0", 5, 2, 0, ()))) == [
            "Compared over the 5 questions that both runs asked.",
            "2 of the earlier run's questions were not asked in the other, or in other words: left out.",
        ]
