"""Where the demo's alerts arrive: a real SMTP server and a webhook receiver that checks signatures.

They take what comes, keep it in files for whoever wants to look, and hand it on as values. They judge
nothing; what should have come is decided in app/demo/verdict.py.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.demo.site import Reply, Request, Site


@dataclass(frozen=True, slots=True)
class Hooked:
    """One webhook as it came. `problem` says why its signature does not hold, if it does not."""

    id: str
    body: bytes
    problem: str = ""


class MailServer:
    """An SMTP server on a free port of 127.0.0.1, in a thread with a loop of its own."""

    def __init__(self, on_mail: Callable[[EmailMessage], None]) -> None:
        self._on_mail = on_mail
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        self._on_mail(message_from_bytes(raw, policy=default))
        return "250 taken"

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            lambda: SMTP(self, hostname="localhost", loop=self._loop), "127.0.0.1", 0
        )

    async def _close(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)


class HookServer:
    """A webhook receiver; a webhook whose signature does not hold is answered 401 and told as it is."""

    def __init__(self, secret: str, on_hook: Callable[[Hooked], None]) -> None:
        self._webhook = Webhook(secret)
        self._on_hook = on_hook
        self._site = Site(self._answer)

    def __enter__(self) -> Self:
        self._site.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._site.__exit__(kind, error, traceback)

    @property
    def url(self) -> str:
        return self._site.url("/hook/4f1d9c")

    def _answer(self, request: Request) -> Reply:
        id = request.headers.get("webhook-id", "")
        try:
            self._webhook.verify(request.body, dict(request.headers))
        except WebhookVerificationError as error:
            self._on_hook(Hooked(id, request.body, problem=str(error)))
            return Reply(b"the signature does not hold", status=401, content_type="text/plain")
        self._on_hook(Hooked(id, request.body))
        return Reply(status=204)


class Inbox:
    """Both receivers side by side; what they take is kept in order and written into a folder."""

    def __init__(self, folder: Path, secret: str) -> None:
        self.mails: list[EmailMessage] = []
        self.hooks: list[Hooked] = []
        self._folder = folder
        self._mail_server = MailServer(self._take_mail)
        self._hook_server = HookServer(secret, self._take_hook)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for folder in ("mail", "webhooks"):
            (self._folder / folder).mkdir(parents=True, exist_ok=True)
        self._open.enter_context(self._mail_server)
        self._open.enter_context(self._hook_server)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def smtp_port(self) -> int:
        return self._mail_server.port

    @property
    def hook_url(self) -> str:
        return self._hook_server.url

    def _take_mail(self, mail: EmailMessage) -> None:
        self.mails.append(mail)
        (self._folder / "mail" / f"{len(self.mails):02}.eml").write_bytes(mail.as_bytes())

    def _take_hook(self, hooked: Hooked) -> None:
        self.hooks.append(hooked)
        (self._folder / "webhooks" / f"{len(self.hooks):02}.json").write_bytes(hooked.body)
