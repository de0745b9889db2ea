"""A thousand alerts about hostile pages: every mail parses and threads, every payload is within limits."""

import email.policy
import json
from email.parser import BytesParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from alerts.channels.email import EmailChannel, EmailSettings
from alerts.channels.slack import MAX_BLOCKS, MAX_SECTION, blocks, fallback
from alerts.channels.webhook import WebhookChannel, WebhookSettings
from alerts.facts import Evidence, Voice
from alerts.messages import Message, compose
from store.values import About, Novelty, SpeakerKind, Stance
from tests.alerts.post import SECRET, alert, report, statement, tools

PIECES = (
    "\r\nBcc: all@example.org\r\n",
    "<script>alert(1)</script>",
    "</h1><img src=x onerror=alert(1)>",
    "*bold* _it_ ~no~ `code` ```",
    "<!channel> <@U1> <https://evil.example|here> & | >",
    "\u202eright to left\u2069\u200f",
    "=?utf-8?b?DQpCY2M6IHg=?=",
    "\x00\x07\x1b[2J\x7f\x85\u2028\u2029",
    "{{ config }}{% for x in y %}",
    "a" * 3_000,
    "Лукашэнка заявіў “не”",
    "\ufeff\ufffe\ud83d",
    "e\u0301\u0301" * 40,
    "https://user:pass@evil.example/%0d%0aX: y",
)
BATCHES = 10
EACH = 100


def hostile(dice: Random) -> str:
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 5)))[:10_000]


def some_message(dice: Random) -> Message:
    said = statement(
        claim_title=hostile(dice),
        voice=Voice(
            name=hostile(dice), kind=SpeakerKind.PERSON, role=hostile(dice), as_written=hostile(dice)
        ),
        stance=dice.choice([Stance.CONFIRM, Stance.DENY]),
        about=dice.choice([(About.OCCURRENCE,), (About.INTENT,), (About.OCCURRENCE, About.INTENT)]),
        novelty=dice.choice(list(Novelty)),
        evidence=Evidence(sentence=hostile(dice), before=hostile(dice), after=hostile(dice)),
        via=(hostile(dice),),
        report=report(outlet=hostile(dice), title=hostile(dice), url=f"https://x.example/{hostile(dice)}"),
    )
    return compose(alert(said, thread="claim/troops", thread_title="One claim " + PIECES[dice.randint(0, 5)]))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_hundred_hostile_alerts_reach_every_channel_whole(batch: int) -> None:
    dice = Random(batch)  # noqa: S311
    mail = EmailChannel(EmailSettings(to=("d@example.org",), sender="t@example.org"), tools(), name="mail")
    hook = WebhookChannel(
        WebhookSettings.model_validate({"url": "https://x.example/", "secret": SECRET}), tools(), name="hook"
    )
    schema = Draft202012Validator(json.loads(Path("docs/alert.schema.json").read_text()))
    previous: dict[str, Any] | None = None
    for number in range(EACH):
        message = some_message(dice)
        previous = _check_mail(mail, message, f"u-{number}", previous)
        _check_slack(message)
        body = hook.body(message)
        assert body.isascii()
        if number % 10 == 0:
            schema.validate(json.loads(body))
            assert Webhook(SECRET).sign("u", message.created_at, body).startswith("v1,")


def _check_mail(
    channel: EmailChannel, message: Message, uid: str, previous: dict[str, Any] | None
) -> dict[str, Any]:
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
    return receipt


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
