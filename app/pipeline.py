"""The way of a page: read in a worker, then written and judged in one transaction, and never in between.

    FetchedPage ─► sieve ─► PageReader.read ─► spool ─► transaction: Article, Revision, Statements
                                                            ledger: novelty, positions, alerts, deliveries
                                                            link settled

A kill at any point leaves the link pending or everything written; a page fetched again finds its rows. What
is read and how it is judged is decided elsewhere; nothing is fetched or sent here. A page that the sieve
stops is not read at all: its bytes go to the spool as they came.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlmodel import Session

from app.clock import Now
from app.failpoint import Failpoint, pass_by
from app.reading import Outcome, PageJob, Reading
from app.recording import Saved, record
from app.settling import settle
from app.sieve import Sieve
from app.unread import Unread
from app.worker import PageReader
from store.errors import StoreError
from store.session import Store
from store.spool import Spool, Verdict
from store.values import FetchedPage

log = structlog.get_logger(__name__)

Tell = Callable[[Session, Saved], int]
"""Judges what a page added and writes its alerts; how many. Runs inside the page's transaction."""


@dataclass(slots=True)
class Counters:
    """What the pipeline did since it began, for the daily message and the log."""

    pages: int = 0
    cpu_seconds: float = 0.0
    alerts: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    def count(self, reading: Reading, saved: Saved, alerts: int) -> None:
        self.pages += 1
        self.cpu_seconds += reading.cpu_seconds
        self.alerts += alerts
        self.outcomes[saved.outcome] = self.outcomes.get(saved.outcome, 0) + 1


class Pipeline:
    """Takes each fetched page to its end: `await pipeline(page)`."""

    def __init__(
        self,
        *,
        store: Store,
        spool: Spool,
        sieve: Sieve,
        unread: Unread,
        reader: PageReader,
        outlets: Mapping[int, str],
        tell: Tell,
        now: Now,
        recheck_for: float,
        on_alert: Callable[[], None],
    ) -> None:
        self._store = store
        self._spool = spool
        self._sieve = sieve
        self._unread = unread
        self._reader = reader
        self._outlets = outlets
        self._tell = tell
        self._now = now
        self._recheck_for = recheck_for
        self._on_alert = on_alert
        self.counters = Counters()

    async def __call__(self, page: FetchedPage) -> None:
        pass_by(Failpoint.PAGE_FETCHED)
        if not (page.was_kept or self._sieve.passes(page.body)):
            self.counters.count(Reading(Outcome.GATED), Saved(Outcome.GATED), 0)
            await self._unread.add(page)
            return
        reading = await self._reader.read(self._job(page))
        pass_by(Failpoint.PAGE_READ)
        await self._spool_text(page, reading)
        saved, alerts = await self._store.run(partial(self._write, page, reading), *_keys(reading))
        pass_by(Failpoint.COMMITTED)
        self.counters.count(reading, saved, alerts)
        log.info("page read", url=page.final_url, outcome=saved.outcome, alerts=alerts)
        if alerts:
            self._on_alert()

    def _job(self, page: FetchedPage) -> PageJob:
        return PageJob(
            body=page.body,
            content_type=page.content_type,
            url=page.final_url,
            outlet=self._outlets.get(page.publisher_id, ""),
            title_hint=page.title_hint,
            published_hint=page.published_hint,
            found_on=(page.first_seen or page.fetched_at).date(),
            ungated=page.was_kept,
        )

    async def _spool_text(self, page: FetchedPage, reading: Reading) -> None:
        """Keep the text for later claims; a spool that fails costs nothing but that."""
        if reading.text:
            text = reading.article.text if reading.article else reading.text
            try:
                await self._spool.put(page, text, _verdict(reading))
            except StoreError:
                log.exception("page not spooled", url=page.final_url)
        pass_by(Failpoint.SPOOLED)

    def _write(self, page: FetchedPage, reading: Reading, session: Session) -> tuple[Saved, int]:
        pass_by(Failpoint.WRITE_BEGUN)
        now = self._now()
        saved = record(session, page, reading, now=now)
        alerts = self._tell(session, saved)
        pass_by(Failpoint.ALERTS_RECORDED)
        settle(session, page, saved.outcome, now=now, recheck_for=self._recheck_for)
        pass_by(Failpoint.LINK_SETTLED)
        return saved, alerts


def _verdict(reading: Reading) -> Verdict:
    article = reading.article
    if article is None:
        return Verdict(outcome=reading.outcome, reason=reading.error)
    published = article.published or article.published_on
    return Verdict(
        outcome=reading.outcome,
        reason=reading.error,
        title=article.title,
        lang=article.lang or "",
        published=published.isoformat() if published else "",
        matcher=reading.matcher,
        extracted=True,
    )


def _keys(reading: Reading) -> list[str]:
    """What the transaction decides on: the ledger of each claim that the page speaks of."""
    matches = reading.result.matches if reading.result else ()
    return sorted({f"claim:{match.claim}" for match in matches})
