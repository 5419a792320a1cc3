"""A document's structure, its sentences, and the passages made of them: nothing lost, nothing twice, offsets exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.indexing import Embedder
from assistant.indexing.passages import BREADCRUMB_SEPARATOR, MAXIMUM_CHARACTERS, PassageSpan, split
from assistant.text.answer_sentences import sentences_of
from assistant.text.boilerplate import heads_nothing
from assistant.text.sentences import Span, ends_a_sentence, sentences, trimmed
from assistant.text.structure import RULE, blocks, sections
from assistant.types import Document, Markup, Passage

FURNITURE = ["Share this article", "2 min read", "By Ann Orr", "Subscribe to our newsletter", "Read more: Other news"]
WORDS = "harbour crane ferry island silo grain tide north Veldt boat 1914 café граница берег naïve"


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def document(text: str, markup: Markup = "markdown", title: str = "The title") -> Document:
    return Document(source="a.md", title=title, text=text, markup=markup)


def passages(text: str, markup: Markup = "markdown", maximum_tokens: int = 250) -> list[tuple[str, str]]:
    """Breadcrumb and text of each passage."""
    spans = list(split(document(text, markup), count_words, maximum_tokens))
    return [(span.breadcrumb, text[span.start : span.end]) for span in spans]


@dataclass
class Written:
    """A Markdown text of known parts: where its content stands, by section, and under which headings."""

    text: str = ""
    sections: list[tuple[str, list[Span]]] = field(default_factory=list)

    def write(self, piece: str) -> Span:
        start = len(self.text)
        self.text += piece
        return Span(start, len(self.text))


word = st.sampled_from(WORDS.split())
sentence = st.lists(word, min_size=3, max_size=25).map(lambda words: f"Old {' '.join(words)}.")
paragraph = st.lists(sentence, min_size=1, max_size=8).map(" ".join)
wrapped = st.lists(sentence, min_size=2, max_size=5).map("\n".join)
items = st.lists(sentence, min_size=1, max_size=6).map(lambda texts: "\n".join(f"- {text}" for text in texts))
table = st.lists(st.tuples(word, word), min_size=1, max_size=4).map(
    lambda rows: "\n".join(f"| {one} | {other} |" for one, other in rows)
)
code = st.lists(word, min_size=1, max_size=4).map(lambda words: "```\n# " + "\n# ".join(words) + "\n```")
endless = st.integers(200, 2500).map(lambda length: "x" * length)
unpunctuated = st.lists(word, min_size=100, max_size=300).map(" ".join)
content = st.one_of(paragraph, wrapped, items, table, code, endless, unpunctuated)


@st.composite
def written(draw: st.DrawFn) -> Written:
    """Sections of blocks; every section has content, and perhaps buttons and bylines between."""
    made = Written()
    above: list[tuple[int, str]] = []
    for number in range(draw(st.integers(1, 4))):
        level = draw(st.integers(1, 4)) if number else draw(st.integers(0, 4))
        if level:
            above = [*(outer for outer in above if outer[0] < level), (level, f"Heading {number}")]
            made.write(f"{'#' * level} Heading {number}\n\n")
        spans = []
        for piece in draw(st.lists(content, min_size=1, max_size=4)):
            if draw(st.booleans()):
                spans.append(made.write(draw(st.sampled_from(FURNITURE))))
                made.write("\n\n")
            spans.append(made.write(piece))
            made.write(draw(st.sampled_from(["\n\n", "\n \n\n", "\n\n\n\n"])))
        made.sections.append((BREADCRUMB_SEPARATOR.join(text for _, text in above), spans))
    return made


class TestSplitting:
    @given(written())
    @settings(max_examples=25)
    def test_every_character_of_content_is_in_exactly_one_passage(self, made: Written) -> None:
        covered = [0] * len(made.text)
        for span in split(document(made.text), count_words, 120):
            for position in range(span.start, span.end):
                covered[position] += 1
        for _, spans in made.sections:
            for piece in spans:
                counts = {covered[at] for at in range(piece.start, piece.end) if not made.text[at].isspace()}
                assert counts == {1}
        assert max(covered) == 1

    @given(written(), st.sampled_from([60, 120, 250]))
    @settings(max_examples=25)
    def test_passages_come_in_order_without_overlap_or_space_at_their_ends(self, made: Written, room: int) -> None:
        spans = list(split(document(made.text), count_words, room))
        assert all(one.end <= other.start for one, other in pairwise(spans))
        texts = [made.text[span.start : span.end] for span in spans]
        assert texts == [text.strip() for text in texts]
        assert "" not in texts

    @given(written(), st.sampled_from([60, 120, 250]))
    @settings(max_examples=25)
    def test_a_passage_keeps_both_limits(self, made: Written, room: int) -> None:
        for span in split(document(made.text), count_words, room):
            assert span.end - span.start <= MAXIMUM_CHARACTERS
            assert count_words([span.embedded_text])[0] <= room

    @given(written())
    @settings(max_examples=25)
    def test_a_passage_lies_in_one_section_and_carries_its_headings(self, made: Written) -> None:
        ranges = [(breadcrumb, spans[0].start, spans[-1].end) for breadcrumb, spans in made.sections]
        for span in split(document(made.text), count_words, 120):
            around = [breadcrumb for breadcrumb, start, end in ranges if start <= span.start and span.end <= end]
            assert around == [span.breadcrumb]
            context = f"The title\n{span.breadcrumb}" if span.breadcrumb else "The title"
            assert span.embedded_text == f"{context}\n{made.text[span.start : span.end]}"

    @given(st.text(max_size=400), st.sampled_from(["plain", "markdown"]))
    @settings(max_examples=200)
    def test_any_text_at_all_is_covered_but_for_headings(self, text: str, markup: Markup) -> None:
        whole = document(text, markup)
        covered = [0] * len(text)
        for span in split(whole, count_characters, 250):
            assert span.end - span.start <= MAXIMUM_CHARACTERS
            for position in range(span.start, span.end):
                covered[position] += 1
        assert max(covered, default=0) <= 1
        for section in sections(whole):
            for block in section.blocks:
                missed = [text[at] for at in range(block.start, block.end) if not covered[at]]
                assert "".join(missed).strip() == ""

    @given(written())
    @settings(max_examples=10)
    def test_splitting_again_gives_the_same(self, made: Written) -> None:
        first = list(split(document(made.text), count_words, 120))
        assert list(split(document(made.text), count_words, 120)) == first
        assert [span.embedded_hash for span in split(document(made.text), count_words, 120)] == [
            span.embedded_hash for span in first
        ]

    def test_sentences_are_packed_together_until_the_limit(self) -> None:
        sentence = "The harbour of Veldt has four cranes and two silos beside them."
        text = " ".join([sentence] * 30)
        lengths = [len(text) for _, text in passages(text)]
        assert lengths == [14 * len(sentence) + 13, 14 * len(sentence) + 13, 2 * len(sentence) + 1]

    def test_a_passage_rather_ends_with_a_paragraph_than_in_one(self) -> None:
        one = "The harbour of Veldt has four cranes and two silos beside them. " * 8
        other = "The ferry to Moss Island leaves at nine in the morning, every day. " * 8
        assert passages(f"{one}\n\n{other}") == [("", one.strip()), ("", other.strip())]

    def test_a_heading_without_anything_under_it_is_a_passage(self) -> None:
        assert passages("Opening words here.\n\n# The end") == [("", "Opening words here."), ("The end", "# The end")]

    def test_a_heading_that_holds_only_sections_is_no_passage(self) -> None:
        assert passages("# Cranes\n\n## Heights\n\nThey are tall.") == [("Cranes › Heights", "They are tall.")]

    def test_a_button_or_a_label_stays_in_the_passages(self) -> None:
        text = "# Cranes\n\nBy Rail\n\nThey are tall.\n\nUpdated: May\n\n# Related\n\nShare this article\n"
        assert passages(text) == [
            ("Cranes", "By Rail\n\nThey are tall.\n\nUpdated: May"),
            ("Related", "Share this article"),
        ]

    def test_the_title_is_not_repeated_in_the_breadcrumb(self) -> None:
        assert passages("# The title\n\nIntro here.\n\n## Part\n\nText here.") == [
            ("", "Intro here."),
            ("Part", "Text here."),
        ]

    @pytest.mark.parametrize(
        ("text", "markup"),
        [("", "plain"), (" \n\t\n", "markdown"), ("\n" * 1000, "plain")],
    )
    def test_a_text_without_content_has_no_passages(self, text: str, markup: Markup) -> None:
        assert passages(text, markup) == []

    def test_an_overlong_run_is_cut_at_line_ends_then_spaces_then_anywhere(self) -> None:
        lines = "\n".join(["word " * 39 + "word"] * 10)
        assert {text.count("word ") % 39 for _, text in passages(f"```\n{lines}\n```", maximum_tokens=2000)} == {0}
        words = passages("longword " * 300, maximum_tokens=2000)
        assert {word for _, text in words for word in text.split()} == {"longword"}
        assert [len(text) for _, text in passages("x" * 2000, maximum_tokens=2000)] == [900, 900, 200]


class TestRealTokens:
    @pytest.mark.parametrize(
        "text",
        [
            "Расширение альянса на восток остаётся главной темой переговоров в столице. " * 25,
            "人口は約千四百万人で、経済と文化の中心地となっています。" * 60,
            "🦉" * 1500,
            "x" * 3000,
            "aé" * 1500,
            ". " * 1500,
            "Ünïcödé wörds " * 200,
            "\u200b" * 2000,
            "https://veldt.example/" + "a1-" * 600,
        ],
        ids=["russian", "japanese", "owls", "x", "accents", "dots", "umlauts", "zero-width", "address"],
    )
    def test_no_passage_is_longer_than_the_model_reads(self, embedder: Embedder, text: str) -> None:
        for markup in ("plain", "markdown"):
            spans = list(split(document(text, markup), embedder.count_tokens, embedder.maximum_tokens))
            counts = embedder.count_tokens([span.embedded_text for span in spans])
            assert [count for count in counts if count > embedder.maximum_tokens] == []
            assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())

    @pytest.mark.parametrize("title", ["title " * 200, "заголовок " * 100], ids=["english", "russian"])
    def test_however_long_the_title_the_model_still_reads_the_passage(self, embedder: Embedder, title: str) -> None:
        text = "The harbour of Veldt has four cranes and two silos beside them. " * 10
        spans = list(split(document(text, title=title), embedder.count_tokens, embedder.maximum_tokens))
        counts = embedder.count_tokens([span.embedded_text for span in spans])
        assert [count for count in counts if count > embedder.maximum_tokens] == []

    def test_furniture_between_two_sentences_counts_towards_the_limit(self, embedder: Embedder) -> None:
        furniture = "Read more: " + " ".join("abcdefghijklmnopqrstuvwxyzabcdefghijkl")
        text = "\n\n".join(["The crane is tall.", furniture] * 12)
        spans = list(split(document(text), embedder.count_tokens, embedder.maximum_tokens))
        counts = embedder.count_tokens([span.embedded_text for span in spans])
        assert [count for count in counts if count > embedder.maximum_tokens] == []

    def test_two_tokens_of_the_256_frame_the_text(self, embedder: Embedder) -> None:
        assert embedder.maximum_tokens == 254


def headings(text: str, markup: Markup = "markdown", title: str = "The title") -> list[tuple[str, ...]]:
    return [section.headings for section in sections(document(text, markup, title))]


def block_kinds(text: str, markup: Markup = "markdown") -> list[tuple[str, str]]:
    found = [block for section in sections(document(text, markup)) for block in section.blocks]
    return [(block.kind, text[block.start : block.end]) for block in found]


class TestStructure:
    def test_markdown_headings_nest(self) -> None:
        text = "Intro.\n\n# A\n\na\n\n## B ##\n\nb\n\n# C\n\nc\n\n#### D\n\nd"
        assert headings(text) == [(), ("A",), ("A", "B"), ("C",), ("C", "D")]

    def test_an_underlined_line_is_a_heading(self) -> None:
        assert headings("A\n===\n\na\n\nB\n---\n\nb") == [("A",), ("A", "B")]

    def test_marks_inside_a_heading_are_not_shown(self) -> None:
        assert headings("# The **big** `crane` at [Veldt](https://veldt.example)\n\na") == [("The big crane at Veldt",)]

    @pytest.mark.parametrize(
        "text",
        [
            "#hashtag\n\na",
            "```\n# comment\n```",
            "~~~~\n# one\n```\n# two\n~~~~\n",
            "    # indented",
            "a\nb\n---",
            "a\n\n---\n\nb",
        ],
    )
    def test_what_only_looks_like_a_heading_is_none(self, text: str) -> None:
        assert headings(text) == [()]

    def test_an_unclosed_fence_runs_to_the_end(self) -> None:
        assert block_kinds("a\n\n```\n# b\n\nc") == [("prose", "a"), ("code", "```\n# b"), ("code", "c")]

    def test_plain_text_has_headings_before_prose(self) -> None:
        text = "The Cranes of Veldt\n\nThe harbour has four cranes, and each of them is fifty metres tall.\n"
        assert headings(text, "plain") == [("The Cranes of Veldt",)]

    def test_the_title_on_the_first_line_is_a_heading_that_is_not_repeated(self) -> None:
        text = "\nThe title\nThe harbour has four cranes."
        [section] = sections(document(text, "plain"))
        assert (section.headings, section.heading) == ((), Span(1, 10))

    @pytest.mark.parametrize(
        "line",
        ["This short line is a sentence.", "lower case words", "Ends in a comma,", "1984 - 1985", "- An item",
         "2 min read",
         "A line that goes on and on and on until it has more words than any heading would have"],
    )  # fmt: skip
    def test_other_short_lines_of_plain_text_are_none(self, line: str) -> None:
        text = f"{line}\n\nThe harbour has four cranes, and each of them is fifty metres tall.\n"
        assert headings(text, "plain") == [()]

    def test_wiki_headings_nest_by_their_signs(self) -> None:
        assert headings("= A =\na\n== B ==\nb\n= C =\nc", "plain") == [("A",), ("A", "B"), ("C",)]

    def test_blocks_are_told_apart(self) -> None:
        text = "Two lines\nof prose.\n- one\n- two\n  goes on\n\n1. first\n\n"
        text += "| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```"
        assert block_kinds(text) == [
            ("prose", "Two lines\nof prose."),
            ("item", "- one"),
            ("item", "- two\n  goes on"),
            ("item", "1. first"),
            ("table", "| a | b |\n|---|---|\n| c | d |"),
            ("code", "```\ncode\n```"),
        ]

    def test_lines_of_plain_text_are_paragraphs_unless_they_are_wrapped(self) -> None:
        assert block_kinds("One thing is this.\nAnother is that.", "plain") == [
            ("prose", "One thing is this."),
            ("prose", "Another is that."),
        ]
        lines = (
            "The harbour of Veldt has four cranes and two\nsilos beside them, which were built in the year\nof 1914."
        )
        assert block_kinds(lines, "plain") == [("prose", lines)]

    @given(
        st.text(st.sampled_from("ab .#=-*|`~\n\r\t\u00a0\u2028\x0c>1)A"), max_size=120),
        st.sampled_from(["plain", "markdown"]),
    )
    @settings(max_examples=300)
    @example("---", "plain")
    def test_every_character_but_space_and_rules_is_in_one_block_or_heading(self, text: str, markup: Markup) -> None:
        found = list(sections(document(text, markup)))
        spans = [Span(block.start, block.end) for section in found for block in section.blocks]
        spans += [section.heading for section in found if section.heading]
        at = sorted(position for span in spans for position in range(span.start, span.end))
        assert len(at) == len(set(at))
        left = "".join(" " if position in at else character for position, character in enumerate(text))
        assert [line for line in left.split("\n") if line.strip() and not RULE.match(line)] == []

    @given(st.text(st.sampled_from("ab .-*|\n\t1)A"), max_size=120))
    @settings(max_examples=100)
    def test_blocks_come_in_order_and_trimmed(self, text: str) -> None:
        found = blocks(text, "plain")
        assert all(one.end <= other.start for one, other in pairwise(found))
        assert [text[block.start : block.end] for block in found] == [
            text[block.start : block.end].strip() for block in found
        ]


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("One thing. Another thing! A third?", ["One thing.", "Another thing!", "A third?"]),
            ("Dr. Smith met Mr. Jones at 5 p.m. in St. Ives.", ["Dr. Smith met Mr. Jones at 5 p.m. in St. Ives."]),
            ("It rose 3.5 percent. Then it fell.", ["It rose 3.5 percent.", "Then it fell."]),
            ("A sentence\nover two lines. Another\none.", ["A sentence\nover two lines.", "Another\none."]),
            ("Граница закрыта. Мост открыт.", ["Граница закрыта.", "Мост открыт."]),
            ("  spaced   out .  ", ["spaced   out ."]),
            ("no end at all", ["no end at all"]),
            ("", []),
            (" \n ", []),
        ],
    )
    def test_a_text_has_these_sentences(self, text: str, expected: list[str]) -> None:
        assert [text[span.start : span.end] for span in sentences(text, 0, len(text))] == expected

    def test_a_piece_in_lower_case_belongs_to_the_sentence_before(self) -> None:
        text = "They met at the U.N. headquarters in spring. It rained."
        assert [text[span.start : span.end] for span in sentences(text, 0, len(text))] == [
            "They met at the U.N. headquarters in spring.",
            "It rained.",
        ]

    def test_only_the_range_asked_for_is_split(self) -> None:
        text = "Before. One. Two. After."
        assert sentences(text, 8, 17) == [Span(8, 12), Span(13, 17)]

    @given(st.text(max_size=200), st.integers(0, 20), st.integers(0, 20))
    @settings(max_examples=300)
    def test_no_character_but_space_is_left_out_and_none_comes_twice(self, text: str, before: int, after: int) -> None:
        start, end = min(before, len(text)), max(min(before, len(text)), len(text) - after)
        assert_lossless(text, start, end)

    @given(
        st.text(
            st.sampled_from("aB. !?\n\r\t\u00a0\u2028\u2029\x85\x0b\x0c\x1c。…\"'()[1]«»\u200b\u200f🦉"), max_size=80
        )
    )
    @settings(max_examples=400)
    def test_nor_with_the_signs_that_end_sentences_and_every_kind_of_space(self, text: str) -> None:
        assert_lossless(text, 0, len(text))

    @pytest.mark.parametrize(
        "text", ["Yes.", 'He said "yes."', "Really?!", "Да…", "終わり。", "Cited.[3][4]", "Bold.**", "(So.)"]
    )
    def test_these_end_a_sentence(self, text: str) -> None:
        assert ends_a_sentence(text)

    @pytest.mark.parametrize("text", ["", "No", "Title:", "1.5", "Mr. X", "see [3]"])
    def test_these_do_not(self, text: str) -> None:
        assert not ends_a_sentence(text)

    @given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
    def test_trimming_takes_space_and_nothing_else(self, before: str, inner: str, after: str) -> None:
        text = before + inner + after
        span = trimmed(text, len(before), len(before) + len(inner))
        assert (text[span.start : span.end] if span else "") == inner.strip()


def assert_lossless(text: str, start: int, end: int) -> None:
    """The sentences of a range are in order, trimmed, and leave nothing but space between them."""
    position = start
    for span in sentences(text, start, end):
        assert text[position : span.start].strip() == ""
        assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
        position = span.end
    assert position <= end
    assert text[position:end].strip() == ""


class TestFurniture:
    @pytest.mark.parametrize(
        "text",
        ["Share this article", "share on Facebook", "2 min read", "5-minute read", "By Ann Orr",
         "By Ann Orr, Senior Editor", "Updated: 3 May 2024, 10:20", "Source: Lake Itasca", "Read more",
         "Related articles", "Most read:", "Sign up for our newsletter", "Follow us on Twitter", "ADVERTISEMENT",
         "\u00a9 2024 The Veldt Times", "12 comments", "Leave a reply", "Skip to main content",
         "Tags: harbour, cranes"],
    )  # fmt: skip
    def test_a_button_a_byline_or_a_label_heads_nothing(self, text: str) -> None:
        assert heads_nothing(text)
        assert headings(f"{text}\n\nThe harbour of Veldt has four cranes and a silo.", "plain") == [()]

    @pytest.mark.parametrize(
        "text", ["The cranes of Veldt", "By Rail", "Part 2: The harbour", "Chapter IV: The sea", "Home of the owls"]
    )
    def test_any_other_short_line_above_prose_heads_it(self, text: str) -> None:
        assert headings(f"{text}\n\nThe harbour of Veldt has four cranes and a silo.", "plain") == [(text,)]


class TestSentencesOfPassages:
    @staticmethod
    def passages_of(
        text: str, markup: Markup, count: Callable[[Sequence[str]], list[int]] = count_words
    ) -> list[Passage]:
        spans: list[PassageSpan] = list(split(document(text, markup), count, 120))
        return [
            Passage(str(at), "a.md", "", span.breadcrumb, text[span.start : span.end], span.start, span.end)
            for at, span in enumerate(spans)
        ]

    @given(written())
    @settings(max_examples=25)
    def test_a_sentence_stands_in_the_document_where_it_says(self, made: Written) -> None:
        for passage in self.passages_of(made.text, "markdown"):
            found = sentences_of(passage)
            assert [sentence.text for sentence in found] == [made.text[item.start : item.end] for item in found]
            assert [sentence.order for sentence in found] == list(range(len(found)))
            assert all(one.end <= other.start for one, other in pairwise(found))
            assert all(passage.start <= sentence.start and sentence.end <= passage.end for sentence in found)

    @given(st.text(max_size=300), st.sampled_from(["plain", "markdown"]))
    @settings(max_examples=100)
    def test_so_it_does_in_any_text_at_all(self, text: str, markup: Markup) -> None:
        for passage in self.passages_of(text, markup, count_characters):
            assert [item.text for item in sentences_of(passage)] == [
                text[item.start : item.end] for item in sentences_of(passage)
            ]

    def test_questions_say_nothing_and_short_lines_are_fragments(self) -> None:
        text = "Is it tall? It is fifty metres tall. Fig. 3:\n\nBy Rail"
        [passage] = self.passages_of(text, "markdown")
        assert [(item.text, item.is_fragment) for item in sentences_of(passage)] == [
            ("It is fifty metres tall.", False),
            ("By Rail", True),
        ]

    def test_an_item_is_one_sentence_however_many_it_holds(self) -> None:
        text = "These are they:\n\n- The crane. It lifts.\n- The silo\n"
        [passage] = self.passages_of(text, "markdown")
        assert [(item.text, item.is_item, item.introduces) for item in sentences_of(passage)] == [
            ("These are they:", False, True),
            ("- The crane. It lifts.", True, False),
            ("- The silo", True, False),
        ]
