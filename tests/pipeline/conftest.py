"""One small warehouse that the tests of several sources read: built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pipeline.area_files import write_area_sources
from tests.pipeline.fingertips_files import write_fingertips
from tests.pipeline.mbrrace_files import write_mbrrace
from tests.pipeline.mhsds_files import write_mhsds
from tests.pipeline.published_table_files import write_published_tables
from tests.pipeline.warehouse import build_warehouse


@pytest.fixture(scope="session")
def small_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse built from small files of several sources in their publishers' layouts."""
    root = tmp_path_factory.mktemp("small_sources")
    inbox = root / "inbox"
    inbox.mkdir()
    write_fingertips(inbox)
    write_mhsds(inbox)
    write_mbrrace(inbox)
    write_area_sources(inbox)
    write_published_tables(inbox)
    return build_warehouse(inbox, root / "output")


@pytest.fixture(scope="session")
def other_published_files(published_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse built from real files of the same layouts that hold no maternity measure."""
    root = tmp_path_factory.mktemp("other_published_files")
    for folder in ("fingertips", "mhsds"):
        shutil.copytree(published_files / folder, root / "inbox" / folder)
    return build_warehouse(root / "inbox", root / "output")
