"""The register of files, the quarantine and the accounts of rows: tables and the writes to them.

Every file ever seen has one row here; nothing is deleted but to be written anew.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import duckdb

REGISTER_TABLES = {
    "file_register": """
        file_id varchar, file_name varchar, path varchar, bytes bigint, source_id varchar,
        publisher varchar, publication varchar, address varchar, release varchar, version varchar,
        licence varchar, period_start varchar, period_end varchar, received_at varchar,
        encoding varchar, rows_read bigint, rows_loaded bigint, rows_quarantined bigint,
        verdict varchar, reason varchar, is_synthetic boolean, repairs bigint, run_id varchar,
        declaration varchar, last_fetch varchar
    """,
    "fetch_log": """
        source_id varchar, name varchar, address varchar, outcome varchar, reason varchar,
        checked_at varchar
    """,
    "file_table": """
        file_id varchar, source_id varchar, table_name varchar, rows_read bigint,
        rows_loaded bigint, rows_quarantined bigint, source_rows bigint
    """,
    "quarantine": """
        file_id varchar, source_id varchar, table_name varchar, row_number bigint,
        raw_text varchar, column_name varchar, rule varchar, reason varchar
    """,
}


@dataclass
class RegisterRow:
    """One file: what it is, what became of it and why.

    Attributes:
        verdict: loaded, refused, unclaimed or held back.
        reason: for all but `loaded`, one sentence that says what to do.
        repairs: rows whose dates a spreadsheet program has damaged.
        last_fetch: what the last download said, where that was not plain success.
    """

    file_id: str
    file_name: str
    path: str
    bytes: int
    received_at: str
    run_id: str
    is_synthetic: bool
    source_id: str | None = None
    publisher: str | None = None
    publication: str | None = None
    address: str | None = None
    release: str | None = None
    version: str | None = None
    licence: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    encoding: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    verdict: str = "unclaimed"
    reason: str | None = None
    repairs: int = 0
    declaration: str | None = None
    last_fetch: str | None = None


def create_register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the register's tables where they are not there yet."""
    for name, columns in REGISTER_TABLES.items():
        connection.execute(f"create table if not exists raw.{name} ({columns})")


def write_register(connection: duckdb.DuckDBPyConnection, row: RegisterRow) -> None:
    """Put a file's row in the register, in place of what it said of the file before."""
    connection.execute("delete from raw.file_register where file_id = ?", [row.file_id])
    values = asdict(row)
    columns = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into raw.file_register ({columns}) values ({marks})", list(values.values()))


def forget_rows(connection: duckdb.DuckDBPyConnection, file_id: str, tables: list[str]) -> None:
    """Take a file's rows out of the raw tables, the accounts and the quarantine, to read it anew."""
    for table in [*tables, "file_table", "quarantine"]:
        column = "file_id" if table in REGISTER_TABLES else "_file_id"
        connection.execute(f'delete from raw."{table}" where {column} = ?', [file_id])
