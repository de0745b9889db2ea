"""Named queries on what was said and where voices stand. They decide nothing, see alerts/novelty.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import case, func, or_
from sqlmodel import Session, col, select

from store.models import (
    Alert,
    Alias,
    Article,
    Claim,
    Link,
    Position,
    Publisher,
    Revision,
    Seed,
    Speaker,
    Statement,
)
from store.values import PRESS, About, Basis, LinkState, Novelty, SpeakerKind, Stance, Status

FIRM = (Stance.CONFIRM, Stance.DENY)


@dataclass(frozen=True, slots=True)
class Found:
    """A statement with all that it hangs on."""

    statement: Statement
    article: Article
    revision: Revision
    publisher: Publisher
    speaker: Speaker
    claim: Claim


@dataclass(frozen=True, slots=True)
class Heard:
    """What weighs of one firm statement: who carried it, what it said, and when."""

    id: int
    article_id: int
    publisher_id: int
    about: About
    stance: Stance
    said_on: date | None
    basis: Basis
    event_on: date | None
    lead: bool
    published: datetime | None
    fetched: datetime
    story_id: int | None
    press: bool
    withdrawn: bool
    judged: bool


def ident(row: object) -> int:
    """The key of a row that the session has flushed."""
    key = getattr(row, "id", None)
    if not isinstance(key, int):
        raise LookupError(f"{type(row).__name__} has no key yet; flush the session first")
    return key


def found(session: Session, ids: Iterable[int]) -> list[Found]:
    """The statements with these keys, in that order."""
    wanted = list(ids)
    rows = session.exec(
        select(Statement, Article, Revision, Publisher, Speaker, Claim)  # type: ignore[call-overload]
        .join(Article, col(Statement.article_id) == Article.id)
        .join(Revision, col(Statement.revision_id) == Revision.id)
        .join(Publisher, col(Article.publisher_id) == Publisher.id)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .join(Speaker, col(Alias.speaker_id) == Speaker.id)
        .join(Claim, col(Statement.claim_id) == Claim.id)
        .where(col(Statement.id).in_(wanted))
    ).all()
    by_id = {ident(row[0]): Found(*row) for row in rows}
    return [by_id[key] for key in wanted if key in by_id]


def heard(session: Session, claim_id: str, speaker_id: int) -> list[Heard]:
    """All firm confirmations and denials of one voice on one claim, the withdrawn ones too."""
    rows = session.exec(
        select(*_HEARD)  # type: ignore[call-overload]
        .join(Article, col(Statement.article_id) == Article.id)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .join(Speaker, col(Alias.speaker_id) == Speaker.id)
        .where(
            col(Statement.claim_id) == claim_id,
            col(Alias.speaker_id) == speaker_id,
            col(Statement.stance).in_(FIRM),
            col(Statement.status) == Status.FIRM,
        )
    ).all()
    return [_heard(row) for row in rows]


# Columns and not whole rows: a voice of years has thousands of statements, and each carries its trace.
_HEARD = (
    Statement.id,
    Statement.article_id,
    Article.publisher_id,
    Statement.about,
    Statement.stance,
    Statement.said_on,
    Statement.said_basis,
    Statement.event_on,
    Statement.lead,
    Article.published,
    Article.published_on,
    Article.first_fetched,
    Article.story_id,
    Speaker.kind,
    Speaker.name,
    Statement.withdrawn_at,
    Statement.novelty,
)


def _heard(row: Any) -> Heard:
    published = row.published
    if published is None and row.published_on is not None:
        published = datetime.combine(row.published_on, time(), tzinfo=UTC)
    return Heard(
        id=row.id,
        article_id=row.article_id,
        publisher_id=row.publisher_id,
        about=row.about,
        stance=row.stance,
        said_on=row.said_on,
        basis=row.said_basis,
        event_on=row.event_on,
        lead=row.lead,
        published=published,
        fetched=row.first_fetched,
        story_id=row.story_id,
        press=row.kind is SpeakerKind.PRESS or row.name == PRESS,
        withdrawn=row.withdrawn_at is not None,
        judged=row.novelty is not None,
    )


def position(session: Session, claim_id: str, speaker_id: int, about: About) -> Position | None:
    return session.exec(
        select(Position).where(
            col(Position.claim_id) == claim_id,
            col(Position.speaker_id) == speaker_id,
            col(Position.about) == about,
        )
    ).first()


def positions(session: Session, claim_id: str | None = None) -> Sequence[tuple[Position, Speaker]]:
    """Where voices stand, the last to speak first."""
    query = select(Position, Speaker).join(Speaker, col(Position.speaker_id) == Speaker.id)
    if claim_id is not None:
        query = query.where(col(Position.claim_id) == claim_id)
    return session.exec(query.order_by(col(Position.last_said).desc(), col(Position.id))).all()


def forget_position(session: Session, row: Position) -> None:
    """Take back a position that nothing carries any more; its alerts stay."""
    for alert in session.exec(select(Alert).where(col(Alert.position_id) == row.id)).all():
        alert.position_id = None
        session.add(alert)
    session.flush()
    session.delete(row)
    session.flush()


def claims_of(session: Session, speaker_id: int) -> list[str]:
    """The claims on which a voice has said anything."""
    rows = session.exec(
        select(Statement.claim_id)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .where(col(Alias.speaker_id) == speaker_id)
        .distinct()
    ).all()
    return list(rows)


def spellings(session: Session, speaker_id: int) -> Sequence[Alias]:
    """A voice's spellings, its oldest first."""
    return session.exec(
        select(Alias).where(col(Alias.speaker_id) == speaker_id).order_by(col(Alias.id))
    ).all()


