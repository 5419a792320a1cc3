"""Of a page, what its readers see or can unfold is read; of Markdown, what its own program shows."""

from __future__ import annotations

import json

import pytest

from assistant.reading import read, reader_for
from assistant.reading.markdown import read_markdown
from assistant.types import Document

LONG = "The survey took nine weeks. Divers looked at each pile and wrote down how wide every crack was. " * 3
NAVIGATION = '<nav><a href="/">Home</a> <a href="/news">News</a></nav>'


def page(body: str, head: str = "") -> Document:
    html = f"<html lang=en><head><title>Harbour</title>{head}</head><body>{body}</body></html>"
    return read(reader_for("a.html"), "a.html", html.encode())


def shown(body: str, head: str = "") -> str:
    return page(body, head).text.strip()


def linked(*things: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)


class TestFoldedParts:
    @pytest.mark.parametrize("around", ["{}", f"{NAVIGATION}<main><h1>Permits</h1><p>{LONG}</p>{{}}</main>"])
    @pytest.mark.parametrize(
        "entry",
        [
            "<h3><button aria-expanded=false aria-controls=p>Who may fish?</button></h3>"
            "<div id=p hidden><p>{}</p></div>",
            "<button aria-expanded=false>Who may fish?</button><div style='display: none'><p>{}</p></div>",
            "<h3>Who may fish?</h3><div hidden><p>{}</p></div>",
            "<details><summary>Who may fish?</summary><p>{}</p></details>",
            "<h3><a role=button data-bs-toggle=collapse href='#p'>Who may fish?</a></h3>"
            "<div id=p hidden=until-found>{}</div>",
            "<dl><dt>Who may fish?</dt><dd>{}</dd></dl>",
        ],
    )
    def test_a_question_stands_before_its_answer(self, around: str, entry: str) -> None:
        found = shown(around.format(entry.format("All who carry a card, from <b>eight</b> on.")))
        assert "- Who may fish? All who carry a card, from eight on." in found.replace("**", "").split("\n")

    def test_a_long_part_stands_below_its_head(self) -> None:
        part = "<ul><li>nets</li><li>rods</li></ul>"
        assert shown(f"<button aria-expanded=false>What to bring</button><div hidden>{part}</div>") == (
            "#### What to bring\n\n- nets\n- rods"
        )

    def test_tabs_are_read_with_their_names(self) -> None:
        tabs = (
            "<div><button role=tab aria-controls=a>Hours</button><button role=tab aria-controls=b>Ways</button></div>"
        )
        panels = "<div id=a role=tabpanel>8 to 11</div><div id=b role=tabpanel hidden>By tram</div>"
        assert shown(tabs + panels) == "- Hours: 8 to 11\n- Ways: By tram"

    @pytest.mark.parametrize(
        "hidden",
        [
            "<p hidden>draft</p>",
            "<button aria-haspopup=true aria-controls=m>Menu</button><div id=m hidden>draft</div>",
            "<button aria-expanded=false aria-controls=m>Menu</button><ul id=m role=menu hidden><li>draft</ul>",
            "<p>Words.</p><div hidden>draft</div>",
        ],
    )
    @pytest.mark.parametrize("around", ["<p>{}</p>", f"{NAVIGATION}<main><p>{{}}</p></main>"])
    def test_what_is_hidden_for_good_stays_out(self, hidden: str, around: str) -> None:
        assert "draft" not in shown(around.format(LONG) + hidden)

    def test_a_page_that_scripts_uncover_is_read(self) -> None:
        html = b"<html><body style='visibility:hidden'><p>The pier is open.</p></body></html>"
        assert read(reader_for("a.html"), "a.html", html).text == "The pier is open.\n\n"


