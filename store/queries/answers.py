"""What the store answers when it is asked: one row type for each question. No queries here, see ask.py."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from store.values import (
    About,
    Basis,
    DeliveryState,
    Novelty,
    Place,
    SpeakerKind,
    Stance,
    Status,
    Tier,
)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Where a voice stands, and the statement that brought it there. `outlets` carried that stance."""

    claim: str
    claim_title: str
    speaker: str
    speaker_kind: SpeakerKind
    about: About
    stance: Stance
    disputed: bool
    since: date
    last_said: date
    last_event: date | None
    changes: int
    outlets: int
    evidence: str
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A voice says something about a claim, with the words and the page. `trace` is why it was read so."""

    id: int
    claim: str
    stance: Stance
    about: About
    speaker: str
    speaker_kind: SpeakerKind
    speaker_as_written: str
    via: list[str]
    said_on: date | None
    said_basis: Basis
    event_on: date | None
    certainty: float
    status: Status
    novelty: Novelty | None
    withdrawn_at: datetime | None
    evidence: str
    place: Place
    start: int
    end: int
    article: int
    title: str
    outlet: str
    tier: Tier
    language: str
    url: str
    found_at: datetime
    matcher: str
    trace: list[list[Any]]


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One matched page. `published` is in the outlet's own zone; a day alone is in `published_on`."""

    id: int
    published: datetime | None
    published_on: date | None
    outlet: str
    tier: Tier
    language: str
    title: str
    byline: str
    url: str
    paywalled: bool | None
    story: int | None
    revisions: int
    statements: int
    first_fetched: datetime


@dataclass(frozen=True, slots=True)
class AlertRow:
    """What rang, why, and how far it got: deliveries by state (folded ones went out inside another,
    silenced ones were kept)."""

    id: int
    uid: str
    kind: str
    created_at: datetime
    claim: str | None
    novelty: Novelty | None
    stance: Stance | None
    about: About | None
    speaker: str | None
    said_on: date | None
    evidence: str | None
    outlet: str | None
    url: str | None
    statement: int | None
    sent: int
    pending: int
    dead: int
    folded: int
    silenced: int
    verdict: str
    verdict_note: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One alert's way to one channel."""

    id: int
    alert: str
    kind: str
    headline: str
    claim: str | None
    route: str
    channel: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt: datetime
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class SeedRow:
    """How one path to an outlet's news fares. `firsts` is how much it was the first to find in a week."""

    url: str
    kind: str
    enabled: bool
    interval: float
    next_check: datetime
    last_good: datetime | None
    last_new: datetime | None
    polls: int
    failures: int
    last_error: str
    silent_since: datetime | None
    silence_cause: str
    firsts: int
    lags: bool


@dataclass(frozen=True, slots=True)
class PublisherRow:
    """An outlet, what came of it so far, and its seeds."""

    name: str
    domain: str
    country: str
    language: str
    tier: Tier
    enabled: bool
    links: int
    waiting: int
    articles: int
    last_new: datetime | None
    trouble: str
    lag: str
    seeds: tuple[SeedRow, ...]


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A voice with its spellings, and how often it was heard."""

    name: str
    kind: SpeakerKind
    role: str
    side: str
    aliases: tuple[str, ...]
    statements: int
    positions: int
