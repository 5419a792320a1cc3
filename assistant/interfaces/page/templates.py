"""The page's HTML: templates that escape whatever they are given, unless another template built it."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from assistant.conversations.citation_places import web_address
from assistant.interfaces.page.phrases import byline, count, day, short_day, showable
from assistant.interfaces.wording import place_in_words

BOLD = re.compile(r"\*\*(\S|\S.*?\S)\*\*")


class _Flowing(Extension):
    """Templates are laid out for whoever reads them: a line end beside a tag is nothing, any other is a space."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template without its layout."""
        flowing = ""
        for line in filter(None, map(str.lstrip, source.split("\n"))):
            is_beside_a_tag = flowing.endswith((">", "}")) or line.startswith(("<", "{"))
            flowing += line if is_beside_a_tag or not flowing else f" {line}"
        return flowing


def render(part: str, **values: object) -> Markup:
    """HTML of a part such as ``tray.running``, which is the macro ``running`` of ``templates/tray.html``."""
    file, _, macro = part.partition(".")
    return Markup(getattr(_ENVIRONMENT.get_template(f"{file}.html").module, macro)(**values))


def escaped(text: str) -> Markup:
    """HTML that shows exactly ``text``, in an element or a quoted attribute."""
    return Markup.escape(showable(text))


def render_problem(problem: str) -> Markup:
    """HTML of a problem that concerns a whole part of the page."""
    return render("shared.problem", told=problem)


def _finalized(value: object) -> object:
    return showable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    undefined=StrictUndefined,
    extensions=[_Flowing],
    finalize=_finalized,
)
_ENVIRONMENT.globals |= {
    "byline": byline, "count": count, "day": day, "place_in_words": place_in_words, "short_day": short_day,
    "web_address": web_address,
}  # fmt: skip
_ENVIRONMENT.filters |= {"thousands": "{:,}".format, "bold_pieces": BOLD.split}
