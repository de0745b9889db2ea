"""Commands run in this process as a shell runs them, and documents to feed them."""

import io
import json
import sys
from typing import Any

import pytest

from app.cli import main
from tests.app.bureau import SAYING, TROOPS

DENIES = f"Alexander Lukashenko denied on Tuesday {SAYING[TROOPS]}."
ITEM = {"id": "a", "title": "Lukashenko speaks", "text": DENIES, "lang": "en", "published": "2022-03-01"}


class Shell:
    """Runs commands in this process and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.out = self.err = ""

    def run(self, *words: str, stdin: bytes = b"") -> int:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        self.out, self.err = self._capsys.readouterr()
        return int(ended.value.code or 0)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def jsonl(*items: dict[str, Any]) -> bytes:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()
