"""dbt inside Dagster: one set-based build for all systems.

Holds the translator and the one dbt asset group; no SQL and no source names.
"""

import logging
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import dagster_dbt.asset_utils
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from orchestration.lineage import column_lineage
from orchestration.settings import DBT_DIR, SEEDS_DIR, Settings
from orchestration.small_numbers import ROWS_OF_FILES, shown_rows
from orchestration.warehouse import Warehouse

log = logging.getLogger(__name__)

# A longer selection would be run in a copy of dbt_project made elsewhere, from where ../seeds is not found.
dagster_dbt.asset_utils._SELECTION_ARGS_THRESHOLD = 10_000


class LayerTranslator(DagsterDbtTranslator):
    """A model's key, group and description follow from its layer and its YAML."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: Any) -> Any:
        """Key `layer/name`, group = layer, the YAML's description without the SQL."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["sources"].get(unique_id) or manifest["nodes"][unique_id]
        layer = "reference" if node["resource_type"] == "seed" else node["schema"]
        owner = (node.get("meta") or {}).get("owner", "team:data-engineering")
        return spec.replace_attributes(
            key=dg.AssetKey([layer, node["name"]]),
            group_name=layer,
            description=node.get("description") or None,
            owners=[owner],
            kinds={"dbt", "duckdb"} if layer != "reference" else {"dbt", "csv"},
        )


def _is_stale(manifest: Path) -> bool:
    """Whether a model, macro, seed or setting was written after the manifest."""
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    folders = (DBT_DIR / "models", DBT_DIR / "macros", DBT_DIR / "tests", SEEDS_DIR)
    files = [DBT_DIR / "dbt_project.yml", DBT_DIR / "profiles.yml"]
    files += [path for folder in folders for path in folder.rglob("*")]
    return any(path.stat().st_mtime > made for path in files)


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project, parsed anew where its manifest is missing or older than what it describes."""
    os.environ.update(settings.export())
    project = DbtProject(project_dir=DBT_DIR, profiles_dir=DBT_DIR, target_path="target")
    if _is_stale(project.manifest_path):
        project.preparer.prepare(project)
    return project


COLUMNS = """
    select table_schema || '.' || table_name, column_name, data_type
    from information_schema.columns order by table_schema, table_name, ordinal_position
"""


def tables_of_people(manifest: Mapping[str, Any]) -> set[str]:
    """Tables (`schema.name`) of which a row can be a person: raw local tables and all that is made from them."""
    found = {
        source_id
        for source_id, source in manifest["sources"].items()
        if source["source_name"] == "local" or source["name"] in ROWS_OF_FILES
    }
    ahead = list(found)
    while ahead:
        children = {
            child for child in manifest["child_map"].get(ahead.pop(), []) if child.startswith("model.")
        }
        ahead += children - found
        found |= children
    nodes = manifest["sources"] | manifest["nodes"]
    return {f"{nodes[node]['schema']}.{nodes[node]['name']}" for node in found}


class BuiltModels:
    """What a dbt build left in the warehouse, to be shown beside each asset: rows, columns and their lineage."""

    def __init__(self, build: DbtCliInvocation, warehouse: Warehouse) -> None:
        self.build = build
        self.of_people = tables_of_people(build.manifest)
        self.columns: dict[str, dict[str, str]] = defaultdict(dict)
        with warehouse.connect() as connection:
            for table, column, kind in connection.execute(COLUMNS).fetchall():
                self.columns[table][column] = kind
            self.rows = {
                f"{schema}.{name}": connection.execute(f'select count(*) from {schema}."{name}"').fetchone()[
                    0
                ]
                for schema, name in (table.split(".") for table in self.columns)
            }

    def describe(self, context: dg.AssetExecutionContext, output: dg.Output) -> dg.Output:
        """A model's output with row count, column types and column lineage."""
        table = ".".join(context.asset_key_for_output(output.output_name).path)
        schema = dg.TableSchema([dg.TableColumn(name, kind) for name, kind in self.columns[table].items()])
        metadata: dict[str, Any] = {"dagster/column_schema": schema}
        rows = self.rows.get(table, 0)
        shown = shown_rows(rows) if table in self.of_people else rows
        if shown is not None:
            metadata["dagster/row_count"] = shown
        lineage = self._lineage(table)
        if lineage is not None:
            metadata["dagster/column_lineage"] = lineage
        return output.with_metadata({**output.metadata, **metadata})

    def _lineage(self, table: str) -> dg.TableColumnLineage | None:
        manifest = self.build.manifest
        node = manifest["nodes"].get(f"model.{manifest['metadata']['project_name']}.{table.split('.')[1]}")
        if node is None or node["language"] != "sql":
            return None
        sql = self.build.target_path / "compiled" / node["package_name"] / node["original_file_path"]
        parents = [
            manifest["nodes"].get(parent) or manifest["sources"][parent]
            for parent in node["depends_on"]["nodes"]
        ]
        names = {f"{parent['schema']}.{parent['name']}": parent["database"] for parent in parents}
        return column_lineage(
            sql.read_text("utf-8"),
            {f"{database}.{name}": list(self.columns[name]) for name, database in names.items()},
            {name: dg.AssetKey(name.split(".")) for name in names},
        )


def build_transform(project: DbtProject, warehouse: Warehouse) -> dg.AssetsDefinition:
    """All models, seeds and data tests as one asset group that holds the warehouse alone."""

    @dbt_assets(
        manifest=project.manifest_path,
        project=project,
        name="transform",
        pool="duckdb",
        dagster_dbt_translator=LayerTranslator(
            settings=DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_source_tests_as_checks=True
            )
        ),
    )
    def transform(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        """Seeds, staged, harmonised and equity models with their tests."""
        build = dbt.cli(["build", "--exclude-resource-type", "unit_test"], context=context)
        log.info("  building   tables from what was read …")
        # DuckDB is dbt's alone until dbt ends: what it left is looked at then
        events = list(build.stream())
        built = BuiltModels(build, warehouse)
        log.info("  built      %s tables and views", len(built.rows))
        for event in events:
            yield built.describe(context, event) if isinstance(event, dg.Output) else event

    return transform
