"""CPU seconds for each page: the whole watch beside a plain Scrapy spider that only downloads the same pages.

Both read one local newsroom of several hosts, of whose pages 3% state a claim. What a start costs is measured
with no pages and taken off. The sites run in a process of their own, so their work is not counted.

    python bench/cpu_per_page.py [--pages 1000] [--hosts 10] [--kilobytes 150]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.demo.site import Reply, Site  # noqa: E402  after the path

SAYS = "Artis Pabriks confirmed on Tuesday that Belarusian troops have entered Ukraine."
SPIDER = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
class Plain(scrapy.Spider):
    name = "plain"
    async def start(self):
        for url in sys.argv[1:]:
            yield scrapy.Request(url, callback=self.parse_feed)
    def parse_feed(self, response):
        for url in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(url, callback=self.parse_page)
    def parse_page(self, response):
        assert response.body
process = CrawlerProcess({"LOG_ENABLED": False, "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False})
process.crawl(Plain)
process.start()
"""


def page(number: int, kilobytes: int) -> bytes:
    """A page as news sites print them: much around few words."""
    title = f"Report {number} on the price of bread"
    text = [
        f"Paragraph {line} of report {number} tells of bread, of rain and of the mayor." for line in range(25)
    ]
    if number % 33 == 0:
        text.insert(1, SAYS)
    links = "".join(
        f'<li class="teaser teaser--{at % 7}" data-track="nav-{at}">'
        f'<a href="/section/{at}/page-{number}.html">'
        f"<span>Teaser {at} of something else entirely</span></a></li>"
        for at in range(kilobytes * 1000 // 190)
    )
    body = "".join(f"<p>{line}</p>" for line in text)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Paper</title>'
        f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()}"></head><body>'
        f"<nav><ul>{links}</ul></nav><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    ).encode()


def serve(hosts: int, pages: int, kilobytes: int) -> None:
    """Open the sites, say where, and serve until standard input ends."""
    with ExitStack() as opened:
        addresses = []
        for host in range(hosts):
            numbers = range(host, pages, hosts)
            site = Site(lambda request: Reply(status=404), address=f"127.0.1.{host + 1}")
            site.answer = _answer(site, numbers, kilobytes)
            opened.enter_context(site)
            addresses.append(site.url("/feed.xml"))
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()


def _answer(site: Site, numbers: range, kilobytes: int):
    pages = {f"/news/{number}.html": page(number, kilobytes) for number in numbers}
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>Report</title><link>{site.url(path)}</link><pubDate>{now}</pubDate></item>"
        for path in pages
    )
    feed = (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>P</title>{items}</channel></rss>".encode()
    )

    def answer(request):
        if request.path == "/feed.xml":
            return Reply(feed, content_type="application/rss+xml")
        if request.path in pages:
            return Reply(pages[request.path], validators=True)
        return Reply(b"", status=404)

    return answer


def cpu_of(words: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of a command with all its children."""
    began = time.monotonic()
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(error.decode()[-2000:])
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began


def watch(folder: Path, feeds: list[str]) -> list[str]:
    publishers = [{"domain": f"paper-{number}.example", "seeds": [feed]} for number, feed in enumerate(feeds)]
    settings = {
        "crawl": {"user_agent": "bench", "allow_private": ["127.0.0.0/8"], "host_gap": 0},
        "publishers": publishers,
        "log": {"level": "warning"},
    }
    folder.mkdir()
    config = folder / "tocsin.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return [sys.executable, "-m", "app", "run", "--once", "--config", str(config)]


def spider(folder: Path, feeds: list[str]) -> list[str]:
    script = folder / "spider.py"
    script.write_text(SPIDER, encoding="utf-8")
    return [sys.executable, str(script), *feeds]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=1000)
    asked.add_argument("--hosts", type=int, default=10)
    asked.add_argument("--kilobytes", type=int, default=150)
    asked.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = asked.parse_args()
    if args.serve:
        serve(args.hosts, args.pages, args.kilobytes)
        return
    size = ["--hosts", str(args.hosts), "--kilobytes", str(args.kilobytes)]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        for pages in (0, args.pages):
            words = [sys.executable, __file__, "--serve", "--pages", str(pages), *size]
            newsroom = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            feeds = json.loads(newsroom.stdout.readline())
            for kind, command in (
                ("watch", watch(Path(name) / str(pages), feeds)),
                ("scrapy", spider(Path(name), feeds)),
            ):
                cpu, wall = cpu_of(command)
                figures[f"{kind} {pages}"] = cpu
                print(f"{kind:7} {pages:6} pages: {cpu:6.1f} s CPU, {wall:6.1f} s wall", flush=True)
            newsroom.stdin.close()
            newsroom.wait()
    each = {
        kind: (figures[f"{kind} {args.pages}"] - figures[f"{kind} 0"]) / args.pages * 1000
        for kind in ("watch", "scrapy")
    }
    print(
        f"watch {each['watch']:.1f} ms a page, plain Scrapy {each['scrapy']:.1f} ms, "
        f"{each['watch'] / each['scrapy']:.2f} times"
    )


if __name__ == "__main__":
    main()
