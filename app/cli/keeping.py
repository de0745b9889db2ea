"""`tocsin health`, `db upgrade`, `db backup`: whether all is well, and that what is kept stays so."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Config, open_store, settings_of
from app.cli.output import AsJson, console, dumps, plain

db_commands = typer.Typer(help="The database.", no_args_is_help=True)


def add_to(commands: typer.Typer) -> None:
    commands.command()(health)
    commands.add_typer(db_commands, name="db")


def health(
    alive: Annotated[
        bool, typer.Option("--alive", help="Ask only whether the watch lives, as a container's check does.")
    ] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Say what is wrong, a line for each trouble; exit code 1 where anything is."""
    from app.clock import clock_of, system_now
    from app.health import of_all, of_watch

    settings = settings_of(config)
    at, now = system_now(), clock_of(settings.rehearsal)()
    with open_store(config) as store, store.read() as session:
        if alive:
            troubles = list(of_watch(session, at=at))
        else:
            at_once = settings.crawl.max_hosts
            troubles = list(of_all(session, store.url, at=at, now=now, at_once=at_once))
    if as_json:
        print(dumps([asdict(trouble) for trouble in troubles], indent=2))
    elif not troubles:
        print("all is well" if not alive else "the watch lives")
    else:
        for trouble in troubles:
            name = " ".join(part for part in (trouble.part, plain(trouble.name)) if part)
            console().print(f"{name}: ", style="bold red", end="", markup=False)
            console().print(plain(trouble.told), markup=False)
    raise typer.Exit(int(bool(troubles)))


@db_commands.command("upgrade")
def upgrade_database(config: Config = None) -> None:
    """Make the database, or bring it to the schema of this version."""
    from store.migrations import upgrade

    url = settings_of(config).database.url
    upgrade(url)
    typer.echo(f"{url}: up to date")


@db_commands.command("backup")
def backup_database(
    file: Annotated[Path, typer.Argument(help="The copy; it must not be there yet.")],
    config: Config = None,
) -> None:
    """Copy the database while the watch goes on; the copy is one whole file, or none."""
    from store.backup import backup

    size = backup(settings_of(config).database.url, file)
    typer.echo(f"wrote {file}: {size / 10**6:.1f} MB")
