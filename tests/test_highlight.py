"""The words that answer most directly: found again in the sentence as it is read, and shown as such."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant import Answer, AnswerSentence, Citation, Passage
from assistant.answering.citations import plain
from assistant.answering.highlight import emphasised, place
from assistant.interfaces import console
from assistant.interfaces.as_json import to_json
from assistant.interfaces.page.conversation import ShownExchange, render_conversation


def find(quote: str, words: str, text: str) -> str | None:
    """What is emphasised of ``text`` when the reader points to ``words`` of the quote."""
    start = quote.index(words)
    found = place(quote, start, start + len(words), text)
    return None if found is None else text[found[0] : found[1]]


class TestPlace:
    @pytest.mark.parametrize(
        ("quote", "words", "found"),
        [
            ("The keeper was Ada Thorne.", "Ada Thorne", "Ada Thorne"),
            ("The keeper was **Ada Thorne** of Veldt.", "Ada Thorne", "Ada Thorne"),
            ("The keeper was **Ada Thorne** of Veldt.", "**Ada Thorne** of", "Ada Thorne of"),
            ("The keeper was **Ada Thorne** of Veldt.", "*Ada Thorne*", "Ada Thorne"),
            ("The keeper was _Ada_ **Thorne**.", "Ada_ **Thorne", "Ada_ Thorne"),
            ("The keeper\nwas  Ada\n  Thorne.", "Ada\n  Thorne", "Ada Thorne"),
            ("See [Ada Thorne](https://example.org/Ada) of Veldt.", "Ada Thorne", "Ada Thorne"),
            ("See [the keeper](https://example.org/Ada) of Veldt.", "Ada", None),
            ("😀 The keeper 𝔄 was Ada 😀.", "Ada 😀", "Ada 😀"),
            ("A star \\* is Ada\\_Thorne.", "Ada\\_Thorne", "Ada_Thorne"),
        ],
    )
    def test_words_are_found_in_the_sentence_as_it_is_read(self, quote: str, words: str, found: str | None) -> None:
        assert find(quote, words, plain(quote, is_item=False)) == found

    def test_of_words_that_occur_twice_those_that_were_pointed_to_are_found(self) -> None:
        quote = "*Ada* left, and Ada came back."
        assert place(quote, 16, 19, plain(quote, is_item=False)) == (14, 17)

    @pytest.mark.parametrize("mark", ["- ", "* ", "12. ", "  \u2022 "])
    def test_an_items_mark_is_not_counted(self, mark: str) -> None:
        assert find(f"{mark}**Norn**, once", "Norn", "- Norn, once") == "Norn"
        assert find(f"{mark}Norn, once", f"{mark}Norn", "- Norn, once") == "Norn"

    @pytest.mark.parametrize(("start", "end"), [(4, 6), (6, 6), (0, 0)])
    def test_where_nothing_is_left_nothing_is_emphasised(self, start: int, end: int) -> None:
        assert place("Ada **  ** left.", start, end, plain("Ada **  ** left.", is_item=False)) is None

    def test_a_text_that_is_not_the_quote_has_no_emphasis(self) -> None:
        assert place("The keeper was Ada.", 15, 18, "Someone else wrote this about Ada.") is None

    @given(st.text("ab *_`[]()>\\-\n😀\ufdd0", max_size=30), st.integers(0, 30), st.integers(0, 30), st.booleans())
    def test_whatever_the_marks_it_is_a_part_of_the_text_or_nothing(
        self, quote: str, start: int, end: int, is_item: bool
    ) -> None:
        text = ("- " if is_item else "") + plain(quote, is_item=is_item)
        found = place(quote, start, min(end, len(quote)), text)
        assert found is None or 0 <= found[0] < found[1] <= len(text)


def answer_of(*sentences: AnswerSentence) -> Answer:
    """An answer of these sentences, each of which quotes a document that holds nothing else."""
    passages = [Passage(s.text, f"{s.text}.md", "T", "", s.text, 0, len(s.text)) for s in sentences]
    citations = [Citation(n, p, p.text, 0, p.end) for n, p in enumerate(passages, 1)]
    text = " ".join(f"{sentence.text} [{number}]" for number, sentence in enumerate(sentences, 1))
    return Answer(
        text, sentences, tuple(citations), abstained=False, confidence=0.9, written_by="extractive", question="Who?"
    )


TWICE = answer_of(AnswerSentence("Ada left.", (1,), "supported"), AnswerSentence("Ada left again.", (2,), "supported"))


class TestAnswers:
    def test_only_the_sentence_that_quotes_the_words_has_them_emphasised(self) -> None:
        passage = TWICE.citations[1].passage
        assert [s.emphasis for s in emphasised(TWICE, passage, 4, 8).sentences] == [None, (4, 8)]

    def test_words_that_no_sentence_quotes_whole_change_nothing(self) -> None:
        assert emphasised(TWICE, TWICE.citations[0].passage, 4, 10) == TWICE
        assert emphasised(TWICE, Passage("x", "x.md", "", "", "Ada left.", 0, 9), 0, 3) == TWICE


def shown(sentence: AnswerSentence) -> str:
    """The sentence's HTML on the page."""
    page = render_conversation((ShownExchange("Who?", answer_of(sentence)),))
    return page.split('<span class="sentence">')[1].split("</span>")[0]


