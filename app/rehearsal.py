"""Plays documents as if each were fetched on its day of publication: what would have rung, in which order.

The store is a scratch one, gone at the end; nothing is fetched or sent. Matching and novelty are real.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Protocol

from sqlmodel import Session, col, select

from alerts import ledger
from alerts.novelty import Rules
from alerts.routing import Routing
from app.reading import Outcome, Reading
from app.recording import record
from app.vocabulary import Watched, sync_claims
from store.fingerprint import signature
from store.migrations import prepare
from store.models import Alert, Alias, Publisher, Speaker, Statement
from store.queries.ledger import ident
from store.session import SCRATCH, Store
from store.values import Document, Extracted, FetchedPage, MatchResult

NOON = time(12, tzinfo=UTC)
"""When a document is fetched of which the day alone is known."""


class Played(Protocol):
    """A document with the name that its alerts carry."""

    @property
    def id(self) -> object: ...
    @property
    def document(self) -> Document: ...
    @property
    def published(self) -> datetime | None: ...


class Matching(Protocol):
    """The part of matchers.engine.Engine that a rehearsal needs."""

    version: str

    @property
    def claims(self) -> tuple[Watched, ...]: ...

    def match(self, document: Document) -> MatchResult: ...


@dataclass(frozen=True, slots=True)
class _Stage:
    """What one rehearsal is played on."""

    store: Store
    engine: Matching
    rules: Rules


def play(
    items: Iterable[Played], engine: Matching, *, rules: Rules | None = None
) -> Iterator[dict[str, Any]]:
    """The alerts, as {"item", "claim", "stance", "about", "speaker", "said_on", "novelty"}."""
    store = Store(SCRATCH)
    try:
        prepare(store.url)
        with store.write() as session:
            sync_claims(session, engine.claims)
        stage = _Stage(store, engine, rules or Rules())
        for number, item in enumerate(sorted(items, key=_fetched_at), start=1):
            yield from _play(stage, number, item)
    finally:
        store.close()


def _play(stage: _Stage, number: int, item: Played) -> list[dict[str, Any]]:
    now = _fetched_at(item)
    result = stage.engine.match(item.document)
    if not result.matches:
        return []
    reading = Reading(Outcome.MATCHED, "", _article(number, item), result, stage.engine.version)
    with stage.store.write() as session:
        saved = record(session, _page(session, number, item, now), reading, now=now)
        told = ledger.record(
            session, saved.statements, now=now, rules=stage.rules, routing=Routing(), revision=saved.edit
        )
        return [_ringing(item, row) for row in _statements_told(session, told.alerts)]


def _statements_told(session: Session, uids: Iterable[str]) -> list[tuple[Alert, Statement, Speaker]]:
    rows = session.exec(
        select(Alert, Statement, Speaker)
        .join(Statement, col(Alert.statement_id) == Statement.id)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .join(Speaker, col(Alias.speaker_id) == Speaker.id)
        .where(col(Alert.uid).in_(list(uids)), col(Alert.kind) == "statement")
        .order_by(col(Alert.id))
    ).all()
    return [(alert, statement, speaker) for alert, statement, speaker in rows]


def _ringing(item: Played, row: tuple[Alert, Statement, Speaker]) -> dict[str, Any]:
    alert, statement, speaker = row
    return {
        "item": item.id,
        "claim": statement.claim_id,
        "stance": statement.stance.value,
        "about": statement.about.value,
        "speaker": speaker.name,
        "said_on": statement.said_on.isoformat() if statement.said_on else None,
        "novelty": alert.novelty.value if alert.novelty else None,
    }


def _fetched_at(item: Played) -> datetime:
    if item.published is not None:
        return item.published.astimezone(UTC)
    day = item.document.published
    return datetime.combine(day, NOON) if day else datetime.min.replace(tzinfo=UTC)


def _article(number: int, item: Played) -> Extracted:
    document = item.document
    return Extracted(
        url=_url(number),
        title=document.title,
        text=document.text,
        published=item.published,
        published_on=document.published,
        lang=document.lang,
        fingerprint=signature(document.text),
    )


def _page(session: Session, number: int, item: Played, now: datetime) -> FetchedPage:
    url = _url(number)
    outlet = item.document.outlet or "unknown"
    publisher = session.exec(select(Publisher).where(Publisher.domain == outlet)).first()
    if publisher is None:
        publisher = Publisher(domain=outlet, name=outlet)
        session.add(publisher)
        session.flush()
    return FetchedPage(
        link_id=0,
        publisher_id=ident(publisher),
        url=url,
        final_url=url,
        status=200,
        content_type="text/plain",
        headers=(),
        body=b"",
        fetched_at=now,
    )


def _url(number: int) -> str:
    """A name of its own for each document: the same URL twice would be an edit of the first."""
    return f"item:{number}"
