"""Ship the reader: `python -m training.ship FOLDER`.

FOLDER is that of a training. Its averaged weights become the int8 graph that the product reads with, in
`assistant/models/fitted/reader`, beside its card.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from assistant.models.export import save_graph, save_probe, smooth
from assistant.models.model_files import file_digest
from assistant.models.onnx_encoder import GRAPH, PROBE
from assistant.models.packaged_reader import (
    ANSWERED,
    CHECKSUMS,
    ENDS,
    FOLDER,
    IN_PASSAGE,
    KINDS,
    STARTS,
    SUPPORT,
    TOKEN_IDS,
    WINDOW_TOKENS,
)  # fmt: skip
from assistant.models.samples import SAMPLES, SENTENCES
from training.card import card
from training.network import ReaderNetwork, new_network, tokenizer
from training.shipped import load_shipped


class Int8Words(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """The words' vectors, each in int8 with a scale of its own: half of the network's weight.

    Tokens that an English text hardly holds (of other scripts, or left free) share the vector of the unknown one.
    """

    def __init__(self, words: nn.Embedding, tokens: Any) -> None:
        super().__init__()
        kept = [number for number in range(words.num_embeddings) if _is_read(tokens.convert_ids_to_tokens(number))]
        places = torch.full((words.num_embeddings,), kept.index(tokens.unk_token_id), dtype=torch.int16)
        places[kept] = torch.arange(len(kept), dtype=torch.int16)
        weights = words.weight[kept]
        scales = weights.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127
        self.register_buffer("places", places)
        self.register_buffer("table", (weights / scales).round().to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, ids: Tensor) -> Tensor:
        """Vectors (batch, tokens, width) of token numbers (batch, tokens)."""
        places = self.places[ids].long()
        return self.table[places].float() * self.scales[places]


def _is_read(token: str) -> bool:
    is_mark = token.startswith("[") and token.endswith("]") and len(token) > 2
    return not token.startswith("[unused") and (
        is_mark or all(ord(c) < 0x250 or 0x2000 <= ord(c) < 0x2200 for c in token)
    )


class _AsProduct(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """A linear layer as a product of matrices and a sum, which is what is put into int8."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", linear.weight.T.contiguous())
        self.register_buffer("bias", linear.bias)

    def forward(self, inputs: Tensor) -> Tensor:
        return (inputs.unsqueeze(0) @ self.weight).squeeze(0) + self.bias


class Graph(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """The network for one pair of texts: no padding, and no mask."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, kinds: Tensor, passage: Tensor) -> tuple[Tensor, ...]:
        """Start and end logits (tokens,), the answered logit (1,), support logits (4,) of token numbers (1, tokens)."""
        start, end, answered, support = self.network(ids, torch.ones_like(ids), kinds, passage)
        return start[0], end[0], answered, support[0]


def trained(folder: Path) -> ReaderNetwork:
    """The network with the averaged weights of a training's last checkpoint."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True, map_location="cpu")
    network = new_network()
    network.load_state_dict(state["network"] | state["average"])
    network.eval()
    return network


def halfway(network: ReaderNetwork, graph: Path) -> ReaderNetwork:
    """The network with the mean of its weights and those of a reader that its training went on from.

    Such a mean keeps more of what the earlier reader knew of texts of other kinds (Wortsman et al., "Robust fine-tuning
    of zero-shot models", 2022).
    """
    before = new_network()
    load_shipped(before, graph)
    theirs = before.state_dict()
    ours = network.state_dict()
    network.load_state_dict(
        {name: (ours[name] + theirs[name]) / 2 if ours[name].is_floating_point() else ours[name] for name in ours}
    )
    return network


def pairs_to_smooth(tokens: Any) -> list[tuple[Tensor, ...]]:
    """The inputs of pairs made of the sample texts: every text once as a passage, after one of the short ones."""
    passages = [*SAMPLES, *SENTENCES, *(" ".join(SENTENCES[n : n + 8]) for n in range(0, len(SENTENCES), 4))]
    return [inputs_of(tokens, SENTENCES[n % len(SENTENCES)], text) for n, text in enumerate(passages)]


def inputs_of(tokens: Any, first: str, second: str) -> tuple[Tensor, Tensor, Tensor]:
    """What the graph takes, of a question and a passage."""
    encoded = tokens([first], [second], truncation=True, max_length=WINDOW_TOKENS, return_tensors="pt")
    passage = encoded["token_type_ids"].bool()
    passage[:, -1] = False
    return encoded["input_ids"], encoded["token_type_ids"], passage


def write(network: ReaderNetwork, target: Path) -> None:
    """Write the graph of a network, and the hashes of what is written, into ``target``."""
    network.encoder.set_attn_implementation("eager")
    positions = network.encoder.embeddings.position_embeddings
    positions.weight = nn.Parameter(positions.weight[:WINDOW_TOKENS].contiguous())
    tokens, graph = tokenizer(), Graph(network).eval()
    samples = pairs_to_smooth(tokens)
    with torch.no_grad():
        smooth(network.encoder, lambda: [graph(*inputs) for inputs in samples])
    network.encoder.embeddings.word_embeddings = Int8Words(network.encoder.embeddings.word_embeddings, tokens)
    for head in (network.answered, network.support):
        head[1] = _AsProduct(head[1])
    target.mkdir(parents=True, exist_ok=True)
    token = {1: "tokens"}
    save_graph(
        graph, dict(zip((TOKEN_IDS, KINDS, IN_PASSAGE), samples[0], strict=True)),
        {TOKEN_IDS: token, KINDS: token, IN_PASSAGE: token, STARTS: {0: "tokens"}, ENDS: {0: "tokens"}},
        [STARTS, ENDS, ANSWERED, SUPPORT], target / GRAPH,
    )  # fmt: skip
    save_probe(target / PROBE)
    checksums = {name: file_digest(target / name) for name in (GRAPH, PROBE)}
    (target / CHECKSUMS).write_text(json.dumps(checksums, indent=2) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and ship."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", type=Path, default=FOLDER)
    parser.add_argument("--before", type=int, default=0, help="pairs seen by the reader that training went on from")
    parser.add_argument("--halfway-from", type=Path, help="its graph: the mean of its weights and the new ones ships")
    options = parser.parse_args(arguments)
    network = trained(options.folder)
    write(halfway(network, options.halfway_from) if options.halfway_from else network, options.target)
    size = (options.target / GRAPH).stat().st_size
    text = card(options.folder / "log.jsonl", options.before, size)
    (options.target / "README.md").write_text(text, encoding="utf-8")
    print(json.dumps({"bytes": size}))


if __name__ == "__main__":
    main()
