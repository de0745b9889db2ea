"""Which language an article is written in: what the page declares, held against its letters and words.

Templates declare one language for a whole site; the text decides where it speaks clearly.
"""

from collections.abc import Iterator

import py3langid

from extractors.evidence import Evidence, text_of

_READ = 3_000
_ENOUGH = 120
# Languages that a detector confuses: within a group the declaration decides.
_NEAR = tuple(
    frozenset(group.split())
    for group in ("no da nn nb", "hr sr bs sl", "id ms jv", "cs sk", "gl pt es", "nl af lb")
)
_OLD_CODES = {
    "iw": "he",
    "in": "id",
    "ua": "uk",
    "by": "be",
    "cz": "cs",
    "gr": "el",
    "se": "sv",
    "dk": "da",
    "nb": "no",
    "nn": "no",
}


def declared_language(evidence: Evidence) -> str | None:
    """The two-letter code that the page gives, the article's own data first."""
    return next((code for told in _declarations(evidence) if (code := _code(told))), None)


def language_of(text: str, declared: str | None) -> str | None:
    """The text's language; the declared one where the text is short or tells two apart badly."""
    if len(text) < _ENOUGH:
        return declared
    # The library keeps one model for the whole process, loaded at the first question.
    found = _code(py3langid.classify(text[:_READ])[0])
    near = any({found, declared} <= group for group in _NEAR)
    return declared if near or found is None else found


def _declarations(evidence: Evidence) -> Iterator[str]:
    yield text_of(evidence.article.get("inLanguage"))
    yield evidence.lang
    yield evidence.first("og:locale", "content-language", "inlanguage", "language", "dc.language")


def _code(told: str) -> str | None:
    code = told.strip().lower().replace("_", "-").partition("-")[0]
    code = _OLD_CODES.get(code, code)
    return code if len(code) == 2 and code.isalpha() else None
