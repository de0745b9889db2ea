"""What the watch does by the clock beside crawling: upkeep, the daily message, the ping, the first message.

When each runs is set in app/daemon.py; what they write goes through the outbox like everything else.
"""

from dataclasses import dataclass

import httpx
import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from alerts import standings
from app.pipeline import Counters
from app.wiring import Wiring
from store.session import Store
from store.spool import Spool

log = structlog.get_logger(__name__)

FIRST_ROUND = "first-round"


@dataclass(frozen=True, slots=True)
class Jobs:
    """The recurring work; each method is one job and may fail without harm to the others."""

    wiring: Wiring
    store: Store
    spool: Spool
    counters: Counters

    def schedule(self, scheduler: BaseScheduler) -> None:
        """Put every job on the clock."""
        scheduler.add_job(self.keep_up, "interval", seconds=300, id="upkeep", name="upkeep")
        scheduler.add_job(self.first_round, "interval", seconds=2, id=FIRST_ROUND, args=[scheduler])
        if self.wiring.settings.alerts.ping_url:
            scheduler.add_job(self.ping, "interval", seconds=60, id="ping", name="ping")

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

        return await self.store.run(close)

    async def ping(self) -> None:
        """Tell the dead man's switch that the watch is alive."""
        url = self.wiring.settings.alerts.ping_url
        if not url:
            return
        try:
            async with self.wiring.clients() as client:
                await client.get(url)
        except httpx.HTTPError as error:
            log.warning("ping failed", error=str(error) or type(error).__name__)
