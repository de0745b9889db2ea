"""The ways out. A channel is one file of this folder with one class that has a `kind`; nothing lists them.

How a channel is chosen, and when, is not known here: see alerts/routing.py and alerts/dispatcher.py.
"""

import inspect
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from alerts.channels.base import Channel, Tools
from config.errors import did_you_mean

_NO_CHANNELS = frozenset({"base", "http"})


def kinds() -> dict[str, type[Channel]]:
    """Every kind of channel, found by being a file in this folder."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NO_CHANNELS:
            found.update(_channels_in(import_module(f"{__name__}.{module.name}")))
    return dict(sorted(found.items()))


def unknown_kind(kind: object) -> str:
    """What to tell about a kind that there is no file for: the problem and the remedy."""
    return f"there is no channel of kind {kind!r}; {did_you_mean(str(kind), kinds())}"


def build(name: str, section: Mapping[str, Any], tools: Tools) -> Channel:
    """The channel that a section of the configuration describes; its model checks the section."""
    channel = kinds().get(str(section.get("kind")))
    if channel is None:
        raise ValueError(unknown_kind(section.get("kind")))
    return channel(channel.Settings.model_validate(dict(section)), tools, name=name)


def _channels_in(module: ModuleType) -> dict[str, type[Channel]]:
    """The classes that the module itself defines and that say their kind; settings only annotate theirs."""
    own = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    named = ((getattr(cls, "kind", None), cls) for cls in own)
    return {kind: cast(type[Channel], cls) for kind, cls in named if isinstance(kind, str)}
