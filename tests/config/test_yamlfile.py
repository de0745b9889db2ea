import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.yamlfile import dotted, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("off", "off"),
        ("22:00", "22:00"),
        ("2022-02-24", "2022-02-24"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("true", True),
        ("12", 12),
        ("-0.5", -0.5),
        ("~", None),
        ("=", "="),
    ],
)
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    assert parse(f"key: {text}", name="x").data == {"key": value}


def test_lines_are_known_down_to_the_element() -> None:
    file = parse("a:\n  b:\n    - 1\n    - c: 2\n", name="x")
    assert file.line(("a", "b", 1, "c")) == 4
    assert file.line(("a", "b", 0, "missing")) == 3
    assert file.line(("z",)) == 1


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"x:3: a\.b: is given twice, on line 2 and here"):
        parse("a:\n  b: 1\n  b: 2\n", name="x")


def test_merged_mappings_may_override_a_key() -> None:
    assert parse("a: &a {x: 1}\nb: {<<: *a, x: 2}\n", name="x").data["b"] == {"x": 2}


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: 'b",
        "\ta: 1",
        "a: b: c",
        "a: *none",
        "a: !!python/object:os.system x",
        "a: \x00",
        "&a [*a]",
    ],
)
def test_broken_yaml_is_one_line(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, name="tocsin.yaml")
    assert str(caught.value).startswith("tocsin.yaml")
    assert "\n" not in str(caught.value)


def test_other_encodings_are_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigError, match="is not UTF-8 text; save it in that encoding"):
        parse("ключ: 1".encode("cp1251"), name="x")


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(ConfigError, match="nested too deeply"):
        parse("[" * 5000 + "]" * 5000, name="x")


def outcome(text: str) -> str:
    try:
        return f"read {parse(text, name='x').name}"
    except ConfigError as error:
        return str(error)


@given(st.text())
def test_any_text_is_data_or_one_line(text: str) -> None:
    assert "\n" not in outcome(text)


def test_a_path_is_told_as_written() -> None:
    assert dotted(("publishers", 2, "seeds", 0, "url")) == "publishers[2].seeds[0].url"
