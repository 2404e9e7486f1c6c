"""Markup gives the text a reader sees, bytes give the letters their sender meant, and no input costs much time."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.item import MARK, MAX_TEXT
from collectors.markup import clean, decode, to_line, to_text

MARKUPS = {
    "Halo, apa kabar?": "Halo, apa kabar?",
    "baris satu\nbaris dua": "baris satu\nbaris dua",
    "Tom &amp; Jerry &#8211; &lt;b&gt;": "Tom & Jerry – <b>",
    "2 < 3 dan <3": "2 < 3 dan <3",
    "<p>Satu\n  kalimat <b>tebal</b>.</p>\n\n<p>Dua<br>tiga</p>": "Satu kalimat tebal.\n\nDua\ntiga",
    "<ul><li>satu</li>\n<li>dua</ul>": "satu\ndua",
    "<table><tr><td>a<td>b<tr><td>c</table>": "a b\nc",
    "<pre>satu\ndua</pre>": "satu\ndua",
    "a<script>alert(1)</script>b<style>p{}</style>c<!-- d -->": "abc",
    "bagus <img src='s.png' class='wp-smiley' alt='🙂' />": "bagus 🙂",
    "<div><div>dalam</div></div>luar": "dalam\nluar",
    "ti\u00addak ter\u200blihat \u202eterbalik": "tidak terlihat terbalik",
    "nbsp&nbsp;&nbsp;dua": "nbsp dua",
    "e\u0301": "é",
    "&#x27;&apos;&hellip;&#146;": "''…’",
    "&#xD800;&#0;x": "\ufffd\ufffdx",
    "â€œHaloâ€\x9d kata CafÃ©": "“Halo” kata Café",
}


@pytest.mark.parametrize("markup", MARKUPS)
def test_markup_gives_the_text_a_reader_sees(markup: str) -> None:
    assert to_text(markup) == MARKUPS[markup]


def test_a_title_is_one_line() -> None:
    assert to_line("Izin <b>usaha</b><br>\n baru") == "Izin usaha baru"


def test_text_over_the_limit_is_cut_with_a_mark() -> None:
    text = to_text("<p>" + "kata " * MAX_TEXT)
    assert len(text) <= MAX_TEXT and text.endswith(MARK)


@given(st.text(alphabet=st.characters(), max_size=200) | st.text("<>&;#xap/ \n\"'=!-", max_size=200))
def test_any_markup_gives_text_that_can_be_stored(markup: str) -> None:
    text = to_text(markup)
    text.encode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(letter) == "Cc" for letter in text if letter not in "\n\t")


def test_a_lone_surrogate_is_not_kept() -> None:
    assert clean("a\ud800b") == "ab"


BOMBS = {
    "depth": "<div>" * 100_000 + "x",
    "depth under the limit of tags": "<div>" * 4_900 + "x",
    "comments": "<!--" * 300_000,
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">x",
    "many tags with many attributes": ("<p " + " ".join(f"a{number}=1" for number in range(2_000)) + ">x") * 50,
    "formatting elements": "".join(f"<font a={number}>" for number in range(4_000)) + "<p>x" * 900,
    "tables": "<table><tr><td><b>" * 1_200 + "x",
    "scripts": "<script>" * 300_000,
    "angle brackets": "<" * 1_000_000,
    "unclosed tags": "<a " * 300_000,
    "ampersands": "&#" * 500_000 + "<b>",
    "blanks": "<pre>" + " " * 1_000_000 + "x" + "\n " * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_two_seconds(name: str) -> None:
    started = time.process_time()
    text = to_text(BOMBS[name])
    assert time.process_time() - started < 2
    assert len(text) <= MAX_TEXT


WORDS = "Kafé — “izin” warga"
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "UTF-8 that nobody declares": (WORDS.encode(), {}),
    "UTF-8 with a mark": (WORDS.encode("utf-8-sig"), {}),
    "UTF-16 with a mark": (WORDS.encode("utf-16"), {}),
    "UTF-16 without a mark": (("<a>" + WORDS).encode("utf-16-le"), {}),
    "UTF-16 big endian without a mark": (("<a>" + WORDS).encode("utf-16-be"), {}),
    "UTF-32 without a mark": (("<a>" + WORDS).encode("utf-32-be"), {}),
    "Windows-1252 that nobody declares": (WORDS.encode("cp1252"), {}),
    "Windows-1252 called Latin-1": (WORDS.encode("cp1252"), {"content-type": "text/xml; charset=ISO-8859-1"}),
    "Windows-1252 called UTF-8": (WORDS.encode("cp1252"), {"content-type": "text/html; charset=utf-8"}),
    "UTF-8 called Latin-1": (WORDS.encode(), {"content-type": "text/html; charset=iso-8859-1"}),
    "UTF-8 called UTF-16": (WORDS.encode(), {"content-type": "text/html; charset=utf-16"}),
    "UTF-8 called by no known name": (WORDS.encode(), {"content-type": "text/html; charset=x-apa"}),
    "the header before the declaration": (
        b'<?xml version="1.0" encoding="koi8-r"?>' + WORDS.encode("cp1252"),
        {"content-type": "application/xml; charset=windows-1252"},
    ),
    "the declaration without a header": (b'<?xml version="1.0" encoding="cp1252"?>' + WORDS.encode("cp1252"), {}),
    "a meta element": (b"<meta charset=windows-1252>" + WORDS.encode("cp1252"), {"content-type": "text/html"}),
    "UTF-8 with one byte of Windows-1252": (WORDS.encode() + b"\x93", {}),
}


@pytest.mark.parametrize("name", BODIES)
def test_bytes_give_the_letters_their_sender_meant(name: str) -> None:
    body, headers = BODIES[name]
    assert WORDS in decode(body, headers)


def test_other_scripts_are_read_as_declared_or_recognised() -> None:
    russian = "Администрация города отвечает на вопросы жителей каждую неделю. " * 4
    assert decode(russian.encode("cp1251"), {"content-type": "text/xml; charset=windows-1251"}) == russian
    assert decode(russian.encode("cp1251"), {}) == russian


def test_utf_7_is_never_decoded() -> None:
    body = b'<?xml version="1.0" encoding="utf-7"?>+ADw-script+AD4-'
    assert "<script" not in decode(body, {"content-type": "text/xml; charset=utf-7"})
