"""Writes what a page says into the store: Article, Revision, Statements, inside the caller's transaction.

An unchanged page adds nothing; an edit adds a revision, the statements that are new in it, and marks those
that it took away. Whether anything rings is not decided here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, desc, select

from app.failpoint import Failpoint, pass_by
from app.reading import Outcome, Reading
from app.voices import alias_id
from store.fingerprint import SAME_STORY, similarity
from store.models import Article, Revision, Statement, Story
from store.values import OUTLET, Basis, Extracted, FetchedPage, Match, Status

STORY_WINDOW = timedelta(days=3)
"""A wire report is reprinted within days; later likeness is a subject, not a story."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a page added: ids of statements that are new, and of those that its edit withdrew."""

    outcome: Outcome
    article_id: int | None = None
    statements: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()


class Key(NamedTuple):
    """What makes a statement one within an article."""

    claim: str
    alias: int
    stance: str
    about: str


def known_article(session: Session, link_id: int) -> bool:
    """True where the link's page was kept before: then an edit matters whatever the gate says of it."""
    return session.exec(select(Article.id).where(Article.link_id == link_id)).first() is not None


def record(session: Session, page: FetchedPage, reading: Reading, *, now: datetime) -> Saved:
    """Write down what a page says; a page that says nothing is kept only if it said something before."""
    extracted, result = reading.article, reading.result
    if extracted is None or result is None:
        return Saved(reading.outcome)
    article = _find_article(session, page, extracted)
    if article is None and not result.matches:
        return Saved(reading.outcome)
    if article is None:
        article = _add_article(session, page, extracted)
    before = _last_revision(session, article)
    if before is not None and (before.title, before.text) == (extracted.title, extracted.text):
        return Saved(Outcome.UNCHANGED, article.id)
    revision = _add_revision(session, article, page, reading, number=1 + (before.number if before else 0))
    pass_by(Failpoint.ARTICLE_WRITTEN)
    return _record_statements(session, article, revision, reading, now=now)


def _find_article(session: Session, page: FetchedPage, extracted: Extracted) -> Article | None:
    by_link = session.exec(select(Article).where(Article.link_id == page.link_id)).first()
    if by_link is not None:
        return by_link
    by_url = session.exec(select(Article).where(Article.url == extracted.url)).first()
    if by_url is not None and not _is_same_text(by_url, extracted):
        # A site that calls its front page canonical for all would make one article of everything.
        return session.exec(select(Article).where(Article.url == page.final_url)).first()
    return by_url


def _is_same_text(article: Article, extracted: Extracted) -> bool:
    return (
        article.title == extracted.title
        or similarity(article.fingerprint, extracted.fingerprint) >= SAME_STORY
    )


def _add_article(session: Session, page: FetchedPage, extracted: Extracted) -> Article:
    published = extracted.published
    taken = session.exec(select(Article.id).where(Article.url == extracted.url)).first() is not None
    article = Article(
        publisher_id=page.publisher_id,
        link_id=page.link_id or None,
        url=page.final_url if taken else extracted.url,
        title=extracted.title,
        subtitle=extracted.subtitle,
        byline=", ".join(extracted.authors),
        language=extracted.lang or "",
        published=published.astimezone(UTC) if published else None,
        published_offset=_offset(published),
        published_on=extracted.published_on or (published.date() if published else None),
        first_fetched=page.fetched_at,
        paywalled=extracted.paywalled,
        fingerprint=extracted.fingerprint,
        story_id=_story_id(session, extracted.fingerprint, page.fetched_at),
    )
    session.add(article)
    session.flush()
    return article


