"""The default engine: the packaged model in ONNX Runtime, without torch.

The graph is built once from the checked weights (`onnx_graph`), compared with vectors of the original, and kept in the user's
cache folder under a name that holds the weights' hash and the graph's version, so a later start only loads it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trendwatch.enrich import kept, packaged
from trendwatch.errors import EmbeddingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.enrich.embed import Progress

GRAPH_VERSION = 1  # raise it when `onnx_graph` changes: a cached graph of another version is not read
DIMENSION = 384
MAX_PIECES = 256
BATCH_TOKENS = 2048  # padded tokens a batch: 8 to 16 abstracts or some 100 titles; more costs memory and gains nothing
AGREES = 0.9999

# First components of the original's vectors (sentence-transformers 6, torch fp32), to five places. Twelve of 384 suffice to
# notice a wrong node, a wrong weight or a wrong pooling.
REFERENCE: tuple[tuple[str, tuple[float, ...]], ...] = (
    (
        "A voice clone of the mayor asked residents for gift cards.",
        (-0.08649, 0.07367, 0.03405, -2e-05, -0.09328, 0.00801, 0.09643, -0.02749, -0.02747, -0.07802, -0.01159, -0.04172),
    ),
    (
        "Agents",
        (-0.02645, -0.04335, -0.08556, -0.02966, -0.00123, 0.01456, 0.09121, -0.02675, 0.01916, 0.0088, 0.03066, -0.03496),
    ),
)


class OnnxEmbedder:
    """all-MiniLM-L6-v2 in fp32: 384 dimensions, English, at most 256 word pieces of a text."""

    model_id = f"all-MiniLM-L6-v2:{packaged.SHA256['model.safetensors'][:8]}:fp32"
    dimension = DIMENSION

    def __init__(self, *, cache: Path | None = None, threads: int | None = None) -> None:
        """Load, and on first use build, the model. Raises `EmbeddingError` when it is missing or altered."""
        self._folder, self._cache = packaged.folder(), cache
        self._tokenizer = _tokenizer(self._folder / "tokenizer.json")
        self._path = _cached(self._folder, cache)
        self._threads = threads or _spare_cores()

    @cached_property
    def _session(self) -> Any:
        """ONNX Runtime, loaded with the first texts: what is only asked one question does without."""
        return _session(self._path, self._threads)

    def query(self, words: str) -> NDArray[np.float32]:
        """As `Embedder.query`: this model takes them for a text like any other."""
        if "_session" in self.__dict__:
            found: NDArray[np.float32] = self.encode([words])[0]
            return found
        from trendwatch.enrich.numpy_forward import Forward  # noqa: PLC0415 - not needed to embed

        weights = packaged.checked(self._folder / "model.safetensors", self._cache or kept.folder())
        return Forward(weights).vector(self._tokenizer.encode(words).ids)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit rows (len(texts), 384). Equal texts are computed once; work goes from short to long, in batches of tokens."""
        import numpy as np  # noqa: PLC0415 - `--help` must not load numpy

        first = {text: place for place, text in reversed(list(enumerate(texts)))}
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch(list(first))]
        places = list(first.values())
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        done = len(texts) - len(first)
        for batch in _batches([len(ids) for ids in pieces]):
            vectors[[places[row] for row in batch]] = self._run([pieces[row] for row in batch])
            done += len(batch)
            if progress is not None:
                progress(done, len(texts))
        return vectors[[first[text] for text in texts]] if len(first) < len(texts) else vectors

    def _run(self, pieces: Sequence[list[int]]) -> NDArray[np.float32]:
        import numpy as np  # noqa: PLC0415 - as above

        longest = max(len(ids) for ids in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, known in enumerate(pieces):
            ids[row, : len(known)] = known
            mask[row, : len(known)] = 1
        vectors: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows, shortest first, in groups whose padded size stays within `BATCH_TOKENS`."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _spare_cores() -> int:
    """Threads of one operation: a core is left to the crawl where there are more than two."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores - 1 if cores > 2 else cores  # noqa: PLR2004 - on two cores the model needs both


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer  # noqa: PLC0415 - heavy, and only this engine needs it

    tokenizer = Tokenizer.from_file(str(packaged.check(path)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _session(model: Path | bytes, threads: int) -> Any:
    import onnxruntime  # noqa: PLC0415 - heavy, and only this engine needs it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    onnxruntime.disable_telemetry_events()  # no network but the sources'
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads must not burn a core
    source = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no base but this
        raise EmbeddingError(f"ONNX Runtime cannot load the model ({error}); delete {model!s:.200} and try again") from error


def _cached(folder: Path, cache: Path | None) -> Path:
    """The prepared model's path; built, checked against the original and moved into place whole when it is not there yet."""
    where = cache or kept.folder()
    path = where / f"all-MiniLM-L6-v2-{packaged.SHA256['model.safetensors'][:16]}-v{GRAPH_VERSION}.onnx"
    if not path.is_file():
        model = _build(folder)
        try:
            kept.write(path, model)
        except OSError as error:
            raise EmbeddingError(f"cannot keep the prepared model in {where}: {error}") from error
    return path


def _build(folder: Path) -> bytes:
    from trendwatch.enrich import onnx_graph  # noqa: PLC0415 - loads onnx, once in a machine's life

    model = onnx_graph.build(packaged.tensors(packaged.check(folder / "model.safetensors")))
    _verify(model, folder)
    return model


def _verify(model: bytes, folder: Path) -> None:
    """Raises `EmbeddingError` unless the graph gives the original's vectors."""
    import numpy as np  # noqa: PLC0415 - as above

    trial = OnnxEmbedder.__new__(OnnxEmbedder)
    trial._tokenizer, trial._session = _tokenizer(folder / "tokenizer.json"), _session(model, 1)  # noqa: SLF001 - own class
    for row, (_, known) in zip(trial.encode([text for text, _ in REFERENCE]), REFERENCE, strict=True):
        start = row[: len(known)]
        agreement = float(start @ np.array(known)) / float(np.linalg.norm(start) * np.linalg.norm(known))
        if agreement < AGREES:
            raise EmbeddingError(f"the prepared model differs from the original (cosine {agreement:.5f} under {AGREES})")
