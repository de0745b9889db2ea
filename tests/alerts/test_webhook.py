"""The webhook as its receiver sees it: the published schema, and a signature that others can check."""

import asyncio
import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from alerts.channels.webhook import WebhookChannel, WebhookSettings, schema
from app.demo.site import Reply, Request, Site
from tests.alerts.post import NOON, SECRET, alert, message, statement, tools

SCHEMA = Path("docs/alert.schema.json")
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 byte").decode()


def deliver(**settings: Any) -> Request:
    with Site(lambda _: Reply()) as site:
        section = {"kind": "webhook", "url": site.url("/hook"), "secret": SECRET, **settings}
        channel = WebhookChannel(WebhookSettings.model_validate(section), tools(), name="hook")

        async def once() -> None:
            await channel.send(message(), uid="uid-1")

        asyncio.run(once())
        return site.requests[0]


def signature(request: Request, secret: str) -> str:
    """By the specification alone, without the library that signs."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = (
        f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    )
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_the_signature_covers_exactly_the_bytes_that_arrive() -> None:
    request = deliver()
    assert request.headers["webhook-signature"] == signature(request, SECRET)
    assert request.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert request.headers["webhook-id"] == "uid-1"
    assert "." not in request.headers["webhook-id"]


def test_while_a_secret_is_replaced_both_sign() -> None:
    request = deliver(old_secrets=[OTHER])
    assert request.headers["webhook-signature"].split(" ") == [
        signature(request, SECRET),
        signature(request, OTHER),
    ]


def test_a_changed_byte_does_not_verify() -> None:
    request = deliver()
    forged = Request("POST", "/", request.headers, request.body + b" ", 0.0)
    assert request.headers["webhook-signature"] != signature(forged, SECRET)
    assert Webhook(SECRET)


def test_the_body_is_what_the_published_schema_says() -> None:
    body = json.loads(deliver().body)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)
    assert body["type"] == "tocsin.alert.statement"
    assert body["timestamp"] == "2022-03-01T12:00:00Z"
    assert body["data"]["statement"]["evidence"]["sentence"] == "Наших військ там немає."


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text()) == schema()


def test_the_body_is_small_and_plain_ascii() -> None:
    body = deliver().body
    assert body.isascii()
    assert len(body) < 20_000


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not-a-secret", "whsec_ÄÖÜ"])
def test_a_weak_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="at least 24 bytes") as error:
        WebhookSettings.model_validate({"url": "https://x.example/", "secret": secret})
    assert secret == "" or secret not in str(error.value) or secret == "whsec_"


def test_a_header_that_would_end_its_line_is_refused() -> None:
    with pytest.raises(ValueError, match="one line"):
        WebhookSettings.model_validate(
            {"url": "https://x.example/", "secret": SECRET, "headers": {"X-Key": "a\r\nB: c"}}
        )


def test_half_a_surrogate_pair_does_not_break_the_body() -> None:
    said = statement(claim_title="half \ud83d of a pair")
    assert alert(said)
    channel = WebhookChannel(
        WebhookSettings.model_validate({"url": "https://x.example/", "secret": SECRET}), tools(), name="hook"
    )
    assert json.loads(channel.body(message(said)))["data"]["statement"]["claim_title"]
