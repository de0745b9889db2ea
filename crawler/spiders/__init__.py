"""The discovery methods, found by being here: each file names its KIND and reads one kind of seed.

A file that has both `KIND` and `read` is a method; the others (base, and what several methods share) are not.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from crawler.answer import Answer
from crawler.spiders.base import Carrier, Discovery, Recognising
from store.values import AUTO_SEED


@cache
def kinds() -> Mapping[str, Discovery]:
    """Every discovery method by the kind of seed that it reads."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    methods = [module for module in modules if hasattr(module, "KIND") and hasattr(module, "read")]
    return MappingProxyType({module.KIND: module for module in methods})


def method(kind: str) -> Discovery:
    """The method of a kind; where its file is gone, the seed is one that nobody named a kind of."""
    return kinds().get(kind) or kinds()[AUTO_SEED]


def of_answer(answer: Answer) -> Discovery | None:
    """The method that knows an answer as one of its own, if any does."""
    known = (one for one in kinds().values() if isinstance(one, Recognising))
    return next((one for one in known if one.recognises(answer)), None)


def names_outlets(kind: str) -> bool:
    """Whether what this kind of seed finds belongs to other outlets than the one that named the seed."""
    return bool(getattr(kinds().get(kind), "NAMES_OUTLETS", False))


def carrier(kind: str) -> Carrier | None:
    """The method of a kind of seed that carries whole pages; None for all others."""
    method = kinds().get(kind)
    return method if isinstance(method, Carrier) else None
