"""The address under which an article is kept: what the page calls canonical, where that can be true.

Keys for comparing addresses are store/urls.py's business.
"""

from urllib.parse import urldefrag, urljoin, urlsplit

from extractors.evidence import Evidence
from store.urls import domain_of, link_key


def canonical_url(evidence: Evidence) -> str:
    """The declared address of this article, else the one that it was fetched from, less its fragment.

    Sites that declare their front page, a section, or another site's address for every page are not
    believed.
    """
    for declared in (evidence.canonical, evidence.first("og:url")):
        url = _absolute(declared.strip(), evidence.url) if declared else ""
        if url and _is_believable(url, evidence.url):
            return url
    return urldefrag(evidence.url).url


def _absolute(declared: str, base: str) -> str:
    try:
        return urldefrag(urljoin(base, declared)).url
    except ValueError:  # such as a bracket that opens an IPv6 address and never closes
        return ""


def _is_believable(url: str, fetched: str) -> bool:
    if urlsplit(url).scheme not in ("http", "https"):
        return False
    if link_key(url) == link_key(fetched):
        return True
    try:
        own = domain_of(fetched)
        same_site = domain_of(url).endswith(own) or own.endswith(domain_of(url))
    except ValueError:
        return False
    return same_site and _depth(url) >= _depth(fetched) - 1 and _depth(url) > 0


def _depth(url: str) -> int:
    parts = urlsplit(url)
    return len([part for part in parts.path.split("/") if part]) + bool(parts.query)
