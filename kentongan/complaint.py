"""What is wrong with a configuration, as a sentence for who wrote it: the key, the value, what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from inspect import isclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from collectors.options import OPTIONS

# Words that people write for a key: English near-synonyms and the Indonesian of the interface.
SYNONYMS = {
    "interval": "every", "period": "every", "frequency": "every", "poll": "every", "selang": "every",
    "schedule": "cron", "jadwal": "cron",
    "type": "kind", "jenis": "kind", "title": "name", "nama": "name", "id": "name",
    "link": "url", "address": "url", "feed": "url", "alamat": "url", "href": "url",
    "kanal": "channel", "medium": "channel", "filter": "keep", "simpan": "keep",
    "fulltext": "full_text", "body": "full_text", "komentar": "comments",
    "active": "enabled", "disabled": "enabled", "aktif": "enabled",
    "zone": "timezone", "tz": "timezone", "zona": "timezone",
    "token": "token_env", "secret": "token_env", "password": "token_env", "key": "token_env", "api_key": "token_env",
    "words": "any", "keywords": "any", "include": "any", "kata": "any",
    "exclude": "none", "except": "none", "not": "none", "kecuali": "none",
    "email": "contact", "mail": "contact", "kontak": "contact", "lang": "language", "bahasa": "language",
    "timeout": "deadline", "delay": "pause", "workers": "threads", "database": "url", "folder": "data_dir",
    "directory": "data_dir", "keyword": "terms", "istilah": "terms", "sumber": "sources", "feeds": "sources",
}  # fmt: skip


def find_likely(wrong: str, right: Iterable[str]) -> str | None:
    """The right word that somebody most likely meant, if one is near enough."""
    known = set(right)
    spoken = {word: key for word, key in SYNONYMS.items() if key in known} | {key: key for key in known}
    near = get_close_matches(wrong.casefold().replace("-", "_"), sorted(spoken), 1, cutoff=0.7)
    return spoken[near[0]] if near else None


def complain(model: type[BaseModel], error: ValidationError, also: Iterable[str] = ()) -> list[str]:
    """One sentence for each thing that is wrong; `also` are keys that are known beside the model's own."""
    return [_complain(model, problem, also) for problem in error.errors(include_url=False)]


def complain_about_kind(kind: object) -> str:
    """What is wrong with a source's kind."""
    choice = ", ".join(OPTIONS)
    if kind is None:
        return f'the key "kind" is missing; it is one of {choice}'
    likely = get_close_matches(str(kind).casefold(), OPTIONS, 1)
    hint = f' (did you mean "{likely[0]}"?)' if likely else ""
    return f"kind = {_show(kind)}: no such kind{hint}; it is one of {choice}"


def _complain(model: type[BaseModel], problem: Mapping[str, Any], also: Iterable[str]) -> str:
    place = [str(step) for step in problem["loc"] if isinstance(step, str)]
    key = ".".join(place)
    if problem["type"] == "extra_forbidden":
        own = _get_model(model, place[:-1])
        likely = find_likely(place[-1], [*own.model_fields, *(also if own is model else ())])
        hint = f' (did you mean "{likely}"?)' if likely else ""
        return f'unknown key "{key}"{hint}'
    if problem["type"] == "missing":
        return f'the key "{key}" is missing: {_describe(model, place)}'
    if not place:
        return _say(problem)
    if place[-1].startswith("token"):  # whatever stands there may be the secret itself
        return f"{key}: write the NAME of an environment variable in capitals, never the secret itself"
    if key == "url" and "@" in str(problem["input"]):  # a password may stand in it
        return f"{key}: {_say(problem)}"
    return f"{key} = {_show(problem['input'])}: {_say(problem)}"


def _say(problem: Mapping[str, Any]) -> str:
    """What would be right."""
    say = _EXPECTED.get(problem["type"])
    return say(problem.get("ctx", {}), problem) if say else str(problem["msg"])


_Say = Callable[[Mapping[str, Any], Mapping[str, Any]], str]


def _say_literal(context: Mapping[str, Any], problem: Mapping[str, Any]) -> str:
    expected = str(context["expected"]).replace("'", '"')
    words = [word.strip('"') for word in expected.replace(" or ", ", ").split(", ")]
    likely = get_close_matches(str(problem["input"]).casefold(), words, 1)
    return f"write {expected}" + (f' (did you mean "{likely[0]}"?)' if likely else "")


_EXPECTED: dict[str, _Say] = {
    "literal_error": _say_literal,
    "value_error": lambda context, _: str(context["error"]),
    "string_type": lambda *_: 'text is expected, in quotes: "…"',
    "string_too_short": lambda *_: "it must not be empty",
    "string_too_long": lambda context, _: f"at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda *_: "it holds characters that do not belong here",
    "tuple_type": lambda *_: 'a list is expected: ["…", "…"]',
    "too_short": lambda *_: "at least one is needed",
    "dict_type": lambda *_: 'a table is expected: { a = "b" }',
    "model_type": lambda *_: "a table of keys is expected",
    "path_type": lambda *_: 'the path of a file is expected, in quotes: "…"',
    "int_type": lambda *_: "a whole number is expected",
    "int_parsing": lambda *_: "a whole number is expected",
    "int_from_float": lambda *_: "a whole number is expected",
    "bool_type": lambda *_: "write true or false, without quotes",
    "bool_parsing": lambda *_: "write true or false, without quotes",
    "greater_than_equal": lambda context, _: f"it must be {context['ge']} or more",
    "less_than_equal": lambda context, _: f"it must be {context['le']} or less",
}


def _show(value: object) -> str:
    """A value as it stands in the file, cut to what fits a line."""
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    line = "".join(c if c.isprintable() else "?" for c in text)
    return line if len(line) <= 80 else line[:77] + "…"


def _get_model(model: type[BaseModel], place: Iterable[str]) -> type[BaseModel]:
    """The model of a table inside a table, such as `recipe`."""
    for step in place:
        annotation = model.model_fields[step].annotation
        inner = [a for a in (annotation, *get_args(annotation)) if isclass(a) and issubclass(a, BaseModel)]
        model = inner[0] if inner else model
    return model


def _describe(model: type[BaseModel], place: list[str]) -> str:
    return str(_get_model(model, place[:-1]).model_fields[place[-1]].description)
