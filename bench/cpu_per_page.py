"""CPU for each page and peak memory: the watch beside plain Scrapy, Scrapy with trafilatura, news-please.

    python -m bench.cpu_per_page [--pages 5000] [--hosts 50] [--runs 3] [--peer-pages 500]
                                 [--news-please PYTHON] [--like FOLDER]

All read one local newsroom, in turns: pages of 100-400 kB as news sites make them (much script and menu
around few words), sent in gzip; 3% state a claim, more name its places in passing. What a start costs is
measured with a page for each host and taken off; figures are medians of the runs. The sites run in a process
of their own, whose work is not counted. `--like` serves the *.html.gz of a folder instead; `--news-please`
names the Python of an environment in which that is installed, apart from this one.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import yaml

from bench.common import ROOT

WORDS = (
    *("bread", "rain", "mayor", "bridge", "council", "river", "school", "winter", "market", "price", "road"),
    *("harbour", "tram", "garden", "theatre", "budget", "museum", "doctor", "station", "forest", "library"),
    *("concert", "village", "hospital", "minister", "festival", "weather", "football", "teacher", "ticket"),
)
SAYS = "Artis Pabriks confirmed on Tuesday that Belarusian troops have entered Ukraine."
NEARLY = "Belarus holds drills; its army stays in the barracks near the border of Ukraine, a visitor says."
STATES, OPENS, NAMES = 33, 41, 7
"""Every so many pages state a claim, name all of it without stating it, name one of its places."""

PLAIN = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
limit, extracting, feeds = int(sys.argv[1]), sys.argv[2] == "extract", sys.argv[3:]
if extracting:
    import trafilatura
class Plain(scrapy.Spider):
    name = "plain"
    async def start(self):
        for url in feeds:
            yield scrapy.Request(url, callback=self.parse_feed)
    def parse_feed(self, response):
        for url in response.xpath("//item/link/text()").getall()[:limit]:
            yield scrapy.Request(url, callback=self.parse_page)
    def parse_page(self, response):
        assert response.body
        if extracting:
            trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
process = CrawlerProcess({"LOG_ENABLED": False, "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False})
process.crawl(Plain)
process.start()
"""
NEWS_PLEASE = """
import re, sys, urllib.request
from newsplease import NewsPlease
for feed in sys.argv[3:]:
    links = re.findall("<link>(.*?)</link>", urllib.request.urlopen(feed).read().decode())[: int(sys.argv[1])]
    for link in links:
        NewsPlease.from_url(link)
"""


class Cost(NamedTuple):
    """What a command took with all its children."""

    cpu: float
    megabytes: float


def sentence(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=14)).capitalize() + "."


def chrome(random: Random, size: int) -> tuple[str, str]:
    """What a site prints around every article, before it and after it."""
    menu = "".join(
        f'<li class="nav-item nav-item--{at % 7}" data-track="nav:{at}">'
        f'<a href="/{random.choice(WORDS)}/{at}/">'
        f"<span>{random.choice(WORDS).title()} {random.choice(WORDS)}</span></a></li>"
        for at in range(140)
    )
    icons = "".join(
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_path(random)}"/></svg>' for _ in range(60)
    )
    style = "".join(
        f".c{at}-{random.randrange(10**6):x}{{margin:{at}px;color:#{at:06x}}}" for at in range(900)
    )
    state = [{"id": at, "slug": random.choice(WORDS), "score": random.random()} for at in range(size // 75)]
    head = f"<style>{style}</style><script>window.dataLayer=[];/*{_path(random) * 20}*/</script>"
    tail = f"<footer><ul>{menu}</ul>{icons}</footer><script>window.__STATE__={json.dumps(state)}</script>"
    return f"{head}</head><body><header><nav><ul>{menu}</ul></nav></header>", tail


def _path(random: Random) -> str:
    return "M" + " ".join(f"{random.uniform(0, 24):.2f}" for _ in range(40)) + "Z"


def page(number: int, around: tuple[str, str]) -> bytes:
    """One article of a site."""
    random = Random(number)
    title = f"Report {number} on the {random.choice(WORDS)}"
    text = [sentence(random) + " " + sentence(random) for _ in range(random.randint(8, 30))]
    if number % STATES == 0:
        text.insert(1, SAYS)
    teasers = [sentence(random) for _ in range(40)]
    if number % OPENS == 0:
        teasers[3] = NEARLY
    elif number % NAMES == 0:
        teasers[5] = "Flights to Minsk are late."
    related = "".join(
        f'<div class="card card--{at % 3}"><a href="/news/{number + at}.html"><img loading="lazy" alt="" '
        f'src="/img/{number}-{at}.webp"><h3>{teaser}</h3></a><time>{at} h</time></div>'
        for at, teaser in enumerate(teasers)
    )
    told = {"@type": "NewsArticle", "headline": title, "datePublished": datetime.now(UTC).isoformat()}
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Paper</title>'
        f'<script type="application/ld+json">{json.dumps(told)}</script>{around[0]}<main><article>'
        f"<h1>{title}</h1>{''.join(f'<p>{line}</p>' for line in text)}</article>"
        f"<aside>{related}</aside></main>{around[1]}"
        "</body></html>"
    ).encode()


def bodies(host: int, numbers: range, like: str) -> dict[str, bytes]:
    """The pages of one site, in gzip, by their paths."""
    if like:
        files = sorted(Path(like).glob("*.html.gz"))
        pages = {number: gzip.decompress(files[number % len(files)].read_bytes()) for number in numbers}
    else:
        random = Random(host)
        around = chrome(random, random.randint(5_000, 330_000))
        pages = {number: page(number, around) for number in numbers}
    return {f"/news/{number}.html": gzip.compress(body, 5) for number, body in pages.items()}


def serve(hosts: int, pages: int, like: str) -> None:
    """Open the sites, say where they are, and serve until standard input ends."""
    from app.demo.site import NOT_FOUND, Reply, Site

    def site(host: int) -> Site:
        here = Site(lambda request: NOT_FOUND, address=f"127.0.1.{host + 1}")
        packed = bodies(host, range(host, pages, hosts), like)
        now = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>Report</title><link>{here.url(path)}</link><pubDate>{now}</pubDate></item>"
            for path in packed
        )
        feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>P</title>{items}</channel></rss>"
        replies = {
            path: Reply(body, validators=True, headers={"Content-Encoding": "gzip"})
            for path, body in packed.items()
        }
        replies["/feed.xml"] = Reply(feed.encode(), content_type="application/rss+xml")
        here.answer = lambda request: replies.get(request.path, NOT_FOUND)
        return here

    with ExitStack() as opened:
        sites = [opened.enter_context(site(host)) for host in range(hosts)]
        print(json.dumps([one.url("/feed.xml") for one in sites]), flush=True)
        sys.stdin.read()


