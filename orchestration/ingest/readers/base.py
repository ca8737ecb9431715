"""What every reader takes and gives. No reading happens here but decoding and opening a workbook."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

MAX_BYTES = 500 * 1024**2
MAX_EXPANDED = 2 * 1024**3
MAX_RATIO = 100
MAX_MEMBERS = 1000
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


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


@dataclass
class ReadResult:
    """Rows of one table of one file.

    Attributes:
        frame: the declared columns as text or None, and `_row_number` (1-based line or sheet row).
        rejected: rows that could not be read.
        encoding: how the bytes were decoded, for text files.
        notes: what a reader did that a person would want to know.
    """

    frame: pd.DataFrame
    rejected: list[RejectedRow] = field(default_factory=list)
    encoding: str | None = None
    notes: list[str] = field(default_factory=list)

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
    return str(value)


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

    @property
    def is_workbook(self) -> bool:
        """Whether the bytes are an Excel workbook, whatever the name says."""
        return self.content[:4] == b"PK\x03\x04" or self.content[:8] == OLE_SIGNATURE

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        """The workbook, opened once.

        Raises:
            RefusedFile: when it is encrypted, damaged, or would expand beyond the limits.
        """
        if self.content[:4] == b"PK\x03\x04":
            try:
                members = zipfile.ZipFile(io.BytesIO(self.content)).infolist()
            except zipfile.BadZipFile as error:
                raise RefusedFile(
                    "damaged workbook",
                    f"{self.name} is cut short or damaged. Download or export it again.",
                ) from error
            expanded = sum(member.file_size for member in members)
            if (
                expanded > MAX_EXPANDED
                or len(members) > MAX_MEMBERS
                or expanded > MAX_RATIO * max(len(self.content), 1)
            ):
                raise RefusedFile(
                    "too large when opened",
                    f"{self.name} would expand to {expanded / 1e6:.0f} MB. No publisher's file does: "
                    "check where it came from.",
                )
        try:
            return CalamineWorkbook.from_filelike(io.BytesIO(self.content))
        except CalamineError as error:
            encrypted = b"E\x00n\x00c\x00r\x00y\x00p\x00t" in self.content or "assword" in str(error)
            if encrypted:
                raise RefusedFile(
                    "password",
                    f"{self.name} is protected by a password. Save a copy without one.",
                ) from error
            raise RefusedFile(
                "damaged workbook",
                f"{self.name} cannot be opened as a workbook. Open it in a spreadsheet program, "
                "check it, and save it again as .xlsx.",
            ) from error

    @cached_property
    def _sheets(self) -> dict[str, list[list[Any]]]:
        return {}

    def sheet_rows(self, name: str) -> list[list[Any]]:
        """The rows of a sheet from its first row on, read once."""
        if name not in self._sheets:
            sheet = self.workbook.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            self._sheets[name] = rows
        return self._sheets[name]

    @cached_property
    def decoded(self) -> tuple[str, str]:
        """The text of the file and the encoding that gave it.

        Raises:
            RefusedFile: when no encoding that publishers use gives text.
        """
        content = self.content
        for encoding in ("utf-8-sig", "utf-16", "cp1252"):
            if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
                continue
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" in text:
                break
            return text, encoding
        raise RefusedFile(
            "encoding",
            f"{self.name} is not text in UTF-8, UTF-16 or Windows-1252. Save it again as CSV UTF-8.",
        )
