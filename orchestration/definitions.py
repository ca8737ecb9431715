"""The code location: joins the parts that the other modules build. Nothing is made here."""

from __future__ import annotations

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration.automation import build_automation
from orchestration.checks import build_checks
from orchestration.ingest.sources import build_raw_assets
from orchestration.jobs import ALL_JOBS
from orchestration.outputs.assets import build_output_assets
from orchestration.settings import Settings
from orchestration.transform import build_transform, dbt_project
from orchestration.warehouse import Warehouse


def build_defs(settings: Settings) -> dg.Definitions:
    """Everything that Dagster shows and runs, reading and writing where `settings` says."""
    warehouse = Warehouse(settings.warehouse_path, settings.memory_limit, settings.threads)
    project = dbt_project(settings)
    schedules, sensors = build_automation(settings)
    return dg.Definitions(
        assets=[
            *build_raw_assets(settings, warehouse),
            build_transform(project, warehouse),
            *build_output_assets(settings, warehouse),
        ],
        asset_checks=build_checks(settings, warehouse),
        jobs=ALL_JOBS,
        schedules=schedules,
        sensors=sensors,
        # one process: DuckDB lets one write, and a step costs no start-up
        executor=dg.in_process_executor,
        resources={"dbt": DbtCliResource(project_dir=project)},
    )


defs = build_defs(Settings.from_environment())
