"""From a page's bytes to an article: the one call that the worker and the command line make.

Which parts of the page are believed is decided in metadata, body and canonical, not here.
"""

from dataclasses import replace
from datetime import datetime

from extractors.body import read_text
from extractors.errors import ExtractError, Refusal
from extractors.evidence import Evidence, collect, text_of
from extractors.jsonld import words
from extractors.language import language_of
from extractors.metadata import read_metadata
from extractors.page import parse
from extractors.titles import key, title_keys
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
    evidence = collect(page)
    told = read_metadata(page, title_hint=title_hint, published_hint=published_hint, evidence=evidence)
    text = read_text(
        page,
        titles=title_keys(evidence) | {key(told.title)},
        described=_summaries(evidence),
        data=words(str(evidence.article.get("articleBody") or "")),
    )
    if not text:
        raise ExtractError(Refusal.NO_TEXT, url=url)
    lang = language_of(text, told.lang)
    return replace(told, text=text, lang=lang, fingerprint=signature(text))


def _summaries(evidence: Evidence) -> frozenset[str]:
    """The keys of the article's summaries: a paragraph that repeats one is its standfirst."""
    tags = ("description", "og:description", "twitter:description")
    told = [text_of(evidence.article.get("description")), *(evidence.first(tag) for tag in tags)]
    return frozenset(mark for summary in told if len(mark := key(summary)) > 25)
