"""Relative paths in a configuration file are relative to that file, wherever the command is started.

Values from the environment are left as they are: they are relative to where the command is started.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

SQLITE = "sqlite:///"


def beside(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The data with the database, the spool and the claim files placed beside the configuration."""
    placed = dict(data)
    database = data.get("database", {})
    if isinstance(database, dict):
        placed["database"] = {**database, "url": _url(database.get("url", f"{SQLITE}tocsin.db"), folder)}
    spool = data.get("spool")
    if isinstance(spool, dict) and isinstance(spool.get("path"), str):
        placed["spool"] = {**spool, "path": str(folder / spool["path"])}
    claims = data.get("claims")
    if isinstance(claims, list):
        placed["claims"] = [_claim(claim, folder) for claim in claims]
    return placed


def _url(url: object, folder: Path) -> object:
    """A SQLite file's URL made absolute; any other URL, and a database in memory, as it is."""
    if not isinstance(url, str) or not url.startswith(SQLITE):
        return url
    file, mark, options = url.removeprefix(SQLITE).partition("?")
    if not file or file == ":memory:" or file.startswith("file:"):
        return url
    return f"{SQLITE}{folder.absolute() / file}{mark}{options}"


def _claim(claim: object, folder: Path) -> object:
    """A claim file's path; "shipped" and the id of a shipped claim stay as they are."""
    return str(folder / claim) if isinstance(claim, str) and is_file_name(claim) else claim


def is_file_name(claim: str) -> bool:
    """Whether a claim is named by its file, not by its id."""
    return claim.endswith((".yaml", ".yml")) or "/" in claim
