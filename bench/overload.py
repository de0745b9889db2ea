"""Ten times more news than can be read: what is read first, what waits, what is said of it, what memory does.

    python -m bench.overload [--hosts 40] [--seconds 120] [--pace 120]

`pace` articles come out every second, each of which states a claim, over so many hosts whose feeds are due
every 10 to 20 s. The daemon is the product's own command with its default limits.
The last figures are in docs/measured.md.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import yaml

from bench.common import ROOT, elsewhere, percentile

NAMED = 30
"""A feed holds its newest entries only, as feeds do."""

EVERY = {"min": "10s", "max": "20s"}
TEXT = "<p>Artis Pabriks confirmed on Tuesday that Belarusian troops have entered Ukraine.</p>"
FILLER = "<p>The council spoke of bread, of rain and of the bridge, and will go on tomorrow.</p>" * 60


def serve(pipe: Connection, hosts: int, pace: float, began: float) -> None:
    """The newsroom; it answers how old each article was when it was fetched, and how far apart polls were."""
    from app.demo.site import Reply, Request, Site

    ages: list[tuple[float, float]] = []
    polls: dict[str, list[float]] = {}
    apart = hosts / pace

    def answer(request: Request) -> Reply:
        host, now = request.headers["host"], time.time()
        if request.path == "/rss":
            polls.setdefault(host, []).append(now)
            latest = int((now - began) / apart)
            items = "".join(
                f"<item><title>Report {n}</title><link>http://{host}/news/{n}</link>"
                f"<pubDate>{format_datetime(datetime.fromtimestamp(began + n * apart, UTC))}</pubDate></item>"
                for n in range(latest, max(latest - NAMED, 0), -1)
            )
            body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
            return Reply(body.encode(), content_type="application/rss+xml", validators=True)
        number = request.path.removeprefix("/news/")
        if number.isdigit():
            ages.append((now, now - began - int(number) * apart))
            title = f"<title>Report {number} of {host}</title>"
            return Reply(f"<!doctype html><html lang=en>{title}<body><article>{TEXT}{FILLER}".encode())
        return Reply(b"", status=404)

    with Site(answer, address="0.0.0.0") as site:
        pipe.send(site.port)
        pipe.recv()
        pipe.send((ages, polls))
        pipe.recv()


def configure(folder: Path, hosts: int, port: int) -> Path:
    names = [f"127.0.1.{n + 1}:{port}" for n in range(hosts)]
    settings = {
        "crawl": {"user_agent": "bench (+mailto:desk@example.org)", "allow_private": ["127.0.0.0/8"]},
        "publishers": [
            {
                "domain": f"p{n}.example",
                "seeds": [{"url": f"http://{name}/rss", "kind": "feed"}],
                "every": EVERY,
            }
            for n, name in enumerate(names)
        ],
        "log": {"format": "json"},
    }
    path = folder / "tocsin.yaml"
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


def memory_of(pid: int) -> float:
    """Resident MB of a process and its children."""
    children = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    pages = 0
    for one in (str(pid), *children):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * 4096 / 1e6


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--hosts", type=int, default=40)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--pace", type=float, default=120, help="articles a second, over all hosts")
    args = asked.parse_args()
    began, memory = time.time() - 60, []
    with (
        tempfile.TemporaryDirectory() as name,
        elsewhere(serve, args.hosts, args.pace, began) as pipe,
    ):
        folder = Path(name)
        config = configure(folder, args.hosts, pipe.recv())
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "app", "run", "--config", str(config)]
            daemon = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        started, ends = time.time(), time.time() + args.seconds
        while time.time() < ends:
            time.sleep(10)
            memory.append(memory_of(daemon.pid))
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(30)
        pipe.send("what was asked for")
        ages, polls = pipe.recv()
        events = Counter(
            json.loads(line)["event"] for line in (folder / "log").open("rb") if line[:1] == b"{"
        )
    late = [age for at, age in ages if at > ends - args.seconds / 2]
    asked_at = [[started, *times, ends] for times in polls.values()]
    longest = [max(b - a for a, b in pairwise(times)) for times in asked_at]
    longest += [args.seconds] * (args.hosts - len(polls))
    came = args.pace * args.seconds
    print(
        f"{came:.0f} articles came out, {len(ages)} were fetched: {came / max(len(ages), 1):.1f} times more"
    )
    print(f"age when fetched, second half: median {median(late):.0f} s, p95 {percentile(late, 0.95):.0f} s")
    print(f"feeds asked: {len(polls)} of {args.hosts}; longest wait: median {median(longest):.0f} s")
    print(f"memory of daemon and workers, MB: {' '.join(f'{megabytes:.0f}' for megabytes in memory)}")
    print("log:", ", ".join(f"{event} {count}" for event, count in events.most_common()))


if __name__ == "__main__":
    main()
