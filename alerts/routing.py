"""Which alert goes to which channel, and when: pure, and able to say why.

Nothing is sent or stored here. A route asks about statements; notices without a statement (a failing
channel, a heartbeat) go to every route that does not name other kinds, so that they always reach somebody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alerts.facts import AlertFacts
from alerts.timing import Timing

EVERYWHERE = "default"


class Routed(StrEnum):
    """Why an alert goes to a channel at once or later, or does not."""

    NOW = "now"
    DIGEST = "digest"
    QUIET = "quiet-hours"
    SILENCED = "silenced"
    NOT_CHOSEN = "not-chosen"
    ALREADY = "already-routed"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a route or a silence takes; an empty set asks nothing."""

    claim: frozenset[str] = frozenset()
    stance: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    novelty: frozenset[str] = frozenset()
    tier: frozenset[str] = frozenset()
    language: frozenset[str] = frozenset()
    speaker: frozenset[str] = frozenset()
    publisher: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    certainty: float = 0.0

    def refusal(self, alert: AlertFacts) -> str:
        """The first thing that does not fit, in words; empty where all fits."""
        if self.kind and alert.kind not in self.kind:
            return f"kind is {alert.kind}"
        said = alert.statement
        if said is None:
            return ""
        asked: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
            ("claim", self.claim, (said.claim,)),
            ("stance", self.stance, (said.stance,)),
            ("about", self.about, said.about),
            ("novelty", self.novelty, (said.novelty,)),
            ("tier", self.tier, (said.report.tier,)),
            ("language", self.language, (said.report.language,)),
            ("speaker", self.speaker, (said.voice.name,)),
        )
        for name, wanted, values in asked:
            if wanted and not wanted.intersection(values):
                return f"{name} is {' and '.join(values) or 'unknown'}"
        if self.publisher and not self.publisher & {said.report.domain, said.report.outlet}:
            return f"publisher is {said.report.domain}"
        if said.certainty < self.certainty:
            return f"certainty is {said.certainty:.2f}"
        return ""


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts that meet `when` go to these channels."""

    name: str
    to: tuple[str, ...]
    when: Choice = Choice()


@dataclass(frozen=True, slots=True)
class Mute:
    """A silence while it lasts: nothing that it takes is sent; a reversal is. No channel named: all."""

    choice: Choice
    until: datetime
    reason: str
    channel: frozenset[str] = frozenset()

    def holds(self, alert: AlertFacts, channel: str, now: datetime) -> bool:
        """True where this alert is not to be sent through this channel now."""
        if alert.statement is None or alert.urgent or self.until <= now:
            return False
        return not (self.channel and channel not in self.channel) and not self.choice.refusal(alert)


@dataclass(frozen=True, slots=True)
class Routing:
    """All routes, and how each channel wants to be told. Channels without a timing are told at once."""

    routes: tuple[Route, ...] = ()
    timings: Mapping[str, Timing] = field(default_factory=dict)

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(channel for route in self.routes for channel in route.to)


@dataclass(frozen=True, slots=True)
class Decision:
    """One (route, channel) for one alert; `at` is None where nothing is sent, `note` says why."""

    route: str
    channel: str
    why: Routed
    at: datetime | None = None
    note: str = ""


def explain(
    alert: AlertFacts, routing: Routing, *, now: datetime, mutes: Sequence[Mute] = ()
) -> tuple[Decision, ...]:
    """What becomes of an alert on every route and channel. Each channel is told once, by its first route."""
    decisions: list[Decision] = []
    taken: dict[str, str] = {}
    for route in routing.routes:
        refusal = route.when.refusal(alert)
        for channel in route.to:
            if refusal:
                decisions.append(Decision(route.name, channel, Routed.NOT_CHOSEN, note=refusal))
            elif channel in taken:
                note = f"told by {taken[channel]}"
                decisions.append(Decision(route.name, channel, Routed.ALREADY, note=note))
            else:
                taken[channel] = route.name
                decisions.append(_timed(route.name, channel, alert, routing, now, mutes))
    return tuple(decisions)


def plan(
    alert: AlertFacts, routing: Routing, *, now: datetime, mutes: Sequence[Mute] = ()
) -> tuple[Decision, ...]:
    """The decisions that send something, or would if a silence did not hold it."""
    decisions = explain(alert, routing, now=now, mutes=mutes)
    return tuple(d for d in decisions if d.at is not None or d.why is Routed.SILENCED)


def _timed(
    route: str, channel: str, alert: AlertFacts, routing: Routing, now: datetime, mutes: Iterable[Mute]
) -> Decision:
    mute = next((mute for mute in mutes if mute.holds(alert, channel, now)), None)
    if mute is not None:
        note = f"until {mute.until:%Y-%m-%d %H:%M} UTC: {mute.reason}"
        return Decision(route, channel, Routed.SILENCED, note=note)
    timing = routing.timings.get(channel, Timing())
    digest = timing.next_digest(now)
    if digest is not None:
        return Decision(route, channel, Routed.DIGEST, at=digest)
    quiet_end = None if alert.urgent else timing.quiet_until(now)
    if quiet_end is not None:
        return Decision(route, channel, Routed.QUIET, at=quiet_end)
    return Decision(route, channel, Routed.NOW, at=now)