def told(session: Session, claim_id: str, speaker_id: int, stance: Stance) -> list[tuple[Alert, Statement]]:
    """The alerts of this voice's stance on the claim, oldest first, however voices were merged since."""
    rows = session.exec(
        select(Alert, Statement)
        .join(Statement, col(Alert.statement_id) == Statement.id)
        .join(Alias, col(Statement.alias_id) == Alias.id)
        .where(
            col(Alert.kind) == "statement",
            col(Statement.claim_id) == claim_id,
            col(Statement.stance) == stance,
            col(Alias.speaker_id) == speaker_id,
        )
        .order_by(col(Alert.id))
    ).all()
    return [(alert, said) for alert, said in rows]


def last_episode(session: Session, subject_key: str) -> int:
    """How many alerts this subject has had; 0 for none."""
    query = select(func.max(Alert.episode)).where(col(Alert.subject_key) == subject_key)
    return session.exec(query).one() or 0


def last_alert(session: Session, subject_key: str) -> Alert | None:
    """The newest alert of a subject."""
    query = select(Alert).where(col(Alert.subject_key) == subject_key)
    return session.exec(query.order_by(col(Alert.episode).desc()).limit(1)).first()


def alert_by_subject(session: Session, subject_key: str, episode: int = 1) -> Alert | None:
    return session.exec(
        select(Alert).where(col(Alert.subject_key) == subject_key, col(Alert.episode) == episode)
    ).first()


def alert_by_name(session: Session, name: str) -> Alert | None:
    """The alert with this number or uid, as people write it on a command line."""
    key = int(name) if name.isascii() and name.isdigit() else -1
    return session.exec(select(Alert).where(or_(col(Alert.uid) == name, col(Alert.id) == key))).first()


def statements_of_article(session: Session, article_id: int) -> Sequence[Statement]:
    return session.exec(
        select(Statement).where(col(Statement.article_id) == article_id).order_by(col(Statement.id))
    ).all()


def stories_near(session: Session, since: datetime, until: datetime) -> Sequence[tuple[int, int, bytes]]:
    """Articles fetched in a span of time that belong to a story: (article, story, fingerprint)."""
    rows = session.exec(
        select(Article.id, Article.story_id, Article.fingerprint).where(
            col(Article.first_fetched).between(since, until),
            col(Article.story_id).is_not(None),
            func.length(Article.fingerprint) > 0,
        )
    ).all()
    return [(int(a), int(s), f) for a, s, f in rows if a is not None and s is not None]


def publishers(session: Session, ids: Iterable[int]) -> list[tuple[Article, Publisher]]:
    """The articles that carry these statements with their outlets, the first published first."""
    rows = session.exec(
        select(Article, Publisher)
        .join(Publisher, col(Article.publisher_id) == Publisher.id)
        .join(Statement, col(Statement.article_id) == Article.id)
        .where(col(Statement.id).in_(list(ids)))
        .distinct()
    ).all()
    ordered = sorted(rows, key=lambda row: (row[0].published or row[0].first_fetched, row[0].id or 0))
    return [(article, publisher) for article, publisher in ordered]


def waiting(session: Session) -> tuple[int, int]:
    """What a first round still waits for: seeds never polled, and links never fetched."""
    seeds = session.exec(
        select(func.count()).select_from(Seed).where(col(Seed.enabled), col(Seed.last_poll).is_(None))
    ).one()
    links = session.exec(
        select(func.count()).select_from(Link).where(col(Link.state) == LinkState.PENDING)
    ).one()
    return seeds, links


def has_any_statement(session: Session) -> bool:
    return session.exec(select(Statement.id).limit(1)).first() is not None


def ringing_since(session: Session, since: datetime) -> Sequence[Alert]:
    """Alerts about statements since then, oldest first."""
    return session.exec(
        select(Alert)
        .where(col(Alert.kind) == "statement", col(Alert.created_at) >= since)
        .order_by(col(Alert.id))
    ).all()


def count_by_novelty(session: Session, since: datetime) -> dict[Novelty | None, int]:
    rows = session.exec(
        select(Statement.novelty, func.count())
        .where(col(Statement.found_at) >= since)
        .group_by(col(Statement.novelty))
    ).all()
    return {None if novelty is None else Novelty(novelty): count for novelty, count in rows}


def count_by_stance(
    session: Session, claims: Sequence[str], *, found_at: datetime
) -> list[tuple[str, Stance, Status, int, int]]:
    """Statements by (claim, stance, status): how many there are, and how many were found at one time."""
    new = func.sum(case((col(Statement.found_at) == found_at, 1), else_=0))
    sides = (col(Statement.claim_id), col(Statement.stance), col(Statement.status))
    rows = session.execute(
        select(*sides, func.count(), new)  # type: ignore[call-overload]
        .where(col(Statement.claim_id).in_(claims), col(Statement.withdrawn_at).is_(None))
        .group_by(*sides)
        .order_by(*sides)
    )
    return [(claim, stance, status, every, int(added)) for claim, stance, status, every, added in rows]


def for_review(session: Session, since: datetime, limit: int) -> list[Found]:
    """Statements that the engine would not vouch for, the newest first."""
    ids = session.exec(
        select(Statement.id)
        .where(
            col(Statement.status) == Status.REVIEW,
            col(Statement.withdrawn_at).is_(None),
            col(Statement.found_at) >= since,
        )
        .order_by(col(Statement.found_at).desc())
        .limit(limit)
    ).all()
    return found(session, [key for key in ids if key is not None])
