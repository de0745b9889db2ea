"""A newspaper, receivers and the real daemon on loopback, under a clock that runs a hundred times faster.

The daemon is a process of its own, started by its command, so that tests can kill it as a machine would.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from alerts import standings
from alerts.routing import Routing
from app.clock import system_now
from app.demo.receivers import Inbox
from app.demo.site import Reply, Request, Site
from store.migrations import prepare
from store.session import Store

ROOT = Path(__file__).parents[2]
SECRET = "whsec_dG9jc2luLXRlc3QtdG9jc2luLXRlc3QtdG9jc2lu"
BEGAN = datetime(2022, 3, 1, 6, tzinfo=UTC)
SPEED = 100

TROOPS, MISSILES = "belarus-troops-in-ukraine", "missiles-from-belarus"
SAYING = {
    TROOPS: "that Belarusian troops have entered Ukraine",
    MISSILES: "that missiles were launched at Ukraine from Belarus",
}
VERB = {"confirm": "confirmed", "deny": "denied"}


@dataclass(frozen=True, slots=True)
class Said:
    """What one article reports: the key of the alert that it must ring."""

    speaker: str
    claim: str
    stance: str = "confirm"


@dataclass(slots=True)
class Paper:
    """The newspaper: articles that are out, in order, and pages that answer in their own way."""

    out: list[Said]
    oddities: dict[str, Reply]

    def answer(self, request: Request) -> Reply:
        path, host = request.path.partition("?")[0], f"http://{request.headers['host']}"
        if path in self.oddities:
            return self.oddities[path]
        if path == "/feed.xml":
            return Reply(self._feed(host).encode(), content_type="application/rss+xml", validators=True)
        number = path.removeprefix("/news/report-")
        if number.isdigit() and int(number) < len(self.out):
            return Reply(page_of(self.out[int(number)], int(number)).encode(), validators=True)
        return Reply(b"not found", status=404, content_type="text/plain")

    def _feed(self, host: str) -> str:
        items = "".join(
            f"<item><title>{said.speaker} speaks</title><link>{host}/news/report-{number}</link>"
            f"<pubDate>{format_datetime(published(number))}</pubDate></item>"
            for number, said in reversed(list(enumerate(self.out)))
        )
        odd = "".join(
            f"<item><title>odd</title><link>{host}{path}</link></item>"
            for path in self.oddities
            if path.startswith("/news/")
        )
        channel = f"<channel><title>Paper</title>{items}{odd}</channel>"
        return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'


def published(number: int) -> datetime:
    return BEGAN + timedelta(minutes=number)


def page_of(said: Said, number: int) -> str:
    """A page as newspapers print them, with the one sentence that matters."""
    sentence = f"{said.speaker} {VERB[said.stance]} on Tuesday {SAYING[said.claim]}."
    filler = " ".join(
        f"Report {number} goes on about the price of bread in its {place} paragraph, which nobody disputes."
        for place in ("second", "third", "fourth")
    )
    when = published(number).isoformat()
    return f"""<!doctype html><html lang="en"><head><title>{said.speaker} speaks | Paper</title>
