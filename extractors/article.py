"""From a page's bytes to an article: the one call that the worker and the command line make.

Which parts of the page are believed is decided in metadata, body and canonical, not here.
"""

from dataclasses import replace
from datetime import datetime

from extractors.body import read_text
from extractors.errors import ExtractError, Refusal
from extractors.metadata import read_metadata
from extractors.page import parse
from store.fingerprint import signature
from store.values import Extracted


def extract(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    published_hint: datetime | None = None,
    title_hint: str = "",
) -> Extracted:
    """Raises ExtractError where the page gives no article; the hints are what the seed said of it."""
    page = parse(body, url=url, content_type=content_type)
    told = read_metadata(page, title_hint=title_hint, published_hint=published_hint)
    text = read_text(page, title=told.title)
    if not text:
        raise ExtractError(Refusal.NO_TEXT, url=url)
    return replace(told, text=text, fingerprint=signature(text))
