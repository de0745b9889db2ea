"""Publishers and their seeds as the configuration names them, kept in step with the database.

What a seed has learned (its kind, rhythm, validators) stays when the configuration is read again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from config.sections import EverySettings, PublisherSettings, SeedSettings
from store.models import Link, Publisher, Seed
from store.urls import host_of
from store.values import LinkState, SeedKind, Tier

SWITCHED_OFF = "publisher-off"
FIRST_INTERVAL = 300.0


def sync_publishers(session: Session, publishers: Iterable[PublisherSettings], now: datetime) -> None:
    """Make the database name the publishers and seeds that the configuration names, and no others."""
    named = list(publishers)
    kept_publishers = {_sync_publisher(session, settings) for settings in named if settings.enabled}
    kept_seeds: set[int] = set()
    for settings in named:
        if settings.enabled:
            kept_seeds |= _sync_seeds(session, settings, now)
    _switch_off(session, kept_publishers, kept_seeds)


def add_lead(session: Session, seed: Seed, *, url: str, kind: str, now: datetime) -> bool:
    """A seed that another one points to, unless it is known already; due at once."""
    if session.exec(select(Seed.id).where(Seed.url == url)).first() is not None:
        return False
    session.add(
        Seed(
            publisher_id=seed.publisher_id,
            url=url,
            host=host_of(url),
            kind=SeedKind(kind),
            pattern=seed.pattern,
            min_interval=seed.min_interval,
            max_interval=seed.max_interval,
            interval=seed.interval,
            next_check=now,
            parent_id=seed.parent_id or seed.id,
        )
    )
    return True


def publisher_of(session: Session, domain: str) -> int:
    """The outlet that a domain, or the domain above it, belongs to; a new one where nobody named it."""
    bare = domain.partition(":")[0]
    labels = bare.split(".")
    candidates = [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]
    found = session.exec(select(Publisher).where(col(Publisher.domain).in_(candidates))).all()
    if found:
        return max(found, key=lambda publisher: len(publisher.domain)).id or 0
    publisher = Publisher(domain=bare, name=bare)
    session.add(publisher)
    session.flush()
    return publisher.id or 0


def _sync_publisher(session: Session, settings: PublisherSettings) -> int:
    found = session.exec(select(Publisher).where(Publisher.domain == settings.domain)).first()
    publisher = found or Publisher(domain=settings.domain, name=settings.name)
    publisher.name, publisher.country, publisher.language = settings.name, settings.country, settings.language
    publisher.tier, publisher.enabled = Tier(settings.tier), True
    session.add(publisher)
    session.flush()
    return publisher.id or 0


def _sync_seeds(session: Session, settings: PublisherSettings, now: datetime) -> set[int]:
    publisher = session.exec(select(Publisher).where(Publisher.domain == settings.domain)).one()
    seeds = settings.seeds or (SeedSettings(url=f"https://{settings.domain}/"),)
    return {_sync_seed(session, publisher.id or 0, seed, seed.every or settings.every, now) for seed in seeds}


def _sync_seed(
    session: Session, publisher_id: int, settings: SeedSettings, every: EverySettings, now: datetime
) -> int:
    found = session.exec(select(Seed).where(Seed.url == settings.url)).first()
    first = min(max(FIRST_INTERVAL, every.min), every.max)
    host = host_of(settings.url)
    seed = found or Seed(
        publisher_id=publisher_id, url=settings.url, host=host, interval=first, next_check=now
    )
    if found is None or not seed.enabled:
        seed.next_check = now
    if settings.kind != "auto" or found is None:
        seed.kind = SeedKind(settings.kind)
    seed.publisher_id, seed.pattern, seed.enabled, seed.parent_id = publisher_id, settings.pattern, True, None
    seed.min_interval, seed.max_interval = every.min, every.max
    seed.interval = min(max(seed.interval, every.min), every.max)
    session.add(seed)
    session.flush()
    return seed.id or 0


def _switch_off(session: Session, publishers: set[int], seeds: set[int]) -> None:
    """What is no longer named is asked no more; found seeds go with the one that named them. Outlets without
    seeds were never named: a search found them, and they stay."""
    publishers |= set(session.exec(select(Publisher.id).where(~_has_seeds())))  # type: ignore[arg-type]
    session.execute(update(Publisher).where(col(Publisher.id).not_in(publishers)).values(enabled=False))
    rows = session.exec(select(Seed)).all()
    for seed in rows:
        seed.enabled = (seed.parent_id or seed.id) in seeds
        session.add(seed)
    session.execute(
        update(Link)
        .where(col(Link.publisher_id).not_in(publishers), col(Link.state) == LinkState.PENDING)
        .values(state=LinkState.FAILED, outcome=SWITCHED_OFF)
    )
    session.execute(update(Link).where(col(Link.publisher_id).not_in(publishers)).values(recheck_at=None))
    session.execute(
        update(Link)
        .where(col(Link.publisher_id).in_(publishers), col(Link.outcome) == SWITCHED_OFF)
        .values(state=LinkState.PENDING, outcome="")
    )


def _has_seeds() -> Any:
    return select(Seed.id).where(col(Seed.publisher_id) == col(Publisher.id)).exists()
