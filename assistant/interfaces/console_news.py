"""What the commands about news show to people."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from assistant.answering.citations import quote_as_read
from assistant.interfaces.console import output, show_notices, write, write_marked, write_source
from assistant.interfaces.wording import one_line
from assistant.news.view_wording import MANNERS, STANDS, UNANSWERED
from assistant.news.views import Briefing, Compared, Event, How, News, Overview, Positions, Stand, Timeline
from assistant.types import Citation


def show_positions(found: Positions) -> None:
    """Who says what: each speaker, and below it the sentences with their sources, what is said in bold."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for speaker in found.speakers:
        also = f" (also {', '.join(map(one_line, speaker.also))})" if speaker.also else ""
        console.print()
        write(console, Text(f"{one_line(speaker.name)}{also}", style="bold"))
        for change in speaker.changes:
            write(console, Text(change.in_words))
        for one in speaker.positions:
            label = f"{one.citation.number:>3}. "
            write_marked(console, one.sentence, (one.mark,), label=label, before=_manner(one.how))
            write_source(console, one.citation.passage, one.citation.place, label=" " * len(label))
    show_notices(found.notices)


def _manner(how: How) -> str:
    return f"({MANNERS[how]}) " if MANNERS[how] else ""


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
        for other in one.also:
            _show_cited(console, other, "also: ")
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
    write_marked(console, quote_as_read(citation), (), label=" " * len(label))
    write_source(console, citation.passage, citation.place, label=" " * len(label))


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number:,} documents"


def when(one: Event) -> str:
    """The days of an event: one, or the first and the last; said to be planned where it is."""
    return f"{one.days} (planned)" if one.is_planned else one.days


def show_stories(found: News) -> None:
    """What is new: each story with how it begins, what it adds and contradicts, and the sources of all of it."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for story in found.stories:
        console.print()
        write(console, Text(one_line(story.title), style="bold"))
        write(console, Text(f"{story.days} \u00b7 {story.in_words}", style="dim"))
        _show_cited(console, story.lead)
        for one in story.adds:
            _show_cited(console, one, "+ ")
        for dispute in story.contradicts:
            write(console, Text(one_line(dispute.notice)))
            _show_cited(console, dispute.new)
            _show_cited(console, dispute.earlier, "before: ")
    show_notices(found.notices)


def show_compared(found: Compared) -> None:
    """What the sides say: the disputed first, each statement under the name of its side."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    last: Stand | None = None
    for row in found.rows:
        console.print()
        if row.stand != last:
            write(console, Text(STANDS[row.stand], style="bold"))
        last = row.stand
        if row.notice:
            write(console, Text(one_line(row.notice)))
        for side, cell in zip(found.sides, row.cells, strict=True):
            if cell is not None:
                _show_cited(console, cell, f"{one_line(side)}: ")
    if found.rows and found.silent:
        console.print()
        write(console, Text(f"Nothing to this question: {', '.join(map(one_line, found.silent))}."))
    show_notices(found.notices)


def show_brief(found: Briefing) -> None:
    """A briefing: its sections, each quote with its source, and what the documents do not answer."""
    console = output()
    console.print(Text(found.in_words, style="bold"))
    for section in found.sections:
        console.print()
        write(console, Text(section.title, style="bold"))
        for line in section.lines:
            _show_cited(console, line.citation, f"{one_line(line.label)}: " if line.label else "")
    if found.open_questions:
        console.print()
        write(console, Text(UNANSWERED, style="bold"))
        for question in found.open_questions:
            write(console, Text(one_line(question)), label="  - ")
    show_notices(found.notices)


def _show_cited(console: Console, citation: Citation, before: str = "") -> None:
    label = f"{citation.number:>3}. "
    write_marked(console, quote_as_read(citation), (), label=label, before=before)
    write_source(console, citation.passage, citation.place, label=" " * len(label))
