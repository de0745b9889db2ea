"""The facts of a statement as its alert tells them, or would: to ask where it goes. Nothing is written."""

from datetime import datetime

from sqlmodel import Session, col, select

from alerts import evidence, facts
from alerts.facts import AlertFacts, StatementFacts
from alerts.wording import headline, moment
from store.models import Alert, Statement
from store.queries import ledger as queries
from store.queries.ledger import Found
from store.values import Novelty, Stance, Status


def facts_of(session: Session, statement_id: int, *, now: datetime) -> AlertFacts | None:
    """Of the alert that told the statement; else as if it rang now; None where there is no such statement."""
    told = _alert_of(session, statement_id)
    if told is not None:
        return facts.load(told.payload)
    found = queries.found(session, [statement_id])
    return _as_if_rung(found[0], now=now) if found else None


def fate_of(session: Session, statement_id: int) -> str:
    """What became of a statement, in words, with the reason where it did not ring."""
    told = _alert_of(session, statement_id)
    if told is not None:
        return f"It rang as alert {told.id} on {moment(told.created_at)}; if it rang now:"
    said = queries.found(session, [statement_id])[0].statement
    return f"It did not ring: {_silence_of(said)}. If it did:"


def _silence_of(said: Statement) -> str:
    if said.withdrawn_at is not None:
        return "it was withdrawn, by an edit or a verdict"
    if said.stance is Stance.SPECULATE:
        return "speculation never does"
    if said.status is Status.REVIEW:
        return "the matcher was not sure, see tocsin review"
    if said.novelty is Novelty.REPEAT:
        return "the same words were known already (repeat)"
    if said.novelty is Novelty.OLD:
        return "it is old news or background (old)"
    return "it is told inside the alert of what was said in the same breath"


def _alert_of(session: Session, statement_id: int) -> Alert | None:
    return session.exec(
        select(Alert).where(col(Alert.statement_id) == statement_id, col(Alert.kind) == "statement")
    ).first()


def _as_if_rung(found: Found, *, now: datetime) -> AlertFacts:
    said = found.statement
    statement = StatementFacts(
        claim=said.claim_id,
        claim_title=found.claim.title,
        voice=evidence.voice(found),
        stance=said.stance,
        about=(said.about,),
        novelty=said.novelty or Novelty.FIRST,
        said_on=said.said_on or found.article.first_fetched.date(),
        said_basis=said.said_basis,
        event_on=said.event_on,
        certainty=said.certainty,
        via=tuple(said.via),
        evidence=evidence.evidence(said, found.revision),
        report=evidence.report(found.article, found.publisher),
    )
    return AlertFacts(
        id="as-if-rung",
        kind="statement",
        thread=f"claim/{said.claim_id}",
        thread_title=found.claim.title,
        headline=headline(statement),
        urgent=statement.novelty is Novelty.REVERSAL,
        created_at=now,
        statement=statement,
    )
