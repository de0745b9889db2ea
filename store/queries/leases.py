"""Frees what a process had taken and can never give back, since it is dead. Who is dead is decided elsewhere.

A lease is a moment in a row's own due time, and noted beside it: where the two are the same, the row is held.
"""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from store.models import Delivery, Link, Seed
from store.values import DeliveryState, LinkState


def release(session: Session, now: datetime) -> None:
    """Make every held seed and link due."""
    session.execute(
        update(Seed)
        .where(col(Seed.next_check) > now, col(Seed.next_check) == Seed.lease)
        .values(next_check=now)
    )
    pending = (
        col(Link.state) == LinkState.PENDING,
        col(Link.next_try) > now,
        col(Link.next_try) == Link.lease,
    )
    session.execute(update(Link).where(*pending).values(next_try=now))
    again = (col(Link.recheck_at) > now, col(Link.recheck_at) == Link.lease)
    session.execute(update(Link).where(*again).values(recheck_at=now))


def release_deliveries(session: Session, owner: str) -> None:
    """Make what a sender held due: it was sent or was not, and goes out again under the same id."""
    held = (col(Delivery.state) == DeliveryState.PENDING, col(Delivery.leased_by) == owner)
    session.execute(update(Delivery).where(*held).values(leased_by="", leased_until=None))
