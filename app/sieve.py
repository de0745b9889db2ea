"""The sieve: whether a page's bytes can name what any claim needs, before anybody takes the trouble to read.

One search, linear in the page and without parsing, so that it is safe in the daemon's own process. Most pages
end here. It may let a page through that names nothing; it must stop none in which the matcher finds a thing.
"""

from collections.abc import Callable
from itertools import islice

import re2
import structlog

from extractors import hidden
from matchers import spelling
from matchers.text import fold

log = structlog.get_logger(__name__)

LARGEST = 3_000_000
"""A larger page goes straight to a worker: it is no ordinary one, and the daemon's loop has other work."""

_MOST_MEMORY = 768 << 20
"""A watchlist that would need more has too many words in common with all news to sieve anything."""

_MEMORY = 96 << 20
_MEMORY_EACH = 1_000
"""Bytes of automaton for each character of the pattern: with less it would be thrown away again and again."""


_MOST_VEILED = 20_000
"""A page with more letters out of the ordinary than this is parsed by a worker."""

Unveil = Callable[[bytes], bytes | None]
"""The page written more plainly; None where that is a worker's business."""


class Sieve:
    """The compiled search for the anchors of all claims."""

    def __init__(self, anchors: str) -> None:
        """`anchors` is a pattern for RE2, such as matchers.engine.Engine.anchors gives."""
        veils: dict[str, Unveil] = {
            hidden.WRITTEN: hidden.plainly,
            hidden.UNSEEN: _each(hidden.NOBODY_SEES, lambda unseen: ""),
            spelling.dressed(): _each(spelling.rare(), fold),
        }
        options = re2.Options()
        options.log_errors = False
        pattern = "|".join((anchors, hidden.HIDING, *veils))
        options.max_mem = max(_MEMORY, _MEMORY_EACH * len(pattern))
        self._is_open = options.max_mem > _MOST_MEMORY
        if self._is_open:
            log.warning("the claims name too many words to sieve pages by: every page is read by a worker")
            return
        self._search = re2.compile(pattern, options).search
        self._veils = [(re2.compile(veil).fullmatch, unveil) for veil, unveil in veils.items()]

    def passes(self, body: bytes) -> bool:
        """False where nothing in the page can be what a claim needs."""
        if self._is_open or len(body) > LARGEST or not _is_utf8(body):
            return True
        left = list(self._veils)
        while (found := self._search(body)) is not None:
            seen = next((at for at, (is_veil, _) in enumerate(left, start=1) if is_veil(found.group())), 0)
            if not seen:
                return True
            for _, unveil in left[:seen]:  # what is written as a number may be what nobody sees
                if (plain := unveil(body)) is None:
                    return True
                body = plain
            del left[:seen]
        return False


def _each(pattern: str, meant: Callable[[str], str]) -> Unveil:
    """Writes each find of a pattern as what it means. RE2 looks through a page ten times as fast as `re`."""
    finds = re2.compile(pattern).finditer

    def unveil(body: bytes) -> bytes | None:
        parts: list[bytes] = []
        last = 0
        for find in islice(finds(body), _MOST_VEILED):
            parts += (body[last : find.start()], meant(find.group().decode()).encode())
            last = find.end()
        return b"".join((*parts, body[last:])) if len(parts) < 2 * _MOST_VEILED else None

    return unveil


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
