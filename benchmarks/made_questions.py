"""Questions over small documents made for them: asked, and counted."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Settings, open_assistant

SENTENCES_JUDGED = 2
"""Among how many of an answer's first sentences what is wanted must stand."""


@dataclass(frozen=True)
class Outcome:
    """What was said to a question, and whether it is right; None where nothing was."""

    question: str
    text: str
    is_right: bool | None


@dataclass(frozen=True)
class MadeQuestions:
    """Documents by their file names, questions with the words that an answer to each holds, and questions without."""

    documents: Mapping[str, str]
    answered: Mapping[str, str]
    not_answered: Sequence[str]

    def outcomes(self) -> Iterator[Outcome]:
        """Each question, asked over an index of its own."""
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work)
            corpus = folder / "corpus"
            corpus.mkdir()
            for name, text in self.documents.items():
                (corpus / name).write_text(text, encoding="utf-8")
            settings = Settings(corpus_dir=corpus, index_dir=folder / "index", state_dir=folder / "state")
            with open_assistant(settings) as assistant:
                assistant.sync()
                for question, wanted in (*self.answered.items(), *((question, None) for question in self.not_answered)):
                    answer = assistant.ask(question)
                    said = [sentence.text for sentence in answer.sentences[:SENTENCES_JUDGED]]
                    is_right = wanted is not None and any(wanted in text for text in said)
                    yield Outcome(question, " ".join(said), None if answer.abstained else is_right)

    def figures(self, found: Sequence[Outcome]) -> dict[str, float]:
        """The shares of questions that are answered rightly, wrongly, not at all, and though nothing answers them."""
        asked = [one.is_right for one in found if one.question in self.answered]
        others = [one.is_right for one in found if one.question in self.not_answered]
        shares = {
            "right": asked.count(True) / len(asked),
            "wrong": asked.count(False) / len(asked),
            "declined": asked.count(None) / len(asked),
            "answered_unanswerable": 1 - others.count(None) / len(others),
        }
        return {name: round(share, 3) for name, share in shares.items()}

    def main(self, description: str | None) -> None:
        """Ask all of them and print the figures; with --verbose, what was said to each."""
        parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--verbose", action="store_true")
        options = parser.parse_args()
        found = list(self.outcomes())
        if options.verbose:
            for one in found:
                sys.stderr.write(f"{one.question}\n    {one.is_right}: {one.text}\n")
        sys.stdout.write(f"{json.dumps(self.figures(found))}\n")
