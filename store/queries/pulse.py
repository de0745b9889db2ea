"""What is known of the life of publishers: their seeds, how long they are known, how their pages fare.

Judged in crawler/health.py; nothing is decided here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from store.models import Link, Publisher, Seed

MOST_PAGES = 30


def enabled_seeds(session: Session) -> list[tuple[Seed, Publisher]]:
    """All seeds in use with their publishers, those of one publisher together."""
    rows = session.execute(
        select(Seed, Publisher)
        .join(Publisher, col(Publisher.id) == col(Seed.publisher_id))
        .where(col(Seed.enabled))
        .order_by(col(Seed.publisher_id), col(Seed.id))
    )
    return [(seed, publisher) for seed, publisher in rows]


def known_since(session: Session, seed_ids: Sequence[int]) -> datetime | None:
    """When the first link of these seeds was found."""
    return session.exec(select(func.min(Link.first_seen)).where(col(Link.seed_id).in_(seed_ids))).one()


def finds(session: Session, seed_ids: Sequence[int], *, since: datetime) -> int:
    """At how many different times these seeds brought something new."""
    return session.exec(
        select(func.count(func.distinct(Link.first_seen))).where(
            col(Link.seed_id).in_(seed_ids), col(Link.first_seen) >= since
        )
    ).one()


def pages(session: Session, seed_ids: Sequence[int], *, since: datetime, until: datetime) -> tuple[str, ...]:
    """The outcomes of the latest pages that were found in a stretch of time and asked for."""
    rows = session.exec(
        select(Link.outcome)
        .where(
            col(Link.seed_id).in_(seed_ids),
            col(Link.first_seen) >= since,
            col(Link.first_seen) < until,
            col(Link.fetched_at).is_not(None),
        )
        .order_by(col(Link.first_seen).desc())
        .limit(MOST_PAGES)
    )
    return tuple(rows)


def firsts(session: Session, *, since: datetime) -> dict[int, int]:
    """How many links each seed was the first to find: a path that is never first lags behind another one."""
    rows = session.execute(
        select(col(Seed.id), func.count(col(Link.id)))
        .outerjoin(Link, (col(Link.seed_id) == col(Seed.id)) & (col(Link.first_seen) >= since))
        .where(col(Seed.enabled))
        .group_by(col(Seed.id))
    )
    return {seed: count for seed, count in rows}  # noqa: C416  (rows are no pairs to the type checker)
