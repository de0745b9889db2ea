"""What a channel is: settings of its own, and one `send` whose outcome says what happened.

When it is tried again, and what becomes of a message that cannot be sent, is decided in alerts/outbox.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field

from alerts.messages import Message
from alerts.timing import Digest


class Result(StrEnum):
    """What became of one try."""

    SENT = "sent"
    RETRY = "retry"
    REJECTED = "rejected"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` is for people and holds no secret. `receipt` is what the next message of the thread needs.

    `whole_target` is True where the failure is the target's and not this message's: the messages behind it
    wait, too.
    """

    result: Result
    detail: str = ""
    receipt: Mapping[str, Any] = field(default_factory=dict)
    retry_after: timedelta | None = None
    whole_target: bool = True


class ChannelSettings(BaseModel):
    """What every channel takes beside its own keys.

    `digest` gathers alerts for an hour or a day; `quiet` says whether the quiet hours hold for this
    channel, `collapse` whether many alerts at once become one message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: str
    digest: Digest = Digest.OFF
    daily_at: time | None = None
    quiet: bool = True
    collapse: bool = True
    timeout: float = Field(20.0, gt=0, le=300)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the application lends a channel: guarded HTTP clients, and the clock."""

    client: Callable[[], httpx.AsyncClient]
    now: Callable[[], datetime]


class Channel(Protocol):
    """One way out. Built as `Class(settings, tools, name=…)`; `pace` is the least time between two sends."""

    kind: ClassVar[str]
    Settings: ClassVar[type[ChannelSettings]]
    pace: timedelta

    def __init__(self, settings: Any, tools: Tools, *, name: str) -> None: ...

    @property
    def settings(self) -> ChannelSettings: ...

    def send(
        self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None
    ) -> Awaitable[Outcome]: ...


def redact(text: str, *secrets: str) -> str:
    """An error's text without what must not be read in a log."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return text
