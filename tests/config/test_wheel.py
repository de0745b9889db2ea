"""What is installed: our packages whole, with all their data files, and nothing else."""

import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("alerts", "app", "config", "crawler", "extractors", "matchers", "store")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_our_packages_is_in_the_wheel(installed: set[str]) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in ours if name.endswith((".yaml", ".mako"))}
    assert ours - installed == set()


def test_nothing_else_is_in_the_wheel(installed: set[str]) -> None:
    tops = {name.split("/")[0] for name in installed}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("config.defaults", "tocsin.yaml"),
        ("config.defaults", "publishers.yaml"),
        ("config.defaults", "speakers.yaml"),
        ("store.migrations", "env.py"),
        ("store.migrations", "script.py.mako"),
    ],
)
def test_data_files_are_found_as_resources(package: str, name: str) -> None:
    assert files(package).joinpath(name).read_text(encoding="utf-8")
