"""Editions that several tests read: each is built once a session, by the command a user runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
PUBLISHED = SHARED / "data"


def run_command(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run `equity-audit` as a user would, with a DAGSTER_HOME of its own."""
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT,
        env=os.environ | {"DAGSTER_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def build_edition(root: Path, *arguments: str) -> Path:
    """Build an edition under `root`/output and return that folder."""
    output = root / "output"
    done = run_command("run", "--output", str(output), *arguments, home=root / "dagster")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-6000:]
    return output


@pytest.fixture(scope="session")
def published_files() -> Path:
    """The folder of real published files; tests that need it are skipped without it."""
    if not PUBLISHED.is_dir():
        pytest.skip("the published files are not beside the project (../shared/data)")
    return PUBLISHED


@pytest.fixture(scope="session")
def published_output(published_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit of every system built from the real published files."""
    return build_edition(tmp_path_factory.mktemp("published"), "--input", str(published_files))


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic sample, as `equity-audit sample` writes it: three systems, fifteen months."""
    from orchestration.sample import write_sample

    directory = tmp_path_factory.mktemp("sample_files")
    write_sample(directory)
    return directory


@pytest.fixture(scope="session")
def sample_warehouse(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse built from the sample by ingest and dbt alone; open it with `read_only=True`."""
    from orchestration.ingest import ingest_folder
    from orchestration.settings import DBT_DIR, Settings
    from orchestration.systems import load_systems
    from orchestration.warehouse import Warehouse

    root = tmp_path_factory.mktemp("sample_warehouse")
    settings = replace(Settings(), input_dir=sample_files, output_dir=root)
    warehouse = Warehouse(settings.warehouse_path)
    ingest_folder(settings, warehouse, "test")
    load_systems(warehouse)
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"), "build", "--quiet",
            "--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(root / "target"),
        ],
        env=os.environ | settings.export(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return settings.warehouse_path


@pytest.fixture(scope="session")
def sample_output(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit built from the synthetic sample."""
    return build_edition(tmp_path_factory.mktemp("sample"), "--input", str(sample_files))
