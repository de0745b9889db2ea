"""What a web page is instead of what was asked for: a consent wall, an empty shell, a front page.

Judged by its beginning with plain searches, cheap enough for every page; nothing is extracted here.
"""

import re
from urllib.parse import urlsplit

from crawler.answer import Answer
from crawler.trouble import Trouble

HEAD = 60_000
"""Beyond this no wall or shell goes on without text of its own."""

LITTLE_TEXT = 250
WALL_TEXT = 5_000

_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_CONSENT_PLACE = re.compile(
    r"(?:^|[./-])(?:consent|cmp|privacy-wall|gdpr|cookie-?wall|didomi|privacygate)(?:[./?-]|$)", re.I
)
_CONSENT_WORDS = (
    *(b"before you continue", b"accept our cookies", b"accept cookies to continue", b"cookiewall"),
    *(b"cookie-wall", b"consent.google", b"consent.yahoo", b"consent.youtube", b"privacygate"),
    *(b"zustimmen und weiter", b"um fortzufahren", "przejdź do serwisu".encode()),
)
_PAYWALLED = re.compile(rb"isAccessibleForFree[\"']?\s*:\s*[\"']?(?i:false)")
_UNSEEN = re.compile(rb"<(script|style|noscript|svg|template)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<[^>]*>", re.S)


def looks_like_html(answer: Answer) -> bool:
    return answer.media_type in _HTML_TYPES or bool(_HTML.search(answer.body[:4096]))


def html_trouble(answer: Answer, *, asked: str) -> Trouble | None:
    """What keeps a page from being what was asked for; None for a page with text of its own."""
    if _is_consent_place(answer.final_url, asked):
        return Trouble.CONSENT_WALL
    if len(answer.body) <= HEAD and (trouble := _without_text(answer.body)) is not None:
        return trouble
    return Trouble.MOVED if _is_elsewhere(answer.final_url, asked) else None


def page_trouble(answer: Answer, *, asked: str) -> Trouble | None:
    """As html_trouble, for an article: a shell that brings its text as data for scripts is a page."""
    trouble = html_trouble(answer, asked=asked)
    has_data = trouble is Trouble.JS_SHELL and b"articleBody" in answer.body
    return None if has_data else trouble


def is_paywalled(body: bytes) -> bool:
    """Whether the page itself says that it shows a teaser to those who do not pay."""
    return b"isAccessibleForFree" in body and bool(_PAYWALLED.search(body))


def visible_text(body: bytes) -> bytes:
    """Roughly what a reader without scripts sees."""
    return b" ".join(_MARKUP.sub(b" ", _UNSEEN.sub(b" ", body)).split())


def _without_text(body: bytes) -> Trouble | None:
    """Text is counted only where a page is small or speaks of consent: counting costs milliseconds."""
    lowered = body.lower()
    speaks_of_consent = any(words in lowered for words in _CONSENT_WORDS)
    if speaks_of_consent and len(visible_text(body)) < WALL_TEXT:
        return Trouble.CONSENT_WALL
    may_be_shell = b"<script" in lowered and lowered.count(b"<p") < 3
    return Trouble.JS_SHELL if may_be_shell and len(visible_text(body)) < LITTLE_TEXT else None


def _is_consent_place(final: str, asked: str) -> bool:
    parts = urlsplit(final)
    return final != asked and bool(_CONSENT_PLACE.search(f"{parts.hostname or ''}{parts.path}"))


def _is_elsewhere(final: str, asked: str) -> bool:
    """Redirected to the front page: how sites retire an address without saying so."""
    return urlsplit(asked).path.strip("/") != "" and urlsplit(final).path.strip("/") == "" and final != asked
