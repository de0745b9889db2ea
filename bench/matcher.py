"""What matching costs: by the length of an article, by the number of claims, and for a stream that matches.

    python -m bench.matcher [--articles 20] [--plot docs/matcher.svg]    (--plot: pip install matplotlib)

Articles are made of the labelled items of tests/eval in six languages: "dense" ones speak of the claims
throughout, "usual" ones begin with a report on a claim and go on to other news. CPU time of one thread, the
matcher warm, as in a worker that has read some pages. The last figures are in docs/measured.md.
"""

import argparse
import gc
import random
import tempfile
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from statistics import median

from bench.common import Corpus, cpu_ms, percentile
from matchers.claims import TRACKED
from matchers.engine import Engine
from store.values import Document

KILOBYTES = (2, 5, 10, 20, 50, 100)
CLAIMS = (1, 2, 5, 10, 25, 50)
ROUNDS = 3
TOPICS = (
    "sanction*|санкці*|санкци*|санкцы*|sankcj*|sanktion*",
    "talks|negotiat*|переговор*|перамов*|negocjac*|verhandl*",
    "ceasefire*|truce|перемир*|rozejm*|waffenruhe*",
    "mobilis*|mobiliz*|мобіліз*|мобилиз*|mobilmach*",
    "grain|зерн*|збож*|zboż*|getreide*",
    "drill*|exercise*|навчан*|учени*|вучэн*|ćwicze*|manöver*",
    "prisoner*|полонен*|пленн*|палон*|jeńc*|gefangene*",
    "parliament|парламент*|парлямэнт*|sejm*|bundestag*",
    "election*|вибор*|выбор*|выбар*|wybor*|wahl*",
    "border*|кордон*|границ*|мяж*|granic*|grenz*",
)
ACTORS = (
    "russia*|росі*|росси*|рас*|rosj*|russ*",
    "ukrain*|україн*|украин*|ukraiń*",
    "poland|polish|польщ*|польш*|polsk*|polen|polnisch*",
    "nato|нато",
    "minsk*|мінськ*|минск*|мінск*|mińsk*",
)
"""Stems in six languages that the articles do hold: what no article names would cost nothing."""

Articles = Sequence[Document]


def synthetic(count: int, folder: Path) -> list[Path]:
    """Files of as many claims in the minimal form."""
    files = []
    for number, (actor, topic) in enumerate(list(product(ACTORS, TOPICS))[:count]):
        text = f'schema: 1\nid: synthetic-{number}\ntitle: T\nall: [["{topic}"], ["{actor}"]]\n'
        (path := folder / f"{number}.yaml").write_text(text, encoding="utf-8")
        files.append(path)
    return files


def costs(engine: Engine, articles: Articles) -> list[float]:
    """The milliseconds of each article, the best of some rounds: a busy machine makes CPU time longer."""
    rounds = [[cpu_ms(lambda a=article: engine.match(a)) for article in articles] for _ in range(ROUNDS)]
    return [min(each) for each in zip(*rounds, strict=True)]


def by_length(engine: Engine, made: Callable[[int], Articles]) -> dict[int, list[float]]:
    return {kilobytes: costs(engine, made(kilobytes * 1000)) for kilobytes in KILOBYTES}


def by_claims(articles: Articles) -> dict[int, list[float]]:
    """The two tracked claims come first, so that the articles are read throughout with any number."""
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        names = [*TRACKED, *synthetic(max(CLAIMS) - len(TRACKED), Path(folder))]
        for count in CLAIMS:
            out[count] = costs(Engine.load(names[:count]), articles)
    return out


def stream(engine: Engine, documents: Articles) -> float:
    """Articles in a second, of a stream in which every one matches."""
    return 1000 * len(documents) / sum(costs(engine, documents))


def plot(curves: dict[str, dict[int, list[float]]], claims: dict[int, list[float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for name, curve in curves.items():
        left.plot(
            list(curve), [median(values) for values in curve.values()], marker="o", label=f"{name}, median"
        )
        spread = [percentile(values, 0.99) for values in curve.values()]
        left.plot(list(curve), spread, linestyle=":", color=left.lines[-1].get_color(), label=f"{name}, p99")
    left.set(title="by length", xlabel="kB of text", ylabel="CPU, ms")
    right.plot(
        list(claims), [median(values) for values in claims.values()], marker="o", label="dense, 10 kB, median"
    )
    right.set(title="by number of claims", xlabel="claims", ylim=0)
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--articles", type=int, default=20, help="how many of each language")
    asked.add_argument("--plot", type=Path, help="write the curves to this SVG file")
    args = asked.parse_args()
    corpus, luck = Corpus(), random.Random(1)

    def made(kind: Callable[[str, int, random.Random], Document]) -> Callable[[int], Articles]:
        return lambda size: [
            kind(lang, size, luck)
            for lang in corpus.languages
            for _ in range(min(args.articles, 1 + 400_000 // size))
        ]

    engine = Engine.load()
    gc.freeze()  # as a worker does: what is loaded for good is not looked through again and again
    matching = [document for document in corpus.documents() if engine.match(document).matches]
    size = sum(len(document.text.encode()) for document in matching) / len(matching)
    pace = stream(engine, matching)
    print(f"stream, every article matches: {pace:.0f} a second, of {size:.0f} bytes on average")
    curves = {}
    for name, kind in (("dense", corpus.dense), ("usual", corpus.usual)):
        curves[name] = by_length(engine, made(kind))
        for kilobytes, values in curves[name].items():
            each = f"{median(values):6.1f} ms, p99 {percentile(values, 0.99):6.1f} ms"
            print(f"{name} {kilobytes:4} kB: median {each}, {median(values) / kilobytes:.2f} ms for each kB")
    claims = by_claims(made(corpus.dense)(10_000))
    for count, values in claims.items():
        print(f"{count:3} claims, dense 10 kB: median {median(values):6.1f} ms")
    if args.plot:
        plot(curves, claims, args.plot)


if __name__ == "__main__":
    main()
