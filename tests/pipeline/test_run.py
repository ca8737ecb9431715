"""The command as a user runs it on the sample: what is there afterwards, again, by force, and when it fails."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from orchestration.definitions import build_defs
from orchestration.outputs.data_pack import COLUMNS
from orchestration.outputs.edition import latest_edition
from orchestration.partitions import ALL_SYSTEMS
from orchestration.settings import DBT_DIR, Settings
from orchestration.transform import tables_of_people
from tests.conftest import run_command

pytestmark = pytest.mark.pipeline


def hashes(folder: Path, pattern: str = "*") -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob(pattern))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def edition(sample_output: Path) -> Path:
    return sample_output / "editions" / "latest"


def test_every_system_of_the_sample_has_its_folder(edition: Path) -> None:
    systems = sorted(path.parent.name for path in edition.glob("*/audit.html"))
    assert len(systems) == 3
    assert "QK1" in systems
    assert (edition / "index.html").exists()
    assert (edition / "open_data" / "datapackage.json").exists()


def test_everything_made_from_the_sample_says_synthetic(edition: Path) -> None:
    for page in [edition / "index.html", *edition.glob("*/*.html")]:
        title = page.read_text("utf-8").split("</title>")[0].lower()
        assert "synthetic" in title, page
    assert "SYNTHETIC" in (edition / "open_data" / "datapackage.json").read_text("utf-8")


def test_no_exact_number_of_people_is_in_dagsters_storage(sample_output: Path) -> None:
    people = tables_of_people(json.loads((DBT_DIR / "target" / "manifest.json").read_text("utf-8")))
    assert {"harmonised.int_linkage_truth", "equity.fct_metric_value", "raw.quarantine"} <= people
    assert not {"staged.stg_msds_monthly__data", "raw.file_register", "reference.metrics"} & people
    with dg.DagsterInstance.from_config(str(sample_output.parent / "dagster")) as instance:
        made = {
            ".".join(key.path): instance.get_latest_materialization_event(key).asset_materialization.metadata
            for key in instance.all_asset_keys()
            if instance.get_latest_materialization_event(key)
        }
        failed = [
            record.event_log_entry.dagster_event.asset_check_evaluation_data.metadata
            for record in instance.get_event_records(
                dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION), limit=5000
            )
        ]
    assert len(people & made.keys()) > 100
    told = {
        table: made[table]["dagster/row_count"].value
        for table in people & made.keys()
        if "dagster/row_count" in made[table]
    }
    assert {table: rows for table, rows in told.items() if rows % 5 or 0 < rows < 8} == {}
    rows_failed = [
        row["dagster_dbt/failed_row_count"].value for row in failed if "dagster_dbt/failed_row_count" in row
    ]
    assert rows_failed
    assert [rows for rows in rows_failed if rows % 5] == []


def test_a_second_run_has_nothing_to_do_and_changes_nothing(
    sample_files: Path, sample_output: Path, tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample_output.rglob("*") if path.is_file()}
    done = run_command("run", "--input", str(sample_files), "--output", str(sample_output), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing new")
    assert {path: path.stat().st_mtime_ns for path in sample_output.rglob("*") if path.is_file()} == before


def test_the_same_input_gives_the_same_bytes_in_another_place(
    sample_files: Path, edition: Path, tmp_path: Path
) -> None:
    done = run_command(
        "run", "--input", str(sample_files), "--output", str(tmp_path / "again"), home=tmp_path / "home"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    again = tmp_path / "again" / "editions" / "latest"
    assert hashes(again, "*.csv") == hashes(edition, "*.csv")
    assert hashes(again, "*.html") == hashes(edition, "*.html")
    assert hashes(again, "*.docx") == hashes(edition, "*.docx")


def test_a_failed_run_leaves_the_last_edition_in_place(
    sample_files: Path, sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the printer is on fire")

    settings = Settings(input_dir=sample_files, output_dir=sample_output)
    before = latest_edition(settings.editions_dir), hashes(settings.editions_dir)
    monkeypatch.setattr("orchestration.outputs.assets.render_page", broken)
    monkeypatch.setattr("orchestration.fingerprint.code_fingerprint", lambda: "another version")
    for name, value in settings.export().items():
        monkeypatch.setenv(name, value)
    result = (
        build_defs(settings)
        .resolve_job_def("publish")
        .execute_in_process(
            instance=dg.DagsterInstance.ephemeral(str(tmp_path)), tags=ALL_SYSTEMS, raise_on_error=False
        )
    )
    assert not result.success
    assert (latest_edition(settings.editions_dir), hashes(settings.editions_dir)) == before


def test_a_whole_layer_can_be_materialised(
    sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a click on a group in the UI asks for: hundreds of models and checks, and no others."""
    shutil.copytree(sample_output / "warehouse", tmp_path / "warehouse")
    settings = Settings(input_dir=tmp_path, output_dir=tmp_path)
    for name, value in settings.export().items():
        monkeypatch.setenv(name, value)
    defs = build_defs(settings)
    layer = [
        key
        for key in defs.resolve_asset_graph().get_all_asset_keys()
        if key.path[0] in ("staged", "harmonised")
    ]
    result = defs.resolve_job_def("refresh").execute_in_process(
        instance=dg.DagsterInstance.ephemeral(str(tmp_path / "history")), asset_selection=layer
    )
    made = {event.asset_key for event in result.all_events if event.is_step_materialization}
    assert made == set(layer)


