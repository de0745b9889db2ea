import io
import json
import logging

import pytest
import structlog

from config.logs import configure
from config.secrets import MASK, mask, secrets_of
from config.sections import LogSettings
from config.settings import Settings


def lines(settings: LogSettings, **options: frozenset[str]) -> io.StringIO:
    stream = io.StringIO()
    configure(settings, stream=stream, **options)
    return stream


def test_off_a_terminal_a_line_is_json() -> None:
    stream = lines(LogSettings())
    structlog.get_logger("app").info("statement found", claim="x", words="білоруські")
    told = json.loads(stream.getvalue())
    assert (told["event"], told["claim"], told["level"]) == ("statement found", "x", "info")
    assert "білоруські" in stream.getvalue()


def test_libraries_write_the_same_lines() -> None:
    stream = lines(LogSettings())
    logging.getLogger("scrapy.core.engine").info("crawled")
    logging.getLogger("scrapy.core.engine").warning("robots.txt of %s failed", "example.org")
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [one["event"] for one in told] == ["robots.txt of example.org failed"]


def test_at_debug_libraries_are_heard() -> None:
    stream = lines(LogSettings(level="debug"))
    logging.getLogger("scrapy.core.engine").debug("crawled")
    assert "crawled" in stream.getvalue()


def test_the_level_is_kept() -> None:
    stream = lines(LogSettings(level="warning"))
    structlog.get_logger("app").info("nothing")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_reaches_a_line(form: str) -> None:
    secret = 'p"ss\\wörd'
    stream = lines(LogSettings.model_validate({"format": form}), secrets=frozenset({secret}))
    try:
        raise ValueError(f"login failed with {secret}")
    except ValueError:
        structlog.get_logger("app").exception("mail failed", password=secret)
    assert MASK in stream.getvalue()
    assert "wörd" not in stream.getvalue()


def test_secrets_are_found_in_channels_and_urls() -> None:
    settings = Settings.model_validate(
        {
            "database": {"url": "postgresql://u:dbpass@h/db"},
            "channels": {
                "desk": {"kind": "email", "smtp": {"host": "mail.example.org", "password": "hunter22"}},
                "slack": {"kind": "slack", "url": "https://hooks.example.org/services/T0/B0/XYZ"},
                "hook": {
                    "kind": "webhook",
                    "url": "https://example.org/h00k",
                    "headers": {"X-Me": "me-me-me"},
                },
                "other": {"kind": "apprise", "urls": ["tgram://123:abc/chat"]},
            },
        }
    )
    found = secrets_of(settings)
    paths = {"/services/T0/B0/XYZ", "/h00k", "h00k"}
    assert found == {"dbpass", "hunter22", "me-me-me", "tgram://123:abc/chat", *paths}


@pytest.mark.parametrize(
    ("url", "line", "told"),
    [
        (
            "https://example.org/alerts",
            'alerts.routing: "/alerts" of https://example.org/alerts?x, at /srv/alerts/routing.py',
            f'alerts.routing: "/{MASK}" of https://example.org/{MASK}?x, at /srv/alerts/routing.py',
        ),
        (
            "https://hooks.example.org/api/webhooks/8812/sEcReT-9?wait=true&key=k3y-of-desk",
            "POST /api/webhooks/8812/sEcReT-9 with k3y-of-desk: webhooks.api waits, true",
            f"POST /api/webhooks/{MASK}/{MASK} with {MASK}: webhooks.api waits, true",
        ),
        (
            "https://hc.example.org/ping/aaaabbbbccccddddeeee",
            "ping of hc.example.org: aaaabbbbccccddddeeee failed",
            f"ping of hc.example.org: {MASK} failed",
        ),
    ],
    ids=["words alone", "tokens among words", "letters that are no word"],
)
def test_of_an_address_what_is_secret_is_hidden_and_words_elsewhere_are_not(
    url: str, line: str, told: str
) -> None:
    settings = Settings.model_validate({"channels": {"hook": {"kind": "webhook", "url": url}}})
    assert mask(line, secrets_of(settings)) == told


def test_a_url_keeps_its_host_and_loses_its_password() -> None:
    assert mask("postgresql://tocsin:pa55@db/x failed") == f"postgresql://tocsin:{MASK}@db/x failed"