class TestMarks:
    @pytest.mark.parametrize(
        ("html", "said"),
        [
            ("Built in 1931<sup><a href='#n3'>3</a></sup>.", "Built in 1931."),
            ("Built in 1931<a href='#fn3'><sup>[3]</sup></a>.", "Built in 1931."),
            ("Built in 1931<a href='#_ftn3'>[3]</a>.", "Built in 1931."),
            ("Built in 1931<sup>3</sup>.", "Built in 1931 ³."),
            ("Some 10<sup>6</sup> eels on 5 m<sup>2</sup>, the 2<sup>nd</sup>.", "Some 10⁶ eels on 5 m², the 2nd."),
            ("See part <a href='#two'>2</a> of it and [<a href='#n1'>1</a>].", "See part 2 of it and [1]."),
            ("Now <del>90</del> <s>80</s> <span style='text-decoration: line-through'>70</span> 45 crowns.",
             "Now 45 crowns."),
        ],
    )  # fmt: skip
    def test_marks_of_notes_and_what_is_struck_out_stay_out(self, html: str, said: str) -> None:
        assert shown(f"<p>{html}</p>") == said
        assert said in " ".join(shown(f"{NAVIGATION}<main><p>{LONG}</p><p>{html}</p></main>").split())

    def test_each_of_several_facts_has_its_term(self) -> None:
        low, high = "<dt>Low season</dt><dd>31 crowns</dd><dd>no dues</dd>", "<dt>High season</dt><dd>62 crowns</dd>"
        assert (
            shown(f"<dl>{low}{high}</dl>") == "- Low season: 31 crowns\n- Low season: no dues\n- High season: 62 crowns"
        )


SECOND = "The piles under the third span are the oldest. "
ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Pier to close",
    "datePublished": "2031-10-02T08:00:00+02:00",
    "author": {"@type": "Person", "name": "Mara Venn"},
    "articleBody": "The pier closes on 3 November.",
}


class TestWhatScriptsMake:
    def test_an_article_that_only_machines_are_told_is_read(self) -> None:
        made = page('<div id="root"></div><noscript>Enable JavaScript.</noscript>', linked(ARTICLE))
        assert (made.text, made.author) == ("# Pier to close\n\nThe pier closes on 3 November.\n\n", "Mara Venn")

    def test_questions_and_data_are_read(self) -> None:
        answer = {"@type": "Answer", "text": "<p>All <b>over</b> twelve.</p>"}
        questions = {
            "@type": "FAQPage",
            "mainEntity": [{"@type": "Question", "name": "Who?", "acceptedAnswer": answer}],
        }
        place = {"@type": "Place", "name": "Gull Hall"}
        event = {
            "@type": "Event",
            "name": "Fair",
            "startDate": "2031-05-01",
            "location": place,
            "url": "https://a.example",
        }
        site = {"@type": "WebSite", "name": "A site"}
        assert shown("", linked(questions, {"@graph": [site, event]})) == (
            "## Who?\n\nAll over twelve.\n\n# Fair\n\n- startDate: 2031-05-01\n- location › name: Gull Hall"
        )

    def test_a_page_that_shows_its_article_is_read_as_shown(self) -> None:
        assert shown(f"{NAVIGATION}<main><p>{LONG}</p></main>", linked(ARTICLE)) == LONG.strip()

    def test_a_teaser_gives_way_to_the_whole_article(self) -> None:
        whole = {**ARTICLE, "articleBody": f"{LONG}{SECOND * 12}"}
        found = shown(f"{NAVIGATION}<main><p>{LONG}</p></main>", linked(whole))
        assert found == f"{LONG}{SECOND * 12}".strip()

    @pytest.mark.parametrize("broken", ["{", "[" * 100_000, '{"@type": 7, "name": ["a"]}', "null"])
    def test_what_is_broken_costs_nothing(self, broken: str) -> None:
        head = f'<script type="application/ld+json">{broken}</script>'
        assert shown("<p>The pier is open.</p>", head) == "The pier is open."


def test_a_short_page_is_read_without_what_surrounds_it() -> None:
    said = "The kiosk opens on 2 May."
    around = "<header><a href=/>Logo</a></header>{}<aside>Subscribe now</aside><footer>Imprint</footer>"
    banner = (
        "<div id=cookie-banner role=dialog>812 partners store cookies.</div><section class=related>Other news</section>"
    )
    assert shown(around.format(f"{NAVIGATION}<main><p>{said}</p>{banner}</main>")) == said
    assert shown(f"{banner}<div><p>{said}</p></div>") == said


