"""Train the reader: `python -m training.train DATA FOLDER --keep-out BENCH CASES`.

Reads `reader`, `support` and `sentences.jsonl.gz` of DATA. FOLDER gets a checkpoint every ten minutes and at the end,
from which the same command goes on and `training.ship` makes what ships, and `log.jsonl`, a line for each hundred
steps. Uses a GPU where there is one. No row that shares eight words in a row with a file of the folders after
`--keep-out` is trained on.
"""

import argparse
import json
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from assistant.models.packaged_reader import LABELS
from training import examples, refusal
from training.batches import Batch, batch_of
from training.changes import Exchanger
from training.figures import development_figures, development_pairs
from training.network import ReaderNetwork, new_network, tokenizer
from training.pairs import Pair
from training.precision import fast_precision
from training.searching import search_among
from training.shipped import load_shipped

HERE = Path(__file__).resolve().parent


def losses(outputs: Sequence[Tensor], batch: Batch) -> dict[str, Tensor]:
    """The parts of the loss: span, answered, ranked, support; a part nothing in the batch asks for is left out."""
    start, end, answered, support = outputs
    found = {}
    if batch.is_question.any():
        asked = batch.is_question
        weight = batch.weight[asked]
        found["span"] = (_mass(start[asked], batch.starts[asked]) + _mass(end[asked], batch.ends[asked])).mul(
            weight
        ).mean() / 2
        target = batch.answered[asked]
        found["answered"] = nn.functional.binary_cross_entropy_with_logits(answered[asked], target, weight=weight)
        if len(batch.ranked):
            found["ranked"] = (
                nn.functional.softplus(answered[batch.ranked[:, 1]] - answered[batch.ranked[:, 0]]).mean() / 2
            )
    if (~batch.is_question).any():
        claims = ~batch.is_question
        found["support"] = _mass(support[claims], batch.labels[claims]).mean()
    return found


def _mass(logits: Tensor, right: Tensor) -> Tensor:
    """Minus the logarithm of the share of probability that lies on what is right, (rows,)."""
    return torch.logsumexp(logits, -1) - torch.logsumexp(logits.masked_fill(~right, -1e9), -1)


class Average:
    """A running average of the weights, which is what is kept (Polyak and Juditsky 1992)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay, self.count = decay, 0
        self.weights = {name: p.detach().clone() for name, p in network.named_parameters() if p.requires_grad}

    def update(self, network: nn.Module) -> None:
        """Move the average a little towards the weights as they are."""
        self.count += 1
        decay = min(self.decay, (1 + self.count) / (10 + self.count))
        for name, parameter in network.named_parameters():
            if parameter.requires_grad:
                self.weights[name].lerp_(parameter.detach(), 1 - decay)

    def swap(self, network: nn.Module) -> None:
        """Exchange the network's weights for the average, and the average for them."""
        for name, parameter in network.named_parameters():
            if parameter.requires_grad:
                kept = parameter.detach().clone()
                parameter.data.copy_(self.weights[name])
                self.weights[name] = kept


def batches(groups: Sequence[Sequence[Pair]], size: int, seed: int) -> Iterator[list[Pair]]:
    """The pairs in batches of about one length; groups stay whole."""
    pool: list[Sequence[Pair]] = []
    pools = 0
    for number, group in enumerate(groups, 1):
        pool.append(group)
        if sum(map(len, pool)) >= 50 * size or number == len(groups):
            pool.sort(key=lambda group: max(pair.length for pair in group))
            parts, part = list[list[Pair]](), list[Pair]()
            for taken in pool:
                part += taken
                if len(part) >= size:
                    parts.append(part)
                    part = []
            if part:
                parts.append(part)
            random.Random(f"{seed} {pools}").shuffle(parts)
            yield from parts
            pool, pools = [], pools + 1


