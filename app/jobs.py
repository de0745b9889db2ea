"""What the watch does by the clock beside crawling: upkeep, the daily message, the ping, the first message.

When each runs is set in app/daemon.py; what they write goes through the outbox like everything else.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from alerts import heartbeat, standings
from alerts.channels.base import Result
from alerts.posting import notify
from alerts.routing import Routing
from alerts.wording import moment
from app import pace
from app.pipeline import Counters
from app.wiring import Wiring
from crawler import health
from crawler.backlog import LATE
from crawler.backlog import survey as survey_backlog
from crawler.health import Change, Finding
from store.queries import marks
from store.session import Store
from store.spool import Spool

log = structlog.get_logger(__name__)

FIRST_ROUND = "first-round"
PING = "ping"


@dataclass(frozen=True, slots=True)
class Jobs:
    """The recurring work; each method is one job and may fail without harm to the others."""

    wiring: Wiring
    store: Store
    spool: Spool
    counters: Counters
    on_news: Callable[[], None]

    def schedule(self, scheduler: BaseScheduler) -> None:
        """Put every job on the clock."""
        scheduler.add_job(self.keep_up, "interval", seconds=300, id="upkeep", name="upkeep")
        scheduler.add_job(self.first_round, "interval", seconds=2, id=FIRST_ROUND, args=[scheduler])
        scheduler.add_job(self.check_publishers, "interval", seconds=600, id="publishers", name="publishers")
        scheduler.add_job(self.check_pace, "interval", seconds=LATE.total_seconds(), id="pace", name="pace")
        if self.wiring.settings.alerts.ping_url:
            scheduler.add_job(self.ping, "interval", seconds=60, id="ping", name="ping")
        alerts = self.wiring.settings.alerts
        if alerts.heartbeat:
            scheduler.add_job(
                self.beat, "interval", seconds=60, id="heartbeat", args=[self.wiring.now()], name="heartbeat"
            )

    async def first_round(self, scheduler: BaseScheduler) -> None:
        """Look whether the first round is over, until it is."""
        if await self.close_first_round():
            scheduler.remove_job(FIRST_ROUND)

    async def keep_up(self) -> None:
        """Cut the write-ahead log and the spool."""
        await self.store.checkpoint()
        gone = await self.spool.trim(self.wiring.now())
        if gone:
            log.info("spool cut", pages=gone)

    async def close_first_round(self, *, whatever: bool = False) -> bool:
        """Send "where things stand" once the first round is over; True where there is no open round."""

        def close(session: Session) -> bool:
            round_ = standings.first_round(session)
            now = self.wiring.now()
            if round_ is None:
                return True
            if not (whatever or round_.is_over(now)):
                return False
            standings.close_standings(session, now=now, routing=self.wiring.routing)
            return True

        closed = await self.store.run(close)
        if closed:
            self.on_news()
        return closed

    async def check_publishers(self) -> None:
        """Tell of publishers that fell silent, by their own past, and of those that are back."""

        now = self.wiring.now()

        def survey() -> dict[int, Finding]:
            with self.store.read() as session:
                return health.survey(session, now)

        found = await asyncio.to_thread(survey)  # a second or two for thousands of seeds

        def record(session: Session) -> int:
            changes = health.record(session, found, now).publishers
            for change in changes:
                _tell_of(session, change, routing=self.wiring.routing, now=now)
            return len(changes)

        if await self.store.run(record):
            self.on_news()

    async def check_pace(self) -> None:
        """Tell when more arrives than can be read. First asked when what waited for the start is done."""

        def check(session: Session) -> bool:
            now, at_once = self.wiring.now(), self.wiring.settings.crawl.max_hosts
            backlog = survey_backlog(session, now)
            return pace.tell(session, backlog, at_once=at_once, routing=self.wiring.routing, now=now)

        if await self.store.run(check):
            self.on_news()

    async def beat(self, began: datetime) -> None:
        """Write the daily message, if the configured hour has come since the last one."""
        alerts = self.wiring.settings.alerts
        counters = self.counters
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counters.outcomes.items()))
        lines = (f"Pages read since the start: {counters.pages} ({outcomes or 'none yet'}).",)

        def beat(session: Session) -> bool:
            now, zone = self.wiring.now(), ZoneInfo(alerts.timezone)
            if not heartbeat.is_due(session, at=alerts.daily_at, zone=zone, now=now, since=began):
                return False
            heartbeat.beat(session, now=now, routing=self.wiring.routing, lines=lines)
            return True

        if await self.store.run(beat):
            self.on_news()

    async def ping(self) -> None:
        """Tell the dead man's switch that the watch is alive; one that can write nothing down is not."""
        url = self.wiring.settings.alerts.ping_url
        if not url:
            return
        at = self.wiring.now()
        await self.store.run(lambda session: marks.set_mark(session, PING, at=at, data={}))
        outcome = await heartbeat.ping(self.wiring.tools, url)
        if outcome.result is not Result.SENT:
            log.warning("ping failed", detail=outcome.detail)


def _tell_of(session: Session, change: Change, *, routing: Routing, now: datetime) -> None:
    """One notice that a publisher is silent, and one that it is back: each change is an episode."""
    if change.began:
        headline = f"{change.publisher} is silent since {moment(change.since)}: {change.cause}"
        remedy = "Its feeds are still asked; see how they fare: tocsin publishers"
    else:
        headline = f"{change.publisher} is back; it was silent since {moment(change.since)}"
        remedy = "What came out meanwhile is read as far as its seeds still name it."
    notify(
        session,
        "publisher-silent" if change.began else "publisher-back",
        subject_key=f"publisher/{change.publisher_id}",
        headline=headline,
        lines=tuple(line for line in (change.detail, remedy) if line),
        routing=routing,
        now=now,
    )
