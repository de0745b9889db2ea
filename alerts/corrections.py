"""Takes back what was told: a statement that an edit removed, an alert that a person called wrong.

Both go into the thread that the alert is in. Which statements are new is decided in alerts/novelty.py.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from alerts import corroboration, facts, positions, standings
from alerts.facts import AlertFacts, Kind
from alerts.novelty import Rules, Said, same_utterance
from alerts.posting import new_uid, post
from alerts.routing import Routing
from alerts.wording import clean, headline, outlet
from config.errors import TocsinError
from store.models import Alert, Alias, Revision, Statement
from store.queries import ledger as queries
from store.queries.ledger import Found, Heard

CUT = 0.5
"""A new revision with less than this share of the text is a page that came cut, not an edit."""


class Verdict(StrEnum):
    """What a person makes of an alert."""

    RIGHT = "right"
    WRONG = "wrong"


class VerdictError(TocsinError):
    """Only an alert about a statement can be right or wrong."""


def withdraw(
    session: Session, revision_id: int, *, now: datetime, rules: Rules, routing: Routing
) -> list[str]:
    """Withdraw what an article's earlier revisions said and this one does not; the notices' uids."""
    revision = session.get_one(Revision, revision_id)
    said = queries.statements_of_article(session, revision.article_id)
    kept = {_key(session, one) for one in said if one.revision_id == revision_id}
    gone = [
        one
        for one in said
        if one.revision_id != revision_id
        and one.withdrawn_at is None
        and _key(session, one) not in kept
        and _was_removed(session, one, revision)
    ]
    for one in gone:
        one.withdrawn_at = now
        session.add(one)
    session.flush()
    uids = []
    for claim_id, speaker_id in dict.fromkeys(_voice(session, one) for one in gone):
        positions.recount(session, claim_id, speaker_id, rules=rules)
        mine = [one for one in gone if _voice(session, one) == (claim_id, speaker_id)]
        uids += _tell_withdrawn(session, mine, speaker_id, now=now, rules=rules, routing=routing)
    return uids


def verdict(
    session: Session,
    alert: Alert,
    called: Verdict,
    *,
    now: datetime,
    rules: Rules,
    routing: Routing,
    note: str = "",
) -> str | None:
    """Store a verdict; where it changes what was told, correct the thread. The correction's uid."""
    told = facts.load(alert.payload)
    if alert.kind != "statement" or told.statement is None or alert.statement_id is None:
        raise VerdictError(f"alert {alert.id} is a notice ({alert.kind}); give that of a statement")
    former, alert.verdict, alert.verdict_note = alert.verdict, called.value, note
    session.add(alert)
    if former == called or (called is Verdict.RIGHT and former != Verdict.WRONG):
        session.flush()
        return None
    _turn(session, alert, called, now=now, rules=rules)
    why = f"Note: {clean(note)}" if note else "No note was given."
    lines = (_WORDS[called], why)
    gone = called is Verdict.WRONG
    return _tell(session, alert, "correction", _MARK[called], lines, gone=gone, now=now, routing=routing)


_MARK = {Verdict.WRONG: "WRONG ALERT", Verdict.RIGHT: "RIGHT AFTER ALL"}
_WORDS = {
    Verdict.WRONG: "A person has called this alert wrong. The statement no longer counts.",
    Verdict.RIGHT: "The verdict that this alert is wrong was taken back. The statement counts again.",
}


def was_called_wrong(session: Session, found: Found, new: Said, *, rules: Rules) -> bool:
    """True where a person called an alert of the same utterance wrong: it must not ring again."""
    speaker_id = queries.ident(found.speaker)
    told = queries.told(session, found.statement.claim_id, speaker_id, found.statement.stance)
    wrong = [said for alert, said in told if alert.verdict == Verdict.WRONG]
    if not wrong:
        return False
    heard = {one.id: one for one in queries.heard(session, found.statement.claim_id, speaker_id)}
    return any(
        said.about is found.statement.about
        and same_utterance(positions.as_said(heard[queries.ident(said)]), new, rules)
        for said in wrong
    )


