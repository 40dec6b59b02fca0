"""A small HTTP proxy on loopback for tests: CONNECT and absolute addresses. Every target is played by a server of the test."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from socketserver import StreamRequestHandler
from ssl import SSLContext

from h2_server import Quiet


class Proxy:
    """`target` is the port on loopback that plays all of the web. `asked` lists the request lines, `headers` what came with each."""

    def __init__(self, target: int, *, answer: bytes = b"", tls: SSLContext | None = None) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        proxy = self

        class Handling(StreamRequestHandler):
            def setup(self) -> None:
                if tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                with suppress(OSError):
                    while proxy.one(self, target, answer):
                        pass

        self._server = Quiet(("127.0.0.1", 0), Handling)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def one(self, client: StreamRequestHandler, target: int, answer: bytes) -> bool:
        """Serve one request; whether another may follow."""
        line = client.rfile.readline().decode().strip()
        if not line:
            return False
        raw = list(iter(client.rfile.readline, b"\r\n"))
        self.asked.append(line)
        self.headers.append({h.partition(b":")[0].decode().lower(): h.partition(b":")[2].strip().decode() for h in raw})
        if answer:
            client.wfile.write(answer)
            return False
        with socket.create_connection(("127.0.0.1", target), 10) as upstream:
            if line.startswith("CONNECT "):
                client.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(upstream, client.request), daemon=True)
                back.start()
                _copy(client.request, upstream)
                return False
            upstream.sendall(line.encode() + b"\r\nConnection: close\r\n" + b"".join(raw) + b"\r\n")
            _copy(upstream, client.request)
        return False

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _copy(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
    with suppress(OSError):
        to.shutdown(socket.SHUT_WR)
