"""Exports: whatever documents hold shows as text in Markdown, and reaches lists of references whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from assistant import Answer, Conversation, Exchange, Filters
from assistant.answering.citations import text_of
from assistant.conversations.bibliography import LATEX
from assistant.conversations.citation_places import web_address
from assistant.conversations.cited_documents import references_of
from assistant.conversations.encoding import decode
from assistant.conversations.formats import FORMATS, export, file_name
from assistant.conversations.markdown_export import answer_as_markdown
from assistant.types import AnswerSentence, Place, ScoredPassage
from tests.answers import NAUGHTY, answers, cited

MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])
DAY = "2026-01-02T03:04:05.000000+00:00"


def conversation(*given: Answer, title: str = "The tower") -> Conversation:
    exchanges = tuple(Exchange("How tall is it?", answer, asked_at=DAY) for answer in given)
    return Conversation("0" * 32, title, DAY, DAY, exchanges)


def blocks(markdown: str) -> list[str]:
    """What Markdown is made of: its kinds of blocks and marks, without the text."""
    kinds = []
    for token in MARKDOWN.parse(markdown):
        kinds += [child.type for child in token.children] if token.children else [token.type]
    return kinds


def shown(markdown: str) -> str:
    """The text that a reader of rendered Markdown sees, white space made single."""
    parts = [child.content or " " for token in MARKDOWN.parse(markdown) for child in token.children or []]
    return " ".join(" ".join(parts).split())


class TestMarkdown:
    def test_an_answer_has_its_sources_below(self) -> None:
        answer = cited(
            "The Eiffel Tower is 330 metres tall.",
            publisher="City Notes",
            place=Place("page", "3"),
            url="https://x.org/a",
        )
        assert answer_as_markdown(answer) == (
            "**How tall is it?**\n"
            "\n"
            "The Eiffel Tower is 330 metres tall. [1]\n"
            "\n"
            "**Sources**\n"
            "\n"
            "[1] **The Eiffel Tower** · page 3, Size · City Notes · 2024-05-31 · tower.md · "
            "<https://x.org/a#:~:text=The%20Eiffel%20Tower%20is%20330%20metres%20tall.>\n"
            "\n"
            "> “The Eiffel Tower is 330 metres tall.”\n"
        )

    def test_an_abstention_names_the_closest_passages(self) -> None:
        answer = replace(
            cited("x"), text="The documents do not answer this.", sentences=(), citations=(), notices=("A notice.",)
        )
        said = "**How tall is it?**\n\nThe documents do not answer this.\n\n*A notice.*\n"
        assert answer_as_markdown(replace(answer, abstained=True)) == said
        found = ScoredPassage(cited("x", title="A *tower*").citations[0].passage, 0.5)
        assert answer_as_markdown(replace(answer, abstained=True, also_found=(found,) * 4)) == (
            f"{said}\n**The closest passages**\n\n" + "- A \\*tower\\* › Size (tower.md)\n" * 3
        )

    def test_a_list_stays_one(self) -> None:
        sentences = [AnswerSentence("Three:", (1,), "supported"), AnswerSentence("- *a*", (1,), "supported")]
        sentences += [AnswerSentence("- b", (2, 3), "supported")]
        answer = replace(cited("x"), text=text_of(sentences), sentences=tuple(sentences), citations=())
        assert answer_as_markdown(answer) == "**How tall is it?**\n\nThree: [1]\n\n- \\*a\\* [1]\n- b [2] [3]\n"

    def test_a_conversation_has_a_heading_for_each_question(self) -> None:
        exchange = Exchange(
            "And C #",
            cited("Tall."),
            Filters(("a.md", "b"), ("City_Notes",), "2024-01-01"),
            stopped=True,
            asked_at=DAY,
        )
        text = export(replace(conversation(), exchanges=(exchange,)), "markdown")
        assert text.startswith(
            "# The tower\n\n## And C \\#\n\n*2026-01-02 · only in: a.md or b · City\\_Notes · since 2024 · "
            "understood as: How tall is it? · stopped before it was complete*\n\nTall. [1]\n\n"
        )

    def test_a_question_without_an_answer_says_what_became_of_it(self) -> None:
        failed = Exchange("Why?", None, problem="The *index* is gone.", asked_at=DAY)
        halted = Exchange("How?", None, stopped=True, asked_at=DAY)
        whole = replace(conversation(), exchanges=(failed, halted))
        assert export(whole, "markdown") == (
            "# The tower\n\n## Why?\n\n*2026-01-02*\n\nThe \\*index\\* is gone.\n\n"
            "## How?\n\n*2026-01-02 · stopped before it was complete*\n"
        )
        assert export(whole, "csl") == "[]\n"
        assert [one["answer"] for one in json.loads(export(whole, "json"))["exchanges"]] == [None, None]

    @pytest.mark.parametrize("text", NAUGHTY)
    def test_text_of_documents_is_text_and_nothing_else(self, text: str) -> None:
        plain = blocks(export(conversation(cited("Plain.", author="Plain"), title="Plain"), "markdown"))
        naughty = cited(text, author=text, title=text or "x", breadcrumb=text)
        kinds = blocks(export(conversation(naughty, title=text or "x"), "markdown"))
        assert set(kinds) - {"softbreak", "inline"} <= set(plain)
        for kind in ("link_open", "image", "html_inline", "html_block", "code_inline", "fence", "s_open", "table_open"):
            assert kind not in kinds

    @pytest.mark.parametrize("text", [text for text in NAUGHTY if "\0" not in text and text.strip()])
    def test_it_shows_as_it_is(self, text: str) -> None:
        sentence = " ".join(text.split())
        said = shown(answer_as_markdown(cited(text))).removeprefix("How tall is it? ")
        assert said.replace(" ", "").startswith(f"{sentence}[1]".replace(" ", ""))

    @given(answers)
    def test_every_answer_can_be_exported(self, answer: Answer) -> None:
        for form in FORMATS:
            export(conversation(answer), form).encode("utf-8")
        answer_as_markdown(answer).encode("utf-8")


class TestJson:
    @given(answers)
    def test_it_is_the_whole_conversation(self, answer: Answer) -> None:
        whole = conversation(answer)
        assert decode(Conversation, export(whole, "json")) == whole


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """The entries as BibTeX reads them: braces are counted, whatever stands before them."""
    entries: dict[str, dict[str, str]] = {}
    for entry in re.finditer(r"^@(?:online|misc)\{([a-z0-9-]+),\n((?:  .*\n)*)\}\n", text, re.MULTILINE):
        assert entry[1] not in entries
        entries[entry[1]] = {}
        for line in entry[2].splitlines():
            named = re.fullmatch(r"  ([a-z]+) = \{(.*)\},", line)
            assert named
            depth, lowest = 0, 0
            for character in named[2]:
                depth += (character == "{") - (character == "}")
                lowest = min(lowest, depth)
            assert (depth, lowest) == (0, 0)
            entries[entry[1]][named[1]] = named[2]
    assert len(entries) == len(re.findall("^@", text, re.MULTILINE))
    return entries


def unescaped(latex: str) -> str:
    back = {str(written): chr(character) for character, written in LATEX.items()}
    return re.sub("|".join(map(re.escape, sorted(back, key=len, reverse=True))), lambda found: back[found[0]], latex)


class TestReferences:
    def test_bibtex(self) -> None:
        answer = cited(
            "Costs rose 5 % in {Q1} & Q2.",
            title="Profits_& Losses: 100% {of} $5 #1",
            author="O'Neil, Jane; European Commission; Ångström and Sons",
            publisher="City & Co",
            url="https://x.org/a_b?q=ü&r={}#c",
            place=Place("page", "3"),
        )
        assert export(conversation(answer), "bibtex") == (
            "@online{oneil2024-416112a2ad,\n"
            "  title = {{Profits\\_\\& Losses: 100\\% \\textbraceleft{}of\\textbraceright{} \\$5 \\#1}},\n"
            "  author = {{O'Neil}, {Jane} and {European Commission} and {Ångström and Sons}},\n"
            "  publisher = {City \\& Co},\n"
            "  date = {2024-05-31},\n"
            "  year = {2024},\n"
            "  url = {https://x.org/a_b?q=%C3%BC&r=%7B%7D#c},\n"
            "  urldate = {2026-01-02},\n"
            "  pages = {3},\n"
            "  note = {“Costs rose 5 \\% in \\textbraceleft{}Q1\\textbraceright{} \\& Q2.”},\n"
            "}\n"
        )

    def test_csl(self) -> None:
        answer = cited("Tall.", author="Doe, Jane; City Office", publisher="City Notes", place=Place("slide", "7"))
        assert json.loads(export(conversation(answer), "csl")) == [
            {
                "id": "doe2024-416112a2ad",
                "type": "document",
                "title": "The Eiffel Tower",
                "author": [{"family": "Doe", "given": "Jane"}, {"literal": "City Office"}],
                "publisher": "City Notes",
                "issued": {"date-parts": [[2024, 5, 31]]},
                "accessed": {"date-parts": [[2026, 1, 2]]},
                "section": "slide 7, Size",
                "note": "“Tall.”",
            }
        ]

    def test_a_document_is_one_entry_with_all_its_quotes_and_pages(self) -> None:
        pages = [cited("One.", place=Place("page", "2")), cited("Two.", place=Place("page", "9")), cited("One.")]
        [reference] = references_of(conversation(*pages))
        assert (reference.quotes, reference.pages, reference.sections) == (("One.", "Two."), ("2", "9"), ("Size",))

    def test_a_quote_over_two_pages_names_both(self) -> None:
        first, second = Place("page", "3"), Place("page", "4")
        answer = cited("Tall. Grey.", place=first.through(second), places=((0, first), (4, second)))
        on_both = replace(answer.citations[0], quote="Tall. Grey.", place=None)
        on_one = replace(on_both, number=2, quote="Grey.", start=6, end=11, place=None)
        cites_both = conversation(replace(answer, citations=(on_both, on_one)))
        assert references_of(cites_both)[0].pages == ("3\u20134", "4")
        assert "  pages = {3--4, 4},\n" in export(cites_both, "bibtex")
        assert json.loads(export(cites_both, "csl"))[0]["page"] == "3-4, 4"
        written = export(cites_both, "markdown")
        assert "pages 3\u20134, Size" in written
        assert "page 4, Size" in written

    def test_a_key_is_the_documents_own_and_stays(self) -> None:
        one = cited("One.")
        elsewhere = cited("Two.", source="elsewhere/tower.md")
        both = [reference.key for reference in references_of(conversation(elsewhere, one))]
        assert len(set(both)) == 2
        assert both[1] == references_of(conversation(one))[0].key

    @pytest.mark.parametrize(
        ("published", "date"),
        [("2024", "2024"), ("2024-05", "2024-05"), ("2024-05-31T10:00:00Z", "2024-05-31"), ("soon", ""), (None, "")],
    )
    def test_a_date_is_given_as_far_as_it_is_known(self, published: str | None, date: str) -> None:
        [reference] = references_of(conversation(cited("One.", published=published)))
        assert reference.date == date

    @pytest.mark.parametrize("text", [text for text in NAUGHTY if text.strip()])
    def test_naughty_texts_reach_bibtex_whole(self, text: str) -> None:
        answer = cited(
            text, title=text, author=text, publisher=text, url=f"https://x.org/{text}", place=Place("page", text)
        )
        [reference] = references_of(conversation(answer))
        [fields] = read_bibtex(export(conversation(answer), "bibtex")).values()
        assert unescaped(fields["title"][1:-1]) == reference.title
        assert unescaped(fields["note"]) == reference.note
        assert unescaped(fields["publisher"]) == reference.publisher
        assert unescaped(fields["pages"]) == reference.pages[0]
        assert re.fullmatch(r"[!-~]*", fields.get("url", ""))
        assert not set(fields.get("url", "")) & set('{}\\"<>')

    @given(answers)
    def test_every_export_is_bibtex(self, answer: Answer) -> None:
        references = references_of(conversation(answer))
        assert list(read_bibtex(export(conversation(answer), "bibtex"))) == [one.key for one in references]
        json.loads(export(conversation(answer), "csl"))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://x.org/a b", "https://x.org/a%20b"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("http://[x", ""),
        (None, ""),
        ('https://x.org/">%20<', "https://x.org/%22%3E%20%3C"),
    ],
)
def test_an_address_is_exported_only_if_it_is_one(url: str | None, address: str) -> None:
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How tall is it?", "how-tall-is-it.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("Größe: 東京", "größe-東京.md"),
        ("\0 /\\:*", "conversation.md"),
        ("a" * 200, "a" * 60 + ".md"),
    ],
)
def test_a_file_is_named_by_the_title(title: str, name: str) -> None:
    assert file_name(conversation(title=title), "markdown") == name
