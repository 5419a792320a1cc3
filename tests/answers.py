"""Answers for tests of what is kept of them, and such as nobody would write."""

from __future__ import annotations

from hypothesis import strategies as st

from assistant.answering.citations import text_of
from assistant.answering.sentence_scoring import ScoredSentence, SentenceFit
from assistant.text.answer_sentences import Sentence
from assistant.types import Answer, AnswerSentence, Citation, ListedItem, Passage, Place, ScoredPassage

NAUGHTY = [
    "<img src=x onerror=alert(1)>",
    "![](http://example.org/spy.png) [here](javascript:alert(1))",
    "[1](http://example.org) [^1] [1]: http://example.org",
    "**bold** __bold__ *it* _it_ ~~gone~~ `code` ``` &lt; &#60; &amp;",
    "# heading\n## another #\n> quote\n- item\n+ item\n1. first\n2) second\n===\n---\n| a | b |\n|---|---|\n    code",
    "\\input{/etc/passwd} \\write18{id} $x_1^2$ 50 % & ~ # { } {{ }} \\{ \\} \\\\",
    "@article{a, title = {b}}",
    "Ω ẞ 中文 العربية 👩‍🚀 é é",
    "a\0b \x1b[2J \u202edekrow\u202c \ud800 \r\n x",
    "'; DROP TABLE conversations; -- \" OR NEAR( * ^ : title:x AND NOT {",
    "${7*7} {{7*7}} <%= 7 %>",
    "",
    " ",
]


def cited(quote: str, **of_passage: object) -> Answer:
    """An answer of one sentence that cites itself in a document."""
    known: dict[str, object] = {
        "source": "tower.md",
        "title": "The Eiffel Tower",
        "breadcrumb": "Size",
        "published": "2024-05-31",
    }
    passage = Passage(
        id="1",
        text=quote,
        start=0,
        end=len(quote),
        **{"published": "2024-05-31", **known, **of_passage},  # type: ignore[arg-type]
    )
    sentences = (AnswerSentence(" ".join(quote.split()), (1,), "supported"),)
    citation = Citation(1, passage, quote, 0, len(quote))
    return Answer(
        text_of(sentences), sentences, (citation,), abstained=False, confidence=0.8, written_by="extractive",
        question="How tall is it?",
    )  # fmt: skip


texts = st.one_of(st.sampled_from(NAUGHTY), st.text(st.characters(exclude_categories=()), max_size=20))
maybe = st.none() | texts
numbers = st.integers(0, 2**40)
scores = st.floats(0, 1)
places = st.builds(Place, st.sampled_from(["page", "slide", "sheet", "file"]), texts)
passages = st.builds(
    Passage, texts, texts, texts, texts, texts, numbers, numbers, st.none() | places, maybe, maybe, maybe, maybe,
    st.lists(texts, max_size=2).map(tuple), st.sampled_from(["plain", "markdown"]),
    st.sampled_from(["en", "de", ""]), texts, st.lists(st.tuples(numbers, places), max_size=2).map(tuple),
)  # fmt: skip
citations = st.builds(Citation, st.integers(1, 9), passages, texts, numbers, numbers)
sentences = st.builds(
    AnswerSentence, texts, st.lists(numbers, max_size=2).map(tuple),
    st.sampled_from(["supported", "partial", "unsupported"]), st.none() | st.tuples(numbers, numbers),
)  # fmt: skip
items = st.builds(ListedItem, texts, st.lists(numbers, max_size=2).map(tuple))
answers = st.builds(
    Answer, texts, st.lists(sentences, max_size=2).map(tuple), st.lists(citations, max_size=2).map(tuple),
    st.booleans(), scores, texts, texts, st.lists(texts, max_size=2).map(tuple),
    st.lists(st.builds(ScoredPassage, passages, scores), max_size=1).map(tuple),
    items=st.lists(items, max_size=2).map(tuple),
)  # fmt: skip


def passage_of(text: str, number: int = 0) -> Passage:
    return Passage(f"p-{number}", f"{number}.md", "", "", text, 0, len(text))


def weighed(sentence: Sentence, score: float, context_coverage: float = 0.5) -> ScoredSentence:
    fit = SentenceFit(
        cosine=0.5, context_coverage=context_coverage, passage_coverage=0.5, passage_score=1.0,
        holds_expected=0.0, word_pairs=0.0, length=2.0, defines=0.0,
    )  # fmt: skip
    return ScoredSentence(sentence=sentence, coverage=0.5, fit=fit, score=score)
