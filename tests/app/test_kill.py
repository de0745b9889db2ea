"""Killed at twenty points between fetch and send, the watch loses nothing and tells nothing under two ids.

One store lives through all of it: each kill is followed by a restart that is killed somewhere else. A
thousand kills at random are bench/kills.py.
"""

from pathlib import Path

import pytest

from app.failpoint import Failpoint
from tests.app.bureau import Bureau
from tests.app.killing import (
    FAILPOINTS,
    SIGNS,
    check_end,
    check_wreck,
    finish,
    kill_at_failpoint,
    kill_at_sign,
    publish,
)


@pytest.mark.timeout(300)
def test_twenty_kills_between_fetch_and_send_lose_nothing_and_tell_nothing_twice(tmp_path: Path) -> None:
    with Bureau(tmp_path) as bureau:
        bureau.skip_first_round()
        for point in FAILPOINTS:
            publish(bureau)
            kill_at_failpoint(bureau, point)
            check_wreck(bureau)
        for sign in range(SIGNS):
            publish(bureau)
            kill_at_sign(bureau, sign)
            check_wreck(bureau)
        assert finish(bureau) < 10
        check_end(bureau, kills=len(FAILPOINTS) + SIGNS)


def test_the_order_of_kills_names_every_failpoint_of_the_daemon() -> None:
    assert set(FAILPOINTS) == set(Failpoint) - {Failpoint.WORKER_READING}