class TestShowing:
    @pytest.mark.parametrize(
        ("text", "emphasis", "html"),
        [
            ("It was Ada.", (7, 10), 'It was <strong class="asked">Ada</strong>.'),
            ("It was Ada.", None, "It was Ada."),
            ("- Ada, once", (2, 5), '<strong class="asked">Ada</strong>, once'),
            ("<b>&", (0, 2), '<strong class="asked">&lt;b</strong>&gt;&amp;'),
            (
                '<i>x</i> "q"',
                (3, 9),
                '&lt;i&gt;<strong class="asked">x&lt;/i&gt; </strong>&#34;q&#34;',
            ),
            (
                "**a** b **c** 😀 d",
                (6, 7),
                '<strong>a</strong> <strong class="asked">b</strong> <strong>c</strong> 😀 d',
            ),
            ("x **a** y", (2, 7), 'x <strong class="asked"><strong>a</strong></strong> y'),
            ("**a b** c", (4, 9), '**a <strong class="asked">b** c</strong>'),
            ("short", (3, 99), "short"),
            ("short", (-2, 3), "short"),
            ("short", (3, 3), "short"),
        ],
    )
    def test_on_the_page_it_is_a_strong_element_in_escaped_text(
        self, text: str, emphasis: tuple[int, int] | None, html: str
    ) -> None:
        assert shown(AnswerSentence(text, (1,), "supported", emphasis)) == html

    def test_in_json_it_is_a_field(self) -> None:
        sentence = AnswerSentence("It was Ada.", (1,), "supported", (7, 10))
        assert json.loads(to_json(sentence))["emphasis"] == [7, 10]
        assert json.loads(to_json(replace(sentence, emphasis=None)))["emphasis"] is None

    def test_on_a_terminal_it_is_bold(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        terminal = Console(force_terminal=True, color_system="standard", width=80, markup=False, highlight=False)
        monkeypatch.setattr(console, "output", lambda: terminal)
        first, second = TWICE.sentences
        console.show_answer(replace(TWICE, sentences=(first, replace(second, emphasis=(4, 8)))))
        assert capsys.readouterr().out.splitlines()[0] == "Ada left. [1] Ada \x1b[1mleft\x1b[0m again. [2]"

    def test_through_a_pipe_it_is_plain(self, capsys: pytest.CaptureFixture[str]) -> None:
        sentence = AnswerSentence("It \x1b[2Jwas\x07 Ada.", (1,), "supported", (4, 16))
        console.show_answer(answer_of(sentence))
        output = capsys.readouterr().out
        assert "\x1b" not in output
        assert output.splitlines()[0].replace("[2J", "") == "It was Ada. [1]"
