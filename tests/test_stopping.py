"""Stop ends an answer at once, whatever the language model is doing: loading, waiting for its turn, or writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread
from typing import Any

import pytest

from assistant import Assistant
from assistant.errors import ModelUnavailable, Stopped
from assistant.models import language_model, local_model
from assistant.models.language_model import LanguageModels
from assistant.models.local_model import LocalModel
from assistant.stopping import acquire, outcome_of
from assistant.types import History
from tests.conftest import OpenCorpus
from tests.test_written_answers import FILES, QUESTION, QUOTED, WRITTEN
from tests.tiny_models import build_writer

LONG = 30.0
"""Seconds in which whatever shall come does come, on any machine; no test that passes waits for it."""


class SlowModel:
    """A real model that waits for ``goes_on`` at one moment, which ``reached`` tells; counts how many write at once."""

    def __init__(self) -> None:
        self.reached, self.goes_on = Event(), Event()
        self.at_load = self.before_writing = False
        self.after: int | None = None
        self.at_once = self.most_at_once = 0

    def wait(self) -> None:
        self.reached.set()
        assert self.goes_on.wait(2 * LONG)

    def of(self, parts: tuple[Any, Any]) -> tuple[Any, Any]:
        """A loaded model with its tokenizer, slowed down."""
        model, generate = parts[0], parts[0].generate

        def slowly(*arguments: Any, stopping_criteria: Any, **named: Any) -> Any:
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            tokens = 0

            def each(*given: Any, **also: Any) -> Any:
                nonlocal tokens
                tokens += 1
                if tokens == self.after:
                    self.wait()
                return stopping_criteria[0](*given, **also)

            try:
                if self.before_writing:
                    self.wait()
                return generate(*arguments, stopping_criteria=[each], **named)
            finally:
                self.at_once -= 1

        model.generate = slowly
        return parts


@pytest.fixture(scope="module")
def harbour(open_corpus: OpenCorpus) -> Assistant:
    return open_corpus(FILES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(build_writer(tmp_path_factory.mktemp("models") / "writer", WRITTEN.split()))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowModel]:
    slow, load = SlowModel(), local_model._load

    def slowly(path: str, *, local_files_only: bool) -> tuple[Any, Any]:
        if slow.at_load:
            slow.wait()
        return slow.of(load(path, local_files_only=local_files_only))

    monkeypatch.setattr(local_model, "_load", slowly)
    yield slow
    slow.goes_on.set()


@pytest.fixture
def model(folder: str, slow: SlowModel) -> LocalModel:
    """The model of the folder, which `slow` slows down."""
    assert not slow.reached.is_set()
    return LocalModel(f"transformers:{folder}", folder)


class Asked:
    """Somebody who reads a stream in a thread: ``given`` is what came, ``error`` what it ended with."""

    def __init__(self, stream: Callable[[Event], Iterator[Any]]) -> None:
        self.stop = Event()
        self.given: list[Any] = []
        self.error: Exception | None = None
        self._stream = stream
        self._first = Event()
        self._thread = Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            for part in self._stream(self.stop):
                self.given.append(part)
                self._first.set()
        except Exception as error:
            self.error = error

    def until_first(self) -> None:
        assert self._first.wait(LONG)

    def ends(self) -> Exception | None:
        """What it ended with, which it does by itself."""
        self._thread.join(LONG)
        assert not self._thread.is_alive(), "it still waits"
        return self.error


def read(model: LocalModel) -> Asked:
    return Asked(lambda stop: model.stream([("user", "Write.")], stop))


class TestStoppingALocalModel:
    def test_while_it_is_loaded(self, model: LocalModel, slow: SlowModel) -> None:
        slow.at_load = True
        asked = read(model)
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        assert (asked.given, slow.goes_on.is_set()) == ([], False)

    def test_while_somebody_else_waits_for_the_loading(self, model: LocalModel, slow: SlowModel) -> None:
        slow.at_load = True
        first = read(model)
        assert slow.reached.wait(LONG)
        second = read(model)
        second.stop.set()
        assert isinstance(second.ends(), Stopped)
        slow.goes_on.set()
        assert (first.ends(), "".join(first.given).split()) == (None, WRITTEN.split())

    def test_while_it_writes_for_somebody_else(self, model: LocalModel, slow: SlowModel) -> None:
        slow.before_writing = True
        first = read(model)
        assert slow.reached.wait(LONG)
        second = read(model)
        second.stop.set()
        assert isinstance(second.ends(), Stopped)
        assert second.given == []
        slow.goes_on.set()
        assert (first.ends(), "".join(first.given).split()) == (None, WRITTEN.split())

    def test_before_the_first_word(self, model: LocalModel, slow: SlowModel) -> None:
        slow.before_writing = True
        asked = read(model)
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        assert (asked.given, slow.goes_on.is_set()) == ([], False)

    def test_between_two_words_and_nothing_is_added(self, model: LocalModel, slow: SlowModel) -> None:
        slow.after = 4
        asked = read(model)
        asked.until_first()
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        before = list(asked.given)
        slow.goes_on.set()
        assert (read(model).ends(), asked.given) == (None, before)
        assert WRITTEN.startswith("".join(before).strip())

    def test_the_next_one_writes_when_the_one_that_was_stopped_has_ended(
        self, model: LocalModel, slow: SlowModel
    ) -> None:
        slow.after = 2
        stopped = read(model)
        assert slow.reached.wait(LONG)
        stopped.stop.set()
        assert isinstance(stopped.ends(), Stopped)
        following = read(model)
        slow.goes_on.set()
        assert (following.ends(), "".join(following.given).split()) == (None, WRITTEN.split())
        assert slow.most_at_once == 1

    def test_before_it_begins(self, model: LocalModel, slow: SlowModel) -> None:
        stop = Event()
        stop.set()
        with pytest.raises(Stopped):
            list(model.stream([("user", "Write.")], stop))
        assert slow.most_at_once == 0

    def test_a_loading_that_was_left_is_used_by_the_next_one(self, model: LocalModel, slow: SlowModel) -> None:
        slow.at_load = True
        asked = read(model)
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        slow.goes_on.set()
        slow.at_load = False
        following = read(model)
        assert (following.ends(), "".join(following.given).split()) == (None, WRITTEN.split())


class TestStoppingAQuestion:
    def test_while_the_local_model_is_loaded(self, harbour: Assistant, folder: str, slow: SlowModel) -> None:
        slow.at_load = True
        harbour._models = LanguageModels(f"transformers:{folder}")
        asked = Asked(lambda stop: harbour.stream(QUESTION, stop=stop))
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        assert asked.given == []

    def test_while_the_local_model_puts_it_in_its_own_words(
        self, harbour: Assistant, folder: str, slow: SlowModel
    ) -> None:
        slow.before_writing = True
        harbour._models = LanguageModels(f"transformers:{folder}")
        history: History = [("user", QUESTION), ("assistant", QUOTED)]
        asked = Asked(lambda stop: harbour.stream("And who leads it?", history, stop=stop))
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        assert asked.given == []

    def test_while_the_client_of_a_server_is_loaded(
        self, harbour: Assistant, monkeypatch: pytest.MonkeyPatch, slow: SlowModel
    ) -> None:
        monkeypatch.setattr(language_model, "_open", lambda *_: slow.wait())
        harbour._models = LanguageModels("openai:veldt-1", "http://127.0.0.1:9/v1")
        asked = Asked(lambda stop: harbour.stream(QUESTION, stop=stop))
        assert slow.reached.wait(LONG)
        asked.stop.set()
        assert isinstance(asked.ends(), Stopped)
        assert (asked.given, slow.goes_on.is_set()) == ([], False)

    def test_a_model_that_cannot_be_loaded_is_told_to_whoever_could_have_stopped_it(
        self, harbour: Assistant, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        harbour._models = LanguageModels(f"transformers:{tmp_path_factory.mktemp('none') / 'none'}")
        [answer] = harbour.stream(QUESTION, stop=Event())
        assert (answer.text, answer.written_by) == (QUOTED, "extractive")
        assert "cannot be loaded: there is no folder" in answer.notices[0]


class TestWaiting:
    def test_what_work_returns_and_raises_comes_back_from_its_thread(self) -> None:
        def fail() -> None:
            raise ModelUnavailable("There is none.")

        assert [outcome_of(lambda: 7, stop) for stop in (None, Event())] == [7, 7]
        for stop in (None, Event()):
            with pytest.raises(ModelUnavailable, match=r"There is none\."):
                outcome_of(fail, stop)

    def test_a_lock_that_stop_kept_from_being_taken_is_free_afterwards(self) -> None:
        lock, stop = Lock(), Event()
        stop.set()
        with pytest.raises(Stopped):
            acquire(lock, stop)
        assert lock.acquire(blocking=False)
