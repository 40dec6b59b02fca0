"""GitHub's API: releases, advisories, and what the Open Terms Archive records there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from trendwatch.collect.plain import plain_text
from trendwatch.collect.sources import SourceKind
from trendwatch.collect.sources.github_advisories import GithubAdvisories
from trendwatch.collect.sources.github_releases import GithubReleases
from trendwatch.collect.sources.vendor_terms import VendorTerms
from trendwatch.errors import ParseError
from trendwatch.model import Page, Request, Response

SINCE = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGES = Path(__file__).parent.parent / "pages"


def read(kind: SourceKind, request: Request, value: object, memory: str = "", **headers: str) -> Page:
    body = json.dumps(value).encode()
    return kind.parse(Response(request=request, url=request.url, status=200, headers=headers, body=body, memory=memory))


def saved(kind: str, page: str) -> object:
    return json.loads((PAGES / kind / page).read_text(encoding="utf-8"))


def asked(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


@pytest.mark.parametrize(
    "kind",
    [
        GithubReleases(repositories=("example/a",)),
        GithubAdvisories(packages=("torch",)),
        VendorTerms(collection="genai-contrib"),
    ],
)
def test_every_request_shares_one_queue_and_takes_the_optional_token(kind):
    request = kind.start(None)[0]
    assert request.pace == "github-api"
    assert request.gap_s > 0
    assert request.credential is not None
    assert (request.credential.variable, request.credential.prefix, request.credential.required) == (
        "TRENDWATCH_GITHUB_TOKEN",
        "Bearer ",
        False,
    )
    with pytest.raises(ParseError, match="TRENDWATCH_GITHUB_TOKEN"):
        read(kind, request, {"message": "API rate limit exceeded for 192.0.2.1."})
    with pytest.raises(ParseError, match="Not Found"):
        read(kind, request, {"message": "Not Found", "documentation_url": "x", "status": "404"})


# ---- releases


def test_each_repository_is_asked_for_its_releases():
    kind = GithubReleases(repositories=("example/a", "example/b.c"), url="https://github.example.org/api/v3/")
    assert [r.url for r in kind.start(SINCE)] == [
        "https://github.example.org/api/v3/repos/example/a/releases?per_page=30",
        "https://github.example.org/api/v3/repos/example/b.c/releases?per_page=30",
    ]


def test_releases_are_entries_and_trials_are_told():
    kind = GithubReleases(repositories=("example/model-server",))
    page = read(kind, kind.start(None)[0], saved("github_releases", "releases.json"))
    assert [(d.uid, d.title) for d in page.drafts] == [
        ("example/model-server@v2.1.0", "model-server v2.1.0"),
        ("example/model-server@v2.0.0", "Model-Server 2.0: guardrails"),
    ]
    assert "now sees <script> in prompts" in plain_text(page.drafts[0].html)
    assert [s.what for s in page.skipped] == ["example/model-server v2.1.0-rc1"]
    both = GithubReleases(repositories=("example/model-server",), prereleases=True)
    found = read(both, both.start(None)[0], saved("github_releases", "releases.json")).drafts
    assert [d.about.get("trial") for d in found] == [None, "yes", None]


@pytest.mark.parametrize("repositories", [(), ("example",), ("example/a/b",), ("https://github.com/example/a",), ("../x",)])
def test_a_repository_is_an_owner_and_a_name(repositories):
    with pytest.raises(ValueError, match="OWNER/NAME"):
        GithubReleases(repositories=repositories)


# ---- advisories

ADVISORIES = GithubAdvisories(packages=("model-server", "torch"), severity="medium")
NEXT = '<https://api.github.com/advisories?updated=%3E%3D2026-02-28&per_page=100&after=abc>; rel="next", <https://api.github.com/advisories>; rel="first"'


def test_advisories_are_asked_by_package_and_time_of_change():
    assert asked(ADVISORIES.start(None)[0])["affects"] == "model-server,torch"
    assert asked(ADVISORIES.start(SINCE)[0])["updated"] == ">=2026-02-28"
    assert asked(ADVISORIES.start(SINCE)[0])["ecosystem"] == "pip"


def test_an_advisory_is_an_incident_with_its_names_and_milder_ones_are_told():
    page = read(ADVISORIES, ADVISORIES.start(None)[0], saved("github_advisories", "advisories.json"))
    first, second = page.drafts
    assert first.identifiers == ("ghsa:GHSA-aaaa-bbbb-cc01", "cve:CVE-2026-90001")
    assert first.doctype == "incident"
    assert first.about["affects"] == "model-server >= 2.0.0, < 2.1.0"
    assert first.about["mended_in"] == "model-server 2.1.0"
    assert first.about["cvss"] == "9.8"
    assert second.identifiers == ("ghsa:GHSA-aaaa-bbbb-cc03",)
    assert "withdrawn" in second.about
    assert [s.reason for s in page.skipped] == ["is less severe than medium"]


def test_pages_follow_the_link_header_up_to_the_most():
    kind = GithubAdvisories(most=200)
    request = kind.start(SINCE)[0]
    listing = saved("github_advisories", "advisories.json")
    second = read(kind, request, listing, link=NEXT).requests[0]
    assert second.url.startswith("https://api.github.com/advisories?updated=")
    last = read(kind, second, listing, link=NEXT)
    assert last.requests == ()
    assert last.skipped[0].what == "older advisories"


@pytest.mark.parametrize(
    "link", [NEXT.replace("api.github.com", "evil.example.org"), "", "<x>; rel=next", NEXT.replace("https", "http")]
)
def test_a_next_page_elsewhere_is_not_asked(link):
    listing = saved("github_advisories", "advisories.json")
    assert read(ADVISORIES, ADVISORIES.start(SINCE)[0], listing, link=link).requests == ()


def test_the_first_visit_reads_one_page_alone():
    assert read(ADVISORIES, ADVISORIES.start(None)[0], saved("github_advisories", "advisories.json"), link=NEXT).requests == ()


# ---- terms of vendors

TERMS = VendorTerms(repository="example/terms-versions", documents=("Acceptable Use Policy", "Privacy Policy"), most=2)


def listing(*names: str, first: int = 1, day: int = 20) -> list[dict[str, object]]:
    return [
        {
            "sha": f"{first + n:040x}",
            "commit": {"message": f"Record new changes of {name}", "author": {"date": f"2026-02-{day:02d}T07:00:00Z"}},
        }
        for n, name in enumerate(names)
    ]


def shas(page: Page) -> list[int]:
    return [int(r.url.rpartition("/")[2], 16) for r in page.requests]


def test_each_service_is_a_path_and_a_collection_is_a_repository():
    kind = VendorTerms(collection="pga", services=("Claude.ai", "Stability AI"))
    assert [r.url for r in kind.start(SINCE)] == [
        "https://api.github.com/repos/OpenTermsArchive/pga-versions/commits?path=Claude.ai&per_page=100",
        "https://api.github.com/repos/OpenTermsArchive/pga-versions/commits?path=Stability+AI&per_page=100",
    ]
    with pytest.raises(ValueError, match="OWNER/NAME"):
        VendorTerms(collection="a/b")


def test_the_list_of_versions_leads_to_the_changes_that_matter():
    page = read(TERMS, TERMS.start(None)[0], saved("vendor_terms", "empty-versions.json"))
    assert shas(page) == [1, 2]
    assert page.requests[0].url == f"https://api.github.com/repos/example/terms-versions/commits/{1:040x}"
    reasons = {s.what: s.reason for s in page.skipped}
    assert "flips" in reasons["Flipper Privacy Policy"]
    assert reasons["Apply technical or declaration upgrade on Example AI Privacy Policy"] == "is upkeep of the archive"
    assert reasons["1 changes"] == "before the first visit"


def test_every_change_is_looked_at_twice_and_the_rest_at_the_next_visit():
    old = listing("A Privacy Policy", "B Privacy Policy", "C Privacy Policy")
    first = read(TERMS, TERMS.start(None)[0], old)
    assert shas(first) == [1, 2]
    fresh = [*listing("D Privacy Policy", "E Privacy Policy", "F Privacy Policy", first=11), *old]
    second = read(TERMS, TERMS.start(None)[0], fresh, first.memory or "")
    assert shas(second) == [11, 12, 1, 2]
    third = read(TERMS, TERMS.start(None)[0], fresh, second.memory or "")
    assert shas(third) == [13, 11, 12]
    fourth = read(TERMS, TERMS.start(None)[0], fresh, third.memory or "")
    assert shas(fourth) == [13]
    assert shas(read(TERMS, TERMS.start(None)[0], fresh, fourth.memory or "")) == []


def test_a_change_shows_the_passages_that_are_new_and_old():
    draft = read(TERMS, TERMS.start(None)[0], saved("vendor_terms", "change.json")).drafts[0]
    assert draft.title == "Example AI: Acceptable Use Policy changed"
    assert draft.url == f"https://github.com/example/terms-versions/commit/{1:040x}"
    text = plain_text(draft.html)
    new, old = text.split("Old:")
    assert "or voices of real people without their written consent, see our guide" in new
    assert "You may not make pictures of real people without their consent." in old
    assert "Same line" not in text
    first = read(TERMS, TERMS.start(None)[0], saved("vendor_terms", "first.json")).drafts[0]
    assert first.title.endswith("first recorded")
    assert "prompts for thirty days" in plain_text(first.html)


@pytest.mark.parametrize(
    ("patch", "kept"),
    [
        ("@@ -1 +1 @@\n-[Hub](https://a.example.org)\n+[Guides](https://b.example.org)", False),
        ("@@ -1,2 +1,2 @@\n-A long sentence that only moved.\n Other\n+A long sentence that only moved.", False),
        ("@@ -1 +1 @@\n-We answer within 30 days\n+We answer within 7 days", True),
        ("@@ -1 +1 @@\n-30 days\n+7 days", True),
        ("@@ -0,0 +1 @@\n+No one under the age of eighteen may use the voices.", True),
    ],
)
def test_a_change_of_menus_or_order_alone_is_no_change(patch, kept):
    change = dict(saved("vendor_terms", "change.json"))
    change["files"] = [{"filename": "Example AI/Acceptable Use Policy.md", "status": "modified", "patch": patch}]
    page = read(TERMS, TERMS.start(None)[0], change)
    assert bool(page.drafts) is kept
    assert bool(page.skipped) is not kept


def test_a_change_whose_passages_are_not_given_is_told_and_warned_of():
    change = dict(saved("vendor_terms", "change.json"))
    change["files"] = [{"filename": "Example AI/Acceptable Use Policy.md", "status": "modified"}]
    page = read(TERMS, TERMS.start(None)[0], change)
    assert page.drafts[0].html == ""
    assert "not given" in page.warning
