"""Editions that several tests read: each is built once a session, by the command a user runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
def published_warehouse(published_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the warehouse of the published files, to be opened with `read_only=True`."""
    built = published_output / "warehouse" / "audit.duckdb"
    return Path(shutil.copy(built, tmp_path_factory.mktemp("published_warehouse")))


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
    from tests.pipeline.warehouse import build_warehouse

    return build_warehouse(sample_files, tmp_path_factory.mktemp("sample_warehouse"), data_tests=True)


@pytest.fixture(scope="session")
def sample_output(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit built from the synthetic sample."""
    return build_edition(tmp_path_factory.mktemp("sample"), "--input", str(sample_files))
