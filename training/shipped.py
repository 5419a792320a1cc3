"""The weights of a reader that ships, read back from its int8 graph, so that training can go on from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, numpy_helper

from training.network import ReaderNetwork

NEVER_TRAINED = ("encoder.embeddings.", "encoder.pooler.")
Weights = NDArray[np.float32]


def load_shipped(network: ReaderNetwork, graph: Path) -> None:
    """Give a network the weights of a graph that `training.ship` wrote; what it rounded to int8 stays rounded.

    Parts that are never trained stay as they are: the embeddings, and the encoder's own pooling, which is not used.
    """
    state = {name: torch.from_numpy(np.array(array)) for name, array in _weights(onnx.load(str(graph)).graph)}
    state = {name: array for name, array in state.items() if not name.startswith(NEVER_TRAINED)}
    found = network.load_state_dict(state, strict=False)
    other = [*found.unexpected_keys, *(name for name in found.missing_keys if not name.startswith(NEVER_TRAINED))]
    if other:
        raise ValueError(f"{graph} is not the graph of such a network: {', '.join(other)}")


def _weights(graph: GraphProto) -> Iterator[tuple[str, Weights]]:
    """Every weight of the network that was exported, by its name there."""
    held = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    for name, array in held.items():
        of = name.removeprefix("network.").replace(".linear.", ".")
        if name.startswith("network.") and of.endswith(("LayerNorm.weight", "LayerNorm.bias", ".bias")):
            yield of, array
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            module = _module(node)
            yield f"{module}.weight", _unsmoothed(_rounded(node, held), module, node, made, held).T


def _module(product: NodeProto) -> str:
    """The linear layer that a product belongs to, by its path: `/network/encoder/.../query/linear/MatMul_output_0`."""
    parts = [part for part in product.output[0].split("/")[2:-1] if part != "linear"]
    return ".".join(parts).replace("answered.answered", "answered").replace("support.support", "support")


def _rounded(product: NodeProto, held: dict[str, Weights]) -> Weights:
    """The weights (inputs, outputs) of a product, each column with a scale of its own."""
    name = product.input[1]
    scale = held[name.removesuffix("_quantized") + "_scale"]
    return (held[name].astype(np.float32) - held[product.input[3]].astype(np.float32)) * scale


def _unsmoothed(
    weights: Weights, module: str, product: NodeProto, made: dict[str, NodeProto], held: dict[str, Weights]
) -> Weights:
    """The weights times what their inputs were narrowed by, and those of the widest inputs, which stand apart."""
    narrowed = made[made[product.input[0]].input[0]]
    if narrowed.op_type != "Mul" or not module.startswith("encoder."):
        return weights
    weights = weights * _constant(made[narrowed.input[1]])[:, None]
    apart = held.get(f"network.{module}.apart")
    if apart is not None:
        gathered = next(n for n in made.values() if n.op_type == "Gather" and n.input[0] == narrowed.input[0])
        weights[_constant(made[gathered.input[1]])] = apart
    return weights


def _constant(node: NodeProto) -> NDArray[Any]:
    return numpy_helper.to_array(node.attribute[0].t)
