"""A real IMAP server (pymap) on loopback for tests, filled by APPEND, and a front that speaks TLS."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

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
    """TLS from the first byte in front of a plain server; yields its port.

    One loop moves both directions: a TLS connection is not to be read in one thread and written in another.
    """
    loop = asyncio.new_event_loop()

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.close()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, OSError), closing(writer):
            from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
            with closing(to_server):  # though it is cancelled while it waits: nothing is left to the collector
                await asyncio.gather(pump(reader, to_server), pump(from_server, writer))

    async def end() -> None:
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # the transports close their sockets in the loop's next rounds

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(carry, "127.0.0.1", 0, ssl=context), loop).result(10)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
