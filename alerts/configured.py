"""Makes rules, routes and channels out of the configuration. It opens nothing and sends nothing."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from alerts import channels as registry
from alerts.channels.base import Channel, ChannelSettings, Tools
from alerts.novelty import Rules
from alerts.routing import EVERYWHERE, Choice, Route, Routing
from alerts.timing import Burst, Quiet, Timing
from config.sections import AlertSettings, RouteSettings, WhenSettings
from config.settings import Settings

_SETS = ("claim", "stance", "about", "novelty", "tier", "language", "speaker", "kind")


def rules(settings: Settings) -> Rules:
    return Rules(renew_after=settings.novelty.renew_after, max_age=settings.novelty.max_age)


def channels(settings: Settings, tools: Tools) -> dict[str, Channel]:
    """Every configured channel; a key that its kind does not know is a ConfigError with its line."""
    built: dict[str, Channel] = {}
    kinds = registry.kinds()
    for name, section in settings.channels.items():
        kind = kinds.get(str(section.get("kind")))
        if kind is None:
            problem, remedy = registry.unknown_kind(section.get("kind"))
            raise settings.error(("channels", name, "kind"), problem, remedy)
        built[name] = kind(settings.section(kind.Settings, "channels", name), tools, name=name)
    return built


def routing(settings: Settings, built: Mapping[str, Channel]) -> Routing:
    """The routes as written; without any, everything goes to every channel, so that nothing is lost."""
    routes = tuple(_route(number, route) for number, route in enumerate(settings.routes, start=1))
    if not routes and built:
        routes = (Route(EVERYWHERE, tuple(built)),)
    timings = {name: timing(settings.alerts, channel.settings) for name, channel in built.items()}
    return Routing(routes=routes, timings=timings)


def timing(common: AlertSettings, channel: ChannelSettings) -> Timing:
    quiet = Quiet(common.quiet.start, common.quiet.end) if common.quiet and channel.quiet else None
    return Timing(
        digest=channel.digest,
        daily_at=channel.daily_at or common.daily_at,
        zone=ZoneInfo(common.timezone),
        quiet=quiet,
        burst=Burst(common.burst.count, timedelta(seconds=common.burst.within)) if channel.collapse else None,
    )


def choice(when: WhenSettings) -> Choice:
    sets = {name: frozenset(getattr(when, name, ())) for name in _SETS}
    return Choice(**sets, certainty=when.certainty)


def _route(number: int, route: RouteSettings) -> Route:
    return Route(route.name or f"route-{number}", tuple(route.to), choice(route.when))
