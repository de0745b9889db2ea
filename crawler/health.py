"""Has a publisher fallen silent, and why? Judged by its own past, told when it begins and when it ends.

`judge` is pure, `survey` only reads. `record` marks seeds and returns what changed; what becomes of that (an
alert of kind `publisher-silent`) is decided by whoever calls it, in the same transaction.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from crawler.trouble import Trouble
from store.models import Publisher, Seed
from store.queries import pulse

FAILING_FOR = timedelta(hours=6)
NEVER_READ_FOR = timedelta(hours=1)
FAILURES = 3
"""An outage is told after so long and so many polls; a seed that could never be read, sooner."""

LEAST_PATIENCE = timedelta(days=1)
UNKNOWN_PATIENCE = timedelta(days=7)
PATIENCE = 2.0
"""A silence is longer than twice the longest pause of the last weeks, and than a day."""

HABITS = timedelta(days=28)
HABITS_KNOWN_AFTER = timedelta(days=15)
HABITS_KNOWN_BY = 8
"""Until two weekends were seen, weekends do not count; with fewer finds than this, a week is no silence."""

PAGES_WINDOW = timedelta(hours=48)
FEWEST_PAGES = 8
MOST_PAGES = 0.8

GAP_HALF_LIFE = timedelta(days=14)
EVER = datetime(2000, 1, 1, tzinfo=UTC)

_OF_PAGES = frozenset(Trouble) - {Trouble.PROCESSING, Trouble.QUIET, Trouble.BLOCKED_ADDRESS}


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a seed's life, and of its publisher's: since when it is known, by how many finds, and
    how its latest pages ended, compared with those before."""

    failing_since: datetime | None = None
    failures: int = 0
    last_error: str = ""
    last_good: datetime | None = None
    last_new: datetime | None = None
    usual_gap: float | None = None
    known_since: datetime | None = None
    finds: int = 0
    pages: Sequence[str] = ()
    pages_before: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A silence: since when, from what cause, and one line to show."""

    cause: Trouble
    since: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Change:
    """A silence that began, or ended. `path` is empty where the whole publisher is meant."""

    publisher_id: int
    publisher: str
    began: bool
    cause: Trouble
    since: datetime
    detail: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What changed since the last review: single paths, and publishers of which no path is left."""

    paths: tuple[Change, ...] = ()
    publishers: tuple[Change, ...] = ()


def judge(seen: Pulse, now: datetime) -> Finding | None:
    """The silence of a seed, or None while it lives."""
    return _failing(seen, now) or _fruitless(seen, now) or _quiet(seen, now)


def usual_gap(before: float | None, gap: timedelta) -> float:
    """The longest pause of the last weeks, in seconds: what is longer counts at once, and fades slowly."""
    faded = (before or 0.0) * math.exp2(-(gap / GAP_HALF_LIFE))
    return max(gap.total_seconds(), faded)


def _failing(seen: Pulse, now: datetime) -> Finding | None:
    if seen.failing_since is None or seen.failures < FAILURES:
        return None
    bearable = FAILING_FOR if seen.last_good is not None else NEVER_READ_FOR
    if now - seen.failing_since < bearable:
        return None
    return Finding(_cause(seen.last_error), seen.failing_since, seen.last_error)


def _fruitless(seen: Pulse, now: datetime) -> Finding | None:
    """The seed is well, but nearly all its articles cannot be had, for one reason that is new."""
    if len(seen.pages) < FEWEST_PAGES:
        return None
    commonest, count = Counter(seen.pages).most_common(1)[0]
    share = count / len(seen.pages)
    if commonest not in _OF_PAGES or share < MOST_PAGES or _was_ever_so(commonest, seen.pages_before):
        return None
    return Finding(Trouble(commonest), now, f"{share:.0%} of the last {len(seen.pages)} articles")


def _was_ever_so(outcome: str, before: Sequence[str]) -> bool:
    """Outlets that always show teasers are no news; one that cannot be read at all is."""
    if outcome != Trouble.PAYWALL:
        return False
    return not before or before.count(outcome) / len(before) >= MOST_PAGES / 2


def _quiet(seen: Pulse, now: datetime) -> Finding | None:
    if seen.last_new is None or seen.last_good is None:
        return None
    if _awake(seen, seen.last_new, now) <= _patience(seen):
        return None
    note = f" ({seen.last_error})" if seen.last_error else ""
    return Finding(_cause(seen.last_error, Trouble.QUIET), seen.last_new, f"nothing new to be found{note}")


def _patience(seen: Pulse) -> timedelta:
    usual = timedelta(seconds=PATIENCE * (seen.usual_gap or 0.0))
    if seen.usual_gap is None or seen.finds < HABITS_KNOWN_BY:
        return max(usual, UNKNOWN_PATIENCE)
    return max(usual, LEAST_PATIENCE)