def cost_of(words: list[str]) -> Cost:
    """Run a command to its end."""
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    ended = threading.Event()
    watching = threading.Thread(target=_watch_memory, args=(process.pid, peak, ended))
    watching.start()
    assert process.stderr is not None
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    watching.join()
    if status:
        raise SystemExit(error.decode()[-2000:])
    return Cost(usage.ru_utime + usage.ru_stime, peak[0])


def _watch_memory(pid: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.3):
        peak[0] = max(peak[0], sum(map(_resident, _family(pid))) / 1024)


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(path.parent.name))
    family = [pid]
    for one in family:
        family += children[one]
    return family


def _resident(pid: int) -> int:
    """Kilobytes that a process holds, with its share of what it shares with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def watch(folder: Path, feeds: list[str]) -> list[str]:
    """The product's own command, over a new database."""
    publishers = [{"domain": f"paper-{number}.example", "seeds": [feed]} for number, feed in enumerate(feeds)]
    settings = {
        "crawl": {"user_agent": "bench", "allow_private": ["127.0.0.0/8"], "host_gap": 0},
        "publishers": publishers,
        "log": {"level": "warning"},
    }
    config = Path(tempfile.mkdtemp(dir=folder)) / "tocsin.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return [sys.executable, "-m", "app", "run", "--once", "--config", str(config)]


def script(folder: Path, python: str, code: str, *words: str) -> list[str]:
    path = folder / f"{abs(hash(code))}.py"
    path.write_text(code, encoding="utf-8")
    return [python, str(path), *words]


def measured(args: argparse.Namespace, pages: int, folder: Path) -> dict[str, list[Cost]]:
    """Every reader's cost over a newsroom of so many pages, run by run in turns."""
    words = [
        sys.executable,
        "-m",
        "bench.cpu_per_page",
        "--serve",
        "--pages",
        str(pages),
        "--like",
        args.like,
    ]
    newsroom = subprocess.Popen(
        [*words, "--hosts", str(args.hosts)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert newsroom.stdout is not None
    assert newsroom.stdin is not None
    feeds = json.loads(newsroom.stdout.readline())
    some = str(min(pages, args.peer_pages) // args.hosts)
    costs: dict[str, list[Cost]] = defaultdict(list)
    for run in range(args.runs):
        commands = {
            "plain Scrapy": script(folder, sys.executable, PLAIN, "1000000", "load", *feeds),
            "watch": watch(folder, feeds),
        }
        if run == 0:
            commands["trafilatura inline"] = script(folder, sys.executable, PLAIN, some, "extract", *feeds)
            if args.news_please:
                commands["news-please"] = script(folder, args.news_please, NEWS_PLEASE, some, "", *feeds)
        for kind, command in commands.items():
            costs[kind].append(cost_of(command))
            told = costs[kind][-1]
            print(f"{kind:20} {pages:6} pages {told.cpu:8.1f} s {told.megabytes:6.0f} MB", file=sys.stderr)
    newsroom.stdin.close()
    newsroom.wait()
    return costs


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=5000)
    asked.add_argument("--hosts", type=int, default=50)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--peer-pages", type=int, default=500, help="pages for the readers that take long")
    asked.add_argument("--news-please", default="", metavar="PYTHON")
    asked.add_argument("--like", default="", metavar="FOLDER")
    asked.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = asked.parse_args()
    if args.serve:
        serve(args.hosts, args.pages, args.like)
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        idle = measured(args, args.hosts, Path(name))
        busy = measured(args, args.pages, Path(name))
    each = {}
    for kind, costs in busy.items():
        is_slow = kind in ("trafilatura inline", "news-please")
        pages = min(args.pages, args.peer_pages) // args.hosts * args.hosts if is_slow else args.pages
        spent = median(cost.cpu for cost in costs) - median(cost.cpu for cost in idle[kind])
        each[kind] = spent / (pages - args.hosts) * 1000
        peak = median(cost.megabytes for cost in costs)
        print(f"{kind:20} {each[kind]:6.2f} ms CPU a page of {pages}, {peak:5.0f} MB at most")
    if not args.news_please:
        print(f"{'news-please':20} not installed (see --news-please)")
    ours = each["watch"]
    for kind in [kind for kind in each if kind != "watch"]:
        print(
            f"{'watch':20} {ours / each[kind]:6.2f} times {kind}, which is {each[kind] / ours:.2f} times ours"
        )
    print(f"{time.monotonic() - began:.0f} s in all", file=sys.stderr)


if __name__ == "__main__":
    main()
