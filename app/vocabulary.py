"""Keeps the store's claims and speakers in step with the watchlist and the directory of known voices.

A claim that is watched no more is switched off and keeps its history. Speakers that a person renamed or
merged stay as they are; only what is new is added.
"""

from collections.abc import Iterable
from typing import Protocol

from sqlmodel import Session, select

from app.voices import alias_id
from store.models import Claim, Speaker
from store.values import OUTLET, SpeakerKind


class Watched(Protocol):
    """What is known of a claim, as matchers.engine.ClaimInfo gives it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def recurring(self) -> bool: ...
    @property
    def digest(self) -> str: ...


class Known(Protocol):
    """A voice of the directory, as matchers.speakers.Known gives it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> SpeakerKind: ...
    @property
    def side(self) -> str: ...


def sync_claims(session: Session, watched: Iterable[Watched]) -> None:
    """Make the store's claims those that are watched."""
    rows = {row.id: row for row in session.exec(select(Claim))}
    for row in rows.values():
        row.enabled = False
        session.add(row)
    for info in watched:
        claim = rows.get(info.id) or Claim(id=info.id, title=info.title)
        claim.title, claim.recurring, claim.digest = info.title, info.recurring, info.digest
        claim.enabled = True
        session.add(claim)
    session.flush()


def sync_speakers(session: Session, known: Iterable[Known]) -> None:
    """Add the voices that the directory names, and the press; fill in the side of those already there."""
    alias_id(session, OUTLET, SpeakerKind.PRESS)
    sides = {voice.name: voice.side for voice in known}
    for voice in known:
        alias_id(session, voice.name, voice.kind)
    for speaker in session.exec(select(Speaker).where(Speaker.side == "")):
        speaker.side = sides.get(speaker.name, "")
        session.add(speaker)
    session.flush()
