"""Loading a published CSV with full accounting, beside DuckDB's bare read_csv of the same file into a table."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.ingest import ingest_folder
from orchestration.ingest.declarations import read_declarations
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.warehouse import Warehouse
from tests import loader
from tests.bench import BenchRow

PUBLISHED_ROWS = 83_000
MANY_ROWS = 1_000_000
TIMES = 3
MONTH = dt.date(2025, 2, 1)
NAME = "msds-feb2025-exp-data.csv"


def write_published(path: Path, rows: int, encoding: str = "utf-8") -> None:
    """A file with the columns and the sizes of fields of exp-data, every key once."""
    start, end = loader.month_days(MONTH)
    groups = [
        "Missing Value / Value outside reporting parameters",
        *loader.ETHNIC,
        *(f"{decile:02d}" for decile in range(1, 11)),
    ]
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write(loader.DATA_HEADER + "\n")
        for number in range(rows):
            provider, place = divmod(number, len(groups))
            stream.write(
                f'{start},{end},EthnicCategoryMotherGroup,Provider,R{provider:05d},"UNIVERSITY HOSPITALS OF PLACE, '
                f'{provider:05d} NHS FOUNDATION TRUST",{groups[place]},Women,{5 * (number % 400)}\n'
            )


def load_once(path: Path) -> tuple[float, int]:
    """Seconds to load a folder that holds this file alone into a warehouse that is there, and the rows loaded."""
    sources = read_declarations()
    with tempfile.TemporaryDirectory() as output:
        empty = Path(output) / "empty"
        empty.mkdir()
        settings = replace(Settings(), input_dir=empty, output_dir=Path(output), settle_seconds=0.0)
        warehouse = Warehouse(settings.warehouse_path)
        ingest_folder(settings, warehouse, "bench", sources)
        settings = replace(settings, input_dir=path.parent)
        started = time.perf_counter()
        ingest_folder(settings, warehouse, "bench", sources)
        taken = time.perf_counter() - started
        with warehouse.connect() as connection:
            (rows,) = connection.execute("select count(*) from raw.msds_monthly__data").fetchone()
    return taken, rows


def read_bare(path: Path) -> float:
    """Seconds that DuckDB takes to read the file into a table of a new database."""
    with tempfile.TemporaryDirectory() as output:
        started = time.perf_counter()
        with duckdb.connect(str(Path(output) / "bare.duckdb"), config={"threads": 2}) as connection:
            connection.execute(
                "create table bare as select * from read_csv(?, all_varchar = true)", [str(path)]
            )
        return time.perf_counter() - started


def fastest(task: Callable[[], float]) -> float:
    """The shortest of several times: what the machine can do when nothing else runs."""
    return min(task() for _ in range(TIMES))


def in_a_process_of_its_own(path: Path) -> dict[str, float]:
    """Seconds, rows and peak memory of one load."""
    code = (
        "import json, resource, sys; from pathlib import Path; from tests.bench.bench_ingest import load_once; "
        "seconds, rows = load_once(Path(sys.argv[1])); "
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024; "
        "print(json.dumps({'seconds': seconds, 'rows': rows, 'peak': peak}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def rows() -> list[BenchRow]:
    """The budget of one published file, and a million rows on both ways of reading."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        write_published(path, PUBLISHED_ROWS)
        found.append(
            BenchRow(
                f"load a published CSV with full accounting, {PUBLISHED_ROWS:,} rows",
                fastest(lambda: load_once(path)[0]),
                fastest(lambda: read_bare(path)),
                budget_ratio=3,
                note="beside DuckDB read_csv into a table",
            )
        )
        for way, encoding in (("plain CSV", "utf-8"), ("UTF-16, read row by row", "utf-16")):
            write_published(path, MANY_ROWS, encoding)
            measured = in_a_process_of_its_own(path)
            assert measured["rows"] == MANY_ROWS
            found.append(
                BenchRow(
                    f"load {MANY_ROWS:,} rows, {way}",
                    measured["seconds"],
                    budget_seconds=10,
                    note=f"peak memory {measured['peak']:,.0f} MB of 1,024",
                )
            )
    return found
