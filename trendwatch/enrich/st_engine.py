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
    from trendwatch.model import EmbeddingModel

BATCH = 16  # texts a call; 128 costs a fifth of the speed and several times the memory on a CPU
CHUNK = 512  # texts between two words of progress


class SentenceTransformerEmbedder:
    """A model of sentence-transformers: a name on the hub, a folder, or "packaged"."""

    def __init__(self, model: EmbeddingModel, *, threads: int | None = None) -> None:
        """Load the model. Only "packaged" and what was downloaded before work offline. Raises `EmbeddingError`."""
        own = model.name == "packaged"
        if own:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # must be set before the import: nothing is to be looked up
        sentence_transformers, torch = _libraries()
        if threads:
            torch.set_num_threads(threads)
        path = str(packaged.check(packaged.folder() / "model.safetensors").parent) if own else model.name
        try:
            self._model: Any = sentence_transformers.SentenceTransformer(
                path, revision=model.revision or None, truncate_dim=model.dimension or None
            )
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"sentence-transformers cannot load {model.name!r}: {error}") from error
        dimension = self._model.get_embedding_dimension()
        self.dimension = int(dimension)
        self._prefixes = model.text_prefix, model.query_prefix
        self.model_id = _identity(model)

    def query(self, words: str) -> NDArray[np.float32]:
        """As `Embedder.query`."""
        found: NDArray[np.float32] = self._encoded([f"{self._prefixes[1]}{words}"])[0]
        return found

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimension), in the order given."""
        import numpy as np  # noqa: PLC0415 - `--help` must not load numpy

        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            vectors[rows] = self._encoded([f"{self._prefixes[0]}{texts[row]}" for row in rows])
            if progress is not None:
                progress(start + len(rows), len(texts))
        return vectors

    def _encoded(self, texts: list[str]) -> Any:
        return self._model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)


def _identity(model: EmbeddingModel) -> str:
    """All that a vector depends on. As it is, the packaged model's vectors are those of the other engine."""
    if model.name == "packaged" and not (model.text_prefix or model.dimension):
        return f"all-MiniLM-L6-v2:{packaged.SHA256['model.safetensors'][:8]}:fp32"
    how = {"@": model.revision, "<": model.text_prefix, "#": str(model.dimension or "")}
    return f"{model.name}{''.join(f'{sign}{value}' for sign, value in how.items() if value)}:sentence-transformers"


def _libraries() -> tuple[Any, Any]:
    try:
        import sentence_transformers  # noqa: PLC0415 - six seconds, paid by those who choose this engine
        import torch  # noqa: PLC0415 - as above
    except ImportError as error:
        raise EmbeddingError(f"engine 'sentence-transformers' is not installed: {error}") from error
    return sentence_transformers, torch
