"""Settings from the environment: TOCSIN_DATABASE__URL and its kind laid over the data of a file.

A name ending in `_FILE` gives the value by a file, as container secrets come. It validates nothing: a
wrong value is found with all others. Names without `__` are left alone unless they are a whole section,
because orchestrators put variables of their own beside ours (TOCSIN_PORT, TOCSIN_SERVICE_HOST).
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Finding
from config.yamlfile import KeyPath, parse

PREFIX = "TOCSIN_"
ENVIRONMENT = "environment"
_BY_FILE = "_FILE"


def overlay(
    data: Mapping[str, Any], environ: Mapping[str, str], *, sections: Collection[str]
) -> tuple[dict[str, Any], dict[KeyPath, str]]:
    """The data with the environment's values in it, and for each such path the variable's name."""
    merged = dict(data)
    named: dict[KeyPath, str] = {}
    for name, words in sorted(_settings_in(environ, sections).items()):
        path = _put(merged, words, _value(name, environ), name)
        if path in named:
            problem = f"is set a second time, {named[path]} says it already"
            raise ConfigError(Finding(ENVIRONMENT, 0, name, problem, "keep one of the two"))
        named[path] = name
    return merged, named


def _settings_in(environ: Mapping[str, str], sections: Collection[str]) -> dict[str, list[str]]:
    found = {}
    for name in environ:
        if not name.startswith(PREFIX):
            continue
        words = name.removeprefix(PREFIX).lower().split("__")
        if len(words) > 1 or words[0].removesuffix(_BY_FILE.lower()) in sections:
            words[-1] = words[-1].removesuffix(_BY_FILE.lower())
            found[name] = words
    return found


def _value(name: str, environ: Mapping[str, str]) -> Any:
    text = environ[name]
    if not name.endswith(_BY_FILE):
        return parse(text, name=name).data if text.lstrip().startswith(("[", "{")) else text
    try:
        return Path(text).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        finding = Finding(ENVIRONMENT, 0, name, f"its file {text} cannot be read", "check path and rights")
        raise ConfigError(finding) from error


def _put(data: dict[str, Any], words: list[str], value: Any, name: str) -> KeyPath:
    """Set one value in place, copying what it touches; the path is as the file spells it."""
    place: Any = data
    path: KeyPath = ()
    for word in words[:-1]:
        key = _key(place, word, name)
        below = place[key] if isinstance(key, int) else place.get(key)
        place[key] = (
            list(below) if isinstance(below, list) else dict(below) if isinstance(below, dict) else {}
        )
        place, path = place[key], (*path, key)
    key = _key(place, words[-1], name)
    place[key] = value
    return (*path, key)


def _key(place: dict[str, Any] | list[Any], word: str, name: str) -> str | int:
    if isinstance(place, dict):
        return next((key for key in place if str(key).lower().replace("-", "_") == word), word)
    if word.isdecimal() and int(word) < len(place):
        return int(word)
    problem = f"'{word}' is not a position in a list of {len(place)}"
    raise ConfigError(Finding(ENVIRONMENT, 0, name, problem, "count from 0"))
