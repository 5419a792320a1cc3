"""What texts that are marked up as plain ones have in common: a writer of blocks, and what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.reading.blocks import Blocks
from assistant.reading.dates import date_of
from assistant.reading.language import language_code
from assistant.reading.plain import name_as_title
from assistant.reading.unread import Strikes, told
from assistant.types import Document, Failure


@dataclass(slots=True)
class MarkedText:
    """A text as blocks, what it says of itself, and what of it is not read."""

    blocks: Blocks
    facts: dict[str, str] = field(default_factory=dict)
    left_out: list[Failure] = field(default_factory=list)
    strikes: Strikes = field(default_factory=Strikes)

    def name_file(self, name: str) -> None:
        """Take note that the text names another file as a part of it."""
        self.left_out.append(Failure(name, "It is a file of its own. Add it, too."))

    def document(self, source: str) -> Document:
        """The document, entitled by what the text calls itself, by its first heading, or by the file's name."""
        published, undated = date_of(self.facts.get("date"))
        return Document(
            source,
            self.facts.get("title") or self.blocks.first_heading or name_as_title(source),
            self.blocks.text,
            "markdown",
            published=published,
            author=self.facts.get("author") or None,
            language=language_code(self.facts.get("language")),
            left_out=(*undated, *self.left_out, *told(self.strikes.seen)),
        )
