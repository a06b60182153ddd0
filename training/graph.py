"""The encoder's network as an ONNX graph, written out by hand.

Why not an exporter: the graph is thirty operators, and writing it down keeps three things that an exporter
takes away. Attention, layer norm and GELU are onnxruntime's fused operators; there is no padding mask, because
the product runs one text at a time; and the weights have names that a reader can follow.

Input: `tokens`, int64, shape (1, length). Output: `vector`, float32, shape (1, 384), length one.
"""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


class _Graph:
    """Nodes and weights in the order in which they are added; `eight_bit` says how matrices are kept."""

    def __init__(self, eight_bit: bool) -> None:
        self.eight_bit = eight_bit
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], name: str, domain: str = "", **attributes: object) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=f"{name}_node", domain=domain, **attributes))
        return name


def eight_bits(matrix: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """`matrix` as int8 with one float32 scale for each line along `axis`: the largest weight becomes 127.

    One scale for a whole matrix loses too much: the vectors' cosine with float32 falls from .99 to .94.
    """
    scales = np.abs(matrix).max(axis=axis, keepdims=True) / 127.0
    scales = np.where(scales == 0, 1.0, scales).astype(np.float32)
    return np.clip(np.rint(matrix / scales), -127, 127).astype(np.int8), scales


def build(state: Mapping[str, np.ndarray], positions: int, eight_bit: bool) -> onnx.ModelProto:
    """The graph of a six-layer BERT with these weights, for texts of up to `positions` tokens.

    With `eight_bit`, word embeddings are int8 with a scale for each word, other matrices int8 with a scale for
    each output channel, and activations are quantised as they come; without it, all is float32.

    `state` has the names of a Hugging Face BertModel. The token type is always zero, so its embedding is added
    to the positions here once and for all.
    """
    g = _pooled(state, positions, eight_bit, LAYERS)
    g.node("LpNormalization", ["pooled"], "vector", axis=-1, p=2)
    return _model(g, "waymark-encoder", "vector", 384)


def build_with_heads(state: Mapping[str, np.ndarray], positions: int, eight_bit: bool, layers: int) -> onnx.ModelProto:
    """The same with `layers` layers and, in place of the vector, `heads.weight` (n, 384) and `heads.bias` (n) on top.

    Output: `scores`, float32, shape (1, n).
    """
    g = _pooled(state, positions, eight_bit, layers)
    g.node("MatMul", ["pooled", g.weight("heads_weight", state["heads.weight"].T)], "heads_product")
    g.node("Add", ["heads_product", g.weight("heads_bias", state["heads.bias"])], "scores")
    return _model(g, "waymark-urgent", "scores", len(state["heads.bias"]))


def _pooled(state: Mapping[str, np.ndarray], positions: int, eight_bit: bool, layers: int) -> _Graph:
    """The graph from `tokens` to `pooled`, the mean of the last layer's vectors."""
    g = _Graph(eight_bit)
    kinds = state["embeddings.token_type_embeddings.weight"]
    g.weight("position_embeddings", (state["embeddings.position_embeddings.weight"] + kinds[:1])[:positions])
    for name, value in (("zero", [0]), ("length_axis", [1])):
        g.weight(name, np.array(value, dtype=np.int64))

    _words(g, state["embeddings.word_embeddings.weight"])
    g.node("Shape", ["tokens"], "length", start=1, end=2)
    g.node("Slice", ["position_embeddings", "zero", "length", "zero"], "places")
    g.node("Add", ["words", "places"], "placed")
    hidden = _layer_norm(g, state, "embeddings.LayerNorm", "placed", "embedded")
    for i in range(layers):
        hidden = _layer(g, state, i, hidden)
    g.node("ReduceMean", [hidden, "length_axis"], "pooled", keepdims=0)
    return g


def _model(g: _Graph, name: str, output: str, width: int) -> onnx.ModelProto:
    graph = helper.make_graph(
        g.nodes,
        name,
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, width])],
        g.weights,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="waymark")


