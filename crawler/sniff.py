"""What a web page is instead of what was asked for: a consent wall, an empty shell, a home page.

Judged by the first tens of kilobytes with plain searches; nothing is extracted here.
"""

import re
from urllib.parse import urlsplit

from crawler.answer import Answer
from crawler.trouble import Trouble

HEAD = 200_000
LITTLE_TEXT = 250

_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_CONSENT_PLACE = re.compile(
    r"(?:^|[./-])(?:consent|cmp|privacy-wall|gdpr|cookie-?wall|didomi|privacygate)(?:[./?-]|$)", re.I
)
_CONSENT_WORDS = re.compile(
    rb"before you continue|consent\.(?:google|yahoo|youtube)|cookie[- ]?wall|"
    rb"(?:accept|agree)[^<]{0,60}(?:cookies|continue)|um fortzufahren|zustimmen und weiter|"
    rb"przejd\xc5\xba do serwisu|tcf-?(?:v2-)?consent|privacygate",
    re.I,
)
_SCRIPT = re.compile(rb"<(script|style|noscript|svg|template)\b.*?(?:</\1\s*>|$)", re.I | re.S)
_MARKUP = re.compile(rb"<!--.*?(?:-->|$)|<[^>]*>", re.S)
_SPACE = re.compile(rb"\s+")


def looks_like_html(answer: Answer) -> bool:
    return answer.media_type in _HTML_TYPES or bool(_HTML.search(answer.body[:4096]))


def html_trouble(answer: Answer, *, asked: str) -> Trouble | None:
    """What keeps a page from being what was asked for; None for a page with text of its own."""
    if _is_consent_place(answer.final_url, asked):
        return Trouble.CONSENT_WALL
    head = answer.body[:HEAD]
    text = visible_text(head)
    if len(text) < 20 * LITTLE_TEXT and _CONSENT_WORDS.search(head) and not _is_long(answer):
        return Trouble.CONSENT_WALL
    if len(text) < LITTLE_TEXT and b"<script" in head.lower():
        return Trouble.JS_SHELL
    return Trouble.MOVED if _is_elsewhere(answer.final_url, asked) else None


def visible_text(body: bytes) -> bytes:
    """Roughly what a reader without scripts sees."""
    return _SPACE.sub(b" ", _MARKUP.sub(b" ", _SCRIPT.sub(b" ", body))).strip()


def _is_long(answer: Answer) -> bool:
    return len(answer.body) > HEAD


def _is_consent_place(final: str, asked: str) -> bool:
    parts = urlsplit(final)
    return final != asked and bool(_CONSENT_PLACE.search(f"{parts.hostname or ''}{parts.path}"))


def _is_elsewhere(final: str, asked: str) -> bool:
    """Redirected to the front page: how sites retire an address without saying so."""
    return urlsplit(asked).path.strip("/") != "" and urlsplit(final).path.strip("/") == "" and final != asked