def test_a_page_of_links_is_told_from_a_text_with_links() -> None:
    links = "".join(f'<li><a href="/{number}">A story of the harbour</a></li>' for number in range(30))
    article = "".join(f"<p>{LONG}</p>" for _ in range(3))
    assert "A story" not in shown(f"<ul>{links}</ul><div><h1>Piles</h1>{article}</div><ul>{links}</ul>")
    assert shown(f'<p>{LONG}</p><p>See <a href="/plan">the plan of the quay</a> too.</p>').endswith(
        "See the plan of the quay too."
    )


class TestMarkdown:
    @staticmethod
    def text(written: str, source: str = "a.md") -> str:
        return read_markdown(source, written.encode()).text

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("A <!-- hidden -->word.", "A word."),
            ("A.\n\n%% hidden\non lines %%\n\nB.", "A.\n\n\n\nB."),
            ("A <!-- never closed, 5 %% of it.", "A <!-- never closed, 5 %% of it."),
            ("5 %% of\nall %% of it", "5 %% of\nall %% of it"),
            ("`<!-- code -->` and `[[code]]`", "`<!-- code -->` and `[[code]]`"),
            ("```\n<!-- code --> [[a]] ==b==\n```", "```\n<!-- code --> [[a]] ==b==\n```"),
            ("[[People/Mara Venn|Mara Venn]] of [[Osmere]]", "Mara Venn of Osmere"),
            ("| [[Osmere Docks\\|Osmere]] |", "| Osmere |"),
            ("[[Plan#Costs]] ![[sketch.png]]![[Plan]]", "Plan > Costs Plan"),
            ("It costs ==6.1 million==. ^cost", "It costs 6.1 million."),
            ("a == b, x==y==z, x^2", "a == b, x==y==z, x^2"),
            ("> [!warning]- Deadline\n> Before May.", "> Deadline\n\n> Before May."),
            ("> [!NOTE]\n> Before May.", "> Note\n\n> Before May."),
            ("It rose [^1].^[By hand.]\n\n[^1]: In 1931.", "It rose. (By hand.)\n\nIn 1931."),
            ("if [[ -f a ]]; [[1, 2], [3]]", "if [[ -f a ]]; [[1, 2], [3]]"),
        ],
    )
    def test_a_text_is_read_as_it_is_shown(self, written: str, said: str) -> None:
        assert self.text(written) == said

    def test_components_give_way_to_what_is_in_them(self) -> None:
        written = (
            "import A from 'a'\n\nexport const b = {\n  c: 1\n}\n\n"
            '<Card title="Fees" icon={d}>\nIt costs <B/>5.\n</Card>\n'
            "\n```js\nimport C from 'c'\n<Card/>\n```\n{/* hidden */}"
        )
        assert self.text(written, "a.mdx").split() == ("Fees It costs 5. ```js import C from 'c' <Card/> ```".split())

    @pytest.mark.parametrize(
        "front",
        [
            '+++\ntitle = "The quay"\npubDate = 2031-03-02\nauthors = ["Ann Orr", "Bo Lee"]\n+++\n',
            "---\ntitle: The quay\npubDate: Mar 2 2031\nauthors:\n  - name: Ann Orr\n  - name: Bo Lee\n---\n",
        ],
    )
    def test_front_matter_of_either_kind_names_authors_and_day(self, front: str) -> None:
        made = read_markdown("a.md", f"{front}It opened.\n".encode())
        assert (made.title, made.author, made.published) == ("The quay", "Ann Orr, Bo Lee", "2031-03-02")
        assert made.text == "It opened.\n"

    @pytest.mark.parametrize(
        "text", ["+++\nno toml\n+++\nWords.\n", "+++ plus\nWords.\n", "+++\ntitle = 'a'\nWords.\n"]
    )
    def test_what_is_no_front_matter_stays_text(self, text: str) -> None:
        assert self.text(text) == text
