"""Search endpoints that list articles of any outlet: GDELT's DOC 2.0 API as JSON, others as a feed.

They find outlets that nobody listed. The query is the seed's own URL; what it finds belongs to the outlet on
whose site it is, not to the search engine.
"""

import json
from datetime import UTC, datetime
from typing import Any

from crawler.answer import Answer
from crawler.sniff import looks_like_html
from crawler.spiders import feed
from crawler.spiders.base import Context, Entry, Found, distinct, plain, plausible, unreadable, web_url
from crawler.trouble import Trouble

KIND = "search"
NAMES_OUTLETS = True
"""Entries are attributed to the outlets on whose sites they are."""

_STAMP = "%Y%m%dT%H%M%SZ"


def read(answer: Answer, context: Context) -> Found:
    """The articles that a search found. To find nothing is a good answer here."""
    if not answer.body.lstrip().startswith(b"{"):
        return _read_other(answer, context)
    try:
        articles = json.loads(answer.body.decode("utf-8", "replace"), strict=False).get("articles", [])
        entries = distinct(entry for item in articles if (entry := _entry(item, answer)) is not None)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise unreadable(Trouble.UNREADABLE, answer, f"not a list of articles ({error})") from error
    return Found(entries, kind=KIND)


def _read_other(answer: Answer, context: Context) -> Found:
    """A feed, or the plain sentence in which GDELT says what it does not like about the query."""
    if feed.recognises(answer):
        found = feed.read(answer, context)
        return Found(found.entries, ttl=found.ttl, kind=KIND)
    said = " ".join(answer.body[:160].decode("utf-8", "replace").split())
    trouble = Trouble.HTML_NOT_FEED if looks_like_html(answer) else Trouble.UNREADABLE
    raise unreadable(trouble, answer, said or "an empty answer")


def _entry(item: dict[str, Any], answer: Answer) -> Entry | None:
    url = web_url(str(item.get("url") or ""), answer.final_url)
    if url is None:
        return None
    seen = _moment(str(item.get("seendate") or ""))
    return Entry(url, plain(str(item.get("title") or "")), plausible(seen, answer.fetched_at))


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
