from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from trendwatch.enrich import onnx_engine, onnx_graph, packaged
from trendwatch.enrich.embed import Embedder, load, text_of
from trendwatch.errors import EmbeddingError
from trendwatch.model import EmbeddingModel, Item

NEWS = "the council of Northbridge paused its voice agent after a cloned caller asked residents to pay a false water bill"


def sentence(number: int) -> str:
    words = NEWS.split()
    return " ".join(words[number % 7 :] * (1 + number % 5)) + f" case {number}"


ITEM = Item(
    id="0" * 16,
    source="example",
    doctype="post",
    url="https://example.org/a",
    canonical_url="https://example.org/a",
    title="A voice clone called the council",
    text="The call lasted nine minutes.",
    raw_title="",
    raw_html="",
    published_at=None,
    date_note="",
    first_seen_at=datetime(2026, 1, 5, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def embedder(cache) -> Embedder:
    return load(cache=cache, threads=1)


def test_vectors_are_unit_rows_in_the_order_given(embedder):
    texts = [sentence(3), "", sentence(1), sentence(3)]
    vectors = embedder.encode(texts)
    assert vectors.shape == (4, embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[3])
    assert vectors[2] @ embedder.encode([sentence(1)])[0] > 0.99999


def test_a_vector_does_not_depend_on_its_neighbours(embedder):
    texts = [sentence(number) for number in range(40)]
    together = embedder.encode(texts)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-6
    assert np.abs(together - embedder.encode(texts[::-1])[::-1]).max() < 1e-6


def test_nothing_in_nothing_out(embedder):
    assert embedder.encode([]).shape == (0, 384)


def test_progress_is_told_and_ends_at_all_texts(embedder):
    told: list[tuple[int, int]] = []
    embedder.encode([sentence(number) for number in range(30)] * 3, lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (90, 90)


def test_meaning_shows_in_the_cosine(embedder):
    a, b, c = embedder.encode(["a cloned voice tricked the bank", "bank fooled by a deepfake call", "recipe for rye bread"])
    assert min(a @ b, 1 - a @ c - 0.3) > 0.5


def test_the_default_engine_loads_no_torch_and_answers(embedder, cache):
    code = (
        "import sys, pathlib; from trendwatch.enrich.embed import load;"
        "load(cache=pathlib.Path(sys.argv[1]), threads=1).encode(['agents']);"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(cache)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_seam_loads_no_numpy():
    code = "import sys; import trendwatch.enrich.embed; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_graph_is_built_once_and_whole(embedder, cache):
    first = embedder.encode([sentence(2)])
    files = list(cache.iterdir())
    assert [file.suffix for file in files] == [".onnx"]
    stamp = files[0].stat().st_mtime_ns
    assert np.array_equal(first, load(cache=cache, threads=1).encode([sentence(2)]))
    assert files[0].stat().st_mtime_ns == stamp


def test_a_damaged_cache_is_named(embedder, cache, tmp_path):
    (tmp_path / next(cache.glob("*.onnx")).name).write_bytes(b"not a model")
    damaged = load(cache=tmp_path, threads=1)
    with pytest.raises(EmbeddingError, match="delete"):
        damaged.encode(["a text"])


@pytest.mark.parametrize("words", ["voice cloning", "", "agents " * 400, "ünïcode テスト 2026/1689", sentence(4)])
def test_a_question_asked_at_once_gets_the_vector_that_the_graph_gives(embedder, cache, words):
    cold = load(cache=cache, threads=1)
    at_once = cold.query(words)
    assert "_session" not in vars(cold)
    assert at_once.dtype == np.float32
    assert np.abs(at_once - embedder.encode([words])[0]).max() < 2e-6
    assert np.array_equal(at_once, load(cache=cache, threads=1).query(words))


def test_once_the_graph_is_loaded_it_answers(cache):
    warm = load(cache=cache, threads=1)
    (expected,) = warm.encode(["voice cloning"])
    assert np.array_equal(warm.query("voice cloning"), expected)


def test_weights_are_checked_once_for_a_file_as_it_lies(tmp_path):
    weights = tmp_path / "tokenizer.json"
    weights.write_bytes((packaged.folder() / "tokenizer.json").read_bytes())
    assert packaged.checked(weights, tmp_path / "cache") == weights
    seen = weights.stat()
    weights.write_bytes(weights.read_bytes()[:-1] + b" ")
    os.utime(weights, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert packaged.checked(weights, tmp_path / "cache") == weights  # nothing says that it is to be read again
    os.utime(weights, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    with pytest.raises(EmbeddingError, match="not the original"):
        packaged.checked(weights, tmp_path / "cache")


def test_weights_that_are_altered_are_not_taken_for_checked(tmp_path):
    altered = tmp_path / "tokenizer.json"
    altered.write_text("{}")
    for _ in range(2):
        with pytest.raises(EmbeddingError, match="not the original"):
            packaged.checked(altered, tmp_path / "cache")


def test_altered_weights_are_refused(tmp_path: Path):
    altered = tmp_path / "tokenizer.json"
    altered.write_text("{}")
    with pytest.raises(EmbeddingError, match="not the original"):
        packaged.check(altered)


def test_a_graph_that_disagrees_with_the_original_is_refused(tmp_path: Path):
    weights = packaged.tensors(packaged.folder() / "model.safetensors")
    name = "encoder.layer.3.output.dense.weight"
    model = onnx_graph.build({**weights, name: weights[name] * 1.5})
    with pytest.raises(EmbeddingError, match="differs from the original"):
        onnx_engine._verify(model, packaged.folder())


@pytest.mark.parametrize(("engine", "model"), [("abacus", "packaged"), ("onnx", "some/other-model")])
def test_what_cannot_be_loaded_is_said(engine: str, model: str):
    with pytest.raises(EmbeddingError, match=engine):
        load(EmbeddingModel(engine=engine, name=model))


def test_text_is_title_then_lead_cut_at_a_word():
    long = replace(ITEM, text="word " * 1000)
    assert text_of(ITEM) == "A voice clone called the council\n\nThe call lasted nine minutes."
    assert len(text_of(long)) < 1600
    assert text_of(long).endswith("word")
    assert text_of(replace(ITEM, text="")) == ITEM.title
    assert text_of(replace(ITEM, title="", text="x" * 4000)) == "x" * 1500


def test_a_title_repeated_in_the_text_is_told_once():
    repeated = replace(ITEM, text="A voice clone called the council. It asked for money.")
    assert text_of(repeated) == "A voice clone called the council\n\nIt asked for money."


def test_both_engines_give_the_same_vectors_and_the_same_id(embedder):
    code = (
        "import sys, numpy as np; from trendwatch.enrich.embed import load; from trendwatch.model import EmbeddingModel;"
        "e = load(EmbeddingModel(engine='sentence-transformers'), threads=1); v = e.encode(sys.argv[1:]);"
        "sys.stdout.write(e.model_id + '\\n' + ' '.join(str(float(x)) for x in v.ravel()))"
    )
    texts = [sentence(4), "short", sentence(9) * 4]
    run = [sys.executable, "-W", "ignore", "-c", code, *texts]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    model_id, values = done.stdout.split("\n")
    other = np.array([float(value) for value in values.split()], dtype=np.float32).reshape(3, -1)
    assert model_id == embedder.model_id
    assert ((embedder.encode(texts) * other).sum(axis=1) > 0.9999).all()


@pytest.mark.parametrize(
    "changed", [{"text_prefix": "passage: "}, {"revision": "v2"}, {"dimension": 128}, {"query_prefix": "query: "}]
)
def test_the_packaged_model_is_taken_as_it_is_by_its_own_engine(changed):
    with pytest.raises(EmbeddingError, match="choose 'sentence-transformers'"):
        load(EmbeddingModel(**changed))


def test_a_model_is_asked_as_it_wants_to_be_asked_and_its_vectors_are_its_own(embedder):
    code = (
        "import json, sys; from trendwatch.enrich.embed import load; from trendwatch.model import EmbeddingModel;"
        "how = {'text_prefix': 'passage: ', 'query_prefix': 'query: ', 'dimension': 128};"
        "e = load(EmbeddingModel(engine='sentence-transformers', **how), threads=1);"
        "print(json.dumps([e.model_id, e.dimension, e.encode(['voices']).tolist(), e.query('voices').tolist()]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    model_id, dimension, (text,), query = json.loads(done.stdout)
    whole = embedder.encode(["passage: voices", "query: voices"])[:, :128]
    expected = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    assert (model_id, dimension) == ("packaged<passage: #128:sentence-transformers", 128)
    assert np.abs(np.array([text, query]) - expected).max() < 1e-4
