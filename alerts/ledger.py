"""Writes what was said into the ledger and rings where it changes: one page, read top to bottom.

Called inside the caller's write transaction. Novelty is decided in alerts/novelty.py, where a message goes
in alerts/routing.py, and nothing is sent here, see alerts/dispatcher.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts import corrections, corroboration, evidence, positions, standings, stories
from alerts.facts import AlertFacts, StatementFacts, Stood
from alerts.novelty import Judgement, Rules, judge
from alerts.posting import new_uid, post
from alerts.routing import Routing
from alerts.wording import headline
from store.models import Alert
from store.queries import ledger as queries
from store.queries.ledger import Found, Heard
from store.values import About, Novelty, Stance, Status

FIRM = frozenset({Stance.CONFIRM, Stance.DENY})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a page's statements: each with its novelty, and the uids of the alerts written."""

    novelties: tuple[tuple[int, Novelty], ...] = ()
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """A statement that rings, and where its voice stood before."""

    found: Found
    judged: Judgement
    before: tuple[Stood, ...]


def record(
    session: Session,
    statements: Sequence[int],
    *,
    now: datetime,
    rules: Rules,
    routing: Routing,
    revision: int | None = None,
) -> Recorded:
    """Judge the statements of one page, move positions, and write alerts with their deliveries.

    `revision` is the newest revision of an article that was there before: what earlier revisions said and
    this one does not is withdrawn first.
    """
    uids: list[str] = []
    if revision is not None:
        uids += corrections.withdraw(session, revision, now=now, rules=rules, routing=routing)
    page = [found for found in queries.found(session, statements) if _may_ring(found)]
    for article in {found.article.id: found.article for found in page}.values():
        stories.join(session, article, now=now)
    stood = {_voice(found): _stood(session, found) for found in page}
    mates = frozenset(queries.ident(found.statement) for found in page)
    judged = [
        (found, _judge(session, found, mates, now=now, rules=rules))
        for found in sorted(page, key=_said_order)
    ]
    for utterance in _utterances(judged, stood):
        uids.append(_tell(session, utterance, now=now, rules=rules, routing=routing))
    repeats = [found for found, outcome in judged if outcome.novelty is Novelty.REPEAT]
    uids += corroboration.add(session, repeats, now=now, rules=rules, routing=routing)
    return Recorded(
        novelties=tuple((queries.ident(found.statement), outcome.novelty) for found, outcome in judged),
        alerts=tuple(uids),
    )


def remember(session: Session, statements: Sequence[int], *, now: datetime, rules: Rules) -> None:
    """Enter statements found long after they were said: they count in positions and ring nothing."""
    past = [found for found in queries.found(session, statements) if _may_ring(found)]
    for found in past:
        stories.join(session, found.article, now=now)
        _strike_if_wrong(session, found, now=now, rules=rules)
        found.statement.novelty = Novelty.OLD
        session.add(found.statement)
    session.flush()
    for claim_id, speaker_id in dict.fromkeys(map(_voice, past)):
        positions.recount(session, claim_id, speaker_id, rules=rules)


def _strike_if_wrong(session: Session, found: Found, *, now: datetime, rules: Rules) -> None:
    """What a person called wrong does not come back by another reading."""
    new = next(positions.as_said(one) for one in _known(session, found) if one.id == found.statement.id)
    if corrections.was_called_wrong(session, found, new, rules=rules):
        found.statement.withdrawn_at = now


def _may_ring(found: Found) -> bool:
    """Firm, and not judged yet: feeding a page twice changes nothing."""
    said = found.statement
    firm = said.stance in FIRM and said.status is Status.FIRM
    return firm and said.novelty is None and said.withdrawn_at is None


def _said_order(found: Found) -> tuple[str, str, int]:
    """The oldest said day first; of one day what is said to have happened before what is intended."""
    said = found.statement
    return (str(said.said_on or ""), "01"[said.about is About.INTENT], queries.ident(said))


def _voice(found: Found) -> tuple[str, int]:
    return found.statement.claim_id, queries.ident(found.speaker)


def _judge(
    session: Session, found: Found, mates: frozenset[int], *, now: datetime, rules: Rules
) -> Judgement:
    """One statement's novelty, with the position moved; `mates` are the statements of its page."""
    said, speaker_id = found.statement, queries.ident(found.speaker)
    heard = _known(session, found)
    new = next(positions.as_said(one) for one in heard if one.id == said.id)
    if corrections.was_called_wrong(session, found, new, rules=rules):
        said.novelty, said.withdrawn_at = Novelty.REPEAT, now
        session.add(said)
        session.flush()
        return Judgement(Novelty.OLD)
    other_side = About.INTENT if said.about is About.OCCURRENCE else About.OCCURRENCE
    outcome = judge(
        new,
        positions.on_side(heard, said.about),
        rules=rules,
        now=now,
        recurring=found.claim.recurring,
        beside=positions.on_side((one for one in heard if one.id not in mates), other_side),
    )
    said.novelty = outcome.novelty
    session.add(said)
    positions.settle(session, said.claim_id, speaker_id, said.about, heard=heard, rules=rules)
    return outcome


