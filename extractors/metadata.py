"""What a page tells about its article, but for the text: title, authors, times, language, paywall.

Each field's evidence is weighed in a module of its own; here the fields are put together.
"""

from datetime import datetime
from typing import Any

from extractors.canonical import canonical_url
from extractors.dates import dates_of
from extractors.evidence import Evidence, collect, text_of
from extractors.language import declared_language
from extractors.page import Page
from extractors.people import authors_of
from extractors.titles import title_of
from store.values import Extracted

_FREE = {"true": True, "yes": True, "1": True, "free": True, "false": False, "no": False, "0": False}
_FREE |= {"locked": False, "metered": False, "premium": False, "paid": False, "subscriber": False}


def read_metadata(
    page: Page,
    *,
    title_hint: str = "",
    published_hint: datetime | None = None,
    evidence: Evidence | None = None,
) -> Extracted:
    """Everything but the text; `lang` is what the page declares."""
    evidence = evidence or collect(page)
    dates = dates_of(page, evidence, hint=published_hint)
    return Extracted(
        url=canonical_url(evidence),
        title=title_of(evidence, hint=title_hint),
        text="",
        subtitle=text_of(evidence.article.get("alternativeHeadline")),
        authors=authors_of(page, evidence),
        published=dates.published.at if dates.published else None,
        published_on=dates.published.day if dates.published else None,
        modified=dates.modified.at if dates.modified else None,
        lang=declared_language(evidence),
        site_name=_site_name(evidence),
        paywalled=_paywalled(evidence),
    )


def _site_name(evidence: Evidence) -> str | None:
    publisher = text_of(evidence.article.get("publisher"))
    return evidence.first("og:site_name") or publisher or evidence.first("application-name") or None


def _paywalled(evidence: Evidence) -> bool | None:
    """None where the page does not say whether it can be read freely."""
    parts = evidence.article.get("hasPart")
    told = [
        part.get("isAccessibleForFree")
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict)
    ]
    told = [evidence.article.get("isAccessibleForFree"), *told]
    told += [evidence.first("isaccessibleforfree", "article:content_tier")]
    free = [answer for value in told if (answer := _is_free(value)) is not None]
    return not all(free) if free else None


def _is_free(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _FREE.get(str(value).strip().lower().rsplit("/", 1)[-1]) if value is not None else None
