"""Why a search cannot be understood: a code and its values, so that each interface says it in its reader's language.

The English sentences are those of the commands; the inbox has its own for the same codes.
"""

from __future__ import annotations

from storage.error import StoreError

SENTENCES = {
    "too_long": "a search may be {most:,} characters long",
    "too_deep": "brackets may stand in each other {most} deep",
    "too_many": "a search may have {most} parts",
    "quote_open": 'this quotation mark is not closed; write another " at the end of the phrase',
    "bracket_open": "this bracket is not closed",
    "bracket_closed": "this bracket was never opened",
    "missing": "a word or a field is missing here",
    "nothing": "there is no letter or digit in it that could be searched",
    "no_letter": '"{value}" has no letter or digit that could be searched',
    "no_field": 'there is no field "{field}:" (fields: {fields})',
    "no_field_like": 'there is no field "{field}:" (did you mean "{likely}:"?)',
    "no_value": 'a value is missing after "{field}:"',
    "one_of": '"{field}:" is one of {values}, not "{value}"',
    "no_day": '"{value}" is no day; write it as 2026-11-24, a month as 2026-11',
    "no_span": '"{value}" is no length of time; write it as 12h, 3d, 2w, 6m or 1y',
    "no_number": '"{field}:" takes the number of a story, not "{value}"',
    "no_source": 'there is no source "{value}"',
    "no_source_like": 'there is no source "{value}" (did you mean "{likely}"?)',
    "no_topic": 'there is no topic "{value}"',
    "no_topic_like": 'there is no topic "{value}" (did you mean "{likely}"?)',
    "no_person": 'there is nobody called "{value}"',
    "no_person_like": 'there is nobody called "{value}" (did you mean "{likely}"?)',
    "who": '"{value}" means whoever searches, and this search is nobody\'s; write a name',
}


class QueryError(StoreError):
    """A search that cannot be understood; `position` is the character (from 0) where it goes wrong."""

    def __init__(self, position: int, code: str, *, length: int = 1, **values: str | int) -> None:
        self.what = SENTENCES[code].format(**values)
        super().__init__(f"search, character {position + 1}: {self.what}")
        self.position = position
        self.length = length
        self.code = code
        self.values = values
