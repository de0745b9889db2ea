"""Language packs: what the engine knows of one language, read from `packs/<lang>.yaml`.

A pack is data alone. One that lacks a part is refused at load: an empty list would look like a language in
which nobody ever denies anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from config.errors import ConfigError, Finding, did_you_mean
from matchers.lexicon import GAP
from matchers.text import fold

SCHEMA = "1"
REQUIRED = {
    "clauses": ("coord", "subord", "relative", "complement"),
    "prepositions": ("in", "into", "from", "near", "over", "against", "with"),
    "concepts": ("troops", "enter", "fight", "join", "theatre", "border", "missile", "launch"),
    "cues": (
        *("neg", "neg.pseudo", "hedge", "future", "intent", "cond", "appeal", "threat", "believe", "doubt"),
        *("deny", "false", "true", "noevidence", "unconfirmed", "notdeny"),
    ),
    "reporting": ("say", "confirm", "claim", "warn", "believe", "ask"),
    "attribution": ("according", "anaphor", "label"),
    "pronouns": ("he", "she", "it", "they", "their", "our", "your", "there"),
    "voices": ("official", "authorities", "residents", "witnesses", "media", "experts"),
    "offices": ("president", "defence_minister", "mod", "general_staff", "parliament"),
    "time": ("yesterday", "today", "weekdays", "months", "ago", "last", "units"),
    "nations": ("by", "ua", "ru", "us"),
}
NATION_PARTS = ("name", "adj", "people", "capital", "places")
PREFIXES = {
    "clauses": "cl.",
    "prepositions": "prep.",
    "cues": "",
    "reporting": "rep.",
    "attribution": "att.",
    "pronouns": "pro.",
    "voices": "voice.",
    "qualifiers": "qual.",
    "offices": "office.",
    "concepts": "",
}
_KNOWN = {
    *REQUIRED,
    *(
        "schema",
        "lang",
        "name",
        "script",
        "suffix_max",
        "gap_max",
        "abbreviations",
        "area",
        "titles",
        "translit",
    ),
    *("qualifiers", "romanise", "romanise_of", "traits", "examples", "letters", "respelt"),
}


@dataclass(frozen=True, slots=True)
class Pack:
    """One language: `terms` maps a concept to its terms, `months` and `weekdays` number their words."""

    lang: str
    name: str
    suffix_max: int
    gap_max: int
    abbreviations: frozenset[str]
    terms: Mapping[str, tuple[str, ...]]
    nations: tuple[str, ...]
    traits: frozenset[str]
    translit: Mapping[str, str]
    romanise: Mapping[str, str]
    romanise_of: Mapping[str, Mapping[str, Mapping[str, str]]]
    examples: tuple[Mapping[str, Any], ...] = field(default=())


def languages() -> tuple[str, ...]:
    """The languages that have a pack, by code."""
    folder = resources.files(__package__).joinpath("packs")
    return tuple(sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")))


@cache
def load(lang: str) -> Pack:
    """The shipped pack of a language. Raises ConfigError where it is broken, partial or missing."""
    path = resources.files(__package__).joinpath("packs", f"{lang}.yaml")
    name = f"packs/{lang}.yaml"
    if not path.is_file():
        raise _error(name, "lang", f"no pack for {lang!r}", did_you_mean(lang, languages()))
    return parse(path.read_text(encoding="utf-8"), name)


def parse(text: str, file: str) -> Pack:
    """A pack from YAML text; `file` names it in errors."""
    try:
        # BaseLoader leaves every scalar a string: "no", "on" and "off" are words here, not booleans.
        # libyaml, where it is built in, reads a pack eight times as fast; every worker waits for it.
        raw = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise ConfigError(
            Finding(file, line, "", "is no YAML", "mend the line; strings with : or # need quotes")
        ) from error
    if not isinstance(raw, dict):
        raise _error(file, "", "is empty", "start from packs/en.yaml")
    _check(raw, file)
    return Pack(
        lang=raw["lang"],
        name=str(raw.get("name") or raw["lang"]),
        suffix_max=int(raw.get("suffix_max", 5)),
        gap_max=int(raw.get("gap_max", GAP)),
        abbreviations=frozenset(fold(str(a).rstrip(".")) for a in raw.get("abbreviations", ())),
        terms={name: _spellings(terms, raw.get("respelt", {})) for name, terms in _terms(raw)},
        nations=tuple(raw["nations"]),
        traits=frozenset(raw.get("traits", ())),
        translit=raw.get("translit", {}),
        romanise=raw.get("romanise", {}),
        romanise_of=raw.get("romanise_of", {}),
        examples=tuple(raw.get("examples", ())),
    )


def _error(file: str, key: str, problem: str, remedy: str) -> ConfigError:
    return ConfigError(Finding(file, 0, key, problem, remedy))


def _check(raw: dict[str, Any], file: str) -> None:
    if raw.get("schema") != SCHEMA:
        raise _error(file, "schema", f"is {raw.get('schema')!r}", f"this version reads schema {SCHEMA}")
    if not isinstance(raw.get("lang"), str):
        raise _error(file, "lang", "is missing", "give the ISO 639-1 code; quote 'no'")
    for key in raw:
        if key not in _KNOWN:
            raise _error(file, key, "unknown key", did_you_mean(key, _KNOWN))
    for part, keys in REQUIRED.items():
        for key in keys:
            if not (raw.get(part) or {}).get(key):
                raise _error(file, f"{part}.{key}", "is empty", "a language without it would fail in silence")
    for key in ("area", "titles"):
        if not raw.get(key):
            raise _error(file, key, "is empty", "a language without it would fail in silence")
    for nation, parts in raw["nations"].items():
        for part in NATION_PARTS:
            if part not in parts:
                raise _error(file, f"nations.{nation}.{part}", "is missing", "write [] where there is none")


def _spellings(terms: Sequence[str], respelt: Mapping[str, str]) -> tuple[str, ...]:
    """Terms in every orthography of the language: "прэзідэнт*" is found as "прэзыдэнт*" too."""
    return tuple(" ".join(_spelt(word, respelt) for word in term.split(" ")) for term in terms)


def _spelt(word: str, respelt: Mapping[str, str]) -> str:
    """A word of a term with its other spelling beside it; a key "=не" stands for the whole word."""
    ways = word.split("|")
    for way in word.split("|"):
        other = respelt.get(f"={way}", way)
        for part, instead in respelt.items():
            other = other.replace(part, instead)
        if other not in ways:
            ways.append(other)
    return "|".join(ways)


def _terms(raw: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Every concept of a pack under the name that the engine uses for it."""
    for part, prefix in PREFIXES.items():
        for key, terms in (raw.get(part) or {}).items():
            yield f"{prefix}{key}", terms
    yield "area", raw["area"]
    yield "title", raw["titles"]
    for nation, parts in raw["nations"].items():
        for part in NATION_PARTS:
            yield f"nat.{nation}.{part}", parts[part]
    time = raw["time"]
    for key in ("yesterday", "today", "ago", "last", "vague", "since"):
        yield f"time.{key}", time.get(key, [])
    for number, terms in time.get("numbers", {}).items():
        yield f"number.{number}", terms
    for kind in ("weekdays", "months"):
        for number, terms in enumerate(time[kind], start=1):
            yield f"{kind}.{number}", terms
    for unit, terms in time["units"].items():
        yield f"unit.{unit}", terms
