"""The fast way for plain CSV files: DuckDB's own parser, taken only when nothing can be lost by it.

A file is plain when it is UTF-8 with commas, its header is the first line, and each of its lines is one row.
DuckDB leaves out what it cannot parse, so its rows are counted against the lines of the file; any difference,
and the accounting reader of `table` reads the file instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.ingest.contract import identifier, quoted
from orchestration.ingest.declarations import Column, Table
from orchestration.ingest.readers.base import SourceFile
from orchestration.ingest.readers.table import Header, delimited_header

GLOB = "*?["


@dataclass(frozen=True)
class PlainCsv:
    """A query that gives the rows of a plain file (its one parameter is the path), and how many lines it has."""

    sql: str
    lines: int


def _expression(column: Column, header: Header) -> str:
    text = header.text_for(column)
    if text is not None:
        return quoted(text)
    position = header.positions.get(column.name)
    return "cast(null as varchar)" if position is None else f"c{position}"


def plain_csv_sql(file: SourceFile, table: Table) -> PlainCsv | None:
    """The query for a plain file, or None where the file is not plain."""
    content = file.content
    if table.file.reader != "table" or file.kind != "text" or file.encoding != "utf-8-sig":
        return None
    # DuckDB would take such a path for a pattern, and a no-break space is made a plain one on the slow way
    if any(sign in str(file.path) for sign in GLOB) or b"\xc2\xa0" in content:
        return None
    # line ends all of one kind: with a mixture DuckDB finds rows where there are none
    returns, feeds = content.count(b"\r"), content.count(b"\n")
    pairs = content.count(b"\r\n") if returns else 0
    if returns != pairs or pairs not in (0, feeds):
        return None
    delimiter, header = delimited_header(file, table)
    if delimiter != "," or header is None or header.row_number != 1:
        return None
    if any("\n" in cell for cell in header.cells):
        return None
    lines = feeds - 1 if content.endswith(b"\n") else feeds
    types = ", ".join(f"{quoted(f'c{index}')}: 'VARCHAR'" for index in range(len(header.cells)))
    selected = ", ".join(
        f"{_expression(column, header)} as {identifier(column.name)}" for column in table.columns
    )
    sql = f"""
        select {selected}, row_number() over () + 1 as _row_number
        from read_csv(?, header = false, skip = 1, delim = ',', quote = '"', escape = '"',
                      columns = {{{types}}}, strict_mode = true, null_padding = false, auto_detect = false,
                      store_rejects = false, ignore_errors = true, compression = 'none', hive_partitioning = false)
    """
    return PlainCsv(sql, lines)
