"""A returned workbook in the input folder: recognised, accounted for row by row, kept, and told of what was not taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.check_file import check_file
from orchestration.ingest import IngestSummary, ingest_folder
from orchestration.ingest.declarations import read_declarations
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse
from tests.returned_plan import FIRST_ROW, plan_table, resaved, sent_workbook

SOURCES = [source for source in read_declarations() if source.name == "action_plan"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "in").mkdir()
    return replace(Settings(), input_dir=tmp_path / "in", output_dir=tmp_path / "out", settle_seconds=0)


def ingested(settings: Settings) -> IngestSummary:
    return ingest_folder(settings, Warehouse(settings.warehouse_path), "test", SOURCES)


def rows(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def put(settings: Settings, name: str, content: bytes) -> None:
    (settings.input_dir / name).write_bytes(content)


def test_a_returned_workbook_is_read_and_every_row_accounted_for(settings: Settings) -> None:
    cells = {
        (FIRST_ROW, "owner"): "Head of midwifery", (FIRST_ROW, "due_date"): "next spring",
        (FIRST_ROW + 5, "action"): "Open a clinic on Saturdays", (FIRST_ROW + 7, "owner"): "Clinic lead",
    }  # fmt: skip
    content = resaved(sent_workbook(), cells)
    put(settings, "anything.xlsx", content)
    summary = ingested(settings)
    (problem,) = summary.problems
    assert problem.startswith(
        f"not taken: anything.xlsx, sheet Action plan, row {FIRST_ROW}, column “Due”: a date is expected"
    )
    assert rows(
        settings, "select source_id, verdict, rows_read, rows_loaded, rows_quarantined from raw.file_register"
    ) == [("action_plan", "loaded", 7, 6, 1)]
    assert rows(settings, "select rule, given, row_number from raw.file_remark") == [
        ("not a date", "next spring", FIRST_ROW)
    ]
    assert rows(settings, "select raw_text, row_number from raw.quarantine") == [
        ("Clinic lead", FIRST_ROW + 7)
    ]
    assert rows(
        settings, "select owner, due_date from raw.action_plan__row where action_id = 'ac-000000000001'"
    ) == [("Head of midwifery", None)]
    (kept,) = settings.originals_dir.glob("*/anything.xlsx")
    assert kept.read_bytes() == content
    # seen again it is a no-op, and taken from the folder it is still there
    (settings.input_dir / "anything.xlsx").unlink()
    assert ingested(settings).loaded == 0
    assert rows(settings, "select count(*) from raw.action_plan__row") == [(6,)]


def test_no_copy_is_kept_of_a_workbook_with_somebodys_address(settings: Settings) -> None:
    address = "someone@example.org"
    put(
        settings,
        "plan.xlsx",
        resaved(sent_workbook(), {(FIRST_ROW, "owner"): address, (FIRST_ROW + 7, "risk"): address}),
    )
    summary = ingested(settings)
    assert list(settings.originals_dir.glob("*/*")) == []
    assert address not in "".join(summary.problems)
    for table in ("action_plan__row", "file_remark", "quarantine"):
        assert address not in repr(rows(settings, f"select * from raw.{table}"))
    assert rows(settings, "select rule, given from raw.file_remark") == [("personal data", None)] * 2


def test_check_says_what_would_not_be_taken(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(resaved(sent_workbook(), {(FIRST_ROW, "status"): "nearly"}))
    report = check_file(path, settings)
    assert report.fits
    assert report.lines[0].endswith(f": {plan_table().name}")
    assert report.lines[1].startswith("not taken    plan.xlsx, sheet Action plan")
