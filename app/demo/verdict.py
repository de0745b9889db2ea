"""Whether what was delivered is exactly what the scenario demands. Pure: values in, findings out."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from email.message import EmailMessage
from typing import TypeVar

from alerts.facts import AlertFacts
from app.demo.receivers import Hooked
from app.demo.scenario import Ring

RINGS = "statement"
"""The kind of an alert that rings because of what a voice said; all others are notices."""

T = TypeVar("T", bound=Hashable)


def alert_of(hooked: Hooked) -> AlertFacts:
    """The alert that a webhook carries."""
    return AlertFacts.model_validate(json.loads(hooked.body)["data"])


def rings_of(alert: AlertFacts) -> list[Ring]:
    """What rang, one ring for each side of the claim that the statement is about."""
    said = alert.statement
    if alert.kind != RINGS or said is None:
        return []
    return [
        Ring(claim=said.claim, stance=said.stance, about=about, speaker=said.voice.name, novelty=said.novelty)
        for about in said.about
    ]


def findings(
    expected: Sequence[Ring],
    notices: Sequence[str],
    hooks: Sequence[Hooked],
    mails: Sequence[EmailMessage],
) -> list[str]:
    """All differences, one line each: none where the demo did what it must."""
    sound = [hooked for hooked in hooks if not hooked.problem]
    alerts = {hooked.id: alert_of(hooked) for hooked in sound}
    rung = [ring for alert in alerts.values() for ring in rings_of(alert)]
    told = [alert.kind for alert in alerts.values() if alert.kind != RINGS]
    return [
        *(f"! refused   webhook {hooked.id}: {hooked.problem}" for hooked in hooks if hooked.problem),
        *(f"- missing   {line}" for line in [*_more(expected, rung), *_more(notices, told)]),
        *(f"+ unasked   {line}" for line in [*_more(rung, expected), *_more(told, notices)]),
        *(f"* twice     webhook {id}" for id in _twice(hooked.id for hooked in sound)),
        *(f"* twice     mail {id}" for id in _twice(mail["Message-ID"] for mail in mails)),
        *_apart(list(alerts.values()), mails),
    ]


def _apart(alerts: Sequence[AlertFacts], mails: Sequence[EmailMessage]) -> list[str]:
    """Each alert must come by both ways; a mail carries the alert's id in its own."""
    mailed = [mail["Message-ID"] or "" for mail in mails]
    missing = [alert for alert in alerts if not any(alert.id in name for name in mailed)]
    strange = [name for name in mailed if not any(alert.id in name for alert in alerts)]
    return [
        *(f"- missing   mail for {alert.headline}" for alert in missing),
        *(f"- missing   webhook for mail {name}" for name in strange),
    ]


def _more(these: Iterable[T], those: Iterable[T]) -> list[T]:
    return list((Counter(these) - Counter(those)).elements())


def _twice(ids: Iterable[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]
