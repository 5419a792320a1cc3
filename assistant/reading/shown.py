"""What a page shows to its readers, or once they unfold it, made plain in its tree before that is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from lxml import etree

from assistant.reading.blocks import one_line
from assistant.reading.unread import PICTURES, STRUCK

NEVER_SHOWN = frozenset(
    "script style noscript template svg head iframe object select button input textarea datalist audio video canvas "
    "map annotation annotation-xml".split()
)
BLOCKS = frozenset(
    "p div section article main header footer aside nav ul ol li dl dt dd table pre blockquote figure figcaption "
    "address h1 h2 h3 h4 h5 h6 hr form fieldset body center details summary tr td th caption".split()
)
HIDDEN = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+hidden", re.IGNORECASE)
LINE_THROUGH = re.compile(r"text-decoration[\w-]*+\s*+:[^;]{0,80}line-through", re.IGNORECASE)
NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*\u2020\u2021\u00a7]{1,3}|[a-z])[\])]?")
WRITTEN = frozenset("text number date time month week datetime-local email tel url".split())
"""Types of fields that show what is written into them."""
NAMES_OF_A_SEARCH = frozenset("q s query search".split())
HEADS = frozenset("h1 h2 h3 h4 h5 h6 dt summary".split())
BLOCKS_OF_THEIR_OWN = tuple("ul ol dl table pre form script style h1 h2 h3 h4 h5 h6 details".split())
"""Elements that are not written on one line with others."""
LONGEST_ENTRY = 500
"""Characters of what is said under a head that is written on one line with it."""
ENDS = ":?!.\u2026\uff1a\uff1f\u061f"
NO_FOLD = frozenset("menu menubar listbox dialog alertdialog tooltip navigation search".split())
"""Roles of what opens above a page, and is none of its text."""
RAISED = dict(
    zip(
        "0123456789+-\u2212",
        "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Settled:
    """Whether anything in a page's tree was changed, and the kinds of what readers do not read that it holds."""

    is_changed: bool
    left_out: frozenset[str]


def settle(root: Any, *, keeps_struck: bool = False) -> Settled:
    """Make a page's tree hold what its readers see: folded parts unfolded, what is struck out and marks of notes gone.

    Raised numbers become characters of their own (10⁶, and not 106), and fields of forms what is written into them.
    ``keeps_struck``: what is struck out stays.
    """
    struck = [] if keeps_struck else list(filter(_is_struck, root.iter()))
    kinds = {
        STRUCK: any(one_line(shown(one)) for one in struck),
        PICTURES: any(one_line(shown(text)) for drawing in root.iter("svg") for text in drawing.iter("text")),
    }
    changes = [_unfold(root), _leave_out(root, struck), _fill_in(root), _settle_raised(root), _label(root)]
    return Settled(any(changes), frozenset(kind for kind, is_there in kinds.items() if is_there))


def is_hidden(element: Any) -> bool:
    """Whether an element says that it is not shown; of a whole page, that only holds until its scripts have run."""
    return element.tag not in ("html", "body") and (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(HIDDEN.search(element.get("style") or ""))
    )


def is_shown(element: Any) -> bool:
    """Whether an element itself is shown; those around it are not looked at."""
    return (
        isinstance(element.tag, str)
        and element.tag not in NEVER_SHOWN
        and not is_hidden(element)
        and not (element.tag == "sup" and "reference" in (element.get("class") or "").split())
    )


def spaced(text: str | None) -> str:
    """A text as a page shows it: one space for each run of white space; "" for None."""
    return re.sub(r"\s+", " ", text or "")


def shown(element: Any) -> str:
    """The text of an element in one piece; line breaks stay, other blocks are parted by spaces."""
    if not is_shown(element):
        return ""
    if element.tag == "br":
        return "\n"
    parts = [spaced(element.text)]
    for child in element:
        space = " " if child.tag in BLOCKS else ""
        parts += [space, shown(child), space, spaced(child.tail)]
    return "".join(parts)


def stands_alone(element: Any) -> bool:
    """Whether no words stand right before or after an element, within the one it stands in."""
    previous = element.getprevious()
    before = element.getparent().text if previous is None else previous.tail
    return not any(character.isalnum() for character in (before or "") + (element.tail or ""))


