"""A headless Chromium and a small edition to open in it. Without a browser these tests are skipped, and say so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from orchestration.outputs.audit_page import render_page
from orchestration.outputs.charts import write_chart_script
from orchestration.outputs.easy_read import render_easy_read
from orchestration.outputs.index_page import render_index
from orchestration.outputs.plan_on_a_page import render_plan_page
from tests.page_data import audit_data
from tests.page_local_data import rows

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions"]


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """The machine's own Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script."""
    path = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is not installed (cd tests/browser && npm install --no-package-lock)")
    return path.read_text("utf-8")


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition of two made-up systems; QK1's names try to break the page."""
    folder = tmp_path_factory.mktemp("edition")
    write_chart_script(folder)
    data, hostile = audit_data(synthetic=True), audit_data(hostile=True)
    pages = {
        "index.html": render_index(data, "2025-04-abc"),
        "QK1/audit.html": render_page(data.system("QK1"), "2025-04-abc", "equity@example.nhs.uk"),
        "QK1/easy_read.html": render_easy_read(data.system("QK1"), "2025-04-abc", "equity@example.nhs.uk"),
        "QK1/plan_on_a_page.html": render_plan_page(data.system("QK1"), "2025-04-abc"),
        "QOC/audit.html": render_page(data.system("QOC"), "2025-04-abc"),
        "LOCAL/audit.html": render_page(
            replace(data.system("QK1"), quality=pd.DataFrame(rows)), "2025-04-abc"
        ),
        "HOSTILE/audit.html": render_page(hostile.system("QK1"), "2025-04-abc"),
    }
    for name, html in pages.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(html, encoding="utf-8")
    return folder
