"""The files behind one system's page, as a table. Knows no HTML."""

from __future__ import annotations

from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.data_pack import used_files
from orchestration.outputs.figures import Table, records

COLUMNS = (
    "Publisher", "Publication", "File", "Release", "From", "To", "Rows read", "Rows loaded", "Rows set aside",
    "Licence", "Address", "SHA-256", "Note",
)  # fmt: skip


def provenance_table(system: SystemData) -> Table:
    """One row a file that a figure of this page comes from."""
    rows = [
        (
            row["publisher"] or "", say.publication(row["publication"] or ""), row["file_name"] or "", row["release"] or "",
            str(row["period_start"] or ""), str(row["period_end"] or ""), say.number(row["rows_read"]),
            say.number(row["rows_loaded"]), say.number(row["rows_quarantined"]), row["licence"] or "",
            row["address"] or "", row["file_sha256"], " ".join(filter(None, (row["reason"], row["last_fetch"]))),
        )
        for row in records(used_files(system))
    ]  # fmt: skip
    return Table(COLUMNS, tuple(rows), frozenset((6, 7, 8)))
