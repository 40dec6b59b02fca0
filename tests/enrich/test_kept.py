"""Vectors of texts that never change are made once."""

import numpy as np
import pytest

from trendwatch.enrich import kept


class Counting:
    """Embeds a text as its length, and counts how often it is asked."""

    model_id, dimension, asked = "m", 2, 0

    def encode(self, texts, progress=None):
        self.asked += 1
        return np.array([[len(t), 1] for t in texts], np.float32)


def test_the_same_texts_are_embedded_once_and_others_anew(tmp_path):
    embedder = Counting()
    first = kept.encode(embedder, ["a", "bb"], tmp_path)
    assert (kept.encode(embedder, ["a", "bb"], tmp_path) == first).all()
    assert embedder.asked == 1
    kept.encode(embedder, ["bb", "a"], tmp_path)
    embedder.model_id = "another"
    kept.encode(embedder, ["a", "bb"], tmp_path)
    assert embedder.asked == 3


@pytest.mark.parametrize("damage", [b"", b"no array", None])
def test_a_file_that_cannot_be_read_is_made_again(tmp_path, damage):
    embedder = Counting()
    kept.encode(embedder, ["a"], tmp_path)
    (path,) = tmp_path.iterdir()
    if damage is None:
        np.save(path, np.zeros((3, 9), np.float32))
    else:
        path.write_bytes(damage)
    assert kept.encode(embedder, ["a"], tmp_path).tolist() == [[1, 1]]
    assert embedder.asked == 2


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert kept.encode(Counting(), ["a"], tmp_path / "file" / "x").tolist() == [[1, 1]]
