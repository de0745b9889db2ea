"""The shipped directory: no voice is taken for another, for whoever is taken for another is never told."""

from dataclasses import replace

from matchers.engine import Engine
from matchers.speakers import Directory, Known
from store.values import Document, SpeakerKind


def test_every_known_person_is_heard_by_the_own_name() -> None:
    engine = Engine.load()
    people = [known.name for known in engine.directory.known if known.kind is SpeakerKind.PERSON]
    heard = {}
    for name in people:
        text = f"{name} confirmed on Tuesday that missiles were launched at Ukraine from Belarus."
        heard[name] = [match.speaker for match in engine.match(Document("", text, "en")).matches]
    assert heard == {name: [name] for name in people}


def test_no_spelling_of_a_person_is_that_of_another() -> None:
    directory = Engine.load().directory
    people = {known.name: known for known in directory.known if known.kind is SpeakerKind.PERSON}
    taken = [
        (name, term, other)
        for name, known in people.items()
        for term in known.terms
        for other in people.keys() & set(directory.spelt(_plain(term))) - {name}
        if any(_is_spelt(people[other], one, _plain(term)) for one in people[other].terms)
    ]
    assert taken == []


def _plain(term: str) -> str:
    return " ".join(word.split("|")[0].strip("*=") for word in term.split())


def _is_spelt(known: Known, term: str, words: str) -> bool:
    """A spelling of more words is heard before the one that it holds."""
    is_as_long = len(term.split()) >= len(words.split())
    return is_as_long and bool(Directory([replace(known, terms=(term,))]).spelt(words))
