"""From publication on a local newsroom to the webhook: 500 seeds that are polled every five minutes.

    python -m bench.latency [--seeds 500] [--minutes 20] [--speed 4]

The daemon is the product's own command with its default limits, and reads a played clock (`rehearsal`) that
runs `speed` times faster, so that five minutes of waiting take less; nothing else is scaled. A latency is
made of the wait until a feed is fetched that names the article, by the played clock, and of all that follows,
by the wall's: link, page, worker, transaction, delivery. Each publisher is a host of its own and publishes
one article; of these, as many state a claim as there are known persons to say it. A statement that nobody was
told of is printed with how far its article came.
The last figures are in docs/measured.md.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlmodel import col

from bench.common import ROOT, elsewhere, percentile

BEGAN = datetime(2022, 3, 1, 6, tzinfo=UTC)
QUIET = 400.0
"""Played seconds before the first publication and after the last: a round of the seeds, and some."""

SECRET = "whsec_dG9jc2luLWJlbmNoLXRvY3Npbi1iZW5jaC10b2NzaW4="
SAYING = (
    "that Belarusian troops have entered Ukraine",
    "that missiles were launched at Ukraine from Belarus",
)
FILLER = "<p>The council spoke of bread, of rain and of the bridge, and will go on tomorrow.</p>" * 40


def sentences() -> list[str]:
    """What may be said: each known person's word on each claim rings once."""
    from matchers.engine import Engine

    known = [one.name for one in Engine.load().directory.known if one.kind == "person" and one.side != "by"]
    return [f"{name} confirmed on Tuesday {saying}." for saying in SAYING for name in known]


def serve(pipe: Connection, said: dict[int, str], due: list[float], began: float, speed: float) -> None:
    """The newsroom: `due` are the wall seconds after `began` at which each publisher's article is out.

    It answers when each article was first named by a feed that it served, and when its page was fetched.
    """
    from app.demo.site import Reply, Request, Site

    named: dict[int, float] = {}
    fetched: dict[int, float] = {}

    def answer(request: Request) -> Reply:
        host, now = request.headers["host"], time.time()
        _, _, high, low = host.partition(":")[0].split(".")
        number = (int(high) - 1) * 250 + int(low) - 1
        when = BEGAN + timedelta(seconds=due[number] * speed)
        if request.path == "/rss":
            items = f"<item><title>Old</title><link>http://{host}/old</link></item>"
            if now >= began + due[number]:
                named.setdefault(number, now)
                link = f"<link>http://{host}/news/{number}</link><pubDate>{format_datetime(when)}</pubDate>"
                items = f"<item><title>Report</title>{link}</item>{items}"
            body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
            return Reply(body.encode(), content_type="application/rss+xml", validators=True)
        if request.path == f"/news/{number}":
            fetched.setdefault(number, now)
            head = (
                f'<meta property="article:published_time" content="{when.isoformat()}"><title>Report</title>'
            )
            text = f"<h1>Report</h1><p>{said.get(number, '')}</p>{FILLER}"
            body = f"<body><article>{text}</article></body>"
            return Reply(f"<!doctype html><html lang=en><head>{head}</head>{body}</html>".encode())
        return Reply(b"", status=404)

    with Site(answer, address="0.0.0.0") as site:
        pipe.send(site.port)
        pipe.recv()
        pipe.send((named, fetched))
        pipe.recv()


def configure(folder: Path, seeds: int, port: int, hook: str, began: float, speed: float) -> Path:
    hosts = [f"127.0.{n // 250 + 1}.{n % 250 + 1}:{port}" for n in range(seeds)]
    day = 86_400.0
    clock = [(0.0, BEGAN), (day, BEGAN + timedelta(seconds=day * speed))]
    settings: dict[str, Any] = {
        "crawl": {"user_agent": "bench (+mailto:desk@example.org)", "allow_private": ["127.0.0.0/8"]},
        "publishers": [
            {"domain": f"p{n}.example", "seeds": [f"http://{host}/rss"], "every": {"min": "5m", "max": "5m"}}
            for n, host in enumerate(hosts)
        ],
        "channels": {"hook": {"kind": "webhook", "url": hook, "secret": SECRET}},
        "routes": [{"to": ["hook"]}],
        "alerts": {"burst": {"count": 1000}, "heartbeat": False},
        "log": {"format": "json"},
        "rehearsal": {
            "clock": [{"wall": wall, "at": at.isoformat()} for wall, at in clock],
            "started": datetime.fromtimestamp(began, UTC).isoformat(),
        },
    }
    path = folder / "tocsin.yaml"
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def skip_first_round(folder: Path) -> None:
    """Make the store as a first round over empty feeds leaves it, after which each alert rings by itself."""
    from alerts import standings
    from alerts.routing import Routing
    from store import migrations
    from store.session import Store

    url = f"sqlite:///{folder / 'tocsin.db'}"
    migrations.prepare(url)
    store = Store(url)
    with store.write() as session:
        standings.open_standings(session, now=BEGAN)
        standings.close_standings(session, now=BEGAN, routing=Routing())
    store.close()


