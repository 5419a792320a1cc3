"""Hostile strings in titles, texts, file names, feeds and questions: shown as they were written, and never run."""

from __future__ import annotations

import pytest

from benchmarks.naughty import follow, show
from tests.browser import CHROMIUM, NO_CHROMIUM, chromium, served, window
from tests.conftest import OpenCorpus

OUTSIDE = "//outside.invalid/x"
STRINGS = [
    "<img src=x onerror=window.hacked=1>",
    f"<img src='https:{OUTSIDE}.png'>",
    "<svg onload=window.hacked=2><circle r=9></svg>",
    "<svg><script>window.hacked=3</script></svg>",
    "<svg><a xlink:href='javascript:window.hacked=4'><text>x</text></a></svg>",
    f"<svg><image href='https:{OUTSIDE}.svg'/><use href='https:{OUTSIDE}.svg#a'/></svg>",
    "<math><mi xlink:href='javascript:window.hacked=5'>x</mi></math>",
    "<script>window.hacked=6</script>",
    "</script><script>window.hacked=7</script>",
    "</template><img src=x onerror=window.hacked=8>",
    "</textarea></title></style><img src=x onerror=window.hacked=9>",
    "<iframe srcdoc='<script>parent.hacked=10</script>'></iframe>",
    f"<iframe src='{OUTSIDE}'></iframe><object data='{OUTSIDE}'></object>",
    f"<link rel=stylesheet href='{OUTSIDE}.css'><style>@import '{OUTSIDE}.css'</style>",
    f"<meta http-equiv=refresh content='0;url=https:{OUTSIDE}'><base href='{OUTSIDE}'>",
    "<details open ontoggle=window.hacked=11>more</details>",
    "<input autofocus onfocus=window.hacked=12>",
    "<b style='position:fixed;inset:0;background:red'>over all</b>",
    "<!-- <img src=x onerror=window.hacked=13> --!><![CDATA[x]]>",
    "${window.hacked=14}",
    "`${window.hacked=15}`",
    "{{value}} {{constructor.constructor('window.hacked=16')()}}",
    "{value} {0} %s %(name)s $1 $& {{#each props}}{{@html value}}{{/each}}",
    "<%= window.hacked=17 %> #{window.hacked=18} [[value]]",
    f"![picture](https:{OUTSIDE}.png)",
    "[link](javascript:window.hacked=19)",
    f"[ref]: https:{OUTSIDE} \"x\" <https:{OUTSIDE}>",
    "![x](x \"onerror=window.hacked=20\")<a href='javascript:window.hacked=21'>x</a>",
    "javascript:window.hacked=22",
    "data:text/html,<script>window.hacked=23</script>",
    "\"><img src=x onerror=window.hacked=24>",
    "' onmouseover='window.hacked=25' x='",
    "\" onfocus=\"window.hacked=26\" autofocus=\"",
    "&lt;img src=x onerror=window.hacked=27&gt; &amp;amp; &#60;b&#62;",
    "\u202eright to left\u202c and \u200bnothing\ufeff between",
    "Z\u0351\u036b\u0343\u036aa\u0302\u036b\u033dl\u034f\u0334g\u0319\u0324o\u031e\u031f",
    "\U0001f469\u200d\U0001f52c \U0001f1fa\U0001f1f8 \U0001f937\U0001f3fd",
    "\x01\x02 control \x1b[31m red \x7f",
    "../../etc/passwd",
    "CON",
    "0:cite:1",
    "sort:title",
    "__proto__",
    "**bold** | table | `code` ***",
    "a" * 400,
]  # fmt: skip


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)
def test_hostile_strings_are_shown_as_they_were_written(open_corpus: OpenCorpus) -> None:
    assistant = open_corpus({})
    follow(assistant, STRINGS)
    with served(assistant) as address, chromium() as browser, window(browser) as context:
        assert show(context.new_page(), address, assistant, STRINGS) == []
