from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from report_samples import MONDAY, NOW, TAG, Archive, deadline, item, reasons, shown

from trendwatch.model import Deadline, Evidence, TagInfo
from trendwatch.report.render import render


def all_shown(digest):
    return [s for rows in shown(digest).values() for s in rows]


def test_the_week_runs_from_monday_to_monday_in_the_zone_of_the_digest():
    archive = Archive(timezone="Europe/Berlin")
    archive.add(replace(item("last-minute"), first_seen_at=datetime(2026, 2, 22, 23, 0, tzinfo=UTC)))
    archive.add(
        replace(
            item("too-early", title="Quite another thing about voices"), first_seen_at=datetime(2026, 2, 22, 22, 59, tzinfo=UTC)
        )
    )
    archive.add(
        replace(item("too-late", title="Something else about pictures"), first_seen_at=datetime(2026, 3, 1, 23, 0, tzinfo=UTC))
    )
    assert all_shown(archive.compose()) == ["story-last-minute"]


def test_a_week_composed_again_from_a_fuller_archive_is_the_same():
    archive = Archive()
    first = archive.add(item("a"))
    before = archive.compose()
    later = archive.add(item("b", source="late-news", seen_days=9), story="story-a")
    archive.add(item("c", seen_days=10, title="A thing of the next week"))
    archive.told = {first.id: ("story-a", "2026-W09"), later.id: ("story-a", "2026-W10")}
    assert archive.compose() == before


def test_off_topic_stories_and_those_under_the_floor_are_left_out_with_the_figure():
    archive = Archive(floor=0.6)
    archive.add(item("bond"), verdict="off-topic", score=0.03)
    archive.add(item("faint"), score=0.55)
    digest = archive.compose()
    assert digest.sections == {}
    assert reasons(digest)["story-bond"].startswith("off-topic (0.03)")
    assert reasons(digest)["story-faint"] == "relevance 0.55 is under the floor of 0.60"


def test_each_part_of_the_rank_speaks_for_itself():
    plain = Archive()
    base = plain.add(item("a"))
    start = dict(plain.compose().sections["first"][0].parts)
    nothing = dict.fromkeys(("sources", "asked", "dates", "stakes"), 0.0)
    assert start == nothing | {"relevance": 0.9, "tier": 0.1, "novelty": 0.2, "text": 0.15}

    asked = Archive(tags=(TAG,))
    asked.add(base)
    assert asked.compose().sections["first"][0].parts["asked"] == 0.25
    assert "You asked for Prompt injection" in asked.compose().sections["first"][0].why

    dated = Archive()
    dated.add(base, deadlines=[deadline(base, date(2026, 3, 9))])
    assert dated.compose().sections["first"][0].parts["dates"] == 0.3
    assert "A date that binds on 9 March 2026" in dated.compose().sections["first"][0].why

    far = Archive()
    far.add(base, deadlines=[deadline(base, date(2027, 3, 9))])
    assert far.compose().sections["first"][0].parts["dates"] == 0.0

    heavy = Archive()
    heavy.add(base, tier=1)
    assert heavy.compose().sections["first"][0].parts["tier"] == 0.3


def test_a_quiet_week_says_so_and_an_empty_one_too():
    assert Archive().compose().quiet == (
        "A quiet week: no story was about the safety of generative AI with relevance of at least 0.50.",
    )
    archive = Archive()
    archive.add(item("a", doctype="paper"))
    assert archive.compose().quiet == (
        "A quiet week: only one story passed the bar, and nothing was added to fill the page.",
        "This week brought no incident and no rule or bill that passed the bar.",
    )


def test_what_a_week_lacked_is_said_of_what_is_asked_for_and_of_all_that_a_story_holds():
    archive = Archive()
    archive.add(item("rule", doctype="regulation"), item("harm", doctype="incident", source="log"), story="both")
    archive.add(item("study", doctype="paper", title="A study of voices"))
    assert not any("This week brought" in said for said in archive.compose().quiet)
    papers = Archive(doctypes=("paper",))
    papers.add(item("a", doctype="paper"))
    assert not any("This week brought" in said for said in papers.compose().quiet)


def test_dates_ahead_come_from_this_issue_and_earlier_ones_only():
    archive = Archive()
    shown_now = item("now", doctype="regulation")
    archive.add(shown_now, deadlines=[deadline(shown_now, date(2026, 4, 1)), deadline(shown_now, date(2026, 9, 1))])
    told = item("then", seen_days=-20, doctype="regulation", title="An older rule")
    archive.add(told, deadlines=[deadline(told, date(2026, 3, 10), "comments-close"), deadline(told, date(2026, 2, 1))])
    never = item("never", seen_days=-20, doctype="regulation", title="A rule that was never told")
    archive.add(never, deadlines=[deadline(never, date(2026, 3, 11))])
    archive.told = {told.id: ("story-then", "2026-W06")}
    lines = archive.compose().upcoming
    assert [(d.on, d.what, d.title) for d in lines] == [
        (date(2026, 3, 10), "comments-close", "An older rule"),
        (date(2026, 4, 1), "applies", shown_now.title),
    ]
    assert lines[0].url == told.url


