"""The lines that news pages print among paragraphs and that no article says, as data per language.

Only words are looked at here; where they stand on the page is judged in extractors/pruning.py.
"""

import re
import string
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

SHORT_OPENER = 180
SHORT_PROMPT = 260
_EDGES = string.punctuation + string.whitespace + "«»„“”’‘–—…•►▶→›»|·✅❗️📌🔹🔸👉"


@dataclass(frozen=True, slots=True)
class Phrases:
    labels: frozenset[str]
    openers: tuple[str, ...]
    prompts: re.Pattern[str]


@cache
def phrases() -> Phrases:
    """All languages at once: pages mix them, and their words do not clash at these lengths."""
    data = yaml.safe_load(files("extractors").joinpath("boilerplate.yaml").read_text("utf-8"))
    told = {
        kind: [p for one in data.values() for p in one[kind]] for kind in ("labels", "openers", "prompts")
    }
    prompts = sorted({p.casefold() for p in told["prompts"]}, key=len, reverse=True)
    return Phrases(
        labels=frozenset(bare(label) for label in told["labels"]),
        openers=tuple(sorted({_plain(opener) for opener in told["openers"]})),
        prompts=re.compile("|".join(map(re.escape, prompts))),
    )


def bare(line: str) -> str:
    """A line as it is compared: no case, nothing but words at its ends."""
    return line.replace("’", "'").replace("ʼ", "'").strip(_EDGES).casefold()


def is_label(line: str) -> bool:
    """The whole line is a heading of foreign matter, such as "Read more" or "Реклама"."""
    return len(line) < 60 and bare(line) in phrases().labels


def is_boilerplate(line: str) -> bool:
    """The line points elsewhere, credits a picture or asks something of the reader."""
    if is_label(line):
        return True
    plain = _plain(line)
    if len(plain) <= SHORT_OPENER and plain.lstrip("-–—•►▶>»| ").startswith(phrases().openers):
        return not _is_quotation(line)
    return (
        len(plain) <= SHORT_PROMPT and phrases().prompts.search(plain) is not None and not _is_quotation(line)
    )


def _plain(line: str) -> str:
    return " ".join(line.casefold().replace("’", "'").replace("ʼ", "'").split())


def _is_quotation(line: str) -> bool:
    """Somebody is quoted at length: then the line is the article's, whatever words it holds."""
    return re.search(r"[«„“”\"][^«»„“”\"]{40,}[»“”\"]", line) is not None
