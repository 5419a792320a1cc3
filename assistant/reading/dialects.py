"""Markdown as its dialects show it (Obsidian, GitHub, Pandoc, MDX): without comments, and links by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

_CODE = r"""
    ^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*+(?:\n(?![ ]{0,3}(?P=fence))[^\n]*+)*+(?:\n[^\n]*+)?
    | ``(?:[^`\n]|`(?!`))++`` | `[^`\n]++`
"""
CODE_OR_COMMENT = re.compile(rf"{_CODE} | (?P<opens><!--|(?<!\S)%%|\{{/\*)", re.MULTILINE | re.VERBOSE)
CLOSES = {"<!--": "-->", "%%": "%%", "{/*": "*/}"}
CODE_OR_MARK = re.compile(
    rf"""{_CODE}
    | (?P<embedded>!?)\[\[(?P<target>[^\s\[\]|\\][^\[\]\n|\\]*+)(?:\\?\|(?P<alias>[^\[\]\n]*+))?\]\]
    | (?<![\w=])==(?P<marked>[^\s=](?:[^=\n]|=(?!=))*+)==(?![\w=])
    | (?P<space>[ ]?)(?<![~\\])~~(?=[^\s~])(?P<struck>(?:[^~\n]++|\n(?![ \t]*+\n))++)(?<=\S)~~(?!~)
    | ^(?P<quoted>[ \t]*+>[> \t]*+)\[!(?P<kind>\w[\w-]*+)\][-+]?[ \t]*+(?P<callout>[^\n]*+)
    | ^[ ]{{0,3}}\[\^[^\]\n]{{1,60}}\]:[ \t]*+ | [ \t]?\[\^[^\]\n]{{1,60}}\] | \^\[(?P<note>[^\[\]\n]++)\]
    | [ \t]\^[A-Za-z][\w-]*+[ \t]*+$
    """,
    re.MULTILINE | re.VERBOSE,
)
CODE_OR_COMPONENT = re.compile(
    rf"""{_CODE}
    | ^(?:import|export)\s[^\n]*+(?:\n[^\n]++)*+
    | </?[A-Z][\w.]*+(?P<said>(?:\s++[\w:-]++(?:=(?:"[^"]*+"|'[^']*+'|\{{[^{{}}]*+\}}))?)*+)\s*+/?>
    """,
    re.MULTILINE | re.VERBOSE,
)
SHOWN_VALUE = re.compile(r"\b(?:title|label|heading|summary|description|caption|alt)=(?:\"([^\"]*+)\"|'([^']*+)')")


def as_shown(text: str, *, has_components: bool, struck: Callable[[str], str]) -> str:
    """The text as those who read it in its own program see it; code stays as it is.

    Comments are gone, callouts begin with their title, notes stand without their numbers, and links and marked words
    are what they show. ``has_components``: it is MDX, whose tags give way to what is in them. ``struck`` gives what is
    shown of a text that is crossed out.
    """
    text = CODE_OR_MARK.sub(lambda mark: _shown(mark, struck), _without_comments(text))
    return CODE_OR_COMPONENT.sub(_said_by, text) if has_components else text


def _without_comments(text: str) -> str:
    """The text without comments that are closed."""
    kept: list[str] = []
    never_closed: set[str] = set()
    position = last = 0
    while found := CODE_OR_COMMENT.search(text, position):
        position, opens = found.end(), found["opens"]
        if opens is None or opens in never_closed:
            continue
        end = text.find(CLOSES[opens], position)
        if end < 0:
            never_closed.add(opens)
        if end < 0 or (opens == "%%" and _is_inline(text, found.start()) and "\n" in text[position:end]):
            continue
        kept.append(text[last : found.start()])
        last = position = end + len(CLOSES[opens])
    return "".join([*kept, text[last:]])


def _is_inline(text: str, position: int) -> bool:
    """Whether anything but a few spaces stands before a position on its line."""
    before = text[max(0, position - 4) : position]
    return bool(before.rpartition("\n")[2].strip(" ")) or (len(before) == 4 and "\n" not in before)


def _shown(found: re.Match[str], struck: Callable[[str], str]) -> str:
    """What is shown in the place of a mark."""
    if found["struck"]:
        kept = struck(found["struck"])
        return kept and found["space"] + kept
    if found["target"]:
        return _shown_of_a_link(found)
    if found["marked"] or found["note"]:
        return found["marked"] or f" ({found['note']})"
    if found["kind"]:
        return f"{found['quoted']}{found['callout'].strip() or found['kind'].capitalize()}\n"
    return found[0] if found[0].lstrip()[0] in "`~" else ""


def _shown_of_a_link(link: re.Match[str]) -> str:
    target = link["target"].strip()
    if link["embedded"] and PurePosixPath(target.partition("#")[0]).suffix not in ("", ".md"):
        return ""  # a picture or another file
    return (link["alias"] or "").strip() or target.removeprefix("#").replace("#", " > ")


def _said_by(component: re.Match[str]) -> str:
    """What a component shows of what is said in its tag; code stays."""
    if component[0].lstrip()[0] in "`~":
        return component[0]
    said = [one or other for one, other in SHOWN_VALUE.findall(component["said"] or "")]
    return f"\n{'. '.join(said)}\n" if said else ""
