"""The tree of commands. Each module hangs its own commands here; nothing is done in this one."""

import typer

from app.cli import (
    articles,
    asking,
    checking,
    delivering,
    judging,
    keeping,
    matching,
    naming,
    outlets,
    reading,
    rematching,
    running,
    silencing,
)

commands = typer.Typer(
    name="tocsin",
    help="Watches the news for tracked claims and rings when somebody new confirms or denies one.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tocsin {version('tocsin')}")
        raise typer.Exit


@commands.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
) -> None:
    """Watches the news for tracked claims and rings when somebody new confirms or denies one."""


for module in (
    running,
    keeping,
    asking,
    articles,
    naming,
    outlets,
    delivering,
    silencing,
    judging,
    checking,
    matching,
    reading,
    rematching,
):
    module.add_to(commands)
