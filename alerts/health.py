"""Tells through the other channels that one has failed for an hour, was switched off, or works again."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.posting import notify
from alerts.routing import Choice, Route, Routing
from alerts.wording import moment
from store.models import ChannelHealth
from store.queries import outbox as queries
from store.values import DeliveryState

FAILING = timedelta(hours=1)


def report(session: Session, channels: Collection[str], *, routing: Routing, now: datetime) -> list[str]:
    """Write one notice for each channel whose failure or recovery is not told yet; their uids."""
    uids = []
    for health in queries.all_health(session):
        if health.name not in channels:
            continue
        if _is_failing(health, now) and health.reported_at is None:
            uids.append(_tell_failing(session, health, routing=routing, now=now))
        elif health.reported_at is not None and health.failing_since is None and health.disabled_at is None:
            uids.append(_tell_recovered(session, health, routing=routing, now=now))
    return uids


def others(routing: Routing, channel: str) -> Routing:
    """Every route's other channels, whatever the route chooses: this must reach somebody."""
    names = tuple(sorted(routing.channels - {channel}))
    return replace(routing, routes=(Route("channels", names, Choice()),) if names else ())


def _is_failing(health: ChannelHealth, now: datetime) -> bool:
    if health.disabled_at is not None:
        return True
    return health.failing_since is not None and now - health.failing_since >= FAILING


def _tell_failing(session: Session, health: ChannelHealth, *, routing: Routing, now: datetime) -> str:
    health.reported_at, health.episode = now, health.episode + 1
    session.add(health)
    since = moment(health.disabled_at or health.failing_since or now)
    if health.disabled_at is not None:
        headline = f"Channel “{health.name}” is switched off: its target wants no more messages"
        remedy = f"Give the new address, then: tocsin deliveries retry --channel {health.name}"
    else:
        headline = f"Channel “{health.name}” has failed since {since}"
        remedy = "Messages are kept and tried for three days, then they are dead letters."
    waiting = sum(
        count
        for (name, state), count in queries.counts(session).items()
        if name == health.name and state in {DeliveryState.PENDING, DeliveryState.DEAD}
    )
    return notify(
        session,
        "channel-failing",
        subject_key=f"channel/{health.name}",
        headline=headline,
        lines=(f"Last error: {health.last_error}", f"Not delivered: {waiting}", remedy),
        urgent=True,
        routing=others(routing, health.name),
        now=now,
    ).uid


def _tell_recovered(session: Session, health: ChannelHealth, *, routing: Routing, now: datetime) -> str:
    health.reported_at = None
    session.add(health)
    return notify(
        session,
        "channel-recovered",
        subject_key=f"channel/{health.name}",
        headline=f"Channel “{health.name}” works again",
        lines=("What waited for it is being sent.",),
        routing=others(routing, health.name),
        now=now,
    ).uid
