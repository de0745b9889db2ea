"""The channel for everything else, against a real receiver."""

import asyncio
import json

import pytest

from alerts.channels.apprise import AppriseChannel, AppriseSettings
from alerts.channels.base import Result
from app.demo.site import Reply, Site
from tests.alerts.post import message, tools

# One of the library's plugins imports a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def channel(*urls: str) -> AppriseChannel:
    return AppriseChannel(AppriseSettings.model_validate({"urls": list(urls)}), tools(), name="phone")


@pytest.mark.parametrize(("status", "result"), [(200, Result.SENT), (500, Result.RETRY)])
def test_the_message_arrives_as_text_with_the_headline_as_title(status: int, result: Result) -> None:
    with Site(lambda _: Reply(status=status)) as site:
        url = f"json://{site.host}:{site.port}/in"
        outcome = asyncio.run(channel(url).send(message(), uid="u"))
        body = json.loads(site.requests[0].body)
    assert outcome.result is result
    assert body["title"] == "DENIES it happened: Ann Example — Belarusian troops in Ukraine"
    assert "Наших військ там немає." in body["message"]


def test_an_address_that_apprise_does_not_know_is_refused_when_sending() -> None:
    outcome = asyncio.run(channel("nonsense").send(message(), uid="u"))
    assert outcome.result is Result.REJECTED


def test_addresses_are_shown_nowhere() -> None:
    assert "token" not in repr(channel("tgram://token/chat").settings)
