"""From a page's bytes to its characters: header, byte order mark, meta tag, and the content itself.

Labels lie (servers add theirs to every page), so a label is believed only where the text then reads
like text. No markup is parsed here.
"""

import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

_SEAM = b"<!-- -->"
_LEGACY = ("cp1251", "koi8_u", "koi8_r", "iso8859_5", "cp866", "cp1252", "cp1250", "iso8859_2")
_SAMPLE = 6_000
_BELIEVED = 0.05
_SPOILT = 0.02
_MARKUP = re.compile(rb"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>")
_FOREIGN_WORDS = re.compile(rb"[^\x00-\x7f][^\n<>]*")


def decode(body: bytes, content_type: str = "") -> str:
    """The page's characters. Never fails: what cannot be read becomes U+FFFD."""
    encoding, mark = read_bom(body)
    if encoding is not None and mark is not None:
        return to_unicode(body[len(mark) :], encoding)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_labelled(body, list(_labels(body, content_type)))


def utf8(body: bytes, content_type: str = "") -> bytes:
    """The page in UTF-8, for parsers that read nothing else; most pages are so already.

    Without the comment that templating libraries leave between two pieces of one text, often inside a word.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        body = decode(body, content_type).encode("utf-8", "replace")
    return body.replace(_SEAM, b"")


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    """What the header and the page itself say, where Python knows it."""
    for label in (http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096])):
        if label and (known := resolve_encoding(label)):
            yield known


def _decode_labelled(body: bytes, labels: list[str]) -> str:
    if any(label.startswith(("utf-16", "utf-32")) for label in labels) and b"\x00" in body[:200]:
        return to_unicode(body, labels[0])
    if (text := _nearly_utf8(body)) is not None:
        return text
    return to_unicode(body, _most_readable(body, [label for label in labels if label != "utf-8"]))


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with a few spoilt bytes, as where a page was cut or glued together."""
    text = body.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    foreign = sum(len(run) for run in re.findall(r"[^\x00-\x7f]+", text))
    return text if spoilt <= max(3, _SPOILT * foreign) and spoilt < foreign else None


def _most_readable(body: bytes, labels: list[str]) -> str:
    """The first label under which the text reads like text; without one, the best guess."""
    sample = b"\n".join(_FOREIGN_WORDS.findall(_MARKUP.sub(b"\n", body)))[:_SAMPLE]
    wanted = [*labels, *_LEGACY]
    found = list(from_bytes(sample, cp_isolation=wanted, threshold=1.0)) if sample else []
    messes = {name: m.percent_chaos / 100 for m in found for name in {m.encoding, *m.could_be_from_charset}}
    least = min(messes.values(), default=0.0)
    for label in labels:
        name = resolve_encoding(label) or label
        if messes.get(name.replace("-", "_"), messes.get(name, 1.0)) <= least + _BELIEVED:
            return label
    return found[0].encoding if found else (labels[0] if labels else "cp1252")
