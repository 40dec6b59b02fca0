"""The world that `health.py` watches: publishers with habits of their own, and the ways in which their feeds fail. Seeded."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from trendwatch.collect import answers, wire
from trendwatch.errors import FetchError

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PAST, FUTURE = 420 * DAY, 300 * DAY
"""How long before the first visit a publisher published, and after it would."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody with a feed. `times` are those of publication, sorted; `held` entries stand in the feed; a feed that is `daily`
    holds only what came on the day of its last announcement and is empty at weekends; one that is `restless` differs at every visit.
    """

    name: str
    times: Sequence[datetime]
    every_s: int
    held: int = 15
    daily: bool = False
    restless: bool = False

    @property
    def url(self) -> str:
        """Where its feed lies."""
        return "https://rss.arxiv.org/rss/cs.CR" if self.daily else f"https://{self.name}.example.org/feed.xml"

    def listed(self, now: datetime) -> list[datetime]:
        """The publications in the feed, newest first."""
        if self.daily:
            return [t for t in self.times if t.date() == (now - 5 * HOUR).date() and t <= now]
        return [t for t in self.times if t <= now][: -self.held - 1 : -1]

    def gaps(self, until: datetime) -> list[timedelta]:
        """Times between publications in the year before, longest last; what comes within an hour is one."""
        times = [t for t in self.times if until - 365 * DAY < t <= until]
        return sorted(gap for a, b in pairwise(times) if (gap := b - a) > HOUR)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the simulated web says to one GET."""

    body: bytes
    url: str
    status: int = 200
    moved_to: str = ""


def rest_day(day: datetime) -> bool:
    """Weekends, the days around the turn of the year, and some Mondays: nobody works."""
    return day.weekday() >= 5 or (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 1) or _monday_off(day)


def _monday_off(day: datetime) -> bool:
    return day.weekday() == 0 and ((day.month == 5 and day.day >= 25) or (day.month == 9 and day.day <= 7))


# ---- publishers


def publishers(seed: int, start: datetime) -> list[Publisher]:
    """Sixteen publishers, seven habits; `start` is the day of the first visit."""
    made = []
    for number, (name, habit, every_h, more) in enumerate(_KINDS):
        rng = random.Random(f"{seed} {number} {name}")
        times = sorted(t for t in habit(rng, start) if start - PAST < t < start + FUTURE)
        made.append(Publisher(f"{name}{number}", times, every_h * 3600, **more))
    return made


def _days(start: datetime) -> list[datetime]:
    first = (start - PAST).replace(hour=0, minute=0)
    return [first + DAY * n for n in range((PAST + FUTURE).days)]


def several_a_day(rng: random.Random, start: datetime) -> list[datetime]:
    """Four on a working day, one at a weekend, all at random."""
    times = []
    for day in _days(start):
        times += [day + HOUR * rng.uniform(6, 22) for _ in range(12) if rng.random() < (0.1 if rest_day(day) else 0.33)]
    return times


def weekdays(rng: random.Random, start: datetime) -> list[datetime]:
    """One on nearly every working day."""
    return [day + HOUR * rng.uniform(8, 15) for day in _days(start) if not rest_day(day) and rng.random() < 0.9]


def twice_a_week(rng: random.Random, start: datetime) -> list[datetime]:
    """At random on working days, twice a week on average: the hardest to call silent."""
    return [day + HOUR * rng.uniform(8, 18) for day in _days(start) if not rest_day(day) and rng.random() < 0.4]


def weekly(rng: random.Random, start: datetime) -> list[datetime]:
    """A letter on its day, or one later; one in twenty is left out, and that of Christmas."""
    own = rng.randrange(5)
    days = [d for d in _days(start) if d.weekday() == own and (d.month, d.day) < (12, 24) and rng.random() < 0.95]
    return [day + DAY * rng.choice((0, 0, 0, 1)) + HOUR * rng.uniform(6, 18) for day in days]


def monthly(rng: random.Random, start: datetime) -> list[datetime]:
    """Once a month, give or take four days."""
    return [d + DAY * rng.uniform(-4, 4) for d in _days(start) if d.day == 15]


def bursty(rng: random.Random, start: datetime) -> list[datetime]:
    """Nothing for a week or three, then one to six within two days."""
    times, at = [], start - PAST
    while at < start + FUTURE:
        at += DAY * rng.gammavariate(2.5, 5)
        times += [at + HOUR * rng.uniform(0, 48) for _ in range(rng.randint(1, 6))]
    return times


def announced(rng: random.Random, start: datetime) -> list[datetime]:
    """A batch at five in the morning of a working day: arXiv's."""
    days = [day for day in _days(start) if not rest_day(day)]
    return [day + 5 * HOUR + timedelta(seconds=n) for day in days for n in range(rng.randint(6, 12))]


_KINDS: Sequence[tuple[str, Callable[[random.Random, datetime], list[datetime]], int, Mapping[str, object]]] = (
    ("wire", several_a_day, 6, {}),
    ("wire", several_a_day, 3, {"restless": True, "held": 10}),
    ("office", weekdays, 6, {}),
    ("office", weekdays, 12, {"restless": True}),
    ("office", weekdays, 24, {"held": 10}),
    ("blog", twice_a_week, 6, {}),
    ("blog", twice_a_week, 6, {"held": 8}),
    ("blog", twice_a_week, 24, {"restless": True}),
    ("letter", weekly, 6, {}),
    ("letter", weekly, 6, {"held": 8}),
    ("letter", weekly, 24, {"held": 30, "restless": True}),
    ("lab", bursty, 6, {}),
    ("lab", bursty, 12, {"held": 30}),
    ("review", monthly, 6, {}),
    ("review", monthly, 24, {"held": 10}),
    ("arxiv", announced, 6, {"daily": True}),
)


