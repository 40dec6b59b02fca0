import email

import pytest
from report_samples import digest

from trendwatch.errors import DeliveryError
from trendwatch.plugins import load
from trendwatch.report.deliverers import Deliverer
from trendwatch.report.render import render

Folder = load("trendwatch.report.deliverers", "folder", Deliverer)


def deliver(path, made):
    return Folder(path=str(path)).deliver(made, render(made), str(path), {})


def test_an_issue_becomes_five_files_named_by_its_week(tmp_path):
    detail = deliver(tmp_path / "new" / "digests", digest())
    names = sorted(p.name for p in (tmp_path / "new" / "digests").iterdir())
    assert names == [f"2026-W09.{s}" for s in ("eml", "html", "json", "md", "txt")]
    assert detail.endswith("2026-W09.html")


def test_another_digest_is_named_in_front_and_cannot_leave_the_folder(tmp_path):
    deliver(tmp_path, digest(name="../../etc/rules"))
    assert all(p.name.startswith("etc-rules-2026-W09.") for p in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 5


def test_writing_again_changes_no_byte_and_leaves_nothing_behind(tmp_path):
    deliver(tmp_path, digest())
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    deliver(tmp_path, digest())
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_the_mail_file_opens_as_a_mail(tmp_path):
    deliver(tmp_path, digest())
    one = email.message_from_bytes((tmp_path / "2026-W09.eml").read_bytes())
    assert one["Subject"].startswith("GenAI safety")
    assert one.is_multipart()


def test_files_are_readable_by_others(tmp_path):
    deliver(tmp_path, digest())
    assert (tmp_path / "2026-W09.html").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_cannot_be_written_is_a_failure_to_try_again(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DeliveryError, match="Cannot write") as failed:
        deliver(tmp_path / "file", digest())
    assert failed.value.outcome == "retry"


def test_a_failed_write_leaves_the_last_good_file(tmp_path):
    deliver(tmp_path, digest())
    good = (tmp_path / "2026-W09.html").read_bytes()
    (tmp_path / "2026-W09.eml").unlink()
    (tmp_path / "2026-W09.eml").mkdir()
    with pytest.raises(DeliveryError):
        deliver(tmp_path, digest(title="Other"))
    assert (tmp_path / "2026-W09.html").read_bytes() == good
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_folder_is_its_own_recipient_and_is_not_remembered():
    assert Folder(path="out").recipients(digest(), ["pm@example.org"]) == ("out",)
    assert Folder.remembered is False
