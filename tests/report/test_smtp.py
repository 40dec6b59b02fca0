import shutil
import ssl
import subprocess
import time
import traceback

import pytest
from report_samples import digest, entry
from smtp_server import Mailbox

from trendwatch.errors import DeliveryError
from trendwatch.plugins import load
from trendwatch.report.deliverers import Deliverer
from trendwatch.report.render import render

Smtp = load("trendwatch.report.deliverers", "smtp", Deliverer)
READER = "pm@example.org"
PASSWORD = {"password": "s3cret-word"}
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def send(box, *, secrets=None, recipient=READER, **keys):
    made = digest()
    keys = {
        "host": "127.0.0.1",
        "port": box.port,
        "security": "none",
        "sender": "trendwatch <tw@example.org>",
        "timeout": 2.0,
        "final_timeout": 2.0,
        **keys,
    }
    return Smtp(**keys).deliver(made, render(made), recipient, secrets or {})


def failure(box, **keys):
    with pytest.raises(DeliveryError) as failed:
        send(box, **keys)
    return failed.value


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, and it makes this test's certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", cert, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, str(cert)


def test_a_mail_arrives_whole_and_its_message_id_is_reported():
    with Mailbox() as box:
        message_id = send(box)
    ((sender, recipients, _),) = box.mails
    (mail,) = box.messages()
    assert (sender, recipients) == ("tw@example.org", [READER])
    assert mail["Message-ID"] == message_id
    text, html = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == render(digest())["txt"].body.decode()
    assert html.get_content().replace("\r\n", "\n") == render(digest())["html"].body.decode()


def test_a_line_that_begins_with_a_dot_survives():
    made = digest(title=".dots first", sections={"first": (entry(title="." * 30 + " and more"),)})
    with Mailbox() as box:
        Smtp(host="127.0.0.1", port=box.port, security="none", sender="tw@example.org").deliver(made, render(made), READER, {})
    (mail,) = box.messages()
    text = next(iter(mail.iter_parts())).get_content()
    assert text.replace("\r\n", "\n") == render(made)["txt"].body.decode()


def test_starttls_with_a_certificate_that_is_trusted(certificate):
    context, ca = certificate
    with Mailbox(tls_context=context, require_starttls=True) as box:
        send(box, security="starttls", ca_file=ca)
    assert len(box.mails) == 1


def test_tls_from_the_first_byte(certificate):
    context, ca = certificate
    with Mailbox(implicit_tls=context) as box:
        send(box, security="tls", ca_file=ca)
    assert len(box.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate, security):
    context, _ = certificate
    options = {"implicit_tls": context} if security == "tls" else {"tls_context": context}
    with Mailbox(**options) as box:
        failed = failure(box, security=security)
    assert failed.outcome == "refused"
    assert "certificate is not trusted" in str(failed)
    assert box.mails == []


def test_a_server_without_starttls_is_refused_rather_than_told_in_the_clear():
    with Mailbox() as box:
        failed = failure(box, security="starttls", username="tw", secrets=PASSWORD)
    assert failed.outcome == "refused"
    assert "STARTTLS" in str(failed)


def login(box, **keys):
    return failure(box, username="tw", **keys)


AUTH = {"auth_required": True, "auth_require_tls": False}


def mailbox_with_login(fault=""):
    box = Mailbox(fault, **AUTH)
    box.options["authenticator"] = box.authenticate
    return box


def test_a_login_with_the_password_of_the_environment():
    with mailbox_with_login() as box:
        send(box, username="tw", secrets=PASSWORD)
    assert len(box.mails) == 1


def test_a_wrong_password_is_refused_and_stands_in_no_message():
    with mailbox_with_login() as box:
        failed = login(box, secrets={"password": "wr0ng-word"})
    assert failed.outcome == "refused"
    assert "535" in str(failed)
    assert "wr0ng" not in "".join(traceback.format_exception(failed))


def test_a_password_that_the_server_echoes_stands_in_no_message():
    with mailbox_with_login("auth-echo") as box:
        failed = login(box, secrets=PASSWORD)
    assert "s3cret-word" not in "".join(traceback.format_exception(failed))


def test_a_login_that_fails_for_now_is_tried_again():
    with mailbox_with_login("auth-later") as box:
        assert login(box, secrets=PASSWORD).outcome == "retry"


def test_a_server_that_wants_a_login_says_what_to_set():
    with mailbox_with_login() as box:
        failed = failure(box)
    assert failed.outcome == "refused"
    assert "TRENDWATCH_SMTP_PASSWORD" in str(failed)


def test_a_name_without_a_password_is_refused_before_anything_is_asked():
    with Mailbox() as box:
        failed = login(box)
    assert failed.outcome == "refused"
    assert "set TRENDWATCH_SMTP_PASSWORD" in str(failed)


def test_no_password_travels_in_the_clear_to_another_machine():
    with Mailbox() as box:
        failed = login(box, host="mail.example.org", secrets=PASSWORD)
    assert "never sent in the clear" in str(failed)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("defer-sender", "retry"),
        ("refuse-sender", "refused"),
        ("defer-recipient", "retry"),
        ("refuse-recipient", "refused"),
        ("defer-data", "retry"),
        ("refuse-data", "refused"),
        ("drop-at-data", "retry"),
        ("drop-mid-data", "retry"),
        ("garbage", "retry"),
        ("banner-554", "refused"),
        ("silent", "retry"),
    ],
)
def test_a_mail_that_was_not_taken_is_tried_again_or_refused_as_the_server_says(fault, outcome):
    with Mailbox(fault) as box:
        failed = failure(box, timeout=0.7)
    assert failed.outcome == outcome
    assert box.mails == []


@pytest.mark.parametrize("fault", ["drop-after-data", "hang-after-data", "nonsense-after-data"])
def test_after_the_final_dot_a_lost_answer_means_unknown(fault):
    with Mailbox(fault) as box:
        failed = failure(box, final_timeout=0.5)
    assert failed.outcome == "unknown"
    assert len(box.mails) == 1


def test_the_last_reply_is_waited_for_longer_than_the_others():
    with Mailbox("hang-after-data") as box:
        started = time.monotonic()
        failure(box, timeout=0.3, final_timeout=1.2)
    assert time.monotonic() - started > 1.1


def test_a_server_that_is_down_is_tried_again():
    with Mailbox() as box:
        pass
    assert failure(box).outcome == "retry"


def test_an_address_beyond_ascii_needs_a_server_that_takes_it():
    with Mailbox(enable_SMTPUTF8=False) as box:
        failed = failure(box, recipient="jürg@example.org")
    assert failed.outcome == "refused"
    assert "ASCII" in str(failed)
    with Mailbox(enable_SMTPUTF8=True) as box:
        send(box, recipient="jürg@example.org")
    assert box.mails[0][1] == ["jürg@example.org"]


def test_a_server_with_a_size_limit_refuses_what_is_larger():
    with Mailbox(data_size_limit=1000) as box:
        assert failure(box).outcome == "refused"


def test_each_recipient_is_asked_for_once():
    one = Smtp(host="mail.example.org")
    assert one.recipients(digest(), ["a@example.org", "B@example.org", "b@example.org", "a@example.org"]) == (
        "a@example.org",
        "B@example.org",
    )


def test_the_same_mail_sent_twice_carries_the_same_message_id():
    with Mailbox() as box:
        assert send(box) == send(box)
    assert box.mails[0][2] == box.mails[1][2]
