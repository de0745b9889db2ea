"""Named queries on seeds and links: what is due, who takes it, how it ended.

Nothing is decided here: when to ask again comes from crawler/schedule.py. A claim is a lease, a moment in
the future in the row's own due time, so that what a killed process had taken becomes due again by itself.
Every function works inside the transaction of the session that it is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Insert, Integer, bindparam, case, func, literal, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from store.models import Article, Link, Publisher, Seed
from store.queries.publishers import add_lead as add_lead
from store.queries.publishers import sync_publishers as sync_publishers
from store.values import LinkState

LEASE = timedelta(minutes=3)
"""How long a claim holds. Longer than any fetch; after a kill, the wait until somebody takes over."""


@dataclass(frozen=True, slots=True)
class SeedJob:
    """A claimed seed: what its poll needs to know."""

    id: int
    publisher_id: int
    domain: str
    language: str
    url: str
    kind: str
    pattern: str
    etag: str
    last_modified: str
    body_hash: str
    distrusted: bool
    last_full_get: datetime | None
    failures: int
    polls: int
    interval: float
    min_interval: float
    max_interval: float
    last_new: datetime | None
    usual_gap: float | None


@dataclass(frozen=True, slots=True)
class LinkJob:
    """A claimed link. `is_recheck` where its page was processed before and is only looked at for edits;
    `was_kept` where an article came of it."""

    id: int
    publisher_id: int
    seed_id: int | None
    url: str
    title_hint: str
    published_hint: datetime | None
    tries: int
    rechecks: int
    body_hash: str
    etag: str
    last_modified: str
    first_seen: datetime
    seed_kind: str
    is_recheck: bool
    was_kept: bool


_KNOWN = tuple(field.name for field in fields(LinkJob) if hasattr(Link, field.name))
_JOB = tuple(col(getattr(Link, name)) for name in ("state", *_KNOWN))
_WAS_KEPT = select(Article.id).where(col(Article.link_id) == Link.id).exists()
_AGAIN = case((col(Link.state) == LinkState.DONE, 1), else_=0)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A URL to remember. A `skipped` one is known from now on and never fetched, for that reason; one that
    was carried whole by its seed is fetched only if nobody processes it before a lease is over."""

    key: str
    url: str
    host: str
    domain: str
    title: str = ""
    published: datetime | None = None
    skipped: str = ""
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link as its page was last processed."""

    id: int
    body_hash: str
    first_seen: datetime
    was_kept: bool


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the links of one poll: the new ones by key, and how many were known before."""

    new: dict[str, int]
    known: int

    @property
    def known_share(self) -> float:
        total = len(self.new) + self.known
        return self.known / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Late:
    """How many rows are overdue, of how many hosts, and since when."""

    count: int
    hosts: int
    since: datetime | None


