"""A small HTTP/2 server over TLS on loopback, on h2: each path answers as its handler says, rules broken where it says so."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest


def certificate(folder: Path) -> tuple[str, str]:
    """(certificate, key) for 127.0.0.1, localhost and 8.8.8.8, made for this test."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, and it makes this test's certificate")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command += [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:8.8.8.8",
        "-keyout",
        key,
        "-out",
        cert,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return cert, key


class Line:
    """One connection to a client: `h2` to speak by the rules, `raw` to send any bytes between."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self.sock = sock
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, validate_outbound_headers=False))
        self.sent = 0

    def flush(self) -> None:
        self.raw(self.h2.data_to_send())

    def raw(self, data: bytes) -> None:
        self.sock.sendall(data)
        self.sent += len(data)

    def answer(self, stream: int, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A whole answer, in pieces as the client's windows allow."""
        given = [(name.replace("_", "-").lower(), value) for name, value in headers.items()]
        self.h2.send_headers(stream, [(":status", str(status)), *given], end_stream=not body)
        at = 0
        while at < len(body):
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if not room:
                self.flush()
                self.listen()
                continue
            self.h2.send_data(stream, body[at : at + room], end_stream=at + room >= len(body))
            at += room
            self.flush()
        self.flush()

    def listen(self) -> list[Any]:
        """What the client said next. Raises ConnectionError when it left."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError
        events = list(self.h2.receive_data(data))
        self.flush()
        return events


class Quiet(ThreadingTCPServer):
    """To which a client that breaks off is no event."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


Handler = Callable[[Line, int], None]


class H2Web:
    """The server. `paths` lists what was asked in order, `protocols` what each connection agreed to speak, `sent` its bytes."""

    def __init__(self, folder: Path, protocols: tuple[str, ...] = ("h2", "http/1.1")) -> None:
        self.ca_file, key = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key)
        context.set_alpn_protocols(list(protocols))
        self.routes: dict[str, Handler] = {}
        self.paths: list[str] = []
        self.protocols: list[str | None] = []
        self.lines: list[Line] = []
        web = self

        class Speaking(BaseRequestHandler):
            def handle(self) -> None:
                with (
                    suppress(OSError, h2.exceptions.ProtocolError),
                    context.wrap_socket(self.request, server_side=True) as sock,
                ):
                    sock.settimeout(10)
                    web.protocols.append(sock.selected_alpn_protocol())
                    web.serve(Line(sock))

        self._server = Quiet(("127.0.0.1", 0), Speaking)
        self.port = self._server.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def serve(self, line: Line) -> None:
        """Answer until the client leaves."""
        self.lines.append(line)
        line.h2.initiate_connection()
        line.flush()
        while True:
            for event in line.listen():
                if isinstance(event, h2.events.RequestReceived):
                    path = dict(event.headers)[b":path"].decode()
                    self.paths.append(path)
                    self.routes[path](line, event.stream_id)

    def url(self, path: str) -> str:
        return f"https://{self.place}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