def _turn(session: Session, alert: Alert, called: Verdict, *, now: datetime, rules: Rules) -> None:
    """Withdraw the statements of the alert's utterance, or let those count again that a verdict withdrew."""
    told = session.get_one(Statement, alert.statement_id)
    speaker_id = session.get_one(Alias, told.alias_id).speaker_id
    earlier = queries.alert_by_subject(session, f"correction/{alert.uid}")
    heard = queries.heard(session, told.claim_id, speaker_id)
    for one in _same(heard, queries.ident(told), rules):
        row = session.get_one(Statement, one.id)
        if called is Verdict.WRONG:
            row.withdrawn_at = row.withdrawn_at or now
        elif row.withdrawn_at and earlier and row.withdrawn_at >= earlier.created_at:
            row.withdrawn_at = None
        session.add(row)
    session.flush()
    positions.recount(session, told.claim_id, speaker_id, rules=rules)


def _same(heard: Sequence[Heard], told_id: int, rules: Rules) -> list[Heard]:
    told = positions.as_said(next(one for one in heard if one.id == told_id))
    return [one for one in heard if same_utterance(told, positions.as_said(one), rules)]


def _was_removed(session: Session, said: Statement, newest: Revision) -> bool:
    """False where the sentence still stands (the reading changed, not the text) or the page came cut."""
    former = session.get_one(Revision, said.revision_id)
    if len(newest.text) < CUT * len(former.text):
        return False
    return _flat(said.evidence) not in _flat(f"{newest.title}\n{newest.text}")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _key(session: Session, said: Statement) -> tuple[object, ...]:
    return (*_voice(session, said), said.stance, said.about)


def _voice(session: Session, said: Statement) -> tuple[str, int]:
    return said.claim_id, session.get_one(Alias, said.alias_id).speaker_id


def _tell_withdrawn(
    session: Session,
    gone: Iterable[Statement],
    speaker_id: int,
    *,
    now: datetime,
    rules: Rules,
    routing: Routing,
) -> list[str]:
    """A notice for each alert whose own sentence went, or whose last report did."""
    told: dict[int, Alert] = {}
    ids = set()
    for one in gone:
        ids.add(queries.ident(one))
        for alert, _ in queries.told(session, one.claim_id, speaker_id, one.stance):
            told[queries.ident(alert)] = alert
    uids = []
    for alert in told.values():
        heard = queries.heard(session, str(alert.claim_id), speaker_id)
        same = {one.id for one in _same(heard, int(alert.statement_id or 0), rules)}
        left = corroboration.of_alert(session, alert, heard, rules=rules)
        if same & ids and (alert.statement_id in ids or not left.reports) and alert.verdict != Verdict.WRONG:
            uids.append(_tell_one(session, alert, left, now=now, routing=routing))
    return uids


def _tell_one(
    session: Session, alert: Alert, left: corroboration.Carried, *, now: datetime, routing: Routing
) -> str:
    told = facts.load(alert.payload).statement
    who = outlet(told.report) if told else "The outlet"
    lines = [f"{who} has removed the sentence from its article."]
    if left.reports:
        names = ", ".join(clean(report.outlet, 60) for report in corroboration.one_each(left.reports)[:6])
        lines.append(f"It is still carried by: {names}.")
    else:
        lines.append("No other report of it is known; it no longer counts.")
    gone = not left.reports
    return _tell(session, alert, "withdrawn", "WITHDRAWN", lines, gone=gone, now=now, routing=routing)


def _tell(
    session: Session,
    alert: Alert,
    kind: Kind,
    mark: str,
    lines: Iterable[str],
    *,
    gone: bool,
    now: datetime,
    routing: Routing,
) -> str:
    """One notice in the alert's thread."""
    told = facts.load(alert.payload)
    if told.statement is None:
        raise VerdictError(f"alert {alert.id} tells of no statement")
    subject = f"{kind}/{alert.uid}"
    episode = queries.last_episode(session, subject) + 1
    notice = AlertFacts(
        id=new_uid(subject, episode, now),
        kind=kind,
        thread=told.thread,
        thread_title=told.thread_title,
        headline=f"{mark}: {headline(told.statement)}",
        urgent=told.urgent,
        created_at=now,
        refers_to=alert.uid,
        taken_back=gone,
        lines=tuple(lines),
        statement=told.statement,
    )
    return post(
        session,
        notice,
        subject_key=subject,
        episode=episode,
        routing=routing,
        now=now,
        statement_id=alert.statement_id,
        quietly=standings.is_open(session),
    ).uid
