"""What the demo shows while it runs: a progress bar on a terminal, plain lines elsewhere.

It words nothing that the product has words for: headlines and reasons are those of the alerts.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from alerts import wording
from alerts.facts import AlertFacts, StatementFacts
from app.demo.scenario import Play

_COLOURS = {"confirm": "red", "deny": "green", "speculate": "yellow"}


class Screen:
    """The demo's output. Use it as a context manager for as long as the play runs."""

    def __init__(self, console: Console, play: Play, *, seconds: float) -> None:
        self._console = console
        self._play = play
        self._told = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[alerts]} alerts"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("starting", total=seconds, alerts=0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def say(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, highlight=False, soft_wrap=True)

    def stage(self, text: str) -> None:
        """What is going on now: the bar's own words on a terminal, a line elsewhere."""
        self._progress.update(self._task, description=text)
        if not self._console.is_terminal:
            self.say(f"… {text}")

    def move(self, elapsed: float, at: datetime) -> None:
        self._progress.update(self._task, completed=elapsed, description=f"{at:%-d %B %Y, %H:%M}")

    def alert(self, alert: AlertFacts) -> None:
        """One alert as it arrived."""
        self._told += 1
        self._progress.update(self._task, alerts=self._told)
        if alert.statement is None:
            self.say(f"\n[bold]{self._told:>2}  {escape(alert.headline)}[/]")
            return
        for line in _lines(self._told, alert, alert.statement):
            self.say(line)


def _lines(number: int, alert: AlertFacts, said: StatementFacts) -> Sequence[str]:
    colour = _COLOURS[said.stance]
    via = f", through {escape(', '.join(said.via))}" if said.via else ""
    return (
        "",
        f"[bold]{number:>2}  [{colour}]{escape(alert.headline)}[/][/]",
        f"    “{escape(said.evidence.sentence.strip('“”'))}”",
        f"    [dim]{escape(wording.outlet(said.report))}{via}, {wording.published(said.report)}[/]",
        f"    [dim]{escape(said.report.url)}[/]",
        f"    {said.novelty}: {escape(wording.reason(said))}",
    )
