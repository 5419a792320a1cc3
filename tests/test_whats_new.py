"""What is new over a corpus: stories, what they add and contradict; in Python, on the command line, as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant import Assistant, Document
from assistant.answering.conflicts import ANY_FIGURE, SentenceComparison
from assistant.answering.near_duplicates import repeats_most_of
from assistant.interfaces.cli import app
from assistant.news.corrections import corrections
from assistant.news.stories import Article, stories
from assistant.text.answer_sentences import Sentence
from assistant.types import Passage

if TYPE_CHECKING:
    from tests.conftest import OpenCorpus

HEAD = "---\ntitle: {title}\npublished: {day}\npublisher: {publisher}\n---\n\n{text}\n"
BRIDGE = (
    "A barge struck the bridge over the Tarn at Ostley on Monday evening and tore away one of its piers. Nine people "
    "were hurt when a bus slid to the edge of the gap.\n\nThe bridge over the Tarn was built in 1931. Ostley has no "
    "other bridge, and the ferry carries 40 cars an hour."
)
FILES = {
    "a-bridge.md": HEAD.format(
        title="Barge strikes bridge at Ostley", day="2026-03-02", publisher="Courier", text=BRIDGE
    ),
    "b-copy.md": HEAD.format(
        title="Bridge at Ostley hit by barge", day="2026-03-10", publisher="Evening Post", text=f"OSTLEY - {BRIDGE}"
    ),
    "c-update.md": HEAD.format(
        title="Captain of the Ostley barge was asleep",
        day="2026-03-11",
        publisher="Courier",
        text="The captain of the barge that struck the bridge at Ostley had fallen asleep, the harbour police found. "
        "He has lost his licence, and the owner Delling Lines must pay 3 million crowns.\n\nThe barge tore away a pier "
        "of the bridge over the Tarn. Twelve people were hurt when a bus slid to the edge of the gap.",
    ),
    "d-owls.md": HEAD.format(
        title="Owls return to the Harn woods",
        day="2026-03-12",
        publisher="Nature Notes",
        text="Eagle owls have bred in the Harn woods for the first time in fifty years. Rangers counted four nests.",
    ),
    "undated.md": "---\ntitle: A list\n---\n\nRope, nails and tar were bought for the shed.\n",
}


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


def test_stories_of_the_days_are_told_with_what_each_adds_to_what_was_known(assistant: Assistant) -> None:
    found = assistant.whats_new(since="2026-03-09", until="2026-03-31")
    assert [(one.title, one.sources, one.texts, one.earlier) for one in found.stories] == [
        ("Owls return to the Harn woods", ("d-owls.md",), 1, 0),
        ("Captain of the Ostley barge was asleep", ("b-copy.md", "c-update.md"), 1, 1),
    ]
    assert found.in_words == "2 stories in 3 articles, 2026-03-09 to 2026-03-31."
    owls, bridge = found.stories
    assert owls.lead.quote == "Eagle owls have bred in the Harn woods for the first time in fifty years."
    assert bridge.lead.quote.startswith("The captain of the barge that struck the bridge at Ostley had fallen asleep")
    assert [one.quote for one in bridge.adds] == [
        "He has lost his licence, and the owner Delling Lines must pay 3 million crowns."
    ]
    assert (bridge.publishers, bridge.first, bridge.last) == (("Evening Post", "Courier"), "2026-03-10", "2026-03-11")
    assert bridge.in_words == "2 articles (1 different) by 2 publishers; 1 before"


def test_an_article_that_only_copies_adds_nothing(assistant: Assistant) -> None:
    [story] = assistant.whats_new(since="2026-03-10", until="2026-03-10").stories
    assert (story.title, story.adds, story.texts, story.earlier) == ("Bridge at Ostley hit by barge", (), 0, 1)


def test_every_sentence_is_cited_exactly_and_numbered_through(assistant: Assistant) -> None:
    found = assistant.whats_new(since="2026-03-01", until="2026-03-31")
    cited = [one for story in found.stories for one in (story.lead, *story.adds)]
    assert [one.number for one in cited] == list(range(1, len(cited) + 1))
    for one in cited:
        assert assistant.document(one.passage.source).text[one.start : one.end] == one.quote


def test_without_a_first_day_the_week_up_to_the_newest_article_counts(assistant: Assistant) -> None:
    found = assistant.whats_new(until="2026-03-12")
    assert (found.since, found.until) == ("2026-03-06", "2026-03-12")
    assert "Barge strikes bridge at Ostley" not in {story.title for story in found.stories}


def test_a_document_that_tells_no_day_is_of_the_day_on_which_it_was_added(assistant: Assistant) -> None:
    first, *others = assistant.whats_new().stories
    [record] = [one for one in assistant.documents() if one.source == "undated.md"]
    assert (first.sources, first.first) == (("undated.md",), (record.added_at or "")[:10])
    assert [one.title for one in others] == [
        "Owls return to the Harn woods",
        "Captain of the Ostley barge was asleep",
    ]


def story(day: str, text: str, title: str = "Bridge at Ostley") -> str:
    return HEAD.format(title=title, day=day, publisher="Courier", text=text)


def test_what_a_copy_says_besides_is_new_and_other_figures_contradict(open_corpus: OpenCorpus) -> None:
    more = "Prosecutors in Tarnby have arrested the owner of Delling Lines, a man of 54, for fraud."
    later = f"{BRIDGE.replace('Nine', 'Twelve')}\n\n{more}"
    files = {"a.md": story("2026-03-02", BRIDGE), "b.md": story("2026-03-20", later)}
    [found] = open_corpus(files).whats_new(since="2026-03-10").stories
    assert (found.texts, [one.quote for one in (found.lead, *found.adds)][-1]) == (0, more)
    [dispute] = found.contradicts
    assert ("Twelve people" in dispute.new.quote, "Nine people" in dispute.earlier.quote) == (True, True)


def test_the_newest_documents_that_name_a_subject_are_found_among_many(open_corpus: OpenCorpus) -> None:
    old = {
        f"old/{number:03}.md": story(
            "2022-06-12", f"Clerk {number} wrote of the harbour toll at length.", f"Toll {number}"
        )
        for number in range(170)
    }
    new = story("2024-05-20", "The council of Veldt has voted to end the harbour toll by the summer.", "Toll ends")
    assert [one.title for one in open_corpus({**old, "new.md": new}).whats_new("harbour toll").stories] == ["Toll ends"]


def test_a_day_ahead_and_the_first_of_all_days_hide_nothing(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus(
        {
            "wrong.md": story("2231-01-01", "The museum of Stane opens a hall of clocks this week.", "Clocks"),
            "right.md": story("2026-03-20", BRIDGE),
            "year.md": story("2019", "The lighthouse of Veldt was painted red and white by sailors.", "Paint"),
        }
    )
    assert [one.title for one in assistant.whats_new().stories] == ["Bridge at Ostley"]
    assert {one.title for one in assistant.whats_new(since="0001-01-01").stories} == {"Bridge at Ostley", "Paint"}


def test_a_subject_and_filters_narrow_it(assistant: Assistant) -> None:
    days = {"since": "2026-03-01", "until": "2026-03-31"}
    assert [one.title for one in assistant.whats_new("eagle owls", **days).stories] == ["Owls return to the Harn woods"]
    assert [one.sources for one in assistant.whats_new(publisher="Courier", **days).stories] == [
        ("a-bridge.md", "c-update.md")
    ]
    assert assistant.whats_new("submarines").in_words == "Nothing is new."


def test_of_a_subject_the_sentence_about_it_is_told_and_not_how_the_article_begins(open_corpus: OpenCorpus) -> None:
    text = (
        "The council of Veldt sat for three hours on Monday over soup. Five members were away with a cold.\n\n"
        "The harbour toll will be doubled in the autumn, as the breakwater must be mended."
    )
    [found] = (
        open_corpus({"council.md": story("2024-05-20", text, "From the council")}).whats_new("harbour toll").stories
    )
    assert found.lead.quote == "The harbour toll will be doubled in the autumn, as the breakwater must be mended."
    assert found.adds == ()


def test_the_command_shows_it_and_exports_it(assistant: Assistant) -> None:
    folders = ["--corpus", str(assistant.settings.corpus_dir), "--index", str(assistant.settings.index_dir)]

    def run(*options: str) -> str:
        result = CliRunner().invoke(app, ["new", "--since", "2026-03-09", "--until", "2026-03-31", *folders, *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    told = run()
    assert "Captain of the Ostley barge was asleep\n2026-03-10 to 2026-03-11 · 2 articles (1 different)" in told
    assert "  3. + He has lost his licence" in told
    assert json.loads(run("--json"))["stories"][1]["adds"][0]["quote"].startswith("He has lost his licence")
    head, *rows = csv.reader(io.StringIO(run("--csv")))
    assert head[:3] == ["number", "story", "first"]
    assert [row[7] for row in rows] == ["lead", "lead", "adds", "contradicts", "contradicted"]
    assert CliRunner().invoke(app, ["new", "--csv", "--json"]).exit_code == 2


def test_a_copy_is_one_also_where_its_end_is_cut_or_an_agency_stands_before_it() -> None:
    assert repeats_most_of(BRIDGE, f"OSTLEY (Agency) - {BRIDGE[:200]}")
    assert not repeats_most_of(BRIDGE, FILES["c-update.md"])


UNIT = st.lists(st.floats(-1, 1), min_size=4, max_size=4).map(lambda values: np.array([*values, 1.0], np.float32))
ARTICLES = st.lists(
    st.tuples(UNIT, st.integers(0, 40), st.sampled_from(["The dam of Vell broke.", "Owls bred.", "Rovers won 2-1."])),
    max_size=12,
)


@given(ARTICLES)
def test_each_article_is_in_one_story_and_stories_are_in_the_order_of_their_days(
    found: list[tuple[np.ndarray, int, str]],
) -> None:
    articles = [
        Article.of(
            f"{number}",
            Document(f"{number:02}.md", text, "", language="en"),
            date.fromordinal(738_000 + day),
            text,
            vector / np.linalg.norm(vector),
        )
        for number, (vector, day, text) in enumerate(found)
    ]
    grouped = stories(articles)
    assert sorted(one.document.source for story in grouped for one in story) == [
        one.document.source for one in articles
    ]
    for story in grouped:
        assert [one.day for one in story] == sorted(one.day for one in story)
    assert [story[0].day for story in grouped] == sorted(story[0].day for story in grouped)
    assert stories(articles[::-1]) == grouped


class TestCorrections:
    """What is given for a figure that a sentence rejects, and the earlier sentence that gave it."""

    @staticmethod
    def told(text: str, day: str = "2025-03-02") -> Sentence:
        passage = Passage(text, f"{text}.md", "Toll", "", text, 0, len(text), published=day)
        return Sentence(passage, text, 0, len(text), 0, is_item=False)

    @pytest.mark.parametrize(
        ("sentence", "earlier", "figures"),
        [
            ("The flood hit 310 houses, not 450.", "Some 450 houses are flooded.", ("310", "450")),
            ("It was not 450 but 310 houses that the flood hit.", "A flood hit 450 houses.", ("310", "450")),
        ],
    )
    def test_a_figure_that_is_rejected_is_disputed(self, sentence: str, earlier: str, figures: tuple[str, str]) -> None:
        [found] = corrections(self.told(sentence), [self.told(earlier)])
        assert tuple(side.figure.text.split()[-1] for side in found if side.figure) == figures

    @pytest.mark.parametrize(
        ("sentence", "earlier"),
        [
            ("The flood hit 310 houses, not 450.", "The flood hit 310 houses."),
            ("The flood hit 310 houses, not 450.", "The fair drew 450 guests."),
            ("The flood hit 310 houses rather than 450.", "The flood hit 450 houses."),
            ("The flood hit 310 houses, and 450 barns.", "The flood hit 450 houses."),
        ],
    )
    def test_what_is_not_rejected_or_counts_something_else_is_none(self, sentence: str, earlier: str) -> None:
        assert list(corrections(self.told(sentence), [self.told(earlier)])) == []

    def test_what_changed_since_is_none(self) -> None:
        sentence, earlier = "Gas costs 3 crowns, not 5.", "Gas costs 5 crowns."
        assert list(corrections(self.told(sentence, "2025-08-02"), [self.told(earlier)])) == []


class TestDocumentsOfDifferentDays:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("The Veldt page tells the news of March 2.", "The Veldt page tells the news of March 4."),
            ("Gas in Veldt cost 3.54 crowns a week ago.", "Gas in Veldt cost 3.57 crowns a week ago."),
        ],
    )
    def test_what_each_tells_of_its_own_day_is_no_dispute(self, one: str, other: str) -> None:
        of_both = (TestCorrections.told(one, "2025-03-02"), TestCorrections.told(other, "2025-03-04"))
        comparison = SentenceComparison("", lambda texts: np.ones((len(texts), 1), np.float32), ANY_FIGURE)
        assert not comparison.contradicts(*of_both)
        same_day = (of_both[0], TestCorrections.told(other, "2025-03-02"))
        assert comparison.contradicts(*same_day)
