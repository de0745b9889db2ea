"""`tocsin extract`: what an article says, without the page around it. Nothing is stored or matched."""

import asyncio
import json
import os
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.context import Config, settings_of
from app.cli.output import dumps
from config.errors import TocsinError

if TYPE_CHECKING:
    from app.worker import PageReader

Row = dict[str, Any]

_AHEAD = 8
"""How many pages of a batch are on their way at once."""


def add_to(commands: typer.Typer) -> None:
    commands.command()(extract)


def extract(
    page: Annotated[str | None, typer.Argument(help="A file (.gz too), a web address, or -.")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help='Read JSON Lines {"file", "url"} from standard input.')
    ] = False,
    root: Annotated[Path, typer.Option("--root", help="The folder that a batch's files lie in.")] = Path(),
    url: Annotated[str, typer.Option("--url", help="The address that a file was saved from.")] = "",
    config: Config = None,
) -> None:
    """Print the article of a page as JSON: title, text, authors, time of publication, language."""
    if batch == (page is not None):
        raise typer.BadParameter("give a page (a file or a web address) or --batch, one of the two")
    if page is None:
        raise typer.Exit(asyncio.run(_extract_batch(root, config)))
    from app.cli.shapes import article_row
    from app.pages import get_page
    from extractors.article import extract as read

    got = get_page(page, settings_of(config).crawl, url=url)
    article = read(got.body, url=got.url, content_type=got.content_type)
    print(dumps(article_row(page, got.url, article), indent=2))


async def _extract_batch(root: Path, config: Path | None) -> int:
    """All pages of standard input, in order; one that cannot be read has an `error` and fails the command."""
    from app.worker import PageReader

    settings = settings_of(config)
    every_core = settings.worker.model_copy(update={"processes": os.cpu_count() or 1})
    reader = PageReader(None, every_core)
    running: deque[asyncio.Task[Row]] = deque()
    failed = False
    try:
        for number, line in enumerate(sys.stdin.buffer, start=1):
            if line.strip():
                limit = settings.crawl.max_page_bytes
                running.append(asyncio.ensure_future(_extract_line(number, line, root, limit, reader)))
            if len(running) >= _AHEAD:
                failed |= _print(await running.popleft())
        while running:
            failed |= _print(await running.popleft())
    finally:
        reader.stop()
    return int(failed)


async def _extract_line(number: int, line: bytes, root: Path, limit: int, reader: "PageReader") -> Row:
    from app.cli.shapes import failed_row

    file = url = ""
    try:
        wanted = json.loads(line)
        file, url = str(wanted["file"]), str(wanted.get("url") or "")
        return await reader.run(read_row, file, url, root, limit)
    except TimeoutError:
        return failed_row(file, url, "not read within the time limit (worker.time_limit)")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f'line {number}: not a JSON object with "file" and "url"'
        return failed_row(file, url, f"{type(error).__name__}: {error}" if file else problem)
    except Exception as error:  # whatever a page does, it costs one page
        return failed_row(file, url, " ".join(str(error).split()) or type(error).__name__)


def read_row(file: str, url: str, root: Path, limit: int) -> Row:
    """One page of a batch, in a worker process."""
    from app.cli.shapes import article_row
    from app.pages import read_page
    from extractors.article import extract as read

    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()):
        raise TocsinError(f"{file}: lies outside of --root; name a file within it")
    return article_row(file, url, read(read_page(path, limit), url=url))


def _print(row: Row) -> bool:
    """Print a row; True where it carries an error."""
    print(dumps(row), flush=True)
    if "error" in row:
        print(f"tocsin: {row['file'] or 'a line'}: {row['error']}", file=sys.stderr)
    return "error" in row
