"""The only place that reads the clock: everything else is given `now`, a callable that answers aware UTC.

A played clock shows a rehearsal's time, which begins where its script begins and runs faster. It schedules
nothing, and what waits for the machine (sockets, time limits) goes by the loop's own time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from config.sections import RehearsalSettings

Now = Callable[[], datetime]


def system_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one reading of the clock


@dataclass(frozen=True, slots=True)
class PlayedClock:
    """Says what the rehearsal's clock says, `started` being the wall time of its second 0."""

    rehearsal: RehearsalSettings
    started: datetime
    wall: Now = system_now

    def __call__(self) -> datetime:
        elapsed = (self.wall() - self.started).total_seconds()
        return self.rehearsal.event_time(elapsed).astimezone(UTC)


def clock_of(rehearsal: RehearsalSettings | None, wall: Now = system_now) -> Now:
    """The wall's clock, or a rehearsal's where one is set."""
    if rehearsal is None:
        return wall
    return PlayedClock(rehearsal, rehearsal.started or wall(), wall)
