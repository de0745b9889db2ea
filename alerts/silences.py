"""Silences: stretches, each with an end and a reason, in which chosen alerts are recorded but not sent."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alerts.routing import Choice, Mute
from config.errors import TocsinError
from store.models import Silence

_SETS = ("claim", "stance", "about", "novelty", "tier", "language", "speaker", "kind")


class SilenceError(TocsinError):
    """A silence without an end ahead or without a reason would be forgotten, and with it the watch."""


def active(session: Session, now: datetime) -> list[Mute]:
    rows = session.exec(select(Silence).where(col(Silence.until) > now)).all()
    return [Mute(choice=to_choice(row.choice), until=row.until, reason=row.reason) for row in rows]


def silence(session: Session, choice: Choice, *, until: datetime, reason: str, now: datetime) -> Silence:
    if until <= now:
        raise SilenceError(f"a silence until {until:%Y-%m-%d %H:%M} is over already; give a later time")
    if not reason.strip():
        raise SilenceError("a silence needs a reason, so that the next shift knows why; give --reason")
    row = Silence(choice=to_row(choice), reason=reason.strip(), created_at=now, until=until)
    session.add(row)
    session.flush()
    return row


def to_choice(row: dict[str, Any]) -> Choice:
    """A stored choice; what is not named in it asks nothing."""
    sets = {name: frozenset(row.get(name, ())) for name in _SETS}
    return Choice(**sets, certainty=float(row.get("certainty", 0.0)))


def to_row(choice: Choice) -> dict[str, Any]:
    named = {name: sorted(getattr(choice, name)) for name in _SETS if getattr(choice, name)}
    return {**named, "certainty": choice.certainty} if choice.certainty else named
