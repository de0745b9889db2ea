"""Silences: stretches, each with an end and a reason, in which chosen alerts are recorded but not sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alerts.routing import Choice, Mute
from config.errors import TocsinError
from store.models import Silence
from store.queries import silences as queries

_SETS = ("claim", "stance", "about", "novelty", "tier", "language", "speaker", "publisher", "kind")
CHANNEL = "channel"


class SilenceError(TocsinError):
    """A silence without an end ahead or without a reason would be forgotten, and with it the watch."""


def active(session: Session, now: datetime) -> list[Mute]:
    return [to_mute(row) for row in queries.silences(session, since=now)]


def silence(
    session: Session,
    choice: Choice,
    *,
    until: datetime,
    reason: str,
    now: datetime,
    channels: Collection[str] = (),
) -> Silence:
    if until <= now:
        raise SilenceError(f"a silence until {until:%Y-%m-%d %H:%M} is over already; give a later time")
    if not reason.strip():
        raise SilenceError("a silence needs a reason, so that the next shift knows why; give --reason")
    kept = {**to_row(choice), **({CHANNEL: sorted(channels)} if channels else {})}
    row = Silence(choice=kept, reason=reason.strip(), created_at=now, until=until)
    session.add(row)
    session.flush()
    return row


def end(session: Session, number: int, *, now: datetime) -> Silence:
    """Let a silence end now; what it kept stays kept."""
    row = session.get(Silence, number)
    if row is None or row.until <= now:
        raise SilenceError(f"there is no silence {number} in force; see: tocsin silences")
    row.until = now
    session.add(row)
    session.flush()
    return row


def to_mute(row: Silence) -> Mute:
    return Mute(to_choice(row.choice), row.until, row.reason, frozenset(row.choice.get(CHANNEL, ())))


def words(row: Silence) -> str:
    """What a silence takes: "claim missiles-from-belarus; speaker Alexander Lukashenko"."""
    named = {**row.choice}
    least = named.pop("certainty", None)
    parts = [f"{name} {' or '.join(map(str, values))}" for name, values in named.items()]
    return "; ".join([*parts, *([f"certainty from {least}"] if least else [])]) or "everything"


def to_choice(row: dict[str, Any]) -> Choice:
    """A stored choice; what is not named in it asks nothing."""
    sets = {name: frozenset(row.get(name, ())) for name in _SETS}
    return Choice(**sets, certainty=float(row.get("certainty", 0.0)))


def to_row(choice: Choice) -> dict[str, Any]:
    named = {name: sorted(getattr(choice, name)) for name in _SETS if getattr(choice, name)}
    return {**named, "certainty": choice.certainty} if choice.certainty else named