def _layer_norm(g: _Graph, state: Mapping[str, np.ndarray], source: str, hidden: str, name: str) -> str:
    scale = g.weight(f"{name}_scale", state[f"{source}.weight"])
    shift = g.weight(f"{name}_shift", state[f"{source}.bias"])
    return g.node("LayerNormalization", [hidden, scale, shift], name, axis=-1, epsilon=EPSILON)


def _words(g: _Graph, embeddings: np.ndarray) -> None:
    if not g.eight_bit:
        g.node("Gather", [g.weight("word_embeddings", embeddings), "tokens"], "words")
        return
    values, scales = eight_bits(embeddings, axis=1)
    g.node("Gather", [g.weight("word_embeddings", values), "tokens"], "word_values")
    g.node("Gather", [g.weight("word_scales", scales), "tokens"], "word_scale")
    g.node("Cast", ["word_values"], "word_floats", to=TensorProto.FLOAT)
    g.node("Mul", ["word_floats", "word_scale"], "words")


def _linear(g: _Graph, state: Mapping[str, np.ndarray], source: str, hidden: str, name: str) -> str:
    matrix = state[f"{source}.weight"].T
    bias = g.weight(f"{name}_bias", state[f"{source}.bias"])
    if g.eight_bit:
        values, scales = eight_bits(matrix, axis=0)
        weight = g.weight(f"{name}_weight", values)
        scale = g.weight(f"{name}_scale", scales[0])
        return g.node("DynamicQuantizeMatMul", [hidden, weight, scale, "", bias], name, domain=MICROSOFT)
    g.node("MatMul", [hidden, g.weight(f"{name}_weight", matrix)], f"{name}_product")
    return g.node("Add", [f"{name}_product", bias], name)


def _attention(g: _Graph, state: Mapping[str, np.ndarray], source: str, hidden: str, name: str) -> str:
    parts = [f"{source}.{part}" for part in ("query", "key", "value")]
    matrix = np.concatenate([state[f"{part}.weight"].T for part in parts], axis=1)
    bias = g.weight(f"{name}_bias", np.concatenate([state[f"{part}.bias"] for part in parts]))
    if not g.eight_bit:
        inputs = [hidden, g.weight(f"{name}_weight", matrix), bias]
        return g.node("Attention", inputs, name, domain=MICROSOFT, num_heads=HEADS)
    values, scales = eight_bits(matrix, axis=0)
    weight, scale = g.weight(f"{name}_weight", values), g.weight(f"{name}_scale", scales[0])
    zero = g.weight(f"{name}_zero", np.zeros_like(scales[0], dtype=np.int8))
    quantised = [f"{name}_input", f"{name}_input_scale", f"{name}_input_zero"]
    g.nodes.append(helper.make_node("DynamicQuantizeLinear", [hidden], quantised, name=f"{name}_input_node"))
    inputs = [quantised[0], weight, bias, quantised[1], scale, "", quantised[2], zero]
    return g.node("QAttention", inputs, name, domain=MICROSOFT, num_heads=HEADS)


def _layer(g: _Graph, state: Mapping[str, np.ndarray], i: int, hidden: str) -> str:
    source, name = f"encoder.layer.{i}", f"layer{i}"
    attended = _attention(g, state, f"{source}.attention.self", hidden, f"{name}_attended")
    mixed = _linear(g, state, f"{source}.attention.output.dense", attended, f"{name}_mixed")
    g.node("Add", [mixed, hidden], f"{name}_mixed_sum")
    hidden = _layer_norm(g, state, f"{source}.attention.output.LayerNorm", f"{name}_mixed_sum", f"{name}_mixed_norm")
    wide = _linear(g, state, f"{source}.intermediate.dense", hidden, f"{name}_wide")
    g.node("Gelu", [wide], f"{name}_gelu")
    narrow = _linear(g, state, f"{source}.output.dense", f"{name}_gelu", f"{name}_narrow")
    g.node("Add", [narrow, hidden], f"{name}_narrow_sum")
    return _layer_norm(g, state, f"{source}.output.LayerNorm", f"{name}_narrow_sum", f"{name}_out")
