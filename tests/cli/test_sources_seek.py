"""`trendwatch sources check` looks on the site of a dead feed for a new one, and proposes addresses that moved."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import Web, answer
from typer.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))
import cli_site

from trendwatch.cli import _check, _seek, _told, app
from trendwatch.model import Source, Visit

NOW = datetime(2026, 3, 3, tzinfo=UTC)
OLD = cli_site.RSS.replace("2026", "2023")


def check(path: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(path), "--now", "2026-03-03", "sources", "check", *words])


def proposed(path: Path, *names: str) -> dict[str, str]:
    return {row["source"]: row["proposed"] for row in json.loads(check(path, "--json", *names).stdout)}


def page(*addresses: str) -> tuple[int, str, str]:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{a}">' for a in addresses)
    return 200, "text/html", f"<!doctype html><html><head><title>Lab</title>{links}</head><body>Hello</body></html>"


def rss(text: str = cli_site.RSS) -> tuple[int, str, str]:
    return 200, "application/rss+xml", text


def test_a_feed_that_is_gone_is_looked_for_on_its_site(tmp_path):
    site = {"/": page("/lost.xml", "/broken.xml", "/fresh.xml"), "/fresh.xml": rss(), "/broken.xml": rss("<rss>")}
    with cli_site.serving(site) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/lost.xml'}}")
        shown = check(path).output
        assert proposed(path) == {"lab": f"http://{host}/fresh.xml"}
    wanted = f"another feed, with 2 entries, newest 2026-03-02: write http://{host}/fresh.xml into {path}:3."
    assert wanted in " ".join(shown.split())


def test_a_folders_page_is_asked_before_the_home_page(tmp_path):
    site = {"/": page("/all.xml"), "/blog/": page("/blog/new.xml"), "/all.xml": rss(), "/blog/new.xml": rss()}
    with cli_site.serving(site) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/blog/lost.xml'}}")
        assert proposed(path) == {"lab": f"http://{host}/blog/new.xml"}


def test_where_no_page_names_a_feed_the_usual_places_are_tried(tmp_path):
    with cli_site.serving({"/": page(), "/feed.xml": rss()}) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/lost.xml'}}")
        assert proposed(path) == {"lab": f"http://{host}/feed.xml"}


def test_a_feed_that_another_source_reads_is_not_proposed(tmp_path):
    with cli_site.serving({"/": page("/fresh.xml"), "/fresh.xml": rss()}) as host:
        rows = (f"{{name: lab, url: 'http://{host}/lost.xml'}}", f"{{name: other, url: 'http://{host}/fresh.xml'}}")
        assert proposed(cli_site.write(tmp_path, host, *rows)) == {"lab": "", "other": ""}


def test_a_feed_left_long_ago_is_replaced_only_by_one_with_news(tmp_path):
    site = {
        "/": page("/old.xml", "/older.xml", "/fresh.xml"),
        "/old.xml": rss(OLD),
        "/older.xml": rss(OLD),
        "/fresh.xml": rss(),
    }
    with cli_site.serving(site) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/old.xml'}}")
        assert proposed(path) == {"lab": f"http://{host}/fresh.xml"}
    with cli_site.serving(site | {"/fresh.xml": rss(OLD)}) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/old.xml'}}")
        assert proposed(path) == {"lab": ""}


def test_robots_txt_is_obeyed_while_looking(tmp_path):
    site = {"/": page("/fresh.xml"), "/fresh.xml": rss(), "/robots.txt": (200, "text/plain", "User-agent: *\nDisallow: /fresh")}
    with cli_site.serving(site) as host:
        path = cli_site.write(tmp_path, host, f"{{name: lab, url: 'http://{host}/lost.xml'}}")
        assert proposed(path) == {"lab": ""}


def test_a_site_that_asked_the_crawl_to_be_left_alone_is_not_searched(tmp_path):
    web = Web()
    try:
        web.routes["/busy.xml"] = answer(429, Retry_After="3600")
        rows = [f"{{name: {name}, url: '{web.url(f'/{name}.xml')}'}}" for name in ("lost", "busy")]
        path = cli_site.write(tmp_path, web.place, *rows)
        assert proposed(path) == {"lost": "", "busy": ""}
        assert sorted(web.seen) == ["/busy.xml", "/lost.xml"]
    finally:
        web.close()


@pytest.mark.parametrize(
    ("visit", "age_days", "searched"),
    [
        ({"outcome": "permanent", "status": 404}, None, True),
        ({"outcome": "permanent", "status": 410}, None, True),
        ({"outcome": "parse-error", "status": 200}, None, True),
        ({"outcome": "empty", "status": 200}, None, True),
        ({"outcome": "ok", "status": 200}, 400, True),
        ({"outcome": "ok", "status": 200}, 20, False),
        ({"outcome": "permanent", "status": 403}, None, False),
        ({"outcome": "permanent", "status": 401}, None, False),
        ({"outcome": "transient", "status": 503}, None, False),
        ({"outcome": "policy", "status": 0}, None, False),
    ],
)
def test_only_the_dead_are_looked_for(visit, age_days, searched):
    newest = None if age_days is None else NOW - timedelta(days=age_days)
    seen = Visit(source="lab", started_at=NOW, **visit)
    assert _seek.dead(Source(name="lab", kind="feed", reader=None), seen, newest, NOW) is searched
    assert not _seek.dead(Source(name="lab", kind="arxiv", reader=None), seen, newest, NOW)


def test_a_permanent_move_is_told_with_the_line_to_change():
    source = Source(name="lab", kind="feed", reader=None, place="sources.yaml:9")
    visit = Visit(source="lab", started_at=NOW, outcome="ok", found=3, moved_to="https://lab.example.org/new.xml")
    checked = _check.Checked(source=source, visit=visit, items=())
    assert _told.advice(checked) == "it has moved for good: write https://lab.example.org/new.xml into sources.yaml:9."
