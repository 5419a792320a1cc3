"""The examples in docstrings do what they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import OpenCorpus

MODULES = ("assistant.assistant", "assistant.types", "assistant.models.linear")
HARBOUR = "The lighthouse of Veldt is 31 metres tall. Ada Thorne kept it until 1974.\n"


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str, open_corpus: OpenCorpus, capsys: pytest.CaptureFixture[str]) -> None:
    module = import_module(name)
    names = {"assistant": open_corpus({"harbour.md": HARBOUR})} if name == "assistant.assistant" else {}
    runner = doctest.DocTestRunner()
    examples = [
        found for found in doctest.DocTestFinder().find(module, name, globs=vars(module) | names) if found.examples
    ]
    assert examples
    for example in examples:
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


def test_examples_of_the_page_on_langchain_give_what_they_show(open_corpus: OpenCorpus) -> None:
    page = Path(__file__).parent.parent / "docs" / "langchain.md"
    names = {"assistant": open_corpus({"harbour.md": HARBOUR})}
    failed, tried = doctest.testfile(str(page), module_relative=False, globs=names, encoding="utf-8")
    assert tried
    assert failed == 0
