"""What was kept before access was taken away: conversations, watched questions and their feeds withhold it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import Answer, Assistant, Exchange, Filters
from assistant.access.withholding import FAILED, WITHHELD
from assistant.conversations.formats import FORMATS, export
from tests.collection_matrix import (
    ASKERS,
    DIFFERENT,
    NARROWED,
    SAID,
    asking,
    closed_to,
    collections_of,
    everything,
    leaks,
    set_up,
)
from tests.conftest import OpenCorpus, write_corpus

BOUGHT = "Who bought the lighthouse of Veldt?"
ASKED = (
    BOUGHT,
    "How many documents mention the lighthouse?",
    "What are these documents about?",
    "How many rates are there by berth?",
    "What is the rate of the berth North?",
    "Who is Nobody Atall?",
)


@pytest.fixture(scope="module")
def whole(open_corpus: OpenCorpus) -> Assistant:
    """An assistant whose users all asked and watched before anything was closed."""
    opened = open_corpus(everything())
    answers = {question: opened.ask(question) for question in ASKED}
    for user in ASKERS:
        id = opened.conversations.create(user).id
        for question, answer in answers.items():
            narrowed = Filters(("board", "open"), (f"{SAID['board']} Gazette", "Veldt Post"))
            exchange = Exchange(question, answer, narrowed, problem=f"Did you mean {SAID['lab']}?")
            opened.conversations.append(user, id, exchange)
        opened.add_watch(BOUGHT, owner=user)
        opened.add_watch("lighthouse", owner=user, source=["board", "open"])
    set_up(opened)
    return opened


@pytest.mark.parametrize("user", ASKERS)
def test_an_opened_conversation_and_its_exports_tell_nothing_that_is_closed_now(whole: Assistant, user: str) -> None:
    kept = asking(whole, user).conversations
    [listed] = kept.all(user)
    opened = kept.open(user, listed.id)
    assert [one.asked for one in opened.exchanges] == list(ASKED)
    told = [opened, opened.history(), [export(opened, form) for form in FORMATS]]
    assert leaks(user, told) == []
    problems = {one.problem for one in opened.exchanges}
    assert problems == ({FAILED} if closed_to(user) else {f"Did you mean {SAID['lab']}?"})


def test_an_answer_that_rests_on_what_may_be_read_stays(whole: Assistant) -> None:
    bob = asking(whole, "bob")
    id = whole.conversations.create("bob", "Own").id
    answer = bob.ask("How tall is the lighthouse of Veldt?")
    whole.conversations.append("bob", id, Exchange("How tall?", answer, Filters(("board", "open"))))
    [shown] = bob.conversations.open("bob", id).exchanges
    assert (shown.answer, shown.filters) == (answer, Filters(("open",)))


@pytest.mark.parametrize("word", [*SAID.values(), "31 metres", "Lighthouses"])
def test_a_search_finds_what_is_shown_alone(whole: Assistant, word: str) -> None:
    for user in ASKERS:
        kept = asking(whole, user).conversations
        is_shown = any(word.casefold() in repr(kept.open(user, one.id)).casefold() for one in kept.all(user))
        assert bool(kept.search(user, word)) <= is_shown
        if word in SAID.values():
            closed = next(one for one in SAID if SAID[one] == word) in closed_to(user)
            assert not (closed and kept.search(user, word))


@pytest.mark.parametrize("user", [*DIFFERENT, NARROWED])
def test_watched_answers_and_their_changes_tell_nothing_that_is_closed_now(whole: Assistant, user: str) -> None:
    asked = asking(whole, user)
    write_corpus(whole.settings.corpus_dir, {"open/sale.md": f"The lighthouse of Veldt was sold to {user}.\n"})
    whole.sync()
    own = asked.check_watches(owner="ann") if closed_to(user) else []
    assert leaks(user, own) == []
    assert {one.number for one in own} <= {one.number for one in whole.watches.all(user)}
    checks = whole.check_watches()
    assert [one.number for one in checks] == [one.number for user in ASKERS for one in whole.watches.all(user)]
    watches = asked.watches
    histories = [watches.open(user, one.number) for one in watches.all(user)]
    answers = [watches.answer(user, answer.id) for history in histories for answer in history.answers]
    told: list[Any] = [watches.all(user), histories, answers, watches.changes(user)]
    assert leaks(user, told) == []
    assert asked.check_failed_watches() == [] or not closed_to(user)
    if closed_to(user):
        assert WITHHELD in {one.text for one in answers}


def test_a_question_is_watched_in_the_name_of_whoever_asks(whole: Assistant) -> None:
    check = asking(whole, "cho").add_watch("Where is Veldt?")
    assert check.number in [one.number for one in whole.watches.all("cho")]
    assert check.after is not None
    assert leaks("cho", check) == []


def test_a_document_that_moved_into_a_closed_collection_takes_its_answers_with_it(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus(
        {"open/sale.md": "The lighthouse of Veldt was sold to Quorvax.\n", "board/a.md": "Nothing.\n"}
    )
    collections_of(assistant).add("board")
    bob = assistant.for_user("bob")
    answer: Answer = bob.ask(BOUGHT)
    assert bob.readable(answer, BOUGHT).citations == answer.citations != ()
    corpus = assistant.settings.corpus_dir
    (corpus / "open" / "sale.md").rename(corpus / "board" / "sale.md")
    write_corpus(corpus, {"open/sale.md": "Nothing was sold.\n"})
    assistant.sync()
    assert assistant.for_user("bob").readable(answer, BOUGHT).text == WITHHELD
    assert assistant.readable(answer, BOUGHT) == answer
