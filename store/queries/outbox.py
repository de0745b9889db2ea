"""Named queries on the outbox. When a delivery is tried again is decided in alerts/outbox.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from store.models import Alert, ChannelHealth, Delivery
from store.queries.ledger import ident
from store.values import DeliveryState


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery with its alert."""

    delivery: Delivery
    alert: Alert


def due(session: Session, channel: str, now: datetime, *, limit: int = 500) -> list[Due]:
    """What may be sent to a channel now and that nobody holds, the oldest first."""
    rows = session.exec(
        select(Delivery, Alert)
        .join(Alert, col(Delivery.alert_id) == Alert.id)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state) == DeliveryState.PENDING,
            col(Delivery.next_attempt) <= now,
            or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
        )
        .order_by(col(Delivery.next_attempt), col(Delivery.id))
        .limit(limit)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    return [Due(delivery, alert) for delivery, alert in rows]


def lease(session: Session, rows: Iterable[Due], *, owner: str, until: datetime) -> None:
    """Hold deliveries for one sender. A lease frees itself, so a killed sender holds nothing for ever."""
    for row in rows:
        row.delivery.leased_by, row.delivery.leased_until = owner, until
        session.add(row.delivery)
    session.flush()


def release(session: Session, ids: Iterable[int], *, owner: str, until: datetime) -> None:
    """Give back what was leased and not tried; it is due again at `until`."""
    for delivery in _by_ids(session, ids):
        if delivery.leased_by == owner and delivery.state is DeliveryState.PENDING:
            delivery.leased_by, delivery.leased_until = "", None
            delivery.next_attempt = max(delivery.next_attempt, until)
            session.add(delivery)
    session.flush()


def delivery(session: Session, delivery_id: int) -> Delivery | None:
    return session.get(Delivery, delivery_id)


def channels_due(session: Session, now: datetime) -> list[str]:
    """The channels that something is due for."""
    return list(
        session.exec(
            select(Delivery.channel)
            .where(
                col(Delivery.state) == DeliveryState.PENDING,
                col(Delivery.next_attempt) <= now,
                or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
            )
            .distinct()
            .order_by(col(Delivery.channel))
        ).all()
    )


def next_due(session: Session) -> datetime | None:
    """When the next pending delivery may be tried."""
    return session.exec(
        select(func.min(Delivery.next_attempt)).where(col(Delivery.state) == DeliveryState.PENDING)
    ).one()


def sent_since(session: Session, channel: str, since: datetime) -> list[datetime]:
    rows = session.exec(
        select(Delivery.sent_at)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state) == DeliveryState.SENT,
            col(Delivery.sent_at) > since,
        )
        .order_by(col(Delivery.sent_at))
    ).all()
    return [moment for moment in rows if moment is not None]


def last_receipt(session: Session, channel: str, thread: str, before: int) -> dict[str, Any] | None:
    """What the channel answered to the last message sent into a thread: where the next one hangs on."""
    receipt = session.exec(
        select(Delivery.receipt)
        .join(Alert, col(Delivery.alert_id) == Alert.id)
        .where(
            col(Delivery.channel) == channel,
            col(Delivery.state) == DeliveryState.SENT,
            col(Alert.thread) == thread,
            col(Delivery.id) != before,
        )
        .order_by(col(Delivery.sent_at).desc(), col(Delivery.id).desc())
        .limit(1)
    ).first()
    return None if receipt is None else dict(receipt)


def listed(
    session: Session, *, state: DeliveryState | None = None, channel: str | None = None, limit: int = 200
) -> list[Due]:
    """Deliveries for people to look at, the newest first."""
    query = select(Delivery, Alert).join(Alert, col(Delivery.alert_id) == Alert.id)
    if state is not None:
        query = query.where(col(Delivery.state) == state)
    if channel is not None:
        query = query.where(col(Delivery.channel) == channel)
    rows = session.exec(query.order_by(col(Delivery.id).desc()).limit(limit)).all()
    return [Due(delivery, alert) for delivery, alert in rows]


def dead(session: Session, ids: Sequence[int] | None = None, channel: str | None = None) -> list[Delivery]:
    """Dead letters: those named, or all of a channel, or all."""
    query = select(Delivery).where(col(Delivery.state) == DeliveryState.DEAD)
    if ids is not None:
        query = query.where(col(Delivery.id).in_(ids))
    if channel is not None:
        query = query.where(col(Delivery.channel) == channel)
    return list(session.exec(query.order_by(col(Delivery.id))).all())


def pending(session: Session, channel: str) -> list[Delivery]:
    return list(
        session.exec(
            select(Delivery).where(
                col(Delivery.channel) == channel, col(Delivery.state) == DeliveryState.PENDING
            )
        ).all()
    )


def health(session: Session, channel: str) -> ChannelHealth:
    """How a channel fares; a channel never tried is well."""
    row = session.get(ChannelHealth, channel)
    if row is None:
        row = ChannelHealth(name=channel)
        session.add(row)
        session.flush()
    return row


def all_health(session: Session) -> list[ChannelHealth]:
    return list(session.exec(select(ChannelHealth).order_by(col(ChannelHealth.name))).all())


def counts(session: Session) -> dict[tuple[str, DeliveryState], int]:
    rows = session.exec(
        select(Delivery.channel, Delivery.state, func.count()).group_by(
            col(Delivery.channel), col(Delivery.state)
        )
    ).all()
    return {(channel, DeliveryState(state)): count for channel, state, count in rows}


def _by_ids(session: Session, ids: Iterable[int]) -> Sequence[Delivery]:
    return session.exec(select(Delivery).where(col(Delivery.id).in_(list(ids)))).all()


def uid(row: Due) -> str:
    """The id under which a delivery goes out at every try."""
    return f"{row.alert.uid}-{ident(row.delivery)}"
