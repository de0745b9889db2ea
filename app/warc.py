"""Kept pages as a WARC file, the form in which archives and courts take web pages. Nothing is fetched.

A record holds the bytes as they were read, with the answer's headers and the time; bytes were kept without
transfer and content coding, so the headers that speak of those are left out.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from config.errors import TocsinError
from store.queries.history import History, State

_CODED = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_FILE = "written by tocsin; bodies are decoded, and their headers say so"


class WarcError(TocsinError):
    """The file cannot be written, or kept bytes are not what they were."""


@dataclass(frozen=True, slots=True)
class Exported:
    """How many revisions of an article have bytes, and the numbers of those that have none."""

    article: int
    written: int
    missing: tuple[int, ...]


def export(histories: Iterable[History], target: Path, *, now: datetime) -> list[Exported]:
    """Write every kept page of these articles to a new file, gzipped where its name ends in .gz.

    The file is whole or not there, and not there at all where no bytes are kept.
    """
    if target.exists():
        raise WarcError(f"{target}: is there already; name another file")
    partial = target.with_name(f"{target.name}.part")
    try:
        with partial.open("wb") as stream:
            writer = WARCWriter(stream, gzip=target.suffix == ".gz", warc_version="1.1")
            writer.write_record(_file_record(writer, target, now))
            exported = [_write(writer, history) for history in histories]
        if any(one.written for one in exported):
            partial.rename(target)
    except OSError as error:
        raise WarcError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return exported


def _write(writer: WARCWriter, history: History) -> Exported:
    kept = [state for state in history.states if state.page]
    for state in kept:
        writer.write_record(_record(writer, history, state))
    missing = tuple(state.number for state in history.states if not state.page)
    return Exported(history.id, len(kept), missing)


def _record(writer: WARCWriter, history: History, state: State) -> object:
    body = _body(history, state)
    headers = [(name, value) for name, value in state.headers if name.lower() not in _CODED]
    http = StatusAndHeaders(
        "200 OK", [*headers, ("content-length", str(len(body)))], protocol="HTTP/1.1", is_http_request=False
    )
    about = {"WARC-Date": _moment(state.fetched_at), "WARC-Record-ID": _name(history, state)}
    return writer.create_warc_record(
        history.asked,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=http,
        warc_headers_dict=about,
    )


def _body(history: History, state: State) -> bytes:
    """The page's bytes, which must be those that were fetched."""
    try:
        body = zlib.decompress(state.page)
    except zlib.error as error:
        raise WarcError(f"article {history.id}, revision {state.number}: its bytes are broken") from error
    if state.page_sha256 and sha256(body).hexdigest() != state.page_sha256:
        raise WarcError(f"article {history.id}, revision {state.number}: its bytes are not those fetched")
    return body


def _file_record(writer: WARCWriter, target: Path, now: datetime) -> object:
    record = writer.create_warcinfo_record(target.name, {"software": "tocsin", "description": _FILE})
    record.rec_headers.replace_header("WARC-Date", _moment(now))
    return record


def _name(history: History, state: State) -> str:
    """The same name for the same page in every export."""
    digest = sha256(f"{history.asked} {state.number} {state.page_sha256}".encode()).digest()
    return f"<urn:uuid:{UUID(bytes=digest[:16], version=4)}>"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
