from __future__ import annotations

import pytest

from trendwatch.storage import connect


@pytest.fixture(params=["sqlite"])
def url(request, tmp_path):
    """A store's URL on every backend: the suite of the seam runs on each."""
    assert request.param == "sqlite"
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def store(url):
    with connect(url) as opened:
        yield opened
