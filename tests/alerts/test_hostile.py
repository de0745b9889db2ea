"""A thousand alerts about hostile pages: every mail parses and threads, every payload is within limits."""

import email.policy
import json
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
import threadweave
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from alerts.channels.email import LONGEST_THREAD, EmailChannel, EmailSettings
from alerts.channels.slack import MAX_BLOCKS, MAX_SECTION, blocks, fallback
from alerts.channels.webhook import WebhookChannel, WebhookSettings
from alerts.messages import Message
from app.clock import system_now
from tests.alerts.hostile import some_message
from tests.alerts.post import SECRET, tools

BATCHES = 10
EACH = 100


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_hundred_hostile_alerts_reach_every_channel_whole(batch: int) -> None:
    dice = Random(batch)  # noqa: S311
    mail = EmailChannel(EmailSettings(to=("d@example.org",), sender="t@example.org"), tools(), name="mail")
    settings = WebhookSettings.model_validate({"url": "https://x.example/", "secret": SECRET})
    hook = WebhookChannel(settings, tools(system_now), name="hook")
    schema = Draft202012Validator(json.loads(Path("docs/alert.schema.json").read_text()))
    previous: dict[str, Any] | None = None
    mails = []
    for number in range(EACH):
        message = some_message(dice)
        read, previous = _check_mail(mail, message, f"u-{number}", previous)
        mails.append(read)
        _check_slack(message)
        body = hook.body(message)
        assert body.isascii()
        assert Webhook(SECRET).verify(body, hook.headers(body, f"u-{number}")) == json.loads(body)
        if number % 10 == 0:
            schema.validate(json.loads(body))
    assert threads(mails) == [LONGEST_THREAD, EACH - LONGEST_THREAD]


def _check_mail(
    channel: EmailChannel, message: Message, uid: str, previous: dict[str, Any] | None
) -> tuple[EmailMessage, dict[str, Any]]:
    written, receipt = channel.mail(message, uid=uid, previous=previous)
    read = BytesParser(policy=email.policy.default).parsebytes(written.as_bytes())
    assert not read.defects
    assert set(read.keys()) == set(written.keys())
    assert read["Bcc"] is None
    assert read["Subject"].isprintable()
    assert len(read["Subject"]) <= 170
    assert read["Message-ID"] == f"<{uid}@example.org>"
    if previous is not None and receipt["number"] > 1:
        assert read["In-Reply-To"] == previous["message_id"]
        assert read["References"].split()[0] == receipt["root"]
    html = read.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<img" not in html.get_content()
    assert isinstance(read, EmailMessage)
    return read, receipt


def threads(mails: list[EmailMessage]) -> list[int]:
    """How many mails each thread holds, as a mail program threads them: by Zawinski's algorithm."""
    heads = [
        threadweave.Message(
            message_id=mail["Message-ID"],
            in_reply_to=mail["In-Reply-To"],
            references=str(mail["References"] or "").split(),
            subject=mail["Subject"],
        )
        for mail in mails
    ]
    return [_size(root) for root in threadweave.thread_messages(heads)]


def _size(node: threadweave.Container) -> int:
    return (node.message is not None) + sum(_size(child) for child in node.children)


def _check_slack(message: Message) -> None:
    made = blocks(message)
    assert len(made) <= MAX_BLOCKS
    assert len(fallback(message)) <= MAX_SECTION
    for block in made:
        text = block["text"] if "text" in block else block["elements"][0]
        limit = 150 if block["type"] == "header" else MAX_SECTION
        assert 0 < len(text["text"]) <= limit
        if text["type"] == "mrkdwn":
            assert "<!" not in text["text"]
            assert "<@" not in text["text"]
