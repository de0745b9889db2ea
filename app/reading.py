"""What one page says, from its bytes to statements: decode, gate, extract, match. Pure, runs in a worker.

It does not fetch, store or judge novelty; what it answers are plain values that cross a process border.
"""

import time
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from config.errors import TocsinError
from extractors.prefilter import page_text
from store.values import Document, Extracted, MatchResult


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

    `found_on` is the day it was fetched: an undated page that a seed only now names is news of that day.
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


def document_of(article: Extracted, *, outlet: str, url: str, found_on: date | None = None) -> Document:
    """The matcher's view of an extracted article."""
    published = article.published.date() if article.published else article.published_on or found_on
    return Document(
        title=article.title,
        text=article.text,
        lang=article.lang,
        published=published,
        outlet=outlet,
        url=url,
    )


def _read(job: PageJob, matcher: Matcher) -> Reading:
    text = ""
    try:
        text = page_text(job.body, job.content_type)
        if not (job.ungated or matcher.gate(text)):
            return Reading(Outcome.GATED, text)
        article = _extract(job)
    except TocsinError as error:
        return Reading(Outcome.UNREADABLE, text, error=str(error))
    result = matcher.match(document_of(article, outlet=job.outlet, url=job.url, found_on=job.found_on))
    reading = Reading(_outcome(result), text, article, result, matcher.version, result.skipped or "")
    if not (job.ungated or result.matches):
        return reading
    return replace(reading, page=zlib.compress(job.body), page_sha256=sha256(job.body).hexdigest())


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
