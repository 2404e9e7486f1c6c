"""Both languages are complete: no string is left out, none is a guess, and what is compiled is what is written."""

from __future__ import annotations

import re

from django.utils import translation
from django.utils.translation import gettext

from tests.messages import CATALOGUE, find_untranslated, gather, read, update, write

PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")


def test_every_string_of_the_pages_has_its_english() -> None:
    said = {(str(m.id), m.context) for m in gather() if m.id}
    known = {(str(m.id), m.context) for m in read() if m.id}
    assert sorted(said - known) == [], "python -m tests.messages gathers them"
    assert sorted(known - said) == []
    assert [m.id for m in find_untranslated(read())] == []


def test_a_translation_names_the_same_places() -> None:
    for message in read():
        words = message.id if isinstance(message.id, tuple | list) else (message.id,)
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        english = [one or "" for one in said]
        for one in english:
            assert set(PLACE.findall(one)) <= set(PLACE.findall(" ".join(words))), one
            assert set(PLACE.findall(words[0])) <= set(PLACE.findall(" ".join(english))), one


def test_what_is_compiled_is_what_is_written() -> None:
    text, compiled = write(update(read(), {}))
    assert CATALOGUE.read_bytes() == text
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled


def test_the_same_string_is_said_in_both_languages() -> None:
    with translation.override("id"):
        assert gettext("Kata sandi") == "Kata sandi"
    with translation.override("en"):
        assert gettext("Kata sandi") == "Password"
