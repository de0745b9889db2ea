"""Which trouble an exception means: Scrapy's, Twisted's and OpenSSL's errors read as one report."""

import zlib
from collections.abc import Iterator
from gzip import BadGzipFile

from OpenSSL import SSL
from scrapy import exceptions as scrapy_errors
from service_identity import VerificationError
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure

from crawler.guard import BlockedAddress
from crawler.trouble import Report, Trouble

_KINDS: tuple[tuple[Trouble, tuple[type[BaseException], ...]], ...] = (
    (Trouble.BLOCKED_ADDRESS, (BlockedAddress,)),
    (Trouble.TLS, (SSL.Error, VerificationError)),
    (Trouble.DNS, (scrapy_errors.CannotResolveHostError, twisted_errors.DNSLookupError)),
    (Trouble.TIMEOUT, (scrapy_errors.DownloadTimeoutError, twisted_errors.TimeoutError)),
    (Trouble.TOO_LARGE, (scrapy_errors.DownloadCancelledError,)),
    (Trouble.REFUSED, (scrapy_errors.DownloadConnectionRefusedError, twisted_errors.ConnectError)),
    (
        Trouble.RESET,
        (
            scrapy_errors.ResponseDataLossError,
            scrapy_errors.DownloadFailedError,
            twisted_errors.ConnectionClosed,
            ConnectionError,
        ),
    ),
    (Trouble.UNREADABLE, (BadGzipFile, zlib.error)),
    (Trouble.HTTP_ERROR, (scrapy_errors.UnsupportedURLSchemeError, scrapy_errors.NotSupported, ValueError)),
)


def report_of(error: BaseException, url: str) -> Report:
    """The report of a request that ended in an exception."""
    if isinstance(error, scrapy_errors.IgnoreRequest):
        kind = Trouble.REDIRECTS if "redirections" in str(error) else Trouble.TOO_LARGE
        return Report(kind, f"{url}: {_line(error)}")
    causes = tuple(_causes(error))
    for kind, classes in _KINDS:
        for cause in causes:
            if isinstance(cause, classes):
                return Report(kind, f"{url}: {_line(cause)}")
    return Report(Trouble.HTTP_ERROR, f"{url}: {_line(error)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps: Twisted lists the reasons of a broken connection."""
    yield error
    for reason in getattr(error, "reasons", ()):
        if isinstance(reason, Failure) and reason.value is not None:
            yield from _causes(reason.value)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    return text or type(error).__name__
