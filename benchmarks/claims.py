"""Measure the check of written answers, by kind of claim, on the halves that were and were not tuned on.

    python -m benchmarks.claims FOLDER [--without-reader]

FOLDER holds ``bench`` (the sets ``squad``, ``mtrag`` and ``chunking``, each with ``corpus/``), ``seeds`` (two articles)
and ``train`` (``support.jsonl.gz``, and ``reader.jsonl.gz``, of which the models are fitted). What is claimed and which
passages stand beside it: `benchmarks.claim_sets`. The benchmark proper is halved; what is made of "unseen documents" is
held out altogether.

A claim counts as accepted when it is marked supported. Balanced accuracy of a kind of false claim is the mean of the
share of them that is not accepted and the share accepted of the true claims that they were made of. A wrong citation is
put right when the sentence then cites the sentence that it was made of, or what overlaps it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.generation.checker import Checked, Checker
from assistant.indexing import Embedder
from assistant.models.packaged_reader import PackagedReader
from assistant.settings import PACKAGED_MODEL, Settings
from benchmarks.claim_sets import (
    FALSE_KINDS,
    Example,
    benchmark_examples,
    changed_pairs,
    labelled_pairs,
    unseen_examples,
)

Outcome = tuple[Example, Checked]


def outcome(example: Example, embedder: Embedder, reader: PackagedReader | None) -> Outcome:
    """The claim as a one-sentence answer with its marker, checked."""
    text = f"{example.claim} [{example.cited}]"
    return example, Checker(example.passages, embedder.embed_remembered, reader=reader).check(text, finished=True)


def support_of(found: Checked) -> str:
    """The weakest support of any sentence: a claim may have been split at an abbreviation."""
    order = ("unsupported", "partial", "supported")
    return min((sentence.support for sentence in found.sentences), key=order.index)


def cites_right(example: Example, found: Checked) -> bool:
    """Whether a citation overlaps what the claim was made of, and none is of another passage."""
    right = example.passages[(example.right or 1) - 1]
    return bool(found.citations) and all(
        citation.passage.id == right.id and citation.start < example.end and example.start < citation.end
        for citation in found.citations
    )


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Counts and balanced accuracies by kind, for the true claims of each sort apart."""
    by_kind: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for example, found in outcomes:
        by_kind[example.made_of, example.kind].append((example, found))
    table: dict[str, object] = {}
    for (made_of, kind), group in sorted(by_kind.items()):
        supports = Counter(support_of(found) for _, found in group)
        row: dict[str, object] = {"claims": len(group), **supports}
        trues = by_kind[made_of, made_of]
        accepted = share(trues, lambda one: support_of(one[1]) == "supported")
        if kind == made_of:
            row["false_alarms"] = round(1 - accepted, 3)
            row["cites_right"] = round(share(group, lambda one: cites_right(*one)), 3)
        elif kind == "wrong source":
            moved = share(group, lambda one: cites_right(*one))
            row["balanced_accuracy"] = round((moved + share(trues, lambda one: cites_right(*one))) / 2, 3)
        elif kind in FALSE_KINDS:
            caught = share(group, lambda one: support_of(one[1]) != "supported")
            row["balanced_accuracy"] = round((caught + accepted) / 2, 3)
        table[f"{made_of}, {kind}"] = row
    return table


def share(group: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    """The share of outcomes for which something holds."""
    return sum(map(holds, group)) / max(1, len(group))


def summary(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Over verbatim claims and paraphrases together, each counting by its number."""
    result = {}
    trues = [one for one in outcomes if one[0].kind == one[0].made_of]
    accepted = share(trues, lambda one: support_of(one[1]) == "supported")
    swapped = [one for one in outcomes if one[0].kind in FALSE_KINDS]
    for name, group in (
        ("swapped facts", swapped),
        *((k, [o for o in swapped if o[0].kind == k]) for k in FALSE_KINDS),
    ):
        caught = share(group, lambda one: support_of(one[1]) != "supported")
        result[name] = round((caught + accepted) / 2, 3)
    wrong = [one for one in outcomes if one[0].kind == "wrong source"]
    found = (share(wrong, lambda one: cites_right(*one)) + share(trues, lambda one: cites_right(*one))) / 2
    return {**result, "wrong citations": round(found, 3)}


def speed(examples: Sequence[Example], embedder: Embedder, reader: PackagedReader | None) -> dict[str, float]:
    """Milliseconds of processor and wall time for answers of ten sentences of these claims, read for the first time."""
    cpu, wall = [], []
    for start in range(0, min(len(examples), 200) - 9, 10):
        ten = examples[start : start + 10]
        passages = [example.passages[example.cited - 1] for example in ten]
        text = " ".join(f"{example.claim} [{number}]" for number, example in enumerate(ten, 1))
        clock, process = time.perf_counter(), time.process_time()
        Checker(passages, embedder.embed_remembered, reader=reader).check(text, finished=True)
        wall.append(1_000 * (time.perf_counter() - clock))
        cpu.append(1_000 * (time.process_time() - process))
    return {
        "answers": len(cpu), "cpu_p50": round(statistics.median(cpu), 1), "cpu_max": round(max(cpu), 1),
        "wall_p50": round(statistics.median(wall), 1), "wall_max": round(max(wall), 1),
    }  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1])
    reader = None if "--without-reader" in sys.argv else PackagedReader()
    embedder = Embedder(PACKAGED_MODEL, Settings().cache_dir)
    embedder.prepare()
    embedder.embed(["warm"])
    made = benchmark_examples(folder)
    result: dict[str, object] = {
        f"ten_sentences_ms, {kind}": speed([one for one in made if one.kind == kind], embedder, reader)
        for kind in ("verbatim", "paraphrase")
    }
    for name, examples in (
        ("benchmark", made),
        ("worded by people", changed_pairs(folder, "fool-me-twice")),
        ("labelled pairs", labelled_pairs(folder)),
    ):
        for half, held_out in (("development", False), ("held out", True)):
            outcomes = [outcome(one, embedder, reader) for one in examples if one.is_held_out == held_out]
            found = {} if name == "labelled pairs" else {"summary": summary(outcomes)}
            result[f"{name}, {half}"] = {**found, "kinds": figures_of(outcomes)}
    unseen = [outcome(one, embedder, reader) for one in unseen_examples(folder)]
    result["unseen documents"] = {"summary": summary(unseen), "kinds": figures_of(unseen)}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
