"""Named places at which a test may kill the process, to prove that nothing is lost or told twice.

Armed by `TOCSIN_FAILPOINT=name` or `name:3` (the third passing); not armed, a passing costs one comparison.
It decides nothing: the process dies by SIGKILL, as in a power cut, and no clean-up runs.
"""

import os
import signal
from enum import StrEnum


class Failpoint(StrEnum):
    """Every place between the fetch of a page and the end of a delivery, in the order of its passing."""

    HOST_BEGUN = "host-begun"
    PAGE_FETCHED = "page-fetched"
    WORKER_READING = "worker-reading"  # kills the worker process, not the daemon
    PAGE_READ = "page-read"
    SPOOLED = "spooled"
    WRITE_BEGUN = "write-begun"
    ARTICLE_WRITTEN = "article-written"
    STATEMENTS_WRITTEN = "statements-written"
    ALERTS_RECORDED = "alerts-recorded"
    LINK_SETTLED = "link-settled"  # all is written, nothing committed
    COMMITTED = "committed"
    HOST_ENDED = "host-ended"
    DISPATCH_BEGUN = "dispatch-begun"
    BEFORE_SEND = "before-send"  # leased, the channel not yet called
    AFTER_SEND = "after-send"  # the receiver has it, the outbox does not know
    DISPATCH_ENDED = "dispatch-ended"


_armed, _, _count = os.environ.get("TOCSIN_FAILPOINT", "").partition(":")
_left = {_armed: int(_count or 1)} if _armed else {}


def pass_by(point: Failpoint) -> None:
    """Kill this process if it is armed for `point` and has passed it often enough."""
    if not _left or point not in _left:
        return
    _left[point] -= 1
    if _left[point] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


def armed() -> bool:
    return bool(_left)
