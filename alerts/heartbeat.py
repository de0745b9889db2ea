"""The daily message that says the watch is alive and what waits for a person, and the ping for a dead
man's switch. When they go out is the application's business.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
from sqlmodel import Session

from alerts.channels import http
from alerts.channels.base import Outcome, Tools
from alerts.corrections import Verdict
from alerts.digests import sections
from alerts.evidence import report
from alerts.facts import AlertFacts, Row, Section, load
from alerts.posting import notify
from alerts.routing import Routing
from alerts.silences import words
from alerts.timing import last_daily
from alerts.wording import VERB, clean, matter, moment, outlet, voice
from store.models import Alert
from store.queries import ledger, silences
from store.queries import outbox as deliveries
from store.queries.ledger import Found
from store.values import DeliveryState

SUBJECT = "heartbeat"
DAY = timedelta(days=1)
REVIEWED = 30
TOLD = 50


def is_due(session: Session, *, at: time, zone: ZoneInfo, now: datetime, since: datetime) -> bool:
    """True where the clock has shown `at` since the last daily message, or since the watch began.

    Asked again and again: a message that was due while the daemon was down is written when it is back.
    """
    last = ledger.last_alert(session, SUBJECT)
    return (last.created_at if last else since) < last_daily(at, zone, now)


def beat(
    session: Session,
    *,
    now: datetime,
    routing: Routing,
    lines: Sequence[str] = (),
    more: Sequence[Section] = (),
) -> Alert:
    """Write the daily message: what rang, what waits for review, how the channels fare.

    `lines` and `more` are the application's own: how many publishers answered, which are silent.
    """
    since = now - DAY
    rang = [_as_judged(alert) for alert in ledger.ringing_since(session, since)]
    review = ledger.for_review(session, since, REVIEWED)
    silent = _silenced(session, since, now)
    parts = [*_rang(rang), *_review(review), *silent, *_channels(session), *more]
    headline = (
        f"Watching: {_count(len(rang), 'alert')} and {_count(len(review), 'statement')} for review"
        " in the last day"
    )
    return notify(
        session,
        "heartbeat",
        subject_key=SUBJECT,
        headline=headline,
        lines=lines,
        sections=parts,
        routing=routing,
        now=now,
    )


async def ping(tools: Tools, url: str, *, timeout: float = 20.0) -> Outcome:
    """Tell a dead man's switch that the daemon lives; what it is told when we do not is its business."""
    try:
        async with tools.client() as client:
            answer = await client.get(url, timeout=timeout, follow_redirects=False)
        return http.read(answer.status_code, answer.headers, now=tools.now())
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return http.failure(error, url)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _as_judged(alert: Alert) -> AlertFacts:
    """What was told, marked where a person has called it wrong since."""
    told = load(alert.payload)
    wrong = alert.verdict == Verdict.WRONG
    return told.model_copy(update={"headline": f"CALLED WRONG: {told.headline}"}) if wrong else told


def _rang(rang: Sequence[AlertFacts]) -> tuple[Section, ...]:
    return sections(rang[-TOLD:])


def _review(found: Sequence[Found]) -> list[Section]:
    """What the engine would not vouch for: a missed denial must be visible somewhere."""
    rows = tuple(_row(one) for one in found)
    return [Section(title="For review: read these yourself", rows=rows)] if rows else []


def _row(found: Found) -> Row:
    said = found.statement
    from_outlet = outlet(report(found.article, found.publisher))
    says = f"{VERB[said.stance]} {matter((said.about,), said.stance)}"
    return Row(
        headline=f"Perhaps {says}: {voice(found.speaker.name)} — {clean(found.claim.title, 160)}",
        detail=f"{from_outlet}: {clean(said.evidence, 300)}",
        url=found.article.url,
        claim=said.claim_id,
        voice=found.speaker.name,
        stance=said.stance,
        about=said.about,
        said_on=said.said_on,
    )


def _silenced(session: Session, since: datetime, now: datetime) -> list[Section]:
    """What a person asked not to be told is kept, and said here, so that no silence is forgotten."""
    kept = tuple(
        Row(
            headline=str(alert.payload["headline"]),
            detail="; ".join(
                f"{', '.join(row.channel for row in kept_back if row.last_error == why)}: {why}"
                for why in dict.fromkeys(row.last_error for row in kept_back)
            ),
            alert=alert.uid,
        )
        for alert, kept_back in silences.kept_silent(session, since)
    )
    held = tuple(
        Row(headline=words(row), detail=f"until {moment(row.until)}: {clean(row.reason, 200)}")
        for row in silences.silences(session, since=now)
    )
    parts = (
        Section(title="Silenced: recorded, not sent", rows=kept),
        Section(title="Silences in force", rows=held),
    )
    return [part for part in parts if part.rows]


def _channels(session: Session) -> list[Section]:
    counts = deliveries.counts(session)
    rows = []
    for health in deliveries.all_health(session):
        dead = counts.get((health.name, DeliveryState.DEAD), 0)
        waiting = counts.get((health.name, DeliveryState.PENDING), 0)
        state = "works"
        if health.disabled_at is not None:
            state = f"switched off since {moment(health.disabled_at)}"
        elif health.failing_since is not None:
            state = f"failing since {moment(health.failing_since)}"
        detail = f"{waiting} waiting, {dead} dead letters" if waiting or dead else ""
        rows.append(Row(headline=f"{health.name}: {state}", detail=detail))
    return [Section(title="Channels", rows=tuple(rows))] if rows else []
