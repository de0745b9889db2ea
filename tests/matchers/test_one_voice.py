"""One utterance is one statement: whatever a page repeats, heads and cites on the way."""

from datetime import date

from matchers.engine import Engine
from store.values import Document, Place, Stance

FIRM = (Stance.CONFIRM, Stance.DENY)
SAYS = "Belarusian forces have crossed the border into Ukraine"


def _firm(text: str, title: str = "", lang: str = "en") -> set[tuple[str, str]]:
    found = Engine.load().match(Document(title=title, text=text, lang=lang)).matches
    return {(m.speaker, m.stance.value) for m in found if m.stance in FIRM}


def test_a_headline_that_the_page_repeats_above_its_text_is_a_headline_still() -> None:
    title = f"{SAYS}, officials say"
    text = f"{title}\n\nUkraine officials claim to have seen a Belarusian column on the road to Chernihiv."
    assert _firm(text, title) == {("Ukrainian officials", "confirm")}


def test_what_only_the_headline_says_has_its_place_there() -> None:
    found = Engine.load().match(Document(title=SAYS, text=f"{SAYS}\n\nMore follows soon.", lang="en")).matches
    assert [(m.speaker, m.place) for m in found] == [("(outlet)", Place.TITLE)]


def test_a_group_named_in_short_is_the_one_named_in_full() -> None:
    text = f"{SAYS}, Ukrainian officials said. The weather there is mild. "
    assert _firm(text + f"{SAYS}, officials said.") == {("Ukrainian officials", "confirm")}


def test_a_cross_heading_says_nothing_beside_the_text_below_it() -> None:
    text = (
        "Kyiv asks for air defence.\nUS: no sign of Belarusian troops\n"
        "A senior official at the Pentagon confirmed that Washington sees no Belarusian units in Ukraine."
    )
    assert _firm(text) == {("senior US defense official", "deny")}


def test_unnamed_people_whom_somebody_cites_do_not_speak_themselves() -> None:
    text = "В ОК «Північ», посилаючись на білоруські джерела, уточнили: з Білорусі випустили десятки ракет."
    assert _firm(text, lang="uk") == {("Operational Command North", "confirm")}


def test_a_column_that_is_new_in_the_text_is_not_the_army_named_before() -> None:
    text = f"{SAYS}, John Kirby said. According to local reports, a column of 33 tanks rolled past Slabyn."
    assert _firm(text) == {("John Kirby", "confirm")}


def test_of_two_denials_the_newer_one_is_told() -> None:
    text = (
        "Alexander Lukashenko says that his troops are not in Ukraine.\n"
        "“Our troops are not taking part in this operation at all,” he said last week."
    )
    found = Engine.load().match(Document(title="", text=text, lang="en", published=date(2022, 3, 1))).matches
    assert [(m.speaker, m.said_on) for m in found] == [("Alexander Lukashenko", date(2022, 3, 1))]


def test_a_named_spokesman_speaks_for_the_body_named_before_him() -> None:
    text = (
        f"{SAYS}, the mayor of a small town said. Ukraine's military intelligence denied this. "
        "There are no Belarusian troops in Ukraine, its representative Andriy Yusov said."
    )
    assert {name for name, stance in _firm(text) if stance == "deny"} == {"Andriy Yusov"}
