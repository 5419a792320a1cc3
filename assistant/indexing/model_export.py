"""An embedding model becomes an int8 ONNX graph: ``python -m assistant.indexing.model_export MODEL TARGET``.

It runs in a process of its own, so that torch is never loaded into the process that answers questions, its memory is
given back, and a crash of the exporter is no crash of Citewell.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.indexing.onnx_model import GRAPH, INPUT, OUTPUT, TOKENIZER, OnnxModel
from assistant.indexing.samples import SAMPLES, agreement
from assistant.indexing.torch_model import framing_tokens, why_not_mean_pooled

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FACTS, REFUSAL, SAMPLE_VECTORS = "facts.json", "refusal.txt", "samples.npy"
MINIMUM_AGREEMENT = 0.98
"""The mean cosine to single precision that the vectors of the sample texts must reach."""
OPSET = 17
SMOOTHING = 0.75
"""How much of a channel's range moves from activations to weights, 0 to 1."""
NARROWEST = 0.1
"""The share of the widest channel's range below which a channel's is not trusted: sample texts are few."""


class Refused(Exception):
    """The model cannot run this way, and will not another time; the text says why."""


def export(source: Path, target: Path) -> None:
    """Write the graph, the tokenizer, the sample texts' single precision vectors and the facts into ``target``.

    Raises:
        Refused: the model is not the mean of a transformer's states, cannot be exported, or its int8 vectors differ.
        Exception: the model cannot be loaded; the libraries promise no kind.
    """
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    )
    model.float().eval()
    if reason := why_not_mean_pooled(model):
        raise Refused(reason)
    vectors = model.encode(SAMPLES, normalize_embeddings=True, show_progress_bar=False)
    facts = {
        "dimension": int(vectors.shape[1]),
        "maximum_tokens": int(model.max_seq_length or 512) - framing_tokens(model),
    }
    np.save(target / SAMPLE_VECTORS, vectors)
    _save_tokenizer(model, target / TOKENIZER)
    try:
        _smooth(model)
        _save_graph(model, target / GRAPH)
        found = agreement(vectors, OnnxModel(target, **facts).embed(SAMPLES))
    except (OSError, MemoryError):
        raise
    except Exception as error:  # exporter and quantiser promise nothing about what a model makes them raise
        raise Refused(f"it cannot be exported: {_first_line(error)}") from error
    if not found >= MINIMUM_AGREEMENT:
        raise Refused(
            f"its int8 vectors have a mean cosine of {found:.3f} to single precision, under {MINIMUM_AGREEMENT}"
        )
    (target / FACTS).write_text(json.dumps(facts), "utf-8")


def _save_tokenizer(model: SentenceTransformer, file: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(model.max_seq_length or 512))
    tokenizer.save(str(file))


def _smooth(model: SentenceTransformer) -> None:
    """Divide the inputs of linear layers, channel by channel, and multiply their weights by the same.

    No product changes, but wide channels narrow, and int8 has one scale for all channels of an activation: the
    distance to single precision falls to less than half. Xiao et al., "SmoothQuant" (2023), with the sample texts.
    """
    import torch

    ranges: dict[Any, torch.Tensor] = {}

    def note(linear: Any, inputs: tuple[torch.Tensor, ...]) -> None:
        if inputs:
            reach = inputs[0].abs().flatten(0, -2).amax(0)
            ranges[linear] = torch.maximum(ranges.get(linear, reach), reach)

    with torch.no_grad():
        linears = [module for module in model[0].auto_model.modules() if type(module) is torch.nn.Linear]
        hooks = [linear.register_forward_pre_hook(note) for linear in linears]
        for text in SAMPLES:
            model.encode(text, show_progress_bar=False)
        for hook in hooks:
            hook.remove()
        for linear, reach in ranges.items():
            trusted = reach.clamp(min=max(NARROWEST * float(reach.max()), 1e-6))
            weights = linear.weight.abs().amax(0).clamp(min=1e-6)
            factor = trusted**SMOOTHING / weights ** (1 - SMOOTHING)
            linear.weight.mul_(factor)
            linear.register_forward_pre_hook(lambda _, inputs, inverse=1 / factor: inputs[0] * inverse)


def _save_graph(model: SentenceTransformer, file: Path) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    class States(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        """The states of one text's tokens: without other texts there is no padding, and no mask."""

        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = self.transformer(input_ids=token_ids).last_hidden_state
            return states[0]

    single = file.with_suffix(".single.onnx")
    example = torch.arange(5, 21).remainder(len(model.tokenizer))[None]
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter's age, and of what a trace fixes: the result is compared
        torch.onnx.export(
            States(model[0].auto_model).eval(),
            (example,),
            str(single),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {1: "tokens"}, OUTPUT: {0: "tokens"}},
            opset_version=OPSET,
            dynamo=False,  # the newer exporter needs another package
        )
    quantize_dynamic(
        single,
        file,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=_most_sensitive(single),
    )
    for leftover in file.parent.glob(f"{single.name}*"):
        leftover.unlink()


def _most_sensitive(graph: Path) -> list[str]:
    """The products that stay in single precision: those that narrow a feed-forward layer, in the first half of layers.

    Their inputs range the widest, and later layers carry their errors on: with these and the embeddings in single
    precision, the vectors of all-MiniLM-L6-v2 are less than half as far off, for a quarter more time.
    """
    import onnx

    model = onnx.load(str(graph), load_external_data=False).graph
    shapes = {weights.name: weights.dims for weights in model.initializer}
    products = [node for node in model.node if node.op_type == "MatMul" and len(shapes.get(node.input[1], ())) == 2]
    narrowing = [node.name for node in products if shapes[node.input[1]][0] > shapes[node.input[1]][1]]
    return narrowing[: len(narrowing) // 2]


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def main(source: Path, target: Path) -> None:
    """As `export`; a refusal is written into ``target``."""
    try:
        export(source, target)
    except Refused as refused:
        (target / REFUSAL).write_text(str(refused), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
