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
from extractors.liveblog import entries_of, with_posts
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
    entries = entries_of(page.tree, evidence)  # before read_text, which uses the tree up
    text = read_text(
        page,
        titles=title_keys(evidence) | {key(told.title)},
        described=_summaries(evidence),
        data=words(str(evidence.article.get("articleBody") or "")),
    )
    if not text:
        raise ExtractError(Refusal.NO_TEXT, url=url)
    text, posts = with_posts(text, entries)
    return replace(
        told,
        text=text,
        subtitle=told.subtitle or _standfirst(text, evidence),
        lang=language_of(text, told.lang),
        fingerprint=signature(text),
        posts=posts,
    )


def _standfirst(text: str, evidence: Evidence) -> str:
    """The first line, where the page's own summary says the same."""
    first = text.partition("\n")[0]
    return first if any(told in key(first) for told in _summaries(evidence)) else ""


def _summaries(evidence: Evidence) -> frozenset[str]:
    """The keys of the article's summaries: a paragraph that repeats one is its standfirst."""
    tags = ("description", "og:description", "twitter:description")
    told = [text_of(evidence.article.get("description")), *(evidence.first(tag) for tag in tags)]
    return frozenset(mark for summary in told if len(mark := key(summary)) > 25)
