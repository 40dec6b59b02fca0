"""What YAML allows and a configuration must not: tags, bombs, twins, and text that is no text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trendwatch import config
from trendwatch.errors import ConfigError

GOOD = "sources:\n  - name: lab\n    url: https://lab.example.org/feed.xml\n"


def read(text: str | bytes) -> config.Config:
    return config.parse(text if isinstance(text, bytes) else text.encode(), Path("sources.yaml"), {})


def complaints(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value.complaints


@pytest.mark.parametrize(
    "value", ["!!python/object/apply:os.system ['true']", "!!python/name:os.system", "!custom 6h", "!!binary aGk=", "!!str lab"]
)
def test_a_yaml_tag_is_refused_with_its_line(value):
    found = complaints(GOOD + f"    terms: {value}\n")
    assert found[0].startswith("sources.yaml:4:12: YAML tag ")


def test_anchors_and_aliases_are_refused_with_advice():
    found = complaints("defaults: &d {tier: 2}\n" + GOOD + "    filter: *d\n")
    assert any('1:11: anchor "&d" is not allowed' in line for line in found)
    assert any('5:13: alias "*d"' in line and '"defaults"' in line for line in found)


def test_a_bomb_of_aliases_is_refused_at_once():
    lines = ['a0: &a0 ["x", "x", "x", "x", "x", "x", "x", "x", "x"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.monotonic()
    assert complaints("\n".join(lines))
    assert time.monotonic() - started < 2


def test_an_alias_that_holds_itself_is_refused():
    assert any("alias" in line for line in complaints(GOOD + "    filter: &f {any: [*f]}\n"))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_five_thousand_levels_are_refused_without_a_crash(opening):
    assert complaints("sources: \n  " + opening * 5000)


def test_a_key_that_stands_twice_names_both_lines():
    found = complaints(GOOD + "    tier: 1\n    name: other\n")
    assert found == ['sources.yaml:5:5: key "name" stands twice in one mapping; first on line 2.']


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"sources:\n\t- name: lab\n", "sources.yaml:2:1: a tab"),
        (GOOD.encode() + "    terms: für alle\n".encode("latin-1"), "sources.yaml:4:13: byte 0xfc is not UTF-8"),
        (GOOD.encode() + b"    terms: a\x00b\n", "sources.yaml:4:13: a NUL byte"),
        (GOOD.encode("utf-16"), "this is UTF-16"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8"),
        (b"sources: [\n", "this is not YAML"),
        (b"sources: 'open\n", "this is not YAML"),
        (b"<html><body>: not here</body>: </html>", "this is not YAML"),
        (GOOD.encode() + b"    terms: a\x07b\n", "this is not YAML"),
        (GOOD.encode() + b"---\nsources: []\n", "a second document"),
        (b"? [a, b]\n: c\n" + GOOD.encode(), "a key must be a word"),
    ],
)
def test_what_is_no_file_of_ours_gets_a_clear_word(data, said):
    assert any(said in line for line in complaints(data)), complaints(data)


def test_a_file_that_is_too_long_is_not_read():
    assert "too many" in complaints(b"#" * (17 * 1024 * 1024))[0]


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode(), GOOD.encode() + b"...\n"]
)
def test_a_byte_order_mark_and_windows_line_ends_are_accepted(data):
    assert read(data).sources[0].name == "lab"


def test_a_byte_order_mark_does_not_shift_the_places():
    found = complaints(b"\xef\xbb\xbfsouces: []\n" + GOOD.encode())
    assert found[0].startswith("sources.yaml:1:1: ")


@pytest.mark.parametrize("text", ["no", "1.10", "12:30", "010", "2026-01-05", "1e3", "0x1F", "off", "1_000", "Null and void"])
def test_a_text_stays_the_text_that_was_written(text):
    assert read(GOOD + f"    terms: {text}\n").sources[0].terms == text


def test_norway_is_a_region():
    assert read(GOOD + "    region: no\n").sources[0].region == "no"


@pytest.mark.parametrize(("text", "meant"), [("true", True), ("false", False), ("yes", True), ("No", False), ("off", False)])
def test_yes_and_no_are_understood_where_they_are_asked_for(text, meant):
    assert read(GOOD + f"    enabled: {text}\n").sources[0].enabled is meant


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("6h", 21600), ("1d", 86400), ("2w", 1209600), ("1.5h", 5400), ("90 m", 5400)]
)
def test_durations_are_read(text, seconds):
    assert read(GOOD + f"    every: {text}\n").sources[0].every_s == seconds


@pytest.mark.parametrize(("text", "items", "days"), [("3 per 7d", 3, 7), ("1 per 2w", 1, 14), ("0 per 30 d", 0, 30)])
def test_expectations_are_read(text, items, days):
    expect = read(GOOD + f"    expect: {text}\n").sources[0].expect
    assert expect
    assert (expect.items, expect.days) == (items, days)


def test_ten_thousand_sources_load_in_seconds():
    rows = [
        f"  - name: s{n}\n    url: https://s{n}.example.org/feed.xml\n    doctype: post\n    region: us\n    every: 6h\n    tier: 2"
        for n in range(10_000)
    ]
    text = "sources:\n" + "\n".join(rows)
    started = time.process_time()  # whatever else the machine does
    assert len(read(text).sources) == 10_000
    assert time.process_time() - started < 8


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))))
def test_no_bytes_at_all_end_in_anything_but_complaints(data):
    with pytest.raises(ConfigError) as caught:
        read(data)
    assert caught.value.complaints


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, len(GOOD)),
    st.sampled_from([":", "- ", "[", "}", "&a ", "*a", "!x ", "\t", "#", "'", '"', "%", "|", "\n", "? "]),
)
def test_a_slip_of_the_hand_gives_a_configuration_or_complaints(at, slip):
    try:
        read(GOOD[:at] + slip + GOOD[at:])
    except ConfigError as error:
        assert all(line.startswith("sources.yaml") for line in error.complaints)  # noqa: PT017 - either end is right