def _awake(seen: Pulse, since: datetime, now: datetime) -> timedelta:
    """How long it has been silent, without weekends as long as its weekends are not known."""
    if seen.known_since is not None and now - seen.known_since >= HABITS_KNOWN_AFTER:
        return now - since
    hours = int((now - since).total_seconds() // 3600)
    working = sum(not _is_weekend(since + timedelta(hours=hour)) for hour in range(min(hours, 24 * 60)))
    return timedelta(hours=working)


def _is_weekend(moment: datetime) -> bool:
    """From Friday evening to Monday morning, wherever the publisher sits."""
    day, hour = moment.weekday(), moment.hour
    return day in (5, 6) or (day == 4 and hour >= 15) or (day == 0 and hour < 9)


def _cause(error: str, otherwise: Trouble = Trouble.HTTP_ERROR) -> Trouble:
    try:
        return Trouble(error.partition(":")[0])
    except ValueError:
        return otherwise


def survey(session: Session, now: datetime) -> dict[int, Finding]:
    """Judge every seed: the silences of this moment by seed. It only reads, and takes a second or two for
    thousands of seeds: not on the loop, and not in the writer's thread."""
    found: dict[int, Finding] = {}
    for _, seeds in _by_publisher(session):
        for seed, seen in zip(seeds, _pulses(session, seeds, now), strict=True):
            if (finding := judge(seen, now)) is not None:
                found[seed.id or 0] = finding
    return found


def record(session: Session, found: Mapping[int, Finding], now: datetime) -> Review:
    """Mark the seeds whose silence began or ended, and tell what changed."""
    paths: list[Change] = []
    publishers: list[Change] = []
    for publisher, seeds in _by_publisher(session):
        was_silent = all(seed.silent_since is not None for seed in seeds)
        changes = [
            _mark(seed, publisher, found.get(seed.id or 0), now)
            for seed in seeds
            if (seed.silent_since is None) == ((seed.id or 0) in found)
        ]
        is_silent = all(seed.silent_since is not None for seed in seeds)
        paths += changes
        if is_silent != was_silent and changes:
            publishers.append(_whole(changes, began=is_silent))
    return Review(tuple(paths), tuple(publishers))


def _by_publisher(session: Session) -> Iterator[tuple[Publisher, list[Seed]]]:
    for _, group in groupby(pulse.enabled_seeds(session), key=lambda row: row[1].id):
        rows = list(group)
        yield rows[0][1], [seed for seed, _ in rows]


def _mark(seed: Seed, publisher: Publisher, finding: Finding | None, now: datetime) -> Change:
    """Begin or end a silence in the seed's row."""
    told = finding or Finding(
        _cause(seed.silence_cause, Trouble.QUIET), seed.silent_since or now, "it is read again"
    )
    seed.silent_since = finding.since if finding is not None else None
    seed.silence_cause = finding.cause if finding is not None else ""
    return Change(
        publisher_id=seed.publisher_id,
        publisher=publisher.name,
        began=finding is not None,
        cause=told.cause,
        since=told.since,
        detail=told.detail,
        path=seed.url,
    )


def _whole(changes: Sequence[Change], *, began: bool) -> Change:
    """The change of the publisher as such: the latest of its paths tells why."""
    last = max((change for change in changes if change.began is began), key=lambda change: change.since)
    return Change(last.publisher_id, last.publisher, began, last.cause, last.since, last.detail)


def _pulses(session: Session, seeds: Sequence[Seed], now: datetime) -> list[Pulse]:
    """What is known of the seeds of one publisher. Its past is asked for only where it may matter."""
    ids = [seed.id or 0 for seed in seeds]
    recent = now - PAGES_WINDOW
    pages = pulse.pages(session, ids, since=recent, until=now + PAGES_WINDOW)
    before = pulse.pages(session, ids, since=EVER, until=recent) if Trouble.PAYWALL in pages else ()
    may_be_quiet = any(seed.last_new and now - seed.last_new > LEAST_PATIENCE for seed in seeds)
    known_since = pulse.known_since(session, ids) if may_be_quiet else None
    finds = pulse.finds(session, ids, since=now - HABITS) if may_be_quiet else 0
    return [
        Pulse(
            failing_since=seed.failing_since,
            failures=seed.failures,
            last_error=seed.last_error,
            last_good=seed.last_good,
            last_new=seed.last_new,
            usual_gap=seed.usual_gap,
            known_since=known_since,
            finds=finds,
            pages=pages,
            pages_before=before,
        )
        for seed in seeds
    ]
