"""What the benches share: CPU time, percentiles, a reactor, processes beside ours, articles of any length."""

import asyncio
import json
import multiprocessing
import random
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from twisted.internet import asyncioreactor

from store.values import Document

ROOT = Path(__file__).parents[1]


def cpu_ms(call: Callable[[], Any]) -> float:
    """CPU milliseconds of one call in this thread: what else the machine does is not counted."""
    began = time.thread_time()
    call()
    return (time.thread_time() - began) * 1000


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 1000) * len(ordered) // 1000) - 1)]


def resident() -> float:
    """Memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


@contextmanager
def elsewhere(serve: Callable[..., None], *args: Any) -> Iterator[Connection]:
    """`serve(pipe, *args)` in a process of its own, whose CPU time is not ours; sent "enough" at the end."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, *args), daemon=True)
    process.start()
    try:
        yield ours
        ours.send("enough")
        process.join(5)
    finally:
        process.kill()


def on_reactor(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine under the asyncio reactor, as the daemon runs."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    asyncioreactor.install(loop)
    reactor: Any = import_module("twisted.internet.reactor")
    running = loop.create_task(work())
    running.add_done_callback(lambda _: reactor.stop())
    reactor.run()
    running.result()


class Corpus:
    """The labelled items of tests/eval, and articles of any length made of them."""

    def __init__(self) -> None:
        lines = [
            line
            for path in sorted((ROOT / "tests/eval").glob("*.jsonl"))
            for line in path.open("rb")
            if line.strip()
        ]
        self.items: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self.languages = sorted({item["lang"] for item in self.items})

    def documents(self) -> Iterator[Document]:
        """Every item as it is."""
        for item in self.items:
            published = date.fromisoformat(item["published"])
            yield Document(item["title"], item["text"], item["lang"], published, item["outlet"])

    def dense(self, lang: str, size: int, luck: random.Random) -> Document:
        """`size` bytes about the claims throughout, for them, against them and beside them."""
        return _joined([item for item in self.items if item["lang"] == lang], [], size, luck)

    def usual(self, lang: str, size: int, luck: random.Random) -> Document:
        """`size` bytes that begin with a report on a claim and go on to other news."""
        mine = [item for item in self.items if item["lang"] == lang]
        report = luck.choice([item for item in mine if item["kind"] == "positive"])
        return _joined([item for item in mine if item["kind"] == "easy-negative"], [report], size, luck)


def _joined(
    pool: Sequence[dict[str, Any]], first: list[dict[str, Any]], size: int, luck: random.Random
) -> Document:
    chosen = [*first]
    while sum(len(item["text"].encode()) + 1 for item in chosen) < size:
        chosen.append(luck.choice(pool))
    text = "\n".join(item["text"] for item in chosen).encode()[:size].decode(errors="ignore")
    return Document(chosen[0]["title"], text, chosen[0]["lang"], date.fromisoformat(chosen[0]["published"]))
