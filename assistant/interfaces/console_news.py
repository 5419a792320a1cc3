"""What the commands about news show to people."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from assistant.interfaces.console import output, show_notices, write, write_marked, write_source
from assistant.interfaces.wording import one_line
from assistant.news.views import Event, Overview, Positions, Timeline
from assistant.types import Citation

MANNERS = {"said": "", "reported": "(by the word of others) ", "denied": "(denied) "}
"""What is said before a statement of each kind."""


def show_positions(found: Positions) -> None:
    """Who says what: each speaker, and below it the sentences with their sources, what is said in bold."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for speaker in found.speakers:
        also = f" (also {', '.join(map(one_line, speaker.also))})" if speaker.also else ""
        console.print()
        write(console, Text(f"{one_line(speaker.name)}{also}", style="bold"))
        for one in speaker.positions:
            label = f"{one.citation.number:>3}. "
            write_marked(console, one.sentence, (one.mark,), label=label, before=MANNERS[one.how])
            write_source(console, one.citation.passage, one.citation.place, label=" " * len(label))
    show_notices(found.notices)


def show_events(found: Timeline) -> None:
    """When what happened: the day, the sentence with the words that tell it in bold, and its source."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for one in found.events:
        label = f"{one.citation.number:>3}. "
        console.print()
        write(console, Text(when(one), style="bold"), label=label)
        write_marked(console, one.citation.quote, (one.mark,), label=" " * len(label))
        write_source(console, one.citation.passage, one.citation.place, label=" " * len(label))
    show_notices(found.notices)


def show_subjects(found: Overview) -> None:
    """What documents are about: the subjects, documents that stand alone, and names, each with its cited sentence."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for theme in found.themes:
        _show_told(console, f"{one_line(theme.label)} ({_documents(len(theme.sources))})", theme.citation)
    for citation in found.single:
        _show_told(console, one_line(citation.passage.title), citation)
    untold = found.others - len(found.single)
    if untold:
        console.print()
        write(console, Text(f"On other subjects: {_documents(untold)}", style="bold"))
    for name in found.names:
        also = f", also {', '.join(map(one_line, name.also))}" if name.also else ""
        _show_told(console, f"{one_line(name.name)}{also} ({_documents(name.documents)})", name.citation)
    show_notices(found.notices)


def _show_told(console: Console, head: str, citation: Citation) -> None:
    label = f"{citation.number:>3}. "
    console.print()
    write(console, Text(head, style="bold"), label=label)
    write_marked(console, citation.quote, (), label=" " * len(label))
    write_source(console, citation.passage, citation.place, label=" " * len(label))


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number:,} documents"


def when(one: Event) -> str:
    """The days of an event: one, or the first and the last; said to be planned where it is."""
    days = one.first if one.first == one.last else f"{one.first} to {one.last}"
    return f"{days} (planned)" if one.is_planned else days
