"""The watch itself: its parts side by side on one loop, begun and ended in order.

Crawling (engine, crawler), reading (pipeline, workers), telling (dispatcher) and the clock's jobs. What a
page means and where an alert goes is decided elsewhere.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, select

from alerts import ledger, standings
from alerts.dispatcher import Dispatcher
from app import sign
from app.clock import system_now
from app.engine import Engine, LocalEngine
from app.failpoint import Failpoint, pass_by
from app.jobs import Jobs
from app.pipeline import Pipeline
from app.reading import words_of
from app.recording import Saved
from app.sieve import Sieve
from app.tripwire import tripwired
from app.unread import Unread
from app.vocabulary import sync_claims, sync_speakers
from app.wiring import Wiring
from app.worker import PageReader, load_engine
from crawler.host import Crawler
from extractors import hidden
from store.errors import StoreError
from store.models import Publisher
from store.queries import frontier
from store.queries.publishers import sync_publishers
from store.session import Store
from store.spool import Spool

log = structlog.get_logger(__name__)

ONCE_SENDING = 120.0
"""Seconds that `--once` gives its deliveries; what is not sent by then goes with the next run."""

SENDING_GRACE = 3.0
"""Seconds that sends under way get when the watch ends; they are under a lease and tried again."""


class Watch:
    """One run of the watch. `stop` is set from outside to end it."""

    def __init__(self, wiring: Wiring, stop: asyncio.Event) -> None:
        settings = wiring.settings
        self._wiring = wiring
        self._stop = stop
        self._news = asyncio.Event()
        self._sign = sign.own(system_now())
        self._is_watch = False
        self._store = Store(settings.database.url)
        self._spool = Spool(
            wiring.spool_path,
            max_days=settings.spool.max_days,
            max_bytes=settings.spool.max_bytes,
            words=words_of,
        )
        self._unread = Unread(self._store, self._spool, now=wiring.now)
        self._reader = PageReader(partial(load_engine, tuple(settings.claims)), settings.worker)
        self._dispatcher = Dispatcher(
            self._store,
            tripwired(wiring.channels),
            now=wiring.now,
            routing=wiring.routing,
            owner=self._sign.owner,
        )

    async def run(self, *, once: bool) -> int:
        """Watch until told to stop, or once over everything that is due; the exit code."""
        try:
            outlets = await self._store.run(self._begin)
            pipeline = self._pipeline(outlets)
            crawler = Crawler(
                self._store,
                self._wiring.settings.crawl,
                now=self._wiring.now,
                on_page=pipeline,
                max_age=self._wiring.settings.novelty.max_age,
            )
            jobs = Jobs(self._wiring, self._store, self._spool, pipeline.counters, self._news.set)
            log.info("watch begins", publishers=len(outlets), channels=len(self._wiring.channels))
            run = self._run_once if once else self._run_on
            return await run(crawler, jobs)
        finally:
            await self._end()

    def _begin(self, session: Session) -> dict[int, str]:
        """Bring the store in step with the configuration; the outlets' names by key."""
        now = self._wiring.now()
        self._is_watch = sign.take_over(session, self._sign, at=system_now(), now=now)
        if not self._is_watch:
            log.warning("another watch runs on this database")
        sync_claims(session, self._wiring.engine.claims)
        sync_speakers(session, self._wiring.engine.directory.known)
        sync_publishers(session, self._wiring.publishers, now)
        standings.open_standings(session, now=now)
        return {row.id: row.name for row in session.exec(select(Publisher)) if row.id is not None}

    def _pipeline(self, outlets: Mapping[int, str]) -> Pipeline:
        return Pipeline(
            store=self._store,
            spool=self._spool,
            sieve=Sieve(self._wiring.engine.anchors(within=hidden.WITHIN)),
            unread=self._unread,
            reader=self._reader,
            outlets=outlets,
            tell=self._record,
            now=self._wiring.now,
            recheck_for=self._wiring.settings.crawl.recheck_for,
            on_alert=self._news.set,
        )

    def _record(self, session: Session, saved: Saved) -> int:
        """Judge what a page added, in the page's own transaction; how many alerts that made."""
        if not saved.statements and saved.edit is None:
            return 0
        recorded = ledger.record(
            session,
            saved.statements,
            now=self._wiring.now(),
            rules=self._wiring.rules,
            routing=self._wiring.routing,
            revision=saved.edit,
        )
        return len(recorded.alerts)

    async def _run_on(self, crawler: Crawler, jobs: Jobs) -> int:
        scheduler = _scheduler()
        jobs.schedule(scheduler)
        scheduler.add_job(self._show, "interval", seconds=sign.EVERY, id="sign", name="sign")
        engine = self._engine(scheduler, crawler)
        scheduler.start()
        try:
            await asyncio.gather(engine.serve(partial(_visit, crawler), self._stop), self._tell())
        finally:
            scheduler.shutdown(wait=False)
        return 0

    async def _run_once(self, crawler: Crawler, jobs: Jobs) -> int:
        """Poll, read and tell everything that is due; 1 where something could not be told."""
        await self._engine(_scheduler(), crawler).drain(partial(_visit, crawler), self._stop)
        await self._unread.flush()
        if self._stop.is_set():
            return 0
        await jobs.close_first_round(whatever=True)
        try:
            async with asyncio.timeout(ONCE_SENDING):
                failed = (await self._dispatcher.run_due()).failed
        except TimeoutError:
            failed = {"not sent in time": 1}
        log.info("watch over", pages=jobs.counters.pages, alerts=jobs.counters.alerts, failed=failed)
        return int(bool(failed))

    def _engine(self, scheduler: BaseScheduler, crawler: Crawler) -> Engine:
        crawl = self._wiring.settings.crawl
        return LocalEngine(
            scheduler,
            due_hosts=self._due_hosts,
            free_hosts=crawler.due_hosts,
            tick=crawl.tick,
            max_hosts=crawl.max_hosts,
            grace=crawl.stop_grace,
        )

    def _due_hosts(self, limit: int) -> list[str]:
        with self._store.read() as session:
            return frontier.due_hosts(session, self._wiring.now(), limit)

    async def _tell(self) -> None:
        """Send what is due whenever there is news, and at every tick what was to be tried again."""
        while not self._stop.is_set():
            self._news.clear()
            pass_by(Failpoint.DISPATCH_BEGUN)
            try:
                await self._dispatcher.kick()
            except Exception:  # a full disk, a locked database: the outbox keeps what is due
                log.exception("nothing could be sent")
            pass_by(Failpoint.DISPATCH_ENDED)
            await _first_of(self._news, self._stop, seconds=self._wiring.settings.crawl.tick)
        await self._dispatcher.close(grace=SENDING_GRACE)

    async def _show(self, *, ended: bool = False) -> None:
        """Show that the loop turns and the store takes writes, unless another watch shows that."""
        shown = replace(self._sign, ended=ended)

        def show(session: Session) -> bool:
            if not self._is_watch:
                return sign.succeed(session, shown, at=system_now())
            sign.show(session, shown, at=system_now())
            return True

        self._is_watch = await self._store.run(show)

    async def _end(self) -> None:
        await self._dispatcher.close(grace=0)
        await self._unread.flush()
        if self._is_watch:
            try:
                await self._show(ended=True)
            except StoreError as error:  # a full disk must not hide what ended the watch
                log.warning("no sign could be left", error=str(error))
        await asyncio.to_thread(self._reader.stop)
        await asyncio.to_thread(self._store.close)
        await asyncio.to_thread(self._spool.close)


async def _visit(crawler: Crawler, host: str) -> int:
    """One crawl of a host; how much was fetched."""
    pass_by(Failpoint.HOST_BEGUN)
    report = await crawler.crawl_host(host)
    pass_by(Failpoint.HOST_ENDED)
    told = log.info if report.pages or report.new_links or report.failures else log.debug
    told(
        "host visited",
        host=host,
        polls=report.polls,
        new=report.new_links,
        pages=report.pages,
        failures=report.failures,
        ended=report.ended,
    )
    return report.polls + report.pages


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _scheduler() -> AsyncIOScheduler:
    """A clock for jobs that never lets a late one drop unheard: APScheduler's own grace is one second."""
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop(), job_defaults=defaults, timezone="UTC")
    scheduler.add_listener(_tell_of_job, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return scheduler


def _tell_of_job(event: JobExecutionEvent) -> None:
    if event.exception is not None:
        log.error("job failed", job=event.job_id, error=repr(event.exception), trace=event.traceback)
    else:
        log.warning("job missed", job=event.job_id, due=str(event.scheduled_run_time))
