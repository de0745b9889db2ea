"""Which language a text is in: letters that only one of ours has first, py3langid where they do not tell.

Covers the languages that have a pack; gives what the detector says for others, so that it can be named.
"""

import re
from functools import cache

SAMPLE = 1500


@cache
def _identifier() -> object:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def detect(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, or None where it holds no letters."""
    sample = text[:SAMPLE]
    letters = re.sub(r"[^\w]|\d|_", "", sample).casefold()
    if not letters:
        return None
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in letters)
    if cyrillic * 2 > len(letters):
        return _cyrillic(letters)
    if re.search(r"[łąęśćżź]", letters) and not re.search(r"[ŭčšž]", letters):
        return "pl"
    if len(re.findall("[ŭ]", letters)) >= 1 and re.search("[čšžł]", letters):
        return "be"
    guess, _ = _identifier().classify(sample)  # type: ignore[attr-defined]
    return str(guess)


def _cyrillic(letters: str) -> str:
    count = {c: letters.count(c) for c in "ўїєґыэёъіщи"}
    if count["ў"] or (count["і"] and count["ы"] and not count["и"]):
        return "be"
    if count["ї"] or count["є"] or count["ґ"] or (count["і"] and not count["ы"] and not count["э"]):
        return "uk"
    if count["ы"] or count["э"] or count["ё"] or count["ъ"] or count["и"]:
        return "ru"
    return "uk" if count["і"] else "ru"
