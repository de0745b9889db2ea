"""Which values of a configuration must never be seen again: not in a log line, not in an error.

It finds them by the names of their keys, because a channel's keys are known to the channel alone.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings

MASK = "[hidden]"
SHORTEST = 4
"""Shorter values would blot out ordinary words; they are no secrets worth the name."""

_SECRET_KEY = re.compile(r"pass|secret|token|api_?key|credential|authorization|headers\.", re.IGNORECASE)
_URL_KEY = re.compile(r"url[^.]*$", re.IGNORECASE)
_PIECE = re.compile(r"[/&=?;]+")
_WORDS = re.compile(r"[A-Za-z]?[a-z]{0,12}(?:[._-][A-Za-z]?[a-z]{0,12})*|v?\d{1,3}")
"""Parts of an address that are words, as in "services" or "api/v2": nobody's secret, and in every line."""

_BEFORE_PATH = r"(://[^/\s\"']+|(?<![\w./:-]))"
_AFTER_PATH = r"(?![\w-])"
_USERINFO = re.compile(r"(://[^/\s:@\"']*):[^/\s@\"']+@")


def secrets_of(settings: Settings) -> frozenset[str]:
    """The secret values of the channels, the database URL and the ping URL."""
    found = set(_secret_values(settings.channels))
    for url in (settings.database.url, settings.alerts.ping_url or ""):
        found.update(_secret_parts(url))
    return frozenset(value for value in found if len(value) >= SHORTEST)


def spellings(secret: str) -> frozenset[str]:
    """The secret as a formatter may write it: plain, quoted by Python, escaped by JSON."""
    plain = {secret, repr(secret)[1:-1]}
    escaped = {
        json.dumps(one, ensure_ascii=ascii_only)[1:-1] for one in plain for ascii_only in (True, False)
    }
    return frozenset(plain | escaped)


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the secrets, and without the password of any URL in it.

    A secret path is hidden where it stands as one: "/alerts" is, the logger "alerts.routing" is not.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if secret.startswith("/"):
            text = re.sub(rf"{_BEFORE_PATH}{re.escape(secret)}{_AFTER_PATH}", rf"\1/{MASK}", text)
        else:
            text = text.replace(secret, MASK)
    return _USERINFO.sub(rf"\1:{MASK}@", text)


def _secret_values(data: Any, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _secret_values(value, f"{key}.{name}")
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _secret_values(value, key)
    elif isinstance(data, str) and _SECRET_KEY.search(key):
        yield data
    elif isinstance(data, str) and _URL_KEY.search(key):
        yield from _secret_parts(data)


def _secret_parts(url: str) -> Iterator[str]:
    """A hook's path and query are its password; so is what stands before the host.

    The path is one whole, "/hooks/alerts"; what of it or of the query is no plain word is secret by itself.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        yield url
        return
    if parts.password:
        yield parts.password
    if parts.scheme in {"http", "https"}:
        yield (parts.path + (f"?{parts.query}" if parts.query else "")).rstrip("/")
        yield from (
            part for part in _PIECE.split(f"{parts.path}/{parts.query}") if not _WORDS.fullmatch(part)
        )
    elif "sql" not in parts.scheme:
        yield url
