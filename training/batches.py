"""Pairs become the tensors of one batch."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from assistant.models.packaged_reader import LABELS
from training.pairs import Pair


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch; the first length of every tensor is the number of pairs, except of `ranked`.

    Attributes:
        ids, mask, kinds: what the encoder reads, (pairs, tokens).
        passage: True where a token is of the passage itself, (pairs, tokens).
        starts, ends: True where a span may rightly start or end; the first token stands for "no span", (pairs, tokens).
        is_question: False for claims.
        answered: 1.0 where the passage answers.
        labels: True at each right label of a claim, (pairs, 4).
        weight: how much each pair counts.
        ranked: rows (answered, not answered) that are alike, (ranks, 2).
        offsets: where in the second text each token stands, (pairs, tokens, 2).
    """

    ids: Tensor
    mask: Tensor
    kinds: Tensor
    passage: Tensor
    starts: Tensor
    ends: Tensor
    is_question: Tensor
    answered: Tensor
    labels: Tensor
    weight: Tensor
    ranked: Tensor
    offsets: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same batch on another device."""
        return Batch(**{field.name: getattr(self, field.name).to(device) for field in fields(self)})


def titled(pair: Pair) -> tuple[str, int]:
    """The second text with its title in front, and where the text itself starts in it."""
    front = f"{pair.title}: " if pair.title else ""
    return front + pair.second, len(front)


def batch_of(tokenizer: Any, pairs: Sequence[Pair], max_tokens: int) -> Batch:
    """The tensors of `pairs`, cut to `max_tokens`; a span that is cut off counts as no span."""
    seconds = [titled(pair) for pair in pairs]
    encoded = tokenizer(
        [pair.first for pair in pairs], [text for text, _ in seconds], truncation="longest_first",
        max_length=max_tokens, padding=True, return_offsets_mapping=True, return_tensors="pt",
    )  # fmt: skip
    offsets = encoded["offset_mapping"]
    begins = torch.tensor([begin for _, begin in seconds]).unsqueeze(1)
    passage = (encoded["token_type_ids"] == 1) & (offsets[..., 1] > offsets[..., 0]) & (offsets[..., 0] >= begins)
    offsets = offsets - begins.unsqueeze(-1)
    starts, ends = torch.zeros_like(passage), torch.zeros_like(passage)
    answered = torch.zeros(len(pairs))
    for row, pair in enumerate(pairs):
        for start, end in pair.spans:
            inside = passage[row] & (offsets[row, :, 1] > start) & (offsets[row, :, 0] < end)
            where = inside.nonzero().squeeze(1)
            if not len(where):
                continue
            if pair.kind.endswith("/sentences"):  # anything in the sentence will do
                starts[row] |= inside
                ends[row] |= inside
            elif int(offsets[row, where[-1], 1]) >= end:
                starts[row, where[0]] = ends[row, where[-1]] = True
        if starts[row].any():
            answered[row] = 1.0
        else:
            starts[row, 0] = ends[row, 0] = True
    labels = torch.zeros(len(pairs), len(LABELS), dtype=torch.bool)
    for row, pair in enumerate(pairs):
        labels[row, list(pair.labels)] = True
    return Batch(
        encoded["input_ids"], encoded["attention_mask"], encoded["token_type_ids"], passage, starts, ends,
        torch.tensor([pair.answered is not None for pair in pairs]), answered, labels,
        torch.tensor([pair.weight for pair in pairs]), _ranks(pairs, answered), offsets,
    )  # fmt: skip


def _ranks(pairs: Sequence[Pair], answered: Tensor) -> Tensor:
    by_group: dict[int, dict[bool, int]] = {}
    for row, pair in enumerate(pairs):
        if pair.group >= 0 and pair.answered is not None:
            by_group.setdefault(pair.group, {})[bool(answered[row])] = row
    rows = [(found[True], found[False]) for found in by_group.values() if len(found) == 2]
    return torch.tensor(rows, dtype=torch.long).reshape(-1, 2)
