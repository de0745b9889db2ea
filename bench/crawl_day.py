"""A day of simulated time over many seeds: how polls are spread, how many are answered 304, what memory does.

    python -m bench.crawl_day [SEEDS] [HOURS]

Each seed is a host of its own that publishes by its own rhythm on a played clock. Robots.txt, budget, guard,
Scrapy and the store are the real ones; the site runs in a process of its own.
"""

import asyncio
import hashlib
import logging
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
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
        polls: Counter[int] = Counter()
        room = asyncio.Semaphore(AT_ONCE)
        total = unchanged = quiet = pages = 0
        memory: list[float] = []

        async def visit(host: str) -> None:
            nonlocal total, unchanged, quiet, pages
            async with room:
                report = await crawler.crawl_host(host)
            total += report.polls
            unchanged += report.unchanged
            quiet += 0 if report.new_links else report.polls
            pages += report.pages
            polls[int(clock.value // 600)] += report.polls

        cpu, wall = time.process_time(), time.perf_counter()
        while clock.value < hours * 3600.0:
            await asyncio.gather(*(visit(host) for host in crawler.due_hosts(10_000)))
            clock.value += TICK
            if clock.value % 3600.0 < TICK:
                memory.append(resident())
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        with store.read() as session:
            overdue = now() - timedelta(seconds=TICK)
            late = session.exec(select(func.count()).where(Seed.next_check <= overdue)).one()
            known = session.exec(select(func.count(Link.id))).one()
        missing = sum(published(host, clock.value - 3700.0) for host in hosts) - known
        steady = [polls[slot] for slot in range(12, hours * 6)]
        each = 1000 * cpu / (total + pages)
        print(f"{seeds} seeds, {hours} h: {total} polls, {pages} pages, {each:.1f} ms CPU each, {wall:.0f} s")
        print(f"polls without news: {quiet}, answered 304: {unchanged / quiet:.1%}")
        print(f"seeds overdue at the end: {late}; articles missing: {max(missing, 0)}")
        mean = sum(steady) / len(steady)
        print(f"polls in 10 minutes after two hours: {min(steady)} to {max(steady)}, mean {mean:.0f}")
        print(f"memory by the hour, MB: {' '.join(str(round(megabytes)) for megabytes in memory)}")
        store.close()


def main() -> None:
    seeds, hours = (int(argument) for argument in (*sys.argv[1:], "200", "24")[:2])
    clock = multiprocessing.get_context("spawn").Value("d", 0.0)
    with elsewhere(serve, clock) as pipe:
        port = pipe.recv()
        on_reactor(lambda: day(port, seeds, hours, clock))


if __name__ == "__main__":
    main()
