"""Tells the open thread of an alert what comes to its utterance: 3, 10 and 30 outlets, or its other side.

A report that repeats what is known rings nothing by itself; this module never judges novelty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts import evidence, facts, standings
from alerts.facts import AlertFacts, Report, StatementFacts
from alerts.novelty import Rules, same_utterance
from alerts.positions import as_said
from alerts.posting import new_uid, post
from alerts.routing import Routing
from alerts.wording import headline
from store.models import Alert
from store.queries import ledger as queries
from store.queries.ledger import Found, Heard
from store.values import Novelty

MARKS = (3, 10, 30)
LISTED = 12


@dataclass(frozen=True, slots=True)
class Carried:
    """An alert's utterance with every report of it that still stands, the first published first."""

    alert: Alert
    reports: tuple[Report, ...]

    @property
    def publishers(self) -> int:
        return len({report.domain for report in self.reports})


def add(
    session: Session, repeats: Iterable[Found], *, now: datetime, rules: Rules, routing: Routing
) -> list[str]:
    """For each repeated report: update the thread of its alert if another mark was crossed."""
    if standings.is_open(session):
        return []
    uids = []
    for found in repeats:
        carried = of_statement(session, found, rules=rules)
        if carried is not None and (update := _cross(session, carried, now=now, routing=routing)):
            uids.append(update.uid)
    return uids


def add_side(
    session: Session, alert: Alert, said: StatementFacts, *, now: datetime, routing: Routing
) -> Alert:
    """Tell in an alert's thread that the same utterance takes a stance on the claim's other side as well.

    It does not ring anew: outlets quote the one half or the other of what was said once.
    """
    told = facts.load(alert.payload)
    subject = f"extended/{alert.uid}"
    episode = queries.last_episode(session, subject) + 1
    before = headline(told.statement) if told.statement else told.headline
    update = AlertFacts(
        id=new_uid(subject, episode, now),
        kind="extended",
        thread=told.thread,
        thread_title=told.thread_title,
        headline=f"ALSO {headline(said.model_copy(update={'novelty': Novelty.FIRST}))}",
        created_at=now,
        refers_to=alert.uid,
        lines=(f"Said on the same day as what was told as: {before}.",),
        statement=said,
    )
    return post(
        session,
        update,
        subject_key=subject,
        episode=episode,
        routing=routing,
        now=now,
        statement_id=alert.statement_id,
    )


def of_statement(session: Session, found: Found, *, rules: Rules) -> Carried | None:
    """The alert that told of this statement's utterance, and all who carry it."""
    said, speaker_id = found.statement, queries.ident(found.speaker)
    heard = queries.heard(session, said.claim_id, speaker_id)
    new = next(as_said(one) for one in heard if one.id == said.id)
    by_id = {one.id: one for one in heard}
    for alert, told in reversed(queries.told(session, said.claim_id, speaker_id, said.stance)):
        if same_utterance(as_said(by_id[queries.ident(told)]), new, rules):
            return of_alert(session, alert, heard, rules=rules)
    return None


def of_alert(session: Session, alert: Alert, heard: Iterable[Heard], *, rules: Rules) -> Carried:
    """All standing reports of an alert's utterance, one for each article."""
    known = list(heard)
    told = next(one for one in known if one.id == alert.statement_id)
    same = [
        one.id for one in known if not one.withdrawn and same_utterance(as_said(told), as_said(one), rules)
    ]
    rows = queries.publishers(session, same)
    return Carried(alert, tuple(evidence.report(article, publisher) for article, publisher in rows))


def one_each(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The first report of each publisher."""
    first: dict[str, Report] = {}
    for report in reports:
        first.setdefault(report.domain, report)
    return tuple(first.values())


def _cross(session: Session, carried: Carried, *, now: datetime, routing: Routing) -> Alert | None:
    """Each mark is told once; a jump over several tells of the highest."""
    mark = max((mark for mark in MARKS if carried.publishers >= mark), default=0)
    subject = f"corroboration/{carried.alert.uid}"
    told = facts.load(carried.alert.payload)
    if not mark or queries.last_episode(session, subject) >= mark or told.statement is None:
        return None
    reports = one_each(carried.reports)
    update = AlertFacts(
        id=new_uid(subject, mark, now),
        kind="corroboration",
        thread=told.thread,
        thread_title=told.thread_title,
        headline=f"Now carried by {len(reports)} outlets: {headline(told.statement)}",
        created_at=now,
        refers_to=carried.alert.uid,
        statement=told.statement.model_copy(
            update={"corroborated_by": reports[:LISTED], "publishers": len(reports)}
        ),
    )
    return post(
        session,
        update,
        subject_key=subject,
        episode=mark,
        routing=routing,
        now=now,
        statement_id=carried.alert.statement_id,
        quietly=standings.was_in_first_round(session, carried.alert),
    )
