"""The tree itself: what a review would otherwise have to remember."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "alerts", "config", "crawler", "extractors", "matchers", "store")
CEILING, TEST_CEILING = 400, 600

SOURCE = "sour" + "ce"
BANNED = re.compile(rf"\b{SOURCE}s?\b", re.IGNORECASE)
ALLOWED = re.compile(
    rf"open[- ]{SOURCE}|primary {SOURCE}|{SOURCE} (?:code|distribution|tree)|{SOURCE}map|utm_{SOURCE}"
    # words of others: attributes of libraries and formats, markup and quoted news
    rf"|[.\"'<]{SOURCE}s?\b|{SOURCE}=|copy_{SOURCE}|get{SOURCE}",
    re.IGNORECASE,
)


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def texts() -> Iterator[Path]:
    """Our own prose and code; test data, labelled news and packs of language are other people's words."""
    yield from modules(*PACKAGES)
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))


def longer_than(ceiling: int, *folders: str) -> list[str]:
    return [str(path) for path in modules(*folders) if path.read_text(encoding="utf-8").count("\n") > ceiling]


def test_no_module_has_grown_into_two_things() -> None:
    assert longer_than(CEILING, *PACKAGES) == []
    assert longer_than(TEST_CEILING, "tests") == []


def test_every_module_says_what_it_is_for() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in modules(*PACKAGES)}
    assert [
        path for path, text in written.items() if text.strip() and not ast.get_docstring(ast.parse(text))
    ] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_ours_is_not_hidden_by_its_tests(package: str) -> None:
    found = importlib.import_module(package)
    assert found.__file__ is not None
    assert Path(found.__file__) == ROOT / package / "__init__.py"


def test_no_folder_of_tests_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_an_outlet_a_seed_and_a_speaker_are_called_by_their_names() -> None:
    """The bare word that could mean all three is banned."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in texts()
        for line in ALLOWED.sub("", path.read_text(encoding="utf-8")).splitlines()
        if BANNED.search(line)
    ]
    assert found == []


def test_the_wheel_takes_every_package_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == sorted(PACKAGES)
    assert project["tool"]["importlinter"]["root_packages"] == sorted(PACKAGES, key=PACKAGES.index)


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^\S+==\S+.*(?:\n    --hash=sha256:\S+.*)+", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE))
    assert "://" not in text


def test_the_makefile_is_a_page_of_one_line_targets() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = [line for line in lines if re.match(r"[^\s#.][^=]*:", line)]
    assert len(targets) <= 12
    assert not any(line.startswith("\t") for line in lines)
