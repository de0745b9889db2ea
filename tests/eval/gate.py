"""The quality gate: the labelled statements that the engine finds, by language, against pinned floors.

    python -m tests.eval.gate            print the figures beside their floors
    python -m tests.eval.gate --update   raise the floors to the figures; --lower also lets them fall

An item counts once for each claim and firm stance in it, as an alert would. The floors carry a hash of the
corpus: whoever changes an item measures anew.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from matchers.engine import Engine
from store.values import Document, Stance, Status

FOLDER = Path(__file__).parent
FLOORS = FOLDER / "floors.json"
FIRM = (Stance.CONFIRM, Stance.DENY)
MARGIN = 0.005
"""Figures may fall this much below a floor before the gate closes: rounding, no more."""

Figures = dict[str, dict[str, float]]


def corpus() -> list[dict[str, Any]]:
    """The labelled items of every language that has a file."""
    lines = [
        line
        for file in sorted(FOLDER.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines if line.strip()]


def digest(items: list[dict[str, Any]]) -> str:
    """A hash of the corpus, whatever the order of its files."""
    whole = "\n".join(sorted(json.dumps(item, sort_keys=True) for item in items))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def measure(items: list[dict[str, Any]], engine: Engine) -> Figures:
    """Precision and recall by language, for each stance, and the share of quiet items that ring."""
    counts: dict[str, Counter[str]] = {}
    for item in items:
        count = counts.setdefault(item["lang"], Counter())
        found = _found(item, engine)
        labelled = {(s["claim"], s["stance"]) for s in item["statements"] if s["stance"] in FIRM}
        for stance in FIRM:
            have, want = ({pair for pair in pairs if pair[1] == stance} for pairs in (found, labelled))
            count[f"{stance} hit"] += len(have & want)
            count[f"{stance} found"] += len(have)
            count[f"{stance} labelled"] += len(want)
        count["quiet"] += not labelled
        count["rings"] += bool(found and not labelled)
    return {lang: _shares(count) for lang, count in sorted(counts.items())}


def _found(item: Mapping[str, Any], engine: Engine) -> set[tuple[str, str]]:
    published = date.fromisoformat(item["published"])
    result = engine.match(Document(item["title"], item["text"], item["lang"], published, item["outlet"]))
    return {(m.claim, m.stance.value) for m in result.matches if m.stance in FIRM and m.status is Status.FIRM}


def _shares(count: Counter[str]) -> dict[str, float]:
    out = {"quiet": _share(count["quiet"] - count["rings"], count["quiet"])}
    for stance in FIRM:
        out[f"{stance} precision"] = _share(count[f"{stance} hit"], count[f"{stance} found"])
        out[f"{stance} recall"] = _share(count[f"{stance} hit"], count[f"{stance} labelled"])
    return out


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


def main() -> None:
    """Prints the figures; with --update pins them."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--update", action="store_true", help="raise the floors to the figures")
    options.add_argument("--lower", action="store_true", help="let floors fall as well")
    asked = options.parse_args()
    items = corpus()
    figures = measure(items, Engine.load())
    held = json.loads(FLOORS.read_text(encoding="utf-8"))["floors"] if FLOORS.exists() else {}
    fallen = [
        f"{lang} {name}: {figures.get(lang, {}).get(name, 0.0)} is below its floor {floor}"
        for lang, floors in held.items()
        for name, floor in floors.items()
        if figures.get(lang, {}).get(name, 0.0) < floor - MARGIN
    ]
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    if fallen and not (asked.update and asked.lower):
        sys.exit("\n".join(fallen))
    if asked.update:
        pinned = {"corpus": digest(items), "floors": figures}
        FLOORS.write_text(json.dumps(pinned, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
