"""Folds deliveries that are due for one channel into one message that lists them.

When that is to be done is decided in alerts/timing.py. The listing is an alert of its own, so that every
try sends the same list under the same id; what it lists is marked as folded into it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alerts import facts
from alerts.facts import AlertFacts, Row, Section
from alerts.posting import new_uid, post
from alerts.routing import Routing
from alerts.wording import clean, outlet, published
from store.models import Alert, Delivery
from store.queries import ledger
from store.queries.outbox import Due
from store.values import DeliveryState

LONGEST = 100
"""What is beyond it makes a second message."""


def fold(session: Session, due: Sequence[Due], channel: str, *, now: datetime) -> Delivery:
    """One delivery that lists them all."""
    subject = f"digest/{channel}"
    episode = ledger.last_episode(session, subject) + 1
    told = [facts.load(row.alert.payload) for row in due]
    message = AlertFacts(
        id=new_uid(subject, episode, now),
        kind="digest",
        thread=subject,
        thread_title="Digest",
        headline=_headline(told),
        urgent=any(one.urgent for one in told),
        created_at=now,
        sections=sections(told),
    )
    alert = post(
        session, message, subject_key=subject, episode=episode, routing=Routing(), now=now, quietly=True
    )
    listing = Delivery(
        alert_id=ledger.ident(alert), route=due[0].delivery.route, channel=channel, next_attempt=now
    )
    session.add(listing)
    session.flush()
    for row in due:
        _mark(row.delivery, alert)
        session.add(row.delivery)
    session.flush()
    return listing


def sections(told: Sequence[AlertFacts]) -> tuple[Section, ...]:
    """The alerts by thread, in their order."""
    grouped: dict[str, list[AlertFacts]] = {}
    for one in told:
        grouped.setdefault(one.thread_title, []).append(one)
    return tuple(
        Section(title=title, rows=tuple(_row(one) for one in alerts)) for title, alerts in grouped.items()
    )


def _mark(delivery: Delivery, alert: Alert) -> None:
    delivery.state = DeliveryState.FOLDED
    delivery.leased_by, delivery.leased_until = "", None
    delivery.receipt = {"in": alert.uid}


def _headline(told: Sequence[AlertFacts]) -> str:
    """How many they are, and the most urgent of them, else the newest."""
    chief = next((one for one in told if one.urgent), told[-1])
    return (
        f"{len(told)} alerts: {chief.headline} (and {len(told) - 1} more)"
        if len(told) > 1
        else chief.headline
    )


def _row(alert: AlertFacts) -> Row:
    said = alert.statement
    if said is None:
        return Row(headline=alert.headline, detail=" ".join(alert.lines)[:300], alert=alert.id)
    return Row(
        headline=alert.headline.removesuffix(f" — {clean(said.claim_title, 160)}"),
        detail=f"{outlet(said.report)}, {published(said.report)}: {clean(said.evidence.sentence, 300)}",
        url=said.report.url,
        alert=alert.id,
        claim=said.claim,
        voice=said.voice.name,
        stance=said.stance,
        about=said.about[0],
        said_on=said.said_on,
    )
