"""The sentences of a page of which only the raw words are kept, as extractors/prefilter.py gave them.

Menus, teasers and headlines of other articles are no sentences and go; which sentences are the article's own
cannot be told without the page, and is not guessed.
"""

import re

_SHORTEST = 40
_SENTENCE = re.compile(r"[.!?…][»”\"'’)\]]*(?=\s|$)")


def prose(text: str) -> str:
    """The lines that hold whole sentences, each once."""
    lines = dict.fromkeys(text.splitlines())
    return "\n".join(line for line in lines if len(line) >= _SHORTEST and _SENTENCE.search(line))
