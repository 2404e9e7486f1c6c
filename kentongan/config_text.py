"""`config.toml` changed by a program: one table more, one less or one key other; all else stays byte for byte.

A change is written whole or not at all: refused when the file would not be right with it, or is another one by now.
"""

from __future__ import annotations

import codecs
import os
import re
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import tomlkit
from tomlkit.items import Array

from kentongan.config import ConfigError, load_config

Value = str | bool | Sequence[str]

_HEADER = re.compile(r"(?m)^[ \t]*\[[^\n]*$")
_SAVING = threading.Lock()


def get_stamp(path: Path) -> str:
    """What the file says now, as a mark: a change that was thought out on another text is refused."""
    try:
        return blake2b(path.read_bytes(), digest_size=8).hexdigest()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def write_table(keys: Mapping[str, Value], comment: str = "", section: str = "sources") -> str:
    """A commented table of a repeated section, in TOML."""
    table = tomlkit.document()
    for key, value in keys.items():
        table.add(key, value if isinstance(value, str | bool) else list(value))
    return (f"# {comment}\n" if comment else "") + f"[[{section}]]\n{tomlkit.dumps(table)}"


def append_table(path: Path, table: str, stamp: str = "") -> None:
    """Append a table to the file; ConfigError says what would be wrong with it."""
    _rewrite(path, lambda text: _append(text, table), stamp)


def change_table(path: Path, section: str, name: str, changed: Mapping[str, Value | None], stamp: str = "") -> None:
    """Write other values into one table of a repeated section; None takes a key away."""

    def change(text: str) -> str:
        block = _find_block(text, section, name)
        return text[: block.start] + _change_keys(text[block.start : block.end], section, changed) + text[block.end :]

    _rewrite(path, change, stamp)


def insert_table(path: Path, table: str, section: str, stamp: str = "") -> None:
    """A table more behind the last one of its section, or at the end of the file."""

    def insert(text: str) -> str:
        blocks = _find_blocks(text, section)
        if not blocks:
            return _append(text, table)
        end = blocks[-1].last
        return f"{text[:end]}\n{table}{text[end:]}"

    _rewrite(path, insert, stamp)


def remove_table(path: Path, section: str, name: str, stamp: str = "") -> None:
    """A table less; a comment that stands behind it stays."""

    def remove(text: str) -> str:
        block = _find_block(text, section, name)
        head, rest = text[: block.start], text[block.last :]
        return head.removesuffix("\n") + rest if head.endswith("\n\n") else head + rest.removeprefix("\n")

    _rewrite(path, remove, stamp)


@dataclass(frozen=True, slots=True)
class _Block:
    """One table in the text: from its header to the next one, and where its last key ends."""

    name: object
    start: int
    last: int
    end: int


def _find_block(text: str, section: str, name: str) -> _Block:
    for block in _find_blocks(text, section):
        if block.name == name:
            return block
    raise ConfigError(f'no table [[{section}]] is called "{name}"; look at the file once more')


def _find_blocks(text: str, section: str) -> list[_Block]:
    """The tables of a section. What looks like a header inside a text of several lines is none."""
    starts = [0]
    for match in _HEADER.finditer(text):
        if _is_whole(text[starts[-1] : match.start()]):
            starts.append(match.start())
    wanted = re.compile(rf"[ \t]*\[\[\s*{re.escape(section)}\s*\]\]")
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if wanted.match(text, start):
            body = text[start:end]
            name = tomllib.loads(body)[section][0].get("name")
            blocks.append(_Block(name, start, start + _get_last(body), end))
    return blocks


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _get_last(body: str) -> int:
    """Where the last key of a table ends: what follows are blank lines and comments on the next one."""
    lines = body.splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        if not _is_whole("".join(lines[:-1])):  # it closes a text of several lines
            break
        lines.pop()
    return len("".join(lines))


def _change_keys(body: str, section: str, changed: Mapping[str, Value | None]) -> str:
    document = tomlkit.parse(body)
    table = document[section][0]
    for key, value in changed.items():
        if value is None:
            table.pop(key, None)
        elif isinstance(value, str | bool):
            if key not in table or table[key] != value:
                table[key] = value
        else:
            _change_list(table, key, list(value))
    return tomlkit.dumps(document)


def _change_list(table: object, key: str, wanted: list[str]) -> None:
    """A list that only grows keeps the comments between its entries; tomlkit cannot take one out beside a comment."""
    assert isinstance(table, dict)
    held = table.get(key)
    if isinstance(held, Array) and wanted[: len(held)] == list(held):
        held.extend(wanted[len(held) :])
    else:
        table[key] = wanted


def _append(text: str, table: str) -> str:
    gap = "\n" if text.endswith("\n") or not text else "\n\n"
    return f"{text}{gap}{table}"


def _rewrite(path: Path, change: Callable[[str], str], stamp: str) -> None:
    """Put the changed text in the file's place, if it is right and the file is still the one it was made of."""
    path = path.resolve()  # a link stays a link
    waiting = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _SAVING:
        try:
            before = path.read_bytes()
            if stamp and stamp != get_stamp(path):
                raise ConfigError(f"{path}: was changed by somebody else meanwhile; look at it and try again")
            mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
            after = change(before.removeprefix(mark).decode().replace("\r\n", "\n"))
            windows = b"\r\n" in before
            _write_beside(path, waiting, mark + (after.replace("\n", "\r\n") if windows else after).encode())
            if path.read_bytes() != before:
                raise ConfigError(f"{path}: was changed by somebody else meanwhile; look at it and try again")
            waiting.replace(path)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not saved as UTF-8 text (byte {error.start})") from error
        except OSError as error:
            raise ConfigError(f"{path}: cannot be changed: {error.strerror}; nothing was saved") from error
        finally:
            waiting.unlink(missing_ok=True)


def _write_beside(path: Path, waiting: Path, body: bytes) -> None:
    """The new text in a file of its own, on the disk, and found right."""
    with waiting.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    waiting.chmod(path.stat().st_mode)
    try:
        load_config(waiting)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(waiting), str(path))) from error
