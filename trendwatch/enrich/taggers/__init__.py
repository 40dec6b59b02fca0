"""The plug point of taggers: one file a kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trendwatch.model import Item, Tagging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder
    from trendwatch.enrich.taxonomy import Taxonomy


class Tagger(ABC):
    """Assigns tags of a taxonomy to items, each with the characters that earned it."""

    @abstractmethod
    def __init__(self, taxonomy: Taxonomy, embedder: Embedder) -> None:
        """Prepare for one taxonomy. May embed definitions; must not keep state between calls of `tag`."""

    @abstractmethod
    def tag(self, items: Sequence[Item], vectors: NDArray[np.float32]) -> list[Tagging]:
        """Taggings of `items`; `vectors` is (n, d), unit rows, one an item. An item's taggings depend on that item alone."""
