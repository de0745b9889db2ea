"""The documentation is held to the code: nothing that a user can name is missing, nothing is stale."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from alerts import channels
from crawler import spiders
from docs import generate
from store import models  # noqa: F401  the tables
from store.values import About, Novelty, Stance, Tier

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
FOLDERS = (
    "app",
    "alerts",
    "config",
    "crawler",
    "extractors",
    "matchers",
    "store",
    "tests",
    "docs",
    "requirements",
)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def missing(words: list[str], name: str) -> list[str]:
    """The words that the page does not hold as code."""
    page = text(name)
    return [word for word in words if f"`{word}`" not in page]


@pytest.mark.parametrize("name", sorted(generate.pages()))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    assert text(f"docs/{name}") == generate.pages()[name].rstrip() + "\n", "run: make docs"


def test_every_channel_has_its_line() -> None:
    assert missing(sorted(channels.kinds()), "docs/channels.md") == []


def test_every_kind_of_seed_has_its_line() -> None:
    assert missing(sorted(spiders.kinds()), "docs/discovery.md") == []


def test_every_language_has_its_line() -> None:
    packs = sorted(path.stem for path in (ROOT / "matchers" / "packs").glob("*.yaml"))
    assert packs
    assert missing(packs, "docs/claims.md") == []


def test_every_table_and_every_word_of_the_vocabulary_has_its_line() -> None:
    words = [table for table in SQLModel.metadata.tables if "search" not in table]
    words += [value.value for kind in (Novelty, Tier, Stance, About) for value in kind]
    assert missing(words, "docs/architecture.md") == []


def test_every_shipped_claim_has_its_line() -> None:
    from matchers.claims import TRACKED

    assert missing(list(TRACKED), "docs/claims.md") == []


def test_every_command_that_the_pages_name_exists() -> None:
    known = set(re.findall(r"^## tocsin (.+)$", text("docs/cli.md"), re.MULTILINE))
    first = {name.split()[0] for name in known}
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|`)tocsin ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named - first == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)(?::\w+)?`", written)
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", written)
    gone = [name for name in named if not (ROOT / name).exists()]
    gone += [link for link in linked if not (page.parent / link).exists()]
    assert gone == []


def test_every_target_of_the_makefile_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {
        word for page in PAGES for word in re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8"))
    }
    assert named <= targets


def test_each_recipe_has_at_most_five_steps() -> None:
    recipes = re.split(r"^## ", text("CONTRIBUTING.md"), flags=re.MULTILINE)
    recipes = [recipe for recipe in recipes if recipe.startswith("Add ")]
    assert [recipe.splitlines()[0] for recipe in recipes] == [
        "Add a claim",
        "Add a language",
        "Add a channel",
        "Add a discovery method",
        "Add a setting, a table, an outlet",
    ]
    for recipe in recipes:
        for steps in re.split(r"^### ", recipe, flags=re.MULTILINE):
            assert len(re.findall(r"^\d\. ", steps, re.MULTILINE)) <= 5
