"""What a discovery method is given and what it gives back. No method is named here, nothing is fetched.

A method reads one answer to one seed: a pure function that may run in another thread or process. What it
cannot read it names, by raising FetchFailed with the cause.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable
from urllib.parse import urljoin, urlsplit

from w3lib.encoding import html_to_unicode

from crawler.answer import Answer
from crawler.trouble import FetchFailed, Report, Trouble

MAX_TITLE = 300
MAX_URL = 2048
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
EARLY = timedelta(days=1)

_TAG = re.compile(r"<[^>]{0,500}>")
_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|avif|mp[34]|m4[av]|webm|ogg|wav|pdf|zip|gz|docx?|xlsx?|pptx?|css|js|woff2?)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a seed names. With a `body` the seed carried the article's whole page along."""

    url: str
    title: str = ""
    published: datetime | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A further seed that a seed points to."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one answer held. `more` are further URLs of the same poll; `kind` is what an AUTO seed turned out
    to be; `ttl` is how long the seed says that it stays as it is; `note` is a weakness worth telling."""

    entries: tuple[Entry, ...] = ()
    leads: tuple[Lead, ...] = ()
    more: tuple[str, ...] = ()
    kind: str | None = None
    ttl: float | None = None
    note: Trouble | None = None

    def with_entries(self, entries: Iterable[Entry]) -> "Found":
        return replace(self, entries=distinct(entries))


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the seed beside the answer."""

    url: str
    domain: str
    language: str = ""
    pattern: str = ""
    sitemaps: tuple[str, ...] = ()


class Discovery(Protocol):
    """The contract of a file in this folder."""

    KIND: str

    def read(self, answer: Answer, context: Context) -> Found: ...


@runtime_checkable
class Recognising(Discovery, Protocol):
    """A method that knows its own kind of answer by its looks, so that a seed needs no kind of its own."""

    def recognises(self, answer: Answer) -> bool: ...


@runtime_checkable
class Carrier(Discovery, Protocol):
    """A method whose seeds carry whole pages: a single one is asked for elsewhere than at its own address."""

    def page_url(self, url: str) -> str: ...

    def page_body(self, answer: Answer, context: Context) -> bytes: ...


def decoded(answer: Answer) -> str:
    """The body as text: by its header, its own word on it, or its looks, in this order."""
    return html_to_unicode(answer.content_type or None, answer.body)[1]


def unreadable(trouble: Trouble, answer: Answer, detail: str) -> FetchFailed:
    return FetchFailed(Report(trouble, f"{answer.final_url}: {detail}", answer.status))


def web_url(url: str, base: str) -> str | None:
    """An absolute http(s) URL of what may be a page; None for anything else."""
    if not url.strip():
        return None
    try:
        absolute = urljoin(base, url.strip())
        parts = urlsplit(absolute)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and len(absolute) <= MAX_URL
    except ValueError:
        return None
    return absolute if usable and not _NOT_PAGES.search(parts.path) else None


def plain(text: str) -> str:
    """A title without tags, entities and line breaks."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())[:MAX_TITLE]


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment if an article can have been published then: neither 1970 nor next year."""
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if OLDEST <= moment <= now + EARLY else None


def parse_date(text: str | None, now: datetime) -> datetime | None:
    """An ISO 8601 moment or day, as sitemaps and JSON feeds write them."""
    if not text:
        return None
    try:
        return plausible(datetime.fromisoformat(text.strip()), now)
    except ValueError:
        return None


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries without repeated URLs, the first of each kept."""
    return tuple({entry.url: entry for entry in reversed(tuple(entries))}.values())[::-1]
