"""What the commands about news show to people."""

from __future__ import annotations

from rich.text import Text

from assistant.interfaces.console import output, show_notices, write, write_source
from assistant.interfaces.wording import as_stated, one_line
from assistant.news.values import Positions

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
            write(console, Text(MANNERS[one.how] + as_stated(one.citation.quote, is_quoted=one.is_quoted)), label=label)
            write_source(console, one.citation.passage, one.citation.place, label=" " * len(label))
    show_notices(found.notices)
