"""`tocsin match` and `tocsin replay`: documents in, statements or alerts out, as JSON Lines.

No store of the user is touched, and nothing is fetched.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from app.cli.output import dumps

if TYPE_CHECKING:
    from app.cli.shapes import Item

Watchlist = Annotated[
    list[Path] | None,
    typer.Option("--watchlist", "-w", help="A claim file to use instead of the shipped claims."),
]
Items = Annotated[str, typer.Argument(help="A file of JSON Lines, or - for standard input.")]

SHIPPED = "shipped"


def add_to(commands: typer.Typer) -> None:
    commands.command()(match)
    commands.command()(replay)


def match(items: Items = "-", watchlist: Watchlist = None) -> None:
    """Say who confirms or denies a claim in each document: JSON Lines in, JSON Lines out, in order."""
    from app.cli.shapes import result_row
    from matchers.engine import Engine

    engine = Engine.load(claims_of(watchlist))
    lines = Lines()
    for number, item in lines.read(items):
        with lines.guard(number):
            print(dumps(result_row(item, engine.match(item.document))), flush=True)
    lines.finish()


def replay(items: Items, watchlist: Watchlist = None) -> None:
    """Play documents in the order of their publication and print each alert that rings at once."""
    from app.rehearsal import play
    from matchers.engine import Engine

    lines = Lines()
    read = [item for _, item in lines.read(items)]
    for ringing in play(read, Engine.load(claims_of(watchlist))):
        print(dumps(ringing), flush=True)
    lines.finish()


def claims_of(watchlist: list[Path] | None) -> list[Path | str]:
    """What Engine.load takes: the files named, or the shipped set."""
    for path in watchlist or []:
        if not path.exists():
            raise typer.BadParameter(f"{path} does not exist", param_hint="--watchlist")
    return [*watchlist] if watchlist else [SHIPPED]


class Lines:
    """Reads documents line by line; a bad line is told on stderr, costs no other, and fails the command."""

    def __init__(self) -> None:
        self._bad = 0

    def read(self, name: str) -> "Iterator[tuple[int, Item]]":
        from app.cli.shapes import BadItem, item_of

        with open_items(name) as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    yield number, item_of(line)
                except BadItem as error:
                    self.complain(number, str(error))

    @contextmanager
    def guard(self, number: int) -> Iterator[None]:
        """A block in which an error costs one line."""
        try:
            yield
        except BrokenPipeError:
            raise
        except Exception as error:
            self.complain(number, f"{type(error).__name__}: {error}")

    def complain(self, number: int, problem: str) -> None:
        self._bad += 1
        print(f"tocsin: line {number}: {' '.join(problem.split())}", file=sys.stderr)

    def finish(self) -> None:
        if self._bad:
            raise typer.Exit(1)


@contextmanager
def open_items(name: str) -> Iterator[BinaryIO]:
    """Standard input for `-`, else the file."""
    if name == "-":
        yield sys.stdin.buffer
        return
    path = Path(name)
    if not path.is_file():
        raise typer.BadParameter(f"{name} is no file", param_hint="ITEMS")
    with path.open("rb") as stream:
        yield stream
