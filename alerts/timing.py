"""When a channel wants to be told: at once, in a digest, not in its quiet hours, not in bursts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Digest(StrEnum):
    """How often a channel is told: alert by alert, or in one message an hour or a day."""

    OFF = "off"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which only urgent alerts ring; `start` later than `end` spans midnight."""

    start: time
    end: time

    def holds(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, slots=True)
class Burst:
    """More than `count` messages `within` this time become one that lists them."""

    count: int = 10
    within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Timing:
    """One channel's wishes. Times of day are in `zone`."""

    digest: Digest = Digest.OFF
    daily_at: time = time(8, 0)
    zone: ZoneInfo | None = None
    quiet: Quiet | None = None
    burst: Burst | None = None

    def next_digest(self, now: datetime) -> datetime | None:
        if self.digest is Digest.OFF:
            return None
        if self.digest is Digest.HOURLY:
            return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return self._next_local(self.daily_at, now)

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that `now` lies in, if it does."""
        if self.quiet is None or not self.quiet.holds(self._local(now).time()):
            return None
        return self._next_local(self.quiet.end, now)

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(self.zone or UTC)

    def _next_local(self, at: time, now: datetime) -> datetime:
        """The next time that the wall clock shows `at`, summer time or not."""
        local = self._local(now)
        today = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
        if today.astimezone(UTC) > now:
            return today.astimezone(UTC)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), at, tzinfo=local.tzinfo)
        return tomorrow.astimezone(UTC)


def last_daily(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The last time that the wall clock of the zone showed `at`, summer time or not."""
    today = now.astimezone(zone).date()
    shown = (datetime.combine(today - timedelta(days=back), at, tzinfo=zone) for back in (0, 1))
    return next(moment for moment in (one.astimezone(UTC) for one in shown) if moment <= now)


class Crowd(StrEnum):
    """What to do with the messages that are due for one channel."""

    SEND = "send"
    FOLD = "fold"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Crowding:
    """The decision, and until when to hold where it is HOLD."""

    crowd: Crowd
    until: datetime | None = None


def crowding(
    due: int, sent: Sequence[datetime], burst: Burst | None, *, held: int, now: datetime
) -> Crowding:
    """`sent`: when its last messages went out. `held`: how many of `due` were held back until now."""
    if held > 1:
        return Crowding(Crowd.FOLD)
    if burst is None or not due:
        return Crowding(Crowd.SEND)
    recent = sorted(moment for moment in sent if moment > now - burst.within)
    if len(recent) + due <= burst.count:
        return Crowding(Crowd.SEND)
    if len(recent) < burst.count:
        return Crowding(Crowd.FOLD)
    return Crowding(Crowd.HOLD, until=recent[-burst.count] + burst.within)
