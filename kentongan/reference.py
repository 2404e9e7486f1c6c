"""The reference of `config.toml`, made from the descriptions that stand at the keys: it cannot forget one.

`python -m kentongan.reference > docs/configuration.md` writes it anew; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from collectors.options import OPTIONS
from collectors.period import format_period
from kentongan.config import REPEATED, SECTIONS

_HEAD = """\
# Configuration

Everything is written in one file, `config.toml` ([TOML](https://toml.io)): the one named with `--config FILE`, else
`$KENTONGAN_CONFIG`, else `./config.toml`. The project's own `config.toml` is a complete, commented example.
A key that is not listed here stops the start and is named, with the likely right one. Changes take effect while
`kentongan run` is running; a file with a mistake is then named in the log and the last good one stays in force.

A period is a number and a unit: `"30s"`, `"15m"`, `"6h"`, `"14d"`. Relative paths start at the folder of the file.
Secrets never stand in this file: `token_env` names an environment variable, `token_file` a file that only the
program's user can read.

This page is made from the code (`python -m kentongan.reference`); do not edit it by hand.
"""


def render_reference() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD]
    for name, model in SECTIONS.items():
        title = f"[[{name}]]" if name in REPEATED else f"[{name}]"
        parts.append(f"## `{title}`\n\n{model.__doc__}\n\n{_render_table(model)}")
    parts.append(
        "## Own options of each kind\n\nThey stand in the same `[[sources]]` table, beside the keys above.\n"
    )
    for kind, options in OPTIONS.items():
        parts.append(f'### `kind = "{kind}"`\n\n{_render_table(options)}')
        parts += [
            f"### `{place}` of kind {kind}\n\n{model.__doc__}\n\n{_render_table(model)}"
            for place, model in _find_inner(options)
        ]
    return "\n".join(parts)


def _find_inner(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables inside a table."""
    for name, field in model.model_fields.items():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield name, part


def _render_table(model: type[BaseModel]) -> str:
    if not model.model_fields:
        return "None.\n"
    rows = [
        f"| `{name}` | {_name_type(field.annotation)} | {_show_default(field)} | {field.description} |"
        for name, field in model.model_fields.items()
        if name != "options"
    ]
    return "\n".join(["| key | type | default | meaning |", "|---|---|---|---|", *rows, ""])


_TYPES: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    Path: "path",
    ZoneInfo: "name of a time zone",
    timedelta: "period",
}


def _name_type(annotation: Any) -> str:
    """What a person would call it."""
    origin, inner = get_origin(annotation), [part for part in get_args(annotation) if part is not type(None)]
    if origin is Literal:
        return " or ".join(f'`"{word}"`' for word in inner)
    if origin in {UnionType, Union}:
        return _name_type(inner[0])
    if origin is tuple:
        return "list of texts"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "table"
    return _TYPES[annotation] if annotation in _TYPES else _name_type(inner[0])


def _show_default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int):
        return f"`{value}`"
    return f'`"{format_period(value) if isinstance(value, timedelta) else value}"`'


if __name__ == "__main__":
    sys.stdout.write(render_reference())
