"""`tocsin check`, `claims check`, `packs check`: why a page rang or not, and whether claims do what they say.

Nothing is stored or sent; the stages are run in app/dryrun.py.
"""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.context import Config, settings_of
from app.cli.matching import Watchlist, claims_of
from app.cli.output import dumps

if TYPE_CHECKING:
    from app.dryrun import DryRun, Stage
    from app.wiring import Wiring
    from matchers.engine import Engine

claim_commands = typer.Typer(help="The tracked claims.", no_args_is_help=True)
pack_commands = typer.Typer(help="The languages.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print what every stage said as JSON.")]


def add_to(commands: typer.Typer) -> None:
    commands.command()(check)
    commands.add_typer(claim_commands, name="claims")
    commands.add_typer(pack_commands, name="packs")


def check(
    page: Annotated[str, typer.Argument(help="A file (.gz too), a web address, or -.")],
    url: Annotated[str, typer.Option("--url", help="The address that a file was saved from.")] = "",
    watchlist: Watchlist = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Show every stage for one page: what was read, what was found, and why it rings or does not."""
    from app.dryrun import dry_run
    from app.pages import get_page
    from app.wiring import Wiring
    from matchers.engine import Engine

    settings = settings_of(config)
    wiring = Wiring(settings)
    engine = Engine.load(claims_of(watchlist)) if watchlist else wiring.engine
    got = get_page(page, settings.crawl, url=url)
    stage = _stage(wiring, engine)
    with closing(stage.store):
        run = dry_run(got, engine, stage, now=wiring.now())
    if as_json:
        print(dumps(_as_row(run), indent=2))
    else:
        from app.cli.stages import show_stages

        show_stages(run, engine)


def _stage(wiring: "Wiring", engine: "Engine") -> "Stage":
    """The configured store where there is one, so that what is known counts; else an empty one."""
    from app.dryrun import Stage
    from store.errors import SchemaError
    from store.migrations import prepare, require_current
    from store.session import SCRATCH, Store

    store = Store(wiring.settings.database.url)
    try:
        require_current(store)
    except SchemaError:
        store.close()
        store = Store(SCRATCH)
        prepare(store.url)
    return Stage(store, engine.claims, wiring.rules, wiring.routing)


def _as_row(run: "DryRun") -> dict[str, object]:
    from app.cli.shapes import statement_row

    article, result = run.reading.article, run.reading.result
    return {
        "url": run.page.url,
        "bytes": len(run.page.body),
        "gate": run.passes_gate,
        "outcome": run.reading.outcome.value,
        "reason": run.reading.error,
        "title": article.title if article else None,
        "published": (article.published or article.published_on) if article else None,
        "lang": article.lang if article else None,
        "statements": [statement_row(match) for match in result.matches] if result else [],
        "novelty": [
            {"speaker": one.speaker, "claim": one.statement.claim_id, "novelty": one.novelty}
            for one in run.judged
        ],
        "rings": [asdict(ring) for ring in run.rings],
    }


@claim_commands.command("check")
def check_claims(
    files: Annotated[list[Path] | None, typer.Argument(help="Claim files; without, the configured.")] = None,
    config: Config = None,
) -> None:
    """Read claims and run the example sentences that they carry."""
    from app.claimtests import run_tests, untested
    from matchers.claims import load
    from matchers.engine import Engine

    names = [*files] if files else list(settings_of(config).claims)
    claims = load(names)
    failures = run_tests(claims, Engine.load(names))
    for finding in (*untested(claims), *failures):
        typer.echo(f"tocsin: {finding}", err=True)
    examples = sum(len(claim.tests) for claim in claims)
    read = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    typer.echo(f"{read} read, {examples} examples, {len(failures)} failed")
    raise typer.Exit(int(bool(failures)))


@pack_commands.command("check")
def check_packs() -> None:
    """Read every language pack that is shipped, run its example sentences, and say what it holds."""
    from app.claimtests import run_examples
    from config.errors import ConfigError
    from matchers import pack
    from matchers.engine import Engine

    broken = 0
    for lang in pack.languages():
        try:
            read = pack.load(lang)
            failures = run_examples(read, Engine.load(languages=[lang]))
        except ConfigError as error:
            broken += 1
            typer.echo(f"tocsin: {error}", err=True)
            continue
        broken += bool(failures)
        for finding in failures:
            typer.echo(f"tocsin: {finding}", err=True)
        terms = sum(map(len, read.terms.values()))
        typer.echo(
            f"{lang}: {read.name}, {terms} terms, {len(read.examples)} examples, {len(failures)} failed"
        )
    raise typer.Exit(int(bool(broken)))