@dataclass(frozen=True, slots=True)
class _Folds:
    """The parts of a page that are folded, and the heads of parts, each with its own."""

    folded: set[Any]
    entries: list[tuple[Any, Any]]

    def add(self, opener: Any, part: Any) -> None:
        """Take in what an element opens, where that is folded or stands under it."""
        head, hidden = _head_of(opener), is_hidden(part)
        if hidden:
            self.folded.add(part)
        if hidden or opener.get("role") == "tab" or head.getnext() is part:
            self.entries.append((head, part))
            if opener.tag == "button":
                opener.tag = "span"

    def open(self) -> bool:
        """Show what is folded, and put each part under its head; tells whether there is any."""
        for part in self.folded:
            for name in ("hidden", "aria-hidden", "style"):
                part.attrib.pop(name, None)
        for head, part in self.entries:
            _write_entry(head, part)
        return bool(self.folded or self.entries)


def _unfold(root: Any) -> bool:
    """Show each part that a button or a head unfolds, as of a list of questions, with its head as a list item."""
    by_name = {one.get("id"): one for one in root.iter() if one.get("id")}
    folds = _Folds(
        {one for one in root.iter() if one.get("hidden") == "until-found"},
        [(one, one.getparent()) for one in root.iter("summary") if one.getparent().tag == "details"],
    )
    for one in list(root.iter("button", "a", "div", "span", "li", *HEADS)):
        for part in filter(_is_text_of_the_page, _unfolded_by(one, by_name)):
            folds.add(one, part)
        if one.tag == "button" and _head_of(one) is not one:
            one.tag = "span"
    return folds.open()


def _write_entry(head: Any, part: Any) -> None:
    """Make a head and the part under it one list item where that is short prose; else a button becomes a heading."""
    label = one_line(shown(head))
    if head.getparent() is None or not label or (head not in part and _stands_in(part, head)):
        return
    if head in part or head.tag not in HEADS:
        head.drop_tree()
    said = one_line(shown(part))
    if _is_short_prose(part, said):
        _taken_out([head])
        _become_a_list(part, _introduced(label, said))
    elif head.tag not in HEADS or head.tag == "summary":
        heading = etree.Element("h4")
        heading.text, heading.tail, part.text = label, part.text, None
        part.insert(0, heading)


def _is_short_prose(part: Any, said: str) -> bool:
    """Whether what a part says can stand on one line with its head."""
    return said != "" and len(said) <= LONGEST_ENTRY and not _holds(part, *BLOCKS_OF_THEIR_OWN)


def _become_a_list(part: Any, text: str) -> None:
    """Make a part a list of one item with this text; what follows the part stays."""
    tail, entry = part.tail, etree.Element("li")
    part.clear()
    part.tag, part.tail = "ul", tail
    entry.text = text
    part.append(entry)


def _introduced(label: str, said: str) -> str:
    """What is said behind its label, with a colon between them where the label has no mark at its end."""
    return f"{label}{' ' if label[-1] in ENDS else ': '}{said}"


def _stands_in(element: Any, other: Any) -> bool:
    """Whether an element stands in another."""
    return any(one is other for one in element.iterancestors())


def _unfolded_by(element: Any, by_name: dict[str, Any]) -> Iterator[Any]:
    """What an element unfolds: the parts that it names, else the hidden one after it or after the head it stands in."""
    if element.get("aria-haspopup") not in (None, "false"):
        return
    says_so = element.get("aria-expanded") is not None or element.get("role") in ("tab", "button")
    found = [by_name[name] for name in _parts_named_by(element, says_so=says_so) if name in by_name]
    yield from found
    if not found and (says_so or element.tag in HEADS):
        following = _head_of(element).getnext()
        if following is not None and isinstance(following.tag, str) and is_hidden(following):
            yield following


def _parts_named_by(element: Any, *, says_so: bool) -> list[str]:
    """The names of the parts that an element controls; its links are such names where it unfolds something."""
    named: list[str] = (element.get("aria-controls") or "").split()
    if says_so or element.get("data-toggle") is not None or element.get("data-bs-toggle") is not None:
        places = (element.get(name) or "" for name in ("href", "data-target", "data-bs-target"))
        named += [place[1:] for place in places if place.startswith("#")]
    return named


