"""No method, by no question, tells anybody of a document that they may not read: 5 collections, all methods.

Told by words that stand in closed collections alone, and by comparison with an index that never held them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given, strategies

from assistant import Answer, Assistant, CitewellError
from tests.collection_matrix import (
    ASKERS,
    DIFFERENT,
    NAMED,
    NARROWED,
    OPEN,
    SAID,
    asking,
    closed_to,
    comparable,
    everything,
    files_of,
    leaks,
    open_to,
    reads,
    set_up,
    texts_in,
)
from tests.conftest import OpenCorpus

SUBJECTS = ("the lighthouse of Veldt", "Ada Thorne")
QUESTIONS = (
    "How tall is the lighthouse of Veldt?",
    "Who bought the lighthouse of Veldt?",
    "How many documents mention the lighthouse?",
    "Which publishers mention Veldt?",
    "What are these documents about?",
    "Give me an overview of the lighthouse of Veldt.",
    "What happened in May 2024?",
    "How many berths are there?",
    "What is the rate of the berth North?",
    "Who keeps the lighthouse now?",
    "What do the Veldt Post and Ada Thorne say about the lighthouse?",
)
EMPTY: dict[str, Any] = {}
FILTERED = (EMPTY, {"source": "open"}, {"since": "2024-05-01"}, {"publisher": "Veldt Post"})
COMMON = """Veldt|lighthouse|Ada Thorne|ferry|berth|how many|who|when|sold|May 2024|documents mention|overview of
""".strip().split("|")


def _narrowed(collection: str) -> list[dict[str, Any]]:
    """Filters that name a collection, its documents or its publisher, rightly and nearly so."""
    return [
        {"source": collection},
        {"source": f"{collection}/{NAMED[collection]}-news.md"},
        {"source": f"{collection}/{NAMED[collection][:-1]}"},
        {"publisher": f"{SAID[collection]} Gazette"},
        {"publisher": f"{SAID[collection][:-1]} Gazett"},
    ]


Ask = Callable[[Assistant, str, dict[str, Any]], Any]
ASKED: dict[str, Ask] = {
    "search": lambda asked, text, only: asked.search(text, 50, **only),
    "ask": lambda asked, text, only: asked.ask(text, **only),
    "stream": lambda asked, text, only: list(asked.stream(text, **only)),
    "plan": lambda asked, text, only: asked.plan(text, **only).answer,
    "mentions": lambda asked, text, only: asked.mentions(text, limit=100, **only),
    "positions": lambda asked, text, only: asked.positions(text, **only),
    "overview": lambda asked, text, only: asked.overview(text, **only),
    "timeline": lambda asked, text, only: asked.timeline(text, **only),
    "whats_new": lambda asked, text, only: asked.whats_new(text, **only),
    "compare": lambda asked, text, only: asked.compare(text, **only),
    "brief": lambda asked, text, only: asked.brief(text, **only),
}
RANKED = ("search", "ask", "stream", "plan", "overview")
LISTED: dict[str, Callable[[Assistant], Any]] = {
    "documents": lambda asked: asked.documents(),
    "taking_in": lambda asked: asked.taking_in(),
    "counts": lambda asked: asked.counts(),
    "removed": lambda asked: asked.removed(),
    "collections": lambda asked: asked.collections(),
    "health": lambda asked: asked.health(),
    "feeds": lambda asked: asked.feeds(),
    "sites": lambda asked: asked.sites(),
    "mailboxes": lambda asked: asked.mailboxes(),
    "follows_web": lambda asked: asked.follows_web,
    "web_problems": lambda asked: asked.web_problems(),
    "news_since": lambda asked: asked.news_since(0.0),
    "models": lambda asked: asked.models,
    "told_to": lambda asked: asked.told_to,
}
OF_A_DOCUMENT: dict[str, Callable[[Assistant, str], Any]] = {
    "document": lambda asked, source: asked.document(source),
    "passages": lambda asked, source: asked.passages(source),
    "draw_page": lambda asked, source: asked.draw_page(source, 1),
    "remove": lambda asked, source: asked.remove(source),
    "restore": lambda asked, source: asked.restore(source),
}
ELSEWHERE = {
    "add": "test_collection_writing",
    "add_library": "test_collection_writing",
    "add_page": "test_collection_writing",
    "sync": "test_collection_writing",
    "add_feed": "test_collection_writing",
    "remove_feed": "test_collection_writing",
    "add_site": "test_collection_writing",
    "remove_site": "test_collection_writing",
    "refresh_sites": "test_collection_writing",
    "add_mailbox": "test_collection_writing",
    "remove_mailbox": "test_collection_writing",
    "refresh_mailboxes": "test_collection_writing",
    "refresh": "test_collection_writing",
    "refresh_feeds": "test_collection_writing",
    "watch": "test_collection_writing",
    "add_watch": "test_collection_keeping",
    "check_watches": "test_collection_keeping",
    "check_failed_watches": "test_collection_keeping",
    "readable": "test_collection_keeping",
}
SAY_NOTHING = {
    "close": "lets go of files",
    "for_user": "makes what the others are asked of",
    "with_rights": "makes what the others are asked of",
    "prepare": "returns nothing",
    "end_soon": "returns nothing",
    "is_ending": "whether the server ends, whoever asks",
    "loading_model": "returns nothing",
    "index_state": "a number that grows with every change of the index, whoever makes it",
    "reader_margin": "is there only where a reader is named, and searches as `search` does",
    "calibrate_reader": "takes figures and gives figures",
}


@pytest.fixture(scope="module")
def whole(open_corpus: OpenCorpus) -> Assistant:
    """The assistant over the documents of all."""
    opened = open_corpus(everything())
    set_up(opened)
    return opened


@pytest.fixture(scope="module", params=(*DIFFERENT, NARROWED))
def user(request: pytest.FixtureRequest) -> str:
    """Each of the users that differ in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def asked(whole: Assistant, user: str) -> Assistant:
    """The assistant as the user has it."""
    return asking(whole, user)


