"""A file of each format is asked for what stands in it, and the answer quotes the words and names their place."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from assistant import Assistant
from assistant.models.packaged_reader import PackagedReader
from assistant.reading import READERS
from assistant.types import Place
from tests.compound_files import msg, xls
from tests.conftest import OpenCorpus
from tests.file_makers import docx, drawn, eml, epub, odf, odp, ods, paragraph, pdf, pptx, saved, xlsx, zipped


@dataclass(frozen=True, slots=True)
class Asked:
    """A file, a question about it, and what the first citation of the answer must be."""

    source: str
    content: bytes
    question: str
    quote: str
    place: Place | None = None


FERRIES = [["Ferry", "Captain", "Berths"], ["Alma", "Rasmus Holt", "40"], ["Brage", "Signe Dahl", "62"]]
TOURS = [["Tour", "Guide"], ["Glacier", "Mads Quist"], ["Cavern", "Edda Brun"]]
CELLARS = [["Cellar", "Wine"], ["North", "Riesling"], ["South", "Malbec"]]
PLANTS = [["Plant", "Gardener"], ["Foxglove", "Olga Reed"], ["Lupin", "Piet Vos"]]
CASES = (
    Asked(
        "lighthouse.pdf",
        pdf([["The harbour of Veldt is old."], ["The lighthouse of Veldt is forty metres high."]]),
        "How high is the lighthouse of Veldt?",
        "The lighthouse of Veldt is forty metres high.",
        Place("page", "2"),
    ),
    Asked(
        "bridge.docx",
        docx(paragraph("Bridges", "H1") + paragraph("The Tamsel bridge was designed by Ilse Krone.")),
        "Who designed the Tamsel bridge?",
        "The Tamsel bridge was designed by Ilse Krone.",
    ),
    Asked(
        "cranes.pptx",
        pptx(("Barges", "Two barges sail to Orr."), ("Cranes", "The cranes of Morrow were built in 1961.")),
        "When were the cranes of Morrow built?",
        "The cranes of Morrow were built in 1961.",
        Place("slide", "2"),
    ),
    Asked(
        "ferries.xlsx",
        xlsx({"Notes": [["Nothing to note."]], "Ferries": FERRIES}),
        "Who is the captain of the ferry Brage?",
        "| Brage | Signe Dahl | 62 |",
        Place("sheet", "Ferries"),
    ),
    Asked(
        "tours.xls",
        xls({"Notes": [["Nothing to note."]], "Tours": TOURS}),
        "Who is the guide of the cavern tour?",
        "| Cavern | Edda Brun |",
        Place("sheet", "Tours"),
    ),
    Asked(
        "mills.csv",
        b"Mill,Owner,Built\nAshmill,Bram Teller,1802\nOakmill,Lotte Finch,1847\n",
        "Who is the owner of Oakmill?",
        "| Oakmill | Lotte Finch | 1847 |",
    ),
    Asked(
        "kilns.tsv",
        b"Kiln\tPotter\tGlaze\nRed kiln\tJonas Wick\tceladon\nBlue kiln\tGreta Lund\tshino\n",
        "Which glaze does the blue kiln have?",
        "| Blue kiln | Greta Lund | shino |",
    ),
    Asked(
        "orchard.html",
        b"<html><title>Orchard</title><body><h1>Apples</h1><p>The orchard of Pell grows ninety kinds of apples.</p>",
        "How many kinds of apples does the orchard of Pell grow?",
        "The orchard of Pell grows ninety kinds of apples.",
    ),
    Asked(
        "novel.epub",
        epub("<h1>One</h1><p>It rained.</p>", "<h1>Two</h1><p>The clockmaker Fenwick lived above the bakery.</p>"),
        "Where did the clockmaker Fenwick live?",
        "The clockmaker Fenwick lived above the bakery.",
        Place("chapter", "Two"),
    ),
    Asked(
        "invitation.eml",
        eml("Invitation", "See the attachment.", {"menu.txt": b"The dessert of the gala is plum tart with cream."}),
        "What is the dessert of the gala?",
        "The dessert of the gala is plum tart with cream.",
        Place("file", "menu.txt"),
    ),
    Asked(
        "repairs.msg",
        msg("Repairs", "Ann Orr", "See below.", {"roof.txt": b"The roof of the chapel is covered with copper."}),
        "What is the roof of the chapel covered with?",
        "The roof of the chapel is covered with copper.",
        Place("file", "roof.txt"),
    ),
    Asked(
        "museum.odt",
        odf('<text:h text:outline-level="1">Museum</text:h><text:p>The museum of Lorne opens on Tuesdays.</text:p>'),
        "When does the museum of Lorne open?",
        "The museum of Lorne opens on Tuesdays.",
    ),
    Asked(
        "cellars.ods",
        ods({"Stores": [["Nothing is stored."]], "Cellars": CELLARS}),
        "Which wine is in the south cellar?",
        "| South | Malbec |",
        Place("sheet", "Cellars"),
    ),
    Asked(
        "railway.odp",
        odp(("Stations", "There are six stations."), ("Tunnels", "The longest tunnel of the Skarn railway is Hollow.")),
        "What is the longest tunnel of the Skarn railway?",
        "The longest tunnel of the Skarn railway is Hollow.",
        Place("slide", "2"),
    ),
    Asked(
        "choir.rtf",
        rb"{\rtf1\ansi{\info{\title Choir}}The choir sings on Sundays.\par The conductor of the choir is Nadia Wolff.}",
        "Who is the conductor of the choir?",
        "The conductor of the choir is Nadia Wolff.",
    ),
    Asked(
        "observatory.json",
        json.dumps({"observatory": {"telescope": "Zeiss refractor", "altitude": "1,240 metres"}}).encode(),
        "What is the altitude of the observatory?",
        "- observatory › altitude: 1,240 metres",
    ),
    Asked(
        "gardens.jsonl",
        b"".join(json.dumps(dict(zip(PLANTS[0], row, strict=True))).encode() + b"\n" for row in PLANTS[1:]),
        "Who is the gardener of the lupin?",
        "| Lupin | Piet Vos |",
    ),
    Asked(
        "whales.ipynb",
        json.dumps(
            {"cells": [{"cell_type": "markdown", "source": ["The survey counted 312 humpback whales."]}]}
        ).encode(),
        "How many humpback whales did the survey count?",
        "The survey counted 312 humpback whales.",
    ),
    Asked(
        "ferryman.srt",
        b"1\n00:00:58,000 --> 00:00:59,500\nThe ferryman of Pell is\n\n"
        b"2\n00:01:00,000 --> 00:01:02,000\ncalled Ivo Brandt.\n",
        "What is the ferryman of Pell called?",
        "The ferryman of Pell is called Ivo Brandt.",
    ),
    Asked(
        "lichens.xml",
        b"<article><body><sec><title>Lichens</title>"
        b"<p>The lichens of Ardmoor grow 2 mm a year.</p></sec></body></article>",
        "How much do the lichens of Ardmoor grow a year?",
        "The lichens of Ardmoor grow 2 mm a year.",
    ),
    Asked(
        "comets.tex",
        rb"\documentclass{article}\begin{document}\section{Comets}"
        rb"The comet Hale was seen by \emph{Lena} Stroud.\end{document}",
        "Who saw the comet Hale?",
        "The comet Hale was seen by Lena Stroud.",
    ),
    Asked(
        "bakery.rst",
        b"Bakery\n======\n\nThe bakery of Culver *opens* at five in the morning.\n",
        "When does the bakery of Culver open?",
        "The bakery of Culver opens at five in the morning.",
    ),
    Asked(
        "quarry.org",
        b"* Quarry\nThe quarry of Hythe yields /blue/ slate.\n",
        "What does the quarry of Hythe yield?",
        "The quarry of Hythe yields blue slate.",
    ),
    Asked(
        "vineyard.adoc",
        b"= Vineyard\n\nThe vineyard of Lorch was planted by *Anton Reiss*.\n",
        "Who planted the vineyard of Lorch?",
        "The vineyard of Lorch was planted by Anton Reiss.",
    ),
    Asked(
        "fungi.bib",
        b"@article{a, title={Fungi of Selwood}, author={Marsh, Tilda}, abstract={Selwood has 214 species of fungi.}}",
        "How many species of fungi does Selwood have?",
        "Selwood has 214 species of fungi.",
    ),
    Asked(
        "moths.ris",
        b"TY  - JOUR\nTI  - Moths of Tarn\nAB  - The moths of Tarn fly in October.\nER  - \n",
        "When do the moths of Tarn fly?",
        "The moths of Tarn fly in October.",
    ),
    Asked(
        "boiler.log",
        b"10:00 boiler started\nThe boiler of the baths failed at valve nine.\n",
        "At which valve did the boiler of the baths fail?",
        "The boiler of the baths failed at valve nine.",
    ),
    Asked(
        "telescope.py",
        b"# The dome of the telescope turns only below 40 knots of wind.\nWIND = 40\n",
        "Below how many knots of wind does the dome of the telescope turn?",
        "# The dome of the telescope turns only below 40 knots of wind.",
    ),
    Asked(
        "archive.zip",
        zipped(
            {"a/rules.txt": "Be kind.", "b/volcano.pdf": pdf([["See next."], ["The volcano Ruska erupted in 1783."]])}
        ),
        "When did the volcano Ruska erupt?",
        "The volcano Ruska erupted in 1783.",
        Place("file", "b/volcano.pdf, page 2"),
    ),
    Asked(
        "bees.md",
        b"# Bees\n\nThe beekeeper of Thorne owns thirty hives.\n",
        "How many hives does the beekeeper of Thorne own?",
        "The beekeeper of Thorne owns thirty hives.",
    ),
    Asked(
        "swim.ics",
        b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Swim across Lake Orne\nLOCATION:Jetty of Pell\n"
        b"DTSTART:20310318T140000Z\nDTEND:20310318T160000Z\nEND:VEVENT\nEND:VCALENDAR\n",
        "When is the swim across Lake Orne?",
        "Swim across Lake Orne: 18 March 2031, 14:00 to 16:00 UTC, at Jetty of Pell.",
    ),
    Asked(
        "club.mbox",
        b"From ann@orr.example Fri May 31 10:00:00 2024\n"
        + eml("Kiteboards", "The kiteboards of Fenn were lent by Ulla Starck."),
        "Who lent the kiteboards of Fenn?",
        "The kiteboards of Fenn were lent by Ulla Starck.",
        Place("file", "Kiteboards"),
    ),
    Asked(
        "news.rss",
        b"<rss version='2.0'><channel><title>Notes</title><item><title>Viaduct</title>"
        b"<description>The viaduct of Quell was painted by Hugo Brandt.</description></item></channel></rss>",
        "Who painted the viaduct of Quell?",
        "The viaduct of Quell was painted by Hugo Brandt.",
    ),
    Asked(
        "plate.png",
        saved(drawn("The carousel of Zell was carved by Ida Roth."), "PNG"),
        "Who carved the carousel of Zell?",
        "The carousel of Zell was carved by Ida Roth.",
        Place("page", "1"),
    ),
    Asked(
        "chess.txt",
        b"Chess club\n\nThe chess club of Ebden meets in the library.\n",
        "Where does the chess club of Ebden meet?",
        "The chess club of Ebden meets in the library.",
    ),
)


@pytest.fixture(scope="module")
def assistant(open_corpus: OpenCorpus) -> Assistant:
    """All files in one corpus."""
    return open_corpus({case.source: case.content for case in CASES})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.source.rpartition(".")[2])
def test_a_question_is_answered_with_the_words_and_the_place(assistant: Assistant, case: Asked) -> None:
    citation = assistant.ask(case.question).citations[0]
    found = (citation.passage.source, citation.quote, citation.passage.place)
    assert found == (case.source, case.quote, case.place)
    assert assistant.document(case.source).text[citation.start : citation.end] == case.quote


def test_every_file_was_read_and_every_passage_stands_where_it_says(assistant: Assistant) -> None:
    assert [record.failure for record in assistant.documents()] == [None] * len(CASES)
    for case in CASES:
        document = assistant.document(case.source)
        for passage in assistant.passages(case.source):
            assert document.text[passage.start : passage.end] == passage.text
            assert document.place_at(passage.start) == document.place_at(passage.end - 1) == passage.place


def test_what_stands_above_a_mail_answers_only_where_that_is_asked_for(open_corpus: OpenCorpus) -> None:
    body = "The fee for the north pier rises to 12 euros from 1 May.\n\nQuestions about the fees go to Jana Holt.\n"
    mail = eml("New fees for the north pier", body)
    assistant = open_corpus({"fees.eml": mail})
    for question in ("When do the new fees for the north pier begin?", "Who answers questions about the new fees?"):
        assert not any("Subject:" in citation.quote for citation in assistant.ask(question).citations)
    for question in (
        "Who sent the new fees for the north pier?",
        "From whom is the mail about the north pier?",
        "Who is the mail about the pier fees from?",
    ):
        assert "From: " in " ".join(citation.quote for citation in assistant.ask(question).citations)


def test_what_stands_above_an_invoice_or_a_memo_is_found(open_corpus: OpenCorpus, reader: PackagedReader) -> None:
    invoice = (
        "Invoice 4711\n\nFrom: Acme Pumps\nTo: Harbour Office\nDate: 3 March 2031\n\nTwelve pumps were delivered.\n"
    )
    memo = "# Memo\n\nTo: All staff\nSubject: Parking\n\nParking behind hall 2 ends in June.\n"
    assistant = open_corpus({"invoice.txt": invoice, "memo.md": memo}, reader)
    for question, words in (
        ("What is the date of the invoice?", "3 March 2031"),
        ("Who is the memo on parking to?", "All staff"),
    ):
        assert words in assistant.ask(question).text


def test_each_reader_is_asked() -> None:
    asked = {READERS[f".{case.source.rpartition('.')[2]}"].version for case in CASES}
    assert asked == {reader.version for reader in READERS.values()}
