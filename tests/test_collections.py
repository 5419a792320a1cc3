"""Who may read what is enforced beneath every search: to whoever may not read a collection, it is not there."""

from __future__ import annotations

import pytest

from assistant import Assistant, Collections, CorpusError
from assistant.access.collections import collections_file
from assistant.access.withholding import WITHHELD
from tests.conftest import OpenCorpus

HARBOUR = "# Harbour\n\nThe lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.\n"
BOARD = "# Minutes\n\nThe board sold the lighthouse of Veldt to Quorvax Holdings for 9 million crowns.\n"


def collections_of(assistant: Assistant) -> Collections:
    """The collections of the corpus, to be set."""
    return Collections(collections_file(assistant.settings.state_dir))


@pytest.fixture
def assistant(open_corpus: OpenCorpus) -> Assistant:
    """An assistant over a document of everyone's, and one of the board's, which Ann may read and Bob may not."""
    opened = open_corpus({"harbour.md": HARBOUR, "board/minutes.md": BOARD})
    collections_of(opened).add("board", "What the board decides")
    collections_of(opened).grant("board", "ann")
    return opened


def test_a_question_is_answered_from_what_its_asker_may_read(assistant: Assistant) -> None:
    question = "Who bought the lighthouse of Veldt?"
    ann, bob = assistant.for_user("ann"), assistant.for_user("bob")
    assert ann.ask(question).citations[0].passage.source == "board/minutes.md"
    answer = bob.ask(question)
    passages = [*(one.passage for one in answer.citations), *(one.passage for one in answer.also_found)]
    assert {one.source for one in passages} == {"harbour.md"}
    assert "Quorvax" not in repr(answer)
    assert [one.source for one in bob.documents()] == ["harbour.md"]
    assert [one.source for one in assistant.documents()] == ["board/minutes.md", "harbour.md"]


def test_what_may_not_be_read_is_told_as_what_is_not_there(assistant: Assistant) -> None:
    bob = assistant.for_user("bob")
    for source in ("board/minutes.md", "board/nothing.md"):
        with pytest.raises(CorpusError, match=f"There is no document '{source}' in the index"):
            bob.document(source)
        with pytest.raises(CorpusError) as refused:
            bob.ask("How tall is the lighthouse?", source=source)
        assert "minutes" not in str(refused.value).replace(source, "")
        with pytest.raises(CorpusError, match=f"There is no document '{source}'"):
            bob.remove(source)


def test_an_answer_kept_before_access_was_taken_away_is_withheld(assistant: Assistant) -> None:
    ann = assistant.for_user("ann")
    answer = ann.ask("Who bought the lighthouse of Veldt?")
    assert ann.readable(answer, answer.question).text == answer.text
    collections_of(assistant).revoke("board", "ann")
    withheld = assistant.for_user("ann").readable(answer, "Who bought it?")
    assert (withheld.text, withheld.citations, withheld.also_found) == (WITHHELD, (), ())
