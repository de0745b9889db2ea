"""Builds the objects of the application from its settings, and passes them down. Nothing runs here.

What is wrong with a channel, a claim or a route is found here, before anything starts, and told with the line
of the configuration that it stands on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from alerts import channels as channel_kinds
from alerts.channels.base import Channel, ChannelSettings, Tools
from alerts.novelty import Rules
from alerts.routing import EVERYWHERE, Choice, Route, Routing
from alerts.timing import Burst, Quiet, Timing
from app.clock import Now, clock_of, system_now
from app.http import ClientFactory
from config.errors import ConfigError, Finding, did_you_mean
from config.sections import AlertSettings, PublisherSettings, WhenSettings
from config.settings import Settings
from config.settings import examine as examine_settings

if TYPE_CHECKING:
    from matchers.engine import Engine

SPOOL = "tocsin-spool.db"


@dataclass(frozen=True)
class Wiring:
    """The objects that settings describe, each built when it is first asked for."""

    settings: Settings

    @cached_property
    def now(self) -> Now:
        return clock_of(self.settings.rehearsal)

    @cached_property
    def clients(self) -> ClientFactory:
        return ClientFactory(self.settings.crawl)

    @cached_property
    def tools(self) -> Tools:
        """What channels are lent."""
        return Tools(self.clients, self.now)

    @cached_property
    def rules(self) -> Rules:
        novelty = self.settings.novelty
        return Rules(renew_after=novelty.renew_after, max_age=novelty.max_age, grace=novelty.grace)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        return {name: self.channel(name) for name in self.settings.channels}

    def channel(self, name: str) -> Channel:
        """One channel; a ConfigError names the line of what is wrong with its section."""
        kind = str(self.settings.channels[name].get("kind", ""))
        cls = channel_kinds.kinds().get(kind)
        if cls is None:
            problem, remedy = channel_kinds.unknown_kind(kind)
            raise self.settings.error(("channels", name, "kind"), problem, remedy)
        settings = self.settings.section(cls.Settings, "channels", name)
        if "timeout" not in settings.model_fields_set:
            settings = settings.model_copy(update={"timeout": self.settings.alerts.timeout})
        try:
            # receivers check signatures against the wall's clock, whatever a rehearsal plays
            return cls(settings, Tools(self.clients, system_now), name=name)
        except ValueError as error:
            raise self.settings.error(("channels", name), str(error)) from error

    @cached_property
    def routing(self) -> Routing:
        timings = {
            name: _timing(channel.settings, self.settings.alerts) for name, channel in self.channels.items()
        }
        return Routing(self._routes(), timings)

    @cached_property
    def publishers(self) -> tuple[PublisherSettings, ...]:
        """The outlets, of whose seeds each has a kind that there is a method for."""
        from crawler.spiders import kinds

        for number, publisher in enumerate(self.settings.publishers):
            for place, seed in enumerate(publisher.seeds):
                if seed.kind not in kinds():
                    path = ("publishers", number, "seeds", place, "kind")
                    raise self.settings.error(
                        path, f"unknown kind {seed.kind}", did_you_mean(seed.kind, kinds())
                    )
        return self.settings.publishers

    @cached_property
    def engine(self) -> "Engine":
        """The matcher, for this process; each worker loads its own from the same names."""
        from matchers.engine import Engine

        return Engine.load(self.settings.claims)

    @property
    def spool_path(self) -> Path:
        """Where the spool lies: as configured, else beside a SQLite database, else here."""
        if self.settings.spool.path is not None:
            return self.settings.spool.path
        url = make_url(self.settings.database.url)
        beside = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
        return beside.with_name(f"{beside.stem}-spool.db") if beside else Path(SPOOL)

    def _routes(self) -> tuple[Route, ...]:
        """The routes as written; without any, every channel is told of everything."""
        if not self.settings.routes:
            return (Route(EVERYWHERE, tuple(self.settings.channels)),) if self.settings.channels else ()
        return tuple(
            Route(route.name or f"route-{number}", route.to, _choice(route.when))
            for number, route in enumerate(self.settings.routes, start=1)
        )


def examine(path: Path | None, environ: Mapping[str, str]) -> tuple[list[Finding], str]:
    """All that is wrong with a configuration, its channels and its claims; and what it holds, in words."""
    settings, findings = examine_settings(path, environ)
    if settings is None:
        return findings, ""
    wiring = Wiring(settings)
    checks: list[Callable[[], object]] = [lambda: wiring.engine, lambda: wiring.publishers]
    checks += [partial(wiring.channel, name) for name in settings.channels]
    for check in checks:
        try:
            check()
        except ConfigError as error:
            findings.append(error.finding)
    return findings, "" if findings else _summary(wiring)


def _summary(wiring: Wiring) -> str:
    settings = wiring.settings
    parts = (
        (len(settings.publishers), "publisher"),
        (len(wiring.engine.claims), "claim"),
        (len(settings.channels), "channel"),
        (len(settings.routes), "route"),
    )
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts)


def _choice(when: WhenSettings) -> Choice:
    return Choice(
        claim=frozenset(when.claim),
        stance=frozenset(when.stance),
        about=frozenset(when.about),
        novelty=frozenset(when.novelty),
        tier=frozenset(when.tier),
        language=frozenset(when.language),
        speaker=frozenset(when.speaker),
        publisher=frozenset(when.publisher),
        kind=frozenset(when.kind),
        certainty=when.certainty,
    )


def _timing(channel: ChannelSettings, alerts: AlertSettings) -> Timing:
    quiet = Quiet(alerts.quiet.start, alerts.quiet.end) if alerts.quiet and channel.quiet else None
    burst = Burst(alerts.burst.count, timedelta(seconds=alerts.burst.within)) if channel.collapse else None
    return Timing(
        digest=channel.digest,
        daily_at=channel.daily_at or alerts.daily_at,
        zone=ZoneInfo(alerts.timezone),
        quiet=quiet,
        burst=burst,
    )
