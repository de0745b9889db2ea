"""The ways out. A channel is one file of this folder with one class that has a `kind`; nothing lists them.

How a channel is chosen, and when, is not known here: see alerts/routing.py and alerts/dispatcher.py.
"""

import inspect
import pkgutil
from importlib import import_module
from types import ModuleType
from typing import cast

from alerts.channels.base import Channel
from config.errors import did_you_mean

_NO_CHANNELS = frozenset({"base", "http"})


def kinds() -> dict[str, type[Channel]]:
    """Every kind of channel, found by being a file in this folder."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NO_CHANNELS:
            found.update(_channels_in(import_module(f"{__name__}.{module.name}")))
    return dict(sorted(found.items()))


def unknown_kind(kind: str) -> tuple[str, str]:
    """What to tell about a kind that there is no file for: the problem and the remedy."""
    if not kind:
        return "is missing", f"known are: {', '.join(kinds())}"
    return f"there is no channel of kind {kind!r}", did_you_mean(kind, kinds())


def _channels_in(module: ModuleType) -> dict[str, type[Channel]]:
    """The classes that the module itself defines and that say their kind; settings only annotate theirs."""
    own = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    named = ((getattr(cls, "kind", None), cls) for cls in own)
    return {kind: cast(type[Channel], cls) for kind, cls in named if isinstance(kind, str)}