def _offset(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return int(offset.total_seconds() // 60) if offset is not None else None


def _story_id(session: Session, fingerprint: bytes, now: datetime) -> int | None:
    """The story of the likest article of these days, or a new one."""
    recent = session.exec(
        select(Article.story_id, Article.fingerprint).where(
            col(Article.first_fetched) >= now - STORY_WINDOW, col(Article.story_id).is_not(None)
        )
    )
    likeness, story_id = max(
        ((similarity(fingerprint, other), story) for story, other in recent), default=(0.0, None)
    )
    if story_id is not None and likeness >= SAME_STORY:
        return story_id
    story = Story(first_seen=now)
    session.add(story)
    session.flush()
    return story.id


def _last_revision(session: Session, article: Article) -> Revision | None:
    return session.exec(
        select(Revision).where(Revision.article_id == article.id).order_by(desc(col(Revision.number)))
    ).first()


def _add_revision(
    session: Session, article: Article, page: FetchedPage, reading: Reading, *, number: int
) -> Revision:
    if article.id is None or reading.article is None:
        raise ValueError("a revision needs a kept article and its text")
    revision = Revision(
        article_id=article.id,
        number=number,
        fetched_at=page.fetched_at,
        title=reading.article.title,
        text=reading.article.text,
        page=reading.page,
        page_sha256=reading.page_sha256,
        headers=[list(pair) for pair in page.headers],
    )
    if number > 1:
        article.title, article.fingerprint = reading.article.title, reading.article.fingerprint
        session.add(article)
    session.add(revision)
    session.flush()
    return revision


def _record_statements(
    session: Session, article: Article, revision: Revision, reading: Reading, *, now: datetime
) -> Saved:
    said = _by_key(session, reading.result.matches if reading.result else ())
    standing = {
        Key(row.claim_id, row.alias_id, row.stance, row.about): row
        for row in session.exec(
            select(Statement).where(
                Statement.article_id == article.id, col(Statement.withdrawn_at).is_(None)
            )
        )
    }
    added = [
        _statement(article, revision, key, match, matcher=reading.matcher, now=now)
        for key, match in said.items()
        if key not in standing
    ]
    session.add_all(added)
    gone = [row for key, row in standing.items() if key not in said and _is_gone(row, revision)]
    for row in gone:
        row.withdrawn_at = now
        session.add(row)
    session.flush()
    pass_by(Failpoint.STATEMENTS_WRITTEN)
    return Saved(reading.outcome, article.id, _ids(added), _ids(gone))


def _is_gone(statement: Statement, revision: Revision) -> bool:
    """True where the evidence is no longer written; a matcher that reads it otherwise now takes nothing back."""
    return statement.evidence not in revision.text and statement.evidence not in revision.title


def _by_key(session: Session, matches: Sequence[Match]) -> dict[Key, Match]:
    """The matches, one for each key: the one that says most (firm, dated, latest, surest)."""
    best: dict[Key, Match] = {}
    for match in sorted(matches, key=_weight):
        alias = alias_id(session, match.speaker, match.speaker_kind)
        best[Key(match.claim, alias, match.stance, match.about)] = match
    return best


def _weight(match: Match) -> tuple[bool, bool, bool, date, float]:
    return (
        match.status is Status.FIRM,
        match.said_basis is not Basis.BACKGROUND,
        match.lead and match.speaker == OUTLET,  # the press rings only from title and lead
        match.said_on or date.min,
        match.certainty,
    )


def _statement(
    article: Article, revision: Revision, key: Key, match: Match, *, matcher: str, now: datetime
) -> Statement:
    return Statement(
        article_id=article.id,
        revision_id=revision.id,
        claim_id=match.claim,
        alias_id=key.alias,
        stance=match.stance,
        about=match.about,
        status=match.status,
        certainty=match.certainty,
        speaker_as_written=match.speaker_as_written,
        via=list(match.via),
        place=match.place,
        evidence=match.evidence,
        start=match.start,
        end=match.end,
        lead=match.lead,
        said_on=match.said_on,
        said_basis=match.said_basis,
        event_on=match.event_on,
        trace=[[step.rule, step.effect, step.start, step.end] for step in match.trace],
        matcher=matcher,
        found_at=now,
    )


def _ids(rows: Iterable[Statement]) -> tuple[int, ...]:
    return tuple(row.id for row in rows if row.id is not None)
