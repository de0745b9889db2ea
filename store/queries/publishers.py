"""Publishers and their seeds as the configuration names them, kept in step with the database.

What a seed has learned (its kind, rhythm, validators) stays when the configuration is read again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from config.sections import EverySettings, PublisherSettings, SeedSettings
from store.models import Link, Publisher, Seed
from store.urls import host_of
from store.values import AUTO_SEED, LinkState, Tier

SWITCHED_OFF = "publisher-off"
FIRST_INTERVAL = 300.0


def sync_publishers(session: Session, publishers: Iterable[PublisherSettings], now: datetime) -> None:
    """Make the database name the publishers and seeds that the configuration names, and no others."""
    named = [settings for settings in publishers if settings.enabled]
    outlets = _sync_outlets(session, named)
    known = {seed.url: seed for seed in session.exec(select(Seed))}
    seeds: list[Seed] = []
    for settings in named:
        for seed in settings.seeds or (SeedSettings(url=f"https://{settings.domain}/"),):
            every = seed.every or settings.every
            kept = known.get(seed.url) or known.setdefault(seed.url, _new_seed(seed.url, every, now))
            _sync_seed(kept, seed, every, now)
            kept.publisher_id = outlets[settings.domain].id or 0
            seeds.append(kept)
    session.add_all(seeds)
    session.flush()
    _switch_off(session, {outlet.id or 0 for outlet in outlets.values()}, {seed.id or 0 for seed in seeds})


def add_lead(session: Session, seed: Seed, *, url: str, kind: str, now: datetime) -> bool:
    """A seed that another one points to, unless it is known already; due at once."""
    if session.exec(select(Seed.id).where(Seed.url == url)).first() is not None:
        return False
    session.add(
        Seed(
            publisher_id=seed.publisher_id,
            url=url,
            host=host_of(url),
            kind=kind,
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


def _sync_outlets(session: Session, named: Sequence[PublisherSettings]) -> dict[str, Publisher]:
    """The outlets by domain, as the configuration describes them."""
    outlets = {outlet.domain: outlet for outlet in session.exec(select(Publisher))}
    kept: dict[str, Publisher] = {}
    for settings in named:
        outlet = outlets.get(settings.domain) or Publisher(domain=settings.domain, name=settings.name)
        outlet.name, outlet.country, outlet.language = settings.name, settings.country, settings.language
        outlet.tier, outlet.enabled = Tier(settings.tier), True
        kept[settings.domain] = outlet
    session.add_all(kept.values())
    session.flush()
    return kept


def _new_seed(url: str, every: EverySettings, now: datetime) -> Seed:
    first = min(max(FIRST_INTERVAL, every.min), every.max)
    return Seed(publisher_id=0, url=url, host=host_of(url), interval=first, next_check=now)


def _sync_seed(seed: Seed, settings: SeedSettings, every: EverySettings, now: datetime) -> None:
    """Bring a seed in step with its settings; a kind that was found out is kept where none is named."""
    if not seed.enabled:
        seed.next_check = now
    if settings.kind != AUTO_SEED:
        seed.kind = settings.kind
    seed.pattern, seed.enabled, seed.parent_id = settings.pattern, True, None
    seed.min_interval, seed.max_interval = every.min, every.max
    seed.interval = min(max(seed.interval, every.min), every.max)


def _switch_off(session: Session, publishers: set[int], seeds: set[int]) -> None:
    """What is no longer named is asked no more; found seeds go with the one that named them. Outlets without
    seeds were never named: a search found them, and they stay."""
    publishers |= set(session.exec(select(Publisher.id).where(~_has_seeds())))  # type: ignore[arg-type]
    session.execute(update(Publisher).where(col(Publisher.id).not_in(publishers)).values(enabled=False))
    for seed in session.exec(select(Seed)):
        seed.enabled = (seed.parent_id or seed.id) in seeds
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
