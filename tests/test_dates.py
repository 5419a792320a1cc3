"""Questions that plainly limit themselves to days of publication, and the many that only speak of a time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.text.english import days as dates
from assistant.text.english.days import named_days
from tests.conftest import OpenCorpus

NOW = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("question", "since", "until", "words"),
    [
        ("What happened this week?", "2026-11-23", None, "this week"),
        ("What is this month's news?", "2026-11-01", None, "this month's"),
        ("What news of this year is there?", "2026-01-01", None, "this year"),
        ("What happened last week?", "2026-11-16", None, "last week"),
        ("Give me last month's news", "2026-10-01", "2026-10-31", "last month's"),
        ("Which articles came out last year?", "2025-01-01", "2025-12-31", "last year"),
        ("What happened yesterday?", "2026-11-23", None, "yesterday"),
        ("Show yesterday’s headlines", "2026-11-23", "2026-11-23", "yesterday’s"),
        ("Show today's headlines", "2026-11-24", None, "today's"),
        ("What is new since March?", "2026-03-01", None, "since March"),
        ("What is new since December?", "2025-12-01", None, "since December"),
        ("What changed since 3 June?", "2026-06-03", None, "since 3 June"),
        ("What changed since June 3rd, 2026?", "2026-06-03", None, "since June 3rd, 2026"),
        ("What changed since 2026-05-01?", "2026-05-01", None, "since 2026-05-01"),
        ("Since Friday, what has the mayor said?", "2026-11-20", None, "Since Friday"),
        ("What changed since last Tuesday?", "2026-11-17", None, "since last Tuesday"),
        ("What was said in the last three days?", "2026-11-21", None, "in the last three days"),
        ("What was said over the past 2 weeks?", "2026-11-10", None, "over the past 2 weeks"),
        ("What happened between 3 and 9 June?", "2026-06-03", None, "between 3 and 9 June"),
        ("News between 3 and 9 June", "2026-06-03", "2026-06-09", "between 3 and 9 June"),
        ("News from 28 May to 2 June 2024", "2024-05-28", "2024-06-02", "from 28 May to 2 June 2024"),
        ("What did the council decide in May 2026?", "2026-05-01", None, "in May 2026"),
        ("What was reported in May 2024?", "2024-05-01", "2024-05-31", "in May 2024"),
        ("What was published on 3 June 2024?", "2024-06-03", "2024-06-03", "on 3 June 2024"),
        ("Which articles were published in 2024?", "2024-01-01", "2024-12-31", "in 2024"),
        ("What news came in the second half of 2024?", "2024-07-01", "2024-12-31", "in the second half of 2024"),
        ("News of the first half of 2026", "2026-01-01", "2026-06-30", "of the first half of 2026"),
        ("News from H2 2024", "2024-07-01", "2024-12-31", "from H2 2024"),
        ("1H 2026 news", "2026-01-01", "2026-06-30", "1H 2026"),
        ("News in Q3 2024", "2024-07-01", "2024-09-30", "in Q3 2024"),
        ("2024 Q3 headlines", "2024-07-01", "2024-09-30", "2024 Q3"),
        ("What was reported in the third quarter of 2024?", "2024-07-01", "2024-09-30", "in the third quarter of 2024"),
        ("News from the last quarter of 2024", "2024-10-01", "2024-12-31", "from the last quarter of 2024"),
        ("News of last quarter", "2026-07-01", "2026-09-30", "of last quarter"),
        ("What happened this quarter?", "2026-10-01", None, "this quarter"),
        ("What happened in Q3?", "2026-07-01", None, "in Q3"),
        ("What changed in the first quarter of this year?", "2026-01-01", None, "in the first quarter of this year"),
        ("News in early 2024", "2024-01-01", "2024-04-30", "in early 2024"),
        ("Mid-2024 news", "2024-05-01", "2024-08-31", "Mid-2024"),
        ("Articles of late 2024", "2024-09-01", "2024-12-31", "of late 2024"),
        ("Give me late last year's news", "2025-09-01", "2025-12-31", "late last year's"),
        ("News from the beginning of 2024", "2024-01-01", "2024-04-30", "from the beginning of 2024"),
        ("News in early May", "2026-05-01", "2026-05-10", "in early May"),
        ("News of the second half of February 2024", "2024-02-16", "2024-02-29", "of the second half of February 2024"),
        ("What changed since early 2026?", "2026-01-01", None, "since early 2026"),
        ("What changed since Q3 2026?", "2026-07-01", None, "since Q3 2026"),
        ("What changed since spring?", "2026-03-01", None, "since spring"),
        ("What changed since last winter?", "2025-12-01", None, "since last winter"),
        ("What happened last summer?", "2026-06-01", None, "last summer"),
        ("News of spring 2024", "2024-03-01", "2024-05-31", "of spring 2024"),
        ("News of winter 2024/25", "2024-12-01", "2025-02-28", "of winter 2024/25"),
    ],
)
def test_days_of_publication(question: str, since: str, until: str | None, words: str) -> None:
    found = named_days(question, NOW)
    assert found is not None
    assert (found.since, found.until, found.words, found.undated) == (since, until, words, False)


@pytest.mark.parametrize(
    ("question", "since", "words"),
    [
        ("What happened in the second half of 2024?", "2024-07-01", "in the second half of 2024"),
        ("What did prices do in the fall of 2024?", "2024-09-01", "in the fall of 2024"),
        ("What changed since H2 2024?", "2024-07-01", "H2 2024"),
        ("What did the council decide in May 2024?", "2024-05-01", "in May 2024"),
        ("What happened on 3 June 2024?", "2024-06-03", "on 3 June 2024"),
        ("What happened in early 1911?", "1911-01-01", "in early 1911"),
    ],
)
def test_of_a_time_long_past_nothing_older_can_tell(question: str, since: str, words: str) -> None:
    found = named_days(question, NOW)
    assert found is not None
    assert (found.since, found.until, found.words, found.undated, found.rest) == (since, None, words, True, question)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What did the mayor say this week?", "What did the mayor say?"),
        ("Since Friday, what has the mayor said?", "what has the mayor said?"),
        ("What, since March, has the mayor said?", "What has the mayor said?"),
        ("Give me last month's news of Wend.", "Give me news of Wend."),
    ],
)
def test_the_other_words_are_what_is_searched_for(question: str, rest: str) -> None:
    found = named_days(question, NOW)
    assert found is not None
    assert found.rest == rest


@pytest.mark.parametrize(
    "question",
    [
        "What happened in 1911?",
        "Who has been president since March 1999?",
        "What happened between 3 and 9 June 1944?",
        "What was the population in 1990?",
        "How is bread made today?",
        "When do tulips bloom in May?",
        "May the president veto it?",
        "Who won the last year of the war?",
        "What happened in the last week of May?",
        "What happens in the last three days of the festival?",
        "Since when is the bridge open?",
        "What is the latest?",
        "Who marched on 3 June?",
        "What has changed since 31 June?",
        "What is planned for 2030?",
        "What news will there be since 3 June 2030?",
        "Why is it so?",
        "When do tulips bloom in early spring?",
        "What happened in the first half of the match?",
        "Who scored in the second half?",
        "What is the last quarter of the moon?",
        "What happened in the second half of 2027?",
        "What is planned for late 2030?",
    ],
)
def test_a_time_that_is_only_spoken_of(question: str) -> None:
    assert named_days(question, NOW) is None


@given(st.text(), st.dates())
def test_no_question_is_too_odd(text: str, now: date) -> None:
    found = named_days(f"since {text} March this week between {text}", now)
    assert found is None or found.since <= now.isoformat()


WARD = """---
title: {title}
published: {day}
---

