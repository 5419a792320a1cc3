"""The pictures that documents show are there, those that are there are shown, and the commands are as told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.interfaces.cli_reference import reference

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
MOST_BYTES = 3_000_000


def shown_in(document: Path) -> list[Path]:
    """The pictures that a document shows."""
    found = PICTURE.findall(document.read_text("utf-8"))
    return [(document.parent / (markdown or html)).resolve() for markdown, html in found]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_picture_that_is_shown_is_there(document: Path) -> None:
    assert [str(picture) for picture in shown_in(document) if not picture.is_file()] == []


def test_every_picture_is_shown_and_all_together_are_small() -> None:
    pictures = set((ROOT / "docs" / "images").iterdir())
    assert pictures - {picture for document in DOCUMENTS for picture in shown_in(document)} == set()
    assert sum(picture.stat().st_size for picture in pictures) < MOST_BYTES


def test_the_reference_of_the_command_line_is_what_the_commands_say() -> None:
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == reference()
