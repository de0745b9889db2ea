"""What an article said over time: its revisions with their bytes, and the statements read in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from config.errors import TocsinError
from store.models import Alias, Article, Link, Publisher, Revision, Speaker, Statement
from store.values import About, Stance, Status


class NoSuchArticle(TocsinError):
    """A person names an article that the store does not hold."""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as one revision brought it. `withdrawn` where it no longer counts, for whatever reason."""

    id: int
    claim: str
    speaker: str
    stance: Stance
    about: About
    status: Status
    said_on: date | None
    evidence: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class State:
    """One revision. `page` is its bytes, zlib-compressed, empty where none were kept."""

    number: int
    fetched_at: datetime
    title: str
    text: str
    page: bytes
    page_sha256: str
    headers: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class History:
    """An article with all its revisions, the first one first. `asked` is the URL that was fetched."""

    id: int
    url: str
    asked: str
    outlet: str
    states: tuple[State, ...]


def history(session: Session, article_id: int) -> History:
    article = session.get(Article, article_id)
    if article is None:
        raise NoSuchArticle(f"there is no article {article_id}; see: tocsin articles")
    link = session.get(Link, article.link_id) if article.link_id else None
    told = _told(session, article_id)
    revisions = session.exec(
        select(Revision).where(col(Revision.article_id) == article_id).order_by(col(Revision.number))
    )
    return History(
        id=article_id,
        url=article.url,
        asked=link.url if link else article.url,
        outlet=session.get_one(Publisher, article.publisher_id).name,
        states=tuple(_state(row, told.get(row.id or 0, ())) for row in revisions),
    )


def _state(row: Revision, told: Iterable[Told]) -> State:
    return State(
        number=row.number,
        fetched_at=row.fetched_at,
        title=row.title,
        text=row.text,
        page=row.page,
        page_sha256=row.page_sha256,
        headers=tuple((name, value) for name, value in row.headers),
        told=tuple(told),
    )


def _told(session: Session, article_id: int) -> dict[int, list[Told]]:
    """The article's statements, by the revision that each was read in."""
    found: dict[int, list[Told]] = {}
    rows = session.exec(
        select(Statement, Speaker.name)
        .join(Alias, col(Alias.id) == Statement.alias_id)
        .join(Speaker, col(Speaker.id) == Alias.speaker_id)
        .where(col(Statement.article_id) == article_id)
        .order_by(col(Statement.id))
    )
    for said, speaker in rows:
        told = Told(
            id=said.id or 0,
            claim=said.claim_id,
            speaker=speaker,
            stance=said.stance,
            about=said.about,
            status=said.status,
            said_on=said.said_on,
            evidence=said.evidence,
            withdrawn=said.withdrawn_at is not None,
        )
        found.setdefault(said.revision_id, []).append(told)
    return found
