"""What commands share: the configuration they are given and the store it names. Commands decide the rest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.settings import Settings
    from store.session import Store

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration file; by default $TOCSIN_CONFIG, else tocsin.yaml in this folder.",
        show_default=False,
    ),
]


def config_path(named: Path | None) -> Path | None:
    from config.settings import locate

    return named or locate(os.environ, Path())


def settings_of(named: Path | None) -> "Settings":
    from config.settings import load

    return load(config_path(named), os.environ)


@contextmanager
def open_store(named: Path | None) -> "Iterator[Store]":
    """The configured store, where its schema is the one that this version knows."""
    from store.migrations import require_current
    from store.session import Store

    store = Store(settings_of(named).database.url)
    try:
        require_current(store)
        yield store
    finally:
        store.close()
