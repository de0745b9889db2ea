"""What an HTTP answer means for a delivery; one reading for all channels that post to a web address.

Redirects are never followed: a target that moved is told to its owner, not silently obeyed.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from alerts.channels.base import Outcome, Result, Tools, redact

LONGEST_WAIT = timedelta(days=1)
READ_LIMIT = 4096
BODY_SECONDS = 3.0
_WHOLE_TARGET = frozenset({401, 403, 404, 405, 407, 408, 421, 425, 429})


async def post(
    tools: Tools, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
) -> tuple[Outcome, bytes]:
    """One try, and the beginning of the answer's body. Network failures are outcomes, not exceptions.

    `timeout` is for the whole try: a target that drips one byte a second answers every single read in time.
    """
    try:
        async with asyncio.timeout(timeout), tools.client() as client:
            request = client.build_request("POST", url, content=body, headers=dict(headers), timeout=timeout)
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                return read(answer.status_code, answer.headers, now=tools.now()), await _beginning(answer)
            finally:
                await answer.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        return failure(error, url), b""


def failure(error: Exception, url: str) -> Outcome:
    """A try that got no answer. TimeoutError is an OSError, too."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Outcome(Result.RETRY, f"{host(url)} did not answer in time")
    return Outcome(Result.RETRY, f"{host(url)}: {describe(error, url)}")


async def _beginning(answer: httpx.Response) -> bytes:
    """The status says what became of the message; a body that is late or broken changes nothing."""
    told = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in answer.aiter_bytes(READ_LIMIT):
                told += chunk
                if len(told) >= READ_LIMIT:
                    break
    except (httpx.HTTPError, TimeoutError):
        pass
    return told[:READ_LIMIT]


def read(status: int, headers: Mapping[str, str], *, now: datetime) -> Outcome:
    """2xx is sent; 410 ends the target; all else is tried again, after Retry-After where it is given."""
    if 200 <= status < 300:
        return Outcome(Result.SENT, f"answered {status}")
    if status == 410:
        return Outcome(Result.GONE, "answered 410 Gone: the target wants nothing more")
    if 300 <= status < 400:
        return Outcome(Result.RETRY, f"answered {status}: redirects are not followed; give the new address")
    whole = status >= 500 or status in _WHOLE_TARGET
    wait = retry_after(headers, now=now) if status in {413, 429, 503} or whole else None
    return Outcome(Result.RETRY, f"answered {status}", retry_after=wait, whole_target=whole)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Seconds or a date, at most a day."""
    written = headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return min(timedelta(seconds=min(int(written[:9]), 86_400)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max(moment - now, timedelta()), LONGEST_WAIT)


def host(url: str) -> str:
    """The part of an address that may be shown: a webhook's path is often its secret."""
    return urlsplit(url).hostname or "the target"


def describe(error: Exception, *secrets: str) -> str:
    """An error in words, without the address: its path may be the secret."""
    text = redact(str(error) or type(error).__name__, *secrets)
    return f"{type(error).__name__}: {text}"[:300]


def web_address(url: SecretStr) -> SecretStr:
    """For settings: an address with a host, http or https. The value is not repeated in the error."""
    parts = urlsplit(url.get_secret_value().strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not a web address; it begins with https://")
    return SecretStr(url.get_secret_value().strip())
