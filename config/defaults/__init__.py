"""The data that Tocsin ships: claims, speakers, outlets and the first configuration, all as YAML.

Read through importlib.resources, so that a wheel, a zip and a checkout are the same. The matcher reads
the claims and speakers; here are the outlets alone.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from config.yamlfile import parse

SHIPPED = "shipped"


def text(name: str) -> str:
    """The text of one shipped file."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def shipped_claims() -> tuple[str, ...]:
    """The ids of the claims that Tocsin ships; `shipped` names some of them."""
    names = (entry.name for entry in files(__name__).joinpath("claims").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def _shipped_publishers() -> tuple[dict[str, Any], ...]:
    return tuple(parse(text("publishers.yaml"), name="publishers.yaml").data)


def with_shipped_publishers(data: dict[str, Any]) -> dict[str, Any]:
    """`publishers: shipped`, alone or in a list, stands for the outlets that Tocsin ships.

    An outlet that the list itself names is taken from there. Written entries keep their positions, so that
    a finding about one still names its line.
    """
    written = data.get("publishers")
    listed = written if isinstance(written, list) else [written]
    if SHIPPED not in listed:
        return data
    own = {str(entry.get("domain")).lower() for entry in listed if isinstance(entry, dict)}
    rest = [entry for entry in _shipped_publishers() if entry["domain"] not in own]
    place = listed.index(SHIPPED)
    return {**data, "publishers": [*listed[:place], *rest[:1], *listed[place + 1 :], *rest[1:]]}
