"""RSS, Atom and JSON feeds.

A feed is read for its links, with title and date as hints; its summaries are not articles. Feeds of
thousands of entries are read at both ends, because some are sorted the oldest first.
"""

import json
import re
from calendar import timegm
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from crawler.answer import Answer
from crawler.sniff import html_trouble, looks_like_html
from crawler.spiders.base import (
    Context,
    Entry,
    Found,
    distinct,
    parse_date,
    plain,
    plausible,
    unreadable,
    web_url,
)
from crawler.trouble import Trouble

KIND = "feed"

MAX_ENTRIES = 400
"""About 90 ms of parsing; a feed of 10,000 entries whole would take seconds."""

_END = re.compile(rb"</(?:[a-z]+:)?(?:item|entry)\s*>", re.I)
_START = re.compile(rb"<(?:[a-z]+:)?(?:item|entry)[\s>]", re.I)


def read(answer: Answer, context: Context) -> Found:
    """The entries of a feed; raises FetchFailed that names what came instead of one."""
    if _is_json(answer):
        return _read_json(answer)
    parsed = feedparser.parse(
        both_ends(answer.body),
        response_headers=_charset(answer),
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise _not_a_feed(answer, parsed, context)
    entries = distinct(entry for raw in parsed.entries if (entry := _entry(raw, answer)) is not None)
    if not entries:
        raise unreadable(Trouble.EMPTY_FEED, answer, "a feed without a single link")
    return Found(entries, ttl=_ttl(parsed.feed), note=_note(parsed.entries), kind=KIND)


def recognises(answer: Answer) -> bool:
    """Whether the answer looks like a feed at all, by its first bytes."""
    head = answer.body[:2048].lower()
    return _is_json(answer) or any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf"))


def both_ends(body: bytes) -> bytes:
    """The body without its middle entries where there are more than MAX_ENTRIES."""
    ends = [match.end() for match in _END.finditer(body)]
    if len(ends) <= MAX_ENTRIES:
        return body
    start = _START.search(body, ends[-MAX_ENTRIES // 2 - 1])
    return body[: ends[MAX_ENTRIES // 2 - 1]] + (body[start.start() :] if start else b"")


def _charset(answer: Answer) -> dict[str, str]:
    """The content type only where it says a charset: a bare text/xml would mean US-ASCII."""
    return {"content-type": answer.content_type} if "charset" in answer.content_type.lower() else {}


def _not_a_feed(answer: Answer, parsed: Any, context: Context) -> Exception:
    if not answer.body.strip():
        return unreadable(Trouble.EMPTY_FEED, answer, "an empty answer")
    if looks_like_html(answer):
        trouble = html_trouble(answer, asked=context.url) or Trouble.HTML_NOT_FEED
        return unreadable(trouble, answer, "a web page where a feed was")
    reason = parsed.get("bozo_exception") or f"neither RSS, Atom nor JSON Feed ({answer.media_type})"
    return unreadable(Trouble.UNREADABLE, answer, " ".join(str(reason).split())[:160])


def _entry(raw: Any, answer: Answer) -> Entry | None:
    url = web_url(_link(raw), answer.final_url) if _link(raw) else None
    if url is None:
        return None
    # dict.get: feedparser's own makes up an update time where there is none, with a warning
    moment = _moment(dict.get(raw, "published_parsed") or dict.get(raw, "updated_parsed"))
    return Entry(url, plain(raw.get("title", "")), plausible(moment, answer.fetched_at))


def _link(raw: Any) -> str:
    """The article's own address: aggregators keep it apart from the one they count clicks with."""
    original: str = raw.get("feedburner_origlink") or raw.get("link") or ""
    if original:
        return original
    named = str(raw.get("id", ""))
    return named if named.startswith(("http://", "https://")) else ""


def _moment(parts: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _ttl(feed: Any) -> float | None:
    text = str(feed.get("ttl", "")).strip()
    return min(float(text[:6]) * 60.0, 86_400.0) if text.isdecimal() else None


def _note(entries: list[Any]) -> Trouble | None:
    """Readers that go by GUID see one article where all entries share it. We go by URL, and say so."""
    names = [entry.get("id") for entry in entries if entry.get("id")]
    return Trouble.SHARED_IDS if len(names) > 2 and len(set(names)) == 1 else None


def _is_json(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"{" and b"jsonfeed.org" in answer.body[:4096]


def _read_json(answer: Answer) -> Found:
    try:
        items = json.loads(answer.body.decode("utf-8-sig", "replace"))["items"]
        entries = distinct(entry for item in items if (entry := _json_entry(item, answer)) is not None)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise unreadable(Trouble.UNREADABLE, answer, f"a broken JSON feed ({error})") from error
    if not entries:
        raise unreadable(Trouble.EMPTY_FEED, answer, "a feed without a single link")
    return Found(entries, kind=KIND)


def _json_entry(item: dict[str, Any], answer: Answer) -> Entry | None:
    url = web_url(str(item.get("url") or item.get("external_url") or ""), answer.final_url)
    published = parse_date(item.get("date_published"), answer.fetched_at)
    return None if url is None else Entry(url, plain(str(item.get("title") or "")), published)
