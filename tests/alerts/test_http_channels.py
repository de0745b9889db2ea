"""One table over all HTTP statuses for every channel that posts to a web address, at a real receiver."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from alerts.channels import kinds
from alerts.channels.base import Channel, Outcome, Result
from app.demo.site import Reply, Request, Site
from tests.alerts.post import NOON, SECRET, message, tools

SECTIONS: dict[str, dict[str, Any]] = {
    "webhook": {"secret": SECRET},
    "slack": {},
}
STATUSES = sorted({int(status) for status in HTTPStatus if status >= 200} | {299, 399, 420, 499, 520, 599})


def channel(kind: str, url: str, **more: Any) -> Channel:
    cls = kinds()[kind]
    section = {"kind": kind, "url": url, **SECTIONS[kind], **more}
    return cls(cls.Settings.model_validate(section), tools(), name="hook")


def send(kind: str, reply: Reply, **more: Any) -> tuple[Outcome, list[Request]]:
    with Site(lambda _: reply) as site:
        target = channel(kind, site.url("/secret-path"), **more)

        async def once() -> Outcome:
            return await target.send(message(), uid="uid-1")

        return asyncio.run(once()), site.requests


def expected(status: int) -> Result:
    if status < 300:
        return Result.SENT
    return Result.GONE if status == 410 else Result.RETRY


@pytest.mark.parametrize("kind", SECTIONS)
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_one_meaning(kind: str, status: int) -> None:
    outcome, requests = send(kind, Reply(status=status, headers={"Location": "/elsewhere"}))
    assert outcome.result is expected(status)
    assert [request.path for request in requests] == ["/secret-path"]
    assert str(status) in outcome.detail


@pytest.mark.parametrize("kind", SECTIONS)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_in_seconds_and_as_a_date(kind: str, status: int) -> None:
    outcome, _ = send(kind, Reply(status=status, headers={"Retry-After": "120"}))
    assert outcome.retry_after == timedelta(seconds=120)
    moment = (NOON + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    outcome, _ = send(kind, Reply(status=status, headers={"Retry-After": moment}))
    assert outcome.retry_after == timedelta(hours=2)


@pytest.mark.parametrize("written", ["soon", "", "-5", "99999999999", "²"])
def test_a_strange_retry_after_is_bounded_or_left_out(written: str) -> None:
    header = {"Retry-After": written.encode().decode("latin-1")}
    outcome, _ = send("webhook", Reply(status=429, headers=header))
    assert outcome.retry_after is None or outcome.retry_after <= timedelta(days=1)


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_silent_target_is_left_after_its_timeout(kind: str) -> None:
    outcome, _ = send(kind, Reply(delay=0.5), timeout=0.05)
    assert outcome.result is Result.RETRY
    assert "in time" in outcome.detail


@pytest.mark.parametrize("kind", SECTIONS)
def test_an_unreachable_target_is_an_outcome_and_shows_no_secret_path(kind: str) -> None:
    with Site(lambda _: Reply()) as site:
        url = site.url("/secret-path")
    target = channel(kind, url)
    outcome = asyncio.run(_send(target))
    assert outcome.result is Result.RETRY
    assert "secret-path" not in outcome.detail


@pytest.mark.parametrize("kind", SECTIONS)
def test_an_answer_that_never_ends_is_sent_by_its_status(kind: str) -> None:
    endless = Reply(drip=(b"x" * 1000 for _ in range(100)))
    outcome, _ = send(kind, endless)
    assert outcome.result is Result.SENT


@pytest.mark.parametrize("kind", SECTIONS)
def test_settings_show_their_address_nowhere(kind: str) -> None:
    target = channel(kind, "https://hooks.example/T000/secret")
    assert "T000" not in repr(target.settings)
    with pytest.raises(ValueError) as error:
        channel(kind, "ftp://hooks.example/T000/secret")
    assert "T000" not in str(error.value)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_an_unknown_key_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        kinds()[kind].Settings.model_validate({"kind": kind, "colour": "red"})


def test_channels_are_found_by_being_files() -> None:
    assert set(kinds()) == {"apprise", "email", "slack", "webhook"}


async def _send(target: Channel) -> Outcome:
    return await target.send(message(), uid="uid-1")