def test_publish_for_one_system_alone(
    sample_files: Path, sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(
        Settings(input_dir=sample_files, output_dir=sample_output),
        lmns=("QK1",),
    )
    editions = tmp_path / "editions"
    monkeypatch.setattr(Settings, "editions_dir", property(lambda self: editions))
    for name, value in settings.export().items():
        monkeypatch.setenv(name, value)
    result = (
        build_defs(settings)
        .resolve_job_def("publish")
        .execute_in_process(instance=dg.DagsterInstance.ephemeral(str(tmp_path)), tags=ALL_SYSTEMS)
    )
    assert result.success
    latest = editions / "latest"
    assert sorted(path.parent.name for path in latest.glob("*/audit.html")) == ["QK1"]
    values = pd.read_csv(latest / "open_data" / "metric_values.csv", low_memory=False)
    assert set(values["lmns_code"].dropna()) == {"QK1"}


@pytest.mark.parametrize("table", [name for name, columns in COLUMNS.items() if "figure_id" in columns])
def test_every_kind_of_figure_is_traced_to_its_files(
    sample_output: Path, edition: Path, tmp_path: Path, table: str
) -> None:
    figures = pd.read_csv(edition / "QK1" / "data" / f"{table}.csv", low_memory=False)
    figure = figures.loc[figures["lmns_code"] == "QK1", "figure_id"].iloc[0]
    done = run_command("trace", figure, "--output", str(sample_output), home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    # an item of the checklist rests on everything held, not on rows of a file
    source = "worked out from everything held" if table == "checklist" else "sha256"
    for word in (source, "Comes from", "Rules", "Models, first to last"):
        assert word in done.stdout, (table, figure, done.stdout)


def test_an_unknown_figure_is_answered_in_a_sentence(sample_output: Path, tmp_path: Path) -> None:
    done = run_command("trace", "mv-000000000000", "--output", str(sample_output), home=tmp_path)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "not in this warehouse" in done.stderr


def test_an_unknown_system_is_answered_in_a_sentence(tmp_path: Path) -> None:
    done = run_command("run", "--lmns", "XXX", "--output", str(tmp_path / "out"), home=tmp_path)
    assert done.returncode != 0
    assert "seeds/lmns.csv" in done.stderr


def test_two_runs_at_once_end_with_a_sentence(
    sample_files: Path, sample_output: Path, tmp_path: Path
) -> None:
    from orchestration.warehouse import Warehouse

    settings = Settings(output_dir=sample_output)
    with Warehouse(settings.warehouse_path).connect():
        done = run_command("trace", "mv-000000000000", "--output", str(sample_output), home=tmp_path)
    assert done.returncode != 0
    assert "in use by another run" in done.stderr


def test_the_environment_is_read_in_one_module_only() -> None:
    project = Path(__file__).resolve().parents[2] / "orchestration"
    readers = {
        path.relative_to(project).as_posix()
        for path in project.rglob("*.py")
        if "os.environ" in path.read_text("utf-8") or "getenv" in path.read_text("utf-8")
    }
    assert readers <= {"settings.py", "cli.py", "transform.py"}, os.fspath(project)
