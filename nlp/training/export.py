"""Turns a trained network into what the service runs: ONNX with weights and sums in eight bits.

What flows between the layers is rounded by scales that are fixed here, on texts of the training
part. Scales found anew in each run, as is usual, would let the reading of a comment depend on
which others happen to be read beside it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlp.readers.reader import Standing
from nlp.readers.transformer import CONTEXT_INPUTS, CONTEXT_OUTPUT, INPUTS, OUTPUTS
from nlp.training.transformer import ContextHead, Teacher

OPSET: Final = 17

OUTERMOST: Final = 0.1
"""Per cent of the texts at either end whose furthest activation does not stretch the scale."""

_STEPS: Final = 255

Feed = Mapping[str, npt.NDArray[Any]]
"""The inputs of one run of a graph, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The two graphs of a reader, as bytes of ONNX."""

    encoder: bytes
    context: bytes


def export(teacher: Teacher, texts: Sequence[str], *, rounded: bool = True) -> Exported:
    """Make a trained network into graphs.

    Args:
        teacher: Trained; its network is put in the state of being used.
        texts: Some hundred texts of the training part, by which the scales are fixed.
        rounded: False leaves all numbers at 32 bits, to measure what rounding costs.
    """
    network = teacher.network.eval()
    pieces = torch.tensor([[0, 5, 6, 2], [0, 5, 2, 1]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    by_piece = {name: {1: "pieces"} for name in ("mask", "pieces", "words")}
    encoder = graph_of(network, (pieces, mask), INPUTS, OUTPUTS, by_piece)
    state = network(pieces, mask)[0]
    width = state.shape[1] // 2
    means = (state[:, :width],) * 3
    given = (state, *means, torch.zeros(len(state), len(Standing._fields)))
    head = graph_of(ContextHead(network.context), given, CONTEXT_INPUTS, (CONTEXT_OUTPUT,), {})
    if rounded:
        encoder = in_eight_bits(
            encoder, [dict(zip(INPUTS, one, strict=True)) for one in teacher.one_by_one(texts)]
        )
    return Exported(encoder=encoder, context=head)


def graph_of(
    network: torch.nn.Module,
    given: tuple[torch.Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: Mapping[str, Mapping[int, str]],
) -> bytes:
    """A network as bytes of ONNX.

    Args:
        network: In the state of being used.
        given: An example of its inputs, at least two texts of unlike length.
        inputs: What to call them.
        outputs: What to call what it says.
        axes: Names of those axes that vary beside the first, which is always the texts.
    """
    varying = {name: {0: "texts", **axes.get(name, {})} for name in (*inputs, *outputs)}
    written = io.BytesIO()
    torch.onnx.export(
        network,
        given,
        written,
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=varying,
        opset_version=OPSET,
        dynamo=False,  # the newer exporter needs a package more and gives the same graph
    )
    return written.getvalue()


def in_eight_bits(graph: bytes, shown: Sequence[Feed]) -> bytes:
    """A graph with weights and sums of the layers in eight bits, by scales that are fixed.

    Args:
        graph: By `graph_of`; what lies under /encoder is rounded.
        shown: Some hundred inputs of one text each, of the training part.
    """
    return _with_fixed_scales(_rounded(graph), shown)


def _rounded(graph: bytes) -> onnx.ModelProto:
    """Weights of the layers and the table of pieces in eight bits, a scale for each column.

    The heads keep all their bits: they are small, and what they say is not rounded off again.
    """
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        before.write_bytes(graph)
        heads = [
            node.name
            for node in onnx.load(before).graph.node
            if node.op_type in {"MatMul", "Gemm"} and not node.name.startswith("/encoder")
        ]
        quantize_dynamic(
            before,
            after,
            per_channel=True,
            weight_type=QuantType.QInt8,
            # A Gemm is first made into a MatMul, under another name.
            nodes_to_exclude=[*heads, *(f"{name}_MatMul" for name in heads)],
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
        return onnx.load(after)


def _with_fixed_scales(model: onnx.ModelProto, shown: Sequence[Feed]) -> bytes:
    found = [node for node in model.graph.node if node.op_type == "DynamicQuantizeLinear"]
    ranges = _ranges(model, [node.output[1:] for node in found], shown)
    for node in found:
        rounded, scale_name, zero_name = node.output
        low, high = ranges[scale_name]
        scale = np.float32((high - low) / _STEPS)
        zero = np.uint8(np.clip(round(-low / scale), 0, _STEPS))
        model.graph.initializer.extend(
            (
                numpy_helper.from_array(np.array(scale), scale_name),
                numpy_helper.from_array(np.array(zero), zero_name),
            )
        )
        node.CopyFrom(
            helper.make_node(
                "QuantizeLinear", [node.input[0], scale_name, zero_name], [rounded], node.name
            )
        )
    onnx.checker.check_model(model)
    serialised: bytes = model.SerializeToString()
    return serialised


def _ranges(
    model: onnx.ModelProto, scales: Sequence[Sequence[str]], shown: Sequence[Feed]
) -> Mapping[str, tuple[float, float]]:
    """By name of its scale, between which numbers an activation lies in all but a few texts."""
    asked = onnx.ModelProto()
    asked.CopyFrom(model)
    for scale, zero in scales:
        asked.graph.output.extend(
            (
                helper.make_tensor_value_info(scale, onnx.TensorProto.FLOAT, []),
                helper.make_tensor_value_info(zero, onnx.TensorProto.UINT8, []),
            )
        )
    session = onnxruntime.InferenceSession(asked.SerializeToString())
    names = [name for pair in scales for name in pair]
    told: list[npt.NDArray[np.float64]] = []
    for feed in shown:
        said = session.run(names, dict(feed))
        pairs = np.array(said, dtype=np.float64).reshape(-1, 2)
        told.append(np.stack((-pairs[:, 1] * pairs[:, 0], (255 - pairs[:, 1]) * pairs[:, 0])))
    low = np.percentile([one[0] for one in told], OUTERMOST, axis=0)
    high = np.percentile([one[1] for one in told], 100 - OUTERMOST, axis=0)
    return {
        scale: (min(0.0, float(low[place])), max(0.0, float(high[place])))
        for place, (scale, _) in enumerate(scales)
    }
