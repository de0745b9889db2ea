"""When to ask again: pure functions of a seed's state, its last answer and the clock.

Nothing here reads a clock, a database or the network; chance comes from a seed number, so that two runs
agree. The next time counts from now and not from when the poll was due, so overruns never pile up.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FEW_KNOWN, MOST_KNOWN = 0.33, 0.67
SHORTER, LONGER = 0.6, 1.4
JITTER = 0.1
FIRST_BACKOFF = 60.0
LONGEST_BACKOFF = 3600.0
"""A seed in trouble is asked at least this often for ever, unless its own `max` is longer."""

RETRY_LADDER = (120.0, 600.0, 1800.0, 7200.0, 21600.0)
RECHECK_LADDER = (900.0, 2700.0, 7200.0, 21600.0, 54000.0, 86400.0)
"""Gaps after which a page is looked at for edits: 48 hours in all."""


class Why(StrEnum):
    """What the next check rests on."""

    RHYTHM = "rhythm"
    FRESH = "fresh"
    BACKOFF = "backoff"
    RETRY_AFTER = "retry-after"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a seed's interval, in seconds."""

    min: float
    max: float

    def clamp(self, interval: float) -> float:
        return min(max(interval, self.min), self.max)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the answer itself says about when to come back, in seconds."""

    ttl: float | None = None
    max_age: float | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The seed's interval from now on, and when it is asked next. `why` names what decided."""

    interval: float
    next_check: datetime
    why: Why


NO_HINTS = Hints()


def rhythm(interval: float, known_share: float, limits: Limits) -> float:
    """Shorter where most entries were new, longer where most were known already."""
    if known_share < FEW_KNOWN:
        interval *= SHORTER
    elif known_share > MOST_KNOWN:
        interval *= LONGER
    return limits.clamp(interval)


def after_poll(
    interval: float,
    limits: Limits,
    *,
    known_share: float,
    now: datetime,
    chance: int,
    hints: Hints = NO_HINTS,
) -> Plan:
    """The plan after a good poll. An unchanged answer has a known share of 1."""
    own = rhythm(interval, known_share, limits)
    fresh = limits.clamp(max(hints.ttl or 0.0, hints.max_age or 0.0))
    wait, why = (fresh, Why.FRESH) if fresh > own else (own, Why.RHYTHM)
    return _plan(own, wait, why, limits=limits, hints=hints, now=now, chance=chance)


def after_failure(
    interval: float, limits: Limits, *, failures: int, now: datetime, chance: int, hints: Hints = NO_HINTS
) -> Plan:
    """The plan after the `failures`-th failure in a row: ever longer, with a ceiling and without an end."""
    ceiling = max(limits.max, LONGEST_BACKOFF)
    doublings = min(max(failures - 1, 0), 16)
    own = limits.clamp(interval)
    wait = min(max(own, FIRST_BACKOFF) * 2.0**doublings, ceiling)
    return _plan(own, wait, Why.BACKOFF, limits=limits, hints=hints, now=now, chance=chance)


def _plan(
    interval: float, wait: float, why: Why, *, limits: Limits, hints: Hints, now: datetime, chance: int
) -> Plan:
    """Jitter spreads the seeds of one start over time; what a server asked for is a floor under it."""
    wait = max(wait * random.Random(chance).uniform(1.0 - JITTER, 1.0 + JITTER), limits.min)  # noqa: S311
    if why is not Why.BACKOFF:
        wait = min(wait, limits.max)
    if hints.retry_after is not None and hints.retry_after > wait:
        wait, why = hints.retry_after, Why.RETRY_AFTER
    return Plan(interval, now + timedelta(seconds=wait), why)


def retry_link(tries: int, now: datetime, retry_after: float | None = None) -> datetime | None:
    """When an article is asked for again after its `tries`-th failure; None once it is given up."""
    if tries > len(RETRY_LADDER):
        return None
    return now + timedelta(seconds=max(RETRY_LADDER[max(tries, 1) - 1], retry_after or 0.0))


def recheck(rechecks: int, now: datetime, *, keep_for: float) -> datetime | None:
    """When a page is looked at for edits again, `rechecks` looks after its first fetch; None once done."""
    if rechecks >= len(RECHECK_LADDER) or sum(RECHECK_LADDER[: rechecks + 1]) > keep_for:
        return None
    return now + timedelta(seconds=RECHECK_LADDER[rechecks])
