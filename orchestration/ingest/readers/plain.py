"""The fast way for plain CSV files: DuckDB's own parser, taken only when nothing can be lost by it.

A file is plain when it is UTF-8 with commas, its header is the first line, and each of its lines is one row.
The loader compares DuckDB's row count with the lines counted in the bytes; any difference, and the
accounting reader of `table` reads the file instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.ingest.contract import identifier, quoted
from orchestration.ingest.declarations import Table
from orchestration.ingest.readers.base import SourceFile
from orchestration.ingest.readers.table import positions


@dataclass(frozen=True)
class PlainCsv:
    """A query that gives the rows of a plain file (its one parameter is the path), and how many lines it has."""

    sql: str
    lines: int


def plain_csv_sql(file: SourceFile, table: Table) -> PlainCsv | None:
    """The query for a plain file, or None where the file is not plain."""
    content = file.content
    if table.file.reader != "table" or file.is_workbook or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    if table.file.options.get("preamble"):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # a quoted field that spans lines would make lines and rows differ; so would a lone quote
    if (
        content.count(b'"') % 2
        or re.search(rb'(?:^|,)"[^"\n]*\n', content)
        or b"\r" in content.replace(b"\r\n", b"")
    ):
        return None
    if b"\n\n" in content or b"\n\r\n" in content:
        return None
    first, _, body = content.partition(b"\n")
    if b'"' in first:
        return None
    header = first.decode("utf-8-sig").rstrip("\r").split(",")
    lines = body.count(b"\n") + (1 if body and not body.endswith(b"\n") else 0)
    columns = ", ".join(f"{quoted(f'c{index}')}: 'VARCHAR'" for index in range(len(header)))
    found = positions(header, table)
    selected = []
    for column in table.columns:
        if column.header_of in found:
            text = quoted(header[found[column.header_of]].strip())
        elif column.name in found:
            text = f"c{found[column.name]}"
        else:
            text = "cast(null as varchar)"
        selected.append(f"{text} as {identifier(column.name)}")
    sql = f"""
        select {", ".join(selected)}, row_number() over () + 1 as _row_number
        from read_csv(?, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
                      columns = {{{columns}}}, strict_mode = true, null_padding = false,
                      auto_detect = false, store_rejects = false, ignore_errors = true)
    """
    return PlainCsv(sql, lines)
