"""Live blogs come apart into dated posts; articles with teasers beside them do not."""

import json

from extractors.article import extract

SAID = "The pilot on duty said that the channel was open and that no ship had been turned back since dawn."
HOURS = ("14", "12", "09")


def live(posts: str, head: str = "") -> bytes:
    intro = "<p>What is known about the channel is collected here in the course of the day, newest first.</p>"
    article = f"<article><h1>The channel, hour by hour</h1>{intro}{posts}</article>"
    return f"<html><head>{head}</head><body>{article}".encode()


def blocks(datetimes: list[str]) -> str:
    return "".join(
        f'<div class="post"><time datetime="{at}">then</time><h3>Post {n}</h3>'
        f"<p>{SAID} Ship {n} passed.</p></div>"
        for n, at in enumerate(datetimes)
    )


def test_repeated_dated_blocks_are_posts_that_cut_the_text() -> None:
    article = extract(
        live(blocks([f"2026-03-0{5 - n}T{h}:00:00+01:00" for n, h in enumerate(HOURS)])), url=""
    )
    cut = [article.text[post.start : post.end] for post in article.posts]
    assert cut == [f"Post {n}\n{SAID} Ship {n} passed." for n in range(3)]
    assert [str(post.published_on) for post in article.posts] == ["2026-03-05", "2026-03-04", "2026-03-03"]
    assert article.text.startswith("What is known")


def test_posts_are_read_off_the_data() -> None:
    updates = [
        {
            "headline": f"Post {n}",
            "articleBody": f"<p>{SAID}</p><p>Ship {n} passed.</p>",
            "datePublished": f"2026-03-05T{h}:00Z",
        }
        for n, h in enumerate(HOURS)
    ]
    data = {
        "@type": "LiveBlogPosting",
        "headline": "The channel",
        "datePublished": "2026-03-01T08:00Z",
        "liveBlogUpdate": updates,
    }
    shown = "".join(
        f"<section><h2>Post {n}</h2><p>{SAID}</p><p>Ship {n} passed.</p></section>" for n in range(3)
    )
    article = extract(live(shown, f'<script type="application/ld+json">{json.dumps(data)}</script>'), url="")
    assert [(p.title, p.published and p.published.hour) for p in article.posts] == [
        ("Post 0", 14),
        ("Post 1", 12),
        ("Post 2", 9),
    ]
    assert str(article.published_on) == "2026-03-01"
    assert article.text.count("Ship 1 passed.") == 1


def test_dated_teasers_beside_an_article_are_no_posts() -> None:
    body = "".join(f"<p>{SAID} It was the {n}th time this year.</p>" for n in range(12))
    teasers = "".join(
        f'<div class="card"><time datetime="2026-03-0{n}">x</time>'
        f"<p>A ferry was late by {n} minutes on its way home and nobody minded.</p></div>"
        for n in range(1, 5)
    )
    assert extract(live(f"{body}<aside>{teasers}</aside>"), url="").posts == ()
