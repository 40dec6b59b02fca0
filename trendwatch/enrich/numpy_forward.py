"""One text's vector by plain numpy, for a search that has just begun: ONNX Runtime takes a third of a second to load, this nothing.

The same weights, the same arithmetic in fp32: vectors agree with those of the graph to a few millionths, so they are of the same
model. The weights are read where they lie, as far as they are needed: of the table of words only the rows of this text. For more
than a few texts the graph is several times as fast.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trendwatch.enrich import packaged
from trendwatch.enrich.onnx_graph import EPSILON, HEADS, LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


class Forward:
    """The packaged model, read from a checked safetensors file."""

    def __init__(self, path: Path) -> None:
        self._weights: Mapping[str, NDArray[np.float32]] = packaged.mapped(path)

    def vector(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        """The unit vector (384,) of a text's word pieces."""
        w = self._weights
        count = len(pieces)
        states = w["embeddings.word_embeddings.weight"][np.asarray(pieces)]
        states = states + w["embeddings.position_embeddings.weight"][:count] + w["embeddings.token_type_embeddings.weight"][0]
        states = self._normed(states, "embeddings")
        for number in range(LAYERS):
            prefix = f"encoder.layer.{number}"
            states = self._normed(states + self._attention(states, f"{prefix}.attention"), f"{prefix}.attention.output")
            wide = _gelu(self._dense(states, f"{prefix}.intermediate.dense"))
            states = self._normed(states + self._dense(wide, f"{prefix}.output.dense"), f"{prefix}.output")
        total = states.sum(axis=0)
        unit: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
        return unit

    def _dense(self, states: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        dense: NDArray[np.float32] = states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return dense

    def _normed(self, states: NDArray[np.float32], prefix: str) -> NDArray[np.float32]:
        centred = states - states.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        normed: NDArray[np.float32] = (
            scaled * self._weights[f"{prefix}.LayerNorm.weight"] + self._weights[f"{prefix}.LayerNorm.bias"]
        )
        return normed

    def _attention(self, states: NDArray[np.float32], prefix: str) -> NDArray[np.float32]:
        query, key, value = (
            self._dense(states, f"{prefix}.self.{part}").reshape(len(states), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        alike = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(query.shape[-1]))
        alike = np.exp(alike - alike.max(axis=-1, keepdims=True))
        mixed = (alike / alike.sum(axis=-1, keepdims=True)) @ value
        return self._dense(mixed.transpose(1, 0, 2).reshape(states.shape), f"{prefix}.output.dense")


def _gelu(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """By the error function, as the model was trained; numpy has none, and scipy's takes longer to load than this to work."""
    inner = (x * np.float32(math.sqrt(0.5))).ravel().tolist()
    grown: NDArray[np.float32] = x * np.float32(0.5) * (np.array([math.erf(v) for v in inner], np.float32).reshape(x.shape) + 1)
    return grown
