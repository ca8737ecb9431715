"""The code location as Dagster sees it: it loads, and everything in it has what a person looks for."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest
import yaml

from orchestration.definitions import build_defs
from orchestration.ingest.declarations import read_declarations
from orchestration.outputs.assets import VIEWS
from orchestration.partitions import lmns_codes
from orchestration.settings import DBT_DIR, Mail, Settings
from orchestration.transform import BuiltModels, dbt_project, tables_of_people

LAYERS = ("published", "reference", "raw", "staged", "harmonised", "equity", "outputs")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("defs")
    return Settings(input_dir=root / "in", output_dir=root / "out")


@pytest.fixture(scope="module")
def graph(settings: Settings) -> dg.AssetGraph:
    return build_defs(settings).resolve_asset_graph()


def test_definitions_load(settings: Settings) -> None:
    dg.Definitions.validate_loadable(build_defs(settings))


def test_a_layer_is_its_group_and_its_key_prefix(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert key.path[0] in LAYERS, key
        assert node.group_name == key.path[0], key


def test_every_asset_says_what_it_is_and_who_answers_for_it(graph: dg.AssetGraph) -> None:
    silent = [key for key in graph.get_all_asset_keys() if not graph.get(key).description]
    assert not silent, f"assets without a description: {silent}"
    orphans = [key for key in graph.get_all_asset_keys() if not graph.get(key).owners]
    assert not orphans, f"assets without an owner: {orphans}"


def test_every_source_table_is_a_raw_asset_with_its_publisher_upstream(graph: dg.AssetGraph) -> None:
    for source in read_declarations():
        for table in source.tables:
            node = graph.get(dg.AssetKey(["raw", table.name]))
            assert dg.AssetKey(["published", source.name]) in node.parent_keys


def test_lineage_runs_unbroken_from_published_file_to_page(graph: dg.AssetGraph) -> None:
    seen, waiting = set(), [dg.AssetKey(["outputs", "edition"])]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += graph.get(key).parent_keys
    upstream_sources = {key.path[1] for key in seen if key.path[0] == "published"}
    assert upstream_sources == {source.name for source in read_declarations()}
    assert dg.AssetKey(["outputs", "audit_page"]) in seen


def test_outputs_read_only_protected_views(graph: dg.AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        if key.path[0] == "outputs":
            for parent in graph.get(key).parent_keys:
                assert parent.path[0] == "outputs" or parent.path[1].startswith("pub_"), (key, parent)


def test_every_protected_view_feeds_an_output() -> None:
    folder = DBT_DIR / "models" / "equity" / "published"
    assert set(VIEWS) == {path.stem for path in folder.glob("pub_*.sql")}


def test_the_one_model_in_python_stands_in_the_graph_without_lineage_of_columns(
    settings: Settings, graph: dg.AssetGraph
) -> None:
    built = BuiltModels.__new__(BuiltModels)
    manifest = json.loads(dbt_project(settings).manifest_path.read_text("utf-8"))
    built.build = SimpleNamespace(manifest=manifest)
    in_python = [node["name"] for node in manifest["nodes"].values() if node.get("language") == "python"]
    assert in_python == ["int_linkage_pair"]
    assert built._lineage("harmonised.int_linkage_pair") is None
    parents = graph.get(dg.AssetKey(["harmonised", "int_linkage_pair"])).parent_keys
    assert {key.path[-1] for key in parents} == {"int_linkage_record", "int_linkage_truth"}
    assert "harmonised.int_linkage_pair" in tables_of_people(manifest)


def test_exposures_are_the_outputs(graph: dg.AssetGraph) -> None:
    declared = yaml.safe_load((DBT_DIR / "models" / "exposures.yml").read_text("utf-8"))["exposures"]
    outputs = {key.path[1] for key in graph.get_all_asset_keys() if key.path[0] == "outputs"}
    assert {exposure["name"] for exposure in declared} == outputs


def test_outputs_of_a_system_are_partitioned_by_lmns(graph: dg.AssetGraph) -> None:
    for name in ("audit_page", "data_pack"):
        partitions = graph.get(dg.AssetKey(["outputs", name])).partitions_def
        assert partitions.get_partition_keys() == lmns_codes()


def test_jobs_schedule_and_sensor(settings: Settings) -> None:
    repository = build_defs(settings).get_repository_def()
    assert {"refresh", "publish", "audit"} <= set(repository.job_names)
    assert [schedule.name for schedule in repository.schedule_defs] == ["monthly_audit"]
    assert [sensor.name for sensor in repository.sensor_defs] == ["drop_folder"]


def test_the_failure_notice_is_there_only_when_configured(settings: Settings) -> None:
    mail = Mail(host="smtp.example.org", sender="a@example.org", password="", to="b@example.org")
    configured = Settings(input_dir=settings.input_dir, output_dir=settings.output_dir, mail=mail)
    names = [sensor.name for sensor in build_defs(configured).get_repository_def().sensor_defs]
    assert names == ["drop_folder", "failure_notice"]


def test_the_drop_folder_waits_until_files_stop_growing(tmp_path: Path) -> None:
    settings = Settings(input_dir=tmp_path / "in", output_dir=tmp_path / "out")
    settings.input_dir.mkdir()
    sensor = build_defs(settings).get_repository_def().get_sensor_def("drop_folder")
    instance = dg.DagsterInstance.ephemeral()

    def tick(cursor: str | None) -> tuple[int, str | None]:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        result = sensor.evaluate_tick(context)
        return len(result.run_requests or []), result.cursor

    file = settings.input_dir / "msds-jan2025-exp-data.csv"
    file.write_text("half")
    runs, cursor = tick(None)
    assert runs == 0
    file.write_text("half and more")
    runs, cursor = tick(cursor)
    assert runs == 0, "still growing"
    runs, cursor = tick(cursor)
    assert runs == 1, "the file has stopped changing"
    runs, cursor = tick(cursor)
    assert runs == 0, "one run for one change"
