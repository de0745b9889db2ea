"""Everything else (Teams, Telegram, Matrix, Discord, …) through the Apprise library, by its URLs.

Apprise makes its own connections, which the address guard does not see: its URLs are the operator's.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, SecretStr

from alerts.channels.base import ChannelSettings, Outcome, Result, Tools
from alerts.messages import Message
from alerts.rendering import as_text


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


class AppriseSettings(ChannelSettings):
    """`urls` as Apprise writes them, like "tgram://token/chat"; they are secrets."""

    kind: Literal["apprise"] = "apprise"
    urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_several)] = Field(min_length=1)


class AppriseChannel:
    """All its URLs get one message; Apprise only tells whether all of them took it."""

    kind: ClassVar[str] = "apprise"
    Settings: ClassVar[type[ChannelSettings]] = AppriseSettings

    def __init__(self, settings: AppriseSettings, tools: Tools, *, name: str) -> None:
        self.settings = settings
        self.name = name
        self.pace = timedelta(seconds=1)

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        taken = await asyncio.to_thread(self._notify, message.headline, as_text(message))
        if taken is None:
            return Outcome(Result.REJECTED, "Apprise knows none of the configured URLs", whole_target=True)
        return Outcome(Result.SENT, "taken") if taken else Outcome(Result.RETRY, "a target did not take it")

    def _notify(self, title: str, body: str) -> bool | None:
        import apprise  # it takes half a second to load and few need it

        sender = apprise.Apprise()
        for url in self.settings.urls:
            sender.add(url.get_secret_value())
        if not len(sender):
            return None
        return bool(sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))
