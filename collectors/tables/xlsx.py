"""The rows of the first sheet of an XLSX file that has any: values only, no formula is computed, no bomb unpacked."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from collectors.collector import ParseError

MAX_UNPACKED = 1 << 30  # of all parts together; a sheet of a million rows needs about 300 MB
MAX_STRINGS = 256 << 20  # of the shared strings, which are held in memory
MAX_PARTS = 2_000
MAX_COLUMNS = 256
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


def iter_sheet(file: IO[bytes], name: str) -> Iterator[tuple[int, list[Any]]]:
    """Line and cells of each row; ParseError when the file is no workbook or would unpack to too much."""
    _check(file, name)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        EOFError,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of styles and extensions that no row needs
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except broken as error:
        raise ParseError(name, f"is no readable workbook ({type(error).__name__})", permanent=True) from error
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
            found = False
            for line, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
                found = found or any(cell is not None for cell in row)
                yield line, [None if cell in _ERRORS else cell for cell in row]
            if found:
                return
    except broken as error:
        raise ParseError(name, f"is damaged ({type(error).__name__})", permanent=True) from error
    finally:
        book.close()


def _check(file: IO[bytes], name: str) -> None:
    """Refuse what is no workbook, and what is small only as long as it is packed."""
    try:
        with ZipFile(file) as parcel:
            parts = parcel.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(one.startswith("xl/") for one in names):
                raise ParseError(name, "is a ZIP file but no XLSX workbook", permanent=True)
            unpacked = sum(part.file_size for part in parts)
            strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or strings > MAX_STRINGS:
                what = f"would unpack to {unpacked >> 20:,} MiB in {len(parts):,} parts, which is too much"
                raise ParseError(name, what, permanent=True)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with parcel.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(4096).upper():
                            raise ParseError(name, "declares entities, which no workbook needs", permanent=True)
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ParseError(name, f"is no readable workbook ({type(error).__name__})", permanent=True) from error
    finally:
        file.seek(0)
