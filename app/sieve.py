"""The sieve: whether a page's bytes can name what any claim needs, before anybody takes the trouble to read.

One search, linear in the page and without parsing, so that it is safe in the daemon's own process. Most pages
end here. It may let a page through that names nothing; it must stop none in which the matcher finds a thing.
"""

import re2
import structlog

from extractors import hidden

log = structlog.get_logger(__name__)

LARGEST = 1_000_000
"""A larger page goes straight to a worker: it is no ordinary one, and the daemon's loop has other work."""

_MOST_MEMORY = 768 << 20
"""A watchlist that would need more has too many words in common with all news to sieve anything."""

_MEMORY = 96 << 20
_MEMORY_EACH = 1_000
"""Bytes of automaton for each character of the pattern: with less it would be thrown away again and again."""


class Sieve:
    """The compiled search for the anchors of all claims."""

    def __init__(self, anchors: str) -> None:
        """`anchors` is a pattern for RE2, such as matchers.engine.Engine.anchors gives."""
        options = re2.Options()
        options.log_errors = False
        pattern = f"{anchors}|{hidden.HIDING}|{hidden.WRITTEN}"
        options.max_mem = max(_MEMORY, _MEMORY_EACH * len(pattern))
        self._is_open = options.max_mem > _MOST_MEMORY
        if self._is_open:
            log.warning("the claims name too many words to sieve pages by: every page is read by a worker")
            return
        self._search = re2.compile(pattern, options).search
        self._written = re2.compile(hidden.WRITTEN, options).fullmatch

    def passes(self, body: bytes) -> bool:
        """False where nothing in the page can be what a claim needs."""
        if self._is_open or len(body) > LARGEST or not _is_utf8(body):
            return True
        found = self._search(body)
        if found is not None and self._written(found.group()):
            found = self._search(hidden.plainly(body))
        return found is not None


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
