"""What is wrong although each value by itself is right: names that point nowhere, doubles, missing files.

Pure but for asking whether a claim file is there. Nothing on the network is asked.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.defaults import SHIPPED, shipped_claims
from config.errors import did_you_mean
from config.explain import Problem
from config.paths import is_file_name

if TYPE_CHECKING:
    from config.settings import Settings

CONTACT_MARKS = ("@", "http://", "https://")


def contradictions(settings: "Settings") -> list[Problem]:
    """All contradictions, in the order of the sections."""
    return [
        *_claim_files(settings.claims),
        *_double_publishers(settings),
        *_channels_without_kind(settings),
        *_routes_to_nowhere(settings),
    ]


def advice(settings: "Settings") -> list[Problem]:
    """What runs, but not as a desk would want it: `tocsin config check` tells it as warnings."""
    return [
        *([] if settings.publishers else [(("publishers",), "is empty", "nothing will be read")]),
        *([] if settings.channels else [(("channels",), "is empty", "alerts are kept, but reach nobody")]),
        *_channels_without_route(settings),
        *_no_contact(settings),
    ]


def _claim_files(claims: Sequence[str]) -> Iterator[Problem]:
    for index, claim in enumerate(claims):
        if is_file_name(claim):
            if not Path(claim).is_file():
                yield ("claims", index), f"there is no file {claim}", "name a claim file, or: shipped"
        elif claim not in (known := {SHIPPED, *shipped_claims()}):
            remedy = f"{did_you_mean(claim, known)}; a file of your own ends in .yaml"
            yield ("claims", index), f"no claim of the name {claim} is shipped", remedy


def _double_publishers(settings: "Settings") -> Iterator[Problem]:
    domains: dict[str, int] = {}
    seeds: dict[str, str] = {}
    for index, publisher in enumerate(settings.publishers):
        if publisher.domain in domains:
            problem = f"{publisher.domain} is publishers[{domains[publisher.domain]}] already"
            yield ("publishers", index, "domain"), problem, "put its seeds there"
        domains.setdefault(publisher.domain, index)
        for position, seed in enumerate(publisher.seeds):
            if seed.url in seeds:
                problem = f"{seed.url} is a seed of {seeds[seed.url]} already"
                yield ("publishers", index, "seeds", position), problem, "keep one of the two"
            seeds.setdefault(seed.url, publisher.name)


def _channels_without_kind(settings: "Settings") -> Iterator[Problem]:
    for name, channel in settings.channels.items():
        if not isinstance(channel.get("kind"), str):
            yield ("channels", name, "kind"), "is missing", "write kind: email, slack or webhook"


def _routes_to_nowhere(settings: "Settings") -> Iterator[Problem]:
    for index, route in enumerate(settings.routes):
        for position, name in enumerate(route.to):
            if name not in settings.channels:
                problem = f"there is no channel '{name}'"
                yield ("routes", index, "to", position), problem, did_you_mean(name, settings.channels)


def _channels_without_route(settings: "Settings") -> Iterator[Problem]:
    routed = {name for route in settings.routes for name in route.to}
    for name in settings.channels:
        if name not in routed:
            yield ("channels", name), "no route leads to it", f"add under routes: - {{to: [{name}]}}"


def _no_contact(settings: "Settings") -> Iterator[Problem]:
    if not any(mark in settings.crawl.user_agent for mark in CONTACT_MARKS):
        remedy = "add one, outlets block nameless crawlers: tocsin (+mailto:desk@example.org)"
        yield ("crawl", "user_agent"), "names no address where you can be reached", remedy
