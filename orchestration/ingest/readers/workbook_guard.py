"""What a zipped workbook would become when opened, found out without opening it.

A workbook of a few kilobytes can fill the memory: by what it expands to, or by one stray cell in the
last row and column, for which the whole grid is laid out. Nothing here reads values.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

MAX_EXPANDED = 512 * 1024**2
MAX_RATIO = 100
SMALL = 10 * 1024**2
MAX_MEMBERS = 1000
MAX_CELLS = 12_000_000
PIECE = 64 * 1024
CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"')
LONGEST_CELL = 32


class Unsafe(ValueError):
    """A workbook that must not be opened; the text says why, as the end of a sentence."""


def zip_members(content: bytes) -> list[zipfile.ZipInfo]:
    """The members of a zip file.

    Raises:
        zipfile.BadZipFile: when it is cut short or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (NotImplementedError, OSError, ValueError, struct.error) as error:
        raise zipfile.BadZipFile(str(error)) from error


def expand(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member piece by piece, whatever size the archive states for it.

    Raises:
        zipfile.BadZipFile: when they cannot be expanded.
    """
    head = content[member.header_offset : member.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no header for {member.filename}")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    start = member.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), PIECE):
            yield bytes(packed[at : at + PIECE])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(f"{member.filename} is packed in a way that workbooks are not")
    inflater = zlib.decompressobj(-15)
    try:
        for at in range(0, len(packed), PIECE):
            data = bytes(packed[at : at + PIECE])
            while data:
                yield inflater.decompress(data, 16 * PIECE)
                data = inflater.unconsumed_tail
    except zlib.error as error:
        raise zipfile.BadZipFile(str(error)) from error
    if not inflater.eof:
        raise zipfile.BadZipFile(f"{member.filename} is cut short")


def column_number(letters: bytes) -> int:
    """A=1, Z=26, AA=27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def check_workbook(content: bytes) -> None:
    """Make sure that an .xlsx file can be opened within the limits.

    Raises:
        Unsafe: when it would expand, or spread over a grid, beyond them.
        zipfile.BadZipFile: when it is cut short or damaged.
    """
    members = zip_members(content)
    if len(members) > MAX_MEMBERS:
        raise Unsafe(f"holds {len(members)} parts, more than any spreadsheet program writes")
    limit = min(MAX_EXPANDED, max(SMALL, MAX_RATIO * len(content)))
    total = 0
    for member in members:
        is_sheet = member.filename.startswith("xl/worksheets/")
        columns: set[bytes] = set()
        last_row, rest = 0, b""
        for piece in expand(content, member):
            total += len(piece)
            if total > limit:
                raise Unsafe(f"would expand to more than {limit // 1024**2} MB")
            if is_sheet:
                found = CELL.findall(rest + piece)
                rest = piece[-LONGEST_CELL:]
                if found:
                    columns.update(letters for letters, _ in found)
                    last_row = max(last_row, max(int(row) for _, row in found))
        cells = last_row * max(map(column_number, columns), default=0)
        if cells > MAX_CELLS:
            raise Unsafe(
                f"has a cell in row {last_row} and one in column {max(columns, key=column_number).decode()}: "
                "delete what stands far outside the table"
            )
