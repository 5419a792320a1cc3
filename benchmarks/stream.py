"""Measure what groups news into stories, and tells what adds to them from what repeats them, over made-up news.

    python -m benchmarks.stream [FILE] [--half tune|held] [--show]

FILE holds an article a line, by default benchmarks/stream.jsonl: 150 of March in the half ``tune`` and 150 of May in
the half ``held``, each with its ``story``, its ``kind`` (first, copy, rewrite, update, contradiction), the sentences in
which it ``adds`` to the earlier ones of its story, and what it ``contradicts``. Prints a JSON object: precision, recall
and F1 of the pairs of articles that are put into one story; of the articles after the first of their stories, the share
that is rightly told to add something, or not to, and that for each of the two; of the sentences shown as new, the
share that is; and how many tellings of events are joined to others of the same days, and how many of these are of one
story.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from assistant import Assistant, open_assistant
from assistant.atomic_files import write_whole
from assistant.indexing import Snapshot
from assistant.models.packaged_reader import PackagedReader
from assistant.news.agreement import Agreement
from assistant.news.articles import articles_of
from assistant.news.novelty import ArticleClaims, Earlier
from assistant.news.stories import stories
from assistant.news.timeline import FoundEvent, Telling, dated_in, joined
from assistant.news.whats_new import ADDED_SENTENCES, contradicting
from assistant.settings import Settings
from assistant.text.answer_sentences import Sentence, sentences_of

STREAM = Path(__file__).parent / "stream.jsonl"


def rows_of(file: Path, half: str | None) -> list[dict[str, Any]]:
    """The articles of a half, in order."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if half in (None, row["half"])]


@contextmanager
def indexed(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Assistant, dict[str, dict[str, Any]]]]:
    """An assistant over the articles, and these by their sources."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for row in rows:
            head = {key: row[key] for key in ("title", "published", "publisher")}
            front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items())
            write_whole(root / "corpus" / f"{row['id']}.md", f"---\n{front}---\n\n{row['text']}\n")
        settings = Settings(corpus_dir=root / "corpus", index_dir=root / "index", state_dir=root / "state")
        with open_assistant(settings) as assistant:
            assistant.sync()
            yield assistant, {f"{row['id']}.md": row for row in rows}


def marked_new(sentence: Sentence, row: dict[str, Any]) -> bool:
    """Whether a sentence of an article is marked as new."""
    said = " ".join(sentence.text.split())
    return any(said in " ".join(text.split()) or " ".join(text.split()) in said for text in row["adds"])


def said_in(snapshot: Snapshot, source: str) -> ArticleClaims:
    """What a document says."""
    sentences = [one for passage in snapshot.passages_of(source) for one in sentences_of(passage)]
    return ArticleClaims.of(sentences, snapshot.embedder.embed_remembered)


def said_before(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]], source: str) -> list[ArticleClaims]:
    """What the earlier articles of a story, as it is marked, say."""
    earlier = list(rows)[: list(rows).index(source)]
    return [said_in(snapshot, other) for other in earlier if rows[other]["story"] == rows[source]["story"]]


def grouping(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]], *, show: bool) -> dict[str, float]:
    """Precision, recall and F1 of the pairs of articles that are put into one story."""
    found = [[one.document.source for one in story] for story in stories(articles_of(snapshot, list(snapshot.listed)))]
    put_together = {pair for story in found for pair in combinations(sorted(story), 2)}
    belong = {pair for pair in combinations(sorted(rows), 2) if rows[pair[0]]["story"] == rows[pair[1]]["story"]}
    both = put_together & belong
    if show:
        for name, pairs in (("apart", belong - both), ("together", put_together - both)):
            for one, other in sorted(pairs):
                print(name, "|", rows[one]["title"], "|", rows[other]["title"])
    precision, recall = len(both) / max(1, len(put_together)), len(both) / len(belong)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"stories": len(found), "precision": precision, "recall": recall, "f1": f1}


def adding(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]], *, show: bool) -> dict[str, float]:
    """How often it is rightly told whether an article adds something, and of sentences shown as new, how many are."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    shown: list[bool] = []
    for source, row in rows.items():
        before = said_before(snapshot, rows, source)
        if not before:
            continue
        added = Earlier(before).added_by(said_in(snapshot, source))
        adds = bool(row["adds"])
        right[adds].append(bool(added) == adds)
        shown += [marked_new(one, row) for one in added[:ADDED_SENTENCES]]
        if show and bool(added) != adds:
            print(
                "adds" if adds else "retells", "|", row["kind"], "|", row["title"], "|", [one.text for one in added[:2]]
            )
    every = [one for of_one in right.values() for one in of_one]
    return {
        "articles": len(every),
        "told rightly": sum(every) / len(every),
        "updates": sum(right[True]) / len(right[True]),
        "repeats": sum(right[False]) / len(right[False]),
        "shown": len(shown),
        "shown are new": sum(shown) / len(shown),
    }


def disputing(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]], *, show: bool) -> dict[str, int]:
    """How many sentences contradict an earlier article, how many are told to, and of these how many are marked so."""
    marked = {(source, one["sentence"]) for source, row in rows.items() for one in row["contradicts"]}
    told = set()
    for source in rows:
        if before := said_before(snapshot, rows, source):
            for one in contradicting(said_in(snapshot, source), Earlier(before), snapshot.embedder.embed_remembered):
                told.add((source, one.new.said))
                if show:
                    print("disputed", "|", one.new.said, "|", one.earlier.said)
    right = sum(any(source == of and one in said for of, one in marked) for source, said in told)
    return {"marked": len(marked), "told": len(told), "told rightly": right}


def merging(snapshot: Snapshot, rows: Mapping[str, dict[str, Any]], *, show: bool) -> dict[str, int]:
    """How many tellings of events are joined to others, and how many of those are of one story."""
    told: list[Telling] = []
    for source in rows:
        for dated in dated_in(snapshot.document(source)):
            passage = snapshot.passage_at(source, dated.sentence.start)
            if passage and dated.sentence.end <= passage.end:
                told.append((FoundEvent(dated, passage), ()))
    told.sort(key=lambda telling: (telling[0].dated.time.first, telling[0].passage.published or ""))
    events = joined(told, Agreement(snapshot.embedder.embed_remembered, PackagedReader()))
    pairs = [(event[0][0], other) for event in events for other, _ in event[1:]]
    if show:
        for one, other in pairs:
            print("merged", "|", one.sentence.text, "|", other.sentence.text)
    of_one = [rows[one.passage.source]["story"] == rows[other.passage.source]["story"] for one, other in pairs]
    return {"events": len(told), "merged": len(pairs), "of one story": sum(of_one)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=STREAM)
    parser.add_argument("--half", choices=("tune", "held"), default="tune")
    parser.add_argument("--show", action="store_true", help="print what is not right")
    called = parser.parse_args()
    with indexed(rows_of(called.file, called.half)) as (assistant, rows):
        found = assistant._reader.use(
            lambda snapshot: {
                "grouping": grouping(snapshot, rows, show=called.show),
                "adding": adding(snapshot, rows, show=called.show),
                "contradicting": disputing(snapshot, rows, show=called.show),
                "merging": merging(snapshot, rows, show=called.show),
            }
        )
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
