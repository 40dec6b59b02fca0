"""A real IMAP server (pymap) on loopback for tests, filled by APPEND, and a front that speaks TLS."""

from __future__ import annotations

import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

USER, PASSWORD = "reader@example.org", 'pass "word" ü'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def imap_server() -> Iterator[int]:
    """A fresh server with one user and an empty INBOX; yields its port."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
        "dict",
        "--demo-user",
        USER,
        "--demo-password",
        PASSWORD,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def connect(port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
    client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
    return client


def fill(port: int, mails: list[tuple[bytes, float]], folder: str = "INBOX") -> None:
    """Append mails with the times at which they came."""
    client = connect(port)
    if folder != "INBOX":
        client.create(folder)
    for mail, came_at in mails:
        status, said = client.append(folder, "", imaplib.Time2Internaldate(came_at), mail)
        assert status == "OK", said
    client.logout()


@contextmanager
def tls_front(context: ssl.SSLContext, port: int) -> Iterator[int]:
    """TLS from the first byte in front of a plain server; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                plain.settimeout(10)
                client = context.wrap_socket(plain, server_side=True)
                server = socket.create_connection(("127.0.0.1", port), 10)
                there = threading.Thread(target=pump, args=(client, server), daemon=True)
                there.start()
                pump(server, client)
                there.join()
                client.close()
                server.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
