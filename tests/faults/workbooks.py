"""Workbooks for tests: whole ones, and ones that no program should open."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """An .xlsx file with these sheets."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_numbers": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def with_part(content: bytes, name: str, replacement: bytes) -> bytes:
    """A workbook in which one part is exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, replacement if member == name else old.read(member))
    return out.getvalue()


def understated(content: bytes, name: str) -> bytes:
    """A workbook whose directory says that a part is one kilobyte when opened, whatever it is."""
    data = bytearray(content)
    (entry,) = struct.unpack_from("<I", data, content.rindex(b"PK\x05\x06") + 16)
    while data[entry : entry + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<HHH", data, entry + 28)
        if bytes(data[entry + 46 : entry + 46 + lengths[0]]) == name.encode():
            struct.pack_into("<I", data, entry + 24, 1024)
        entry += 46 + sum(lengths)
    return bytes(data)


def one_cell(place: str) -> bytes:
    """A workbook of a few kilobytes with one more cell, far outside."""
    row = "".join(sign for sign in place if sign.isdigit())
    sheet = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{place}"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    return with_part(workbook({"Data": [["x"]]}), "xl/worksheets/sheet1.xml", sheet.encode())


def zip_bomb() -> bytes:
    """A workbook of some hundred kilobytes that becomes 200 MB when it is opened."""
    return with_part(workbook({"Data": [["x"]]}), "xl/worksheets/sheet1.xml", b" " * 200_000_000)


def billion_laughs() -> bytes:
    """A workbook whose shared strings are entities of entities."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)
    )
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE sst [{entities}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1">'
        "<si><t>&a9;</t></si></sst>"
    )
    return with_part(workbook({"Data": [["x", "y"]]}), "xl/sharedStrings.xml", strings.encode())


def encrypted() -> bytes:
    """What a spreadsheet program writes for a workbook with a password: an OLE file whose directory holds the
    streams EncryptionInfo and EncryptedPackage (MS-OFFCRYPTO 2.3)."""
    free, end, fat_sector, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108

    def entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text), kind, 1)
            + struct.pack("<III", left, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    size = 4096
    chain = [fat_sector, end, *range(3, 10), end, *range(11, 18), end]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    directory = (
        entry("Root Entry", 5, none, none, 1, end, 0)
        + entry("EncryptionInfo", 2, none, 2, none, 2, size)
        + entry("EncryptedPackage", 2, none, none, none, 10, size)
        + bytes(128)
    )
    return header + fat + directory + bytes(range(256)) * (2 * size // 256)
