"""One budget of requests per host for the whole process: one in flight, and a gap between two.

Kept in memory: after a restart the first request of a host may come sooner than its gap. What a robots.txt
says is read in crawler/robots.py and told here as a longer gap.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crawler.trouble import NotYet

LANES = 20_000
IDLE = 3600.0


@dataclass(slots=True)
class Lane:
    """One host: when it may be asked next, and how far apart."""

    gap: float
    ready_at: float = 0.0
    paused_until: float = 0.0
    in_flight: asyncio.Lock = field(default_factory=asyncio.Lock)


class Budget:
    """Who may ask a host, and when. Seconds are those of a clock that only goes forward."""

    def __init__(
        self, gap: float, *, patience: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gap = gap
        self._patience = patience
        self._clock = clock
        self._lanes: dict[str, Lane] = {}

    def wait(self, host: str, now: float) -> float:
        """Seconds until the host may be asked; reserves nothing."""
        lane = self._lanes.get(host)
        return 0.0 if lane is None else max(lane.ready_at - now, lane.paused_until - now, 0.0)

    def reserve(self, host: str, now: float) -> float:
        """Take the host's next turn: the seconds to wait for it."""
        lane = self._lane(host, now)
        wait = self.wait(host, now)
        lane.ready_at = now + wait + lane.gap
        return wait

    def finish(self, host: str, now: float) -> None:
        """A request has ended. The gap counts from here, so that it is kept as the server sees it."""
        lane = self._lane(host, now)
        lane.ready_at = max(lane.ready_at, now + lane.gap)

    def slow_down(self, host: str, gap: float, now: float) -> None:
        """The host asks for a longer gap than ours."""
        lane = self._lane(host, now)
        lane.ready_at += max(max(gap, self._gap) - lane.gap, 0.0)
        lane.gap = max(gap, self._gap)

    def pause(self, host: str, seconds: float, now: float) -> None:
        """The host wants to be left alone for a while."""
        lane = self._lane(host, now)
        lane.paused_until = max(lane.paused_until, now + seconds)

    def delay(self, host: str) -> float:
        """Seconds until the host may be asked, by the budget's own clock."""
        return self.wait(host, self._clock())

    def rest(self, host: str, seconds: float) -> None:
        self.pause(host, seconds, self._clock())

    def stretch(self, host: str, gap: float) -> None:
        self.slow_down(host, gap, self._clock())

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's next turn and hold it. Raises NotYet where that would take too long."""
        async with self._lane(host, self._clock()).in_flight:
            if (wait := self.delay(host)) > self._patience:
                raise NotYet(host, wait)
            await asyncio.sleep(self.reserve(host, self._clock()))
            try:
                yield
            finally:
                self.finish(host, self._clock())

    def _lane(self, host: str, now: float) -> Lane:
        if host not in self._lanes:
            self._forget(now)
            self._lanes[host] = Lane(self._gap)
        return self._lanes[host]

    def _forget(self, now: float) -> None:
        if len(self._lanes) < LANES:
            return
        for host, lane in list(self._lanes.items()):
            if max(lane.ready_at, lane.paused_until) < now - IDLE and not lane.in_flight.locked():
                del self._lanes[host]
