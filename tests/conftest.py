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


BUILDS = ("published_output", "sample_output", "small_sources", "other_published_files")


def pytest_configure(config: pytest.Config) -> None:
    """dbt's manifest is made once, before tests run side by side: each process would write the same file."""
    if config.getoption("numprocesses", None):
        from orchestration.settings import Settings
        from orchestration.transform import dbt_project

        dbt_project(Settings())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that read one costly build, and else those of one file, stay in one process, so it is built once."""
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {}).values()
        asked = {*getattr(item, "fixturenames", ()), *(value for value in given if isinstance(value, str))}
        shared = [build for build in BUILDS if build in asked]
        item.add_marker(pytest.mark.xdist_group(shared[0] if shared else str(item.path)))


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
def sample_output(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit built from the synthetic sample."""
    return build_edition(tmp_path_factory.mktemp("sample"), "--input", str(sample_files))


@pytest.fixture(scope="session")
def sample_warehouse(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the warehouse of the sample, every dbt test run; to be opened with `read_only=True`."""
    built = sample_output / "warehouse" / "audit.duckdb"
    return Path(shutil.copy(built, tmp_path_factory.mktemp("sample_warehouse")))
