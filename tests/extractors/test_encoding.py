"""Whatever a server calls its bytes, the letters come out right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.encoding import decode, utf8

TEXTS = {
    "uk": "Речник порту заявив у середу, що підтверджень немає, а їхні кораблі вже йдуть.",
    "ru": "Представитель порта заявил в среду, что подтверждений закрытия причала нет, а корабли уже в пути.",
    "pl": "Rzecznik portu oświadczył w środę, że żadnych potwierdzeń nie ma, a łodzie już płyną.",
    "de": "Der Sprecher des Hafens erklärte am Mittwoch, für die Schließung gebe es keine Bestätigung.",
}
LABELS = [None, "utf-8", "iso-8859-1", "windows-1251", "koi8-u", "x-unknown"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("lang", "encoding"),
    [
        pair.split()
        for pair in (
            "uk cp1251",
            "uk koi8_u",
            "ru cp1251",
            "ru koi8_r",
            "ru iso8859_5",
            "ru cp866",
            "pl cp1250",
            "pl iso8859_2",
            "de cp1252",
            "uk utf-8",
            "de utf-8-sig",
            "pl utf-16",
        )
    ],
)
def test_text_is_decoded_under_any_label(lang: str, encoding: str, label: str | None) -> None:
    meta = f'<meta charset="{label}">' if label else ""
    body = f"<html><head>{meta}<script>var a = 1;</script></head><p>{TEXTS[lang]}</p></html>".encode(encoding)
    assert TEXTS[lang] in decode(body)
    assert TEXTS[lang] in decode(body, f"text/html; charset={label}" if label else "text/html")


def test_the_header_decides_between_encodings_that_read_alike() -> None:
    body = "<p>Größe: 5 ¤</p>".encode("iso8859-15", "replace")
    assert "Größe" in decode(body, "text/html; charset=iso-8859-15")


def test_a_few_spoilt_bytes_do_not_change_the_encoding() -> None:
    body = f"<p>{TEXTS['uk']}".encode() * 5 + b"\xd0"
    assert decode(body).count(TEXTS["uk"]) == 5


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html; charset=koi8-u", "text/html; charset=utf-16"])
)
def test_any_bytes_are_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)
    utf8(body, content_type).decode("utf-8")
