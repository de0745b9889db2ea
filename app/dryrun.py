"""Takes one page through every stage as the watch would, writes nothing, and keeps what each stage said.

The last stage runs the real ledger in a transaction that is rolled back, so its answer is the watch's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alerts import facts, ledger
from alerts.novelty import Rules
from alerts.routing import Decision, Routing, explain
from app.pages import Page
from app.reading import Matcher, Outcome, PageJob, Reading, read_page
from app.recording import Saved, record
from app.vocabulary import Watched, sync_claims
from store.models import Alert, Alias, Article, Publisher, Speaker, Statement
from store.queries.ledger import ident
from store.session import Store
from store.urls import domain_of, link_key
from store.values import FetchedPage


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement, with what the ledger makes of it."""

    speaker: str
    statement: Statement
    novelty: str


@dataclass(frozen=True, slots=True)
class Ring:
    """An alert that would ring, and where it would go."""

    headline: str
    novelty: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What every stage said. `passes_gate` is the gate's own answer; reading went on whatever it was."""

    page: Page
    passes_gate: bool
    reading: Reading
    saved: Saved
    judged: tuple[Judged, ...] = ()
    rings: tuple[Ring, ...] = ()
    standings: bool = False


class _Undo(Exception):
    """Ends the transaction of a dry run."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a dry run is judged against: the user's store, or an empty one."""

    store: Store
    claims: Sequence[Watched]
    rules: Rules
    routing: Routing = field(default_factory=Routing)


def dry_run(page: Page, matcher: Matcher, stage: Stage, *, now: datetime) -> DryRun:
    """All stages of one page."""
    job = PageJob(
        page.body,
        page.content_type,
        page.url,
        _outlet(stage.store, page.url),
        ungated=True,
        found_on=now.date(),
    )
    reading = read_page(job, matcher)
    result = DryRun(page, matcher.gate(reading.text), reading, Saved(reading.outcome))
    if reading.outcome is not Outcome.MATCHED:
        return result
    outcome: list[DryRun] = []
    try:
        with stage.store.write() as session:
            outcome.append(_judge(session, result, stage, now))
            raise _Undo
    except _Undo:
        return outcome[0]


def _judge(session: Session, run: DryRun, stage: Stage, now: datetime) -> DryRun:
    sync_claims(session, stage.claims)
    saved = record(session, _fetched(session, run.page, now), run.reading, now=now)
    told = ledger.record(
        session, saved.statements, now=now, rules=stage.rules, routing=stage.routing, revision=saved.edit
    )
    alerts = session.exec(select(Alert).where(col(Alert.uid).in_(told.alerts)).order_by(col(Alert.id))).all()
    return DryRun(
        page=run.page,
        passes_gate=run.passes_gate,
        reading=run.reading,
        saved=saved,
        judged=_judged(session, saved),
        rings=tuple(_ring(alert.payload, stage.routing, now) for alert in alerts),
    )


def _judged(session: Session, saved: Saved) -> tuple[Judged, ...]:
    """The page's statements: the new ones, or those that an earlier reading of it left."""
    rows = session.exec(
        select(Statement, Speaker)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .join(Speaker, col(Alias.speaker_id) == Speaker.id)
        .where(col(Statement.article_id) == saved.article_id)
        .order_by(col(Statement.id))
    ).all()
    for said, _ in rows:
        session.expunge(said)  # it outlives the transaction that is undone
    return tuple(Judged(speaker.name, said, str(said.novelty or "")) for said, speaker in rows)


def _ring(payload: dict[str, Any], routing: Routing, now: datetime) -> Ring:
    told = facts.load(payload)
    novelty = told.statement.novelty if told.statement else told.kind
    return Ring(told.headline, str(novelty), explain(told, routing, now=now))


def _fetched(session: Session, page: Page, now: datetime) -> FetchedPage:
    domain = _domain(page.url)
    publisher = session.exec(select(Publisher).where(Publisher.domain == domain)).first()
    if publisher is None:
        publisher = Publisher(domain=domain, name=domain)
        session.add(publisher)
        session.flush()
    return FetchedPage(
        link_id=_link_of(session, page.url),
        publisher_id=ident(publisher),
        url=page.url,
        final_url=page.url,
        status=200,
        content_type=page.content_type,
        headers=(),
        body=page.body,
        fetched_at=now,
    )


def _link_of(session: Session, url: str) -> int:
    """The link whose page this is, should the watch know it; 0 for none."""
    rows = session.exec(select(Article.link_id, Article.url)).all() if url else ()
    key = link_key(url)
    return next((link for link, known in rows if link and link_key(known) == key), 0)


def _outlet(store: Store, url: str) -> str:
    with store.read() as session:
        known = session.exec(select(Publisher.name).where(Publisher.domain == _domain(url))).first()
    return known or _domain(url)


def _domain(url: str) -> str:
    try:
        return domain_of(url)
    except ValueError:
        return "unknown"
