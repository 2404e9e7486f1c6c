"""All that people can do with a mention, in one place for those who call it; the rules stand in docs/review.md."""

from storage.act import (
    Change,
    ConflictError,
    assign,
    decide,
    reveal,
    set_confidential,
    set_priority,
    set_status,
    set_tag,
    set_topics,
    set_unit,
)
from storage.decision import RefusedError
from storage.judgement import Disputes, count_disputes, find_judgements, is_disputed
from storage.note import add_note, edit_note, remove_note
from storage.undo import UndoError, find_last_act, undo
from storage.visible import visible_to

__all__ = [
    "Change",
    "ConflictError",
    "Disputes",
    "RefusedError",
    "UndoError",
    "add_note",
    "assign",
    "count_disputes",
    "decide",
    "edit_note",
    "find_judgements",
    "find_last_act",
    "is_disputed",
    "remove_note",
    "reveal",
    "set_confidential",
    "set_priority",
    "set_status",
    "set_tag",
    "set_topics",
    "set_unit",
    "undo",
    "visible_to",
]
