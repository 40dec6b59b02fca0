"""A small site on loopback for the commands' tests: pages by path, and a configuration that may ask it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Example Lab: News</title><link>https://lab.example.org/</link>
<item><title>A filter against cloned voices</title><link>https://lab.example.org/voices</link>
<pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate>
<description>The laboratory describes a filter that tells cloned voices from real ones in telephone calls.</description></item>
<item><title>Open house on Saturday</title><link>https://lab.example.org/open</link>
<pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate><description>Visitors may see the machines and ask questions.</description></item>
</channel></rss>"""
PAGE = """<!doctype html><html><head><title>Example Lab</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"></head><body><p>Welcome.</p></body></html>"""
BARE = "<!doctype html><html><head><title>Nothing here</title></head><body><p>No feed at all.</p></body></html>"
TRICK = RSS.replace("Example Lab: News", "Lab \u202e\u0085 &#27;[31mred")
Pages = Mapping[str, tuple[int, str, str]]
PAGES: Pages = {
    "/": (200, "text/html", PAGE),
    "/news.xml": (200, "application/rss+xml", RSS),
    "/bare": (200, "text/html", BARE),
    "/trick.xml": (200, "application/rss+xml", TRICK),
    "/closed": (403, "text/html", BARE),
    "/robots.txt": (404, "text/plain", ""),
}


@contextmanager
def serving(pages: Pages = PAGES) -> Iterator[str]:
    """Serve pages; yields host:port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, media, text = pages.get(self.path, (404, "text/plain", "not here"))
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write(folder: Path, host: str, *rows: str) -> Path:
    """A sources.yaml that may ask `host`."""
    path = folder / "sources.yaml"
    lines = [f"network: {{allow: ['{host}'], host_gap: 0s}}  # as it was", "sources:"]
    lines += [f"  - {row}" for row in rows or ("{name: other, url: 'https://other.example.org/feed'}",)]
    path.write_text("\n".join([*lines, "", "# the tail"]), encoding="utf-8")
    return path
