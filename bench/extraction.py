"""Extraction measured on saved pages whose article is known: quality and CPU time, trafilatura beside it.

    python -m bench.extraction GOLD.jsonl --root FOLDER

Each line of GOLD has file (.gz or not, in FOLDER), url, title, published and text. A fifth of the pages,
chosen by their names, is reported apart: develop against the others. Nothing is asserted here.
"""

import argparse
import collections
import gzip
import hashlib
import json
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import trafilatura

from config.errors import TocsinError
from extractors.article import extract
from extractors.prefilter import page_text

_QUOTE = re.compile(r"«([^«»]{20,300})»|“([^“”]{20,300})”|„([^„“”]{20,300})[“”]|\"([^\"]{20,300})\"")


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float
    title: bool
    day: bool
    quotes: tuple[int, int]
    milliseconds: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    text: str
    published: str


def ours(body: bytes, url: str) -> Told:
    found = extract(body, url=url)
    when: datetime | date | None = found.published or found.published_on
    return Told(found.title, found.text, when.isoformat() if when else "")


def trafilatura_alone(body: bytes, url: str) -> Told:
    found = trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False)
    return Told(found.title or "", found.text or "", found.date or "") if found else Told("", "", "")


def score(read: Callable[[bytes, str], Told], body: bytes, gold: dict[str, Any]) -> Score:
    began = time.process_time()
    try:
        told = read(body, gold["url"])
    except TocsinError:
        told = Told("", "", "")
    spent = (time.process_time() - began) * 1000
    got, want = collections.Counter(_words(told.text)), collections.Counter(_words(gold["text"]))
    both = sum((got & want).values())
    plain = " ".join(_words(told.text))
    quotes = [" ".join(_words(quote)) for quote in _quotes(gold["text"])]
    return Score(
        precision=both / max(1, sum(got.values())),
        recall=both / max(1, sum(want.values())),
        title=_words(told.title) == _words(gold["title"]),
        day=not gold.get("published") or told.published[:10] == gold["published"][:10],
        quotes=(sum(quote in plain for quote in quotes), len(quotes)),
        milliseconds=spent,
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text or "").casefold())


def _quotes(text: str) -> Iterator[str]:
    for found in _QUOTE.finditer(text):
        yield next(group for group in found.groups() if group)


def _held_out(gold: dict[str, Any]) -> bool:
    return int(hashlib.sha256(gold["file"].encode()).hexdigest(), 16) % 5 == 0


def _report(name: str, scores: list[Score]) -> None:
    mean = {
        key: statistics.mean(getattr(s, key) for s in scores)
        for key in ("precision", "recall", "f1", "title", "day")
    }
    present, quotes = (sum(s.quotes[n] for s in scores) for n in (0, 1))
    told = "  ".join(f"{key} {value:.3f}" for key, value in mean.items())
    middle = statistics.median(s.milliseconds for s in scores)
    print(f"{name:28} {told}  quotes {present / max(1, quotes):.3f} of {quotes}  {middle:.1f} ms")


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("gold", type=Path)
    cli.add_argument("--root", type=Path, required=True)
    asked = cli.parse_args()
    golds = [json.loads(line) for line in asked.gold.read_text("utf-8").splitlines() if line.strip()]
    bodies = {gold["file"]: _read(asked.root / gold["file"]) for gold in golds}
    for name, read in (("tocsin", ours), ("trafilatura alone", trafilatura_alone)):
        for part, held in (("", False), (", held out", True)):
            _report(name + part, [score(read, bodies[g["file"]], g) for g in golds if _held_out(g) == held])
    _report_prefilter(list(bodies.values()))


def _report_prefilter(bodies: list[bytes]) -> None:
    began = time.process_time()
    for body in bodies:
        page_text(body)
    spent = (time.process_time() - began) * 1000
    size = sum(map(len, bodies)) / len(bodies) / 1000
    print(f"page_text                    {spent / len(bodies):.2f} ms for a page of {size:.0f} kB on average")


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


if __name__ == "__main__":
    main()
