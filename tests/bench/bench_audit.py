"""The whole audit: dbt inside Dagster beside dbt alone, its SQL beside the same statements run bare,
rendering, and a run with nothing new.

Uses the published files where they stand beside the project, and 42 synthetic systems otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.definitions import build_defs
from orchestration.ingest import ingest_folder
from orchestration.outputs.action_plan import render_action_plan
from orchestration.outputs.audit_data import read_audit_data
from orchestration.outputs.audit_document import render_document
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.data_pack import write_data_pack
from orchestration.outputs.easy_read import render_easy_read
from orchestration.outputs.plan_on_a_page import render_plan_page
from orchestration.sample import write_sample
from orchestration.settings import DBT_DIR, Settings
from orchestration.systems import load_systems
from orchestration.warehouse import Warehouse
from tests.bench import BenchRow
from tests.conftest import PUBLISHED, run_command

# everything that is rendered for one system beside its page
DOCUMENTS = (render_document, render_plan_page, render_easy_read, render_action_plan)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _dbt_alone(settings: Settings, target: Path) -> float:
    command = [
        str(Path(sys.executable).parent / "dbt"), "build", "--quiet",
        "--exclude-resource-type", "unit_test", "--project-dir", str(DBT_DIR),
        "--profiles-dir", str(DBT_DIR), "--target-path", str(target), "--log-path", str(target),
    ]  # fmt: skip
    return _timed(lambda: subprocess.run(command, check=True, env=os.environ | settings.export()))


def _dbt_in_dagster(settings: Settings) -> float:
    os.environ.update(settings.export())
    job = build_defs(settings).resolve_job_def("refresh")
    keys = [
        key for key in build_defs(settings).resolve_asset_graph().get_all_asset_keys()
        if key.path[0] in ("reference", "staged", "harmonised", "equity")
    ]  # fmt: skip
    instance = dg.DagsterInstance.ephemeral()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    return _timed(lambda: job.execute_in_process(instance=instance, asset_selection=keys, run_config=quiet))


def _sql_models(target: Path) -> list[dict[str, Any]]:
    """What dbt says of each model of the last build that is SQL, in the order it ran them."""
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    models = [result for result in results if result["unique_id"].startswith("model.")]
    return [model for model in models if nodes[model["unique_id"]]["language"] == "sql"]


def _model_seconds(target: Path) -> float:
    """Seconds that dbt spent on the statements of the models, from its own account."""
    return sum(model["execution_time"] for model in _sql_models(target))


def _bare_sql(settings: Settings, target: Path) -> float:
    """The same compiled queries, straight in DuckDB, in the order dbt ran them."""
    warehouse = Warehouse(settings.warehouse_path, settings.memory_limit, settings.threads)
    with warehouse.connect() as connection:
        connection.execute("create schema if not exists bare")

        def run() -> None:
            for model in _sql_models(target):
                name = model["relation_name"].split(".")[-1]
                connection.execute(f"create or replace table bare.{name} as {model['compiled_code']}")

        return _timed(run)


def rows() -> list[BenchRow]:
    """One row a budget of the whole audit."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = PUBLISHED
        if not source.is_dir():
            source = root / "sample"
            write_sample(source, lmns=42, months=2)
        settings = Settings(input_dir=source, output_dir=root / "output")
        warehouse = Warehouse(settings.warehouse_path)
        ingest_folder(settings, warehouse, "bench")
        load_systems(warehouse)
        _dbt_alone(settings, root / "target")  # the first build makes the tables
        alone = _dbt_alone(settings, root / "target")
        inside = _dbt_in_dagster(settings)
        models = _model_seconds(root / "target")
        bare = _bare_sql(settings, root / "target")

        data = read_audit_data(warehouse)
        pages: list[int] = []
        one = _timed(lambda: render_page(data.system(data.codes[0]), "bench"))
        many = _timed(
            lambda: pages.extend(len(render_page(data.system(code), "bench").encode()) for code in data.codes)
        )
        documents = _timed(
            lambda: [render(data.system(code), "bench", None) for code in data.codes for render in DOCUMENTS]
        )
        packs = _timed(
            lambda: [write_data_pack(data.system(code), root / "packs" / code) for code in data.codes]
        )
        first = run_command("run", "--input", str(source), "--output", str(root / "run"), home=root / "home")
        assert first.returncode == 0, first.stdout + first.stderr
        again = _timed(
            lambda: run_command(
                "run", "--input", str(source), "--output", str(root / "run"), home=root / "home"
            )
        )
        shutil.rmtree(root / "run", ignore_errors=True)
    largest = max(pages) / 1e6
    return [
        BenchRow(
            "dbt build inside Dagster",
            inside,
            alone,
            budget_ratio=1.5,
            note="beside the same dbt build alone",
        ),
        BenchRow(
            "SQL of the models",
            models,
            bare,
            budget_ratio=2,
            note="beside the same queries straight in DuckDB",
        ),
        BenchRow(
            f"{len(pages)} audit pages",
            many,
            budget_seconds=60,
            note=f"largest page {largest:.2f} MB (budget 1 MB)",
        ),
        BenchRow("one audit page", one, budget_seconds=2),
        BenchRow(
            f"{len(pages)} audits: pages, Word documents, plans and drafts for easy read",
            many + documents,
            budget_seconds=60,
        ),
        BenchRow(f"{len(pages)} data packs", packs),
        BenchRow("a run with nothing new", again, budget_seconds=15, note="the whole command"),
    ]
