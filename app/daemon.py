"""The process of the watch: reactor, signals, exit code. What runs in it is in app/watch.py.

The reactor is installed before anything of Twisted is loaded, and run by itself: running its loop alone ends
crawls with no request sent.
"""

import asyncio
import os
import signal
import sys
import threading
from typing import Any

import structlog

from app.wiring import Wiring
from config import logs
from config.secrets import secrets_of
from config.settings import Settings
from store.migrations import prepare

log = structlog.get_logger(__name__)

LATEST = 9.0
"""Seconds after a signal in which all is over, whatever still hangs: the store survives worse."""


def serve(settings: Settings, *, once: bool = False) -> int:
    """Run the watch in this process until it is told to end; the exit code."""
    logs.configure(settings.log, secrets=secrets_of(settings))
    wiring = Wiring(settings)
    _ = (
        wiring.routing,
        wiring.engine,
        wiring.publishers,
    )  # what is wrong with a channel or a claim is told before anything starts
    prepare(settings.database.url)
    loop, reactor = _install_reactor()
    ended: list[int | BaseException] = []

    async def live() -> None:
        from app.watch import Watch  # loads Scrapy, which needs the reactor in place

        stop = asyncio.Event()
        _heed_signals(loop, stop)
        try:
            ended.append(await Watch(wiring, stop).run(once=once))
        except BaseException as error:
            ended.append(error)
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: loop.create_task(live()))
    reactor.run(installSignalHandlers=False)
    return _code(ended)


def _code(ended: list[int | BaseException]) -> int:
    outcome = ended[0] if ended else 1
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _install_reactor() -> tuple[asyncio.AbstractEventLoop, Any]:
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    return loop, reactor


def _heed_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """The first SIGTERM or SIGINT ends the watch in order; a second one, or time, ends it at once."""

    def heed(number: int) -> None:
        if stop.is_set():
            _leave()
        log.info("watch ends", signal=signal.Signals(number).name)
        stop.set()
        latest = threading.Timer(LATEST, _leave)
        latest.daemon = True
        latest.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heed, number)


def _leave() -> None:
    """Go without waiting for threads: a dead name server holds some for minutes, and all is committed."""
    sys.stderr.flush()
    os._exit(0)
