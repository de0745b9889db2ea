"""What extraction reports by itself: the page is named by its URL, the reason by its words."""

from enum import StrEnum

from config.errors import TocsinError


class Refusal(StrEnum):
    """Why no article could be read off a page."""

    TOO_LARGE = "too large"
    TOO_MANY_TAGS = "too many tags"
    TOO_DEEP = "nested too deeply"
    NOT_HTML = "not HTML"
    NO_TEXT = "no text found"
    BROKEN = "extraction failed"


class ExtractError(TocsinError):
    """A page gave no article. It costs this page alone; `reason` tells which kind of failure."""

    def __init__(self, reason: Refusal, *, url: str = "", detail: str = "") -> None:
        told = f"{reason}: {detail}" if detail else str(reason)
        super().__init__(f"{url}: {told}" if url else told)
        self.reason = reason
        self.url = url
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.reason, self.url, self.detail))  # it crosses a process border whole


def _rebuild(reason: Refusal, url: str, detail: str) -> ExtractError:
    return ExtractError(reason, url=url, detail=detail)
