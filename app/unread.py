"""Pages that the sieve stopped, written down some at a time: there are many of them, and none tells anything.

Until then their links stay claimed, so that a kill costs a second fetch of some pages and loses none.
"""

import asyncio
from dataclasses import replace

import structlog

from app.clock import Now
from app.reading import Outcome
from config.errors import TocsinError
from crawler import frontier
from store.session import Store
from store.spool import Spool, Verdict
from store.values import FetchedPage

log = structlog.get_logger(__name__)

MOST = 32
LONGEST = 1.0
"""Seconds that a page may wait for others: far less than its claim holds."""


class Unread:
    """Takes pages to their end without a reading."""

    def __init__(self, store: Store, spool: Spool, *, now: Now) -> None:
        self._store = store
        self._spool = spool
        self._now = now
        self._pages: list[FetchedPage] = []
        self._waiting: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def add(self, page: FetchedPage) -> None:
        """Take a page; of one that came packed the rest is let go."""
        self._pages.append(replace(page, body=b"") if page.packed else page)
        if len(self._pages) >= MOST:
            await self.flush()
        elif self._waiting is None:
            self._waiting = asyncio.create_task(self._wait())

    async def flush(self) -> None:
        """Write down what is there, in the spool and then in the store."""
        if self._waiting is not None and self._waiting is not asyncio.current_task():
            self._waiting.cancel()
        self._waiting = None
        async with self._writing:
            pages, self._pages = self._pages, []
            if pages:
                await self._write(pages)

    async def _write(self, pages: list[FetchedPage]) -> None:
        verdict = Verdict(outcome=Outcome.GATED)
        try:
            await self._spool.put_unread(pages, verdict)
        except TocsinError:  # a spool that fails costs nothing but that
            log.exception("pages not spooled", pages=len(pages))
        try:
            await self._store.run(
                lambda s: frontier.settle_unread(s, pages, outcome=Outcome.GATED, now=self._now())
            )
        except TocsinError:
            log.exception("pages not settled", pages=len(pages))

    async def _wait(self) -> None:
        await asyncio.sleep(LONGEST)
        await self.flush()
