"""The vocabulary: one table for each word that Tocsin uses. No queries here, see store/queries/.

Times are aware and kept in UTC; where an outlet's own offset matters it has a column of its own. SQLModel
tables do not validate, so every row is built from the checked values of store/values.py or config/.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import keep_words_as_values
from store.values import (
    AUTO_SEED,
    About,
    Basis,
    DeliveryState,
    LinkState,
    Novelty,
    Place,
    SpeakerKind,
    Stance,
    Status,
    Tier,
)

# Names for every constraint, so that a migration can drop one on SQLite and PostgreSQL alike.
SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention
keep_words_as_values(SQLModel.metadata)


class Publisher(SQLModel, table=True):
    """An outlet. `domain` is its registrable host name, lower case, unique."""

    id: int | None = Field(default=None, primary_key=True)
    domain: str = Field(unique=True)
    name: str
    country: str = ""
    language: str = ""
    tier: Tier = Tier.NATIONAL
    enabled: bool = True


class Seed(SQLModel, table=True):
    """A URL of a publisher where new articles show up, with the rhythm that it has shown so far.

    Intervals are seconds. `etag` and `last_modified` are kept only after a good parse, and not at all
    once the host was caught serving a changed body behind unchanged ones (`distrusted`). A seed that was
    found on another one, a feed named by a home page, has it as its parent.
    """

    id: int | None = Field(default=None, primary_key=True)
    publisher_id: int = Field(foreign_key="publisher.id", index=True)
    url: str = Field(unique=True)
    host: str = Field(index=True)
    kind: str = AUTO_SEED
    pattern: str = ""
    enabled: bool = True
    min_interval: float = 60.0
    max_interval: float = 3600.0
    interval: float = 300.0
    next_check: datetime = Field(index=True)
    lease: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    distrusted: bool = False
    last_full_get: datetime | None = None
    parent_id: int | None = Field(default=None, foreign_key="seed.id")
    moved_to: str = ""
    polls: int = 0
    polls_unchanged: int = 0
    failing_since: datetime | None = None
    failures: int = 0
    last_error: str = ""
    last_status: int = 0
    last_poll: datetime | None = None
    last_good: datetime | None = None
    last_new: datetime | None = None
    usual_gap: float | None = None
    silent_since: datetime | None = None
    silence_cause: str = ""


class Link(SQLModel, table=True):
    """The frontier: a URL found, each once by its canonical key. It stays pending until its page was
    processed and what it tells is committed, so a kill in between costs one fetch and loses nothing. It is
    held by somebody while its due time is its `lease`."""

    __table_args__ = (
        Index("ix_link_due", "state", "next_try", "host"),
        Index("ix_link_host", "host", "state", "first_seen"),
        Index("ix_link_recheck", "recheck_at", "host"),
        Index("ix_link_rhythm", "seed_id", "first_seen"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    url: str
    host: str
    publisher_id: int = Field(foreign_key="publisher.id", index=True)
    seed_id: int | None = Field(default=None, foreign_key="seed.id")
    title_hint: str = ""
    published_hint: datetime | None = None
    first_seen: datetime
    state: LinkState = LinkState.PENDING
    outcome: str = ""
    body_hash: str = ""
    etag: str = ""
    last_modified: str = ""
    tries: int = 0
    next_try: datetime
    lease: datetime | None = None
    fetched_at: datetime | None = None
    recheck_at: datetime | None = None
    rechecks: int = 0


class Story(SQLModel, table=True):
    """Articles that carry the same text: one wire report in forty outlets is one story."""

    id: int | None = Field(default=None, primary_key=True)
    first_seen: datetime


class Article(SQLModel, table=True):
    """One matched page. `published_offset` is the outlet's own, in minutes east of UTC."""

    id: int | None = Field(default=None, primary_key=True)
    publisher_id: int = Field(foreign_key="publisher.id", index=True)
    link_id: int | None = Field(default=None, foreign_key="link.id", index=True)
    url: str = Field(unique=True)
    title: str
    subtitle: str = ""
    byline: str = ""
    language: str = ""
    published: datetime | None = Field(default=None, index=True)
    published_offset: int | None = None
    published_on: date | None = None
    first_fetched: datetime = Field(index=True)
    paywalled: bool | None = None
    fingerprint: bytes = b""
    story_id: int | None = Field(default=None, foreign_key="story.id", index=True)


