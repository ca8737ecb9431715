"""Loading a file with full accounting, published or about people, beside DuckDB's bare read_csv of it into a table."""

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
import numpy as np

from orchestration.ingest import ingest_folder
from orchestration.ingest.declarations import read_declarations
from orchestration.sample import postcodes
from orchestration.sample.areas import areas
from orchestration.sample.extract import History, Rows, day_number, numbers_held
from orchestration.sample.places import ETHNIC_CODES, SYSTEMS
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.warehouse import Warehouse
from tests import loader
from tests.bench import BenchRow

PUBLISHED_ROWS = 83_000
MANY_ROWS = 1_000_000
TIMES = 3
MONTH = dt.date(2025, 2, 1)
NAME = "msds-feb2025-exp-data.csv"
PERSONAL_NAME = "maternity_birth_RWE.csv"
KEY = "the key of the bench, which protects nobody"
SYSTEM = "QK1"
TABLES = {NAME: "msds_monthly__data", PERSONAL_NAME: "local__maternity_birth"}


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


def write_births(path: Path, rows: int) -> None:
    """A file of births with NHS numbers of the range for tests, dates of birth and postcodes in every row."""
    homes = postcodes.postcodes(areas(seed=1))
    first = day_number(dt.date(2016, 4, 1))
    history = History(path)
    for start in range(0, rows, PUBLISHED_ROWS):
        baby = np.arange(start, min(start + PUBLISHED_ROWS, rows))
        mixed = baby * 7_919
        records = Rows()
        records.identity("baby_id", "B", baby)
        records.nhs_number("baby_nhs_number", baby % numbers_held())
        records.identity("pregnancy_id", "P", baby)
        records.nhs_number("mother_nhs_number", mixed % numbers_held())
        records.day("baby_birth_date", first + mixed % 3_650)
        records.day("mother_birth_date", first - 6_000 - mixed % 10_000)
        records.code("mother_postcode", mixed % len(homes), homes)
        records.constant("lmns_code", SYSTEM, len(baby))
        records.constant("provider_code", "RWE", len(baby))
        records.code("site_code", mixed % 2, ("RWE01", "RWE02"))
        records.code("pregnancy_outcome", np.where(mixed % 250, 0, 1), ("01", "02"))
        records.whole("births_in_delivery", np.ones_like(baby))
        records.whole("gestation_at_birth_days", 210 + mixed % 85)
        records.whole("birth_weight_grams", 1_500 + mixed % 3_000)
        records.whole("apgar_5_minutes", 3 + mixed % 8)
        records.code("delivery_method", mixed % 9, "023456789")
        records.whole("blood_loss_ml", 100 + mixed % 2_000 // 10 * 10)
        records.code("smoking_status_delivery", mixed % 4, ("1", "2", "4", ""))
        records.code("first_feed", mixed % 3, ("01", "03", ""))
        records.code("mother_ethnic_category", mixed % len(ETHNIC_CODES), ETHNIC_CODES)
        records.code("baby_ethnic_category", mixed % len(ETHNIC_CODES), ETHNIC_CODES)
        records.code("sex", mixed % 2, "12")
        records.code("died_within_28_days", np.where(mixed % 400, 1, 0), "YN")
        records.code("interpreter_needed", mixed % 3, ("Y", "N", ""))
        history.add(records)


def load_once(path: Path) -> tuple[float, int]:
    """Seconds to load a folder that holds this file alone into a warehouse with a look-up of postcodes, and the rows
    loaded."""
    sources = read_declarations()
    with tempfile.TemporaryDirectory() as output:
        first = Path(output) / "first"
        postcodes.write(first, areas(seed=1), tuple(SYSTEMS))
        settings = replace(
            Settings(), input_dir=first, output_dir=Path(output), settle_seconds=0.0, pseudonym_key=KEY
        )
        warehouse = Warehouse(settings.warehouse_path)
        ingest_folder(settings, warehouse, "bench", sources)
        settings = replace(settings, input_dir=path.parent)
        started = time.perf_counter()
        ingest_folder(settings, warehouse, "bench", sources)
        taken = time.perf_counter() - started
        with warehouse.connect() as connection:
            (rows,) = connection.execute(f"select count(*) from raw.{TABLES[path.name]}").fetchone()
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
        path.unlink()
        path = path.with_name(PERSONAL_NAME)
        write_births(path, MANY_ROWS)
        measured = in_a_process_of_its_own(path)
        assert measured["rows"] == MANY_ROWS
        found.append(
            BenchRow(
                f"load {MANY_ROWS:,} births, with pseudonyms, ages and small areas",
                measured["seconds"],
                read_bare(path),
                budget_seconds=10,
                note=f"peak memory {measured['peak']:,.0f} MB of 1,024; beside DuckDB read_csv into a table",
            )
        )
    return found
