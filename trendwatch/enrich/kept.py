"""What is prepared once and kept in the user's cache folder: the model's graph, and vectors of texts that never change (definitions
and examples of packs).

A file of vectors is named by the model and the texts, so nothing in it can be out of date; one that cannot be read or written is as if it
were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Embedder


def folder() -> Path:
    """Where prepared things are kept: the user's cache folder (XDG_CACHE_HOME counts)."""
    import platformdirs  # noqa: PLC0415 - only needed to embed

    return Path(platformdirs.user_cache_dir("trendwatch", appauthor=False))


def encode(embedder: Embedder, texts: Sequence[str], where: Path | None = None) -> NDArray[np.float32]:
    """As `embedder.encode`, from `where` (default `folder()`) when the same texts were embedded before."""
    import numpy as np  # noqa: PLC0415 - loads with the first item, not with the command line

    key = hashlib.sha256("\0".join([embedder.model_id, *texts]).encode("utf-8", "surrogatepass")).hexdigest()
    path = (where or folder()) / f"vectors-{key[:24]}.npy"
    with contextlib.suppress(OSError, ValueError, EOFError):
        known: NDArray[np.float32] = np.load(path, allow_pickle=False)
        if known.shape == (len(texts), embedder.dimension) and known.dtype == np.float32:
            return known
    vectors = embedder.encode(texts)
    file = io.BytesIO()
    np.save(file, vectors)
    with contextlib.suppress(OSError):
        write(path, file.getvalue())
    return vectors


def write(path: Path, data: bytes) -> None:
    """Whole or not at all: two processes may both do it, and a reader sees the whole file or none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".building-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