@pytest.fixture(scope="module")
def alone(open_corpus: OpenCorpus, user: str) -> Assistant:
    """An assistant over nothing but the documents that the user may read."""
    return open_corpus(
        open_to(user) | {source: text for one in SAID if reads(user, one) for source, text in files_of(one).items()}
    )


def _told(work: Callable[..., Any], *given: Any) -> Any:
    """What comes of it: a value, or the error that a person would see."""
    try:
        return work(*given)
    except CitewellError as error:
        return error


@pytest.fixture(scope="module")
def heard(asked: Assistant, user: str) -> dict[str, dict[str, Any]]:
    """By method and question, what the user is told."""
    return {name: {text: _told(ask, asked, text, EMPTY) for text in _texts(user)} for name, ask in ASKED.items()}


def _texts(user: str) -> tuple[str, ...]:
    """The questions, and for two collections that are closed to the user a word of theirs, also misspelled."""
    words = [SAID[name] for name in closed_to(user)[:2]]
    nearly = [word[:-1] + "z" for word in words]  # what only a suggestion could lead to the right spelling from
    return *QUESTIONS, *SUBJECTS, *(f"What does {word} say about Veldt?" for word in words), *nearly


def test_every_method_is_asked() -> None:
    public = {name for name in dir(Assistant) if not name.startswith("_")}
    assert public == {*ASKED, *LISTED, *OF_A_DOCUMENT, *ELSEWHERE, *SAY_NOTHING}


@pytest.mark.parametrize("method", ASKED)
def test_whatever_is_asked_nothing_is_told_of_what_is_closed(
    asked: Assistant, heard: dict[str, dict[str, Any]], user: str, method: str
) -> None:
    found: list[tuple[Any, str]] = []
    for text, told in heard[method].items():
        found += [(text, leak) for leak in leaks(user, told, text)]
    for collection in closed_to(user)[:2]:
        for only in _narrowed(collection):
            told = _told(ASKED[method], asked, SUBJECTS[0], only)
            found += [(only, leak) for leak in leaks(user, told, repr(only))]
    assert found == []


@pytest.mark.parametrize("method", ASKED)
def test_the_same_is_told_as_where_closed_documents_never_were(
    heard: dict[str, dict[str, Any]], alone: Assistant, method: str
) -> None:
    """In another order perhaps, where passages are ranked by words: their scores are those of the whole index."""
    for text, told in heard[method].items():
        here, there = comparable(told), comparable(_told(ASKED[method], alone, text, EMPTY))
        if method in RANKED:
            here, there = sorted(texts_in(here)), sorted(texts_in(there))
        assert here == there, text


@pytest.mark.parametrize("method", LISTED)
def test_lists_and_counts_are_those_of_what_may_be_read(
    asked: Assistant, alone: Assistant, user: str, method: str
) -> None:
    here = LISTED[method](asked)
    assert leaks(user, here) == []
    if method != "collections":
        assert comparable(here) == comparable(LISTED[method](alone))


@pytest.mark.parametrize("method", OF_A_DOCUMENT)
def test_a_closed_document_is_told_as_one_that_is_not_there(asked: Assistant, user: str, method: str) -> None:
    for collection in closed_to(user):
        for source in files_of(collection):
            missing = source.replace(NAMED[collection], "nothing")
            for name in (source, f"./{source}", source.upper()):
                here, nowhere = (comparable(_told(OF_A_DOCUMENT[method], asked, one)) for one in (name, missing))
                assert str(here).replace(name, "") == str(nowhere).replace(missing, "")


@given(data=strategies.data())
def test_every_citation_of_every_answer_may_be_read_by_whoever_asked(
    whole: Assistant, data: strategies.DataObject
) -> None:
    user = data.draw(strategies.sampled_from(ASKERS))
    words = strategies.sampled_from([*SAID.values(), *NAMED.values(), *COMMON])
    question = " ".join(data.draw(strategies.lists(words, min_size=1, max_size=6))) + "?"
    filters = data.draw(strategies.sampled_from(FILTERED))
    answer = _told(lambda: asking(whole, user).ask(question, **filters))
    if isinstance(answer, Answer):
        cited = [*(one.passage for one in answer.citations), *(one.passage for one in answer.also_found)]
        sources = {source for one in cited for source in (one.source, *one.also_in)}
        assert {source.split("/")[0] for source in sources}.isdisjoint(closed_to(user))
        assert sources & OPEN.keys() <= open_to(user).keys()


def test_many_who_may_read_different_things_ask_at_once(whole: Assistant) -> None:
    told: dict[str, list[Any]] = {user: [] for user in ASKERS}

    def ask(user: str) -> None:
        for question in QUESTIONS[:4]:
            told[user].append(asking(whole, user).ask(question))

    with ExitStack() as ended:
        for user in ASKERS:
            thread = threading.Thread(target=ask, args=(user,))
            thread.start()
            ended.callback(thread.join)
    for user in ASKERS:
        assert (len(told[user]), leaks(user, told[user])) == (4, [])
