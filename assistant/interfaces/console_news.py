"""What the commands about news show to people."""

from __future__ import annotations

from rich.text import Text

from assistant.interfaces.console import output, show_notices, write, write_source
from assistant.interfaces.wording import one_line
from assistant.news.values import Position, Positions

MANNERS = {"said": "", "reported": "by the word of others: ", "denied": "denies: "}
"""What is said before a statement of each kind."""


def show_positions(found: Positions) -> None:
    """Who says what: each speaker, and below it the statements with their sources."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for speaker in found.speakers:
        also = f" (also {', '.join(map(one_line, speaker.also))})" if speaker.also else ""
        console.print()
        console.print(Text(f"{one_line(speaker.name)}{also}", style="bold"))
        for one in speaker.positions:
            label = f"{one.citation.number:>3}. "
            write(console, Text(stated(one)), label=label)
            write_source(console, one.citation.passage, one.citation.place, label=" " * len(label))
    show_notices(found.notices)


def stated(one: Position) -> str:
    """A statement as it is shown: in quotation marks where it stands in such, behind what makes it unsure."""
    text = one_line(one.citation.quote)
    return MANNERS[one.how] + (f"\u201c{text}\u201d" if one.is_quoted else text)
