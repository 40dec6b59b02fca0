"""/healthz and /metrics, on loopback only, and only for who asks by a loopback name: a web page whose own name is made to point
here (DNS rebinding) is refused.
"""

from __future__ import annotations

import json
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from trendwatch.errors import TrendwatchError
from trendwatch.serving.board import Board

MOST = 8
"""Connections served at once: more are closed at the door."""
_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)


class Endpoints(ThreadingHTTPServer):
    """A context manager: answers on 127.0.0.1 while the block runs. Port 0 takes any free one."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, board: Board, port: int = 0) -> None:
        self.board = board
        self._room = threading.BoundedSemaphore(MOST)
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except (OSError, OverflowError) as error:
            raise TrendwatchError(
                f"port {port} on 127.0.0.1 cannot be opened for /healthz and /metrics: {error}. Name another with --port."
            ) from None

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.25}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def process_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - the base class's own
        """Serve it in a thread of its own, if there is room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - as above
        """As the base class; then there is room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who hangs up is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: Endpoints
    server_version = "trendwatch"
    sys_version = ""
    timeout = 5.0

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Being asked is no event."""

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0].strip()):
            return self._send(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", "This answers to localhost only.\n")
        path = self.path.partition("?")[0]
        if path == "/healthz":
            well, told = self.server.board.health()
            status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
            return self._send(status, "application/json", json.dumps(told) + "\n")
        if path == "/metrics":
            return self._send(HTTPStatus.OK, "text/plain; version=0.0.4; charset=utf-8", self.server.board.text())
        return self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", "Here are /healthz and /metrics.\n")

    do_HEAD = do_GET  # noqa: N815 - the base class names them so

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
