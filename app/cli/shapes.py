"""The JSON shapes that other programs read, from documents in to statements out: the contract of `match`.

A shape grows by new keys and never loses one. Nothing is read or printed here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.errors import TocsinError
from store.values import Document, Extracted, Match, MatchResult

SCHEMA = 1


class BadItem(TocsinError):
    """A line that is no document; its message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of input: a document and the name that its answer carries."""

    id: object
    document: Document
    published: datetime | None = None


def item_of(line: bytes | str) -> Item:
    """Read `{"id", "title", "text", "lang"?, "published"?, "outlet"?, "url"?}`."""
    data = _object(line)
    when = _text(data, "published")
    document = Document(
        title=_text(data, "title") or "",
        text=_text(data, "text") or "",
        lang=_text(data, "lang") or None,
        published=_day(when),
        outlet=_text(data, "outlet") or None,
        url=_text(data, "url") or None,
    )
    if not document.title and not document.text:
        raise BadItem("has neither title nor text")
    return Item(data.get("id"), document, _moment(when))


def result_row(item: Item, result: MatchResult) -> dict[str, Any]:
    """One line of output: `{"id", "schema", "lang", "statements", "skipped"?}`."""
    row: dict[str, Any] = {
        "id": item.id,
        "schema": SCHEMA,
        "lang": result.lang,
        "statements": [statement_row(match) for match in result.matches],
    }
    if result.skipped:
        row["skipped"] = result.skipped
    return row


def statement_row(match: Match) -> dict[str, Any]:
    """One statement; `start` and `end` are code points that cut `evidence` out of `in`."""
    return {
        "claim": match.claim,
        "stance": match.stance.value,
        "about": match.about.value,
        "speaker": match.speaker,
        "speaker_as_written": match.speaker_as_written,
        "via": list(match.via),
        "said_on": _iso(match.said_on),
        "event_on": _iso(match.event_on),
        "certainty": match.certainty,
        "status": match.status.value,
        "evidence": match.evidence,
        "in": match.place.value,
        "start": match.start,
        "end": match.end,
        "why": [
            {"rule": step.rule, "effect": step.effect, "start": step.start, "end": step.end}
            for step in match.trace
        ],
    }


def article_row(file: str, url: str, article: Extracted) -> dict[str, Any]:
    """One extracted page: `{"file", "url", "title", "published", "authors", "lang", "text"}`."""
    return {
        "file": file,
        "url": url or article.url,
        "title": article.title,
        "published": _iso(article.published or article.published_on),
        "authors": list(article.authors),
        "lang": article.lang,
        "text": article.text,
    }


def failed_row(file: str, url: str, error: str) -> dict[str, Any]:
    """The same shape for a page that could not be read, so that readers find every key."""
    return {**article_row(file, url, Extracted(url=url, title="", text="")), "error": error}


def _object(line: bytes | str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except UnicodeDecodeError as error:
        raise BadItem("is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadItem(f"is not JSON ({error})") from error
    if not isinstance(data, dict):
        raise BadItem('is not a JSON object like {"id": …, "title": …, "text": …}')
    return data


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise BadItem(f"{key} is not a text")
    return value


def _day(written: str | None) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        raise BadItem(f"published {written!r} is not a date like 2022-02-24") from None


def _moment(written: str | None) -> datetime | None:
    """The time of publication where one with a zone is given, not the day alone."""
    try:
        moment = datetime.fromisoformat(written) if written and len(written) > len("2022-02-24") else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