def _head_of(element: Any) -> Any:
    """The head in which an element stands, or itself."""
    return next((one for one in element.iterancestors(*HEADS)), element)


def _is_text_of_the_page(part: Any) -> bool:
    around = (part, *part.iterancestors())
    return not any(one.tag == "nav" or one.get("role") in NO_FOLD for one in around)


def _leave_out(root: Any, struck: list[Any]) -> bool:
    """Take out what is struck out, such as a price that holds no more, and what is hidden for good."""
    hidden = [one for one in root.iter() if one.get("hidden") is not None]
    return _taken_out(one for one in (*hidden, *struck) if one.tag not in ("html", "body"))


def _is_struck(element: Any) -> bool:
    return element.tag in ("del", "s", "strike") or bool(LINE_THROUGH.search(element.get("style") or ""))


def _fill_in(root: Any) -> bool:
    """Write what stands in the fields of a form, and is chosen in its lists, where they are; not what is sought."""
    filled = {one: _value_of(one) for one in root.iter("input", "textarea", "select")}
    for field, value in filled.items():
        if value and not any(one.get("role") == "search" for one in field.iterancestors()):
            tail = field.tail
            field.clear()
            field.tag, field.text, field.tail = "span", f" {value} ", tail
    return any(filled.values())


def _value_of(field: Any) -> str:
    if field.tag == "textarea":
        return one_line(field.text or "")
    if field.tag == "select":
        return ", ".join(
            one_line(one.text_content()) for one in field.iter("option") if one.get("selected") is not None
        )
    is_written = (field.get("type") or "text").lower() in WRITTEN and (field.get("name") or "") not in NAMES_OF_A_SEARCH
    return one_line(field.get("value") or "") if is_written else ""


def _settle_raised(root: Any) -> bool:
    """Take out the marks of notes, and write raised numbers in raised characters."""
    marks = [one for one in root.iter("sup", "a") if _marks_a_note(one)]
    changed = _taken_out(marks)
    for one in list(root.iter("sup", "sub")):
        text = (one.text or "").strip()
        if one.tag == "sup" and text and not len(one) and RAISED.keys() >= set(text):
            stands_apart = _before(one)[-3:].isalnum() and len(_before(one)) > 2  # a note to a word or a year
            one.text = " " * stands_apart + "".join(RAISED[character] for character in text)
        one.drop_tag()
        changed = True
    return changed


def _marks_a_note(element: Any) -> bool:
    """Whether an element is the mark of a note: a raised link within the page, or a short one right behind a word."""
    links = [element] if element.tag == "a" else list(element.iter("a"))
    if any(one.get("role") == "doc-noteref" for one in (element, *links)):
        return True
    within = any("#" in (one.get("href") or "") for one in links)
    if not within or not NOTE_MARK.fullmatch("".join(element.text_content().split())):
        return False
    is_raised = element.tag == "sup" or next(element.iter("sup"), None) is not None
    return is_raised or _before(element)[-1:].strip("[( ") != ""


def _before(element: Any) -> str:
    """The text right before an element, within the one it stands in."""
    previous = element.getprevious()
    if previous is None:
        return element.getparent().text or ""
    return previous.tail or (previous.text_content() if isinstance(previous.tag, str) else "")


def _label(root: Any) -> bool:
    """Write each term of a list of terms with what is said of it, on one line, where that is no block itself."""
    changed = False
    for term in list(root.iter("dt")):
        said = list(takewhile(lambda one: one.tag == "dd", term.itersiblings()))
        label = one_line(shown(term))
        if not label or not said or any(_holds(one, *BLOCKS_OF_THEIR_OWN) or is_hidden(one) for one in (term, *said)):
            continue
        for one in said:
            one.text = _introduced(label, one.text or "")
            one.tag = "li"
        term.getparent().tag = "ul"
        term.drop_tree()
        changed = True
    return changed


def _holds(element: Any, *tags: str) -> bool:
    return next(element.iterdescendants(*tags), None) is not None


def _taken_out(elements: Any) -> bool:
    """Take elements out of their tree, with what is in them, but not what follows; tells whether there were any."""
    found = False
    for one in elements:
        if one.getparent() is not None:
            one.drop_tree()
            found = True
    return found
