"""A batch reads the files of its folder and no others."""

from pathlib import Path

import pytest

from app.cli.reading import read_row
from config.errors import TocsinError


@pytest.mark.parametrize("file", ["../secret.html", "/etc/hostname", "pages/../../secret.html"])
def test_a_batch_reads_nothing_outside_its_root(file: str, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>secret</p>", encoding="utf-8")
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(TocsinError, match="outside of --root"):
        read_row(file, "https://news.example/1", root, 1_000_000)
