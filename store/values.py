"""The plain values that cross a border: between processes, between layers, into pure functions.

Nothing here touches a database; the tables that remember these values are in store/models.py.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

OUTLET = "(outlet)"
"""Speaker name of a statement that the outlet makes in its own voice."""

PRESS = "(press)"
"""The collective voice under which every outlet's own statements stand in the ledger."""


AUTO_SEED = "auto"
"""The kind of a seed of which nobody said what it is: the first poll finds out, see crawler/spiders."""


class Stance(StrEnum):
    """Which side a voice takes on a claim."""

    CONFIRM = "confirm"
    DENY = "deny"
    SPECULATE = "speculate"


class About(StrEnum):
    """What a stance is about: that it happened, or that it is meant to happen."""

    OCCURRENCE = "occurrence"
    INTENT = "intent"


class Status(StrEnum):
    """Firm statements may ring; the engine abstained on the ones to review."""

    FIRM = "firm"
    REVIEW = "review"


class SpeakerKind(StrEnum):
    PERSON = "person"
    BODY = "body"
    UNNAMED = "unnamed"
    PRESS = "press"


class Tier(StrEnum):
    """How near an outlet stands to the events it tells of."""

    PRIMARY = "primary"
    AGENCY = "agency"
    NATIONAL = "national"
    LOCAL = "local"
    STATE = "state"


class Basis(StrEnum):
    """What a said day rests on: the text, the day of publication, or nothing (undated background)."""

    STATED = "stated"
    PUBLISHED = "published"
    BACKGROUND = "background"


class Place(StrEnum):
    """Which part of an article an evidence span cuts."""

    TITLE = "title"
    TEXT = "text"


class Novelty(StrEnum):
    """Why a statement changes the ledger, or does not (docs/architecture.md, "Novelty")."""

    FIRST = "first"
    REVERSAL = "reversal"
    NEW_EVENT = "new-event"
    RENEWED = "renewed"
    REPEAT = "repeat"
    CONFLICT = "conflict"
    OLD = "old"


class LinkState(StrEnum):
    """A link's way: found, then fetched and processed, or given up with a reason."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """A delivery's way. FOLDED: told inside another message, a digest or a burst, named in its receipt.
    SILENCED: kept and not sent, because a silence held; which one stands in its last error."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    FOLDED = "folded"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """One HTTP answer as the crawler hands it on. `fetched_at` is aware; `body` is decompressed bytes.

    `flaw` is why the crawler takes it for no whole article, such as a paywall; `first_seen` is when a seed
    first named it; `was_kept` says that an article came of it before, so that this is an edit; `packed` is
    the body in gzip, where it came so.
    """

    link_id: int
    publisher_id: int
    url: str
    final_url: str
    status: int
    content_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    title_hint: str = ""
    published_hint: datetime | None = None
    flaw: str = ""
    first_seen: datetime | None = None
    was_kept: bool = False
    packed: bytes = b""


@dataclass(frozen=True, slots=True)
class Post:
    """One dated entry of a live blog: `text[start:end]` of its article, in code points, title line first.

    What is said in it was said on its own day, not on the day that the blog began.
    """

    start: int
    end: int
    published: datetime | None = None
    published_on: date | None = None
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article as read off one page.

    `published` is aware, in the outlet's own offset; `published_on` is the day alone where no hour is
    given. `fingerprint` is a MinHash signature of the text, for story clustering. `posts` are the entries
    of a live blog, in the order of the text; empty for any other article.
    """

    url: str
    title: str
    text: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_on: date | None = None
    modified: datetime | None = None
    lang: str | None = None
    site_name: str | None = None
    paywalled: bool | None = None
    fingerprint: bytes = b""
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What the matcher reads: one article's title and text, and what is known about them."""

    title: str
    text: str
    lang: str | None = None
    published: date | None = None
    outlet: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the reasoning behind a statement.

    `start` and `end` are code points into the evidence's place (title or text) of the words that the
    rule rests on; -1 where the rule rests on no words.
    """

    rule: str
    effect: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Match:
    """A voice says something about a claim: what the matcher finds in one document.

    `evidence` is exactly `title[start:end]` or `text[start:end]`. `lead` is true for the title and the
    first paragraph: the press rings only from there.
    """

    claim: str
    stance: Stance
    about: About
    speaker: str
    speaker_kind: SpeakerKind
    speaker_as_written: str
    evidence: str
    place: Place
    start: int
    end: int
    said_on: date | None
    said_basis: Basis
    certainty: float
    status: Status = Status.FIRM
    event_on: date | None = None
    via: tuple[str, ...] = ()
    lead: bool = False
    trace: tuple[TraceStep, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class MatchResult:
    """All that the matcher says of a document; `skipped` is the reason where it could not read it."""

    lang: str | None
    matches: tuple[Match, ...] = ()
    skipped: str | None = None
