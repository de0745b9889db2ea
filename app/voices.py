"""Gives each speaker that the matcher names its row: the alias it was found under, and the voice behind it.

A statement points to an alias and an alias to a speaker, so merging two voices later is one update. Which
names are one voice is the matcher's knowledge; nothing is guessed here.
"""

from sqlmodel import Session, select

from store.models import Alias, Speaker
from store.queries.ledger import ident
from store.values import OUTLET, PRESS, SpeakerKind


def alias_id(session: Session, name: str, kind: SpeakerKind) -> int:
    """The alias row of a canonical name, with its speaker, both created where they are new."""
    alias = session.exec(select(Alias).where(Alias.name == name)).first()
    if alias is None:
        alias = Alias(name=name, speaker_id=_speaker_id(session, name, kind))
        session.add(alias)
        session.flush()
    return ident(alias)


def _speaker_id(session: Session, name: str, kind: SpeakerKind) -> int:
    """All outlets' own voices are one voice in the ledger, the press."""
    voice, of_kind = (PRESS, SpeakerKind.PRESS) if name == OUTLET else (name, kind)
    speaker = session.exec(select(Speaker).where(Speaker.name == voice)).first()
    if speaker is None:
        speaker = Speaker(name=voice, kind=of_kind)
        session.add(speaker)
        session.flush()
    return ident(speaker)
