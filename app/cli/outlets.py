"""`tocsin publishers`: how the outlets fare; lists of feed readers in and out.

Only `import` changes anything, and that the configuration alone, as config/subscribe.py decides.
"""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Config, config_path, settings_of
from app.cli.groups import AsksByOutlet
from app.cli.listing import Limit, Outlet, ask
from app.cli.output import AsCsv, AsJson, Column, Row, show
from config.errors import TocsinError

commands = typer.Typer(
    cls=AsksByOutlet, help="The outlets, and how their seeds fare.", invoke_without_command=True
)


class NoConfiguration(TocsinError):
    """There is no file that an outlet could be added to."""

    exit_code = 2


def add_to(tree: typer.Typer) -> None:
    tree.add_typer(commands, name="publishers")


@commands.callback()
def publishers(
    context: typer.Context,
    outlet: Outlet = None,
    limit: Limit = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Show how the outlets and seeds fare, those in trouble first; `tocsin publishers NAME` shows one."""
    if context.invoked_subcommand is not None:
        return
    from store.queries.outlets import publishers as question

    rows = ask(config, question, outlet=outlet, limit=limit)
    show(rows, PUBLISHERS, as_json=as_json, as_csv=as_csv, empty="no publishers; name some in tocsin.yaml")
    if outlet and len(rows) == 1 and not (as_json or as_csv):
        show(list(rows[0]["seeds"]), SEEDS, as_json=False, as_csv=False, empty="no seed found yet")


@commands.command("import")
def import_outlets(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="A feed reader's list, or - for stdin.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be added, and add nothing.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: Config = None,
) -> None:
    """Add the feeds of an OPML file to the configuration, whose comments stay; say what became of each."""
    from config.opml import read
    from config.settings import load
    from config.subscribe import Fate, carry_out, plan

    target = config_path(config)
    if target is None:
        raise NoConfiguration("there is no tocsin.yaml to add outlets to; write one with: tocsin init")
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    planned = plan(read(body, name=str(file)), load(target, os.environ), target)
    if not dry_run:
        carry_out(planned, target, os.environ)
    rows = [asdict(one) for one in planned.taken]
    show(rows, TAKEN, as_json=as_json, as_csv=as_csv, empty=f"{file} names no feeds")
    count = {fate: sum(one.fate is fate for one in planned.taken) for fate in Fate}
    would = "would be " if dry_run else ""
    told = (
        f"{count[Fate.ADDED]} {would}added, {count[Fate.KNOWN]} known already, {count[Fate.REFUSED]} refused"
    )
    restart = f"; {target} is changed: restart the watch" if planned.additions and not dry_run else ""
    typer.echo(f"{told}{restart}", err=True)
    raise typer.Exit(int(bool(count[Fate.REFUSED])))


@commands.command("export")
def export_outlets(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE.opml", help="Where to write it; by default stdout.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    config: Config = None,
) -> None:
    """Write the feeds of the configuration as OPML, for a feed reader; seeds that are no feeds stay out."""
    from config.opml import as_opml

    written = as_opml(settings_of(config).publishers)
    if file is None:
        typer.echo(written, nl=False)
        return
    if file.exists() and not force:
        raise typer.BadParameter(f"{file} is there already; --force replaces it", param_hint="FILE.opml")
    file.write_text(written, encoding="utf-8")
    typer.echo(f"wrote {file}: {written.count('xmlUrl=')} feeds")


_FATE_STYLE = {"added": "green", "refused": "bold red", "known": "dim"}


def _fate_style(row: Row) -> str:
    return _FATE_STYLE.get(str(row["fate"]), "")


def _plight(row: Row) -> str:
    if not row["enabled"]:
        return "off"
    return str(row["trouble"] or (f"lags: {row['lag']}" if row["lag"] else ""))


def _every(row: Row) -> str:
    minutes = float(row["interval"]) / 60
    return f"{minutes:.0f} min" if minutes >= 1 else f"{row['interval']:.0f} s"


def _state(row: Row) -> str:
    if not row["enabled"]:
        return "off"
    if row["silent_since"]:
        return f"silent since {row['silent_since']:%Y-%m-%d %H:%M}: {row['silence_cause']}"
    if row["failures"]:
        return f"fails: {row['last_error']}"
    return "lags: never the first" if row["lags"] else "well"


TAKEN = (
    Column("what", "fate", _fate_style),
    Column("outlet", "outlet", "bold"),
    Column("domain", "domain", asks=110),
    Column("feed", "feed", broad=True),
    Column("why", "why"),
)
PUBLISHERS = (
    Column("publisher", "name", "bold"),
    Column("domain", "domain", asks=120),
    Column("country", "country", asks=120),
    Column("lang", "language", asks=120),
    Column("tier", "tier"),
    Column("seeds", lambda row: len(row["seeds"]), right=True, asks=140),
    Column("links", "links", right=True, asks=140),
    Column("waiting", "waiting", right=True, asks=140),
    Column("articles", "articles", right=True),
    Column("last new", "last_new"),
    Column("trouble", _plight, lambda row: "red" if row["trouble"] else "yellow", broad=True),
)
SEEDS = (
    Column("path", "url", broad=True),
    Column("kind", "kind"),
    Column("asked every", _every, right=True),
    Column("polls", "polls", right=True, asks=120),
    Column("last good", "last_good", asks=110),
    Column("last new", "last_new"),
    Column("first in 7 days", "firsts", right=True),
    Column("state", _state, lambda row: "" if _state(row) == "well" else "yellow", broad=True),
)
