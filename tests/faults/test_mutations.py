"""Seeded damage to files in the publishers' shapes: no crash, and the accounts add up for all of them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.readers import READERS, SourceFile
from orchestration.ingest.readers.plain import plain_csv_sql
from tests import loader
from tests.faults.mutate import BINARY, cell, ends, field, flip, insert, mutated
from tests.faults.workbooks import workbook

MUTATIONS = 264
SMALL_DAMAGES = 2000
MONTH = dt.date(2025, 2, 1)


def dq_csv(month: dt.date) -> str:
    start, end = loader.month_days(month)
    rows = [
        f"{start},{end},{code},MSD101PregnancyBooking,M1010{item},{name},{count},5,0,10,{count + 15}"
        for code in ("RWE", "RJZ", "R0A")
        for item, (name, count) in enumerate(
            {"EthnicCategoryMother": 120, "SmokingStatusBooking": 95}.items()
        )
    ]
    return "\n".join([loader.DQ_HEADER, *rows]) + "\n"


def satod_csv() -> str:
    rows = [
        f"2022-23,{quarter},{code},Measure {measure},{value},{code}"
        for quarter in (1, 2)
        for code in ("QK1", "00L")
        for measure, value in (("a", 100), ("b", 20))
    ]
    return "Financial_Year,Quarter,Org_Code,Measure,Value,Org_Name\n" + "\n".join(rows) + "\n"


def whole_files() -> dict[str, bytes]:
    """Small whole files: every family of the monthly publication, as CSV and as workbook, and others."""
    data = loader.data_csv(MONTH)
    measures = loader.measures_csv(MONTH)
    return {
        "msds-feb2025-exp-data.csv": data.encode(),
        "msds-feb2025-exp-measures.csv": measures.replace("\n", "\r\n").encode("utf-8-sig"),
        "msds-feb2025-exp-dq.csv": dq_csv(MONTH).encode(),
        "smok-time-del-eng-q2-2223.csv": satod_csv().encode(),
        "msds-feb2025-exp-data.xlsx": workbook({"Data": list(csv.reader(data.splitlines()))}),
        "mat-hesnational-2024-25.xlsx": workbook(
            {
                "Ethnicity": [
                    ["Table 6.a: Ethnic group by method of delivery"],
                    [],
                    ["Ethnic group", "Total"],
                    ["White", 5],
                ]
            }
        ),
    }


@pytest.fixture(scope="module")
def damaged() -> dict[str, bytes]:
    """Damaged files, each in a folder of its own under the name of the whole one."""
    whole = whole_files()
    files: dict[str, bytes] = {}
    for seed in range(MUTATIONS):
        name, content = list(whole.items())[seed % len(whole)]
        kinds = {"kinds": BINARY} if name.endswith(".xlsx") else {}
        files[f"{seed:03d}/{name}"] = mutated(content, seed, **kinds)
    return files


def test_no_damage_ends_the_run_and_every_row_is_accounted_for(
    damaged: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    done = loader.load(tmp_path_factory.mktemp("mutations"), damaged)
    assert done.summary.seen == MUTATIONS >= 200
    done.assert_accounts_add_up()
    rows = done.rows("select * from raw.file_register")
    assert {row["verdict"] for row in rows} <= {"loaded", "refused", "held back", "unclaimed"}
    assert sum(row["verdict"] == "loaded" for row in rows) >= 50, "damage so great that nothing is tried"
    # a reader that falls over is a fault of ours, not of the file
    assert [row["reason"] for row in rows if row["reason"] and "could not be read (" in row["reason"]] == []
    for row in done.rows("select reason from raw.quarantine"):
        assert " row " in row["reason"] or " line" in row["reason"]


def test_the_fast_way_and_the_accounting_reader_agree(tmp_path: Path) -> None:
    table = next(
        table
        for source in read_declarations()
        for table in source.tables
        if table.name == "msds_monthly__data"
    )
    reader = READERS["table"]
    whole = loader.data_csv(MONTH).encode()
    path = tmp_path / "msds-feb2025-exp-data.csv"
    taken = 0
    with duckdb.connect() as connection:
        for seed in range(SMALL_DAMAGES):
            content = mutated(whole, seed, (cell, insert, flip, field, ends))
            file = SourceFile(path, path.name, content, hashlib.sha256(content).hexdigest())
            if file.kind != "text" or file.is_blank or not reader.recognise(file, table).fits:
                continue
            plain = plain_csv_sql(file, table)
            if plain is None:
                continue
            path.write_bytes(content)
            try:
                fast = connection.execute(plain.sql, [str(path)]).fetchall()
            except duckdb.InvalidInputException:
                continue
            if len(fast) != plain.lines:
                continue
            taken += 1
            slow = reader.read(file, table)
            assert not slow.rejected, seed
            assert fast == [tuple(row) for row in slow.frame.itertuples(index=False)], seed
    assert taken >= 100
