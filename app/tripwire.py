"""Lays failpoints around the sending of a delivery where a test has armed one, and else nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from alerts.channels.base import Channel, ChannelSettings, Outcome
from alerts.messages import Message
from app.failpoint import Failpoint, armed, pass_by


def tripwired(channels: Mapping[str, Channel]) -> Mapping[str, Channel]:
    """The channels, with failpoints before and after each send where one is armed."""
    if not armed():
        return channels
    return {name: _Tripwire(channel) for name, channel in channels.items()}


class _Tripwire:
    """A channel that may kill the process before it sends, or after."""

    kind: ClassVar[str] = "tripwire"
    Settings: ClassVar[type[ChannelSettings]] = ChannelSettings

    def __init__(self, inner: Channel) -> None:
        self._inner = inner
        self.settings: ChannelSettings = inner.settings
        self.pace: timedelta = inner.pace

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        pass_by(Failpoint.BEFORE_SEND)
        outcome = await self._inner.send(message, uid=uid, previous=previous)
        pass_by(Failpoint.AFTER_SEND)
        return outcome
