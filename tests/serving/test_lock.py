"""One process at a time on a store."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from trendwatch.cli import app
from trendwatch.errors import StorageError
from trendwatch.serving.lock import hold

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOLDER = """
import sys, time
from datetime import UTC, datetime
from trendwatch.serving.lock import hold
with hold(sys.argv[1], "trendwatch serve", datetime(2026, 3, 2, 7, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_a_second_holder_is_refused_and_told_who_has_it(url):
    with hold(url, "trendwatch serve", NOW):
        with pytest.raises(StorageError, match=rf"in use by `trendwatch serve` \(process {os.getpid()} .*2026-03-02T07:00"):
            hold(url, "trendwatch run", NOW).__enter__()
        with hold(url.replace("store", "other"), "trendwatch run", NOW):
            pass
    with hold(url, "trendwatch run", NOW):
        pass


def test_another_name_of_the_same_file_is_the_same_store(tmp_path, url):
    (tmp_path / "link").symlink_to(tmp_path)
    with hold(url, "trendwatch serve", NOW), pytest.raises(StorageError, match="in use"):
        hold(f"sqlite:///{tmp_path / 'link' / 'store.db'}", "trendwatch run", NOW).__enter__()


def test_a_killed_holder_holds_no_longer(url):
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match=f"process {child.pid} "):
            hold(url, "trendwatch run", NOW).__enter__()
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        with hold(url, "trendwatch run", NOW):
            pass


def test_the_commands_that_write_are_refused_before_they_do_anything(tmp_path, url):
    path = tmp_path / "sources.yaml"
    path.write_text(f"store: {url}\nsources:\n  - {{name: a, kind: feed, url: 'https://a.example.org/feed'}}\n")
    with hold(url, "trendwatch serve", NOW):
        for words in (["run"], ["crawl"], ["rebuild"], ["deliver"], ["serve", "--port", "0"]):
            done = CliRunner().invoke(app, ["-c", str(path), *words])
            assert done.exit_code == 1, words
            assert "in use by `trendwatch serve`" in done.stderr, words
            assert len(done.stderr.strip().splitlines()) == 1, words
    assert not (tmp_path / "store.db").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StorageError, match=r"cannot be locked: .*nowhere.*No such file"):
        hold(f"sqlite:///{tmp_path}/nowhere/store.db", "trendwatch run", NOW).__enter__()


def test_a_store_in_memory_needs_no_lock_and_a_password_is_not_shown():
    with hold("sqlite://", "trendwatch run", NOW), hold("sqlite://", "trendwatch run", NOW):
        pass
    url = f"postgresql://tw:s3cret@db.example.org/tw{os.getpid()}"
    with hold(url, "trendwatch serve", NOW), pytest.raises(StorageError) as error:
        hold(url, "trendwatch run", NOW).__enter__()
    assert "s3cret" not in str(error.value)
