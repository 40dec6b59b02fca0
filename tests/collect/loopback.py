"""A small web on loopback for tests: each path answers as its handler says, and remembers who asked."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Handler:
    """A handler that gives one answer; `_` in a header's name stands for `-`."""

    def give(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return give


def in_order(*handlers: Handler) -> Handler:
    """The first request gets the first answer, and so on; the last is repeated."""
    left = list(handlers)

    def give(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return give


class Web:
    """The server. `seen` lists for each path the headers of its requests, `times` when any request began and ended."""

    def __init__(self) -> None:
        self.routes: dict[str, Handler] = {}
        self.seen: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.times: list[tuple[float, float]] = []
        web = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path
                web.seen[path].append({k.lower(): v for k, v in self.headers.items()})
                began = time.monotonic()
                web.routes.get(path.partition("?")[0], answer(404))(self)
                web.times.append((began, time.monotonic()))

            def log_message(self, *args: Any) -> None:
                pass

            def handle(self) -> None:
                with suppress(ConnectionError):  # clients of these tests leave early
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.place = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
