"""Writes what a page says into the store: Article, Revision, Statements, inside the caller's transaction.

An unchanged page adds nothing; an edit adds a revision and the statements that are new in it. What an edit
took away, and whether anything rings, is decided in alerts/ledger.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlmodel import Session, col, desc, select

from app.failpoint import Failpoint, pass_by
from app.reading import Outcome, Reading
from app.voices import alias_id
from store.fingerprint import SAME_STORY, similarity
from store.models import Article, Revision, Statement
from store.queries.ledger import ident
from store.values import OUTLET, Basis, Extracted, FetchedPage, Match, Status


@dataclass(frozen=True, slots=True)
class Saved:
    """What a page added: the ids of its new statements; of its new revision too, where it is an edit."""

    outcome: Outcome
    article_id: int | None = None
    statements: tuple[int, ...] = ()
    edit: int | None = None


class Key(NamedTuple):
    """What makes a statement one within an article."""

    claim: str
    alias: int
    stance: str
    about: str


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
    )
    session.add(article)
    session.flush()
    return article


def _offset(moment: datetime | None) -> int | None:
    offset = moment.utcoffset() if moment else None
    return int(offset.total_seconds() // 60) if offset is not None else None


def _last_revision(session: Session, article: Article) -> Revision | None:
    return session.exec(
        select(Revision).where(Revision.article_id == article.id).order_by(desc(col(Revision.number)))
    ).first()


def _add_revision(
    session: Session, article: Article, page: FetchedPage, reading: Reading, *, number: int
) -> Revision:
    if reading.article is None:
        raise ValueError("a revision needs the article's text")
    revision = Revision(
        article_id=ident(article),
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
    matches = reading.result.matches if reading.result else ()
    added = state(session, revision, matches, matcher=reading.matcher, now=now)
    pass_by(Failpoint.STATEMENTS_WRITTEN)
    edit = revision.id if revision.number > 1 else None
    return Saved(reading.outcome, article.id, added, edit)


def state(
    session: Session, revision: Revision, matches: Sequence[Match], *, matcher: str, now: datetime
) -> tuple[int, ...]:
    """Write down what a revision says as far as it is not known; the ids of what is new.

    A revision that was read before, by other rules, keeps what was judged of it; what waits for review is
    read anew.
    """
    standing = {_key_of(row): row for row in _standing(session, revision.article_id)}
    here = {_key_of(row): row for row in _stated(session, revision)}
    added: list[Statement] = []
    for key, match in _by_key(session, matches).items():
        row = _statement(revision, key, match, matcher=matcher, now=now)
        if key not in here:
            if key not in standing or not _is_the_same(standing[key], match, revision):
                added.append(row)
        elif _waits(here[key]) and not _is_the_same(here[key], match, revision):
            added.append(_read_anew(here[key], row))
    session.add_all(added)
    session.flush()
    return tuple(row.id for row in added if row.id is not None)


def _waits(row: Statement) -> bool:
    return row.status is Status.REVIEW and row.withdrawn_at is None


def _read_anew(row: Statement, reading: Statement) -> Statement:
    for name in Statement.model_fields.keys() - {"id"}:
        setattr(row, name, getattr(reading, name))
    return row


def _stated(session: Session, revision: Revision) -> Sequence[Statement]:
    return session.exec(select(Statement).where(Statement.revision_id == revision.id)).all()


def _standing(session: Session, article_id: int) -> Sequence[Statement]:
    """What the article's revisions say so far, the last word of each voice last."""
    return session.exec(
        select(Statement)
        .where(Statement.article_id == article_id, col(Statement.withdrawn_at).is_(None))
        .order_by(col(Statement.id))
    ).all()


def _key_of(row: Statement) -> Key:
    return Key(row.claim_id, row.alias_id, row.stance, row.about)


def _is_the_same(row: Statement, match: Match, revision: Revision) -> bool:
    """True where an edit left the statement alone: the sentence still stands and means the same days."""
    still_written = row.evidence in revision.text or row.evidence in revision.title
    return still_written and (row.said_on, row.event_on, row.status) == (
        match.said_on,
        match.event_on,
        match.status,
    )


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


def _statement(revision: Revision, key: Key, match: Match, *, matcher: str, now: datetime) -> Statement:
    return Statement(
        article_id=revision.article_id,
        revision_id=ident(revision),
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
