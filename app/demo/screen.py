"""What the demo shows while it runs: a progress bar on a terminal, plain lines elsewhere.

It words nothing that the product has words for: headlines and reasons are those of the alerts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from alerts import wording
from alerts.facts import AlertFacts, StatementFacts
from store.queries.answers import LedgerRow
from store.values import Stance

_COLOURS = {Stance.CONFIRM: "red", Stance.DENY: "green", Stance.SPECULATE: "yellow"}
_DAY = "2022-03-01"
_SAYS = {Stance.CONFIRM: "confirms", Stance.DENY: "denies", Stance.SPECULATE: "speculates"}


class Screen:
    """The demo's output. Use it as a context manager for as long as the play runs."""

    def __init__(self, console: Console) -> None:
        self._console = console
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
        self._task = self._progress.add_task("starting", total=1.0, alerts=0)

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

    def move(self, share: float, at: datetime) -> None:
        """How much of the play is over, and what its clock says."""
        self._progress.update(
            self._task, completed=min(max(share, 0.0), 1.0), description=f"{at:%-d %B %Y, %H:%M}"
        )

    def alert(self, alert: AlertFacts) -> None:
        """One alert as it arrived; a message that only adds to one is a line."""
        if alert.kind != "statement" or alert.statement is None:
            self.say(f"\n    [dim]{alert.kind}: {escape(alert.headline)}[/]")
            return
        self._told += 1
        self._progress.update(self._task, alerts=self._told)
        for line in _lines(self._told, alert, alert.statement):
            self.say(line)


def ledger_tables(rows: Sequence[LedgerRow]) -> Iterator[Table]:
    """Where every voice stands when the play is over: one table for each claim."""
    for title, own in groupby(rows, key=lambda row: row.claim_title):
        table = Table(title=f"Ledger: {title}", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("voice", "stands"):
            table.add_column(heading, overflow="fold")
        for heading in ("since", "last said", "outlets"):
            table.add_column(heading, no_wrap=True, min_width=len(_DAY) if heading != "outlets" else None)
        for row in own:
            table.add_row(*_cells(row))
        yield table


def _cells(row: LedgerRow) -> tuple[str, ...]:
    stands = f"{_SAYS[row.stance]} {wording.matter((row.about,), row.stance)}"
    marked = f"[{_COLOURS[row.stance]}]{stands}[/]{' (disputed)' if row.disputed else ''}"
    return (escape(wording.voice(row.speaker)), marked, str(row.since), str(row.last_said), str(row.outlets))


def _lines(number: int, alert: AlertFacts, said: StatementFacts) -> Sequence[str]:
    via = f", through {escape(', '.join(said.via))}" if said.via else ""
    return (
        "",
        f"[bold]{number:>2}  [{_COLOURS[said.stance]}]{escape(alert.headline)}[/][/]",
        f"    {escape(_quoted(said.evidence.sentence))}",
        f"    [dim]{escape(wording.outlet(said.report))}{via}, {wording.published(said.report)}[/]",
        f"    [dim]{escape(said.report.url)}[/]",
        f"    {said.novelty}: {escape(wording.reason(said))}",
    )


def _quoted(sentence: str) -> str:
    return sentence if sentence.startswith(('"', "“")) else f"“{sentence}”"
