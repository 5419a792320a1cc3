"""A language model writes the answer, and each sentence is checked as it comes."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event

from assistant.answering.sentence_scoring import Embed
from assistant.generation.checker import Checked, Checker
from assistant.generation.cleaning import Cleaner
from assistant.generation.context import passage_tokens, within
from assistant.generation.injection import mask_non_assertions
from assistant.generation.markers import settled, unmarked
from assistant.generation.prompts import writing
from assistant.models.language_model import LanguageModel
from assistant.models.model_failures import ModelFailed
from assistant.models.packaged_reader import PackagedReader
from assistant.reading.language import LANGUAGES, detect
from assistant.text.terms import likeliest_language
from assistant.types import AnswerSentence, Citation, Passage

LONGEST_ANSWER = 6_000
"""An answer of more characters is cut."""
LONGEST_STREAM = 60_000
"""Of all that is written, thinking aloud included, no more characters are waited for."""
LONGEST_SECONDS = 300.0
LONGEST_WAIT, USUAL_WAIT = 5.0, 1.0
"""Seconds that are waited at most, and where the server names none, when it asks to be left alone for a while."""
TELLS_ITS_LANGUAGE = 200
"""So many characters of an answer tell what language it is in."""
JSON = re.compile(r"\A\s*+(?:```\w*+\s*+)?(?:\{\s*+(?:[\"'}]|$)|\[\s*+(?:[{\"]|\[\s*+[{\"]))")
LAST_SENTENCE = re.compile(
    r"\A.*(?:[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*(?:\s*\[[\d,\s]+\])*(?=\s|$)|\n)", re.DOTALL
)
ANOTHER_MODEL = "Name a model that follows instructions better."
BROKE_OFF = "What was written until then is shown, each sentence checked."


@dataclass(frozen=True, slots=True)
class Task:
    """What an answer is to be written from: a question that stands alone, and passages, the best first.

    ``languages`` are those of the corpus; ``embed`` gives vectors of length 1; ``reader`` checks what is written, where
    there is one.
    """

    question: str
    passages: tuple[Passage, ...]
    languages: tuple[str, ...]
    embed: Embed
    reader: PackagedReader | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as it grows: what is checked of it, what follows and is not, and what the reader is to be told."""

    checked: Checked
    pending: str = ""
    notices: tuple[str, ...] = ()
    is_final: bool = False


