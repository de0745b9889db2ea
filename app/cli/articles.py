"""`tocsin articles`: the matched pages, what their edits changed, and their bytes as evidence. Read only."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.asking import side, side_style
from app.cli.context import Config, open_store, settings_of
from app.cli.listing import Listing, listing
from app.cli.output import AsJson, Column, console, dumps, plain

if TYPE_CHECKING:
    from rich.text import Text

    from app.revisions import Change, Step
    from store.queries.history import History, Told

commands = typer.Typer(help="The matched articles.", invoke_without_command=True)


def add_to(tree: typer.Typer) -> None:
    tree.add_typer(commands, name="articles")


@commands.callback()
@listing("search", "claim", "speaker", "outlet", "stance", "since", "limit")
def articles() -> Listing:
    """Show the matched articles; --search finds them by their words."""
    from store.queries.ask import articles as question

    return Listing(question, ARTICLES, "no article matched yet")


@commands.command()
def diff(
    article: Annotated[int, typer.Argument(help="The article's number, see tocsin articles.")],
    first: Annotated[int | None, typer.Option("--from", min=1, help="The revision to begin with.")] = None,
    last: Annotated[int | None, typer.Option("--to", min=1, help="The revision to end with.")] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Show what each edit of an article changed, and which statements appeared or vanished.

    With --from or --to, the two revisions are compared with each other.
    """
    from app.revisions import steps
    from store.queries.history import history

    with open_store(config) as store, store.read() as session:
        found = history(session, article)
    told = [_between(found, first, last)] if first or last else steps(found.states)
    if as_json:
        print(dumps([asdict(one) for one in told], indent=2))
        return
    console().print(f"{found.outlet}: {plain(found.states[-1].title)}", style="bold", markup=False)
    console().print(found.url, style="dim", markup=False)
    if not told:
        console().print("one revision: it was never seen to change", markup=False)
    for one in told:
        _print_step(one)


def _between(found: "History", first: int | None, last: int | None) -> "Step":
    from app.revisions import step

    states = {state.number: state for state in found.states}
    numbers = (first or min(states), last or max(states))
    for number in numbers:
        if number not in states:
            raise typer.BadParameter(f"article {found.id} has revisions {min(states)} to {max(states)}")
    return step(found.states, states[numbers[0]], states[numbers[1]])


@commands.command()
def export(
    ids: Annotated[list[int], typer.Argument(metavar="ID...", help="Articles by number.")],
    warc: Annotated[Path, typer.Option("--warc", help="The file to write; .gz is compressed.")],
    config: Config = None,
) -> None:
    """Write the kept bytes of articles, every revision, to a WARC file: evidence that outlives the page."""
    from app.clock import clock_of
    from app.warc import export as write
    from store.queries.history import history

    now = clock_of(settings_of(config).rehearsal)()
    with open_store(config) as store, store.read() as session:
        exported = write([history(session, number) for number in dict.fromkeys(ids)], warc, now=now)
    for one in exported:
        if one.missing:
            numbers = ", ".join(map(str, one.missing))
            typer.echo(f"tocsin: article {one.article}: no bytes are kept of revision {numbers}", err=True)
    kept = [one.written for one in exported if one.written]
    if kept:
        typer.echo(f"wrote {warc}: {sum(kept)} revisions of {len(kept)} articles")
    raise typer.Exit(int(any(one.missing for one in exported)))


def _print_step(step: "Step") -> None:
    out = console()
    out.print()
    times = f"{step.fetched_before:%Y-%m-%d %H:%M} to {step.fetched_after:%Y-%m-%d %H:%M} UTC"
    out.print(f"revision {step.before} to {step.after}, {times}", style="bold", markup=False)
    for change in ([step.title] if step.title else []) + list(step.changes):
        out.print(_shown(change, marked=not out.is_terminal))
    if not (step.title or step.changes):
        out.print("  the words are the same", markup=False)
    for mark, told in (("appeared", step.appeared), ("vanished", step.vanished)):
        for one in told:
            out.print(_told(mark, one))


def _shown(change: "Change", *, marked: bool) -> "Text":
    """A sentence with what went in red and what came in green; in brackets where there are no colours."""
    from rich.text import Text

    from app.revisions import Op

    looks = {Op.KEPT: ("", "", ""), Op.REMOVED: ("[-", "-]", "red strike"), Op.ADDED: ("{+", "+}", "green")}
    text = Text("  ")
    for piece in change.pieces():
        opening, closing, style = looks[piece.op]
        words = plain(piece.text)
        text.append(f"{opening}{words}{closing}" if marked else words, style=style)
    return text


def _told(mark: str, told: "Told") -> "Text":
    from rich.text import Text

    row: dict[str, Any] = asdict(told)
    text = Text(f"  {mark}: ", style="bold")
    text.append(f"{told.speaker} {side(row)}", style=side_style(row))
    return text.append(f" ({told.claim}): {plain(told.evidence)}", style="not bold")


ARTICLES = (
    Column("id", "id", right=True),
    Column("published", lambda row: row["published"] or row["published_on"]),
    Column("outlet", "outlet", asks=110),
    Column("lang", "language", asks=110),
    Column("title", "title", "bold", broad=True),
    Column("statements", "statements", right=True),
    Column("revisions", "revisions", right=True, asks=110),
    Column("link", "url", "dim", asks=200),
)
