"""Makes one voice of two that turned out to be one, and two of one that turned out to be two.

Who is who is decided by a person. Where voices stand is recounted, and nothing rings: what was told of either
stays told, for alerts follow their statements, and statements their spellings.
"""

from collections.abc import Sequence

from sqlmodel import Session

from alerts import positions
from alerts.novelty import Rules
from config.errors import TocsinError
from store.models import Alias, Speaker
from store.queries import ledger as queries
from store.queries.ledger import ident
from store.search import fold


class MergeError(TocsinError):
    """A voice cannot be merged with itself, or with what is no voice of its own."""


class SplitError(TocsinError):
    """Spellings that a voice does not have, or all that it has, cannot become another voice."""


def merge(session: Session, *, keep: Speaker, gone: Speaker, rules: Rules) -> tuple[str, ...]:
    """Give all spellings of `gone` to `keep` and recount where they stand; which spellings moved.

    `split` with these spellings undoes it.
    """
    if keep.id == gone.id:
        raise MergeError(f"{keep.name} is one voice already; name two")
    if keep.kind is not gone.kind:
        raise MergeError(f"{keep.name} is {keep.kind} and {gone.name} is {gone.kind}: not one voice")
    kept, lost = ident(keep), ident(gone)
    claims = queries.claims_of(session, lost)
    moved = queries.spellings(session, lost)
    _give(session, moved, keep)
    _recount(session, claims, (lost, kept), rules)
    session.delete(gone)
    session.flush()
    return _names(moved, first=gone.name)


def split(session: Session, voice: Speaker, spellings: Sequence[str], *, rules: Rules) -> Speaker:
    """Make a voice of its own of some of a voice's spellings, named by the first of them."""
    own = queries.spellings(session, ident(voice))
    chosen = [_spelling(own, voice, written) for written in dict.fromkeys(spellings)]
    if not chosen or len({row.id for row in chosen}) == len(own):
        raise SplitError(f"{voice.name} needs a spelling to keep, and the other voice one to have")
    if any(row.name == voice.name for row in chosen):
        raise SplitError(f"{voice.name} is the voice's own name; split the other spellings off")
    claims = queries.claims_of(session, ident(voice))
    other = Speaker(name=chosen[0].name, kind=voice.kind)
    session.add(other)
    session.flush()
    _give(session, chosen, other)
    _recount(session, claims, (ident(voice), ident(other)), rules)
    return other


def _spelling(own: Sequence[Alias], voice: Speaker, written: str) -> Alias:
    for row in own:
        if row.name == written:
            return row
    for row in own:
        if fold(row.name) == fold(written):
            return row
    has = ", ".join(row.name for row in own)
    raise SplitError(f"'{written}' is no spelling of {voice.name}, who has: {has}")


def _give(session: Session, rows: Sequence[Alias], voice: Speaker) -> None:
    for row in rows:
        row.speaker_id = ident(voice)
        session.add(row)
    session.flush()


def _recount(session: Session, claims: Sequence[str], voices: Sequence[int], rules: Rules) -> None:
    for claim_id in claims:
        for speaker_id in voices:
            positions.recount(session, claim_id, speaker_id, rules=rules)


def _names(rows: Sequence[Alias], *, first: str) -> tuple[str, ...]:
    """The voice's own name before its other spellings: it is the name that a split gives back."""
    return tuple(sorted((row.name for row in rows), key=lambda name: name != first))
