"""Every setting with its default, by section of tocsin.yaml: the reference that docs/settings.md follows.

A default is what a desk would choose: an empty file runs. Nothing is read here, see config/settings.py.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from config.units import Bytes, Duration, Seconds, as_tuple

DAY = timedelta(days=1)

_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")


def _web_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("not a web address; it begins with https:// or http:// and a host")
    return url


def _domain(name: str) -> str:
    try:
        plain = name.strip().lower().removesuffix(".").encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not _DOMAIN.fullmatch(plain):
        raise ValueError('not a domain; write the host name alone, like "example.org"')
    return plain


def _network(written: str) -> str:
    try:
        return str(ip_network(written, strict=False))
    except ValueError:
        raise ValueError('not a network; write it like "127.0.0.0/8"') from None


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('not a known time zone; write it like "Europe/Kyiv" or "UTC"') from None
    return name


def _user_agent(text: str) -> str:
    if not text.strip() or any(ord(sign) < 32 or ord(sign) > 126 for sign in text):
        raise ValueError("must be one line of plain ASCII, with an address where you can be reached")
    return text


WebUrl = Annotated[str, AfterValidator(_web_url)]
Domain = Annotated[str, AfterValidator(_domain)]
Network = Annotated[str, AfterValidator(_network)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
Many = BeforeValidator(as_tuple)

TierName = Literal["primary", "agency", "national", "local", "state"]
StanceName = Literal["confirm", "deny", "speculate"]
AboutName = Literal["occurrence", "intent"]
NoveltyName = Literal["first", "reversal", "new-event", "renewed", "repeat", "conflict", "old"]


KindName = Literal[
    "statement",
    "standings",
    "corroboration",
    "extended",
    "withdrawn",
    "correction",
    "digest",
    "heartbeat",
    "channel-failing",
    "channel-recovered",
    "publisher-silent",
    "publisher-back",
    "watch-behind",
    "watch-caught-up",
    "test",
]


class Section(BaseModel):
    """A part of the configuration: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(Section):
    """`url` is a SQLAlchemy URL. A relative SQLite file lies beside the configuration file."""

    url: str = Field("sqlite:///tocsin.db", min_length=1)


class SpoolSettings(Section):
    """Every fetched page for a while. Without a path it lies beside the SQLite database."""

    path: Path | None = None
    max_days: float = Field(3.0, gt=0)
    max_bytes: Bytes = Field(4 * 10**9, gt=0)


class CrawlSettings(Section):
    """How pages are asked for. `allow_private` names networks that the address guard lets through.

    `retry_after` is whom a server's Retry-After holds for: the whole `host`, or the `path` that it came with;
    `auto` takes 429 (too many requests) for the host's and 503 (unavailable) for the path's.
    """

    user_agent: Annotated[str, AfterValidator(_user_agent)] = "tocsin"
    allow_private: Annotated[tuple[Network, ...], Many] = ()
    tick: Seconds = Field(5.0, gt=0)
    timeout: Seconds = Field(30.0, gt=0)
    max_page_bytes: Bytes = Field(8_000_000, gt=0)
    max_feed_bytes: Bytes = Field(20_000_000, gt=0)
    max_redirects: int = Field(8, ge=0, le=30)
    host_gap: Seconds = Field(1.0, ge=0)
    max_hosts: int = Field(16, ge=1)
    obey_robots: bool = True
    retry_after: Literal["auto", "host", "path"] = "auto"
    recheck_for: Seconds = Field(48 * 3600.0, ge=0)
    stop_grace: Seconds = Field(5.0, ge=0)


