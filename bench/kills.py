"""Kill the watch again and again at random, and count what was lost or told twice: run it before a release.

    python -m bench.kills [--kills 1000] [--seed 1]

A store lives through twenty kills: half at a failpoint, half by SIGKILL at a moment that the dice choose
between the daemon's start and its last send. Then a last daemon tells what is left, and everything is
counted. CI kills twenty times (tests/app/test_kill.py). Exits 1 where anything was lost, told under two ids,
or broken.
"""

import argparse
import sys
import tempfile
import time
import traceback
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
    options = parser.parse_args()
    dice, began, done, faults, repeated = Random(options.seed), time.monotonic(), 0, 0, 0
    while done < options.kills:
        kills = min(len(SAYINGS), options.kills - done)
        problem, again = _one_store(dice, kills)
        done, faults, repeated = done + kills, faults + bool(problem), repeated + again
        told = f"{done} kills, {faults} stores at fault, {repeated} repeats under the same id"
        print(f"{told}, {time.monotonic() - began:.0f} s{'   <-- ' + problem if problem else ''}", flush=True)
    return 1 if faults else 0


def _one_store(dice: Random, kills: int) -> tuple[str, int]:
    """What went wrong with a store that lived through so many kills, and how often a webhook came again."""
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
            return _kept(error), 0
        return "", len(bureau.inbox.hooks) - len({hooked.id for hooked in bureau.inbox.hooks})


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
