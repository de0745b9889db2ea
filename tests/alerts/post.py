"""Alerts made of nothing, and channels that answer as they are told: for tests of messages and sending."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import httpx

from alerts.channels.base import ChannelSettings, Outcome, Result, Tools
from alerts.facts import AlertFacts, Evidence, Report, StatementFacts, Stood, Voice
from alerts.messages import Message, compose
from alerts.wording import headline
from store.values import About, Basis, Novelty, SpeakerKind, Stance, Tier

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)
TRUST = ssl.create_default_context()  # loading the authorities takes longer than the request
SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


def tools(now: Callable[[], datetime] = lambda: NOON) -> Tools:
    return Tools(client=lambda: httpx.AsyncClient(trust_env=False, verify=TRUST), now=now)


def report(**changes: Any) -> Report:
    whole: dict[str, Any] = {
        "outlet": "First Paper",
        "domain": "first.example",
        "country": "UA",
        "tier": Tier.NATIONAL,
        "title": "Minister denies it",
        "url": "https://first.example/1",
        "language": "uk",
        "published": NOON,
        "fetched": NOON,
    }
    return Report(**{**whole, **changes})


def statement(**changes: Any) -> StatementFacts:
    whole: dict[str, Any] = {
        "claim": "troops",
        "claim_title": "Belarusian troops in Ukraine",
        "voice": Voice(name="Ann Example", kind=SpeakerKind.PERSON, role="minister", as_written="Енн"),
        "stance": Stance.DENY,
        "about": (About.OCCURRENCE,),
        "novelty": Novelty.FIRST,
        "said_on": date(2022, 3, 1),
        "said_basis": Basis.STATED,
        "certainty": 0.93,
        "evidence": Evidence(sentence="Наших військ там немає.", before="Вона додала:", after="Крапка."),
        "report": report(),
        "others": (
            Stood(
                voice="Bob Other",
                about=About.OCCURRENCE,
                stance=Stance.CONFIRM,
                since=date(2022, 2, 28),
                last_said=date(2022, 3, 1),
            ),
        ),
    }
    return StatementFacts(**{**whole, **changes})


def alert(said: StatementFacts | None = None, **changes: Any) -> AlertFacts:
    said = said or statement()
    whole: dict[str, Any] = {
        "id": "0b8f2f2e-0000-5000-8000-000000000001",
        "kind": "statement",
        "thread": f"claim/{said.claim}",
        "thread_title": said.claim_title,
        "headline": headline(said),
        "created_at": NOON,
        "statement": said,
    }
    return AlertFacts(**{**whole, **changes})


def message(said: StatementFacts | None = None, **changes: Any) -> Message:
    return compose(alert(said, **changes))


class ScriptedSettings(ChannelSettings):
    kind: str = "scripted"
    collapse: bool = False


@dataclass
class Scripted:
    """A channel that answers what its script says, then that all is well."""

    kind: ClassVar[str] = "scripted"
    Settings: ClassVar[type[ChannelSettings]] = ScriptedSettings

    script: list[Outcome] = field(default_factory=list)
    settings: ChannelSettings = field(default_factory=ScriptedSettings)
    pace: timedelta = timedelta()
    tries: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    threads: list[Mapping[str, Any] | None] = field(default_factory=list)

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        self.tries.append(uid)
        self.threads.append(previous)
        outcome = self.script.pop(0) if self.script else Outcome(Result.SENT, receipt={"uid": uid})
        if outcome.result is Result.SENT:
            self.messages.append(message)
        return outcome
