"""Posts alerts to Slack as Block Kit: by an incoming webhook, or by a bot token, which can thread.

Blocks stay within Slack's limits whatever the article holds. What is said is decided in alerts/messages.py.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import SecretStr, field_validator, model_validator

from alerts.channels import http
from alerts.channels.base import ChannelSettings, Outcome, Result, Tools
from alerts.messages import Item, Listing, Message, Quote

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_TOTAL = 12_000
MAX_TEXT = 3000
MAX_ITEMS = 20

_TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})

_RINGS = frozenset({"statement", "extended"})

Block = dict[str, Any]


class SlackSettings(ChannelSettings):
    """Either `url`, an incoming webhook, or `token` of a bot with `channel`, the id or name it posts to."""

    kind: Literal["slack"] = "slack"
    url: SecretStr | None = None
    token: SecretStr | None = None
    channel: str = ""
    api: str = "https://slack.com/api"

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr | None) -> SecretStr | None:
        return None if url is None else http.web_address(url)

    @model_validator(mode="after")
    def _one_way(self) -> "SlackSettings":
        if (self.url is None) == (self.token is None):
            raise ValueError("give either url (an incoming webhook) or token (a bot's), not both")
        if self.token is not None and not self.channel:
            raise ValueError("a bot needs to know where to post; give channel")
        return self


class SlackChannel:
    """One Slack channel, at most one message a second."""

    kind: ClassVar[str] = "slack"
    Settings: ClassVar[type[ChannelSettings]] = SlackSettings

    def __init__(self, settings: SlackSettings, tools: Tools, *, name: str) -> None:
        self.settings = settings
        self.name = name
        self.pace = timedelta(seconds=1)
        self._tools = tools

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        payload = {"text": fallback(message), "blocks": blocks(message), "unfurl_links": False}
        outcome, told = await self._post(payload, message, previous)
        if _is_too_much(told):
            outcome, told = await self._post({"text": fallback(message)}, message, previous)
        if outcome.result is Result.SENT and self.settings.token is not None:
            return _read_api(told, previous)
        return outcome

    async def _post(
        self, payload: Mapping[str, Any], message: Message, previous: Mapping[str, Any] | None
    ) -> tuple[Outcome, bytes]:
        headers = {"content-type": "application/json; charset=utf-8"}
        if self.settings.token is None:
            url = self.settings.url.get_secret_value() if self.settings.url else ""
        else:
            url = f"{self.settings.api.rstrip('/')}/chat.postMessage"
            headers["authorization"] = f"Bearer {self.settings.token.get_secret_value()}"
            payload = {**payload, "channel": self.settings.channel, **_in_thread(message, previous)}
        body = json.dumps(payload).encode()
        return await http.post(self._tools, url, body, headers, timeout=self.settings.timeout)


def fallback(message: Message) -> str:
    """What notifications show. It begins with the claim, so that messages of one thread look alike."""
    told = message.headline.removesuffix(f" — {message.thread_title}")
    return cut(f"{escape(message.thread_title)}: {escape(told)}", MAX_TEXT)


def blocks(message: Message) -> list[Block]:
    """The message within all limits; what is too much is left out from the end, and that is said."""
    made = [_context(message.thread_title), _header(message.headline)]
    made += [_section(escape(line)) for line in message.lines]
    if message.quote is not None:
        taken_back = "_Taken back:_\n" if message.taken_back else ""
        made.append(_section(taken_back + _quoted(message.quote)))
    if message.link:
        made.append(
            _section(f"<{_in_link(message.link)}|{_in_link(escape(message.link_text)) or 'Read it'}>")
        )
    if message.facts:
        made.append(_section("\n".join(f"*{fact.label}:* {escape(fact.text)}" for fact in message.facts)))
    for listing in message.lists:
        made += _listing(listing)
    return _within_limits(made)


def escape(text: str) -> str:
    """Slack's three: nothing of an article can become a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Not longer than the limit, and not in the middle of an escaped sign."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    start = kept.rfind("&")
    if start > len(kept) - 6 and ";" not in kept[start:]:
        kept = kept[:start]
    return kept.rstrip() + "…"


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": cut(text, MAX_HEADER), "emoji": False}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(escape(text), MAX_SECTION)}]}


def _section(text: str) -> Block:
    body = {"type": "mrkdwn", "text": cut(text, MAX_SECTION) or "–", "verbatim": True}
    return {"type": "section", "text": body}


def _quoted(quote: Quote) -> str:
    sentence = escape(quote.sentence)
    bold = sentence if "*" in sentence else f"*{sentence}*"
    parts = [part for part in (escape(quote.before), bold, escape(quote.after)) if part]
    told = "\n".join(f">{part}" for part in parts)
    where = ", in the title" if quote.in_title else ""
    return f"{told}\n_{escape(quote.language)}, as written{where}_"


def _listing(listing: Listing) -> list[Block]:
    items = [_item(item) for item in listing.items[:MAX_ITEMS]]
    if len(listing.items) > MAX_ITEMS:
        items.append(f"… and {len(listing.items) - MAX_ITEMS} more")
    made, lines = [], [f"*{escape(listing.title)}*"] if listing.title else []
    for item in items:
        if sum(len(line) + 1 for line in lines) + len(item) > MAX_SECTION:
            made.append(_section("\n".join(lines)))
            lines = []
        lines.append(item)
    return [*made, _section("\n".join(lines))] if lines else made


def _item(item: Item) -> str:
    text = escape(item.text)
    named = f"<{_in_link(item.url)}|{_in_link(text)}>" if item.url else text
    return cut(f"• {named}" + (f"\n   {escape(item.detail)}" if item.detail else ""), 1500)


def _in_link(text: str) -> str:
    """Within <address|words> neither sign may end the link early."""
    return (
        text.replace("|", "%7C" if text.startswith("http") else "¦").replace("<", "%3C").replace(">", "%3E")
    )


def _within_limits(made: list[Block]) -> list[Block]:
    total = 0
    for at, block in enumerate(made):
        total += len(json.dumps(block, ensure_ascii=False)) + 2
        if at >= MAX_BLOCKS - 1 or total > MAX_TOTAL:
            return [*made[:at], _context("… the rest is in the ledger")]
    return made


def _in_thread(message: Message, previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """Later messages answer the thread's first; those that ring are shown in the channel as well."""
    root = (previous or {}).get("root")
    return {"thread_ts": root, "reply_broadcast": message.kind in _RINGS} if root else {}


def _is_too_much(told: bytes) -> bool:
    text = told.decode("utf-8", "replace")
    return any(code in text for code in _TOO_MUCH)


def _read_api(told: bytes, previous: Mapping[str, Any] | None) -> Outcome:
    """The web API answers 200 to everything; whether it was posted stands in the body."""
    try:
        answer = json.loads(told)
        posted, stamp, error = bool(answer["ok"]), answer.get("ts"), str(answer.get("error", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Outcome(Result.RETRY, "Slack's answer cannot be read")
    if not posted:
        return Outcome(Result.RETRY, f"Slack refused: {error[:100]}")
    root = (previous or {}).get("root") or stamp
    return Outcome(Result.SENT, "posted", {"ts": stamp, "root": root})