def _known(session: Session, found: Found) -> list[Heard]:
    """What the voice said that was judged already, and this statement."""
    heard = queries.heard(session, found.statement.claim_id, queries.ident(found.speaker))
    return [one for one in heard if one.judged or one.id == found.statement.id]


def _stood(session: Session, found: Found) -> tuple[Stood, ...]:
    rows = queries.positions(session, found.statement.claim_id)
    mine = [evidence.stood(row, speaker) for row, speaker in rows if speaker.id == found.speaker.id]
    return tuple(mine)


def _utterances(
    judged: Iterable[tuple[Found, Judgement]], stood: Mapping[tuple[str, int], tuple[Stood, ...]]
) -> list[list[Rung]]:
    """What rings, one list for each utterance: denying that it happened and that it is meant to is one."""
    grouped: dict[tuple[object, ...], list[Rung]] = defaultdict(list)
    for found, outcome in judged:
        if outcome.rings:
            said = found.statement
            key = (said.claim_id, found.speaker.id, said.stance, said.said_on, outcome.late)
            grouped[key].append(Rung(found, outcome, stood[_voice(found)]))
    return list(grouped.values())


def _tell(
    session: Session, utterance: Sequence[Rung], *, now: datetime, rules: Rules, routing: Routing
) -> str:
    """The uid of the alert that rings; or of the update in the thread where one rang for the other side."""
    main = max(utterance, key=_weight)
    if all(rung.judged.twin is not None for rung in utterance):
        carried = corroboration.of_statement(session, main.found, rules=rules)
        if carried is not None and not standings.was_in_first_round(session, carried.alert):
            facts = _facts(session, main, utterance)
            return corroboration.add_side(session, carried.alert, facts, now=now, routing=routing).uid
    return _ring(session, main, utterance, now=now, routing=routing).uid


def _ring(
    session: Session, main: Rung, utterance: Sequence[Rung], *, now: datetime, routing: Routing
) -> Alert:
    said = main.found.statement
    facts = _facts(session, main, utterance)
    subject = f"{said.claim_id}/{main.found.speaker.id}/{said.about}"
    episode = queries.last_episode(session, subject) + 1
    position = queries.position(session, said.claim_id, queries.ident(main.found.speaker), said.about)
    first_round = standings.is_open(session)
    alert = AlertFacts(
        id=new_uid(subject, episode, now),
        kind="statement",
        thread=f"claim/{said.claim_id}",
        thread_title=main.found.claim.title,
        headline=headline(facts),
        urgent=facts.novelty is Novelty.REVERSAL,
        created_at=now,
        statement=facts,
    )
    return post(
        session,
        alert,
        subject_key=subject,
        episode=episode,
        routing=routing,
        now=now,
        statement_id=queries.ident(said),
        position_id=position.id if position else None,
        quietly=first_round,
    )


_STRENGTH = (Novelty.RENEWED, Novelty.NEW_EVENT, Novelty.FIRST, Novelty.CONFLICT, Novelty.REVERSAL)


def _weight(rung: Rung) -> tuple[int, bool]:
    """Of an utterance's two sides the stronger change names the alert, else that it happened."""
    return (_STRENGTH.index(rung.judged.novelty), rung.found.statement.about is About.OCCURRENCE)


def _facts(session: Session, main: Rung, utterance: Sequence[Rung]) -> StatementFacts:
    found, said = main.found, main.found.statement
    rows = queries.positions(session, said.claim_id)
    day = said.said_on or found.article.first_fetched.date()
    return StatementFacts(
        claim=said.claim_id,
        claim_title=found.claim.title,
        voice=evidence.voice(found),
        stance=said.stance,
        about=tuple(sorted({rung.found.statement.about for rung in utterance}, reverse=True)),
        novelty=main.judged.novelty,
        late=main.judged.late,
        said_on=day,
        said_basis=said.said_basis,
        event_on=said.event_on,
        certainty=min(rung.found.statement.certainty for rung in utterance),
        via=tuple(said.via),
        evidence=evidence.evidence(said, found.revision),
        report=evidence.report(found.article, found.publisher),
        before=main.before,
        others=tuple(evidence.others(rows, but=found.speaker.id)),
    )