def write(model: LanguageModel, task: Task, stop: Event | None = None) -> Generator[Draft, None, None]:
    """The answer that the model writes, as it grows; the last draft is final.

    Asked too often, the model is given one short wait; too long a prompt is sent once more with half the passages, and
    any once more where there is no connection, as one that is kept may have been closed by the server in the meantime.
    Closing the generator ends the request.

    Raises:
        ModelFailed: nothing came of it that can be shown; what was given before is void.
        Stopped: ``stop`` was set, which ends the request too, also while it is waited for.
    """
    passages = within(task.passages, passage_tokens(model.context_tokens(stop), task.question))
    if not passages:
        raise ModelFailed(
            f"{model.name} reads too little at once for a passage. Name a model that reads more.", "overflow"
        )
    tried: set[str] = set()
    while True:
        text = _Writing(task, passages)
        try:
            yield from _written(model, task, passages, text, stop)
        except ModelFailed as failure:
            if text.has_sentences and failure.kind not in ("unusable", "refused"):
                yield text.final(f"{failure} {BROKE_OFF}")
                return
            if failure.kind in tried or not _may_help_to_try_again(failure, passages, stop):
                raise
            tried.add(failure.kind)
            if failure.kind == "overflow":
                passages = passages[: len(passages) // 2]
        else:
            return


def _may_help_to_try_again(failure: ModelFailed, passages: Sequence[Passage], stop: Event | None) -> bool:
    """Whether one more request may go better; waits until then where the server asks for a short while."""
    if failure.kind == "rate":
        wait = USUAL_WAIT if failure.retry_after is None else failure.retry_after
        if wait <= LONGEST_WAIT:
            (stop or Event()).wait(wait)
        return wait <= LONGEST_WAIT
    return failure.kind == "down" or (failure.kind == "overflow" and len(passages) > 1)


def _written(
    model: LanguageModel, task: Task, passages: Sequence[Passage], text: _Writing, stop: Event | None
) -> Generator[Draft, None, None]:
    """The drafts of one request."""
    began, received, is_language_checked = time.monotonic(), 0, False
    with closing(model.stream(writing(task.question, passages), stop)) as pieces:
        for piece in pieces:
            received += len(piece)
            text.add(piece)
            if not is_language_checked and len(text.cleaned) >= TELLS_ITS_LANGUAGE:
                _check_language(model, task, text.cleaned)
                is_language_checked = True
            if len(text.cleaned) > LONGEST_ANSWER or received > LONGEST_STREAM:
                raise ModelFailed(f"{model.name} did not come to an end, and was stopped.", "limit")
            if time.monotonic() - began > LONGEST_SECONDS:
                raise ModelFailed(f"{model.name} took too long, and was stopped.", "limit")
            if JSON.match(text.cleaned + text.tail):
                raise ModelFailed(f"{model.name} wrote data and no sentences. {ANOTHER_MODEL}", "unusable")
            yield text.draft()
    last = text.final()
    if not last.checked.sentences:
        raise ModelFailed(f"{model.name} wrote nothing. Ask again, or name another model.", "unusable")
    _check_language(model, task, last.checked.text)
    yield last


def _check_language(model: LanguageModel, task: Task, answer: str) -> None:
    """Make sure that the answer is in the language of the question, where both can be told."""
    written = detect(answer)
    possible = {detect(task.question), likeliest_language(task.question, [*task.languages, *LANGUAGES])}
    possible.add(likeliest_language(task.question, task.languages))
    if written not in possible and detect(answer[:TELLS_ITS_LANGUAGE]) == written:
        raise ModelFailed(
            f"{model.name} answered in {LANGUAGES.get(written, written)}, and not in the language of the question. "
            f"{ANOTHER_MODEL}",
            "unusable",
        )


class _Writing:
    """One text while it is written: cleaned, checked, and what of it is not checked yet."""

    def __init__(self, task: Task, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._cleaner = Cleaner(passages)
        language = likeliest_language(task.question, task.languages)
        self._checker = Checker(
            [mask_non_assertions(passage) for passage in passages], task.embed, language, task.reader
        )
        self._checked = Checked("", (), ())
        self._read = 0

    @property
    def cleaned(self) -> str:
        return self._cleaner.text

    @property
    def tail(self) -> str:
        return self._cleaner.tail

    @property
    def has_sentences(self) -> bool:
        return bool(LAST_SENTENCE.match(self.cleaned + self.tail))

    def add(self, piece: str) -> None:
        self._cleaner.add(piece)
        known = len(self._checked.sentences)
        self._checked = self._checker.check(self._cleaner.text, finished=False)
        self._read += _length_of(self._checked.sentences[known:], self._cleaner.text[self._read :], len(self._passages))

    def draft(self) -> Draft:
        rest = self._cleaner.text[self._read :] + self._cleaner.tail
        return Draft(self._cited(self._checked), unmarked(rest[: settled(rest)], len(self._passages)).text.strip())

    def final(self, broke_off: str = "") -> Draft:
        """All of it, checked; of a text that broke off, up to the end of its last sentence."""
        self._cleaner.finish()
        text = self._cleaner.text
        if broke_off:
            whole = LAST_SENTENCE.match(text)
            text = text[: max(self._read, whole.end() if whole else 0)]
        checked = self._checker.check(text, finished=True)
        notices = [broke_off] if broke_off else []
        if self._cleaner.left_out:
            notices.append("Addresses were left out of the answer that lead elsewhere than its sources do.")
        return Draft(self._cited(checked), notices=(*notices, *checked.notices), is_final=True)

    def _cited(self, checked: Checked) -> Checked:
        """With the passages as they are in their documents: they were checked without what states nothing."""
        whole = {passage.id: passage for passage in self._passages}
        citations = (replace(citation, passage=whole[citation.passage.id]) for citation in checked.citations)
        return replace(checked, citations=tuple(map(_quoted, citations)))


def _quoted(citation: Citation) -> Citation:
    passage = citation.passage
    return replace(citation, quote=passage.text[citation.start - passage.start : citation.end - passage.start])


def _length_of(sentences: Sequence[AnswerSentence], text: str, passages: int) -> int:
    """How many characters of a written text, markers included, these sentences at its beginning take up."""
    if not sentences:
        return 0
    plain, position = unmarked(text, passages), 0
    for sentence in sentences:
        said = sentence.text.removeprefix("- ")
        found = plain.text.find(said, position)
        position = found + len(said) if found >= 0 else position
    return plain.origins[position]