# ---- what feeds look like


def feed(
    name: str, times: Sequence[datetime], *, now: datetime | None = None, says: Mapping[datetime, str] | None = None
) -> bytes:
    """An RSS feed; `says` replaces dates, `now` is told as the moment it was built."""
    built = f"<lastBuildDate>{_mail(now)}</lastBuildDate>" if now else ""
    entries = "".join(_entry(name, t, (says or {}).get(t, _mail(t))) for t in times)
    head = f"<title>{name}</title><link>https://{name}.example.org/</link><description>News</description>{built}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{entries}</channel></rss>'.encode()


def _entry(name: str, at: datetime, date: str) -> str:
    key = f"{at:%Y%m%d%H%M%S}"
    host = name if "." in name else f"{name}.example.org"
    return (
        f"<item><title>The story number {key} of the house {name}</title><link>https://{host}/{key}</link><guid>{host} {key}</guid>"
        f"<pubDate>{date}</pubDate><description>What the people of {name} found out and wrote down on that day.</description></item>"
    )


def _mail(at: datetime) -> str:
    return f"{at:%a, %d %b %Y %H:%M:%S} +0000"


def good(who: Publisher, now: datetime) -> Answer:
    """The feed as it should be."""
    return Answer(feed(who.name, who.listed(now), now=now if who.restless else None), who.url)


def page(title: str, text: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>".encode()


# ---- failures: (publisher, when it broke, now) -> the answer, or FetchError as the fetcher raises it


def _status(status: int, title: str) -> Callable[[Publisher, datetime, datetime], Answer]:
    def refuse(who: Publisher, broke: datetime, now: datetime) -> Answer:  # noqa: ARG001 - all failures share one shape
        raise answers.trouble(status, {}, page(title, "")) or AssertionError(status)

    return refuse


def _shown(title: str, text: str = "", url: str = "") -> Callable[[Publisher, datetime, datetime], Answer]:
    return lambda who, broke, now: Answer(page(title, text), url or who.url)  # noqa: ARG005 - as above


def _refused(*errors: str) -> Callable[[Publisher, datetime, datetime], Answer]:
    def refuse(who: Publisher, broke: datetime, now: datetime) -> Answer:  # noqa: ARG001 - as above
        raise FetchError(errors[now.hour % len(errors)])

    return refuse


def _wrong_dates(who: Publisher, broke: datetime, now: datetime) -> Answer:
    wrong = "Thu, 01 Jan 1970 00:00:00 +0000" if broke.day % 2 else "Tue, 05 Mar 2019 08:00:00 +0000"
    listed = who.listed(now)
    return Answer(feed(who.name, listed, says=dict.fromkeys(listed, wrong)), who.url)


def _sold(who: Publisher, broke: datetime, now: datetime) -> Answer:  # noqa: ARG001 - as above
    times = [now.replace(hour=6, minute=0, second=0, microsecond=0) - DAY * n for n in range(10)]
    return Answer(feed("casino-tips.example", times), "https://casino-tips.example/feed.xml")


FAILURES: Mapping[str, tuple[Callable[[Publisher, datetime, datetime], Answer], frozenset[str]]] = {
    "not found": (_status(404, "Not found"), frozenset({"gone"})),
    "gone for good": (_status(410, "Gone"), frozenset({"gone"})),
    "forbidden": (_status(403, "Just a moment..."), frozenset({"blocked"})),
    "bot wall as a page": (_shown("Just a moment...", "Enable JavaScript to continue"), frozenset({"blocked"})),
    "captcha": (_shown("Are you a human? captcha"), frozenset({"blocked"})),
    "login": (_shown("Sign in", "Password", "https://login.example.com/"), frozenset({"blocked"})),
    "server failed": (_status(503, "Maintenance"), frozenset({"failing"})),
    "refused or slow": (_refused("the connection was refused", "no whole answer within 30 s"), frozenset({"failing"})),
    "no such name": (_refused(f"{wire.NO_NAME}: feed.example.org"), frozenset({"failing"})),
    "error page": (_shown("Page not found"), frozenset({"malformed", "gone"})),
    "parked domain": (_shown("This domain is for sale", "", "https://parked.example/"), frozenset({"malformed", "gone"})),
    "malformed": (
        lambda who, broke, now: Answer(good(who, now).body[:60] + b"<b>Warning</b>: mysql_connect()", who.url),  # noqa: ARG005
        frozenset({"malformed"}),
    ),
    "empty": (lambda who, broke, now: Answer(feed(who.name, ()), who.url), frozenset({"empty", "silent", "frozen"})),  # noqa: ARG005
    "frozen": (lambda who, broke, now: good(who, broke), frozenset({"silent", "frozen"})),  # noqa: ARG005 - as above
    "wrong dates": (_wrong_dates, frozenset({"malformed"})),
    "another's entries": (_sold, frozenset({"moved"})),
}
"""By name: the answers, and the states that name the failure rightly."""
UNSEEN = frozenset({"frozen", "wrong dates", "another's entries"})
"""Failures that no single answer shows: only what comes, or does not come, tells of them."""


def starts(seed: int) -> datetime:
    """The first day of a replay, another for each seed: winters and summers."""
    return datetime(2025, 9, 1, 7, tzinfo=UTC) + DAY * random.Random(f"start {seed}").randrange(360)