class Training:
    """One run: what it holds between steps, and how it goes on after a stop."""

    _losses: dict[str, list[float]]
    _saved: float

    def __init__(
        self, settings: dict[str, Any], data: examples.Data, folder: Path, threads: int, graph: Path | None = None
    ) -> None:
        torch.manual_seed(settings["seed"])
        torch.set_num_threads(threads)
        self.settings, self.data, self.folder = settings, data, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.precision = fast_precision(self.device)
        self.tokenizer = tokenizer()
        self.network = new_network(settings["frozen_layers"])
        if graph is not None:
            load_shipped(self.network, graph)
        self.network.to(self.device)
        self.exchanger = exchanger_of(self.network, self.tokenizer)
        self.search = search_among([row["context"] for row in data.reader])
        self.average = Average(self.network, settings["average"])
        heads = [p for name, p in self.network.named_parameters() if not name.startswith("encoder.")]
        encoder = [p for p in self.network.encoder.parameters() if p.requires_grad]
        rate = settings["learning_rate"]
        self.optimizer = torch.optim.AdamW(
            [{"params": encoder, "lr": rate}, {"params": heads, "lr": rate * settings["head_rate"]}],
            weight_decay=settings["weight_decay"], fused=True,
        )  # fmt: skip
        self.step, self.seen, self.total = 0, 0, settings["pairs"]
        self.lengths = list[int]()  # batches of each pass begun
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.development = development_pairs(data, settings, self.exchanger, self.search)

    def _rate(self, step: int) -> float:
        warmed: float = min(1.0, (step + 1) / self.settings["warmup_steps"])
        falling: float = self.settings["falling_share"]
        share: float = min(1.0, max(0.01, (1 - self.seen / self.total) / falling))
        return warmed * share

    def groups(self, number: int) -> list[list[Pair]]:
        """The groups of pass `number`, the same each time it is asked for."""
        share = self.settings["share"] | self.settings["first_pass"] if number == 0 else self.settings["share"]
        dice = random.Random(f"{self.settings['seed']} {number}")
        return examples.pairs_of_pass(
            self.data, share, self.settings["caps"], self.search, self.exchanger, LABELS, dice
        )  # fmt: skip

    def run(self) -> None:
        """Train to the end, or go on from the last checkpoint."""
        began = self._resume()
        for number in count():
            if self.seen >= self.total:
                break
            if number < len(self.lengths) and began >= self.lengths[number]:
                began -= self.lengths[number]
                continue
            groups = self.groups(number)
            made = list(batches(groups, self.settings["batch_size"], number))
            self.lengths[number:] = [len(made)]
            for pairs in made[began:]:
                if self.seen >= self.total:
                    break
                self._step(pairs)
            began = 0
        self._save()
        self._log({"end": True, **self._figures()})

    def _step(self, pairs: list[Pair]) -> None:
        torch.manual_seed(self.settings["seed"] * 1_000_003 + self.step)  # one that goes on drops out the same
        batch = batch_of(self.tokenizer, pairs, self.settings["max_tokens"]).to(self.device)
        with torch.autocast(self.device.type, dtype=self.precision, enabled=self.precision is not torch.float32):
            outputs = self.network(batch.ids, batch.mask, batch.kinds, batch.passage)
        parts = losses(outputs, batch)
        self.optimizer.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.seen += len(pairs)
        self.schedule.step()
        self.average.update(self.network)
        for name, part in parts.items():
            self._losses.setdefault(name, []).append(part.item())
        if self.step % 100 == 0:
            figures = self._figures() if self.step % self.settings["evaluate_steps"] == 0 else {}
            self._log({name: round(float(np.mean(values)), 4) for name, values in self._losses.items()} | figures)
            self._losses = {}
        if time.monotonic() - self._saved > self.settings["checkpoint_seconds"]:
            self._save()

    def _figures(self) -> dict[str, Any]:
        if self.step:
            self.average.swap(self.network)
        found = development_figures(
            self.network, self.tokenizer, self.development, self.settings["max_tokens"], self.device, self.precision
        )
        if self.step:
            self.average.swap(self.network)
        return found

    def _log(self, line: dict[str, Any]) -> None:
        line = {
            "step": self.step,
            "seen": self.seen,
            "of": self.total,
            "seconds": round(self._before + time.monotonic() - self._started),
            **line,
        }
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)

    def _resume(self) -> int:
        """Steps made so far, with all that they left."""
        self._losses = {}
        self._saved = self._started = time.monotonic()
        self._before = 0.0
        kept = self.folder / "checkpoint.pt"
        if kept.is_file():
            state = torch.load(kept, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.schedule.load_state_dict(state["schedule"])
            self.average.weights, self.average.count = state["average"], state["step"]
            self.step, self.seen, self._before = state["step"], state["seen"], state["seconds"]
            self.lengths = state["lengths"]
            self._log({"resumed": True})
        return self.step

    def _save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "average": self.average.weights,
            "step": self.step,
            "seen": self.seen,
            "lengths": self.lengths,
            "seconds": self._before + time.monotonic() - self._started,
        }
        new = self.folder / "checkpoint.new"
        torch.save(state, new)
        new.replace(self.folder / "checkpoint.pt")
        self._saved = time.monotonic()


def exchanger_of(network: ReaderNetwork, tokens: Any) -> Exchanger:
    """An exchanger over the whole words of the packaged model's vocabulary."""
    words = {word: n for word, n in tokens.get_vocab().items() if word.isalpha() and word.isascii() and len(word) > 3}
    vectors = network.encoder.embeddings.word_embeddings.weight.detach().cpu().numpy()
    return Exchanger(list(words), vectors[list(words.values())].astype(np.float32))


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--config", type=Path, default=HERE / "config.toml")
    parser.add_argument("--keep-out", type=Path, nargs="*", default=[])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--from", dest="graph", type=Path, help="the graph of a reader to go on from")
    options = parser.parse_args()
    settings = tomllib.loads(options.config.read_text(encoding="utf-8"))
    options.folder.mkdir(parents=True, exist_ok=True)
    kept_out = frozenset().union(*(refusal.runs_of_folder(folder) for folder in options.keep_out))
    data = examples.load(options.data, settings["held_out"], kept_out)
    Training(settings, data, options.folder, options.threads, options.graph).run()


if __name__ == "__main__":
    main()
