"""Named queries on silences and on what they kept from being sent. What one takes: alerts/routing.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store.models import Alert, Delivery, Silence
from store.values import DeliveryState


def silences(session: Session, *, since: datetime | None = None) -> Sequence[Silence]:
    """Those that end later than `since`, or all, the first to end first."""
    query = select(Silence).order_by(col(Silence.until), col(Silence.id))
    return session.exec(query if since is None else query.where(col(Silence.until) > since)).all()


def kept_silent(session: Session, since: datetime) -> list[tuple[Alert, list[Delivery]]]:
    """The alerts since then that a silence kept from a channel, with those deliveries, oldest first."""
    rows = session.exec(
        select(Alert, Delivery)
        .join(Delivery, col(Delivery.alert_id) == Alert.id)
        .where(col(Delivery.state) == DeliveryState.SILENCED, col(Alert.created_at) >= since)
        .order_by(col(Alert.id), col(Delivery.id))
    ).all()
    kept: dict[int, tuple[Alert, list[Delivery]]] = {}
    for alert, delivery in rows:
        kept.setdefault(delivery.alert_id, (alert, []))[1].append(delivery)
    return list(kept.values())
