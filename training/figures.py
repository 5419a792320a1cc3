"""What the network gets right on rows that took no part: spans, near misses, claims, by origin and kind."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from assistant.models.packaged_reader import LABELS
from training import examples
from training.batches import batch_of
from training.changes import Exchanger
from training.claims import made_claims
from training.network import ReaderNetwork
from training.pairs import Pair

_PER_ORIGIN = 60
_LONGEST_SPAN = 30  # tokens


def development_pairs(
    data: examples.Data, settings: dict[str, Any], exchanger: Exchanger, search: Any, per_origin: int = _PER_ORIGIN
) -> list[Pair]:
    """Pairs of the rows held out, the same each time.

    Up to `per_origin` answered ones of each origin with a near miss made for each, up to three times as many that
    people marked as not answered, and as many claims of each origin.
    """
    dice = random.Random("development")
    sizes = tuple(settings["share"]["characters"])
    rest = examples.Data(data.reader_held_out, [], [], [], [])
    maker = examples.Maker(rest, search, exchanger, sizes, dice)
    by_origin = defaultdict(list)
    for row in sorted(data.reader_held_out, key=lambda row: examples.bucket(row["question"])):
        by_origin[row["origin"], row["start"] is None].append(row)
    pairs = []
    for (_, missed), rows in sorted(by_origin.items()):
        for row in rows[: 3 * per_origin if missed else per_origin]:
            if missed:
                pairs += maker.human_miss(row)[-1:]
            else:
                answered = maker.answered(row, maker._title(row))
                pairs += maker.group(answered, maker.near_miss(row, answered))
    by_origin = defaultdict(list)
    for row in sorted(data.support_held_out, key=lambda row: examples.bucket(row["claim"])):
        by_origin[row["origin"]].append(row)
    pairs += [
        examples.labelled_claim(row, LABELS, sizes[1]) for rows in by_origin.values() for row in rows[:per_origin]
    ]
    contexts = [
        row["context"] for row in data.reader_held_out if row["origin"].startswith(("natural", "squadshifts/new"))
    ]
    made = made_claims(contexts, 8 * per_origin, sizes, exchanger, LABELS, dice)
    return pairs + [pair for group in made for pair in group]


def development_figures(
    network: ReaderNetwork,
    tokenizer: Any,
    pairs: Sequence[Pair],
    max_tokens: int,
    device: torch.device,
    precision: torch.dtype,
) -> dict[str, Any]:
    """What the network gets right, as a whole and `by_kind`.

    `f1` of the span, `auroc` of answered against near misses, `auroc_human` against people's own, accuracy of `claims`.
    """
    results = list(read(network, tokenizer, pairs, max_tokens, device, precision))
    questions = [(pair, result) for pair, result in zip(pairs, results, strict=True) if pair.answered is not None]
    claims = [(pair, result) for pair, result in zip(pairs, results, strict=True) if pair.answered is None]
    yes = [result["answered"] for pair, result in questions if pair.answered]
    no = [result["answered"] for pair, result in questions if not pair.answered]
    human = [
        result["answered"]
        for pair, result in questions
        if not pair.answered and "/" not in pair.kind.removeprefix("squadshifts/")
    ]
    by_kind: dict[str, list[float]] = defaultdict(list)
    for pair, result in questions:
        if pair.answered:
            by_kind[pair.kind].append(overlap(result["span"], pair.second[slice(*pair.spans[0])]))
        else:
            by_kind[pair.kind].append(float(np.mean(result["answered"] < np.array(yes))))
    for pair, result in claims:
        by_kind[pair.kind].append(float(int(np.argmax(result["support"])) in pair.labels))
    spans = [overlap(result["span"], pair.second[slice(*pair.spans[0])]) for pair, result in questions if pair.answered]
    of_people = {pair.kind for pair, _ in claims if not pair.kind.startswith("made/")}
    false = [kind for kind in by_kind if kind.startswith("made/") and kind != "made/true"]
    return {
        "f1": _mean(spans),
        "auroc": area(yes, no),
        "auroc_human": area(yes, human),
        "claims": _mean([right for kind in of_people for right in by_kind[kind]]),
        "made_claims": _mean([_mean(by_kind["made/true"]), _mean([_mean(by_kind[kind]) for kind in false])]),
        "by_kind": {kind: _mean(values) for kind, values in sorted(by_kind.items())},
    }


def _mean(values: Sequence[float]) -> float:
    """The mean, 0 of nothing."""
    return round(sum(values) / len(values), 4) if values else 0.0


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch is not type-checked
def read(
    network: ReaderNetwork,
    tokenizer: Any,
    pairs: Sequence[Pair],
    max_tokens: int,
    device: torch.device,
    precision: torch.dtype,
) -> list[dict[str, Any]]:
    """What the network says of each pair: `span` (the words), `answered` (a logit, less that of no span), `support`."""
    network.eval()
    results: list[dict[str, Any]] = [{}] * len(pairs)
    order = sorted(range(len(pairs)), key=lambda n: pairs[n].length)
    for first in range(0, len(order), 48):
        numbers = order[first : first + 48]
        batch = batch_of(tokenizer, [pairs[n] for n in numbers], max_tokens).to(device)
        with torch.autocast(device.type, dtype=precision, enabled=precision is not torch.float32):
            start, end, answered, support = network(batch.ids, batch.mask, batch.kinds, batch.passage)
        tokens = start.shape[1]
        near = torch.ones(tokens, tokens, device=device).triu().tril(_LONGEST_SPAN).log()
        for row, number in enumerate(numbers):
            scores = start[row, 1:, None] + end[row, None, 1:] + near[1:, 1:]
            one, two = divmod(int(scores.argmax()), tokens - 1)
            words = pairs[number].second[int(batch.offsets[row, one + 1, 0]) : int(batch.offsets[row, two + 1, 1])]
            results[number] = {"span": words, "answered": float(answered[row]), "support": support[row].tolist()}
    network.train()
    return results


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """The chance that one of `good` is higher than one of `bad`; ties count half."""
    if not good or not bad:
        return 0.5
    one, two = np.array(good)[:, None], np.array(bad)[None, :]
    return round(float(((one > two) + 0.5 * (one == two)).mean()), 4)


def overlap(got: str, gold: str) -> float:
    """F1 of the words of two spans, articles and punctuation aside (Rajpurkar et al. 2016)."""
    one, two = _words(got), _words(gold)
    shared = sum((Counter(one) & Counter(two)).values())
    return 2 * shared / (len(one) + len(two)) if shared else 0.0


def _words(text: str) -> list[str]:
    return re.sub(r"\b(a|an|the)\b", " ", re.sub(r"[^\w\s]", " ", text.lower())).split()
