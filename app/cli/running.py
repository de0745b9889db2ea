"""`tocsin init`, `config check`, `run`, `demo`: from nothing to a running watch."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Config, config_path, settings_of

config_commands = typer.Typer(help="The configuration file.", no_args_is_help=True)


def add_to(commands: typer.Typer) -> None:
    commands.command()(init)
    commands.add_typer(config_commands, name="config")
    commands.command()(run)
    commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(demo)


def init(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("tocsin.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented configuration that runs as it is, and make its database."""
    from config.settings import load
    from config.template import write_first_configuration
    from store.migrations import upgrade

    if file.exists() and not force:
        raise typer.BadParameter(f"{file} is there already; --force replaces it", param_hint="FILE")
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new") if file.exists() else file
    write_first_configuration(fresh)
    fresh.replace(file)
    upgrade(load(file, os.environ).database.url)
    typer.echo(f"wrote {file}; next: put your channels into it, then `tocsin config check` and `tocsin run`")


@config_commands.command("check")
def check_config(config: Config = None) -> None:
    """Read the configuration, its claims and its channels, and say all that is wrong with them."""
    from app.wiring import examine

    path = config_path(config)
    findings, summary = examine(path, os.environ)
    for finding in findings:
        typer.echo(f"tocsin: {finding}", err=True)
    if findings:
        raise typer.Exit(2)
    typer.echo(f"{path or 'the defaults'}: fine; {summary}")


def run(
    config: Config = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll everything that is due, tell it, and exit.")
    ] = False,
) -> None:
    """Watch: crawl the publishers, find statements, tell what is new. SIGTERM ends it within seconds."""
    from app.daemon import serve

    raise typer.Exit(serve(settings_of(config), once=once))


def demo(context: typer.Context) -> None:
    """Play the first days of an invasion on this machine, and watch the alerts ring."""
    from app.demo import main

    raise typer.Exit(main(context.args) or 0)
