"""The demo's SMTP server and webhook receiver, spoken to as any channel would."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from app.demo.receivers import Inbox

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"type": "alert"}'


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox(tmp_path, SECRET) as inbox:
        yield inbox


def post(inbox: Inbox, secret: str) -> httpx.Response:
    at = datetime(2026, 1, 1, tzinfo=UTC) if secret == "late" else None
    signature = Webhook(SECRET if secret == "late" else secret).sign("msg_1", at or now(), BODY)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int((at or now()).timestamp())),
        "webhook-signature": signature,
    }
    return httpx.post(inbox.hook_url, content=BODY, headers=headers, trust_env=False)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  signatures are checked against the wall


def test_a_mail_is_taken_and_kept_as_a_file(inbox: Inbox, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Zwölf Uhr", "tocsin@example.org", "desk@example.org"
    mail.set_content("Łukaszenka")
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port) as server:
        server.send_message(mail)
    [taken] = inbox.mails
    assert taken["Subject"] == "Zwölf Uhr"
    assert taken.get_content().strip() == "Łukaszenka"
    assert (tmp_path / "mail" / "01.eml").exists()


def test_a_signed_webhook_is_taken_and_kept_as_a_file(inbox: Inbox, tmp_path: Path) -> None:
    assert post(inbox, SECRET).status_code == 204
    [hooked] = inbox.hooks
    assert (hooked.id, hooked.body.decode(), hooked.problem) == ("msg_1", BODY, "")
    assert (tmp_path / "webhooks" / "01.json").read_text() == BODY


@pytest.mark.parametrize("secret", ["whsec_c2VjcmV0IG9mIHNvbWVib2R5IGVsc2U=", "late"])
def test_a_foreign_or_stale_signature_is_refused(secret: str, inbox: Inbox) -> None:
    assert post(inbox, secret).status_code == 401
    [hooked] = inbox.hooks
    assert hooked.problem
