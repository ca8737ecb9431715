"""Ingest a folder and build the warehouse from it, as a run does, without the outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.ingest import ingest_folder
from orchestration.settings import DBT_DIR, Settings
from orchestration.systems import load_systems
from orchestration.warehouse import Warehouse


def build_warehouse(
    input_dir: Path,
    output_dir: Path,
    also_load: Callable[[Warehouse], None] | None = None,
    select: Sequence[str] = (),
    data_tests: bool = False,
    **options: Any,
) -> Path:
    """Load every file of the folder and run all models; gives the DuckDB file.

    `also_load` adds rows to the raw tables before the models run; `select` narrows the models that run;
    `data_tests` runs dbt's data and unit tests too, which take most of a build's time and hold for every
    input: the sample's build runs them; `options` are settings.
    """
    settings = replace(Settings(), input_dir=input_dir, output_dir=output_dir, **options)
    warehouse = Warehouse(settings.warehouse_path)
    ingest_folder(settings, warehouse, "test")
    load_systems(warehouse)
    if also_load:
        also_load(warehouse)
    dbt = Path(sys.executable).parent / "dbt"
    narrowed = ["--indirect-selection", "buildable", "--select", *select] if select else []
    if not data_tests:
        narrowed += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    done = subprocess.run(
        [str(dbt), "build", "--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--quiet",
         "--target-path", str(output_dir / "target"), "--log-path", str(output_dir / "logs"), *narrowed],
        env=os.environ | settings.export(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return settings.warehouse_path


def query(warehouse: Path, sql: str) -> pd.DataFrame:
    """The rows of a query."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(sql).df()
