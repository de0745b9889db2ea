"""How the outlets fare: their seeds, what came of them, and which path to their news is in trouble or lags.

Read only. Several paths to one outlet are held against each other: one that never brings anything first,
while another one does, tells of news too late to matter.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, Subquery, func, select
from sqlmodel import Session, col

from store.models import Article, Link, Publisher, Seed
from store.queries import pulse
from store.queries.answers import PublisherRow, SeedRow
from store.queries.asking import ALL, Asked, from_outlet, labelled, rows_of
from store.values import LinkState

COMPARED = timedelta(days=7)
FEWEST_FINDS = 10
FEWEST_POLLS = 50
"""Paths are held against each other once an outlet brought so much and a path was asked so often."""


def publishers(session: Session, asked: Asked = ALL) -> list[PublisherRow]:
    """The outlets with their seeds: those in trouble first, then those of which a path lags."""
    found = _seeds(session)

    def publisher_row(*, id: int, **values: Any) -> PublisherRow:
        seeds = tuple(found.get(id, ()))
        is_on = values["enabled"]
        trouble, lag = (_trouble(seeds), _lag(seeds)) if is_on else ("", "")
        return PublisherRow(**values, trouble=trouble, lag=lag, seeds=seeds)

    query = _publishers().where(*from_outlet(session, asked)).order_by(col(Publisher.name))
    rows = rows_of(session, query, replace(asked, limit=None), publisher_row)
    return sorted(rows, key=lambda row: (not row.enabled, not row.trouble, not row.lag))[: asked.limit]


def _seeds(session: Session) -> dict[int, list[SeedRow]]:
    """The seeds by outlet, each with how much it was the first to find lately."""
    firsts = pulse.firsts(session, since=_latest(session) - COMPARED)
    own = sorted(set(SeedRow.__dataclass_fields__) & set(Seed.model_fields))
    columns = [labelled(name, getattr(Seed, name)) for name in own]
    query = select(labelled("key", Seed.id), labelled("outlet", Seed.publisher_id), *columns)
    rows = session.connection().execute(query.order_by(col(Seed.id))).all()
    by_outlet: dict[int, list[SeedRow]] = {}
    for key, outlet, *values in rows:
        seed = SeedRow(**dict(zip(own, values, strict=True)), firsts=firsts.get(key, 0), lags=False)
        by_outlet.setdefault(outlet, []).append(seed)
    return {outlet: _compared(seeds) for outlet, seeds in by_outlet.items()}


def _latest(session: Session) -> datetime:
    """When a seed was last asked: a watch at rest is judged by the day on which it ended."""
    moment = session.connection().execute(select(func.max(col(Seed.last_poll)))).scalar()
    return moment if moment is not None else datetime.max.replace(tzinfo=UTC)


def _compared(seeds: Sequence[SeedRow]) -> list[SeedRow]:
    brought = sum(seed.firsts for seed in seeds if seed.enabled)
    return [
        replace(seed, lags=_is_watched(seed) and not seed.firsts and brought >= FEWEST_FINDS)
        for seed in seeds
    ]


def _is_watched(seed: SeedRow) -> bool:
    """Whether a seed was asked long enough for its silence to mean something, and is not known as silent."""
    return seed.enabled and not seed.silent_since and not seed.failures and seed.polls >= FEWEST_POLLS


def _publishers() -> Select[Any]:
    # Counted once for all outlets: by outlet, a year's links would be gone through a hundred times.
    links = _count_by_publisher(Link.publisher_id)
    waiting = _count_by_publisher(Link.publisher_id, col(Link.state) == LinkState.PENDING)
    articles = _count_by_publisher(Article.publisher_id)
    own = set(PublisherRow.__dataclass_fields__) & set(Publisher.model_fields)
    newest = select(func.max(col(Seed.last_new))).where(col(Seed.publisher_id) == Publisher.id)
    query = select(
        *(labelled(name, getattr(Publisher, name)) for name in sorted({"id", *own})),
        func.coalesce(links.c.number, 0).label("links"),
        func.coalesce(waiting.c.number, 0).label("waiting"),
        func.coalesce(articles.c.number, 0).label("articles"),
        newest.scalar_subquery().label("last_new"),
    )
    for counted in (links, waiting, articles):
        query = query.join(counted, counted.c.publisher_id == Publisher.id, isouter=True)
    return query


def _count_by_publisher(publisher: Any, *where: Any) -> Subquery:
    number = func.count().label("number")
    counted = select(labelled("publisher_id", publisher), number)
    return counted.where(*where).group_by(col(publisher)).subquery()


def _trouble(seeds: Sequence[SeedRow]) -> str:
    """In one phrase what is wrong with an outlet, and with which of its paths; empty where all are well."""
    watched = [seed for seed in seeds if seed.enabled]
    if not watched:
        return "no seed found yet"
    silent = [
        (seed.silence_cause or "nothing new for unusually long", seed)
        for seed in watched
        if seed.silent_since
    ]
    failing = [
        (seed.last_error or "fails", seed) for seed in watched if seed.failures and not seed.silent_since
    ]
    worst = [*silent, *failing]
    if not worst:
        return ""
    told, seed = worst[0]
    if len(watched) == 1:
        return told
    if len(worst) == len(watched):
        return f"{told} (all {len(watched)} paths)"
    others = f" and {len(worst) - 1} more" if len(worst) > 1 else ""
    return f"{told}: {path_of(seed)}{others}, of {len(watched)} paths"


def _lag(seeds: Sequence[SeedRow]) -> str:
    """Which paths lag behind the one that is first."""
    late = [path_of(seed) for seed in seeds if seed.lags]
    if not late:
        return ""
    return f"{', '.join(late)}: never first in {COMPARED.days} days, {path_of(_fastest(seeds))} is"


def _fastest(seeds: Sequence[SeedRow]) -> SeedRow:
    return max((seed for seed in seeds if seed.enabled), key=lambda seed: seed.firsts)


def path_of(seed: SeedRow) -> str:
    """A seed as people tell it from the others of its outlet."""
    parts = urlsplit(seed.url)
    return f"{seed.kind} {parts.path or '/'}{'?' + parts.query if parts.query else ''}"
