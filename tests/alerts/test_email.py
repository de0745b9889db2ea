"""Mail as a real mail host takes it: threads, parts, headers, encryption, refusals."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from alerts.channels.base import Outcome, Result
from alerts.channels.email import EmailChannel, EmailSettings
from alerts.messages import Message
from tests.alerts.mailhost import LOGIN, MailHost
from tests.alerts.post import message, report, statement, tools


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "mail.example").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def host() -> Iterator[MailHost]:
    with MailHost() as host:
        yield host


def channel(host: MailHost | int, **settings: Any) -> EmailChannel:
    smtp = {
        "host": "127.0.0.1",
        "port": host if isinstance(host, int) else host.port,
        **settings.pop("smtp", {}),
    }
    section = {"to": ["desk@example.org"], "from": "Tocsin <tocsin@example.org>", "smtp": smtp, **settings}
    return EmailChannel(EmailSettings.model_validate(section), tools(), name="desk")


def send(target: EmailChannel, what: Message | None = None, **more: Any) -> Outcome:
    return asyncio.run(target.send(what or message(), **{"uid": "uid-1", **more}))


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_has_a_text_and_an_html_part_that_say_the_same_first(host: MailHost) -> None:
    assert send(channel(host)).result is Result.SENT
    mail = host.mails[0]
    headline = "DENIES it happened: Ann Example — Belarusian troops in Ukraine"
    assert part(mail, "plain").splitlines()[0] == headline
    assert f">{headline}</h1>" in part(mail, "html")
    assert "Наших військ там немає." in part(mail, "plain")


def test_the_subject_is_fixed_for_a_claim_and_follow_ups_hang_on_the_first(host: MailHost) -> None:
    target = channel(host)
    first = send(target, uid="uid-1")
    second = send(target, uid="uid-2", previous=first.receipt)
    send(target, uid="uid-3", previous=second.receipt)
    mails = host.mails
    assert {mail["Subject"] for mail in mails} == {"[Tocsin] Belarusian troops in Ukraine"}
    ids = [mail["Message-ID"] for mail in mails]
    assert ids == [f"<uid-{number}@example.org>" for number in (1, 2, 3)]
    assert mails[0]["References"] is None
    assert mails[2]["In-Reply-To"] == ids[1]
    assert mails[2]["References"].split() == ids[:2]


def test_a_thread_of_ninety_begins_anew(host: MailHost) -> None:
    _, receipt = channel(host).mail(
        message(), uid="u", previous={"root": "<r@x>", "message_id": "<m@x>", "number": 90}
    )
    assert receipt == {"message_id": "<u@example.org>", "root": "<u@example.org>", "number": 1}


def test_the_same_try_twice_is_the_same_mail(host: MailHost) -> None:
    target = channel(host)
    one, _ = target.mail(message(), uid="uid-1")
    two, _ = target.mail(message(), uid="uid-1")
    assert dict(one.items())["Message-ID"] == dict(two.items())["Message-ID"]
    assert one["Date"] == two["Date"]


def test_marks_for_machines_are_set(host: MailHost) -> None:
    send(channel(host, unsubscribe="https://example.org/leave"))
    mail = host.mails[0]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://example.org/leave>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_headline_may_be_the_subject(host: MailHost) -> None:
    send(channel(host, subject="headline", prefix=""))
    assert host.mails[0]["Subject"] == "DENIES it happened: Ann Example — Belarusian troops in Ukraine"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_login_goes_over_an_encrypted_line(tls: str, certificate: ssl.SSLContext, ca_file: Path) -> None:
    with MailHost(tls=tls, context=certificate, login=True) as host:
        login = {"tls": tls, "username": LOGIN[0], "password": LOGIN[1], "ca_file": ca_file}
        outcome = send(channel(host, smtp=login))
    assert outcome.result is Result.SENT, outcome.detail
    assert host.encrypted == [True]
    assert host.logins == [LOGIN]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(tls: str, certificate: ssl.SSLContext) -> None:
    with MailHost(tls=tls, context=certificate) as host:
        outcome = send(channel(host, smtp={"tls": tls}))
    assert outcome.result is Result.RETRY
    assert "certificate" in outcome.detail
    assert host.raw == []


def test_a_host_without_starttls_gets_nothing_in_the_open(host: MailHost) -> None:
    outcome = send(channel(host, smtp={"tls": "starttls"}))
    assert outcome.result is Result.RETRY
    assert host.raw == []


def test_a_wrong_password_is_told_without_the_password(certificate: ssl.SSLContext, ca_file: Path) -> None:
    with MailHost(tls="starttls", context=certificate, login=True) as host:
        login = {"tls": "starttls", "username": "desk", "password": "hunter2hunter2", "ca_file": ca_file}
        target = channel(host, smtp=login)
        outcome = send(target)
    assert outcome.result is Result.RETRY
    assert "535" in outcome.detail or "Auth" in outcome.detail
    assert "hunter2" not in outcome.detail + repr(target.settings)


def test_a_login_over_an_open_line_is_a_configuration_error() -> None:
    with pytest.raises(ValueError, match="starttls or tls"):
        channel(25, smtp={"host": "mail.example", "username": "desk", "password": "x"})


def test_a_mail_refused_for_its_contents_is_a_dead_letter(host: MailHost) -> None:
    host.refusals = ["554 5.7.1 looks like spam"]
    outcome = send(channel(host))
    assert (outcome.result, outcome.whole_target) == (Result.REJECTED, False)


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "452 4.2.2 full"])
def test_a_passing_refusal_is_tried_again(host: MailHost, answer: str) -> None:
    host.refusals = [answer]
    assert send(channel(host)).result is Result.RETRY


def test_one_refused_recipient_does_not_cost_the_others(host: MailHost) -> None:
    host.refused_recipients = ("gone@example.org",)
    outcome = send(channel(host, to=["desk@example.org", "gone@example.org"]))
    assert outcome.result is Result.SENT
    assert "gone@example.org" in outcome.detail
    assert len(host.raw) == 1


def test_an_unreachable_host_is_tried_again_and_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = send(channel(port))
    assert outcome.result is Result.RETRY
    assert "127.0.0.1" in outcome.detail


def test_a_host_that_says_nothing_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it connects, but nobody ever speaks
        outcome = send(channel(silent.getsockname()[1], timeout=0.2))
    assert outcome.result is Result.RETRY


@pytest.mark.parametrize(
    "hostile",
    [
        "line\r\nBcc: everybody@example.org",
        "\u202egnp.exe\u2066 turned",
        "x" * 10_000,
        "<script>alert(1)</script><img src=x onerror=y>",
        "=?utf-8?q?=0D=0ABcc:_x?=",
        "null \x00 and escape \x1b[31m",
        "{{ 7*7 }} {% raw %}",
    ],
)
def test_a_hostile_title_or_name_stays_words(host: MailHost, hostile: str) -> None:
    said = statement(claim_title=hostile, report=report(title=hostile, outlet=hostile))
    send(channel(host), message(said, thread_title=hostile, headline=hostile, lines=(hostile,)))
    mail = host.mails[0]
    assert mail["Bcc"] is None
    assert not mail.defects
    html = part(mail, "html")
    assert "<script>" not in html
    assert "onerror=y>" not in html
    assert "49" not in mail["Subject"]
    assert not set("\u202e\u2066\x00\x1b") & set(html + part(mail, "plain") + mail["Subject"])
    assert max(len(line) for line in host.raw[0].splitlines()) < 998


@pytest.mark.parametrize("address", ["desk", "a@b\r\nBcc: c@d", "a@b, c@d", "@", "ä@example.org"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        channel(25, to=[address])
