"""Named queries on what people made of alerts. What a verdict does to the ledger: alerts/corrections.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from store.models import Alert, Alias, Article, Publisher, Revision, Speaker, Statement
from store.queries.ledger import ident, spellings


@dataclass(frozen=True, slots=True)
class Judged:
    """An alert that a person called right or wrong, with the statement that it told."""

    alert: Alert
    statement: Statement


@dataclass(frozen=True, slots=True)
class Read:
    """One statement of an article as the matcher read it, with its voice and the voice's spellings."""

    statement: Statement
    speaker: Speaker
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text about which a person gave verdicts, with all that was read in it, the first read first."""

    article: Article
    revision: Revision
    publisher: Publisher
    verdicts: tuple[Judged, ...]
    read: tuple[Read, ...]


def judged_texts(session: Session) -> list[JudgedText]:
    """The texts with verdicts, in the order of their alerts."""
    rows = session.exec(
        select(Alert, Statement)
        .join(Statement, col(Alert.statement_id) == Statement.id)
        .where(col(Alert.kind) == "statement", col(Alert.verdict) != "")
        .order_by(col(Alert.id))
    ).all()
    texts: dict[int, list[Judged]] = {}
    for alert, statement in rows:
        texts.setdefault(statement.revision_id, []).append(Judged(alert, statement))
    return [_text(session, revision_id, verdicts) for revision_id, verdicts in texts.items()]


def _text(session: Session, revision_id: int, verdicts: Sequence[Judged]) -> JudgedText:
    article, revision, publisher = session.exec(
        select(Article, Revision, Publisher)
        .join(Revision, col(Revision.article_id) == Article.id)
        .join(Publisher, col(Publisher.id) == Article.publisher_id)
        .where(col(Revision.id) == revision_id)
    ).one()
    rows = session.exec(
        select(Statement, Speaker)
        .join(Alias, col(Alias.id) == Statement.alias_id)
        .join(Speaker, col(Speaker.id) == Alias.speaker_id)
        .where(col(Statement.article_id) == article.id)
        .order_by(col(Statement.id))
    ).all()
    read = tuple(
        Read(said, speaker, tuple(alias.name for alias in spellings(session, ident(speaker))))
        for said, speaker in rows
        if said.evidence in revision.text or said.evidence in revision.title
    )
    return JudgedText(article, revision, publisher, tuple(verdicts), read)
