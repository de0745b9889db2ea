"""A hostile page costs one page, and no worker outlives the daemon."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.reading import Outcome, PageJob, Reading
from app.worker import PageReader
from config.sections import WorkerSettings
from tests.app.standin import load

ROOT = Path(__file__).parents[2]
SETTINGS = WorkerSettings(processes=1, time_limit=1.5, memory_limit=2_000_000_000, max_tasks=50)


def page(words: str) -> PageJob:
    body = f"<html><head><title>A report</title></head><body><p>{words}</p></body></html>"
    return PageJob(body.encode(), "text/html; charset=utf-8", "https://news.example/1", "News")


@pytest.fixture(scope="module")
def reader() -> Iterator[PageReader]:
    reader = PageReader(load, SETTINGS)
    yield reader
    reader.stop()


def read(reader: PageReader, words: str) -> Reading:
    return asyncio.run(reader.read(page(words)))


def test_a_page_that_names_no_claim_is_gated_and_its_text_kept_for_the_spool(reader: PageReader) -> None:
    reading = read(reader, "The weather stays fine.")
    assert reading.outcome is Outcome.GATED
    assert "The weather stays fine." in reading.text
    assert 0 < reading.cpu_seconds < 1


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("HANG", Outcome.TOO_SLOW),
        ("HOARD", Outcome.TOO_LARGE),
        ("CRASH", Outcome.WORKER_DIED),
        ("EXIT", Outcome.WORKER_DIED),
        ("BROKEN", Outcome.FAULT),
    ],
)
def test_a_page_that_breaks_its_worker_costs_that_page_alone(
    reader: PageReader, words: str, outcome: Outcome
) -> None:
    broken = read(reader, words)
    assert broken.outcome is outcome
    assert broken.error
    assert read(reader, "Fine again.").outcome is Outcome.GATED


def test_a_worker_killed_while_idle_is_replaced(reader: PageReader) -> None:
    read(reader, "Warm.")
    for pid in children(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    assert read(reader, "Still read.").outcome is Outcome.GATED


def test_workers_die_with_a_parent_that_is_killed() -> None:
    script = (
        "import asyncio\n"
        "from app.worker import PageReader\n"
        "from tests.app.standin import load\n"
        "from tests.app.test_worker import SETTINGS, page\n"
        "if __name__ == '__main__':\n"
        "    reader = PageReader(load, SETTINGS)\n"
        "    asyncio.run(reader.read(page('Warm.')))\n"
        "    print('ready', flush=True)\n"
        "    asyncio.run(reader.read(page('HANG')))\n"
    )
    daemon = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "ready\n"
    workers = children(daemon.pid)
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()
    assert workers
    wait_until_gone(workers)


def children(pid: int) -> list[int]:
    """The workers of a process; not the tracker that multiprocessing keeps beside them."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    found = {int(one) for task in tasks for one in (task / "children").read_text(encoding="ascii").split()}
    return sorted(one for one in found if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text("utf-8"))


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker outlived its daemon"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
