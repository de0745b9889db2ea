"""Keeps the Position rows equal to what `novelty.standing` makes of the statements. It tells nobody."""

from collections.abc import Iterable

from sqlmodel import Session

from alerts.novelty import Rules, Said, Standing, standing
from store.models import Position
from store.queries import ledger as queries
from store.queries.ledger import Heard
from store.values import About


def as_said(heard: Heard) -> Said:
    """A stored statement as the rule sees it."""
    return Said(
        id=heard.id,
        stance=heard.stance,
        day=heard.said_on,
        fetched=heard.fetched,
        published=heard.published,
        basis=heard.basis,
        event=heard.event_on,
        story=heard.story_id,
        press=heard.press,
        lead=heard.lead,
    )


def on_side(heard: Iterable[Heard], about: About) -> list[Said]:
    """What a voice said of one side of a claim, without what was withdrawn."""
    return [as_said(one) for one in heard if one.about is about and not one.withdrawn]


def settle(
    session: Session, claim_id: str, speaker_id: int, about: About, *, heard: Iterable[Heard], rules: Rules
) -> Position | None:
    """Recount one position. It goes away where nothing that weighs is left."""
    stands = standing(on_side(heard, about), rules)
    row = queries.position(session, claim_id, speaker_id, about)
    if stands is None:
        if row is not None:
            queries.forget_position(session, row)
        return None
    row = _moved(row, stands) if row is not None else _new(claim_id, speaker_id, about, stands)
    session.add(row)
    session.flush()
    return row


def recount(session: Session, claim_id: str, speaker_id: int, *, rules: Rules) -> None:
    """Both sides of one voice on one claim: after a merge of speakers, a verdict, a new matcher."""
    heard = queries.heard(session, claim_id, speaker_id)
    for about in About:
        settle(session, claim_id, speaker_id, about, heard=heard, rules=rules)


def _new(claim_id: str, speaker_id: int, about: About, stands: Standing) -> Position:
    return Position(
        claim_id=claim_id,
        speaker_id=speaker_id,
        about=about,
        stance=stands.stance,
        since=stands.since,
        last_said=stands.last_said,
        last_event=stands.last_event,
        disputed=stands.disputed,
        episode=stands.episode,
        statement_id=stands.statement_id,
    )


def _moved(row: Position, stands: Standing) -> Position:
    row.stance, row.since, row.last_said = stands.stance, stands.since, stands.last_said
    row.last_event, row.disputed = stands.last_event, stands.disputed
    row.episode, row.statement_id = stands.episode, stands.statement_id
    return row
