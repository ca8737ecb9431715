"""The edges of every statistics macro: dbt unit tests of the small project beside the reference answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

pytestmark = pytest.mark.pipeline

REFERENCE = PROJECT / "tests" / "reference"


def test_every_edge_holds(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "dbt"), "test", "--select", "test_type:unit",
         "--project-dir", str(REFERENCE), "--profiles-dir", str(REFERENCE),
         "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")],
        env=os.environ | {"EQUITY_WAREHOUSE": str(tmp_path / "edges.duckdb")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    passed = re.search(r"PASS=(\d+)", done.stdout)
    assert passed, done.stdout[-1000:]
    assert int(passed.group(1)) >= 20
