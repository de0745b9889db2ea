"""A question in any script and any case ending finds the article, and no question breaks the search."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from store.models import Article, Publisher, Revision
from store.search import beginning, fold, matching, terms
from store.session import Store

NOW = datetime(2022, 3, 1, tzinfo=UTC)

TEXTS = {
    "uk": ("Лукашенко заявив", "Президент Білорусі Олександр Лукашенко заперечив участь білоруських військ."),
    "ru": ("Слова Лукашенко", "Белорусские войска не участвуют, заявил он об операции."),
    "pl": ("Łukaszenka zaprzecza", "Białoruscy żołnierze nie przekroczyli granicy."),
    "en": ("Belarus denies it", "Alexander Lukashenko said no troops had crossed; it's the state's line."),
    "de": ("Lukaschenko", "Die Straße nach Tschernihiw war gesperrt."),
}


def save(session: Session, key: str, title: str, text: str) -> Article:
    publisher = session.exec(select(Publisher)).first() or Publisher(domain="example.org", name="x")
    session.add(publisher)
    session.flush()
    article = Article(publisher_id=publisher.id or 0, url=key, title=title, first_fetched=NOW)
    session.add(article)
    session.flush()
    session.add(Revision(article_id=article.id or 0, fetched_at=NOW, title=title, text=text))
    session.flush()
    return article


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as session:
        for key, (title, text) in TEXTS.items():
            save(session, key, title, text)
    return store


def found(store: Store, question: str) -> set[str]:
    query = matching(question)
    if query is None:
        return set()
    with store.read() as session:
        return set(session.exec(select(Article.url).where(Article.id.in_(query))).all())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("lukashenko", {"uk", "ru", "en"}),
        ("Лукашенка", {"uk", "ru", "en"}),
        ("Лукашэнка", {"uk", "ru", "en"}),
        ("lukaszenka", {"pl"}),
        ("ŁUKASZENKĘ", {"pl"}),
        ("білоруські", {"uk"}),
        ("білоруські війська", {"uk"}),
        ("zolnierze", {"pl"}),
        ("strasse", {"de"}),
        ("troop", {"en"}),
        ('"no troops"', {"en"}),
        ('"troops no"', set()),
        ('"no troop"', set()),
        ("lukashenko -troops", {"uk", "ru"}),
        ('lukashenko -"no troops"', {"uk", "ru"}),
        ("state's", {"en"}),
        ("nothing-of-the-kind", set()),
        ("", set()),
        ("!!!", set()),
        ("-lukashenko", set()),
    ],
)
def test_articles_are_found_by_their_words(filled: Store, question: str, keys: set[str]) -> None:
    assert found(filled, question) == keys


def test_an_edit_replaces_the_words_that_find_an_article(filled: Store) -> None:
    with filled.write() as session:
        article = session.exec(select(Article).where(Article.url == "en")).one()
        edit = Revision(
            article_id=article.id or 0, number=2, fetched_at=NOW, title="Edited", text="Retracted."
        )
        session.add(edit)
    assert found(filled, "retracted") == {"en"}
    assert found(filled, "crossed") == set()


def test_what_is_rolled_back_is_not_found(filled: Store) -> None:
    def fail_half_way() -> None:
        with filled.write() as session:
            save(session, "new", "Unheard", "Unheard of.")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert found(filled, "unheard") == set()


def test_a_deleted_article_is_not_found(store: Store) -> None:
    with store.write() as session:
        article = save(session, "gone", "Gone", "Gone.")
        session.delete(session.exec(select(Revision)).one())
        session.flush()
        session.delete(article)
    assert found(store, "gone") == set()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(question=st.text() | st.text(alphabet="ab\"-*():^{}+.' ANDORNOT,"))
def test_no_question_breaks_the_search(filled: Store, question: str) -> None:
    found(filled, question)


@given(st.text())
def test_folding_twice_changes_nothing(words: str) -> None:
    assert fold(fold(words)) == fold(words)


@given(st.text())
@example("0\x851")
def test_a_text_is_found_by_its_own_words(words: str) -> None:
    folded = fold(words).split()
    for (pattern,) in terms(words.replace('"', " ").replace("-", " "))[0]:
        assert any(word.startswith(pattern.removesuffix("*")) for word in folded)


@pytest.mark.parametrize(
    ("word", "kept"), [("lukashenka", "lukashenk"), ("kiiv", "kiiv"), ("minsku", "minsk"), ("ia", "ia")]
)
def test_only_endings_of_longer_words_are_cut(word: str, kept: str) -> None:
    assert beginning(word) == kept