def test_the_digest_keeps_to_the_regions_kinds_and_languages_asked_for():
    archive = Archive(regions=("eu",), doctypes=("regulation",), languages=("en",))
    archive.add(item("eu", doctype="regulation", region="eu", language="en-GB", title="One rule"))
    archive.add(item("us", doctype="regulation", region="us", title="Other bill"))
    archive.add(item("post", doctype="post", region="eu", title="Some opinion"))
    archive.add(item("fr", doctype="regulation", region="eu", language="fr", title="Une loi"))
    archive.add(item("world", doctype="regulation", title="For all countries"))
    digest = archive.compose()
    assert sorted(all_shown(digest)) == ["story-eu", "story-world"]
    assert reasons(digest)["story-us"] == "about us, and this digest asks for eu"


def test_the_counts_given_are_kept_and_what_was_weighed_is_added():
    archive = Archive()
    archive.add(item("a"))
    archive.add(item("b"), verdict="off-topic", score=0.1)
    assert archive.compose(counts={"new": 7}).counts == {"weighed": 2, "told": 1, "new": 7}


def test_at_most_fifty_of_those_left_out_are_kept_best_first():
    archive = Archive()
    for n in range(60):
        archive.add(item(f"x{n}"), verdict="off-topic", score=n / 100)
    left = archive.compose().left_out
    assert len(left) == 50
    assert [x.score for x in left] == sorted((x.score for x in left), reverse=True)


def test_the_order_in_which_things_are_given_changes_no_byte():
    def build(order):
        archive = Archive()
        for n in order:
            archive.add(item(f"p{n}", source=f"s{n % 3}", doctype="paper", title=f"Paper {n * 13} on subject {n}"), score=0.8)
            archive.add(item(f"q{n}", source="wire", seen_days=2 + n / 10), story=f"story-p{n}")
        return {s: r.body for s, r in render(archive.compose()).items()}

    def stories_alike(order):  # members in one order, stories in any
        return build(order)

    assert stories_alike(range(12)) == stories_alike(reversed(range(12)))


def test_now_is_stamped_and_changes_nothing_else():
    archive = Archive()
    archive.add(item("a"))
    one, other = archive.compose(), archive.compose(now=NOW + timedelta(days=40))
    assert other == replace(one, composed_at=NOW + timedelta(days=40))


def test_a_bare_date_is_shown_with_the_sentence_around_it():
    text = "The act was signed last week. Its duties for companion apps apply from 1 July 2026. Fines follow later."
    one = item("law", doctype="regulation", text=text)
    start = text.index("1 July 2026")
    evidence = Evidence(field="text", start=start, end=start + 11, quote="1 July 2026")
    archive = Archive()
    archive.add(one, deadlines=[Deadline(item_id="law", on=date(2026, 7, 1), what="applies", score=0.9, evidence=evidence)])
    (line,) = archive.compose().sections["first"][0].dates
    assert line.quote == "Its duties for companion apps apply from 1 July 2026."


def test_the_week_must_be_an_iso_week():
    with pytest.raises(ValueError, match="week"):
        Archive().compose(week="2026-W60")
    assert MONDAY.isoweekday() == 1


def test_titles_lose_the_prefixes_of_feeds_and_glued_dates():
    titles = {
        "arXiv:2601.01234v2 [cs.CL] Agents that obey": "Agents that obey",
        "Show HN: A guard for agents": "A guard for agents",
        "Jan 29, 2026PolicyHow assistants change coding skills": "How assistants change coding skills",
        "Jan 29, 2026 was a long day": "Jan 29, 2026 was a long day",
        "Agents &amp; \\emph{tools}\u202e": "Agents & tools",
        "": "example-lab.example.org",
    }
    for raw, clean in titles.items():
        archive = Archive()
        archive.add(replace(item("a"), title=raw))
        assert archive.compose().sections["first"][0].title == clean


def test_numbers_of_points_and_comments_are_nothing_to_read():
    archive = Archive()
    archive.add(item("a", text="Score: 394\n\nComments: 202\n\nBy: somebody"))
    (told,) = archive.compose().sections["industry"]
    assert told.summary == ()
    assert told.parts["text"] == 0.0


def test_a_mere_headline_takes_its_summary_from_the_next_report_of_its_story():
    archive = Archive()
    archive.add(item("a", text=""), item("b", source="wire", title="The wire on assistants"), story="s")
    (told,) = archive.compose().sections["first"]
    assert told.title == archive.items["a"].title
    assert all(sentence in archive.items["b"].text for sentence in told.summary)
    assert len(told.summary) == 2


def test_facets_that_say_the_same_are_shown_once():
    archive = Archive()
    names = {
        "a@1:1": "Copyright and intellectual property",
        "a@1:2": "Intellectual Property",
        "a@1:3": "Fraud",
        "a@1:4": "Scams",
    }
    archive.tags |= {t: TagInfo(tag=t, framework="a@1", name=n, definition="", facet=f"f{t[-1]}") for t, n in names.items()}
    archive.add(item("a"), tags=tuple(names))
    (told,) = archive.compose().sections["first"]
    assert [t.name for t in told.tags] == ["Copyright and intellectual property", "Fraud"]


def test_of_each_framework_one_tag_is_shown_and_of_its_versions_the_newest():
    archive = Archive()
    names = {
        "owasp@2025:LLM03": "Supply Chain",
        "owasp@2026:LLM04": "Supply Chain",
        "owasp@2026:LLM01": "Injection",
        "nist@1:9": "Security",
    }
    archive.tags |= {t: TagInfo(tag=t, framework=t.split(":")[0], name=n, definition="") for t, n in names.items()}
    archive.add(item("a"), tags=tuple(names))
    (told,) = archive.compose().sections["first"]
    assert sorted(t.tag.partition(":")[0] for t in told.tags) == ["nist@1", "owasp@2026"]
