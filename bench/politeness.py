"""What 200 servers think of us: no URL that they forbid, no gap too short, no Retry-After overheard.

    python -m bench.politeness [--hosts 200] [--seconds 200]

Each server has an address of its own, its own robots.txt, delays and refusals (tests/crawler/watchful.py),
and writes down every request as it arrives. They run in a process of their own and give the verdict; the
clock is the wall's, so that refused pages, which rest for two minutes at least, are asked for again.
The last figures are in docs/measured.md.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from bench.common import elsewhere, on_reactor

GAP = 0.5
EVERY = {"min": 60, "max": 90}
AT_ONCE = 32


def serve(pipe: Connection, hosts: int) -> None:
    from tests.crawler.watchful import Watchful

    with ExitStack() as opened:
        servers = [Watchful(number) for number in range(hosts)]
        for server in servers:
            opened.enter_context(server.site)
        pipe.send([server.site.url("/rss") for server in servers])
        pipe.recv()
        unseen = [path for server in servers for path in server.allowed - set(server.site.paths())]
        requests = sum(len(server.site.requests) for server in servers)
        pipe.send((requests, unseen, [offence for server in servers for offence in server.offences(GAP)]))
        pipe.recv()


async def crawl(feeds: list[str], seconds: float) -> None:
    from config.sections import PublisherSettings
    from crawler import frontier as outcomes
    from crawler.host import Crawler
    from store import migrations
    from store.queries import frontier
    from store.session import Store
    from store.values import FetchedPage
    from tests.crawler.desk import CRAWL

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'politeness.db'}"
        migrations.prepare(url)
        store = Store(url)

        def now() -> datetime:
            return datetime.now(UTC)

        async def on_page(page: FetchedPage) -> None:
            await store.run(lambda s: outcomes.settle_page(s, page, outcome="read", now=now()))

        settings = CRAWL.model_copy(update={"host_gap": GAP})
        # START of the tests' feeds is long ago: an entry is fetched whatever its day
        crawler = Crawler(
            store, settings, now=now, on_page=on_page, max_age=now() - datetime(2022, 1, 1, tzinfo=UTC)
        )
        publishers = [
            PublisherSettings(domain=f"p{n}.example", seeds=({"url": feed, "kind": "feed"},), every=EVERY)
            for n, feed in enumerate(feeds)
        ]
        await store.run(lambda s: frontier.sync_publishers(s, publishers, now()))
        ends, failures, visits = time.monotonic() + seconds, Counter[str](), set[asyncio.Task[None]]()

        async def visit(host: str) -> None:
            failures.update((await crawler.crawl_host(host)).failures)

        while time.monotonic() < ends:
            visits = {task for task in visits if not task.done()}
            for host in crawler.due_hosts(AT_ONCE)[: AT_ONCE - len(visits)]:
                visits.add(asyncio.create_task(visit(host)))
            await asyncio.sleep(0.1)
        await asyncio.gather(*visits)
        store.close()
    print("refusals:", ", ".join(f"{cause} {count}" for cause, count in failures.most_common()))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--hosts", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=200)
    args = asked.parse_args()
    with elsewhere(serve, args.hosts) as pipe:
        feeds = pipe.recv()
        on_reactor(lambda: crawl(feeds, args.seconds))
        pipe.send("verdict")
        requests, unseen, offences = pipe.recv()
    print(f"{args.hosts} hosts, {requests} requests in {args.seconds:.0f} s")
    print(f"allowed and never asked for: {len(unseen)}; impolite requests: {len(offences)}")
    for offence in offences[:20]:
        print(f"  {offence}")


if __name__ == "__main__":
    main()