class Revision(SQLModel, table=True):
    """An article's text as fetched at one time; evidence spans cut `title` or `text` of a revision.

    `page` is the page's bytes, zlib-compressed, with their SHA-256 and the answer's headers: evidence
    outlives the page.
    """

    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    number: int = 1
    fetched_at: datetime
    title: str
    text: str
    page: bytes = b""
    page_sha256: str = ""
    headers: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Claim(SQLModel, table=True):
    """A tracked proposition, as the watchlist last defined it. `recurring` where it can happen again."""

    id: str = Field(primary_key=True)
    title: str
    recurring: bool = False
    digest: str = ""
    enabled: bool = True


class Speaker(SQLModel, table=True):
    """A voice, by the name it has in the ledger. Of merged ones a single row stays, with all spellings."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: SpeakerKind = SpeakerKind.BODY
    role: str = ""
    side: str = ""


class Alias(SQLModel, table=True):
    """One spelling of a speaker, in any script. Merging and splitting voices are updates of `speaker_id`."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    speaker_id: int = Field(foreign_key="speaker.id", index=True)


class Statement(SQLModel, table=True):
    """A voice says something about a claim in a revision. `evidence` is the exact span."""

    __table_args__ = (
        UniqueConstraint("revision_id", "claim_id", "alias_id", "stance", "about"),
        Index("ix_statement_voice", "claim_id", "alias_id", "about"),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    revision_id: int = Field(foreign_key="revision.id")
    claim_id: str = Field(foreign_key="claim.id")
    alias_id: int = Field(foreign_key="alias.id", index=True)
    stance: Stance
    about: About
    status: Status
    certainty: float
    speaker_as_written: str
    via: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    place: Place
    evidence: str
    start: int
    end: int
    lead: bool = False
    said_on: date | None = None
    said_basis: Basis
    event_on: date | None = None
    novelty: Novelty | None = None
    withdrawn_at: datetime | None = None
    trace: list[list[Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    matcher: str = ""
    found_at: datetime = Field(index=True)


class Position(SQLModel, table=True):
    """Where a voice stands on a claim: the ledger is these rows. `episode` counts its changes."""

    __table_args__ = (UniqueConstraint("claim_id", "speaker_id", "about"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="claim.id")
    speaker_id: int = Field(foreign_key="speaker.id", index=True)
    about: About
    stance: Stance
    since: date
    last_said: date
    last_event: date | None = None
    disputed: bool = False
    episode: int = 1
    statement_id: int = Field(foreign_key="statement.id")


class Alert(SQLModel, table=True):
    """A change of the ledger worth telling. The unique key keeps it from ringing twice.

    `kind` is "statement" for a change of the ledger; "standings", "publisher-silent", "withdrawn",
    "correction" and the like have no position and carry their own key in `subject_key`.
    """

    __table_args__ = (
        UniqueConstraint("subject_key", "episode"),
        Index("ix_alert_claim_created", "claim_id", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    kind: str = "statement"
    subject_key: str
    episode: int = 1
    position_id: int | None = Field(default=None, foreign_key="position.id", index=True)
    statement_id: int | None = Field(default=None, foreign_key="statement.id", index=True)
    claim_id: str | None = Field(default=None, foreign_key="claim.id")
    novelty: Novelty | None = None
    thread: str = ""
    created_at: datetime
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    verdict: str = ""
    verdict_note: str = ""


class Delivery(SQLModel, table=True):
    """The outbox: one row for each alert, route and channel. `leased_until` frees itself after a crash."""

    __table_args__ = (
        UniqueConstraint("alert_id", "route", "channel"),
        Index("ix_delivery_due", "state", "next_attempt"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    route: str
    channel: str = Field(index=True)
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_attempt: datetime
    leased_until: datetime | None = None
    leased_by: str = ""
    last_error: str = ""
    sent_at: datetime | None = None
    receipt: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Silence(SQLModel, table=True):
    """A stretch in which alerts that meet `choice` are kept but not sent. It has an end and a reason."""

    id: int | None = Field(default=None, primary_key=True)
    choice: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reason: str
    created_at: datetime
    until: datetime = Field(index=True)


class ChannelHealth(SQLModel, table=True):
    """How a channel fares. `episode` counts its failures that were reported through another channel."""

    name: str = Field(primary_key=True)
    failing_since: datetime | None = None
    retry_at: datetime | None = None
    last_error: str = ""
    last_sent: datetime | None = None
    disabled_at: datetime | None = None
    reported_at: datetime | None = None
    episode: int = 0


class Mark(SQLModel, table=True):
    """What one run leaves for the next or for another process: a heartbeat, how far a rematch got."""

    name: str = Field(primary_key=True)
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
