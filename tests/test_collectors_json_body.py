"""JSON from strangers: what is no JSON is refused in one sentence, what is one bad field costs one record."""

from __future__ import annotations

import pytest

from collectors.collector import ParseError
from collectors.json_body import (
    RecordError,
    as_object,
    get_int,
    get_list,
    get_number,
    get_object,
    get_text,
    load_json,
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!doctype html><p>Halaman tidak ditemukan", "web page"),
        (b'{"a": 1', "no valid JSON"),
        (b'{"a": "\xff"}', "not valid text"),
        (b"[" * 100_000 + b"]" * 100_000, "nested"),
        (b"[" * 150 + b"]" * 150, "nested"),
        (b'{"a":' * 150 + b"1" + b"}" * 150, "nested"),
    ],
)
def test_what_is_no_json_is_refused_in_one_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence) as caught:
        load_json(body, "https://dinas.example/api")
    assert str(caught.value).startswith("https://dinas.example/api: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"9" * 5_000, b"9223372036854775808", b"1e999"])
def test_a_number_nobody_can_store_is_null_and_its_neighbours_are_kept(number: bytes) -> None:
    assert load_json(b'[{"id": %s}, {"id": 7}]' % number, "x") == [{"id": None}, {"id": 7}]


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    assert load_json(b'\xef\xbb\xbf{"a": "\xc3\xa9"}', "x") == {"a": "é"}
    assert load_json('{"a": "é"}'.encode("utf-16"), "x") == {"a": "é"}


def test_the_getters_give_the_type_they_promise_or_name_the_field() -> None:
    record: dict[str, object] = {"t": "x", "n": 4, "s": "12", "f": 2.0, "l": [1], "o": {"a": 1}, "e": [], "b": True}
    assert get_text(record, "t") == "x"
    assert get_text(record, "n") == "4"
    assert get_text(record, "missing") is None
    assert get_int(record, "s") == 12
    assert get_int(record, "f") == 2
    assert get_number(record, "n") == 4
    assert get_list(record, "l") == [1]
    assert get_object(record, "o") == {"a": 1}
    assert get_object(record, "e") == {}
    for wrong in (
        lambda: get_text(record, "o"),
        lambda: get_int(record, "t"),
        lambda: get_int(record, "b"),
        lambda: get_number(record, "l"),
        lambda: get_list(record, "o"),
        lambda: get_object(record, "l"),
        lambda: as_object(record["l"]),
    ):
        with pytest.raises(RecordError, match="not"):
            wrong()
