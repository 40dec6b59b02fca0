"""Text → unit vectors. The one seam behind which models live; a model loads on first use.

Two engines. `onnx` runs the packaged model with ONNX Runtime and answers half a second after a cold start;
`sentence-transformers` runs any model, and takes seconds to import. A text's vector depends on the text and the model alone,
never on its neighbours in a batch, and `model_id` says which model and which engine made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trendwatch.errors import EmbeddingError
from trendwatch.model import EmbeddingModel, Item

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PACKAGED = EmbeddingModel()
LEAD_CHARACTERS = 1500
"""How much of a text is read. The packaged model sees 256 word pieces, about 1,200 characters of English: an abstract whole, of
an article its lead. The rest of a long article is not averaged in: it dilutes what the article is about."""

Progress = Callable[[int, int], None]


class Embedder(Protocol):
    """Texts in, unit vectors out."""

    @property
    def model_id(self) -> str:
        """Which weights and engine made a vector: vectors are comparable when this is equal."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows (len(texts), dimension), in the order given. `progress` is told (texts done, texts in all) after a batch."""

    def query(self, words: str) -> NDArray[np.float32]:
        """The unit vector (dimension,) of words that are searched for; some models want them marked as such."""


def load(model: EmbeddingModel = _PACKAGED, *, cache: Path | None = None, threads: int | None = None) -> Embedder:
    """The embedder of a configuration.

    `cache` is where the prepared model is kept (the user's cache folder when None); `threads` are those of one operation (all
    cores but one where there are more than two, when None). Raises `EmbeddingError` for an unknown engine, a model that is not
    to be had, or packaged weights that are not the original's.
    """
    if model.engine == "onnx":
        from trendwatch.enrich.onnx_engine import OnnxEmbedder  # noqa: PLC0415 - engines load when they are chosen

        if model != _PACKAGED:
            raise EmbeddingError(
                "engine 'onnx' has the packaged model only, as it is; for any other, or with a revision, a prefix or a dimension, "
                f"choose 'sentence-transformers' (asked for: {model.name!r})"
            )
        return OnnxEmbedder(cache=cache, threads=threads)
    if model.engine == "sentence-transformers":
        from trendwatch.enrich.st_engine import SentenceTransformerEmbedder  # noqa: PLC0415 - as above

        return SentenceTransformerEmbedder(model, threads=threads)
    raise EmbeddingError(f"unknown embedding engine {model.engine!r}: 'onnx' or 'sentence-transformers'")


def text_of(item: Item) -> str:
    """What of an item is embedded: its title, then the first 1,500 characters of its text, cut at a word.

    A text that begins with its own title is not told it twice. A model may read less still, never more.
    """
    title, text = item.title.strip(), item.text.strip()
    if title and text.startswith(title):
        text = text[len(title) :].lstrip(" \n.:–—-")
    return f"{title}\n\n{_lead(text)}".strip()


def _lead(text: str) -> str:
    if len(text) <= LEAD_CHARACTERS:
        return text
    cut = text[: LEAD_CHARACTERS + 1]
    return cut.rsplit(maxsplit=1)[0] if any(letter.isspace() for letter in cut) else text[:LEAD_CHARACTERS]
