"""When an article was published and last changed, in the outlet's own offset where it tells one.

A time without an offset gives the day alone: which zone an outlet writes in is not guessed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.html import HtmlElement

from extractors.evidence import Evidence, text_of
from extractors.page import Page

# fmt: off
_PUBLISHED_TAGS = (
    "article:published_time", "article:published", "og:article:published_time", "datepublished",
    "og:published_time", "article:published:time", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publishdate", "publish-date",
    "publish_date", "publication_date", "pubdate", "pubdate_time", "date.published", "dc.date.issued",
    "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "dc:date",
    "article.published", "citation_publication_date", "datecreated", "article:create_at", "date",
)
_MODIFIED_TAGS = (
    "article:modified_time", "datemodified", "og:updated_time", "article:modified",
    "article:modified:time", "dcterms.modified", "dc.date.modified", "last-modified",
)
# fmt: on
_ISO = re.compile(
    r"(?P<y>(?:19|20)\d\d)[-/.]?(?P<m>\d\d)[-/.]?(?P<d>\d\d)"
    r"(?:[T\s_,]*(?P<H>\d\d):?(?P<M>\d\d)(?::?(?P<S>\d\d))?(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?)?"
)
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>(?:19|20)\d\d)(?!\d)")
_IN_URL = re.compile(r"/(?P<y>20\d\d)[/-]?(?P<m>\d\d)[/-]?(?P<d>\d\d)(?:[/_.-]|$)")
_EARLIEST = date(1995, 1, 1)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the aware time where hour and offset are known."""

    day: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    published: Moment | None
    modified: Moment | None


def dates_of(page: Page, evidence: Evidence, *, hint: datetime | None = None) -> Dates:
    """The hint is what the seed said; it decides only where the page tells no time by itself."""
    modified = _first(_told_modified(evidence))
    published = _with_time(list(_moments(_told_published(evidence))))
    if published is None or (published.at is None and hint and abs(hint.date() - published.day).days <= 1):
        published = Moment(hint.date(), hint) if hint else published or _searched(page, evidence)
    return Dates(published, modified)


def moment(told: str) -> Moment | None:
    """What one date as written stands for; None where it names no day."""
    told = told.strip()
    if _EPOCH.fullmatch(told):
        at = datetime.fromtimestamp(int(told[:10]), UTC)
        return Moment(at.date(), at)
    found = _ISO.search(told)
    if found:
        return _from_match(found)
    return _from_mail(told) or _day_alone(_DAY_FIRST.search(told))


def _told_published(evidence: Evidence) -> Iterator[str]:
    article = evidence.article
    yield text_of(article.get("datePublished"))
    for name in _PUBLISHED_TAGS:
        yield from evidence.meta.get(name, ())
    yield from _time_elements(evidence, "datepublished", "published", "pubdate")
    yield text_of(article.get("dateCreated"))
    yield text_of(article.get("uploadDate"))


def _told_modified(evidence: Evidence) -> Iterator[str]:
    yield text_of(evidence.article.get("dateModified"))
    for name in _MODIFIED_TAGS:
        yield from evidence.meta.get(name, ())
    yield from _time_elements(evidence, "datemodified", "updated", "modified")


def _time_elements(evidence: Evidence, *marks: str) -> Iterator[str]:
    for element in evidence.times:
        said = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        dated = element.get("pubdate") is not None and "pubdate" in marks
        if dated or any(mark in said for mark in marks):
            yield element.get("datetime") or element.text_content()


def _with_time(found: list[Moment]) -> Moment | None:
    """The first moment told; another of that day lends it the hour and offset where it has none."""
    if not found:
        return None
    timed = (other for other in found if other.at is not None and other.day == found[0].day)
    return found[0] if found[0].at is not None else next(timed, found[0])


def _moments(told: Iterable[str]) -> Iterator[Moment]:
    return (found for text in told if text and (found := moment(text)) and found.day >= _EARLIEST)


def _first(told: Iterable[str]) -> Moment | None:
    return next(_moments(told), None)


def _searched(page: Page, evidence: Evidence) -> Moment | None:
    """Where no tag tells a day: the address, the first time element, then the page's own words."""
    if by_address := _day_alone(_IN_URL.search(page.url)):
        return by_address
    if by_title := _day_alone(_DAY_FIRST.search(f"{evidence.document_title} {evidence.first('og:title')}")):
        return by_title
    if shown := _first(_shown_times(evidence.times)):
        return shown
    day = find_date(page.tree, url=page.url, original_date=True, extensive_search=True)
    return Moment(date.fromisoformat(day)) if day else None


def _shown_times(times: tuple[HtmlElement, ...]) -> Iterator[str]:
    for element in times:
        yield element.get("datetime") or element.text_content()


def _from_match(found: re.Match[str]) -> Moment | None:
    day = _day_alone(found)
    if day is None or found["zone"] is None:
        return day
    clock = timedelta(hours=int(found["H"]), minutes=int(found["M"]), seconds=int(found["S"] or 0))
    zone = _zone(found["zone"])
    if zone is None or clock >= timedelta(days=1):
        return day
    return Moment(day.day, datetime(day.day.year, day.day.month, day.day.day, tzinfo=zone) + clock)


def _day_alone(found: re.Match[str] | None) -> Moment | None:
    if found is None:
        return None
    try:
        return Moment(date(int(found["y"]), int(found["m"]), int(found["d"])))
    except ValueError:
        return None


def _zone(told: str) -> timezone | None:
    if told[0] not in "+-":
        return UTC
    digits = told[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if told[0] == "-" else offset) if offset <= timedelta(hours=14) else None


def _from_mail(told: str) -> Moment | None:
    """Dates as mail and feeds write them: Mon, 03 Mar 2025 10:00:00 +0200."""
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return Moment(at.date(), at if at.tzinfo is not None else None)
