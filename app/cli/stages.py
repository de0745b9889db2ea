"""Shows a dry run to a person: stage by stage, in colour, down to what would ring and where it would go."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.cli.output import console, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from app.dryrun import DryRun, Ring
    from matchers.engine import Engine
    from matchers.explain import Explained
    from store.values import Match

_STANCE = {"confirm": "bold green", "deny": "bold red", "speculate": "yellow"}
_SPAN = {"role": "bold cyan", "cue": "bold yellow", "speaker": "bold magenta", "veto": "bold red"}
_RINGING = frozenset({"first", "reversal", "new-event", "renewed", "conflict"})
_WHY = {
    "": "not judged: neither firm confirmation nor denial",
    "first": "this voice took no side before",
    "reversal": "this voice said the opposite before",
    "new-event": "a later event of the same kind",
    "renewed": "said again after a while",
    "repeat": "an utterance that is known already",
    "conflict": "both sides on one day",
    "old": "said too long ago, or undated background",
}


def show_stages(run: "DryRun", engine: "Engine") -> None:
    """Print all stages of a dry run."""
    out = console()
    _show_page(out, run)
    article = run.reading.article
    if article is None:
        _line(out, "extraction", f"no article: {run.reading.error}", good=False)
        return
    _show_article(out, run)
    verdict = (
        "passes: some claim's words are all there" if run.passes_gate else "stops here: no claim is named"
    )
    _line(out, "gate", verdict, good=run.passes_gate)
    _show_statements(out, run)
    _show_near_misses(out, run, engine)
    _show_novelty(out, run)
    for ring in run.rings:
        _show_ring(out, ring)
    if not run.rings:
        _line(out, "alert", "nothing would ring", good=False)


def _show_page(out: "Console", run: "DryRun") -> None:
    label = run.page.content_type or "no type given"
    _line(out, "page", f"{run.page.url or 'a file'}, {len(run.page.body):,} bytes, {label}")


def _show_article(out: "Console", run: "DryRun") -> None:
    article = run.reading.article
    if article is None:
        return
    published = (
        article.published.isoformat() if article.published else plain(article.published_on) or "no date"
    )
    _line(out, "title", article.title, style="bold")
    byline = f"by {', '.join(article.authors)}, " if article.authors else ""
    _line(out, "article", f"{byline}{published}, {article.lang or '?'}, {len(article.text):,} letters")


def _show_statements(out: "Console", run: "DryRun") -> None:
    result = run.reading.result
    if result is None or result.skipped:
        _line(out, "matching", result.skipped if result and result.skipped else "not read", good=False)
        return
    if not result.matches:
        _line(out, "matching", "nobody takes a side on any claim", good=False)
    for match in result.matches:
        _line(out, "statement", _headline(match), style=_STANCE[match.stance])
        out.print(_sentence(match), soft_wrap=False)
        for step in match.trace:
            words = _cut(match, step.start, step.end)
            out.print(
                f"{'':12}· {step.rule}: {step.effect}{f' [{words}]' if words else ''}",
                style="dim",
                markup=False,
            )


def _headline(match: "Match") -> str:
    via = f" via {', '.join(match.via)}" if match.via else ""
    said = f"said {match.said_on}" if match.said_on else "undated"
    return (
        f"{match.speaker} ({match.speaker_as_written or 'unnamed'}){via} {match.stance} {match.about} of "
        f"{match.claim}; {said} ({match.said_basis}), sure {match.certainty:.2f}, {match.status}"
    )


def _sentence(match: "Match") -> "Text":
    """The evidence with the words that the reading rests on marked."""
    from rich.text import Text

    text = Text(f"{'':12}“{plain(match.evidence)}”")
    for step in match.trace:
        start, end = step.start - match.start, step.end - match.start
        if 0 <= start < end <= len(match.evidence):
            text.stylize("underline", start + 13, end + 13)
    return text


def _cut(match: "Match", start: int, end: int) -> str:
    left, right = start - match.start, end - match.start
    return plain(match.evidence[left:right]) if 0 <= left < right <= len(match.evidence) else ""


def _show_near_misses(out: "Console", run: "DryRun", engine: "Engine") -> None:
    """What the engine says of sentences that name a claim's parts and yet say nothing of it."""
    if run.reading.article is None or run.reading.result is None:
        return
    from app.reading import parts_of

    stated = {(match.claim, match.evidence) for match in run.reading.result.matches}

    for part in parts_of(run.reading.article, outlet="", url=run.page.url):
        text = {"title": part.document.title, "text": part.document.text}
        for told in engine.explain(part.document):
            sentence = text[told.place][told.start : told.end]
            if not told.rings and (told.claim, sentence) not in stated:
                _show_near_miss(out, told, text[told.place])


def _show_near_miss(out: "Console", told: "Explained", text: str) -> None:
    """A sentence that names parts of a claim, each part in its colour, and what stopped it."""
    from rich.text import Text

    _line(out, "near miss", f"{told.claim}: {told.verdict}", style="yellow")
    sentence = Text(f"{'':12}“{plain(text[told.start : told.end])}”", style="dim")
    for span in told.spans:
        start, end = span.start - told.start, span.end - told.start
        if 0 <= start < end <= told.end - told.start:
            sentence.stylize(_SPAN.get(span.kind, "underline"), start + 13, end + 13)
    out.print(sentence)
    named = ", ".join(
        f"{span.kind} {span.name} [{plain(text[span.start : span.end])}]" for span in told.spans
    )
    out.print(f"{'':12}{named or 'nothing else'}", style="dim", markup=False)


def _show_novelty(out: "Console", run: "DryRun") -> None:
    if run.reading.outcome != run.saved.outcome:
        _line(out, "store", "this page is in the store already, as it is: it adds nothing", good=False)
    for one in run.judged:
        why = _WHY.get(one.novelty, one.novelty)
        told = (
            f"{one.speaker}, {one.statement.claim_id}, {one.statement.about}: {one.novelty or 'none'} ({why})"
        )
        _line(out, "novelty", told, good=one.novelty in _RINGING)


def _show_ring(out: "Console", ring: "Ring") -> None:
    _line(out, "alert", f"{ring.headline} [{ring.novelty}]", style="bold magenta")
    for told in _routes(ring):
        out.print(f"{'':12}→ {told}", markup=False)
    if not ring.decisions:
        out.print(f"{'':12}→ no channel: no route is configured", markup=False, style="yellow")


def _routes(ring: "Ring") -> Iterable[str]:
    for one in ring.decisions:
        yield f"{one.channel} (route {one.route}): {one.why}{f', {one.note}' if one.note else ''}"


def _line(out: "Console", stage: str, told: str, *, good: bool | None = None, style: str = "") -> None:
    from rich.text import Text

    mark = {True: "✓ ", False: "✗ ", None: ""}[good]
    colour = style or {True: "green", False: "red", None: ""}[good]
    out.print(Text.assemble((f"{stage:<11} ", "cyan"), (f"{mark}{plain(told)}", colour)))
