"""The pages of a built edition: small, complete, and every value on a page is one of its data pack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pipeline
# published figures alone; a system's own records, by every ethnic group, come on top
PUBLISHED, WITH_RECORDS = 1_000_000, 2_000_000


def test_pages_are_within_their_budget(sample_output: Path) -> None:
    edition = sample_output / "editions" / "latest"
    pages = sorted(edition.glob("*/audit.html"))
    assert len(pages) == 3
    for page in pages:
        assert page.stat().st_size < WITH_RECORDS, page
    assert (edition / "index.html").stat().st_size < PUBLISHED
    assert (edition / "assets" / "plotly.min.js").stat().st_size > 1_000_000


def test_pages_of_published_files_are_within_their_budget(published_output: Path) -> None:
    pages = sorted((published_output / "editions" / "latest").glob("*/audit.html"))
    assert len(pages) == 42
    for page in pages:
        assert page.stat().st_size < PUBLISHED, page


def test_each_page_has_its_parts_and_says_synthetic(sample_output: Path) -> None:
    for page in sorted((sample_output / "editions" / "latest").glob("*/audit.html")):
        html = page.read_text("utf-8")
        assert "<title>SYNTHETIC" in html
        for part in (
            "summary",
            "scorecard",
            "population",
            "access",
            "continuity",
            "outcomes",
            "quality",
            "unknown",
        ):
            assert f'<section id="{part}"' in html
        assert 5 <= html.count('<li class="finding') <= 10
        assert len(re.findall(r'class="chart"', html)) >= 20


def test_values_on_a_page_are_those_of_the_pack(sample_output: Path) -> None:
    folder = next(iter(sorted((sample_output / "editions" / "latest").glob("*/audit.html")))).parent
    shown = set(re.findall(r"class=id>(mv-[0-9a-f]{12})", (folder / "audit.html").read_text("utf-8")))
    held = set(
        re.findall(
            r"^(mv-[0-9a-f]{12}),", (folder / "data" / "metric_values.csv").read_text("utf-8"), re.MULTILINE
        )
    )
    assert shown
    assert shown <= held
