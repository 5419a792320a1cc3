"""An embedding model becomes an int8 ONNX graph: ``python -m assistant.models.export MODEL TARGET``.

It runs in a process of its own, so that torch is never loaded into the process that answers questions, its memory is
given back, and a crash of the exporter is no crash of Citewell. `smooth` and `save_graph` serve any transformer.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.models.onnx_encoder import GRAPH, INPUT, OUTPUT, PROBE, PROBE_WIDTH, TOKENIZER, OnnxModel
from assistant.models.samples import SAMPLES, checked_texts
from assistant.models.torch_encoder import framing_tokens, why_not_mean_pooled

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FACTS, REFUSAL, CHECKED_VECTORS = "facts.json", "refusal.txt", "checked.npy"
OPSET = 17
SMOOTHING = 0.75
"""How much of a channel's range moves from activations to weights, 0 to 1."""
NARROWEST = 0.1
"""The share of the widest channel's range below which a channel's is not trusted: sample texts are few."""
WIDEST = 16
"""How many of the channels of a layer that narrows are multiplied apart. One or two range four times as wide as others
in all-MiniLM-L6-v2; without this, its vectors are twice as far from single precision."""


class ExportRefused(Exception):
    """The model cannot run this way, and will not another time; the text says why."""


def export(source: Path, target: Path) -> None:
    """Write the graph, the tokenizer, the checked texts' single precision vectors and the facts into ``target``.

    Raises:
        ExportRefused: the model is not the mean of a transformer's states, or cannot be exported.
        Exception: the model cannot be loaded; the libraries promise no kind.
    """
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    )
    model.float().eval()
    if reason := why_not_mean_pooled(model):
        raise ExportRefused(reason)
    vectors = model.encode(checked_texts(), prompt="", normalize_embeddings=True, show_progress_bar=False)
    facts: dict[str, Any] = {
        "dimension": int(vectors.shape[1]),
        "maximum_tokens": int(model.max_seq_length or 512) - framing_tokens(model),
        "pools_prompt": bool(getattr(model[1], "include_prompt", True)),
    }
    np.save(target / CHECKED_VECTORS, vectors)
    _save_tokenizer(model, target / TOKENIZER)
    try:
        smooth(model[0].auto_model, lambda: [model.encode(text, show_progress_bar=False) for text in SAMPLES])
        _save_embedding_graph(model, target / GRAPH)
        save_probe(target / PROBE)
        OnnxModel(target, exact=False, **facts).embed(SAMPLES[:1])
    except (OSError, MemoryError):
        raise
    except Exception as error:  # exporter and quantiser promise nothing about what a model makes them raise
        raise ExportRefused(f"it cannot be exported: {_first_line(error)}") from error
    (target / FACTS).write_text(json.dumps(facts), "utf-8")


def _save_tokenizer(model: SentenceTransformer, file: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(model.max_seq_length or 512))
    tokenizer.save(str(file))


