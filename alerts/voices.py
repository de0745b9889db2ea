"""Makes one voice of two that turned out to be one. Who is who is decided by a person; nothing rings."""

from sqlmodel import Session

from alerts import positions
from alerts.novelty import Rules
from config.errors import TocsinError
from store.models import Speaker
from store.queries import ledger as queries


class MergeError(TocsinError):
    """A voice cannot be merged with itself, or with what is no voice of its own."""


def merge(session: Session, *, keep: Speaker, gone: Speaker, rules: Rules) -> int:
    """Give all spellings of `gone` to `keep` and recount where they stand; how many spellings moved.

    What was told of either stays told: alerts follow their statements, and statements their spellings.
    """
    if keep.id == gone.id:
        raise MergeError(f"{keep.name} is one voice already; name two")
    if keep.kind is not gone.kind:
        raise MergeError(f"{keep.name} is {keep.kind} and {gone.name} is {gone.kind}: not one voice")
    kept, lost = queries.ident(keep), queries.ident(gone)
    claims = queries.claims_of(session, lost)
    moved = queries.move_aliases(session, lost, kept)
    for claim_id in claims:
        positions.recount(session, claim_id, lost, rules=rules)
        positions.recount(session, claim_id, kept, rules=rules)
    session.delete(gone)
    session.flush()
    return moved
