"""What one page says, from its bytes to statements: decode, gate, extract, match. Pure, runs in a worker.

It does not fetch, store or judge novelty; what it answers are plain values that cross a process border.
"""

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from config.errors import TocsinError
from extractors.prefilter import page_text
from store.values import Document, Extracted, Match, MatchResult, Place


class Outcome(StrEnum):
    """What became of a page: the outcome that its link is settled with."""

    MATCHED = "matched"
    NOTHING_SAID = "nothing-said"  # an article that passed the gate, in which nobody takes a side
    GATED = "gated"  # its text does not name what any claim needs
    UNREADABLE = "unreadable"
    SKIPPED = "skipped"  # the matcher cannot read it, most often its language
    UNCHANGED = "unchanged"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "out-of-memory"
    WORKER_DIED = "worker-died"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class PageJob:
    """One page to read. `ungated` where it is known to matter: an edit of an article that matched before.

    `found_on` is the day on which a seed first named it: an undated page is news of that day, and stays so
    when it is read again.
    """

    body: bytes
    content_type: str
    url: str
    outlet: str
    title_hint: str = ""
    published_hint: datetime | None = None
    ungated: bool = False
    found_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says. `text` is its raw text for the spool; `error` says why there is no more.

    `page` is the page's bytes, compressed here and not on the daemon's loop, where they are to be kept.
    """

    outcome: Outcome
    text: str = ""
    article: Extracted | None = None
    result: MatchResult | None = None
    matcher: str = ""
    error: str = ""
    page: bytes = b""
    page_sha256: str = ""
    cpu_seconds: float = 0.0


class Matcher(Protocol):
    """The part of matchers.engine.Engine that reading needs."""

    version: str

    def gate(self, text: str) -> bool: ...

    def match(self, document: Document) -> MatchResult: ...


def read_page(job: PageJob, matcher: Matcher) -> Reading:
    """Read one page; raises nothing but what the machine raises (memory)."""
    began = time.process_time()
    reading = _read(job, matcher)
    return replace(reading, cpu_seconds=time.process_time() - began)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an article that has a day of its own; `start` is where it stands in the article's text."""

    document: Document
    start: int = 0


def parts_of(article: Extracted, *, outlet: str, url: str, found_on: date | None = None) -> list[Part]:
    """The matcher's view of an article: one document, or of a live blog one for each post and its rest."""
    day = article.published.date() if article.published else article.published_on or found_on
    whole = Document(article.title, article.text, article.lang, day, outlet, url)
    if not article.posts:
        return [Part(whole)]
    parts, last = [], 0
    for post in article.posts:
        parts.append(Part(replace(whole, text=article.text[last : post.start]), last))
        posted = post.published.date() if post.published else post.published_on or day
        text = article.text[post.start : post.end]
        parts.append(Part(replace(whole, text=text, published=posted), post.start))
        last = post.end
    parts.append(Part(replace(whole, text=article.text[last:]), last))
    return [parts[0], *(_untitled(part) for part in parts[1:] if part.document.text.strip())]


def match_parts(matcher: Matcher, parts: Sequence[Part]) -> MatchResult:
    """The statements of all parts, placed in the article's whole text."""
    results = [matcher.match(part.document) for part in parts]
    found = [
        _moved(match, part.start)
        for part, result in zip(parts, results, strict=True)
        for match in result.matches
    ]
    return replace(results[0], matches=tuple(found), skipped=None if found else results[0].skipped)


def _untitled(part: Part) -> Part:
    """The title is read once, with the first part."""
    return Part(replace(part.document, title=""), part.start)


def _moved(match: Match, by: int) -> Match:
    if not by or match.place is Place.TITLE:
        return match
    trace = tuple(
        replace(step, start=step.start + by, end=step.end + by) if step.start >= 0 else step
        for step in match.trace
    )
    return replace(match, start=match.start + by, end=match.end + by, trace=trace)


def _read(job: PageJob, matcher: Matcher) -> Reading:
    text = ""
    try:
        text = page_text(job.body, job.content_type)
        if not (job.ungated or matcher.gate(text)):
            return Reading(Outcome.GATED, text)
        article = _extract(job)
    except TocsinError as error:
        return Reading(Outcome.UNREADABLE, text, error=str(error))
    parts = parts_of(article, outlet=job.outlet, url=job.url, found_on=job.found_on)
    result = match_parts(matcher, parts)
    reading = Reading(_outcome(result), text, article, result, matcher.version, result.skipped or "")
    if not (job.ungated or result.matches):
        return reading
    return replace(reading, page=zlib.compress(job.body), page_sha256=sha256(job.body).hexdigest())


def words_of(body: bytes, content_type: str) -> str:
    """The words of a page that was kept unread; none where it cannot be read."""
    try:
        return page_text(body, content_type)
    except TocsinError:
        return ""


def _extract(job: PageJob) -> Extracted:
    # Imported here: the daemon's own process reads this module, and never needs the heavy parsers.
    from extractors.article import extract

    return extract(
        job.body,
        url=job.url,
        content_type=job.content_type,
        published_hint=job.published_hint,
        title_hint=job.title_hint,
    )


def _outcome(result: MatchResult) -> Outcome:
    if result.skipped:
        return Outcome.SKIPPED
    return Outcome.MATCHED if result.matches else Outcome.NOTHING_SAID
