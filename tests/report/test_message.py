import email
import email.policy

import pytest
from report_samples import digest, entry

from trendwatch.errors import DeliveryError
from trendwatch.report.message import message
from trendwatch.report.render import render

SENDER, READER = "trendwatch <tw@example.org>", "pm@example.org"


def mail(made=None, *, sender=SENDER, recipient=READER, **more):
    made = made or digest()
    return message(made, render(made), sender=sender, recipient=recipient, **more)


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_the_same_issue_and_recipient_give_the_same_bytes():
    assert mail() == mail()
    assert mail() != mail(recipient="boss@example.org")


def test_the_headers_a_mail_program_and_a_list_need():
    one = parsed(mail())
    assert one["From"] == SENDER
    assert one["To"] == READER
    assert one["Date"] == "Mon, 02 Mar 2026 06:00:00 +0000"
    assert one["List-Id"] == "<weekly.trendwatch.example.org>"
    assert one["List-Unsubscribe"] == "<mailto:tw@example.org?subject=unsubscribe>"
    assert one["Subject"] == "GenAI safety: the week (W09): Assistant 1 reads a calendar aloud"
    assert one["Message-ID"].endswith("@example.org>")


def test_message_ids_differ_by_issue_and_recipient():
    ids = {parsed(m)["Message-ID"] for m in (mail(), mail(recipient="b@example.org"), mail(digest(week="2026-W10")))}
    assert len(ids) == 3


def test_text_and_html_travel_whole():
    made = digest()
    one = parsed(mail(made))
    bodies = render(made)
    assert one.get_content_type() == "multipart/alternative"
    text, html = one.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == bodies["txt"].body.decode()
    assert html.get_content().replace("\r\n", "\n") == bodies["html"].body.decode()
    assert {p["Content-Transfer-Encoding"] for p in (text, html)} == {"quoted-printable"}


def test_lines_are_short_enough_for_every_server():
    assert max(len(line) for line in mail().split(b"\r\n")) <= 998
    assert b"\n" not in mail().replace(b"\r\n", b"")


@pytest.mark.parametrize("title", ["Hi\r\nBcc: victim@example.org", "Hi\u2028Bcc: x", "Hi\x85X: y", "Hi\x00\nX: y"])
def test_a_title_cannot_add_a_header(title):
    one = parsed(mail(digest(sections={"first": (entry(title=title),)})))
    assert one["Bcc"] is None
    assert one["X"] is None
    assert one["Subject"].startswith("GenAI safety: the week (W09): Hi")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: c@example.org", "a b@example.org", "two@x.example.org, three@x.example.org"]
)
def test_a_sender_that_is_no_address_is_refused(address):
    with pytest.raises(DeliveryError) as refused:
        mail(sender=address)
    assert refused.value.outcome == "refused"


def test_a_recipient_that_is_no_address_is_refused():
    with pytest.raises(DeliveryError, match="not a mail address"):
        mail(recipient="x@y\nBcc: z@example.org")


def test_answers_go_where_they_are_asked_to_go():
    one = parsed(mail(reply_to="team@example.org"))
    assert one["Reply-To"] == "team@example.org"
    assert "team@example.org" in one["List-Unsubscribe"]


def test_a_file_for_nobody_in_particular_names_nobody():
    assert parsed(mail(recipient=""))["To"] == "undisclosed-recipients:;"


def test_an_address_beyond_ascii_is_kept():
    one = parsed(mail(recipient="jürg@example.org"))
    assert "jürg@example.org" in str(one["To"])


def test_a_name_beyond_ascii_travels_encoded_and_needs_nothing_of_the_server():
    raw = mail(sender="Zoë Beispiel <zoe@example.org>", recipient="Jürgen <pm@example.org>")
    assert raw.isascii()
    assert str(parsed(raw)["From"]) == "Zoë Beispiel <zoe@example.org>"


def test_a_domain_beyond_ascii_is_written_in_its_ascii_form():
    assert parsed(mail(recipient="pm@bücher.example.org"))["To"] == "pm@xn--bcher-kva.example.org"
