"""Writes one alert and its deliveries, inside the caller's transaction. What it says is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session

from alerts import facts as payload
from alerts.facts import AlertFacts, Kind, Section
from alerts.routing import Mute, Routed, Routing, plan
from alerts.silences import active
from store.models import Alert, Delivery
from store.queries import ledger as queries
from store.values import DeliveryState

_NAMESPACE = UUID("6f6a1f0e-6d0b-5f57-9d52-6f1b1c4f9e11")


def new_uid(subject_key: str, episode: int, now: datetime) -> str:
    """The alert's public name; it holds no dot, which Standard Webhooks forbids in ids."""
    return str(uuid5(_NAMESPACE, f"{subject_key}#{episode}@{now.isoformat()}"))


def post(
    session: Session,
    facts: AlertFacts,
    *,
    subject_key: str,
    episode: int,
    routing: Routing,
    now: datetime,
    statement_id: int | None = None,
    position_id: int | None = None,
    quietly: bool = False,
) -> Alert:
    """Record an alert and, unless `quietly`, one delivery for each channel that its routes choose.

    The unique (subject_key, episode) makes a second writer that decided on the same state fail.
    """
    alert = Alert(
        uid=facts.id,
        kind=facts.kind,
        subject_key=subject_key,
        episode=episode,
        position_id=position_id,
        statement_id=statement_id,
        claim_id=facts.statement.claim if facts.statement else None,
        novelty=facts.statement.novelty if facts.statement else None,
        thread=facts.thread,
        created_at=now,
        payload=payload.dump(facts),
    )
    session.add(alert)
    session.flush()
    if not quietly:
        deliver(session, alert, facts, routing=routing, now=now, mutes=active(session, now))
    return alert


def deliver(
    session: Session,
    alert: Alert,
    facts: AlertFacts,
    *,
    routing: Routing,
    now: datetime,
    mutes: Sequence[Mute] = (),
) -> int:
    """One outbox row for each channel, also for one that a silence keeps from sending; how many."""
    decisions = plan(facts, routing, now=now, mutes=mutes)
    for decision in decisions:
        silenced = decision.why is Routed.SILENCED
        session.add(
            Delivery(
                alert_id=queries.ident(alert),
                route=decision.route,
                channel=decision.channel,
                state=DeliveryState.SILENCED if silenced else DeliveryState.PENDING,
                next_attempt=decision.at or now,
                last_error=f"silenced {decision.note}" if silenced else "",
            )
        )
    session.flush()
    return len(decisions)


def notify(
    session: Session,
    kind: Kind,
    *,
    subject_key: str,
    headline: str,
    routing: Routing,
    now: datetime,
    lines: Sequence[str] = (),
    sections: Sequence[Section] = (),
    urgent: bool = False,
    episode: int | None = None,
) -> Alert:
    """A message that no statement caused: a silent publisher, a heartbeat, a failing channel.

    `subject_key` names what it is about; each call is its next episode, unless an episode is given.
    """
    number = episode if episode is not None else queries.last_episode(session, subject_key) + 1
    facts = AlertFacts(
        id=new_uid(subject_key, number, now),
        kind=kind,
        thread=subject_key,
        thread_title=THREAD_TITLES.get(kind, subject_key),
        headline=headline,
        urgent=urgent,
        created_at=now,
        lines=tuple(lines),
        sections=tuple(sections),
    )
    return post(session, facts, subject_key=subject_key, episode=number, routing=routing, now=now)


THREAD_TITLES: dict[Kind, str] = {
    "standings": "Where things stand",
    "digest": "Digest",
    "heartbeat": "Daily report",
    "channel-failing": "Channels",
    "channel-recovered": "Channels",
    "publisher-silent": "Publishers",
    "publisher-back": "Publishers",
    "watch-behind": "The watch",
    "watch-caught-up": "The watch",
    "test": "Test",
}
