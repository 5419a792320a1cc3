"""How well, how fast and in how much memory text in pictures is read: 30 scans that this draws itself.

    python -m benchmarks.measure_ocr [--share .03]

The pages are in three languages, at 300 and at 150 dots per inch: straight, skewed by two degrees, and in two columns,
with the grey, the blur and the specks of a scan. Each is read as a JPEG, in the process that reads files and within
its limits. Prints one JSON object: the share of characters that are wrong (what an editor would have to insert, delete
or replace) over all and by kind, seconds a page, and the most memory that the process took. Exits with 1 if more than
``--share`` of the characters are wrong.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import mean, median

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from assistant.indexing.reading_ahead import ReadingProcesses
from assistant.reading.files import FileToRead

SEED = 11
WIDTH, HEIGHT = 8.27, 11.69
"""A4, in inches."""
MARGIN, GUTTER = 1.0, 0.35
LETTERS = 11 / 72
"""The height of the letters, in inches."""
SENTENCES = {
    "en": "The council of Skell met on 14 March 2031 to discuss the quay. Its engineer reported 27 cracks in the wall. "
    "Repairs will cost 48,500 pounds, of which the county pays a third. Mrs Abigail Thorne voted against the plan. "
    "“We cannot wait another winter,” the harbour master said. Work begins in June and lasts eleven weeks. "
    "Ferries to Osmere will leave from the northern pier; parking there is free. A second report is due in autumn.",
    "de": "Der Gemeinderat von Veldt beschloss am 3. Mai 2031 den Umbau der Mühle. Die Kosten betragen 1,2 Millionen "
    "Euro. Größere Schäden fanden die Prüfer am Dach und an der Treppe. Bürgermeisterin Jördis Weiß sprach von einem "
    "guten Tag für alle Bürger. Die Straße bleibt bis Ende September gesperrt. Über den Sommer fährt ein Bus alle 20 "
    "Minuten. Fußgänger nutzen den Steg am Ufer.",
    "fr": "Le marché de Tarnwick rouvre le 9 août 2031 après deux années de travaux. La façade a été nettoyée et le "
    "toit refait à l’identique. Près de 140 commerçants y louent une place. L’entrée coûte 3,50 euros, sauf pour les "
    "élèves. « Nous n’espérions plus », dit une fleuriste. Le musée voisin prête ses plus vieux étals. Une fête aura "
    "lieu dès l’été prochain.",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as it was drawn, and the text on it."""

    kind: str
    picture: Image.Image
    text: str


def scans() -> Iterator[Scan]:
    """The 30 pages: each kind five times, in one language after the other."""
    chance = random.Random(SEED)
    languages = sorted(SENTENCES)
    for number in range(5):
        for dots in (300, 150):
            for kind in ("straight", "skewed", "two columns"):
                sentences = SENTENCES[languages[(number + len(kind)) % len(languages)]].split(". ")
                yield _scan(f"{kind}, {dots} dpi", dots, sentences, chance)


def _scan(kind: str, dots: int, sentences: list[str], chance: random.Random) -> Scan:
    columns = 2 if kind.startswith("two") else 1
    font = ImageFont.truetype("DejaVuSerif.ttf", round(LETTERS * dots))
    page = Image.new("L", (round(WIDTH * dots), round(HEIGHT * dots)), 244)
    brush = ImageDraw.Draw(page)
    width = (WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns * dots
    text: list[str] = []
    for column in range(columns):
        left, top = MARGIN * dots + column * (width + GUTTER * dots), MARGIN * dots
        while top < (HEIGHT - MARGIN - 1) * dots:
            paragraph = ". ".join(chance.sample(sentences, 4)).rstrip(".") + "."
            text.append(paragraph)
            for line in _broken(paragraph, font, width):
                brush.text((left, top), line, fill=40, font=font)
                top += 1.4 * LETTERS * dots
            top += LETTERS * dots
    if kind.startswith("skewed"):
        page = page.rotate(2, Image.Resampling.BICUBIC, fillcolor=244)
    page = page.filter(ImageFilter.GaussianBlur(dots / 400))
    for _ in range(400):
        page.putpixel((chance.randrange(page.width), chance.randrange(page.height)), 60)
    return Scan(kind, page, " ".join(text))


def _broken(paragraph: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """The lines of a paragraph that is so wide."""
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) > width:
            yield line
            longer = word
        line = longer
    yield line


def wrong_characters(text: str, read: str) -> int:
    """The least number of characters to insert, delete or replace to make one text of the other (Levenshtein 1966)."""
    row = list(range(len(read) + 1))
    for index, character in enumerate(text, 1):
        before, row[0] = row[0], index
        for at, other in enumerate(read, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (character != other))
    return row[-1]


def main() -> None:
    """Measure, print and compare."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    options.add_argument("--share", type=float, default=0.03)
    allowed = options.parse_args().share
    wrong: dict[str, list[tuple[int, int]]] = {}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder, ReadingProcesses(1) as processes:
        for number, scan in enumerate(scans()):
            content = io.BytesIO()
            scan.picture.save(content, "JPEG", quality=80)
            file = FileToRead(f"{number}.jpg", Path(folder), len(content.getvalue()), content=content.getvalue())
            began = time.monotonic()
            found = processes.read(file)
            seconds.append(time.monotonic() - began)
            read = " ".join(found.document.text.split()) if found.document else ""
            wrong.setdefault(scan.kind, []).append((wrong_characters(scan.text, read), len(scan.text)))
    shares = {kind: round(sum(w for w, _ in pages) / sum(n for _, n in pages), 4) for kind, pages in wrong.items()}
    pages = [page for each in wrong.values() for page in each]
    share = sum(w for w, _ in pages) / sum(n for _, n in pages)
    print(
        json.dumps(
            {
                "wrong": round(share, 4),
                "by_kind": shares,
                "seconds_a_page": {"median": round(median(seconds), 1), "mean": round(mean(seconds), 1)},
                "peak_megabytes": round(getrusage(RUSAGE_CHILDREN).ru_maxrss / 1e3),
            },
            indent=1,
        )
    )
    sys.exit(share > allowed)


if __name__ == "__main__":
    main()
