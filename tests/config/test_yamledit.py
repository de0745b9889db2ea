"""Entries are added to what a person wrote, and every other letter stays."""

from pathlib import Path

import pytest
import yaml

from config.yamledit import EditError, append, replace

NEW = ("{domain: new.org}", "{domain: newer.org}")
WRITTEN = {
    "a block": "publishers:\n  # mine\n  - {domain: x.org}   # why\n\n# The log\nlog: {level: info}\n",
    "a block of blocks": (
        "publishers:\n- domain: y.org\n  seeds:\n    - https://y.org/rss\n  # the end\nlog: {level: info}\n"
    ),
    "a text at the end": "publishers:\n  - domain: x.org\n    name: |\n      hello # no comment\n\nlog: {}\n",
    "an entry of two lines": "publishers:\n  - {domain: x.org,\n     seeds: [a]}\n  # c\nlog: {}\n",
    "one line": "publishers: [shipped, {domain: x.org}]\nlog: {}\n",
    "one line with a comma": "publishers: [shipped,]\nlog: {}\n",
    "lines in brackets": "publishers: [shipped, # all\n  {domain: x.org} # two\n]\nlog: {}\n",
    "an empty list": "publishers: []  # none\nlog: {}\n",
    "one word": "publishers: shipped   # all\nlog: {}\n",
    "nothing": "publishers:   # none yet\nlog: {}\n",
    "nothing at the end": "log: {}\npublishers:",
    "no list": "log: {}",
    "an empty file": "",
    "no line end": "publishers:\n  - {domain: x.org}",
    "line ends of Windows": "publishers:\r\n  - {domain: x.org}\r\nlog: {}\r\n",
    "a comment of another script": "publishers:\n  - {domain: x.org}  # Пояснення\nlog: {}\n",
}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_list_gets_its_entries_and_the_rest_stays(name: str) -> None:
    text = WRITTEN[name]
    before, edited = yaml.safe_load(text) or {}, append(text, ("publishers",), NEW)
    listed = before.get("publishers") or []
    listed = listed if isinstance(listed, list) else [listed]
    assert yaml.safe_load(edited) == {
        **before,
        "publishers": [*listed, {"domain": "new.org"}, {"domain": "newer.org"}],
    }
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    assert all(comment in edited for comment in comments)
    assert edited.count("\r\n") == (5 if "\r\n" in text else 0)


def test_entries_stand_where_a_person_would_put_them() -> None:
    edited = append(WRITTEN["a block"], ("publishers",), NEW).splitlines()
    assert edited[3:6] == ["  - {domain: new.org}", "  - {domain: newer.org}", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("publishers:\n- {domain: x.org, seeds: [a]}\n", "publishers:\n- {domain: x.org, seeds: [a, b]}\n"),
        ("publishers:\n- {domain: x.org, seeds: a}\n", "publishers:\n- {domain: x.org, seeds: [a, b]}\n"),
        (
            "publishers:\n- domain: x.org\n  seeds:\n  - a\n- domain: y.org\n",
            "publishers:\n- domain: x.org\n  seeds:\n  - a\n  - b\n- domain: y.org\n",
        ),
    ],
)
def test_a_list_within_an_entry_grows(text: str, expected: str) -> None:
    assert append(text, ("publishers", 0, "seeds"), ["b"]) == expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("publishers: {domain: x.org}\n", ("publishers",)),
        ("publishers:\n- {domain: x.org}\n", ("publishers", 0, "seeds")),
        ("publishers:\n  - &a {domain: x.org}\n  - *a\n", ("publishers",)),
    ],
)
def test_what_only_a_person_can_add_to_is_left_to_a_person(text: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(EditError, match="publishers"):
        append(text, path, NEW)


def test_a_file_keeps_its_rights_its_mark_and_its_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yaml", tmp_path / "tocsin.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    path.chmod(0o600)
    link.symlink_to(path)
    replace(link, lambda text: f"{text}b: 2\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa: 1\nb: 2\n"
    assert (path.stat().st_mode & 0o777, link.is_symlink()) == (0o600, True)
    with pytest.raises(ZeroDivisionError):
        replace(link, lambda text: str(1 / 0))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["real.yaml", "tocsin.yaml"]
