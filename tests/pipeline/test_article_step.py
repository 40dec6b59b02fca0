"""The step between crawl and enrichment, on a small web on loopback."""

import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from trendwatch import config, pipeline
from trendwatch.explain import Known, explain
from trendwatch.model import ArticleBudget
from trendwatch.storage import connect

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = (Path(__file__).parent.parent / "pages" / "article" / "english.html").read_text(encoding="utf-8")
TITLE = "Cloned voice asks tenants for their deposits"


class Site(ThreadingHTTPServer):
    """A feed of `count` teasers, each with its page; `lost` pages are 404, `teasers` may be edited, a page takes `pause_s`."""

    daemon_threads = True

    def __init__(self):
        self.count, self.lost, self.asked, self.teaser = 3, set(), Counter(), "Tenants were called by a voice."
        self.pause_s = 0.0
        super().__init__(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def feed(self):
        entries = "".join(
            f"<item><title>{TITLE} {n}</title><link>{self.address}/p{n}</link><guid>p{n}</guid>"
            f"<pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate><description>{self.teaser}</description></item>"
            for n in range(self.count)
        )
        return f"<rss version='2.0'><channel><title>x</title>{entries}</channel></rss>"


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.strip("/")
        self.server.asked[path] += 1
        time.sleep(self.server.pause_s)
        found = path == "feed" or (path.startswith("p") and path not in self.server.lost)
        body = (self.server.feed() if path == "feed" else PAGE.replace(TITLE, f"{TITLE} {path[1:]}")).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml" if path == "feed" else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body if found else b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    served = Site()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def setting(site, tmp_path):
    path = tmp_path / "sources.yaml"
    place = site.address.removeprefix("http://")
    path.write_text(
        f"network: {{allow: ['{place}'], host_gap: 0s}}\n"
        f"sources:\n  - {{name: courier, kind: feed, url: '{site.address}/feed', language: en}}\n"
    )
    return config.load(path, {})


@pytest.fixture
def store():
    with connect("sqlite://") as opened:
        yield opened


def crawl(setting, store, now=NOW):
    return pipeline.collect(setting, store, now=now)[0]


def read(setting, store, now=NOW, **more):
    return pipeline.read_articles(setting, store, now=now, **more)


def test_teasers_become_articles_and_a_page_that_fails_keeps_its_teaser(site, setting, store):
    site.lost = {"p1"}
    crawl(setting, store)
    done = read(setting, store)
    assert (done.read, done.replaced, done.kept, done.left) == (2, 2, Counter(gone=1), 0)
    texts = {i.title[-1]: i.text for i in store.items()}
    assert "Three tenants of a housing" in texts["0"]
    assert texts["1"] == "Tenants were called by a voice."


def test_nothing_is_fetched_twice_and_the_next_crawl_finds_no_revision(site, setting, store):
    crawl(setting, store)
    read(setting, store)
    later = NOW + timedelta(hours=7)
    visit = crawl(setting, store, later)
    assert (visit.new, visit.revised) == (0, 0)
    assert read(setting, store, later).read == 0
    assert [site.asked[f"p{n}"] for n in range(3)] == [1, 1, 1]


def test_an_edited_teaser_is_a_revision_and_its_page_is_read_anew(site, setting, store):
    site.count = 1
    crawl(setting, store)
    read(setting, store)
    site.teaser = "Tenants were called by a voice that was not their treasurer's."
    later = NOW + timedelta(hours=7)
    assert crawl(setting, store, later).revised == 1
    assert read(setting, store, later).replaced == 1
    assert site.asked["p0"] == 2


def test_what_the_budget_leaves_over_is_read_by_the_next_run(site, setting, store):
    crawl(setting, store)
    small = replace(setting, articles=ArticleBudget(pages=2))
    first, second, third = (read(small, store) for _ in range(3))
    assert [(d.read, d.left) for d in (first, second, third)] == [(2, 1), (1, 0), (0, 0)]
    newest = max(store.items(), key=lambda i: i.at)
    assert newest.id in store.articles()


@pytest.mark.parametrize("budget", [ArticleBudget(pages=0), ArticleBudget(seconds_s=0)])
def test_no_budget_fetches_nothing(site, setting, store, budget):
    crawl(setting, store)
    assert read(replace(setting, articles=budget), store).read == 0
    assert set(site.asked) == {"feed"}


def test_a_source_that_says_never_is_left_alone(site, setting, store):
    crawl(setting, store)
    never = replace(setting, sources=tuple(replace(s, article="never") for s in setting.sources))
    assert read(never, store) == pipeline.Articles()
    assert set(site.asked) == {"feed"}


def test_a_step_that_is_ended_keeps_what_came_and_goes_on_later(site, setting, store):
    class EndedError(Exception):
        """The process is to leave."""

    def stop(_step, done, _total):
        if done:
            raise EndedError

    site.count = 12
    crawl(setting, store)
    site.pause_s = 0.1  # twelve take longer than the step waits before it looks up
    with pytest.raises(EndedError):
        read(setting, store, progress=stop)
    kept = len(store.articles())
    assert kept >= 1
    assert read(setting, store).read == 12 - kept
    assert max(site.asked[f"p{n}"] for n in range(12)) <= 2


def test_progress_counts_pages_up_to_the_budget(site, setting, store):
    crawl(setting, store)
    told = []
    read(setting, store, progress=lambda *args: told.append(args))
    assert all(step == "articles" and done <= total == 3 for step, done, total in told)


def test_explain_says_where_the_text_is_from(site, setting, store):
    site.lost = {"p1"}
    crawl(setting, store)
    read(setting, store)
    said = {}
    for item in store.items():
        article = store.articles([item.id])[item.id]
        known = Known(item=item, revisions=0, judgement=None, duplicate=None, story=None, issues=[], floors={}, article=article)
        said[item.title[-1]] = next(s for s in explain(known) if s.step == "text")
    assert said["0"].result.startswith("from its page, confidence 0.")
    assert said["1"].result == "as the feed has it: gone"
    assert "HTTP 404" in said["1"].detail[0]
