"""What Slack would get: within its limits, escaped, paced, threaded."""

import asyncio
import json
from typing import Any

import pytest

from alerts.channels.base import Outcome, Result
from alerts.channels.slack import SlackChannel, SlackSettings, blocks, cut, escape, fallback
from alerts.facts import Row, Section
from app.demo.site import Reply, Request, Site
from tests.alerts.post import message, report, statement, tools

HOSTILE = "<!channel> & <https://evil.example|click> *bold* `code` | ~x~"


def channel(**settings: Any) -> SlackChannel:
    return SlackChannel(SlackSettings.model_validate(settings), tools(), name="slack")


def talk(reply: Any, previous: Any = None, **settings: Any) -> tuple[Outcome, list[Request]]:
    with Site(reply if callable(reply) else lambda _: reply) as site:
        where = {"api": site.url("/api")} if "token" in settings else {"url": site.url("/hook")}
        target = channel(**settings, **where)

        async def once() -> Outcome:
            return await target.send(message(), uid="uid-1", previous=previous)

        return asyncio.run(once()), site.requests


def sent(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.body)
    return body


def texts(made: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in made:
        found += [block["text"]["text"]] if "text" in block else [e["text"] for e in block["elements"]]
    return found


def test_the_blocks_say_everything_in_the_order_of_reading() -> None:
    told = texts(blocks(message()))
    assert told[1] == "DENIES it happened: Ann Example — Belarusian troops in Ukraine"
    assert ">*Наших військ там немає.*" in told[2]
    assert told[3] == "<https://first.example/1|Minister denies it>"
    assert "*Why it rang:* Ann Example had taken no position on this before" in told[4]
    assert "Bob Other confirmed it happened" in told[5]


def test_nothing_of_an_article_becomes_a_mention_or_a_link() -> None:
    said = statement(claim_title=HOSTILE, report=report(title=HOSTILE, outlet=HOSTILE))
    what = message(said, thread_title=HOSTILE, headline=HOSTILE)
    for text in [*texts(blocks(what))[:1], *texts(blocks(what))[2:], fallback(what)]:
        assert "<!" not in text
        assert "<https://evil" not in text


def test_an_address_cannot_end_its_link_early() -> None:
    said = statement(report=report(url="https://first.example/a|b>c"))
    link = next(text for text in texts(blocks(message(said))) if text.startswith("<http"))
    assert link == "<https://first.example/a%7Cb%3Ec|Minister denies it>"


def test_a_huge_message_stays_within_the_limits_and_says_that_it_is_cut() -> None:
    rows = tuple(Row(headline="&" * 3000, detail="<" * 3000, url="https://x.example/") for _ in range(60))
    made = blocks(message(sections=tuple(Section(title="T", rows=rows) for _ in range(6))))
    assert len(made) <= 50
    assert len(json.dumps(made, ensure_ascii=False)) < 13_000
    assert all(len(text) <= 3000 for text in texts(made))
    assert "the rest is in the ledger" in texts(made)[-1]


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_cut_never_splits_an_escaped_sign(limit: int) -> None:
    shorter = cut(escape("a<b>c&d"), limit)
    assert len(shorter) <= limit
    rest = shorter.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
    assert "&" not in rest


def test_the_fallback_begins_with_the_claim() -> None:
    assert fallback(message()).startswith("Belarusian troops in Ukraine: DENIES it happened")


def test_a_webhook_that_finds_the_blocks_too_much_gets_plain_text() -> None:
    def answer(request: Request) -> Reply:
        too_much = b"blocks" in request.body
        return Reply(b"invalid_blocks", status=400) if too_much else Reply(b"ok")

    outcome, requests = talk(answer)
    assert outcome.result is Result.SENT
    assert list(sent(requests[1])) == ["text"]


def test_a_bot_threads_what_follows_and_shows_it_in_the_channel() -> None:
    reply = Reply(b'{"ok": true, "ts": "2.0"}')
    outcome, requests = talk(reply, token="xoxb-1", channel="C1")
    assert outcome.receipt == {"ts": "2.0", "root": "2.0"}
    assert "thread_ts" not in sent(requests[0])
    outcome, requests = talk(reply, {"ts": "1.0", "root": "1.0"}, token="xoxb-1", channel="C1")
    assert outcome.receipt == {"ts": "2.0", "root": "1.0"}
    body = sent(requests[0])
    assert (body["thread_ts"], body["reply_broadcast"], body["channel"]) == ("1.0", True, "C1")
    assert requests[0].headers["authorization"] == "Bearer xoxb-1"


@pytest.mark.parametrize("answer", [b'{"ok": false, "error": "not_in_channel"}', b"<html>", b"[]", b""])
def test_what_the_bot_api_refuses_in_a_200_is_a_failure(answer: bytes) -> None:
    outcome, _ = talk(Reply(answer), token="xoxb-1", channel="C1")
    assert outcome.result is Result.RETRY


@pytest.mark.parametrize("settings", [{}, {"url": "https://x.example/", "token": "t"}, {"token": "t"}])
def test_a_half_given_way_in_is_a_configuration_error(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"give"):
        channel(**settings)


def test_at_most_one_message_a_second() -> None:
    assert channel(url="https://x.example/").pace.total_seconds() >= 1
