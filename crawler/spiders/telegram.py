"""Public Telegram channels by their web preview, t.me/s/CHANNEL: each post is an article of its own.

The preview carries the posts whole, so none is fetched by itself; each becomes a small page that reads like
any other: title, time, author, canonical address, text. Edited posts come again with other bytes.
"""

import re
from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.answer import Answer
from crawler.spiders.base import Context, Entry, Found, decoded, parse_date, plain, unreadable
from crawler.trouble import Trouble

KIND = "telegram"

_BREAKS = re.compile(r"(?:<br\s*/?>\s*){2,}", re.I)
_LINE = re.compile(r"<br\s*/?>", re.I)
_HEADLINE = re.compile(r"^\s*<b>(.{1,400}?)</b>\s*(?:<br\s*/?>|$)", re.I | re.S)
_POST = re.compile(r"[A-Za-z0-9_]{2,64}/\d{1,12}")


def read(answer: Answer, context: Context) -> Found:
    """The posts of a channel's preview, the newest first; raises FetchFailed where there is no preview."""
    tree = LexborHTMLParser(decoded(answer))
    channel = _text(tree.css_first(".tgme_channel_info_header_title")) or _text(
        tree.css_first(".tgme_page_title")
    )
    nodes = tree.css(".tgme_widget_message[data-post]")
    posts = [post for node in nodes if (post := _post(node)) is not None]
    if not posts:
        shown = bool(tree.css_first(".tgme_channel_info, .tgme_channel_history"))
        trouble = Trouble.EMPTY_FEED if shown else Trouble.MOVED
        raise unreadable(trouble, answer, "no posts: an empty channel, or one without a public preview")
    entries = [_entry(*post, channel=channel, now=answer.fetched_at) for post in reversed(posts)]
    return Found(tuple(entries), kind=KIND)


def recognises(answer: Answer) -> bool:
    """Whether the answer's address is that of a channel's preview."""
    parts = urlsplit(answer.final_url)
    return parts.hostname in {"t.me", "telegram.me"} and parts.path.startswith("/s/")


def page_url(url: str) -> str:
    """Where a single post is had whole: its own address shows an invitation to the app."""
    return f"{url}?embed=1&mode=tme"


def page_body(answer: Answer, context: Context) -> bytes:
    """The page of a single post, as the preview would have carried it."""
    return read(answer, context).entries[0].body or b""


def _post(node: LexborNode) -> tuple[str, str, str] | None:
    """Name (channel/number), HTML of the text, and stated time of a post; None for one without text."""
    name = node.attributes.get("data-post") or ""
    body = node.css_first(".tgme_widget_message_text")
    if body is None or not _POST.fullmatch(name):
        return None
    time = node.css_first(".tgme_widget_message_date time[datetime], time[datetime]")
    stated = (time.attributes.get("datetime") or "") if time is not None else ""
    return name, _inner(body), stated


def _entry(name: str, body: str, stated: str, *, channel: str, now: datetime) -> Entry:
    url = f"https://t.me/{name}"
    headline, text = _split(body)
    published = parse_date(stated, now)
    page = _page(url, headline, text, stated=stated if published else "", channel=channel)
    return Entry(url, headline, published, page.encode())


def _split(body: str) -> tuple[str, str]:
    """A post that opens with a bold line has a headline; any other has none."""
    match = _HEADLINE.match(body)
    if match is None or not plain(body[match.end() :]):
        return "", body
    return plain(match.group(1)), body[match.end() :]


def _page(url: str, headline: str, text: str, *, stated: str, channel: str) -> str:
    paragraphs = (" ".join(plain(line) for line in _LINE.split(part)) for part in _BREAKS.split(text))
    told = "".join(f"<p>{escape(paragraph.strip())}</p>" for paragraph in paragraphs if paragraph.strip())
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f"<title>{escape(headline)}</title>"
        f'<link rel="canonical" href="{escape(url)}">'
        '<meta property="og:type" content="article">'
        f'<meta property="og:site_name" content="{escape(channel)}">'
        f'<meta property="og:title" content="{escape(headline)}">'
        f'<meta property="article:published_time" content="{escape(stated)}">'
        f'<meta name="author" content="{escape(channel)}">'
        f"</head><body><article><h1>{escape(headline)}</h1>{told}</article></body></html>"
    )


def _inner(node: LexborNode) -> str:
    html = node.html or ""
    return html[html.find(">") + 1 : html.rfind("</")]


def _text(node: LexborNode | None) -> str:
    return plain(node.text()) if node is not None else ""
