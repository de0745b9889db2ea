"""Sends what is due: leases deliveries, sends them outside any transaction, settles what came of it.

Each channel has its own task, so a dead target delays no other. It decides nothing: waits and dead letters
are decided in alerts/outbox.py, folding in alerts/timing.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session

from alerts import digests, facts, health, outbox
from alerts.channels.base import Channel, Outcome, Result
from alerts.messages import Message, compose
from alerts.routing import Routing
from alerts.timing import Crowd, Timing, crowding
from store.errors import StoreError
from store.queries import outbox as queries
from store.queries.ledger import ident
from store.session import Store

log = structlog.get_logger(__name__)

BATCH = 20
MARGIN = timedelta(seconds=60)
"""A lease outlasts the longest send by this; then the delivery is another sender's."""
HELD = timedelta(minutes=1)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A leased delivery, ready to send."""

    delivery_id: int
    uid: str
    message: Message


@dataclass(slots=True)
class Sent:
    """What one round came to, by channel."""

    sent: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.sent.values())

    def count(self, channel: str, outcome: Outcome) -> None:
        tally = self.sent if outcome.result is Result.SENT else self.failed
        tally[channel] = tally.get(channel, 0) + 1


class Dispatcher:
    """The sender. `kick` starts what is due and returns; `run_due` waits for it; `close` ends."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        now: Callable[[], datetime],
        routing: Routing | None = None,
        owner: str = "dispatcher",
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store = store
        self._channels = channels
        self._now = now
        self._routing = routing or Routing()
        self._owner = owner
        self._sleep = sleep
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._round = Sent()
        self._faults = 0

    async def run_due(self) -> Sent:
        """Send everything that is due by now, on all channels side by side."""
        self._faults = 0
        while (await self.kick() or self._busy) and not self._faults:
            await asyncio.gather(*self._busy.values())
        done, self._round = self._round, Sent()
        return done

    async def kick(self) -> int:
        """Start a task for every channel that has something due and is not at it already; how many."""
        due = await self._store.run(self._look)
        idle = [name for name in due if name in self._channels and name not in self._busy]
        for name in idle:
            self._busy[name] = asyncio.create_task(self._serve(name), name=f"channel {name}")
        return len(idle)

    async def close(self, *, grace: float = 5.0) -> None:
        """Let sends under way end; what does not end in time is due again when its lease is over."""
        tasks = list(self._busy.values())
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _look(self, session: Session) -> list[str]:
        now = self._now()
        health.report(session, self._channels.keys(), routing=self._routing, now=now)
        due = queries.channels_due(session, now)
        for name in set(due) - self._channels.keys():
            outbox.bury(session, name, "no such channel is configured", before=now - outbox.PATIENCE)
        return due

    async def _serve(self, name: str) -> None:
        """Everything due for one channel, one after the other, until nothing is or the target fails."""
        channel = self._channels[name]
        try:
            while parcels := await self._store.run(partial(self._lease, name, channel), f"channel:{name}"):
                if not await self._send_all(name, channel, parcels):
                    return
        except StoreError as error:  # a full disk: what is due stays due, what is held is due after its lease
            self._faults += 1
            log.error("nothing can be sent", channel=name, error=str(error))
        except Exception:  # the border of a channel's task: it must not end the other channels' work
            self._faults += 1
            log.exception("channel task failed", channel=name)
        finally:
            self._busy.pop(name, None)

    async def _send_all(self, name: str, channel: Channel, parcels: list[Parcel]) -> bool:
        """Send a batch; False where the target failed and the rest was given back."""
        for at, parcel in enumerate(parcels):
            previous = self._thread(name, parcel)
            outcome = await self._try(name, channel, parcel, previous)
            self._round.count(name, outcome)
            rest = [one.delivery_id for one in parcels[at + 1 :]]
            if not await self._store.run(self._settling(name, parcel, outcome, rest), f"channel:{name}"):
                return False
            if channel.pace:
                await self._sleep(channel.pace.total_seconds())
        return True

    def _thread(self, name: str, parcel: Parcel) -> Mapping[str, Any] | None:
        """Read just before sending: the message before this one in its thread may be of the same batch."""
        with self._store.read() as session:
            return queries.last_receipt(session, name, parcel.message.thread, parcel.delivery_id)

    async def _try(
        self, name: str, channel: Channel, parcel: Parcel, previous: Mapping[str, Any] | None
    ) -> Outcome:
        """One try; whatever a channel raises is a failure of this try and of nothing else."""
        limit = channel.settings.timeout * 1.5 + 5
        try:
            async with asyncio.timeout(limit):
                outcome = await channel.send(parcel.message, uid=parcel.uid, previous=previous)
        except TimeoutError:
            outcome = Outcome(Result.RETRY, f"no answer within {limit:g} s")
        except Exception as error:
            log.exception("channel raised", channel=name, delivery=parcel.delivery_id)
            outcome = Outcome(Result.RETRY, f"the channel failed: {type(error).__name__}", whole_target=False)
        told = log.info if outcome.result is Result.SENT else log.warning
        told("delivery tried", channel=name, uid=parcel.uid, result=outcome.result, detail=outcome.detail)
        return outcome

    def _settling(
        self, name: str, parcel: Parcel, outcome: Outcome, rest: list[int]
    ) -> Callable[[Session], bool]:
        """Settles one try; gives the rest of the batch back where the whole target failed."""

        def settle(session: Session) -> bool:
            now = self._now()
            outbox.settle(session, parcel.delivery_id, outcome, uid=parcel.uid, now=now)
            if outcome.result is Result.SENT or not outcome.whole_target:
                return True
            until = queries.health(session, name).retry_at or now + outbox.PROBE
            outbox.hold(session, rest, owner=self._owner, until=until, now=now)
            if outcome.result is Result.GONE:
                outbox.bury(session, name, f"channel switched off: {outcome.detail}")
            return False

        return settle

    def _lease(self, name: str, channel: Channel, session: Session) -> list[Parcel]:
        """What may be sent to a channel now: nothing while it is set aside."""
        now = self._now()
        state = queries.health(session, name)
        if state.disabled_at is not None:
            outbox.bury(session, name, f"channel switched off: {state.last_error}")
            return []
        due = queries.due(session, name, now)
        if state.retry_at is not None and state.retry_at > now:
            outbox.hold(session, [ident(d.delivery) for d in due], owner="", until=state.retry_at, now=now)
            return []
        batch = self._thin_out(session, name, channel, due, now)[:BATCH]
        until = now + timedelta(seconds=channel.settings.timeout * 1.5 * len(batch)) + MARGIN
        queries.lease(session, batch, owner=self._owner, until=until)
        return [parcel for row in batch if (parcel := self._parcel(session, row)) is not None]

    def _parcel(self, session: Session, row: queries.Due) -> Parcel | None:
        """One alert that cannot be read any more must not hold up its channel."""
        try:
            message = compose(facts.load(row.alert.payload))
        except ValueError as error:
            log.exception("alert cannot be read", alert=row.alert.uid)
            broken = Outcome(Result.REJECTED, f"the alert cannot be read: {error}", whole_target=False)
            outbox.settle(session, ident(row.delivery), broken, uid=queries.uid(row), now=self._now())
            return None
        return Parcel(ident(row.delivery), queries.uid(row), message)

    def _thin_out(
        self, session: Session, name: str, channel: Channel, due: list[queries.Due], now: datetime
    ) -> list[queries.Due]:
        """One listing instead of a crowd; what is urgent goes into a digest that was asked for alone."""
        timing = self._routing.timings.get(name, Timing())
        fresh = [row for row in due if _is_fresh(row)]
        held = [row for row in fresh if _was_held(row)]
        burst = timing.burst if channel.settings.collapse else None
        sent = queries.sent_since(session, name, now - burst.within) if burst else []
        choice = crowding(len(fresh), sent, burst, held=len(held), now=now)
        crowd = fresh if held else [row for row in fresh if not row.alert.payload.get("urgent")]
        if choice.crowd is Crowd.HOLD and choice.until is not None:
            queries.release(session, [ident(row.delivery) for row in crowd], owner="", until=choice.until)
            return [row for row in due if row not in crowd]
        if choice.crowd is Crowd.FOLD and len(crowd) > 1:
            listed = [row for row in crowd if self._parcel(session, row) is not None]
            if listed:
                digests.fold(session, listed[: digests.LONGEST], name, now=now)
            return queries.due(session, name, now)
        return due


def _is_fresh(row: queries.Due) -> bool:
    """Never tried, and no listing itself."""
    return row.delivery.attempts == 0 and row.alert.kind != "digest"


def _was_held(row: queries.Due) -> bool:
    """Planned for later when it was written: a digest's or the quiet hours' doing, not a failing target's."""
    late = row.delivery.next_attempt - row.alert.created_at > HELD
    return late and not row.delivery.receipt
