"""The transport for mailboxes, against a real IMAP server on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import imap_server
from imap_server import PASSWORD, USER

from trendwatch.collect import imap
from trendwatch.collect.guard import Guard
from trendwatch.collect.imap_url import encoded_folder
from trendwatch.collect.sources.mailbox import Mailbox
from trendwatch.errors import FetchError
from trendwatch.model import Network, Request, Response

DAY = 86400
NOW = 1772442000.0  # 2 March 2026, 09:00 UTC
FOLDER = "Brève & Co"


def mail(number: int, listed: str = "weekly.example.org", body: str = "Hello.") -> bytes:
    return (
        f"From: Editor {number} <editor@example.org>\r\nList-Id: Weekly <{listed}>\r\nSubject: Issue {number}\r\n"
        f"Message-ID: <{number}@example.org>\r\nDate: Mon, 02 Mar 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()


@pytest.fixture(scope="module")
def port():
    with imap_server.imap_server() as port:
        imap_server.fill(port, [(mail(n), NOW - (6 - n) * DAY) for n in range(1, 6)])
        imap_server.fill(port, [(mail(6, "daily.example.org"), NOW)])
        imap_server.fill(port, [(mail(7, body="x" * 3_000_000), NOW)], "Large")
        imap_server.fill(port, [(mail(8), NOW)], f'"{encoded_folder(FOLDER)}"')
        yield port


def ask(url: str, allow: str = "", *, secret: str = PASSWORD, network: Network | None = None, trust=None) -> Response:
    guard = Guard([allow] if allow else [])
    return asyncio.run(
        imap.get(Request(url=url), guard=guard, network=network or Network(), secret=secret, trust=trust),
    )


def box(port: int, rest: str = "INBOX", scheme: str = "imap") -> str:
    return f"{scheme}://{quote(USER, safe='')}@127.0.0.1:{port}/{rest}"


def read(port: int, rest: str, **more) -> list[str]:
    answer = ask(box(port, rest), f"127.0.0.1:{port}", **more)
    kind = Mailbox(host="imap.example.org", user=USER)
    return [draft.title for draft in kind.parse(answer).drafts]


def test_a_folder_is_read_the_newest_mail_first(port):
    assert read(port, "INBOX") == [f"Issue {n}" for n in (6, 5, 4, 3, 2, 1)]


def test_mails_are_chosen_by_list_sender_and_day(port):
    assert read(port, "INBOX?list-id=daily.example.org") == ["Issue 6"]
    assert read(port, "INBOX?list-id=daily.example.org&list-id=weekly.example.org&since=2026-03-01") == ["Issue 6", "Issue 5"]
    assert len(read(port, "INBOX?from=editor%40example.org&list-id=none.example.org")) == 6
    assert read(port, "INBOX?from=nobody%40example.org") == []


def test_only_the_newest_are_fetched_and_the_answer_says_how_many_there_are(port):
    answer = ask(box(port, "INBOX?most=2"), f"127.0.0.1:{port}")
    page = Mailbox(host="imap.example.org", user=USER).parse(answer)
    assert [draft.title for draft in page.drafts] == ["Issue 6", "Issue 5"]
    assert [skip.what for skip in page.skipped] == ["4 mails"]


def test_nothing_in_the_mailbox_is_marked(port):
    read(port, "INBOX")
    client = imap_server.connect(port)
    client.select(readonly=True)
    flags = client.uid("FETCH", "1:*", "(FLAGS)")[1]
    client.logout()
    assert len(flags) == 6
    assert not any(b"Seen" in row for row in flags)


def test_the_same_mails_are_the_same_bytes(port):
    first, second = (ask(box(port), f"127.0.0.1:{port}") for _ in range(2))
    assert first == second
    assert first.headers["content-type"].startswith("multipart/mixed; boundary=")


def test_a_folder_may_have_letters_of_any_language(port):
    assert read(port, quote(FOLDER)) == ["Issue 8"]
    assert encoded_folder("Papers/日本") == "Papers/&ZeVnLA-"


def test_a_mail_beyond_the_cap_is_cut_and_told(port):
    answer = ask(box(port, "Large"), f"127.0.0.1:{port}")
    assert len(answer.body) < imap.LONGEST_MAIL + 1000
    page = Mailbox(host="imap.example.org", user=USER).parse(answer)
    assert page.drafts[0].title == "Issue 7"
    assert "longer" in page.damaged


def test_the_limit_on_bytes_leaves_the_older_mails(port):
    assert read(port, "INBOX", network=Network(max_bytes=500)) == ["Issue 6", "Issue 5"]


def test_a_mailbox_may_think_for_all_that_is_left_of_the_visit_s_time(port):
    sock = socket.create_connection(("127.0.0.1", port), 5)
    session = imap._Session(sock, 1_000_000, time.monotonic() + 60)
    try:
        assert 50 < sock.gettimeout() <= 60
    finally:
        session.shutdown()


def test_a_wrong_password_is_permanent_and_is_not_repeated(port):
    with pytest.raises(FetchError, match="refuses user") as failed:
        ask(box(port), f"127.0.0.1:{port}", secret="hunter-two")
    assert failed.value.outcome == "permanent"
    assert "hunter-two" not in str(failed.value)


def test_a_folder_that_does_not_exist_is_permanent(port):
    with pytest.raises(FetchError, match="the folder Nowhere") as failed:
        ask(box(port, "Nowhere"), f"127.0.0.1:{port}")
    assert failed.value.outcome == "permanent"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap://u@imap.example.org/INBOX", "unencrypted"),
        ("imaps://u@imap.example.org:1993/INBOX", "port 1993"),
        ("imaps://u@127.0.0.1/INBOX", "private"),
        ("imaps://u@[::1]/INBOX", r"\[::1\]:993 under"),
        ("imaps://u@2130706433/INBOX", "not an IP address"),
        ("imaps://u@localhost/INBOX", "local network"),
        ("imaps://u:secret@imap.example.org/INBOX", "may not hold a password"),
        ("imaps://imap.example.org/INBOX", "user@host"),
        ("https://u@imap.example.org/INBOX", "user@host"),
        ("imaps://u@imap.example.org/IN BOX", "blanks"),
        ("imaps://u@imap.example.org/INBOX?list-id=a%0D%0Ax+LOGOUT", "not ASCII"),
        ("imaps://u@imap.example.org/INBOX?since=yesterday", "since must be"),
    ],
)
def test_addresses_that_are_not_public_or_not_sound_are_never_asked(url, said):
    with pytest.raises(FetchError, match=said) as failed:
        ask(url)
    assert failed.value.outcome == "policy"
    assert "secret" not in str(failed.value).replace("secret@", "")


def test_nobody_listening_is_transient():
    free = imap_server.free_port()
    with pytest.raises(FetchError, match="connection failed") as failed:
        ask(box(free), f"127.0.0.1:{free}")
    assert failed.value.outcome == "transient"


class Rude:
    """A server of a few lines that says what it is told to say, and then `flood` for ever."""

    def __init__(self, greeting: bytes, flood: bytes, pause_s: float = 0.0) -> None:
        self.pause_s = pause_s
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, args=(greeting, flood), daemon=True)
        self.thread.start()

    def serve(self, greeting: bytes, flood: bytes) -> None:
        client, _ = self.listener.accept()
        try:
            client.sendall(greeting)
            while flood:
                client.sendall(flood)
                time.sleep(self.pause_s)
            client.recv(100)
            client.recv(100)
        except OSError:
            pass
        finally:
            client.close()
            self.listener.close()


@pytest.mark.parametrize(
    ("greeting", "flood", "said"),
    [
        (b"", b"", "no whole answer|in time"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", "connection failed"),
        (b"* OK hello\r\n", b"* 1 EXISTS\r\n" * 1000, "more than it was asked|no whole answer"),
        (b"* OK hello\r\n", b"a" * 65536, "connection failed"),
        (b"* OK [X {99999999999}\r\n", b"a" * 1000, "more than it was asked"),
    ],
)
def test_servers_that_hang_flood_or_lie_cost_one_visit(greeting, flood, said):
    server = Rude(greeting, flood)
    began = time.monotonic()
    with pytest.raises(FetchError, match=said):
        ask(box(server.port), f"127.0.0.1:{server.port}", network=Network(total_timeout_s=1.0, max_bytes=1_000_000))
    assert time.monotonic() - began < 5
    server.thread.join(5)
    assert not server.thread.is_alive()


def test_a_server_that_drips_is_left_in_time():
    server = Rude(b"* OK ", b"x", pause_s=0.1)
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"no whole answer|in time|failed"):
        ask(box(server.port), f"127.0.0.1:{server.port}", network=Network(total_timeout_s=1.0))
    assert time.monotonic() - began < 5
    server.thread.join(5)
    assert not server.thread.is_alive()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, and it makes this test's certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", cert, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


def test_tls_from_the_first_byte(certificate, port):
    context, cert = certificate
    with imap_server.tls_front(context, port) as front:
        trust = ssl.create_default_context(cafile=cert)
        answer = ask(box(front, "INBOX?most=1", "imaps"), f"127.0.0.1:{front}", trust=trust)
    assert b"Subject: Issue 6" in answer.body


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate, port):
    context, _ = certificate
    with imap_server.tls_front(context, port) as front, pytest.raises(FetchError, match="certificate is not valid"):
        ask(box(front, scheme="imaps"), f"127.0.0.1:{front}")


def test_a_server_without_tls_is_a_clear_error(port):
    with pytest.raises(FetchError, match="is the port right"):
        ask(box(port, scheme="imaps"), f"127.0.0.1:{port}")
