"""What an alert says, as plain checked facts: the payload that is stored, routed, sent and published.

Nothing is decided or worded here; alerts/messages.py puts these facts into words. The models are the
webhook's public schema (docs/alert.schema.json): fields are added, never renamed or removed.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from store.values import About, Basis, Novelty, SpeakerKind, Stance, Tier

SCHEMA = 1

Kind = Literal[
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


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Voice(Fact):
    """Who speaks: the name in the ledger, and the words with which the article names them."""

    name: str
    kind: SpeakerKind
    role: str = ""
    side: str = ""
    as_written: str = ""


class Report(Fact):
    """One article of one outlet that carries the statement. `published` has the outlet's own offset."""

    outlet: str
    domain: str
    country: str = ""
    tier: Tier = Tier.NATIONAL
    title: str
    url: str
    language: str = ""
    published: datetime | None = None
    published_on: date | None = None
    fetched: datetime


class Evidence(Fact):
    """The sentence as written, with what stands before and after it."""

    sentence: str
    before: str = ""
    after: str = ""
    place: Literal["title", "text"] = "text"


class Stood(Fact):
    """Where one voice stands, or stood, on the claim."""

    voice: str
    about: About
    stance: Stance
    since: date
    last_said: date
    disputed: bool = False


class StatementFacts(Fact):
    """One voice's statement: what it says, how sure that is, where it stands written, what was known."""

    claim: str
    claim_title: str
    voice: Voice
    stance: Stance
    about: tuple[About, ...]
    novelty: Novelty
    late: bool = False
    said_on: date
    said_basis: Basis
    event_on: date | None = None
    certainty: float
    via: tuple[str, ...] = ()
    evidence: Evidence
    report: Report
    before: tuple[Stood, ...] = ()
    others: tuple[Stood, ...] = ()
    corroborated_by: tuple[Report, ...] = ()
    publishers: int = 1


class Row(Fact):
    """One line of a message that lists: a digest, the standings, what waits for review.

    Where it tells of a statement, its parts are there for machines; `alert` is the alert's id.
    """

    headline: str
    detail: str = ""
    url: str = ""
    alert: str | None = None
    claim: str | None = None
    voice: str | None = None
    stance: Stance | None = None
    about: About | None = None
    said_on: date | None = None


class Section(Fact):
    """A titled list within a message."""

    title: str = ""
    rows: tuple[Row, ...] = ()


class AlertFacts(Fact):
    """A whole alert. `statement` is there where one statement is what it is about; `refers_to` names the
    alert that a correction, a withdrawal or an update belongs to, `taken_back` says that it no longer counts;
    `thread` is the same for one claim."""

    version: int = Field(SCHEMA, description="version of this schema")
    id: str
    kind: Kind
    thread: str
    thread_title: str
    headline: str
    urgent: bool = False
    created_at: datetime
    refers_to: str | None = None
    taken_back: bool = False
    lines: tuple[str, ...] = ()
    statement: StatementFacts | None = None
    sections: tuple[Section, ...] = ()


def dump(facts: AlertFacts) -> dict[str, Any]:
    """The payload column of an alert."""
    return facts.model_dump(mode="json")


def load(payload: dict[str, Any]) -> AlertFacts:
    return AlertFacts.model_validate(payload)
