"""The demo from its arguments to its exit code: play, ledger, verdict, and what to try next."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console

from app.demo import FOLDER, scenario
from app.demo.folder import Folder
from app.demo.player import play_out
from app.demo.scenario import Play
from app.demo.screen import Screen, ledger_tables
from config.errors import TocsinError
from store.queries import ask
from store.session import Store

PIPED_WIDTH = 100

NEXT = (
    ("ledger", "the same table, with the words and the links"),
    ('statements --speaker "Alexander Lukashenko"', "all that one voice said, with the evidence"),
    ("articles --search missiles", "full-text search over the articles"),
    ("alerts --json", "the alerts as data"),
    ("deliveries", "what was sent where, and when"),
)


def play_into(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    play, folder, began = scenario.load(), Folder(options.folder), time.monotonic()
    try:
        with Screen(console) as screen:
            problems = play_out(play, folder, screen)
    except (TocsinError, OSError) as error:
        print(f"tocsin demo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    _conclude(console, play, folder, problems, seconds=time.monotonic() - began)
    return 1 if problems else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tocsin demo", description="Play the demo on this machine.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(FOLDER), help="where everything comes to lie"
    )
    return parser.parse_args(arguments)


def _conclude(
    console: Console, play: Play, folder: Folder, problems: Sequence[str], *, seconds: float
) -> None:
    with closing(Store(folder.url)) as store, store.read() as session:
        for table in ledger_tables(ask.ledger(session)):
            console.print()
            console.print(table)
    if problems:
        console.print("[bold red]The demo did not go as its scenario demands:[/]")
        for problem in problems:
            console.print(f"  {problem}", markup=False, highlight=False, soft_wrap=True)
        console.print(f"The daemon's log: {folder.log}", soft_wrap=True)
        return
    _list_silent(console, play, seconds)
    console.print(f"\nThe database is {folder.database}; the mails and webhooks lie beside it. Try next:")
    for command, what in NEXT:
        line = f"  tocsin {command} --config {folder.config}   [dim]# {what}[/]"
        console.print(line, highlight=False, soft_wrap=True)


def _list_silent(console: Console, play: Play, seconds: float) -> None:
    silent = [article for article in play.articles if not article.rings]
    console.print(
        f"[bold green]{len(play.rings)} alerts, each by mail and by webhook, as the scenario demands[/], "
        f"in {seconds:.0f} s.\n{len(silent)} of {len(play.articles)} articles rang nothing:"
    )
    for article in silent:
        console.print(f"  {article.title} [dim]({article.plays})[/]", highlight=False, soft_wrap=True)
