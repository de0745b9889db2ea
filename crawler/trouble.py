"""Why a fetch or a reading came to nothing: one closed list of causes, and the errors that carry them.

What follows from a cause (a retry, a backoff, an alert) is decided elsewhere.
"""

from dataclasses import dataclass
from enum import StrEnum

from config.errors import TocsinError


class Trouble(StrEnum):
    """A cause, by the word under which `tocsin publishers` and the alerts show it."""

    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    BLOCKED_ADDRESS = "blocked-address"
    ROBOTS = "robots"
    REDIRECTS = "redirects"
    MOVED = "moved"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    HTTP_ERROR = "http-error"
    NOT_A_PAGE = "not-a-page"
    HTML_NOT_FEED = "html-instead-of-feed"
    EMPTY_FEED = "empty-feed"
    UNREADABLE = "unreadable"
    SHARED_IDS = "shared-ids"
    CONSENT_WALL = "consent-wall"
    JS_SHELL = "js-shell"
    PAYWALL = "paywall"
    QUIET = "quiet"
    PROCESSING = "processing"


FINAL = frozenset((Trouble.GONE, Trouble.MOVED, Trouble.ROBOTS, Trouble.BLOCKED_ADDRESS, Trouble.NOT_A_PAGE))
"""Asking again for an article in such trouble brings nothing."""

_BY_STATUS = {
    401: Trouble.FORBIDDEN,
    402: Trouble.PAYWALL,
    403: Trouble.FORBIDDEN,
    404: Trouble.GONE,
    408: Trouble.TIMEOUT,
    410: Trouble.GONE,
    429: Trouble.RATE_LIMITED,
    451: Trouble.FORBIDDEN,
}


def of_status(status: int) -> Trouble | None:
    """The trouble that an HTTP status means; None where it means none."""
    if status >= 500:
        return Trouble.SERVER_ERROR
    if status >= 300:
        return _BY_STATUS.get(status, Trouble.HTTP_ERROR)
    return None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a failure: enough to decide what to do next, and one line to show."""

    trouble: Trouble
    detail: str
    status: int = 0
    retry_after: float | None = None


class CrawlError(TocsinError):
    """Base of the crawler's errors."""


class FetchFailed(CrawlError):
    """A URL could not be had, or what came back is no use. `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.trouble}: {report.detail}")
        self.report = report

    def __reduce__(self) -> tuple[type["FetchFailed"], tuple[Report]]:
        return type(self), (self.report,)  # readers run in other threads or processes


class NotYet(CrawlError):
    """The host asked us to stay away for `wait` seconds: longer than a visit stays."""

    def __init__(self, host: str, wait: float) -> None:
        super().__init__(f"{host} is not to be asked for another {wait:.0f} s")
        self.host = host
        self.wait = wait
