"""Serves the sample on loopback as it stood at any moment: `Server.now` is its clock."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from trendwatch.demo import formats
from trendwatch.demo.sample import CHANNELS, Channel, Piece, published

PORT = 8765
TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
    "arxiv": "application/atom+xml",
    "torn": "application/rss+xml",
}
TORN = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Tangled Feed</title><ite"


class Server(ThreadingHTTPServer):
    """A context manager: listens on 127.0.0.1 while the block runs. Takes `port`, or any free one when that is taken."""

    daemon_threads = True

    def __init__(self, now: datetime, port: int = PORT) -> None:
        self.now = now
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError:
            super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the terminal for the demo itself."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        channel = next((c for c in CHANNELS if url.path.split("/")[1:2] == [c.name]), None)
        if channel is None:
            return self._send(404, b"no such source", "text/plain")
        if channel.form == "gone":
            return self._send(410, b"This feed was closed.", "text/plain")
        asked = {key: values[-1] for key, values in parse_qs(url.query).items()}
        return self._send(200, self._body(channel, asked), TYPES.get(channel.form, "application/json"))

    def _body(self, channel: Channel, asked: dict[str, str]) -> bytes:
        found = published(channel.name, self.server.now)
        writers: dict[str, Callable[[], bytes]] = {
            "rss": lambda: formats.rss(channel, found[:50]),
            "atom": lambda: formats.atom(channel, found[:50]),
            "rdf": lambda: formats.rdf(channel, found[:50]),
            "json": lambda: formats.json_feed(channel, found[:50]),
            "arxiv": lambda: formats.arxiv(channel, found, int(asked.get("start", 0)), int(asked.get("max_results", 10))),
            "federal_register": lambda: self._register(found, asked),
            "hacker_news": lambda: formats.hacker_news(found, int(asked.get("page", 0)), int(asked.get("hitsPerPage", 20))),
            "torn": lambda: TORN,
        }
        return writers[channel.form]()

    def _register(self, found: list[Piece], asked: dict[str, str]) -> bytes:
        since = datetime.fromisoformat(asked.get("conditions[publication_date][gte]", "2026-01-01")).replace(tzinfo=UTC)
        recent = [p for p in found if p.at >= since]
        address = f"{self.server.address}/federal-register/documents.json"
        return formats.federal_register(recent, int(asked.get("page", 1)), int(asked.get("per_page", 20)), address)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:  # noqa: PLR2004 - HTTP's own number
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
