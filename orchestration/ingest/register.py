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
    "file_path": """
        path varchar, bytes bigint, modified_ns bigint, file_id varchar
    """,
    "file_not_read": """
        path varchar, reason varchar, run_id varchar
    """,
    "file_table": """
        file_id varchar, source_id varchar, table_name varchar, rows_read bigint,
        rows_loaded bigint, rows_quarantined bigint, source_rows bigint
    """,
    "local_file": """
        file_id varchar, dataset varchar, supplier_code varchar, file_month varchar, mapping varchar,
        key_id varchar, numbers_valid bigint, numbers_given bigint, numbers_invalid bigint,
        numbers_missing bigint, dates_unreadable bigint, postcodes_found bigint,
        postcodes_not_found bigint, codes_not_understood bigint, texts_withheld bigint
    """,
    "local_expected": """
        lmns_code varchar, supplier_code varchar, supplier_name varchar, dataset varchar,
        first_month varchar, last_month varchar, cadence_months bigint, due_days bigint
    """,
    "file_remark": """
        file_id varchar, source_id varchar, table_name varchar, sheet varchar, row_number bigint,
        column_name varchar, rule varchar, given varchar, message varchar
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


def known_paths(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int, str]]:
    """Size, time of writing and hash of every file as it was last read, by path."""
    rows = connection.execute("select path, bytes, modified_ns, file_id from raw.file_path").fetchall()
    return {path: (size, modified, file_id) for path, size, modified, file_id in rows}


def write_path(
    connection: duckdb.DuckDBPyConnection, path: str, size: int, modified_ns: int, file_id: str
) -> None:
    """Remember what a path held, so that an unchanged file is not read again."""
    connection.execute("delete from raw.file_path where path = ?", [path])
    connection.execute("insert into raw.file_path values (?, ?, ?, ?)", [path, size, modified_ns, file_id])


def write_not_read(connection: duckdb.DuckDBPyConnection, reasons: dict[str, str], run_id: str) -> None:
    """Put down what the last pass could not read, in place of what it said of the pass before."""
    connection.execute("delete from raw.file_not_read")
    for path, reason in reasons.items():
        connection.execute("insert into raw.file_not_read values (?, ?, ?)", [path, reason, run_id])


def forget_rows(connection: duckdb.DuckDBPyConnection, file_id: str) -> None:
    """Take a file's rows out of every raw table that holds any, the accounts and the quarantine, to read it anew."""
    held = connection.execute(
        "select distinct accounts.table_name from raw.file_table as accounts "
        "inner join information_schema.tables as tables "
        "on tables.table_schema = 'raw' and accounts.table_name = tables.table_name "
        "where accounts.file_id = ?",
        [file_id],
    ).fetchall()
    for (table,) in held:
        connection.execute(f'delete from raw."{table}" where _file_id = ?', [file_id])
    for table in ("file_table", "quarantine", "file_remark", "local_file"):
        connection.execute(f"delete from raw.{table} where file_id = ?", [file_id])
