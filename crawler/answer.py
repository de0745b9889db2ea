"""One HTTP answer as the crawler's readers see it: bytes, headers and what the headers say about time.

It makes no requests and parses no bodies.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_HINT = 86_400.0
"""No header keeps us away for longer than a day: one typing error must not silence a publisher."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` keep their order and their names in lower case; `body` is decompressed, `packed` is the same
    in gzip, where it came so."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    packed: bytes = b""

    def header(self, name: str) -> str:
        return header(self.headers, name)

    @property
    def content_type(self) -> str:
        return self.header("content-type")

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()


def header(headers: Iterable[tuple[str, str]], name: str) -> str:
    """The first value of a header; empty where there is none."""
    return next((value for key, value in headers if key.lower() == name), "")


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds in a Retry-After header, which is a number or a date."""
    text = value.strip()
    if not text:
        return None
    if text.isdecimal():
        return min(float(text[:9]), MAX_HINT)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max((then - now).total_seconds(), 0.0), MAX_HINT)


def max_age(value: str) -> float | None:
    """Seconds in a Cache-Control header for which the answer is called fresh."""
    match = _MAX_AGE.search(value)
    if match is None or "no-cache" in value.lower() or "no-store" in value.lower():
        return None
    return min(float(match.group(1)), MAX_HINT)
