"""What people and programs ask: the ledger, statements, articles, alerts, deliveries, speakers.

Read only. Each question gives plain rows, the newest first, narrowed by one `Asked`; names that nobody
bears are an error with the nearest one, since an empty answer would read as "nothing was said".
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import Session, col

from store.models import (
    Alert,
    Alias,
    Article,
    Claim,
    Delivery,
    Position,
    Publisher,
    Revision,
    Speaker,
    Statement,
)
from store.queries.answers import (
    AlertRow,
    ArticleRow,
    DeliveryRow,
    LedgerRow,
    SpeakerRow,
    StatementRow,
)
from store.queries.asking import ALL, Asked, UnknownName, about_whom, from_outlet, in_text, labelled, rows_of
from store.values import DeliveryState, Status

__all__ = ["ALL", "Asked", "UnknownName"]


def ledger(session: Session, asked: Asked = ALL) -> list[LedgerRow]:
    """Where every voice stands."""
    query = (
        select(
            labelled("claim", Position.claim_id),
            labelled("claim_title", Claim.title),
            labelled("speaker", Speaker.name),
            labelled("speaker_kind", Speaker.kind),
            labelled("about", Position.about),
            labelled("stance", Position.stance),
            labelled("disputed", Position.disputed),
            labelled("since", Position.since),
            labelled("last_said", Position.last_said),
            labelled("last_event", Position.last_event),
            labelled("changes", Position.episode),
            _carried_by().label("outlets"),
            labelled("evidence", Statement.evidence),
            labelled("outlet", Publisher.name),
            labelled("url", Article.url),
        )
        .join_from(Position, Claim, col(Claim.id) == Position.claim_id)
        .join(Speaker, col(Speaker.id) == Position.speaker_id)
        .join(Statement, col(Statement.id) == Position.statement_id)
        .join(Article, col(Article.id) == Statement.article_id)
        .join(Publisher, col(Publisher.id) == Article.publisher_id)
        .where(*about_whom(session, asked, claim=col(Position.claim_id), speaker=col(Position.speaker_id)))
    )
    if asked.stance:
        query = query.where(col(Position.stance) == asked.stance)
    if asked.since:
        query = query.where(col(Position.last_said) >= asked.since.date())
    order = (col(Position.claim_id), col(Position.last_said).desc(), col(Speaker.name), col(Position.about))
    return rows_of(session, query.order_by(*order), asked, LedgerRow)


def statements(session: Session, asked: Asked = ALL) -> list[StatementRow]:
    """What was said, by whom, and where it stands written."""
    return _statementrows_of(session, asked)


def review(session: Session, asked: Asked = ALL) -> list[StatementRow]:
    """What the matcher was not sure of and nothing rang for: a person decides."""
    unsure = (col(Statement.status) == Status.REVIEW, col(Statement.withdrawn_at).is_(None))
    return _statementrows_of(session, asked, *unsure)


def statements_found_at(session: Session, moment: datetime, limit: int) -> list[StatementRow]:
    """What one run of a rematch added, the latest said first."""
    return _statementrows_of(session, Asked(limit=limit), col(Statement.found_at) == moment)


def articles(session: Session, asked: Asked = ALL) -> list[ArticleRow]:
    """The matched pages; `search` finds them by their words in any script."""
    said = select(col(Statement.id)).join(Alias, col(Alias.id) == Statement.alias_id)
    about = about_whom(session, asked, claim=col(Statement.claim_id), speaker=col(Alias.speaker_id))
    if asked.stance:
        about.append(col(Statement.stance) == asked.stance)
    query = _articles().where(*from_outlet(session, asked), *in_text(session, asked, col(Article.id)))
    if about:
        query = query.where(said.where(col(Statement.article_id) == Article.id, *about).exists())
    when = func.coalesce(col(Article.published), col(Article.first_fetched))
    if asked.since:
        query = query.where(when >= asked.since)
    return rows_of(session, query.order_by(when.desc(), col(Article.id).desc()), asked, _article)


def alerts(session: Session, asked: Asked = ALL) -> list[AlertRow]:
    """What rang."""
    return _alertrows_of(session, asked)


def verdicts(session: Session, asked: Asked = ALL) -> list[AlertRow]:
    """What rang and was called right or wrong by a person."""
    return _alertrows_of(session, asked, col(Alert.verdict) != "")


def deliveries(session: Session, asked: Asked = ALL) -> list[DeliveryRow]:
    """What went where, what waits and what was given up."""
    query = (
        select(
            labelled("id", Delivery.id),
            labelled("alert", Alert.uid),
            labelled("kind", Alert.kind),
            col(Alert.payload)["headline"].as_string().label("headline"),
            labelled("claim", Alert.claim_id),
            labelled("route", Delivery.route),
            labelled("channel", Delivery.channel),
            labelled("state", Delivery.state),
            labelled("attempts", Delivery.attempts),
            labelled("created_at", Alert.created_at),
            labelled("next_attempt", Delivery.next_attempt),
            labelled("sent_at", Delivery.sent_at),
            labelled("last_error", Delivery.last_error),
        )
        .join_from(Delivery, Alert, col(Alert.id) == Delivery.alert_id)
        .where(*about_whom(session, replace(asked, speaker=None), claim=col(Alert.claim_id)))
    )
    if asked.state:
        query = query.where(col(Delivery.state) == asked.state)
    if asked.since:
        query = query.where(col(Alert.created_at) >= asked.since)
    order = (col(Alert.created_at).desc(), col(Delivery.id).desc())
    return rows_of(session, query.order_by(*order), asked, DeliveryRow)


def speakers(session: Session, asked: Asked = ALL) -> list[SpeakerRow]:
    """The voices with all their spellings: the most often heard first."""
    spelt: dict[int, list[str]] = {}
    query = select(labelled("speaker", Alias.speaker_id), labelled("name", Alias.name)).order_by(
        col(Alias.id)
    )
    for speaker, name in session.connection().execute(query):
        spelt.setdefault(speaker, []).append(name)

    def speaker_row(*, id: int, **values: Any) -> SpeakerRow:
        names = tuple(name for name in spelt.get(id, ()) if name != values["name"])
        return SpeakerRow(**values, aliases=names)

    heard = _count(Statement.id, col(Alias.speaker_id) == Speaker.id, joined=Alias)
    asking = (
        select(
            labelled("id", Speaker.id),
            labelled("name", Speaker.name),
            labelled("kind", Speaker.kind),
            labelled("role", Speaker.role),
            labelled("side", Speaker.side),
            heard.label("statements"),
            _count(Position.id, col(Position.speaker_id) == Speaker.id).label("positions"),
        )
        .where(*about_whom(session, replace(asked, claim=None), speaker=col(Speaker.id)))
        .order_by(heard.desc(), col(Speaker.name))
    )
    return rows_of(session, asking, asked, speaker_row)


def _alertrows_of(session: Session, asked: Asked, *conditions: Any) -> list[AlertRow]:
    query = _alerts().where(
        *conditions,
        *about_whom(session, asked, claim=col(Alert.claim_id), speaker=col(Alias.speaker_id)),
        *from_outlet(session, asked),
    )
    if asked.stance:
        query = query.where(col(Statement.stance) == asked.stance)
    if asked.since:
        query = query.where(col(Alert.created_at) >= asked.since)
    order = (col(Alert.created_at).desc(), col(Alert.id).desc())
    return rows_of(session, query.order_by(*order), asked, AlertRow)


def _statementrows_of(session: Session, asked: Asked, *conditions: Any) -> list[StatementRow]:
    query = _statements().where(
        *conditions,
        *about_whom(session, asked, claim=col(Statement.claim_id), speaker=col(Alias.speaker_id)),
        *from_outlet(session, asked),
        *in_text(session, asked, col(Statement.article_id)),
    )
    if asked.stance:
        query = query.where(col(Statement.stance) == asked.stance)
    if asked.since:
        said, found = col(Statement.said_on), col(Statement.found_at)
        undated = and_(said.is_(None), found >= asked.since)
        query = query.where(or_(said >= asked.since.date(), undated))
    newest = func.coalesce(col(Statement.said_on), func.date(col(Statement.found_at))).desc()
    return rows_of(session, query.order_by(newest, col(Statement.id).desc()), asked, StatementRow)


def _statements() -> Select[Any]:
    own = set(StatementRow.__dataclass_fields__) & set(Statement.model_fields)
    return (
        select(
            *(labelled(name, getattr(Statement, name)) for name in sorted(own)),
            labelled("claim", Statement.claim_id),
            labelled("speaker", Speaker.name),
            labelled("speaker_kind", Speaker.kind),
            labelled("article", Statement.article_id),
            labelled("title", Article.title),
            labelled("language", Article.language),
            labelled("url", Article.url),
            labelled("outlet", Publisher.name),
            labelled("tier", Publisher.tier),
        )
        .join_from(Statement, Alias, col(Alias.id) == Statement.alias_id)
        .join(Speaker, col(Speaker.id) == Alias.speaker_id)
        .join(Article, col(Article.id) == Statement.article_id)
        .join(Publisher, col(Publisher.id) == Article.publisher_id)
    )


def _articles() -> Select[Any]:
    firm = and_(col(Statement.article_id) == Article.id, col(Statement.withdrawn_at).is_(None))
    own = set(ArticleRow.__dataclass_fields__) & set(Article.model_fields)
    return select(
        *(labelled(name, getattr(Article, name)) for name in sorted(own)),
        labelled("offset", Article.published_offset),
        labelled("story", Article.story_id),
        labelled("outlet", Publisher.name),
        labelled("tier", Publisher.tier),
        _count(Revision.id, col(Revision.article_id) == Article.id).label("revisions"),
        _count(Statement.id, firm).label("statements"),
    ).join_from(Article, Publisher, col(Publisher.id) == Article.publisher_id)


def _article(*, offset: int | None, published: datetime | None, **values: Any) -> ArticleRow:
    zone = UTC if offset is None else timezone(timedelta(minutes=offset))
    return ArticleRow(published=published.astimezone(zone) if published else None, **values)


def _alerts() -> Select[Any]:
    own = set(AlertRow.__dataclass_fields__) & set(Alert.model_fields)
    return (
        select(
            *(labelled(name, getattr(Alert, name)) for name in sorted(own)),
            labelled("claim", Alert.claim_id),
            labelled("stance", Statement.stance),
            labelled("about", Statement.about),
            labelled("speaker", Speaker.name),
            labelled("said_on", Statement.said_on),
            labelled("evidence", Statement.evidence),
            labelled("outlet", Publisher.name),
            labelled("url", Article.url),
            labelled("statement", Alert.statement_id),
            *(_delivered(state).label(state.value) for state in DeliveryState),
        )
        .join_from(Alert, Statement, col(Statement.id) == Alert.statement_id, isouter=True)
        .join(Alias, col(Alias.id) == Statement.alias_id, isouter=True)
        .join(Speaker, col(Speaker.id) == Alias.speaker_id, isouter=True)
        .join(Article, col(Article.id) == Statement.article_id, isouter=True)
        .join(Publisher, col(Publisher.id) == Article.publisher_id, isouter=True)
    )


def _count(what: Any, *where: Any, joined: Any = None) -> Any:
    counted = select(func.count(col(what)))
    if joined is not None:
        counted = counted.join(joined, col(Alias.id) == Statement.alias_id)
    return counted.where(*where).scalar_subquery()


def _carried_by() -> Any:
    """How many outlets carried a position's stance in its speaker's name."""
    return (
        select(func.count(col(Article.publisher_id).distinct()))
        .join_from(Statement, Alias, col(Alias.id) == Statement.alias_id)
        .join(Article, col(Article.id) == Statement.article_id)
        .where(
            col(Statement.claim_id) == Position.claim_id,
            col(Alias.speaker_id) == Position.speaker_id,
            col(Statement.about) == Position.about,
            col(Statement.stance) == Position.stance,
            col(Statement.status) == Status.FIRM,
        )
        .correlate(Position)
        .scalar_subquery()
    )


def _delivered(state: DeliveryState) -> Any:
    return _count(Delivery.id, col(Delivery.alert_id) == Alert.id, col(Delivery.state) == state)
