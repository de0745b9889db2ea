"""What a page tells about its article: title, authors, times, language."""

from datetime import datetime

from trafilatura.metadata import extract_metadata

from extractors.page import Page
from store.values import Extracted


def read_metadata(page: Page, *, title_hint: str = "", published_hint: datetime | None = None) -> Extracted:
    """Everything but the text."""
    told = extract_metadata(page.tree, page.url)
    day = datetime.fromisoformat(told.date).date() if told.date else None
    return Extracted(
        url=page.url, title=told.title or title_hint, text="", published=published_hint, published_on=day
    )
