"""Kill the watch again and again at random, and count what was lost or told twice: run it before a release.

    python -m bench.kills [--kills 1000] [--seed 1] [--jobs 1]

A store lives through twenty kills: half at a failpoint, half by SIGKILL at a moment that the dice choose
between the daemon's start and its last send. Then a last daemon tells what is left, and everything is
counted. A kill is mostly the loading of the next daemon, so `--jobs` stores may live side by side. CI kills
twenty times (tests/app/test_kill.py). Exits 1 where anything was lost, told under two ids, or broken.
"""

import argparse
import sys
import tempfile
import time
import traceback
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.app import killing
from tests.app.bureau import Bureau
from tests.app.killing import FAILPOINTS, SAYINGS, check_end, check_wreck, finish, kill_at_failpoint, publish

killing.PATIENCE = 180.0  # a busy machine is no fault


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="stores that live side by side")
    options = parser.parse_args()
    began, done, faults, repeated = time.monotonic(), 0, 0, 0
    stores = [(options.seed, first, options.kills) for first in range(0, options.kills, len(SAYINGS))]
    with get_context("spawn").Pool(options.jobs) as pool:
        for kills, problem, again in pool.imap_unordered(_one_store, stores):
            done, faults, repeated = done + kills, faults + bool(problem), repeated + again
            told = f"{done} kills, {faults} stores at fault, {repeated} repeats under the same id"
            fault = f"   <-- {problem}" if problem else ""
            print(f"{told}, {time.monotonic() - began:.0f} s{fault}", flush=True)
    return 1 if faults else 0


def _one_store(store: tuple[int, int, int]) -> tuple[int, str, int]:
    """How many kills a store lived through, what went wrong, and how often a webhook came again."""
    seed, first, last = store
    dice, kills = Random(f"{seed}-{first}"), min(len(SAYINGS), last - first)
    with tempfile.TemporaryDirectory(prefix="tocsin-kills-") as folder, Bureau(Path(folder)) as bureau:
        try:
            bureau.skip_first_round()
            span = 6.0
            for _ in range(kills):
                publish(bureau)
                began = time.monotonic()
                if dice.random() < 0.5:
                    kill_at_failpoint(bureau, dice.choice(FAILPOINTS))
                    span = max(span, time.monotonic() - began)
                else:
                    _kill_after(bureau, dice.uniform(0, span))
                check_wreck(bureau)
            finish(bureau)
            check_end(bureau, kills)
        except AssertionError as error:
            return kills, _kept(error), 0
        return kills, "", len(bureau.inbox.hooks) - len({hooked.id for hooked in bureau.inbox.hooks})


def _kept(error: AssertionError) -> str:
    """The end of what a failed check says, which is the daemon's log; all of it goes into a file."""
    with tempfile.NamedTemporaryFile("w", prefix="tocsin-fault-", suffix=".log", delete=False) as file:
        traceback.print_exception(error, file=file)
    words = " ".join(str(error).split())
    return f"{file.name}: {words[:100]} … {words[-300:]}"


def _kill_after(bureau: Bureau, seconds: float) -> None:
    daemon = bureau.start()
    time.sleep(seconds)
    daemon.kill()
    daemon.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
