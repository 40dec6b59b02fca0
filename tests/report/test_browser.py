"""The mail in a real browser: on a desk and on a phone, by day and by night, without a single request."""

import shutil

import pytest
from report_samples import digest, entry, hostile

from trendwatch.report.render import render

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(chromium, tmp_path, made, width=1000, scheme="light"):
    path = tmp_path / "mail.html"
    path.write_bytes(render(made)["html"].body)
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, requests, dialogs = context.new_page(), [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_timeout(50)
    assert requests == [path.as_uri()]
    assert dialogs == []
    return page


LONG = entry(
    title="Supercalifragilistic" * 10, summary=("word" * 60 + ".",), url="https://" + "long-" * 11 + "host.example.org/x"
)


@pytest.mark.parametrize("width", [1000, 390, 320])
def test_nothing_is_wider_than_the_screen_and_nothing_is_asked_for(chromium, tmp_path, width):
    made = digest(sections={"first": (entry(1), LONG), "rules": (entry(2, doctype="regulation"),), "also": (LONG, entry(3))})
    page = opened(chromium, tmp_path, made, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h3").count() == 3


def test_a_hostile_digest_asks_for_nothing_and_runs_nothing(chromium, tmp_path):
    payload = (
        "<img src=http://127.0.0.1:9/x onerror=alert(1)><script>alert(2)</script><style>@import 'http://127.0.0.1:9/y';</style>"
    )
    page = opened(chromium, tmp_path, hostile(payload))
    assert page.locator("img, script").count() == 0


def test_the_page_is_dark_at_night(chromium, tmp_path):
    colours = []
    for scheme in ("light", "dark"):
        page = opened(chromium, tmp_path, digest(), scheme=scheme)
        colours.append(
            page.evaluate(
                "[getComputedStyle(document.querySelector('.page')).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
            )
        )
    (day_paper, day_ink), (night_paper, night_ink) = [[sum(map(int, c[4:-1].split(","))) for c in pair] for pair in colours]
    assert day_paper > 700
    assert night_paper < 300
    assert day_ink < 200
    assert night_ink > 600


def test_letters_are_large_enough_to_read_on_a_phone(chromium, tmp_path):
    page = opened(chromium, tmp_path, digest(), 390)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.sum, .said, .tag, .host')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 12
