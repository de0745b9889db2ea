"""The article's own words, paragraph by paragraph.

Title and dates are read elsewhere.
"""

from trafilatura import bare_extraction

from extractors.page import Page
from extractors.text import plain_lines


def read_text(page: Page, *, title: str = "") -> str:
    """The paragraphs, one a line; empty where the page has none."""
    found = bare_extraction(page.tree, url=page.url, include_comments=False)
    return plain_lines(found.text) if found is not None and found.text else ""