def fates(folder: Path, numbers: Iterable[int]) -> Iterator[str]:
    """How far each article came that the daemon's store knows of."""
    from store.models import Alert, Alias, Article, Delivery, Link, Speaker, Statement
    from store.session import Store

    way = (
        select(*map(col, (Link.url, Link.state, Link.outcome, Speaker.name, Statement.status)))
        .add_columns(*map(col, (Statement.novelty, Alert.uid, Delivery.state, Delivery.last_error)))
        .outerjoin(Article, col(Article.link_id) == Link.id)
        .outerjoin(Statement, col(Statement.article_id) == Article.id)
        .outerjoin(Alias, col(Alias.id) == Statement.alias_id)
        .outerjoin(Speaker, col(Speaker.id) == Alias.speaker_id)
        .outerjoin(Alert, col(Alert.statement_id) == Statement.id)
        .outerjoin(Delivery, col(Delivery.alert_id) == Alert.id)
    )
    store = Store(f"sqlite:///{folder / 'tocsin.db'}")
    with store.read() as session:
        known = {row[0].rpartition("/")[2]: row[1:] for row in session.execute(way).all()}
    store.close()
    for number in sorted(numbers):
        came = known.get(str(number), ("no feed that names it was read",))
        yield f"article {number}: {', '.join(str(part) for part in came if part)}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=500)
    asked.add_argument("--minutes", type=float, default=20, help="played minutes in which articles come out")
    asked.add_argument("--speed", type=float, default=4)
    args = asked.parse_args()
    from app.demo.receivers import Hooked, HookServer

    luck = random.Random(1)
    due = [(QUIET + luck.uniform(0, args.minutes * 60)) / args.speed for _ in range(args.seeds)]
    said = dict(zip(luck.sample(range(args.seeds), args.seeds), sentences(), strict=False))
    began = time.time() + 30
    told: dict[int, float] = {}

    def on_hook(hooked: Hooked) -> None:
        arrived, data = time.time(), json.loads(hooked.body)["data"]
        if data["kind"] == "statement":
            told.setdefault(int(data["statement"]["report"]["url"].rpartition("/")[2]), arrived)

    with (
        tempfile.TemporaryDirectory() as name,
        elsewhere(serve, said, due, began, args.speed) as pipe,
        HookServer(SECRET, on_hook) as hooks,
    ):
        folder = Path(name)
        skip_first_round(folder)
        config = configure(folder, args.seeds, pipe.recv(), hooks.url, began, args.speed)
        command = [sys.executable, "-m", "app", "run", "--config", str(config)]
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        time.sleep(max(0.0, began + (2 * QUIET + args.minutes * 60) / args.speed - time.time()))
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(30)
        pipe.send("what was asked for")
        named, fetched = pipe.recv()
        if not told:
            print((folder / "log").read_text(encoding="utf-8")[-3000:])
        for fate in fates(folder, said.keys() - told.keys()):
            print(fate)
    waited = {n: (named[n] - began - due[n]) * args.speed for n in told}
    whole = [waited[n] + told[n] - named[n] for n in told]
    for what, seconds in (
        ("until a feed that names it is fetched", waited.values()),
        ("from its page fetched to the webhook", [told[n] - fetched[n] for n in told]),
        ("publication to webhook", whole),
    ):
        print(f"{what:38} p50 {percentile(seconds, 0.5):6.1f} s, p95 {percentile(seconds, 0.95):6.1f} s")
    print(f"{len(fetched)} of {args.seeds} articles fetched, {len(told)} of {len(said)} statements told")


if __name__ == "__main__":
    main()
