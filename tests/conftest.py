"""What the tests of the whole path share: four weeks of the bundled sample, run once."""

import pytest

from trendwatch import config, pipeline
from trendwatch.demo import setting
from trendwatch.demo.server import Server
from trendwatch.storage import connect

WEEKS = setting.CYCLES[:4]


@pytest.fixture(scope="session")
def ran(tmp_path_factory):
    """Four weekly runs on the sample: the configuration, the open store, the server and what each run did."""
    folder = tmp_path_factory.mktemp("demo")
    with Server(WEEKS[0], port=0) as server:
        chosen = config.load(setting.write(folder, server.address), {})
        with connect(chosen.store) as store:
            runs = []
            for now in WEEKS:
                server.now = now
                runs.append(pipeline.run(chosen, store, now=now))
            yield chosen, store, server, runs, folder
