"""Decides what becomes of a delivery after each try: pure, but for `settle`, which writes it down.

At least once, under one id. A delivery is tried for three days, often at first, and is then a dead letter,
which is listed, explained and replayed by hand.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.channels.base import Outcome, Result
from store.models import ChannelHealth, Delivery
from store.queries import outbox as queries
from store.queries.ledger import ident
from store.values import DeliveryState

MINUTE, HOUR = 60.0, 3600.0
SCHEDULE = (
    5,
    30,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    HOUR,
    2 * HOUR,
    4 * HOUR,
)
"""Waits between tries, the last again and again: news is worth most while it is fresh."""
PATIENCE = timedelta(days=3)
JITTER = 0.15
PROBE = timedelta(minutes=10)
"""A failing target is tried again by whatever waits for it, at least this often."""
_FIRST_TRY = "first_try"


@dataclass(frozen=True, slots=True)
class Settled:
    """A delivery's next state."""

    state: DeliveryState
    next_attempt: datetime | None = None
    error: str = ""


def wait(attempts: int, uid: str) -> timedelta:
    """How long to wait after so many tries, with a jitter that is the delivery's own."""
    seconds = SCHEDULE[min(attempts, len(SCHEDULE)) - 1]
    jitter = random.Random(f"{uid}:{attempts}").uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret)
    return timedelta(seconds=seconds * jitter)


def decide(outcome: Outcome, *, attempts: int, uid: str, first_try: datetime, now: datetime) -> Settled:
    """`attempts` counts this try. The last try is made when the patience ends, and no sooner than asked."""
    if outcome.result is Result.SENT:
        return Settled(DeliveryState.SENT)
    if outcome.result in {Result.REJECTED, Result.GONE}:
        return Settled(DeliveryState.DEAD, error=outcome.detail)
    end = first_try + PATIENCE
    if now >= end:
        tries = f"{attempts} tries" if attempts > 1 else "one try"
        return Settled(DeliveryState.DEAD, error=f"given up after {tries} in 3 days; last: {outcome.detail}")
    asked = now + (outcome.retry_after or timedelta())
    return Settled(DeliveryState.PENDING, max(min(now + wait(attempts, uid), end), asked), outcome.detail)


def settle(
    session: Session, delivery_id: int, outcome: Outcome, *, uid: str, now: datetime
) -> Settled | None:
    """Write down what a try came to; None where the delivery is settled already."""
    row = queries.delivery(session, delivery_id)
    if row is None or row.state is not DeliveryState.PENDING:
        return None
    first_try = _first_try(row, now)
    settled = decide(outcome, attempts=row.attempts + 1, uid=uid, first_try=first_try, now=now)
    row.attempts += 1
    row.state, row.last_error = settled.state, settled.error[:500]
    row.leased_by, row.leased_until = "", None
    row.next_attempt = settled.next_attempt or row.next_attempt
    if settled.state is DeliveryState.SENT:
        row.sent_at, row.receipt = now, dict(outcome.receipt)
    session.add(row)
    health = queries.health(session, row.channel)
    if outcome.result is Result.SENT and health.failing_since is not None:
        _hurry(session, row.channel, now=now)
    note_health(health, outcome, settled, now=now)
    session.add(health)
    session.flush()
    return settled


def hold(session: Session, ids: Iterable[int], *, owner: str, until: datetime, now: datetime) -> None:
    """Give back what was leased and not tried, because its target just failed; its patience runs."""
    rows = [row for row in (queries.delivery(session, one) for one in ids) if row is not None]
    for row in rows:
        _first_try(row, now)
    queries.release(session, [ident(row) for row in rows], owner=owner, until=until)


def _first_try(row: Delivery, now: datetime) -> datetime:
    written = row.receipt.get(_FIRST_TRY)
    if isinstance(written, str):
        return datetime.fromisoformat(written)
    row.receipt = {_FIRST_TRY: now.isoformat()}
    return now


def _hurry(session: Session, channel: str, *, now: datetime) -> None:
    """A target that works again gets at once what waits for it."""
    for row in queries.pending(session, channel):
        if _FIRST_TRY in row.receipt:
            row.next_attempt = min(row.next_attempt, now)
            session.add(row)


def note_health(health: ChannelHealth, outcome: Outcome, settled: Settled, *, now: datetime) -> None:
    """A target that fails as a whole is left alone for a while; one message's failure says nothing."""
    if outcome.result is Result.SENT:
        health.failing_since, health.retry_at, health.last_error = None, None, ""
        health.last_sent = now
    elif outcome.whole_target:
        health.failing_since = health.failing_since or now
        health.last_error = outcome.detail[:500]
        probe = min(settled.next_attempt or now + PROBE, now + PROBE)
        health.retry_at = max(probe, now + (outcome.retry_after or timedelta()))
    if outcome.result is Result.GONE:
        health.disabled_at = health.disabled_at or now


def revive(session: Session, rows: Iterable[Delivery], *, now: datetime) -> int:
    """Dead letters are due again, from the beginning of the schedule; their channels are enabled again."""
    count = 0
    for row in rows:
        row.state, row.attempts, row.next_attempt = DeliveryState.PENDING, 0, now
        row.leased_by, row.leased_until, row.receipt = "", None, {}
        session.add(row)
        enable(session, row.channel)
        count += 1
    session.flush()
    return count


def enable(session: Session, channel: str) -> None:
    """Take a channel back into use that a 410 or a failure had set aside."""
    health = queries.health(session, channel)
    health.disabled_at, health.retry_at, health.failing_since = None, None, None
    session.add(health)


def bury(session: Session, channel: str, reason: str, *, before: datetime | None = None) -> int:
    """What waits for a channel (since before then) becomes dead letters, with the reason; how many."""
    waiting = queries.pending(session, channel)
    rows = [row for row in waiting if before is None or row.next_attempt < before]
    for row in rows:
        row.state, row.last_error = DeliveryState.DEAD, reason[:500]
        row.leased_by, row.leased_until = "", None
        session.add(row)
    session.flush()
    return len(rows)
