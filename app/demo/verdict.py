"""Whether what was delivered is exactly what the scenario demands. Pure: values in, findings out."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from email.message import EmailMessage

from alerts.facts import AlertFacts, StatementFacts
from app.demo.receivers import Hooked
from app.demo.scenario import Ring


def alert_of(hooked: Hooked) -> AlertFacts:
    """The alert that a webhook carries."""
    return AlertFacts.model_validate(json.loads(hooked.body)["data"])


def rings_of(said: StatementFacts) -> list[Ring]:
    """What rang, one ring for each side of the claim that the statement is about."""
    return [
        Ring(claim=said.claim, stance=said.stance, about=about, speaker=said.voice.name, novelty=said.novelty)
        for about in said.about
    ]


def findings(expected: Sequence[Ring], hooks: Sequence[Hooked], mails: Sequence[EmailMessage]) -> list[str]:
    """All differences, one line each: none where the demo did what it must."""
    sound = [hooked for hooked in hooks if not hooked.problem]
    alerts = {hooked.id: alert_of(hooked) for hooked in sound}
    rung = [ring for alert in alerts.values() if alert.statement for ring in rings_of(alert.statement)]
    return [
        *(
            f"refused, the signature does not hold: {hooked.id} ({hooked.problem})"
            for hooked in hooks
            if hooked.problem
        ),
        *(f"- missing   {line}" for line in _more(expected, rung)),
        *(f"+ unasked   {line}" for line in _more(rung, expected)),
        *(f"+ unasked   {alert.kind}: {alert.headline}" for alert in alerts.values() if not alert.statement),
        *(f"* twice     webhook {id}" for id in _twice(hooked.id for hooked in sound)),
        *(f"* twice     mail {id}" for id in _twice(mail["Message-ID"] for mail in mails)),
        *_apart(alerts, mails),
    ]


def _apart(alerts: dict[str, AlertFacts], mails: Sequence[EmailMessage]) -> list[str]:
    """Each alert must come by both ways."""
    mailed = [mail["Message-ID"] or "" for mail in mails]
    missing = [id for id in alerts if not any(id in name for name in mailed)]
    strange = [name for name in mailed if not any(id in name for id in alerts)]
    return [
        *(f"- missing   mail for {alerts[id].headline}" for id in missing),
        *(f"- missing   webhook for mail {name}" for name in strange),
    ]


def _more(these: Iterable[Ring], those: Iterable[Ring]) -> list[Ring]:
    return list((Counter(these) - Counter(those)).elements())


def _twice(ids: Iterable[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]
