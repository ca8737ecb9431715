"""What every reader takes and gives. No reading happens here but decoding and opening a workbook."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from orchestration.ingest.readers.workbook_guard import Unsafe, check_workbook, zip_members

MAX_BYTES = 500 * 1024**2
ZIP_SIGNATURE = b"PK\x03\x04"
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NO_BREAK_SPACE = "\u00a0"
HEADER_SEARCH_ROWS = 30
HEAD = 64 * 1024
PIECE = 16 * 1024**2
csv.field_size_limit(16 * 1024**2)


class RefusedFile(ValueError):
    """A file refused as a whole.

    Attributes:
        rule: short name of the rule that it breaks.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class RejectedRow:
    """One row that is not loaded: where, what it said, and what to do."""

    row_number: int
    raw_text: str
    rule: str
    column: str | None
    reason: str


@dataclass(frozen=True)
class Remark:
    """One thing in a file that could not be taken as it stands, while the rest of its row was.

    Attributes:
        message: file, sheet, row, column and what to do.
        row_number: 0 for what is about the whole sheet.
        given: what stood there; nothing where it could tell who somebody is.
    """

    rule: str
    message: str
    sheet: str
    row_number: int = 0
    column: str | None = None
    given: str | None = None


@dataclass
class ReadResult:
    """Rows of one table of one file.

    Attributes:
        frame: the declared columns as text or None, and `_row_number` (1-based line or sheet row).
        rejected: rows that could not be read.
        encoding: how the bytes were decoded, for text files.
        notes: what a reader did that a person would want to know.
        remarks: what could not be taken of rows that are loaded.
        may_be_kept: nothing in the file could tell who somebody is.
    """

    frame: pd.DataFrame
    rejected: list[RejectedRow] = field(default_factory=list)
    encoding: str | None = None
    notes: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    may_be_kept: bool = True

    @property
    def rows_read(self) -> int:
        """Rows loaded and rejected together."""
        return len(self.frame) + len(self.rejected)


def cell_text(value: Any) -> str | None:
    """A cell as text: dates as ISO, whole numbers without a point, an empty cell as None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).replace(NO_BREAK_SPACE, " ")


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), PIECE):
            decoder.decode(content[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass
class SourceFile:
    """One file of the input folder, its bytes and what they are.

    Attributes:
        path: where it lies.
        name: its name.
        content: its bytes.
        sha256: their hash.
    """

    path: Path
    name: str
    content: bytes
    sha256: str

    @cached_property
    def kind(self) -> str:
        """What the bytes are, whatever the name says: workbook, archive, text or other."""
        if self.content[:8] == OLE_SIGNATURE:
            return "workbook"
        if self.content[:4] == ZIP_SIGNATURE:
            try:
                names = {member.filename for member in zip_members(self.content)}
            except zipfile.BadZipFile:
                return "workbook" if self.name.lower().endswith((".xlsx", ".xlsm")) else "archive"
            if "xl/workbook.xml" in names:
                return "workbook"
            return "other" if names & {"[Content_Types].xml", "mimetype"} else "archive"
        return "other" if self.encoding is None else "text"

    @property
    def is_workbook(self) -> bool:
        """Whether the bytes are an Excel workbook."""
        return self.kind == "workbook"

    @cached_property
    def encoding(self) -> str | None:
        """The encoding of a text file: UTF-8, UTF-16 with its mark, else Windows-1252; None for no text."""
        if self.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16" if _decodes(self.content, "utf-16") else None
        if b"\x00" in self.content:
            return None
        if self.content.isascii():
            return "utf-8-sig"
        return next((name for name in ("utf-8-sig", "cp1252") if _decodes(self.content, name)), None)

    def text_stream(self) -> io.TextIOWrapper:
        """The text of a file whose kind is text, from its beginning, line ends as they are."""
        assert self.encoding is not None
        return io.TextIOWrapper(io.BytesIO(self.content), encoding=self.encoding, newline="")

    @cached_property
    def head(self) -> str:
        """The first 64 thousand characters."""
        return self.text_stream().read(HEAD)

    @cached_property
    def is_blank(self) -> bool:
        """Whether there is nothing but white space in it."""
        return not self.content or (
            self.kind == "text" and not self.head.strip() and not self.text_stream().read().strip()
        )

    def first_rows(self, delimiter: str) -> list[list[str]]:
        """The first rows of a text file, divided at `delimiter`."""
        if delimiter not in self._first_rows:
            rows: list[list[str]] = []
            try:
                for row in csv.reader(io.StringIO(self.head, newline=""), delimiter=delimiter):
                    rows.append(row)
                    if len(rows) >= HEADER_SEARCH_ROWS:
                        break
            except csv.Error:
                pass  # an odd quote further down: the rows before it are enough to find a header
            self._first_rows[delimiter] = rows
        return self._first_rows[delimiter]

    @cached_property
    def _first_rows(self) -> dict[str, list[list[str]]]:
        return {}

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        """The workbook, opened once.

        Raises:
            RefusedFile: when it is encrypted, damaged, or would expand beyond the limits.
        """
        if self.content[:8] == OLE_SIGNATURE and OLE_ENCRYPTED in self.content:
            raise self._protected()
        with self._opening():
            if self.content[:4] == ZIP_SIGNATURE:
                check_workbook(self.content)
            return CalamineWorkbook.from_filelike(io.BytesIO(self.content))

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """What can go wrong inside a workbook, as one refusal that says what to do."""
        try:
            yield
        except RefusedFile:
            raise
        except Unsafe as error:
            raise RefusedFile(
                "too large when opened",
                f"{self.name} {error}. No publisher's file does: check where it came from.",
            ) from error
        except PasswordError as error:
            raise self._protected() from error
        except (zipfile.BadZipFile, CalamineError, ValueError) as error:
            raise self._damaged() from error
        except BaseException as error:
            # a panic of the library that reads workbooks is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise self._damaged() from error

    def _protected(self) -> RefusedFile:
        return RefusedFile(
            "password",
            f"{self.name} is protected by a password. Open it, save a copy without one, and put that here.",
        )

    def _damaged(self) -> RefusedFile:
        return RefusedFile(
            "damaged workbook",
            f"{self.name} is cut short or damaged and cannot be opened as a workbook. Download it again, or "
            "open it in a spreadsheet program, check it, and save it again as .xlsx.",
        )

    def sheet_rows(self, name: str) -> list[list[str | None]]:
        """The rows of a sheet as texts, from its first row on; read once.

        Raises:
            RefusedFile: when the sheet is damaged.
        """
        if name not in self._sheets:
            with self._opening():
                rows = self.workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            self._sheets[name] = [[cell_text(cell) for cell in row] for row in rows]
        return self._sheets[name]

    @cached_property
    def _sheets(self) -> dict[str, list[list[str | None]]]:
        return {}
