"""The one "where things stand" message of a first start: an empty store's first round rings nothing alone.

While the round is open, alerts are written but not sent; closing it sends one message that lists where
every voice stands. Whether it is open lies in the store, so a restart goes on with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from alerts import evidence, facts
from alerts.facts import AlertFacts, Row, Section
from alerts.posting import deliver, new_uid, post
from alerts.routing import Routing
from alerts.silences import active
from alerts.wording import VERB, day, matter, outlet, voice
from store.models import Alert, Article, Claim, Position, Publisher, Speaker, Statement
from store.queries import ledger as queries

SUBJECT = "standings"
_OPEN = "standings/open"
_CLOSED = "standings"
LISTED = 60
LIMIT = timedelta(hours=1)
"""A first round is closed after this, whatever some slow host still owes."""


@dataclass(frozen=True, slots=True)
class FirstRound:
    """What a first round still waits for."""

    opened_at: datetime
    seeds: int
    links: int

    def is_over(self, now: datetime) -> bool:
        return not (self.seeds or self.links) or now - self.opened_at >= LIMIT


def open_standings(session: Session, *, now: datetime) -> FirstRound | None:
    """Open the first round of an empty store, or take up the one that a restart left open."""
    if _row(session) is None and not queries.has_any_statement(session):
        post(
            session,
            _message(session, now),
            subject_key=SUBJECT,
            episode=1,
            routing=Routing(),
            now=now,
            quietly=True,
        ).thread = _OPEN
        session.flush()
    return first_round(session)


def first_round(session: Session) -> FirstRound | None:
    """The open first round; None where there is none (any more)."""
    row = _row(session)
    if row is None or row.thread != _OPEN:
        return None
    seeds, links = queries.waiting(session)
    return FirstRound(row.created_at, seeds, links)


def is_open(session: Session) -> bool:
    row = _row(session)
    return row is not None and row.thread == _OPEN


def was_in_first_round(session: Session, alert: Alert) -> bool:
    """True where an alert was told by the standings message alone; its thread has no first message."""
    row = _row(session)
    return row is not None and (row.id or 0) < (alert.id or 0) and alert.created_at <= row.created_at


def close_standings(session: Session, *, now: datetime, routing: Routing) -> Alert | None:
    """End the first round with its one message; None where none was open."""
    row = _row(session)
    if row is None or row.thread != _OPEN:
        return None
    message = _message(session, now).model_copy(update={"id": row.uid})
    row.thread, row.created_at, row.payload = _CLOSED, now, facts.dump(message)
    session.add(row)
    session.flush()
    deliver(session, row, message, routing=routing, now=now, mutes=active(session, now))
    return row


def _row(session: Session) -> Alert | None:
    return queries.alert_by_subject(session, SUBJECT)


def _message(session: Session, now: datetime) -> AlertFacts:
    sections = tuple(claim_sections(session))
    count = sum(len(section.rows) for section in sections)
    headline = (
        f"Where things stand: {count} positions known" if count else "Where things stand: nothing found yet"
    )
    line = "This is what the first round over all publishers found. From now on each change rings by itself."
    return AlertFacts(
        id=new_uid(SUBJECT, 1, now),
        kind="standings",
        thread=_CLOSED,
        thread_title="Where things stand",
        headline=headline,
        created_at=now,
        lines=(line,),
        sections=sections,
    )


def claim_sections(session: Session) -> Iterable[Section]:
    """The ledger, a section for each claim, the last to speak first."""
    claims = session.exec(select(Claim).where(col(Claim.enabled)).order_by(col(Claim.title))).all()
    for claim in claims:
        rows = queries.positions(session, claim.id)
        if rows:
            listed = tuple(_line(session, row, speaker) for row, speaker in rows[:LISTED])
            yield Section(title=claim.title, rows=listed)


def _line(session: Session, row: Position, speaker: Speaker) -> Row:
    article, publisher = session.exec(
        select(Article, Publisher)
        .join(Publisher, col(Article.publisher_id) == Publisher.id)
        .join(Statement, col(Statement.article_id) == Article.id)
        .where(col(Statement.id) == row.statement_id)
    ).one()
    said = (
        day(row.last_said) if row.last_said == row.since else f"{day(row.last_said)}, since {day(row.since)}"
    )
    carried = outlet(evidence.report(article, publisher))
    return Row(
        headline=f"{VERB[row.stance]} {matter((row.about,), row.stance)}: {voice(speaker.name)}",
        detail=f"{said} · {carried}" + (" · disputed" if row.disputed else ""),
        url=article.url,
        claim=row.claim_id,
        voice=speaker.name,
        stance=row.stance,
        about=row.about,
        said_on=row.last_said,
    )
