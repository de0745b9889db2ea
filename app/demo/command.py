"""The demo from its arguments to its exit code: play, ledger, verdict, and what to try next."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.demo import FOLDER, scenario
from app.demo.folder import Folder
from app.demo.player import last_second, play_out
from app.demo.scenario import Play
from app.demo.screen import Screen
from config.errors import TocsinError

NEXT = (
    ('statements --speaker "Alexander Lukashenko"', "all that one voice said, with the evidence"),
    ("articles --search missiles", "full-text search over the articles"),
    ("alerts --json", "the alerts as data"),
    ("deliveries", "what was sent where, and when"),
)


def play_into(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    console = Console()
    play, folder, began = scenario.load(), Folder(options.folder), time.monotonic()
    try:
        with Screen(console, play, seconds=last_second(play)) as screen:
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
    console.print()
    _ask(folder, "ledger")
    if problems:
        console.print("\n[bold red]The demo did not go as its scenario demands:[/]")
        for problem in problems:
            console.print(f"  {problem}", markup=False, highlight=False)
        console.print(f"The daemon's log: {folder.log}")
        return
    _list_silent(console, play, seconds)
    console.print(f"\nThe database is {folder.database}; the mails and webhooks lie beside it. Try next:")
    for command, what in NEXT:
        line = f"  tocsin {command} --config {folder.config}   [dim]# {what}[/]"
        console.print(line, highlight=False, soft_wrap=True)


def _list_silent(console: Console, play: Play, seconds: float) -> None:
    silent = [article for article in play.articles if not article.rings]
    console.print(
        f"\n[bold green]{len(play.rings)} alerts, each by mail and by webhook, as the scenario demands[/], "
        f"in {seconds:.0f} s.\n{len(silent)} of {len(play.articles)} articles rang nothing:"
    )
    for article in silent:
        console.print(f"  [dim]{article.plays:<28}[/] {article.title}", highlight=False)


def _ask(folder: Folder, command: str) -> None:
    """Let the product itself answer, on this very terminal."""
    asked = [sys.executable, "-m", "app", command, "--config", str(folder.config)]
    subprocess.run(asked, check=False)  # noqa: S603  our own command
