"""References as BibTeX (with biblatex's fields, in UTF-8) and as CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from assistant.conversations.cited_documents import Name, Reference
from assistant.places import RANGE

LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # NOTE: BibTeX counts the brace of \{ too, and would not find the field's end
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{mark: f"\\{mark}" for mark in "$&#_%"},
    }
)


def to_bibtex(references: Sequence[Reference]) -> str:
    """An entry for each reference: ``@online`` where it has an address, else ``@misc``."""
    return "\n".join(map(_entry, references))


def to_csl(references: Sequence[Reference]) -> str:
    """A JSON array with an item for each reference, as citeproc and Zotero take it."""
    return json.dumps([_item(reference) for reference in references], ensure_ascii=False, indent=2) + "\n"


def _entry(reference: Reference) -> str:
    fields = {
        "title": f"{{{_latex(reference.title)}}}",  # braced twice: no style changes its capitals
        "author": " and ".join(map(_latex_name, reference.authors)),
        "publisher": _latex(reference.publisher),
        "date": reference.date,
        "year": reference.date[:4],
        "url": reference.url,
        "urldate": reference.accessed,
        "pages": _latex(", ".join(reference.pages)).replace(RANGE, "--"),
        "section": _latex("; ".join(reference.sections)),
        "note": _latex(reference.note),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'online' if reference.url else 'misc'}{{{reference.key},\n{lines}}}\n"


def _latex(text: str) -> str:
    return text.translate(LATEX)


def _latex_name(name: Name) -> str:
    """A name in braces is one word to BibTeX, whatever commas and "and" it holds."""
    family = f"{{{_latex(name.family)}}}"
    return f"{family}, {{{_latex(name.given)}}}" if name.given else family


def _item(reference: Reference) -> dict[str, Any]:
    fields = {
        "id": reference.key,
        "type": "webpage" if reference.url else "document",
        "title": reference.title,
        "author": [_csl_name(name) for name in reference.authors],
        "publisher": reference.publisher,
        "issued": _csl_date(reference.date),
        "accessed": _csl_date(reference.accessed),
        "URL": reference.url,
        "page": ", ".join(reference.pages).replace(RANGE, "-"),
        "section": "; ".join(reference.sections),
        "note": reference.note,
    }
    return {name: value for name, value in fields.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _csl_date(day: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else {}
