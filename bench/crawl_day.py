"""A day of simulated time over many seeds: how polls are spread, how many are answered 304, what memory does.

    python -m bench.crawl_day [SEEDS] [HOURS]

Each seed is a host of its own that publishes by its own rhythm on a played clock. Robots.txt, budget, guard,
Scrapy and the store are the real ones; the site runs in a process of its own. Each hour of the day is a line.
The last figures are in docs/measured.md.
"""

import asyncio
import hashlib
import logging
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog

from bench.common import elsewhere, on_reactor, resident

START = datetime(2022, 6, 1, tzinfo=UTC)
TICK = 30.0
AT_ONCE = 16


def published(host: str, now: float) -> int:
    """How many articles a host has published by now: between one in 10 minutes and one in 10 hours."""
    pace = 600.0 * 60.0 ** (int(hashlib.sha256(host.encode()).hexdigest()[:8], 16) / 2**32)
    return int(now / pace)


def serve(pipe: Connection, clock: Any) -> None:
    from app.demo.site import Reply, Request, Site

    def answer(request: Request) -> Reply:
        host = request.headers["host"]
        if request.path == "/robots.txt":
            return Reply(b"User-agent: *\nAllow: /\n", content_type="text/plain")
        if request.path != "/rss":
            return Reply(b"<!doctype html><p>" + b"Words. " * 500)
        latest = published(host, clock.value)
        numbers = [*range(latest, max(latest - 20, 0), -1), 0]
        items = "".join(f"<item><title>{n}</title><link>http://{host}/{n}</link></item>" for n in numbers)
        body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
        return Reply(body.encode(), content_type="application/rss+xml", validators=True)

    with Site(answer, address="0.0.0.0") as site:
        pipe.send(site.port)
        pipe.recv()


@dataclass(slots=True)
class Tally:
    """What was fetched so far; `slots` counts the polls of each ten minutes."""

    polls: int = 0
    quiet: int = 0
    unchanged: int = 0
    pages: int = 0
    slots: Counter[int] = field(default_factory=Counter)

    def count(self, report: Any, slot: int) -> None:
        self.polls += report.polls
        self.quiet += 0 if report.new_links else report.polls
        self.unchanged += report.unchanged
        self.pages += report.pages
        self.slots[slot] += report.polls

    def __str__(self) -> str:
        last = [count for _, count in sorted(self.slots.items())[-6:]]
        return (
            f"{self.polls} polls ({min(last)} to {max(last)} in ten minutes), {self.pages} pages, "
            f"{self.unchanged / max(self.quiet, 1):.1%} of polls without news answered 304, "
            f"{resident():.0f} MB"
        )


async def day(port: int, seeds: int, hours: int, clock: Any) -> None:
    from sqlmodel import func, select

    from config.sections import CrawlSettings, PublisherSettings
    from crawler import frontier as outcomes
    from crawler.host import Crawler
    from store import migrations
    from store.models import Link, Seed
    from store.queries import frontier
    from store.session import Store
    from store.values import FetchedPage

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'day.db'}"
        migrations.prepare(url)
        store = Store(url)

        def now() -> datetime:
            return START + timedelta(seconds=clock.value)

        async def on_page(page: FetchedPage) -> None:
            await store.run(lambda s: outcomes.settle_page(s, page, outcome="gated", now=now()))

        crawl = CrawlSettings(allow_private=("127.0.0.0/8",), host_gap=0.0)
        crawler = Crawler(store, crawl, now=now, on_page=on_page)
        hosts = [f"127.0.{n // 250}.{n % 250 + 1}:{port}" for n in range(seeds)]
        publishers = [
            PublisherSettings(domain=f"p{n}.example", seeds=({"url": f"http://{host}/rss", "kind": "feed"},))
            for n, host in enumerate(hosts)
        ]
        await store.run(lambda s: frontier.sync_publishers(s, publishers, now()))
        room, tally = asyncio.Semaphore(AT_ONCE), Tally()

        async def visit(host: str) -> None:
            async with room:
                tally.count(await crawler.crawl_host(host), int(clock.value // 600))

        def overdue() -> int:
            with store.read() as session:
                late = now() - timedelta(seconds=TICK)
                return session.exec(select(func.count()).where(Seed.next_check < late)).one()

        cpu = time.process_time()
        while clock.value < hours * 3600.0:
            await asyncio.gather(*(visit(host) for host in crawler.due_hosts(10_000)))
            clock.value += TICK
            if clock.value % 3600.0 < TICK:
                each = 1000 * (time.process_time() - cpu) / (tally.polls + tally.pages)
                late = overdue()
                spent = f"{late} seeds overdue, {each:.1f} ms CPU each"
                print(f"after {clock.value / 3600:2.0f} h: {tally}, {spent}", flush=True)
        with store.read() as session:
            known = session.exec(select(func.count(Link.id))).one()
        missing = sum(published(host, clock.value - 3700.0) for host in hosts) - known
        print(f"articles out for more than an hour and not found: {max(missing, 0)}")
        store.close()


def main() -> None:
    seeds, hours = (int(argument) for argument in (*sys.argv[1:], "200", "24")[:2])
    clock = multiprocessing.get_context("spawn").Value("d", 0.0)
    with elsewhere(serve, clock) as pipe:
        port = pipe.recv()
        on_reactor(lambda: day(port, seeds, hours, clock))


if __name__ == "__main__":
    main()
