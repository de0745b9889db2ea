"""A real SMTP server on loopback that keeps what it takes, open, with STARTTLS or with TLS."""

import asyncio
import email.policy
import ssl
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOGIN = ("desk", "correct horse")


@dataclass
class MailHost:
    """`refusals` are answers to give to the next mails instead of taking them."""

    tls: str = "none"
    context: ssl.SSLContext | None = None
    login: bool = False
    refusals: list[str] = field(default_factory=list)
    refused_recipients: tuple[str, ...] = ()
    raw: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._listen())
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        tls = self.context if self.tls == "tls" else None
        return await self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=tls)

    async def _end(self) -> None:
        """Close the listener, and let connections under way find their end."""
        self._server.close()
        pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await asyncio.sleep(0)

    def _protocol(self) -> SMTP:
        starttls = self.tls == "starttls"
        return SMTP(
            self,
            hostname="mail.example",
            tls_context=self.context if starttls else None,
            require_starttls=starttls,
            auth_required=self.login and starttls,  # aiosmtpd cannot know that a line is TLS from its start
            auth_require_tls=starttls,
            authenticator=self._authenticate,
            loop=self._loop,
        )

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def mails(self) -> list[EmailMessage]:
        parser = BytesParser(policy=email.policy.default)
        return [parser.parsebytes(raw) for raw in self.raw]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        self.raw.append(content if isinstance(content, bytes) else (content or "").encode())
        self.encrypted.append(session.ssl is not None or self.tls == "tls")
        return "250 2.0.0 kept"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given)
        return AuthResult(success=given == LOGIN, handled=False)
