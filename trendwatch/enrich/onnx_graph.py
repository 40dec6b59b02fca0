"""Builds the ONNX graph of the packaged model straight from its weights: token ids in, unit vectors out, fp32.

Written by hand rather than exported: torch's exporters need seconds of imports, further packages and change with every
version, while this graph has eight kinds of node. It uses ONNX Runtime's fused attention, GELU and layer-norm nodes, which an
exported graph would only reach through an optimiser. Mean pooling and normalisation are part of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEADS = 12
LAYERS = 6
EPSILON = 1e-12
FUSED = "com.microsoft"  # the domain of ONNX Runtime's own nodes, present in every build


class _Graph:
    """Collects nodes and weights; every method returns the name of what it made."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        import numpy as np  # noqa: PLC0415 - only loaded when a graph is built
        import onnx.helper  # noqa: PLC0415 - as above
        import onnx.numpy_helper  # noqa: PLC0415 - as above

        self.np, self.onnx = np, onnx
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(self.onnx.numpy_helper.from_array(self.np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def matrix(self, name: str) -> str:
        """A dense layer's matrix: torch keeps it as (out, in), MatMul wants (in, out)."""
        return self.constant(name, self.weights[name].T)

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [name], name=name, domain=domain, **attributes))
        return name

    def skip_norm(self, new: str, old: str, prefix: str, bias: str) -> str:
        gamma, beta = self.weight(f"{prefix}.LayerNorm.weight"), self.weight(f"{prefix}.LayerNorm.bias")
        return self.node("SkipLayerNormalization", new, old, gamma, beta, self.weight(bias), domain=FUSED, epsilon=EPSILON)


def _embeddings(graph: _Graph) -> str:
    words = graph.node("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    kind = graph.weights["embeddings.token_type_embeddings.weight"][0]  # a text has one segment, so its vector is a constant
    places = graph.constant("places", graph.weights["embeddings.position_embeddings.weight"] + kind)
    length = graph.node("Shape", "input_ids", start=1, end=2)
    zero = graph.constant("zero", graph.np.array([0], dtype=graph.np.int64))
    first = graph.node("Slice", places, zero, length, zero)
    gamma, beta = graph.weight("embeddings.LayerNorm.weight"), graph.weight("embeddings.LayerNorm.bias")
    return graph.node("LayerNormalization", graph.node("Add", words, first), gamma, beta, axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, states: str, number: int) -> str:
    prefix = f"encoder.layer.{number}"
    parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
    joined = graph.np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = graph.np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    heads = graph.node(
        "Attention",
        states,
        graph.constant(f"{prefix}.qkv", joined),
        graph.constant(f"{prefix}.qkv.bias", bias),
        "attention_mask",
        domain=FUSED,
        num_heads=HEADS,
    )
    mixed = graph.node("MatMul", heads, graph.matrix(f"{prefix}.attention.output.dense.weight"))
    states = graph.skip_norm(mixed, states, f"{prefix}.attention.output", f"{prefix}.attention.output.dense.bias")
    wide = graph.node("MatMul", states, graph.matrix(f"{prefix}.intermediate.dense.weight"))
    wide = graph.node("BiasGelu", wide, graph.weight(f"{prefix}.intermediate.dense.bias"), domain=FUSED)
    narrow = graph.node("MatMul", wide, graph.matrix(f"{prefix}.output.dense.weight"))
    return graph.skip_norm(narrow, states, f"{prefix}.output", f"{prefix}.output.dense.bias")


def _pooled(graph: _Graph, states: str) -> str:
    """Mean over the tokens that are not padding, scaled to length one (the count of tokens cancels out)."""
    one = graph.constant("one", graph.np.array([1], dtype=graph.np.int64))
    mask = graph.node("Cast", "attention_mask", to=graph.onnx.TensorProto.FLOAT)
    row = graph.node("Unsqueeze", mask, one)
    total = graph.node("Squeeze", graph.node("MatMul", row, states), one)
    return graph.node("LpNormalization", total, axis=-1, p=2)


def build(weights: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The serialised model. Inputs: `input_ids`, `attention_mask`, both int32 (n, tokens); output: `vectors`, float32 (n, 384)."""
    graph = _Graph(weights)
    states = _embeddings(graph)
    for number in range(LAYERS):
        states = _layer(graph, states, number)
    _pooled(graph, states)
    graph.nodes[-1].output[0] = "vectors"
    helper, proto = graph.onnx.helper, graph.onnx.TensorProto
    inputs = [helper.make_tensor_value_info(name, proto.INT32, ["n", "tokens"]) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("vectors", proto.FLOAT, ["n", 384])]
    whole = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(FUSED, 1)]
    return bytes(helper.make_model(whole, opset_imports=opsets, ir_version=9).SerializeToString())