<meta property="og:title" content="{said.speaker} speaks">
<meta property="article:published_time" content="{when}">
</head><body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>{said.speaker} speaks</h1>
<time datetime="{when}">{when}</time><p>{sentence}</p><p>{filler}</p></article></body></html>"""


class Bureau:
    """Everything around the daemon, and the daemon itself. Use it as a context manager."""

    def __init__(self, folder: Path, *, settings: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self.paper = Paper([], {})
        self.site = Site(self.paper.answer)
        self.inbox = Inbox(folder, SECRET)
        self.config = folder / "tocsin.yaml"
        self.database = folder / "tocsin.db"
        self.round: subprocess.CompletedProcess[str] | None = None
        self._settings: dict[str, Any] = dict(settings or {})
        self._marker = f"{folder}-{os.getpid()}"
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self.site)
        self._open.enter_context(self.inbox)
        self.write_config()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self._open.close()

    def write_config(self) -> None:
        smtp = {"host": "127.0.0.1", "port": self.inbox.smtp_port, "tls": "none"}
        clock = [
            {"wall": 0, "at": BEGAN.isoformat()},
            {"wall": 3600, "at": (BEGAN + timedelta(seconds=3600 * SPEED)).isoformat()},
        ]
        settings: dict[str, Any] = {
            "crawl": {
                "user_agent": "tocsin-test (+mailto:desk@example.org)",
                "allow_private": ["127.0.0.0/8"],
                "tick": 0.1,
                "host_gap": 0.01,
                "recheck_for": 0,
                "timeout": 5,
            },
            "publishers": [self.publisher()],
            "channels": {
                "desk": {
                    "kind": "email",
                    "to": ["desk@example.org"],
                    "from": "tocsin@example.org",
                    "smtp": smtp,
                },
                "hook": {"kind": "webhook", "url": self.inbox.hook_url, "secret": SECRET},
            },
            "routes": [{"to": ["desk", "hook"]}],
            "alerts": {"burst": {"count": 1000}, "heartbeat": False},
            "log": {"format": "json"},
            "rehearsal": {"clock": clock, "started": system_now().isoformat()},
        }
        self.config.write_text(yaml.safe_dump({**settings, **self._settings}), encoding="utf-8")

    def change(self, settings: Mapping[str, Any]) -> None:
        """Replace whole sections of the configuration, and leave the clock as it runs."""
        written = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        self.config.write_text(yaml.safe_dump({**written, **settings}), encoding="utf-8")

    def jump(self, ahead: timedelta) -> None:
        """Let so much time pass at once, as the daemon's clock sees it."""
        rehearsal = yaml.safe_load(self.config.read_text(encoding="utf-8"))["rehearsal"]
        started = datetime.fromisoformat(rehearsal["started"]) - ahead / SPEED
        self.change({"rehearsal": {**rehearsal, "started": started.isoformat()}})

    def publisher(self) -> dict[str, Any]:
        seeds = [self.site.url("/feed.xml")]
        return {"name": "Paper", "domain": "127.0.0.1", "seeds": seeds, "every": {"min": "20s", "max": "40s"}}

    def skip_first_round(self) -> None:
        """Make the store as a first round over an empty paper leaves it, after which each alert rings."""
        prepare(f"sqlite:///{self.database}")
        store = Store(f"sqlite:///{self.database}")
        with store.write() as session:
            standings.open_standings(session, now=BEGAN)
            standings.close_standings(session, now=BEGAN, routing=Routing())
        store.close()

    def tocsin(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """One command on this bureau's configuration."""
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments, "--config", str(self.config)],
            cwd=ROOT,
            env=self._environ(environ),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def start(self, **environ: str) -> "subprocess.Popen[bytes]":
        """The daemon; its log is `daemon.log`, appended to."""
        with (self.folder / "daemon.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "app", "run", "--config", str(self.config)],
                cwd=ROOT,
                env=self._environ(environ),
                stdout=log,
                stderr=log,
            )

    def stop(self, daemon: "subprocess.Popen[bytes]") -> float:
        """End the daemon in order; how many seconds it took."""
        began = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait(timeout=15)
        assert code == 0, self.log()
        return time.monotonic() - began

    def log(self) -> str:
        path = self.folder / "daemon.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def begun(self) -> int:
        """How many daemons have come so far that they watch."""
        return self.log().count('"watch begins"')

    def processes(self) -> list[int]:
        """Every process of this bureau that is alive: daemons and their workers."""
        mark = f"TOCSIN_TEST_MARK={self._marker}".encode()
        return [pid for pid in _own_processes() if mark in _environ_of(pid)]

    def told(self) -> dict[Said, set[str]]:
        """What the webhook was told of new statements, and under which ids."""
        ids: dict[Said, set[str]] = defaultdict(set)
        for hooked in list(self.inbox.hooks):
            assert not hooked.problem, hooked.problem
            data = json.loads(hooked.body)["data"]
            if data["kind"] == "statement":
                statement = data["statement"]
                key = Said(statement["voice"]["name"], statement["claim"], statement["stance"])
                ids[key].add(hooked.id)
        return ids

    def mailed(self) -> list[str]:
        """The Message-IDs of all mails so far."""
        return [str(mail["Message-ID"]) for mail in list(self.inbox.mails)]

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def write(self, statement: str) -> None:
        """Change the store behind the daemon's back."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(statement)

    def _environ(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
        return {**kept, "TOCSIN_TEST_MARK": self._marker, **more}


def wait_for(what: Callable[[], object], *, seconds: float = 40.0, told: Callable[[], str] = str) -> None:
    """Wait until something is true; fail with what `told` says."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)


def _own_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environ_of(pid: int) -> list[bytes]:
    """A living process's environment; empty for one that is not ours, is gone, or is a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        return [] if state == "Z" else Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
