"""The other engine: any model by name through sentence-transformers, on CPU or CUDA. Importing it takes seconds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trendwatch.enrich import packaged
from trendwatch.errors import EmbeddingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Progress

BATCH = 16  # texts a call; 128 costs a fifth of the speed and several times the memory on a CPU
CHUNK = 512  # texts between two words of progress


class SentenceTransformerEmbedder:
    """A model of sentence-transformers: a name on the hub, a folder, or "packaged"."""

    def __init__(self, model: str, *, threads: int | None = None) -> None:
        """Load the model. Only "packaged" and what was downloaded before work offline. Raises `EmbeddingError`."""
        own = model == "packaged"
        if own:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # must be set before the import: nothing is to be looked up
        sentence_transformers, torch = _libraries()
        if threads:
            torch.set_num_threads(threads)
        path = str(packaged.check(packaged.folder() / "model.safetensors").parent) if own else model
        try:
            self._model: Any = sentence_transformers.SentenceTransformer(path)
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"sentence-transformers cannot load {model!r}: {error}") from error
        dimension = self._model.get_embedding_dimension()
        self.dimension = int(dimension)
        self.model_id = (
            f"all-MiniLM-L6-v2:{packaged.SHA256['model.safetensors'][:8]}:fp32" if own else f"{model}:sentence-transformers"
        )

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimension), in the order given."""
        import numpy as np  # noqa: PLC0415 - `--help` must not load numpy

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            vectors[rows] = self._model.encode(
                [texts[row] for row in rows], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress is not None:
                progress(start + len(rows), len(texts))
        return vectors


def _libraries() -> tuple[Any, Any]:
    try:
        import sentence_transformers  # noqa: PLC0415 - six seconds, paid by those who choose this engine
        import torch  # noqa: PLC0415 - as above
    except ImportError as error:
        raise EmbeddingError(f"engine 'sentence-transformers' is not installed: {error}") from error
    return sentence_transformers, torch
