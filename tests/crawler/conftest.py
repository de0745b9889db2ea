"""A running asyncio reactor for the whole test session, as the daemon has one, in a thread of its own.

Twisted's reactor can be started once in a process; tests hand their coroutines to its loop.
"""

import asyncio
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import asyncioreactor

from app.demo.site import Answer, Reply, Site, routes
from crawler.guard import GuardedResolver
from crawler.host import Crawler, install_resolver
from store import migrations
from store.session import Store
from tests.crawler.desk import CRAWL, Desk


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop of the running reactor."""
    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    reactor: Any = import_module("twisted.internet.reactor")

    def serve() -> None:
        asyncio.set_event_loop(loop)
        reactor.run(installSignalHandlers=False)

    thread = threading.Thread(target=serve, name="reactor", daemon=True)
    thread.start()
    yield loop
    reactor.callFromThread(reactor.stop)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="session")
def resolver(loop: asyncio.AbstractEventLoop) -> GuardedResolver:
    """The address rule on the reactor, as the daemon installs it: once."""
    return install_resolver(CRAWL)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated database file, made once: migrating takes longer than most tests here."""
    path = tmp_path_factory.mktemp("empty") / "tocsin.db"
    migrations.prepare(f"sqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
def store(tmp_path: Path, empty_database: bytes) -> Iterator[Store]:
    path = tmp_path / "tocsin.db"
    path.write_bytes(empty_database)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store, loop: asyncio.AbstractEventLoop, resolver: GuardedResolver) -> Desk:
    def new_crawler(desk: Desk) -> Crawler:
        return Crawler(store, CRAWL, now=desk.now, on_page=desk.on_page, resolver=resolver)

    return Desk(store, loop, new_crawler)


@pytest.fixture
def pages() -> dict[str, Reply | bytes | str]:
    """What the site serves: path to reply. A test fills it in."""
    return {}


@pytest.fixture
def site(pages: dict[str, Reply | bytes | str]) -> Iterator[Site]:
    answer: Answer = routes(pages)
    with Site(answer) as site:
        yield site
