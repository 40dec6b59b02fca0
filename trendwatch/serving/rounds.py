"""One round: visit what is due, enrich what is new, compose and deliver what is owed. Each step fails alone and waits alone."""

from __future__ import annotations

import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from trendwatch import pipeline, scheduler
from trendwatch.errors import OfflineError, StorageError, TrendwatchError
from trendwatch.model import Digest, DigestSpec, Source, Visit
from trendwatch.serving import owed, telling
from trendwatch.serving.board import Board
from trendwatch.serving.events import Tell
from trendwatch.serving.patience import Backoff, patience
from trendwatch.serving.settings import Settings
from trendwatch.storage import connect

if TYPE_CHECKING:
    from trendwatch.config import Config
    from trendwatch.storage import Store

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that says less has lost its battery: an issue of 1970 is not composed."""
QUARTER = timedelta(minutes=15)
"""Composing hours begin on a quarter of an hour of UTC in every time zone: a look then is enough."""
PROBES = 4
"""So many sources, of different hosts, are asked after a crawl that found no network; the others when one of them answers."""
SHARE = 20
"""Enrichment takes at most one part in so many of the time: it looks at the whole archive, and news comes in drops. An issue
that is to be composed never waits for that.
"""


class Stopped(Exception):  # noqa: N818 - no error: what was asked for
    """The process is to leave; raised between two writes."""


class Rounds:
    """Call `once` as often as you like: it does what is due at `now`, and looks at the store only when something may be."""

    def __init__(
        self, settings: Settings, board: Board, tell: Tell, stop: threading.Event, monotonic: Callable[[], float]
    ) -> None:
        self.busy = threading.Lock()
        self._settings, self._board, self._tell, self._stop, self._monotonic = settings, board, tell, stop, monotonic
        self._backoff = Backoff(monotonic)
        self._last: datetime | None = None
        self._wake: datetime | None = None
        self._pace = pipeline.Pace()  # one for the life of the process: hosts do not care when a round ends
        self._new = True  # what an earlier process left is not known
        self._rested_at = monotonic()
        self._gone: tuple[datetime, datetime] | None = None  # when crawls that found no network began and last happened
        self._did, self._put_off = Counter[str](), Counter[str]()  # the latter: articles by host, as last told

    def once(self, now: datetime) -> None:
        """One round. Raises nothing: what goes wrong is told, and tried again later."""
        with self.busy:
            self._board.begin()
            try:
                self._look(now)
            except Stopped:
                self._tell("stopping", after="the write under way")
            finally:
                self._board.end()

    # ---- whether there is anything to do

    def _look(self, now: datetime) -> None:
        if self._settings.look():
            self._wake = None
            self._backoff.forgive()
            self._tell_config()
        if self._stop.is_set() or not self._due(now) or not self._backoff.ready("store"):
            return
        if now >= EARLIEST:
            self._well("clock")
            self._guarded(self._settings.config, now)
        elif self._backoff.ready("clock"):
            self._fail("clock", f"the clock says {now:%Y-%m-%d}: nothing is done until it is set right.")

    def _due(self, now: datetime) -> bool:
        back = self._last is not None and now < self._last
        self._last = now
        return back or self._wake is None or now >= self._wake

    def _tell_config(self) -> None:
        if self._settings.error:
            self._note("configuration", self._settings.error, kept="the last good configuration")
        else:
            self._board.well("configuration")
            self._tell("configuration", sources=len(self._settings.config.sources), state="read again")

    def _guarded(self, config: Config, now: datetime) -> None:
        """The round with its store. A store that fails ends the round and is left as it is; everything else goes on."""
        began, self._did = self._monotonic(), Counter()
        ended = "failed"
        try:
            with connect(config.store) as store, self._step("round"):
                self._steps(pipeline.followed(config, store), store, now)
            ended = "done"
            self._well("store")
        except StorageError as error:
            self._fail("store", str(error))
        except Stopped:
            ended = "stopped"
            raise
        finally:
            if self._did or ended == "failed":
                seconds = round(self._monotonic() - began, 3)
                self._board.count("rounds_total", ended=ended)
                self._board.set("round_seconds", seconds)
                self._tell("run", ended=ended, seconds=seconds, **self._did)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """What fails inside is told and counted, and does not end the round; a store that fails does."""
        try:
            yield
        except (StorageError, Stopped):
            raise
        except TrendwatchError as error:
            self._fail(name, str(error))
        except Exception as error:  # noqa: BLE001 - a bug in one step must not end months of the others; it is told in full
            self._fail(name, f"{type(error).__name__}: {error}", traceback=traceback.format_exc())
        else:
            self._well(name)

    def _fail(self, step: str, error: str, **more: str) -> None:
        self._note(step, error, again_in_s=self._backoff.failed(step), **more)

    def _note(self, step: str, error: str, **more: str | float) -> None:
        self._board.fails(step, error)
        self._board.count("errors_total", step=step)
        self._tell("error", step=step, error=error, **more)

    def _well(self, step: str) -> None:
        self._board.well(step)
        if self._backoff.well(step):
            self._tell("recovered", step=step)

    def _progress(self, _step: str, _done: int, _total: int) -> None:
        """Called by the pipeline after a write: the moment to leave, when that is asked for."""
        if self._stop.is_set():
            raise Stopped

    # ---- the steps

    def _steps(self, config: Config, store: Store, now: datetime) -> None:
        reached = self._visit(config, store, now)
        if reached:
            self._read_articles(config, store, now)
        owing = [(spec, week) for spec in config.digests if (week := owed.week(store, spec, now))]
        composing = [(s, w) for s, w in owing if reached and store.digest(f"{s.name}/{w}") is None]
        seen = None
        if self._new and (composing or self._rested_at <= self._monotonic()):
            seen = self._enrich(config, store, now)
        for spec, week in composing:
            if not self._new:
                self._compose(config, store, spec, week, now, seen=seen)
        moments = [self._deliver(config, store, spec, week, now) for spec, week in owing]
        self._sleep(config, store, now, [m for m in moments if m is not None])

    def _visit(self, config: Config, store: Store, now: datetime) -> bool:
        """Ask what is due; whether there is a network, as far as is known."""
        gone, asked = self._gone, self._asked(config, store, now)
        if gone:
            again = gone[1] + patience(*gone, least=timedelta(minutes=5), most=timedelta(hours=1))
            asked = _probes(asked) if now >= again or now < gone[1] else []
        self._crawl(config, store, asked, now)
        if gone and not self._gone:
            self._crawl(config, store, self._asked(config, store, now), now)
        return self._gone is None

    def _asked(self, config: Config, store: Store, now: datetime) -> list[Source]:
        return scheduler.due(config.sources, store, now)

    def _crawl(self, config: Config, store: Store, asked: list[Source], now: datetime) -> None:
        if not asked or not self._backoff.ready("crawl"):
            return
        self._stage("crawl", sources=len(asked))
        with self._step("crawl"):
            try:
                visits = pipeline.collect(
                    config,
                    store,
                    now=now,
                    sources=asked,
                    progress=self._progress,
                    tell=self._visited,
                    tell_put_off=self._tell_put_off,
                    pace=self._pace,
                )
            except OfflineError:
                if not self._gone:
                    self._note("network", "no host can be reached: a few are tried now and then, until one answers.")
                self._gone = (self._gone[0] if self._gone else now, now)
            else:
                if self._gone and visits:
                    self._gone = None
                    self._board.well("network")
                    self._tell("recovered", step="network")

    def _visited(self, visit: Visit) -> None:
        self._new |= bool(visit.new or visit.revised)
        self._did.update(visits=1, new=visit.new, revised=visit.revised, failed=int(not visit.succeeded))
        telling.visit(self._board, self._tell, visit)

    def _tell_put_off(self, one: pipeline.PutOff) -> None:
        self._did.update(put_off=1)
        telling.put_off(self._board, self._tell, one)

    def _read_articles(self, config: Config, store: Store, now: datetime) -> None:
        if not self._backoff.ready("articles"):
            return
        with self._step("articles"):
            done = pipeline.read_articles(config, store, now=now, progress=self._progress, pace=self._pace)
            self._new = self._new or bool(done.replaced)
            self._put_off = telling.articles_put_off(self._tell, done, self._put_off)
            if done.read or done.kept:
                self._did.update(articles=done.read)
                telling.articles(self._board, self._tell, done)

    def _enrich(self, config: Config, store: Store, now: datetime) -> pipeline.Survey | None:
        if not self._backoff.ready("enrich"):
            return None
        self._stage("enrich")
        began, seen = self._monotonic(), None
        with self._step("enrich"):
            done = pipeline.enrich(config, store, now=now, progress=self._progress)
            self._new = False
            seen = done.survey
            self._did.update(embedded=done.embedded, judged=done.judged)
            self._board.show("sources", Counter(s.state for s in pipeline.states(config, store, now=now)), "state")
        ended = self._monotonic()
        self._rested_at = ended + SHARE * (ended - began)
        return seen

    def _compose(
        self, config: Config, store: Store, spec: DigestSpec, week: str, now: datetime, *, seen: pipeline.Survey | None
    ) -> None:
        step = f"digest {spec.name}"
        if not self._backoff.ready(step):
            return
        self._stage("compose", issue=f"{spec.name}/{week}")
        with self._step(step):
            digest = pipeline.compose(config, store, spec, week=week, now=now, progress=self._progress, seen=seen)
            self._did["digests"] += 1
            self._board.count("digests_total", digest=spec.name)
            entries = sum(map(len, digest.sections.values()))
            self._tell("digest", issue=digest.issue, entries=entries, weighed=digest.counts.get("weighed", 0))

    def _deliver(self, config: Config, store: Store, spec: DigestSpec, week: str, now: datetime) -> datetime | None:
        """Hand over what is owed of an issue; when to try again."""
        digest = store.digest(f"{spec.name}/{week}")
        moment = owed.copies(config, store, digest, spec, now) if digest else None
        if digest is None or moment is None or moment > now:
            return moment
        step = f"delivery {spec.name}"
        if not self._backoff.ready(step):
            return None
        self._stage("deliver", issue=digest.issue)
        with self._step(step):
            self._hand_over(config, store, digest, now)
        return owed.copies(config, store, digest, spec, now)

    def _hand_over(self, config: Config, store: Store, digest: Digest, now: datetime) -> None:
        before = {(d.deliverer, d.recipient): d.state for d in store.deliveries(digest.issue)}

        def told(handed: pipeline.Handed) -> None:
            d = handed.delivery
            if handed.new or before.get((d.deliverer, d.recipient)) != d.state:
                self._did["deliveries"] += 1
                self._board.count("deliveries_total", deliverer=d.deliverer, state=d.state)
                self._tell("delivery", **{n: getattr(d, n) for n in ("issue", "deliverer", "recipient", "state", "detail")})
            self._progress("deliver", 0, 0)

        pipeline.deliver(config, store, digest, now=now, tell=told)

    def _stage(self, name: str, **fields: str | int) -> None:
        self._progress(name, 0, 0)
        self._tell("stage", stage=name, **fields)

    def _sleep(self, config: Config, store: Store, now: datetime, moments: list[datetime]) -> None:
        """When the next round may have something to do. A step that failed wakes each round, and waits for its own time."""
        if self._did:
            counts = dict(store.counts())
            self._board.set("store_bytes", counts.pop("bytes", 0))
            self._board.show("store_rows", counts, "what")
        if self._backoff.waits():
            self._wake = None
            return
        soonest = scheduler.next_due(config.sources, store, now)
        quarter = now - (now - EARLIEST) % QUARTER + QUARTER
        self._wake = min([quarter, *moments, *([soonest] if soonest else [])])


def _probes(sources: list[Source]) -> list[Source]:
    from trendwatch.collect.crawl import in_turn  # noqa: PLC0415 - loads the network library, which few rounds need

    return in_turn(sources)[:PROBES]