class EverySettings(Section):
    """The bounds of a seed's own rhythm."""

    min: Seconds = Field(60.0, gt=0)
    max: Seconds = Field(3600.0, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is more than max; swap the two")
        return self


def _as_seed(written: object) -> object:
    return {"url": written} if isinstance(written, str) else written


def _as_mapping(written: object) -> object:
    if isinstance(written, BaseModel | Mapping):
        return written
    raise ValueError("should be a mapping of keys to values")


class SeedSettings(Section):
    """A URL where new articles show up; a plain text stands for `{url: …}`. The kinds: docs/discovery.md."""

    url: WebUrl
    kind: str = "auto"
    pattern: str = ""
    every: EverySettings | None = None

    @model_validator(mode="after")
    def _pattern_compiles(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern is not a regular expression ({error})") from None
        return self


class PublisherSettings(Section):
    """An outlet. Without seeds they are looked for on its home page."""

    name: str = ""
    domain: Domain
    country: str = ""
    language: str = ""
    tier: TierName = "national"
    seeds: Annotated[tuple[Annotated[SeedSettings, BeforeValidator(_as_seed)], ...], Many] = ()
    every: EverySettings = EverySettings()
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _named_by_domain(cls, written: object) -> object:
        if isinstance(written, Mapping) and not written.get("name") and "domain" in written:
            return {**written, "name": str(written["domain"])}
        return written


class WhenSettings(Section):
    """What a route takes; what is not named is not asked. `certainty` is the least that will do."""

    claim: Annotated[tuple[str, ...], Many] = ()
    stance: Annotated[tuple[StanceName, ...], Many] = ()
    about: Annotated[tuple[AboutName, ...], Many] = ()
    novelty: Annotated[tuple[NoveltyName, ...], Many] = ()
    tier: Annotated[tuple[TierName, ...], Many] = ()
    language: Annotated[tuple[str, ...], Many] = ()
    speaker: Annotated[tuple[str, ...], Many] = ()
    publisher: Annotated[tuple[str, ...], Many] = ()
    kind: Annotated[tuple[KindName, ...], Many] = ()
    certainty: float = Field(0.0, ge=0, le=1)


class RouteSettings(Section):
    """Which alerts go to which channels."""

    to: Annotated[tuple[str, ...], Many] = Field(min_length=1)
    when: WhenSettings = WhenSettings()
    name: str = ""


class NoveltySettings(Section):
    """When the same thing said again is news again, and from when on it is none any more.

    `grace`: a report that names no day, out less than this after another one, tells of the same words.
    """

    renew_after: Duration = Field(DAY, gt=timedelta(0))
    max_age: Duration = Field(7 * DAY, gt=timedelta(0))
    grace: Duration = Field(timedelta(hours=18), ge=timedelta(0))


class QuietSettings(Section):
    """Hours of the day in which only a reversal rings; `from` later than `to` spans midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: time = Field(alias="from")
    end: time = Field(alias="to")


class BurstSettings(Section):
    """More than `count` alerts for one channel `within` this time become one message that lists them."""

    count: int = Field(10, ge=1)
    within: Seconds = Field(600.0, gt=0)


class AlertSettings(Section):
    """What holds for all channels. `daily_at` is when digests and the heartbeat go out."""

    timezone: TimeZone = "UTC"
    quiet: QuietSettings | None = None
    burst: BurstSettings = BurstSettings()
    daily_at: time = time(8, 0)
    heartbeat: bool = True
    ping_url: WebUrl | None = None
    timeout: Seconds = Field(20.0, gt=0)


class WorkerSettings(Section):
    """The processes that extract and match, and when one is killed or replaced."""

    processes: int = Field(1, ge=1)
    time_limit: Seconds = Field(15.0, gt=0)
    memory_limit: Bytes = Field(1_000_000_000, gt=0)
    max_tasks: int = Field(2000, ge=1)


class LogSettings(Section):
    """`auto` is readable lines on a terminal and JSON elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class ClockPoint(Section):
    """When the wall has run `wall` seconds since the start, the played clock says `at`."""

    wall: Seconds = Field(ge=0)
    at: AwareDatetime


class RehearsalSettings(Section):
    """A played clock for rehearsals: yesterday's news told again at any speed, on a scratch database.

    Between two points time runs evenly; after the last it runs as on the wall. `started` is the wall
    time of second 0; without it that is when the daemon starts. Never set this on a watch that counts.
    """

    clock: tuple[ClockPoint, ...] = Field(min_length=1)
    started: AwareDatetime | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        pairs = list(zip(self.clock, self.clock[1:], strict=False))
        if any(early.wall >= late.wall or early.at > late.at for early, late in pairs):
            raise ValueError("the clock's points must go forward; put them in order of wall and at")
        return self

    def event_time(self, elapsed: float) -> datetime:
        """What the played clock says `elapsed` wall seconds after the start."""
        first, last = self.clock[0], self.clock[-1]
        for early, late in zip(self.clock, self.clock[1:], strict=False):
            if early.wall <= elapsed < late.wall:
                return early.at + (late.at - early.at) * ((elapsed - early.wall) / (late.wall - early.wall))
        known = first if elapsed < first.wall else last
        return known.at + timedelta(seconds=max(0.0, elapsed - known.wall))


Channels = dict[str, Annotated[dict[str, Any], BeforeValidator(_as_mapping)]]
