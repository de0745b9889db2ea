"""Not yet written."""

import typer


def add_to(commands: typer.Typer) -> None:
    """Nothing yet."""
