"""Sends alerts as mail that threads: a fixed subject for each claim, text and HTML parts.

aiosmtplib and not smtplib in a thread: a mail host that drips can be cancelled, a thread cannot. What the
mail says is decided in alerts/messages.py.
"""

import re
import ssl
from collections.abc import Mapping
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import aiosmtplib
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from alerts.channels.base import ChannelSettings, Outcome, Result, Tools, redact
from alerts.messages import Message
from alerts.rendering import as_html, as_text

PORTS = {"none": 25, "starttls": 587, "tls": 465}
LONGEST_THREAD = 90
"""Mail programs break threads of about a hundred; before that the next mail begins a new one."""

_PLAIN = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+")


def _address(written: str) -> str:
    """An address, alone or as "Name <address>"; nothing that could end a header line."""
    _, plain = parseaddr(written)
    bare = "<" in written or written == plain
    if not (bare and written.isprintable() and plain.isascii() and _PLAIN.fullmatch(plain)):
        raise ValueError(f"{written!r} is not a mail address; write it like desk@example.org")
    return written


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _unsubscribe(written: str | None) -> str | None:
    if written is not None and not (written.startswith(("https://", "mailto:")) and _is_header_safe(written)):
        raise ValueError("begins with https:// or mailto: and holds no blanks")
    return written


def _is_header_safe(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(" <>") & set(text)


MailAddress = Annotated[str, AfterValidator(_address)]


class SmtpSettings(BaseModel):
    """`tls` is none, starttls or tls; the port follows it. A login is never sent over an open line."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field("localhost", min_length=1)
    port: int | None = Field(None, ge=1, le=65535)
    tls: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _no_open_login(self) -> "SmtpSettings":
        if self.username and self.tls == "none" and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("a login over an open line shows the password; set tls to starttls or tls")
        return self


class EmailSettings(ChannelSettings):
    """`subject`: "thread" keeps one subject for each claim, so that mail threads; "headline" does not."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_by_name=True)

    kind: Literal["email"] = "email"
    to: Annotated[tuple[MailAddress, ...], BeforeValidator(_several)] = Field(min_length=1)
    sender: MailAddress = Field(alias="from")
    smtp: SmtpSettings = SmtpSettings()
    subject: Literal["thread", "headline"] = "thread"
    prefix: str = Field("[Tocsin]", max_length=40)
    unsubscribe: Annotated[str | None, AfterValidator(_unsubscribe)] = None


class EmailChannel:
    """One list of recipients behind one mail host."""

    kind: ClassVar[str] = "email"
    Settings: ClassVar[type[ChannelSettings]] = EmailSettings

    def __init__(self, settings: EmailSettings, tools: Tools, *, name: str) -> None:
        self.settings = settings
        self.name = name
        self.pace = timedelta()
        self._tools = tools

    async def send(self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None) -> Outcome:
        mail, receipt = self.mail(message, uid=uid, previous=previous)
        smtp = self.settings.smtp
        try:
            refused, answer = await aiosmtplib.send(
                mail,
                hostname=smtp.host,
                port=smtp.port or PORTS[smtp.tls],
                use_tls=smtp.tls == "tls",
                start_tls=smtp.tls == "starttls",
                tls_context=_tls_context(smtp),
                username=smtp.username or None,
                password=smtp.password.get_secret_value() or None,
                timeout=self.settings.timeout,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return self._failed(error)
        lost = f"; refused: {', '.join(refused)}" if refused else ""
        return Outcome(Result.SENT, f"{answer[:120]}{lost}", receipt)

    def mail(
        self, message: Message, *, uid: str, previous: Mapping[str, Any] | None = None
    ) -> tuple[EmailMessage, dict[str, Any]]:
        """The mail, and the receipt on which the thread's next one hangs. The same at every try."""
        message_id = f"<{uid}@{self._domain()}>"
        number = int((previous or {}).get("number", 0)) + 1
        root = (previous or {}).get("root")
        if not root or number > LONGEST_THREAD:
            root, number, previous = message_id, 1, None
        mail = EmailMessage(policy=POLICY)
        mail["From"] = self.settings.sender
        mail["To"] = ", ".join(self.settings.to)
        mail["Subject"] = self._subject(message)
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = message_id
        if previous is not None:
            last = str(previous["message_id"])
            mail["In-Reply-To"] = last
            mail["References"] = root if last == root else f"{root} {last}"
        self._add_marks(mail, message)
        mail.set_content(as_text(message), cte="quoted-printable")
        mail.add_alternative(as_html(message), subtype="html", cte="quoted-printable")
        return mail, {"message_id": message_id, "root": root, "number": number}

    def _subject(self, message: Message) -> str:
        text = message.thread_title if self.settings.subject == "thread" else message.headline
        # An encoded word in a title would be decoded by the mail library, line breaks and all.
        return f"{self.settings.prefix} {text}".strip().replace("=?", "= ?")

    def _add_marks(self, mail: EmailMessage, message: Message) -> None:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        if message.urgent:
            mail["Importance"] = "high"
        if self.settings.unsubscribe:
            mail["List-Unsubscribe"] = f"<{self.settings.unsubscribe}>"
            if self.settings.unsubscribe.startswith("https://"):
                mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def _domain(self) -> str:
        return Address(addr_spec=parseaddr(self.settings.sender)[1]).domain

    def _failed(self, error: Exception) -> Outcome:
        """A mail refused for its contents is a dead letter; all else may be mended in time."""
        smtp = self.settings.smtp
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        told = " ".join(redact(f"{error}{cause}", smtp.password.get_secret_value()).split())
        detail = f"{smtp.host}: {type(error).__name__}: {told}"[:300]
        if isinstance(error, aiosmtplib.SMTPDataError) and error.code >= 500:
            return Outcome(Result.REJECTED, detail, whole_target=False)
        return Outcome(Result.RETRY, detail)


def _tls_context(smtp: SmtpSettings) -> ssl.SSLContext | None:
    if smtp.tls == "none":
        return None
    return ssl.create_default_context(cafile=str(smtp.ca_file) if smtp.ca_file else None)
