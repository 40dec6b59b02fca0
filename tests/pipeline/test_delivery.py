"""Once to each person, whatever happens: through the pipeline, a real store and a real SMTP server."""

import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from trendwatch import config, pipeline
from trendwatch.model import Delivery, Digest
from trendwatch.storage import connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "report"))
from smtp_server import Mailbox

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
PEOPLE = ("ann@example.org", "bob@example.org", "cho@example.org")
ISSUE = Digest(
    name="weekly",
    week="2026-W09",
    title="The week",
    starts_on=date(2026, 2, 23),
    ends_on=date(2026, 3, 1),
    composed_at=NOW,
    sections={},
    quiet=("A quiet week.",),
    counts={"new": 3},
)


@pytest.fixture
def mailbox():
    with Mailbox() as box:
        yield box


@pytest.fixture
def setting(tmp_path, mailbox):
    text = f"""
sources:
  - {{name: lab, kind: feed, url: https://lab.example.org/feed}}
store: sqlite:///{tmp_path / "archive.db"}
digest: {{recipients: [{", ".join(PEOPLE)}]}}
deliver:
  folder: {{path: {tmp_path / "digests"}}}
  smtp: {{host: 127.0.0.1, port: {mailbox.port}, security: none, sender: trendwatch@example.org, timeout: 5}}
"""
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    return config.load(path, {})


@pytest.fixture
def store(setting):
    with connect(setting.store) as opened:
        opened.put_digest(ISSUE)
        yield opened


def states(store):
    return {d.recipient: d.state for d in store.deliveries() if d.deliverer == "smtp"}


def took(mailbox):
    return Counter(r for _, recipients, _ in mailbox.mails for r in recipients)


def test_everyone_gets_an_issue_once_however_often_it_is_delivered(setting, store, mailbox):
    for _ in range(3):
        pipeline.deliver(setting, store, ISSUE, now=NOW)
    assert took(mailbox) == dict.fromkeys(PEOPLE, 1)
    assert states(store) == dict.fromkeys(PEOPLE, "sent")


def test_a_later_recipient_gets_it_and_the_others_not_again(setting, store, mailbox):
    pipeline.deliver(setting, store, ISSUE, now=NOW)
    spec = replace(setting.digests[0], recipients=(*PEOPLE, "dan@example.org"))
    handed = pipeline.deliver(replace(setting, digests=(spec,)), store, ISSUE, now=NOW)
    assert [h.delivery.recipient for h in handed if h.new and h.delivery.deliverer == "smtp"] == ["dan@example.org"]
    assert took(mailbox) == dict.fromkeys((*PEOPLE, "dan@example.org"), 1)


def test_a_temporary_failure_is_tried_again_and_a_refusal_is_not(setting, store, mailbox):
    mailbox.fault = "defer-recipient"
    pipeline.deliver(setting, store, ISSUE, now=NOW)
    assert states(store) == dict.fromkeys(PEOPLE, "retry")
    mailbox.fault = ""
    pipeline.deliver(setting, store, ISSUE, now=NOW + timedelta(hours=1))
    assert took(mailbox) == dict.fromkeys(PEOPLE, 1)


def test_one_refused_recipient_does_not_keep_the_files_or_the_others_from_theirs(setting, store, mailbox, tmp_path):
    mailbox.fault = "refuse-recipient"
    pipeline.deliver(setting, store, ISSUE, now=NOW)
    mailbox.fault = ""
    pipeline.deliver(setting, store, ISSUE, now=NOW)
    assert states(store) == dict.fromkeys(PEOPLE, "refused")
    assert not mailbox.mails
    assert (tmp_path / "digests" / "2026-W09.html").is_file()


def test_a_claim_without_an_end_is_reported_and_never_sent_again_unasked(setting, store, mailbox):
    store.put_delivery(Delivery(issue=ISSUE.issue, deliverer="smtp", recipient=PEOPLE[0], state="sending", at=NOW))
    handed = pipeline.deliver(setting, store, ISSUE, now=NOW)
    assert states(store)[PEOPLE[0]] == "unknown"
    assert took(mailbox) == dict.fromkeys(PEOPLE[1:], 1)
    assert [h.new for h in handed if h.delivery.recipient == PEOPLE[0]] == [False]


DRIVER = """
import sys
from datetime import datetime
from trendwatch import config, pipeline
from trendwatch.storage import connect
from pathlib import Path
setting = config.load(Path(sys.argv[1]), {})
print("ready", flush=True)
sys.stdin.readline()
with connect(setting.store) as store:
    pipeline.deliver(setting, store, pipeline.issue(store, "weekly/2026-W09"), now=datetime.fromisoformat(sys.argv[2]))
"""


def test_sigkill_at_any_moment_of_delivery_sends_nothing_twice(setting, store, mailbox):
    import random  # noqa: PLC0415 - beside its one use
    import subprocess  # noqa: PLC0415
    import time  # noqa: PLC0415

    chance = random.Random(9)
    store.close()
    for _ in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(setting.path), NOW.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        child.stdout.readline()
        child.stdin.write(b"\n")
        child.stdin.flush()
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    with connect(setting.store) as again:
        pipeline.deliver(setting, again, ISSUE, now=NOW)
        settled = states(again)
    counts = took(mailbox)
    assert max(counts.values(), default=0) <= 1
    assert set(settled) == set(PEOPLE)
    assert all(counts[person] == 1 for person, state in settled.items() if state == "sent")
    assert all(state in ("sent", "unknown") for state in settled.values())
