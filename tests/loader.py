"""Files in the publishers' formats made up by a test, and what the loader makes of them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ingest import IngestSummary, ingest_folder
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

DATA_HEADER = (
    "ReportingPeriodStartDate,ReportingPeriodEndDate,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,"
    "Final_value"
)
MEASURES_HEADER = "Org_Code,Org_Name,Org_Level,RPStartDate,RPEndDate,IndicatorFamily,Indicator,Currency,Value"
DQ_HEADER = (
    "ReportingPeriodStartDate,ReportingPeriodEndDate,Org_Code,DataTable,UID,DataItem,Valid,Default,Invalid,Missing,"
    "Denominator"
)
ETHNIC = ("White", "Mixed", "Asian or Asian British", "Black or Black British", "Any other ethnic group")
LEVEL = "Local Maternity System"


def month_days(month: dt.date) -> tuple[str, str]:
    """First and last day of a month as NHS England writes them."""
    last = calendar.monthrange(month.year, month.month)[1]
    return f"{month:01/%m/%Y}", f"{month:{last:02d}/%m/%Y}"


def file_month(month: dt.date) -> str:
    """A month as it stands in a file's name."""
    return f"{calendar.month_abbr[month.month].lower()}{month.year}"


def data_rows(month: dt.date, systems: Iterable[str] = ("QK1", "QOC", "QWO")) -> list[str]:
    """Rows of exp-data: a total and five ethnic groups for each system."""
    start, end = month_days(month)
    rows = []
    for number, code in enumerate(systems, start=1):
        name = f'"{code}, INTEGRATED CARE BOARD"'
        rows.append(f"{start},{end},TotalBookings,{LEVEL},{code},{name},,Women,{number * 500}")
        for place, group in enumerate(ETHNIC, start=1):
            rows.append(
                f"{start},{end},EthnicCategoryMotherGroup,{LEVEL},{code},{name},{group},Women,{number * 5 * place}"
            )
    return rows


def data_csv(month: dt.date, **options: Any) -> str:
    """A small exp-data file."""
    return "\n".join([DATA_HEADER, *data_rows(month, **options)]) + "\n"


def measures_rows(month: dt.date, systems: Iterable[str] = ("QK1", "QOC", "QWO")) -> list[str]:
    """Rows of exp-measures: one rate with its counts for each system, and a withheld one."""
    start, end = month_days(month)
    rows = []
    for code in systems:
        where = f"{code},{code} INTEGRATED CARE BOARD,{LEVEL},{start},{end}"
        rows += [
            f"{where},COC_Rate,COC_by_28weeks,Numerator,15",
            f"{where},COC_Rate,COC_by_28weeks,Denominator,860",
            f"{where},COC_Rate,COC_by_28weeks,Rate,1.7",
            f"{where},CQIM_Rate,CQIMApgar,Rate per Thousand,Low DQ",
        ]
    return rows


def measures_csv(month: dt.date, **options: Any) -> str:
    """A small exp-measures file."""
    return "\n".join([MEASURES_HEADER, *measures_rows(month, **options)]) + "\n"


@dataclass
class Loaded:
    """What the loader made of a folder."""

    settings: Settings
    summary: IngestSummary

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of a query over the warehouse."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            cursor = connection.execute(query, list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def register(self, path: str) -> dict[str, Any]:
        """The register row of a file."""
        (row,) = self.rows("select * from raw.file_register where path = ?", path)
        return row

    def reasons(self, path: str) -> list[str]:
        """Why rows of a file are in quarantine, or the whole file is not loaded."""
        row = self.register(path)
        held = self.rows(
            "select reason from raw.quarantine where file_id = ? order by row_number", row["file_id"]
        )
        return [entry["reason"] for entry in held] + ([row["reason"]] if row["reason"] else [])

    def assert_accounts_add_up(self) -> None:
        """Rows read = loaded + quarantined in register, accounts and tables; a file not loaded has no row."""
        tables = [
            row["table_name"]
            for row in self.rows(
                "select table_name from information_schema.columns "
                "where table_schema = 'raw' and column_name = '_file_id'"
            )
        ]
        held = " union all ".join(
            f"select '{name}' as table_name, _file_id as file_id, count(*) as rows from raw.\"{name}\" group by _file_id"
            for name in tables
        )
        wrong = self.rows(f"""
            with held as ({held}),
            aside as (select table_name, file_id, count(*) as rows from raw.quarantine group by table_name, file_id),
            accounts as (
                select
                    coalesce(files.file_id, held.file_id, aside.file_id) as file_id,
                    coalesce(files.rows_read, 0) as rows_read, coalesce(files.rows_loaded, 0) as rows_loaded,
                    coalesce(files.rows_quarantined, 0) as rows_quarantined,
                    coalesce(held.rows, 0) as held, coalesce(aside.rows, 0) as aside
                from raw.file_table as files
                full join held on files.file_id = held.file_id and files.table_name = held.table_name
                full join aside
                    on coalesce(files.file_id, held.file_id) = aside.file_id
                    and coalesce(files.table_name, held.table_name) = aside.table_name
            ),
            summed as (
                select
                    file_id, sum(rows_read) as rows_read, sum(rows_loaded) as rows_loaded,
                    sum(rows_quarantined) as rows_quarantined, sum(held) as held, sum(aside) as aside
                from accounts group by file_id
            )
            select register.path, register.verdict, register.reason, summed.*
            from raw.file_register as register
            full join summed on register.file_id = summed.file_id
            where register.file_id is null
            or (register.verdict <> 'loaded' and (summed.file_id is not null or register.reason is null))
            or (register.verdict = 'loaded' and summed.file_id is null)
            or register.rows_read <> register.rows_loaded + register.rows_quarantined
            or register.rows_read <> coalesce(summed.rows_read, 0)
            or register.rows_loaded <> coalesce(summed.held, 0)
            or register.rows_quarantined <> coalesce(summed.aside, 0)
            or summed.rows_loaded <> summed.held or summed.rows_quarantined <> summed.aside
        """)
        assert wrong == []


def write_files(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def load(root: Path, files: dict[str, str | bytes] | None = None, **options: Any) -> Loaded:
    """Write files to `root`/in and load that folder into the warehouse below `root`/out."""
    folder = root / "in"
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, files or {})
    settings = replace(
        Settings(), input_dir=folder, output_dir=root / "out", **({"settle_seconds": 0.0} | options)
    )
    summary = ingest_folder(settings, Warehouse(settings.warehouse_path), "test run")
    return Loaded(settings, summary)