The harbour council decided to {what} in the old ward of Wend.
"""


@pytest.fixture
def _on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: NOW)


@pytest.fixture(scope="module")
def corpus(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(
        {
            "old.md": WARD.format(title="Old", day="2024-03-02", what="plant nine trees"),
            "spring.md": WARD.format(title="Spring", day="2026-05-12", what="mend the sea wall"),
            "new.md": WARD.format(title="New", day="2026-11-23", what="open a library"),
            "undated.md": "The harbour council decided in 1911 to build the tall lighthouse of Wend.",
        }
    )


@pytest.mark.usefixtures("_on_that_day")
class TestPartsOfAYear:
    def test_what_was_published_before_is_left_out_and_that_is_said(self, corpus: Assistant) -> None:
        answer = corpus.ask("What did the harbour council decide for Wend in the second half of 2024?")
        assert "old.md" not in {citation.passage.source for citation in answer.citations}
        assert answer.notices[-1:] == (
            "Documents published before 1 July 2024 were not searched (“in the second half of 2024”).",
        )

    def test_documents_without_a_date_are_searched(self, corpus: Assistant) -> None:
        answer = corpus.ask("Who decided in the second half of 2024 to build the tall lighthouse of Wend?")
        assert [citation.passage.source for citation in answer.citations][:1] == ["undated.md"]

    def test_where_that_leaves_nothing_out_nothing_is_said(self, corpus: Assistant) -> None:
        answer = corpus.ask("What did the harbour council decide in Wend in early 1911?")
        assert not [notice for notice in answer.notices if "searched" in notice]

    def test_of_news_only_those_days_are_searched(self, corpus: Assistant) -> None:
        hits = corpus.search("News of the harbour council of Wend in the first half of 2024")
        assert [hit.passage.source for hit in hits] == ["old.md"]

    def test_a_date_that_is_only_a_year_is_of_any_part_of_it(self, open_corpus: OpenCorpus) -> None:
        years = {f"{year}.md": WARD.format(title="W", day=year, what=f"open pier {year}") for year in (2022, 2024)}
        answer = open_corpus(years).ask("What did the harbour council decide to open in Wend in late 2024?")
        assert {citation.passage.source for citation in answer.citations} == {"2024.md"}


MARL = {
    "marl.md": "---\npublished: 2025-02-01\n---\n\nThe mill of Marl burned down and nine workers of Marl were hurt.\n",
    "fresh.md": "---\npublished: 2026-11-23\n---\n\nThe ferry of Veldt lost its mast in a storm at night.\n",
}


@pytest.mark.usefixtures("_on_that_day")
class TestYesterday:
    def test_where_no_document_is_of_that_day_the_others_answer_and_that_is_said(self, open_corpus: OpenCorpus) -> None:
        answer = open_corpus({"marl.md": MARL["marl.md"]}).ask("What happened in Marl yesterday?")
        assert [citation.passage.source for citation in answer.citations] == ["marl.md"]
        assert answer.notices == (
            "No document is known to be published since 23 November 2026 (“yesterday”): all were searched.",
        )

    def test_where_those_of_that_day_do_not_answer_the_others_do_and_that_is_said(
        self, open_corpus: OpenCorpus
    ) -> None:
        answer = open_corpus(MARL).ask("What happened in Marl yesterday?")
        assert [citation.passage.source for citation in answer.citations] == ["marl.md"]
        assert answer.notices == (
            "No document published since 23 November 2026 answers this (“yesterday”): all were searched.",
        )

    def test_one_of_that_day_answers(self, open_corpus: OpenCorpus) -> None:
        today = MARL["marl.md"].replace("2025-02-01", "2026-11-23").replace("mill", "school")
        answer = open_corpus({**MARL, "today.md": today}).ask("What happened in Marl yesterday?")
        assert [citation.passage.source for citation in answer.citations] == ["today.md"]
        assert answer.notices[0].startswith("Only documents published since 23 November 2026 were searched")

    def test_where_none_answers_it_is_declined_and_said_where_was_searched(self, open_corpus: OpenCorpus) -> None:
        answer = open_corpus(MARL).ask("Who won the chess cup of Norland yesterday?")
        assert answer.abstained
        assert answer.notices[0] == "No document mentions “Norland”."
        assert answer.notices[1].startswith("Only documents published since 23 November 2026 were searched")


@pytest.mark.usefixtures("_on_that_day")
class TestAsked:
    def test_a_question_is_answered_from_its_days_and_says_so(self, corpus: Assistant) -> None:
        answer = corpus.ask("What did the council open this week?")
        assert [citation.passage.source for citation in answer.citations] == ["new.md"]
        assert answer.question == "What did the council open this week?"
        assert answer.notices == (
            "Only documents published since 23 November 2026 were searched (“this week”). "
            "To search all of them, ask without these words.",
        )

    def test_a_search_is_narrowed_too(self, corpus: Assistant) -> None:
        assert [hit.passage.source for hit in corpus.search("harbour council decided, news of May 2026")] == [
            "spring.md"
        ]

    def test_days_that_are_set_win_over_those_that_are_said(self, corpus: Assistant) -> None:
        hits = corpus.search("What did the harbour council decide this week?", until="2024-12-31")
        assert [hit.passage.source for hit in hits] == ["old.md"]
        assert corpus.ask("What did the harbour council decide this week?", until="2024-12-31").notices == ()

    def test_where_nothing_was_published_then_all_is_searched_and_that_is_said(self, corpus: Assistant) -> None:
        answer = corpus.ask("What did the harbour council decide yesterday?", source="old.md")
        assert answer.notices == (
            "No document is known to be published since 23 November 2026 (“yesterday”): all were searched.",
        )

    @pytest.mark.parametrize(
        ("question", "source", "said"),
        [
            ("What is the latest that the council decided to open?", None, "What is cited was published on 2026-11-23"),
            ("What was most recently decided on the lighthouse?", "undated.md", "The documents cited do not say when"),
        ],
    )
    def test_who_asks_for_the_latest_learns_how_old_the_answer_is(
        self, corpus: Assistant, question: str, source: str | None, said: str
    ) -> None:
        [notice] = corpus.ask(question, source=source).notices
        assert notice.startswith(said)
        assert notice.endswith("To narrow by date, say since when, such as “since March”.")

    def test_who_asks_for_the_latest_of_some_days_is_told_of_these_alone(self, corpus: Assistant) -> None:
        [notice] = corpus.ask("What is the latest that the council decided to open this week?").notices
        assert notice.startswith("Only documents published since 23 November 2026 were searched")

    def test_a_question_about_a_year_finds_documents_of_any(self, corpus: Assistant) -> None:
        answer = corpus.ask("What did the harbour council decide in 1911?")
        assert [citation.passage.source for citation in answer.citations] == ["undated.md"]
        assert answer.notices == ()
