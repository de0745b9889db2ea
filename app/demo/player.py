"""Runs the play: newsrooms and receivers on loopback, the real daemon between them, then the verdict.

The daemon is the product's own command in a process of its own, with nothing of the demo inside. What must
ring is in scenario.yaml, how it is shown in app/demo/screen.py.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import col, func, select

from app.clock import PlayedClock, system_now
from app.demo.folder import SECRET, Folder
from app.demo.newsroom import Newsroom
from app.demo.receivers import Inbox
from app.demo.scenario import Play
from app.demo.screen import Screen
from app.demo.verdict import alert_of, findings
from config.errors import TocsinError
from config.sections import RehearsalSettings
from store.models import Delivery, Link
from store.session import Store
from store.values import DeliveryState, LinkState

START = timedelta(seconds=3)
"""What the daemon is given to come up before the play begins."""

GRACE = 25.0
"""How long after the last article the last alert may take, in seconds."""

STOP_LIMIT = 15.0
TICK = 0.1
FIRST_POLL_LIMIT = 90.0
USUAL_FIRST_POLL = 7.0
SLOWEST = 6.0


class DemoError(TocsinError):
    """The demo could not be played; what the daemon said of it is in its log."""


@dataclass(slots=True)
class Tempo:
    """The clock of the play. Until it is started it stands still at the play's first moment."""

    play: Play
    _clock: PlayedClock | None = field(default=None)

    def start(self, play: Play, started: datetime) -> None:
        self.play = play
        self._clock = PlayedClock(RehearsalSettings(clock=self.play.clock), started)

    def now(self) -> datetime:
        return self._clock() if self._clock else self.play.clock[0].at

    def elapsed(self) -> float:
        """Seconds since the play began; less than nothing before."""
        return (system_now() - self._clock.started).total_seconds() if self._clock else 0.0

    def wall_of(self, at: datetime) -> float:
        """The second of the play in which its clock says `at`."""
        for early, late in pairwise(self.play.clock):
            if early.at <= at <= late.at:
                return early.wall + (late.wall - early.wall) * ((at - early.at) / (late.at - early.at))
        return self.play.clock[0].wall if at < self.play.clock[0].at else self.play.clock[-1].wall


def play_out(play: Play, folder: Folder, screen: Screen) -> list[str]:
    """Play it, and return what went otherwise than the scenario demands."""
    tempo = Tempo(play)
    folder.prepare()
    with Newsroom(play, tempo.now) as newsroom, Inbox(folder.path, SECRET) as inbox:
        screen.stage(f"{len(play.outlets)} newsrooms are open; the daemon reads them for the first time")
        folder.write_config(play, newsroom, inbox, started=system_now() + timedelta(days=1))
        slowness = _slowness(_first_poll(folder))
        play, started = play.slowed(slowness), system_now() + START * slowness
        folder.write_config(play, newsroom, inbox, started=started)
        tempo.start(play, started)
        with _daemon(folder) as daemon, closing(Store(folder.url)) as store:
            screen.stage("the daemon watches; the play begins")
            _watch(play, tempo, newsroom, inbox, screen, daemon, store)
        unread = [f"- unread    {article.slug}" for article in newsroom.unread(play)]
        return [*unread, *findings(play.rings, play.notices, inbox.hooks, inbox.mails)]


def _first_poll(folder: Folder) -> float:
    """Let the daemon read all feeds once; how many seconds that took."""
    began = time.monotonic()
    with folder.log.open("wb") as log:
        once = [*_tocsin(folder), "--once"]
        done = subprocess.run(once, stdout=log, stderr=log, timeout=FIRST_POLL_LIMIT, check=False)  # noqa: S603
    if done.returncode:
        raise DemoError(f"`tocsin run --once` ended with {done.returncode}; see {folder.log}")
    return time.monotonic() - began


def _slowness(first_poll: float) -> float:
    """How much longer than usual this machine takes; the play then takes its time too, and misses nothing."""
    return min(max(1.0, first_poll / USUAL_FIRST_POLL), SLOWEST)


@contextmanager
def _daemon(folder: Folder) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon while the block runs; afterwards it is asked to stop, and must do so cleanly."""
    with folder.log.open("ab") as log:
        daemon = subprocess.Popen(_tocsin(folder), stdout=log, stderr=log)  # noqa: S603  our own command
        try:
            yield daemon
            daemon.send_signal(signal.SIGTERM)
            code = daemon.wait(timeout=STOP_LIMIT)
        finally:
            daemon.kill()
            daemon.wait()
    if code:
        raise DemoError(f"the daemon ended with {code}; see {folder.log}")


def _tocsin(folder: Folder) -> list[str]:
    return [sys.executable, "-m", "app", "run", "--config", str(folder.config)]


def _watch(
    play: Play,
    tempo: Tempo,
    newsroom: Newsroom,
    inbox: Inbox,
    screen: Screen,
    daemon: subprocess.Popen[bytes],
    store: Store,
) -> None:
    """Show each alert as it comes, until every article was read, matched and told."""
    last, told = tempo.wall_of(max(article.at for article in play.articles)), 0
    while (elapsed := tempo.elapsed()) < last + GRACE:
        time.sleep(TICK)
        screen.move(elapsed / last, tempo.now())
        for hooked in inbox.hooks[told:]:
            told += 1
            if not hooked.problem:
                screen.alert(alert_of(hooked))
        if daemon.poll() is not None:
            raise DemoError(f"the daemon ended on its own, with {daemon.returncode}")
        if elapsed > last and not newsroom.unread(play) and _is_idle(store):
            return


def _is_idle(store: Store) -> bool:
    """Nothing is found and not yet read, and nothing written and not yet sent."""
    with store.read() as session:
        links = session.scalar(select(func.count()).where(col(Link.state) == LinkState.PENDING))
        deliveries = session.scalar(select(func.count()).where(col(Delivery.state) == DeliveryState.PENDING))
    return not links and not deliveries
