"""dbt inside Dagster: one set-based build for all systems.

Holds the translator and the one dbt asset group; no SQL and no source names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from orchestration.settings import DBT_DIR, Settings

LAYERS = ("staged", "harmonised", "equity")


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


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project, parsed when its manifest is missing (a fresh clone, a test run)."""
    os.environ.update(settings.export())
    project = DbtProject(project_dir=DBT_DIR, profiles_dir=DBT_DIR, target_path="target")
    if not project.manifest_path.exists():
        project.preparer.prepare(project)
    project.prepare_if_dev()
    return project


def build_transform(project: DbtProject) -> dg.AssetsDefinition:
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
        yield from build.stream().fetch_row_counts().fetch_column_metadata()

    return transform