def smooth(network: Any, run_samples: Callable[[], object]) -> None:
    """Narrow what int8 has to hold: it has one scale for all channels of a layer's inputs.

    ``network`` is a module of torch, and is changed; ``run_samples`` runs it on texts of many kinds. The inputs of
    linear layers are divided, channel by channel, and their weights multiplied by the same, which changes no product:
    Xiao et al., "SmoothQuant" (2023). Of layers that narrow, whose inputs range the widest, the widest channels are
    multiplied apart, to stay in single precision: Dettmers et al., "LLM.int8()" (2022).
    """
    import torch

    class Smoothed(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        """A linear layer that gives what it gave, in products that int8 can hold."""

        def __init__(self, linear: Any, inputs: _Inputs, widest: torch.Tensor | None) -> None:
            super().__init__()
            self.linear, self.inputs, self.widest = linear, inputs, widest
            if widest is not None:
                self.register_buffer("apart", linear.weight[:, widest].T.contiguous())
                linear.weight[:, widest] = 0
            linear.weight.div_(inputs.inverse)

        def forward(self, states: torch.Tensor) -> torch.Tensor:
            product: torch.Tensor = self.linear(self.inputs.narrowed(states))
            if self.widest is None:
                return product
            return product + torch.index_select(states, -1, self.widest) @ self.apart

    smoothed: dict[Any, Smoothed] = {}
    with torch.no_grad():
        for inputs in _inputs_of_linears(network, run_samples):
            weights = torch.stack([linear.weight.abs().amax(0) for linear in inputs.linears]).amax(0).clamp(min=1e-6)
            trusted = inputs.reach.clamp(min=max(NARROWEST * float(inputs.reach.max()), 1e-6))
            inputs.inverse = weights ** (1 - SMOOTHING) / trusted**SMOOTHING
            widest = None
            if all(linear.in_features > max(linear.out_features, WIDEST) for linear in inputs.linears):
                widest = (inputs.reach * inputs.inverse).topk(WIDEST).indices
            smoothed |= {linear: Smoothed(linear, inputs, widest) for linear in inputs.linears}
            if widest is not None:
                inputs.inverse[widest] = 0  # multiplied apart, they must not set the scale of the others
    for parent in list(network.modules()):
        for name, module in list(parent.named_children()):
            if module in smoothed and not isinstance(parent, Smoothed):
                setattr(parent, name, smoothed[module])


@dataclass(eq=False, slots=True)
class _Inputs:
    """Linear layers that are called with the same states (queries, keys and values), one after the other.

    ``reach`` is how far each channel of these goes, ``inverse`` what it is multiplied by.
    """

    linears: list[Any]
    reach: Any
    inverse: Any = 1.0
    _states: Any = None
    _product: Any = None

    def narrowed(self, states: Any) -> Any:
        """The states times ``inverse``, multiplied once for all layers."""
        if states is not self._states:
            self._states, self._product = states, states * self.inverse
        return self._product


def _inputs_of_linears(network: Any, run_samples: Callable[[], object]) -> list[_Inputs]:
    """What the linear layers of a network are called with when it runs the sample texts."""
    import torch

    found: dict[Any, _Inputs] = {}
    latest: tuple[Any, Any] = (None, None)

    def note(linear: Any, inputs: tuple[Any, ...]) -> None:
        nonlocal latest
        if not inputs:
            return
        [states] = inputs
        reach = states.abs().flatten(0, -2).amax(0)
        if linear not in found:
            same = found.get(latest[0]) if states is latest[1] else None
            found[linear] = same or _Inputs([], reach)
            found[linear].linears.append(linear)
        found[linear].reach = torch.maximum(found[linear].reach, reach)
        latest = linear, states

    with torch.no_grad():
        hooks = [
            module.register_forward_pre_hook(note) for module in network.modules() if type(module) is torch.nn.Linear
        ]
        run_samples()
        for hook in hooks:
            hook.remove()
    return list(dict.fromkeys(found.values()))


def _save_embedding_graph(model: SentenceTransformer, file: Path) -> None:
    import torch

    class States(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        """The states of one text's tokens: without other texts there is no padding, and no mask."""

        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = self.transformer(input_ids=token_ids).last_hidden_state
            return states[0]

    example = torch.arange(5, 21).remainder(len(model.tokenizer))[None]
    save_graph(
        States(model[0].auto_model), {INPUT: example}, {INPUT: {1: "tokens"}, OUTPUT: {0: "tokens"}}, [OUTPUT], file
    )


def save_graph(
    network: Any, inputs: Mapping[str, Any], axes: Mapping[str, dict[int, str]], outputs: list[str], file: Path
) -> None:
    """Write the int8 graph of a network of torch into ``file``.

    ``inputs`` are tensors to try it with, by name, in the order of its arguments; ``axes`` names the dimensions of
    inputs and outputs that may be of any length.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    single = file.with_suffix(".single.onnx")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter's age, and of what a trace fixes: the result is compared
        torch.onnx.export(
            network.eval(),
            tuple(inputs.values()),
            str(single),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=dict(axes),
            opset_version=OPSET,
            dynamo=False,  # the newer exporter needs another package
        )
    quantize_dynamic(
        single,
        file,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=_widest(single),
    )
    for leftover in file.parent.glob(f"{single.name}*"):
        leftover.unlink()


def save_probe(file: Path) -> None:
    """Write the graph of one product that overflows on some processors; see `assistant.models.onnx_encoder`."""
    import onnx
    from onnx import TensorProto, helper

    weights = helper.make_tensor("weights", TensorProto.INT8, (PROBE_WIDTH, PROBE_WIDTH), [127] * PROBE_WIDTH**2)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", [INPUT, "weights"], [OUTPUT])],
        "product",
        [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, (PROBE_WIDTH, PROBE_WIDTH))],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.INT32, (PROBE_WIDTH, PROBE_WIDTH))],
        [weights],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8), str(file))


def _widest(graph: Path) -> list[str]:
    """The products of the widest channels, which stay in single precision: those by weights of `WIDEST` rows."""
    import onnx

    model = onnx.load(str(graph), load_external_data=False).graph
    rows = {weights.name: weights.dims[0] for weights in model.initializer if len(weights.dims) == 2}
    return [node.name for node in model.node if node.op_type == "MatMul" and rows.get(node.input[1]) == WIDEST]


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def main(source: Path, target: Path) -> None:
    """As `export`; a refusal is written into ``target``."""
    try:
        export(source, target)
    except ExportRefused as refused:
        (target / REFUSAL).write_text(str(refused), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