def due_hosts(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Hosts with something to fetch: those of due seeds first, so that no backlog holds up what tells news;
    then those of new pages, then those of pages to look at again. The longest overdue come first."""
    due = union_all(
        select(
            literal(0).label("rank"), col(Seed.host).label("host"), col(Seed.next_check).label("due")
        ).where(col(Seed.enabled), col(Seed.next_check) <= now),
        select(literal(1), col(Link.host), col(Link.next_try)).where(
            col(Link.state) == LinkState.PENDING, col(Link.next_try) <= now
        ),
        select(literal(2), col(Link.host), col(Link.recheck_at)).where(col(Link.recheck_at) <= now),
    ).subquery()
    order = (func.min(due.c.rank), func.min(due.c.due), due.c.host)
    rows = session.execute(select(due.c.host).group_by(due.c.host).order_by(*order).limit(limit))
    return [host for (host,) in rows]


def overdue_seeds(session: Session, before: datetime) -> Late:
    """The seeds that should have been asked before a moment and were not."""
    return _late(session, col(Seed.host), col(Seed.next_check), col(Seed.enabled), before=before)


def overdue_links(session: Session, before: datetime) -> Late:
    """The new pages that should have been fetched before a moment and were not."""
    return _late(
        session, col(Link.host), col(Link.next_try), col(Link.state) == LinkState.PENDING, before=before
    )


def _late(session: Session, host: Any, due: Any, *those: Any, before: datetime) -> Late:
    asked = select(func.count(), func.count(func.distinct(host)), func.min(due)).where(*those, due <= before)
    return Late(*session.execute(asked).one())


def claim_seed(session: Session, host: str, now: datetime, *, lease: timedelta = LEASE) -> SeedJob | None:
    """Take the host's longest overdue seed, or none."""
    if session.connection().execute(_HAS_SEED, {"host": host, "now": now}).first() is None:
        return None  # most claims find none, and the mapper is dear
    row = session.execute(
        select(Seed, Publisher)
        .join(Publisher, col(Publisher.id) == col(Seed.publisher_id))
        .where(col(Seed.host) == host, col(Seed.enabled), col(Seed.next_check) <= now)
        .order_by(col(Seed.next_check), col(Seed.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Seed)
    ).first()
    if row is None:
        return None
    seed, publisher = row
    seed.next_check = seed.lease = now + lease
    session.add(seed)
    return _seed_job(seed, publisher)


def claim_links(
    session: Session, host: str, now: datetime, *, limit: int, lease: timedelta = LEASE
) -> list[LinkJob]:
    """Take the host's newest pending links; without any, pages that are due to be looked at again."""
    for due in (_PENDING, _TO_RECHECK):
        asked = {"host": host, "now": now, "limit": limit}
        if rows := session.connection().execute(due, asked).all():
            return _due_at(session, [_link_job(*row) for row in rows], now + lease, lease=now + lease)
    return []


def postpone_seed(session: Session, seed_id: int, until: datetime) -> None:
    """Give a claimed seed back; it is due again at `until`."""
    session.execute(update(Seed).where(col(Seed.id) == seed_id).values(next_check=until))


def postpone_links(session: Session, jobs: Sequence[LinkJob], until: datetime) -> None:
    """Give claimed links back; they are due again at `until`."""
    if jobs:
        _due_at(session, list(jobs), until)


def settle_seed(session: Session, seed_id: int, values: dict[str, Any]) -> Seed:
    """Write down how a poll ended; the names are those of the columns."""
    seed = session.get_one(Seed, seed_id)
    for name, value in values.items():
        setattr(seed, name, value)
    session.add(seed)
    return seed


def add_links(
    session: Session, links: Sequence[NewLink], *, publisher_id: int, seed_id: int | None, now: datetime
) -> Added:
    """Remember the links that nobody knew; each canonical key is kept once, whoever finds it."""
    by_key = {link.key: link for link in reversed(links)}
    rows = [_link_row(link, publisher_id, seed_id, now) for link in reversed(by_key.values())]
    if not rows:
        return Added({}, 0)
    added = session.execute(_insert(session).returning(col(Link.key), col(Link.id)), rows)
    new = {key: number for key, number in added}  # noqa: C416  (rows are no pairs to the type checker)
    return Added(new, len(rows) - len(new))


def known_links(session: Session, keys: Iterable[str]) -> dict[str, KnownLink]:
    """The links that are known of some keys."""
    columns = (Link.key, Link.id, Link.body_hash, Link.first_seen, _WAS_KEPT)
    rows = session.execute(select(*columns).where(col(Link.key).in_(list(keys))))  # type: ignore[call-overload]
    return {key: KnownLink(*values) for key, *values in rows}


@dataclass(frozen=True, slots=True)
class Settled:
    """How the reading of a link's page ended. Without a hash the next fetch is taken for a changed page."""

    link: int
    outcome: str
    now: datetime
    body_hash: str = ""
    etag: str = ""
    last_modified: str = ""
    recheck_at: datetime | None = None


def settle_links(session: Session, settled: Iterable[Settled]) -> None:
    """The links' pages were processed: in the transaction of what they told. A link that is gone stays so.

    One statement without the mapper, because every page ends here.
    """
    session.connection().execute(_SETTLED, [asdict(one) for one in settled])


_SETTLED = (
    update(Link)
    .where(col(Link.id) == bindparam("link"))
    .values(
        state=LinkState.DONE,
        outcome=bindparam("outcome"),
        fetched_at=bindparam("now"),
        body_hash=bindparam("body_hash"),
        etag=bindparam("etag"),
        last_modified=bindparam("last_modified"),
        rechecks=col(Link.rechecks) + _AGAIN,
        recheck_at=bindparam("recheck_at"),
    )
)


def looks(session: Session, link_id: int) -> int:
    """How often the link's page will have been looked at again, once this look at it is settled."""
    return session.exec(select(col(Link.rechecks) + _AGAIN).where(col(Link.id) == link_id)).first() or 0


def was_kept(session: Session, link_id: int) -> bool:
    """Whether an article came of the link's page."""
    return session.exec(select(Article.id).where(col(Article.link_id) == link_id)).first() is not None


def settle_unchanged(session: Session, link_id: int, *, now: datetime, recheck_at: datetime | None) -> None:
    """A page that was looked at again is as it was."""
    link = session.get_one(Link, link_id)
    link.rechecks += 1
    link.fetched_at, link.recheck_at = now, recheck_at
    session.add(link)


def settle_failure(
    session: Session, link_id: int, *, outcome: str, now: datetime, again_at: datetime | None
) -> None:
    """A fetch failed: asked for again at `again_at`, or given up where that is None."""
    link = session.get_one(Link, link_id)
    link.fetched_at = now
    if link.state is LinkState.DONE:  # what was read before stays read
        link.rechecks += 1
        link.recheck_at = again_at
    else:
        link.tries, link.outcome = link.tries + 1, outcome
        link.state = LinkState.PENDING if again_at else LinkState.FAILED
        link.next_try = again_at or link.next_try
    session.add(link)


def _newest(*due: Any) -> Any:
    return (
        select(*_JOB, col(Seed.kind), _WAS_KEPT)  # type: ignore[call-overload]
        .outerjoin(Seed, col(Seed.id) == col(Link.seed_id))
        .where(*due)
        .order_by(col(Link.first_seen).desc(), col(Link.id))
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=Link)
    )


# Made once and run without the mapper, because every visit claims again and again.
_HOST: Any = bindparam("host")
_NOW: Any = bindparam("now", type_=Link.__table__.c.next_try.type)  # type: ignore[attr-defined]
_HAS_SEED = (
    select(Seed.id).where(col(Seed.host) == _HOST, col(Seed.enabled), col(Seed.next_check) <= _NOW).limit(1)
)
# Written so that SQLite goes by host, not through the due links of all hosts.
_PENDING = _newest(
    col(Link.host) == _HOST,
    col(Link.state) == LinkState.PENDING,
    func.coalesce(col(Link.next_try), _NOW) <= _NOW,
)
# Written so that SQLite goes by what is due, not through all links that a host ever had.
_TO_RECHECK = _newest(func.coalesce(col(Link.host), "") == _HOST, col(Link.recheck_at) <= _NOW)


def _due_at(
    session: Session, jobs: list[LinkJob], until: datetime, *, lease: datetime | None = None
) -> list[LinkJob]:
    moved = _RECHECK_MOVED if jobs[0].is_recheck else _TRY_MOVED
    session.connection().execute(moved, [{"link": job.id, "until": until, "held": lease} for job in jobs])
    return jobs


_MOVED = update(Link).where(col(Link.id) == bindparam("link"))
_TRY_MOVED = _MOVED.values(next_try=bindparam("until"), lease=bindparam("held"))
_RECHECK_MOVED = _MOVED.values(recheck_at=bindparam("until"), lease=bindparam("held"))


def _link_job(state: LinkState, *values: Any) -> LinkJob:
    *known, kind, was_kept = values
    named = dict(zip(_KNOWN, known, strict=True))
    return LinkJob(
        **named, seed_kind=str(kind or ""), is_recheck=state is not LinkState.PENDING, was_kept=was_kept
    )


def _seed_job(seed: Seed, publisher: Publisher) -> SeedJob:
    return SeedJob(
        id=seed.id or 0,
        publisher_id=seed.publisher_id,
        domain=publisher.domain,
        language=publisher.language,
        url=seed.url,
        kind=seed.kind,
        pattern=seed.pattern,
        etag=seed.etag,
        last_modified=seed.last_modified,
        body_hash=seed.body_hash,
        distrusted=seed.distrusted,
        last_full_get=seed.last_full_get,
        failures=seed.failures,
        polls=seed.polls,
        interval=seed.interval,
        min_interval=seed.min_interval,
        max_interval=seed.max_interval,
        last_new=seed.last_new,
        usual_gap=seed.usual_gap,
    )


def _link_row(link: NewLink, publisher_id: int, seed_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "key": link.key,
        "url": link.url,
        "host": link.host,
        "publisher_id": publisher_id,
        "seed_id": seed_id,
        "title_hint": link.title,
        "published_hint": link.published,
        "first_seen": now,
        "state": LinkState.DONE if link.skipped else LinkState.PENDING,
        "outcome": link.skipped,
        "body_hash": "",
        "etag": "",
        "last_modified": "",
        "tries": 0,
        "next_try": now + LEASE if link.is_carried else now,
        "lease": now + LEASE if link.is_carried else None,
        "rechecks": 0,
    }


def _insert(session: Session) -> Any:
    """`insert … on conflict do nothing` is the one statement that each dialect spells for itself."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: Insert = insert(Link).on_conflict_do_nothing(index_elements=["key"])
    return statement
