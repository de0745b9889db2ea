"""Posts alerts as versioned JSON, signed by Standard Webhooks. The schema is docs/alert.schema.json.

No wording: machines get the facts. Redirects are not followed, and 410 ends the target.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field, SecretStr, field_validator
from standardwebhooks import Webhook

from alerts.channels import http
from alerts.channels.base import ChannelSettings, Outcome, Tools
from alerts.facts import AlertFacts, Kind
from alerts.messages import Message

TYPE = "tocsin.alert"


class WebhookSettings(ChannelSettings):
    """`url` may hold a token and is shown nowhere. While a secret is replaced, `old_secrets` sign as well.

    Machines do not sleep: quiet hours and the folding of bursts are off unless asked for.
    """

    kind: Literal["webhook"] = "webhook"
    url: SecretStr
    secret: SecretStr
    old_secrets: tuple[SecretStr, ...] = ()
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    quiet: bool = False
    collapse: bool = False

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr) -> SecretStr:
        return http.web_address(url)

    @field_validator("secret", "old_secrets")
    @classmethod
    def _is_long_enough(cls, secret: Any) -> Any:
        for one in secret if isinstance(secret, tuple) else (secret,):
            _check_secret(one.get_secret_value())
        return secret

    @field_validator("headers")
    @classmethod
    def _plain_headers(cls, headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in headers.items():
            if not name.isascii() or not (name + value.get_secret_value()).isprintable():
                raise ValueError(f"header {name!r} must be one line of plain text")
        return headers


class WebhookChannel:
    """One receiver. The signature covers exactly the bytes that are sent."""

    kind: ClassVar[str] = "webhook"
    Settings: ClassVar[type[ChannelSettings]] = WebhookSettings

    def __init__(self, settings: WebhookSettings, tools: Tools, *, name: str) -> None:
        self.settings = settings
        self.name = name
        self.pace = timedelta()
        self._tools = tools
        secrets = (settings.secret, *settings.old_secrets)
        self._signers = [Webhook(secret.get_secret_value()) for secret in secrets]

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        body = self.body(message)
        url = self.settings.url.get_secret_value()
        outcome, _ = await http.post(
            self._tools, url, body.encode(), self.headers(body, uid), timeout=self.settings.timeout
        )
        return outcome

    def body(self, message: Message) -> str:
        """ASCII alone: no receiver can take an escape for another byte than was signed."""
        envelope = {
            "type": f"{TYPE}.{message.kind}",
            "timestamp": message.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "data": dict(message.payload),
        }
        return json.dumps(envelope, separators=(",", ":"))

    def headers(self, body: str, uid: str) -> dict[str, str]:
        """What goes with a body: the signature of just these bytes, under this id, at this time."""
        moment = self._tools.now().astimezone(UTC)
        signatures = [signer.sign(msg_id=uid, timestamp=moment, data=body) for signer in self._signers]
        own = {name: value.get_secret_value() for name, value in self.settings.headers.items()}
        return {
            **own,
            "content-type": "application/json",
            "user-agent": "tocsin",
            "webhook-id": uid,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _check_secret(secret: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==", validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith("whsec_") or len(key) < 24:
        raise ValueError("is 'whsec_' and at least 24 bytes in base64; make one: openssl rand -base64 24")


def schema() -> dict[str, Any]:
    """The JSON Schema of what is sent, as published in docs/alert.schema.json."""
    data = AlertFacts.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = data.pop("$defs", {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tocsin alert",
        "description": "What the webhook channel posts. Fields are added, never renamed or removed.",
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"enum": [f"{TYPE}.{kind}" for kind in get_args(Kind)]},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": "#/$defs/AlertFacts"},
        },
        "$defs": {**definitions, "AlertFacts": data},
    }
