"""The pages of a built edition: small, complete, and every value on a page is one of its data pack."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
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


@pytest.mark.parametrize("code", ["QK1", "QMF", "QGH"])
def test_protected_numbers_of_the_pack_have_the_decimals_that_they_may_show(
    sample_output: Path, code: str
) -> None:
    """A percentage has a decimal from 4,000 people on and none below, a ratio two significant figures."""
    data = sample_output / "editions" / "latest" / code / "data"
    values, gaps = (pd.read_csv(data / f"{name}.csv") for name in ("metric_values", "equity_gaps"))
    local = values[(values["source_id"] == "local") & values["value"].notna()]
    few = local[local["denominator"] < 4000]
    assert len(few) > 100 and (few["value"] == few["value"].round(0)).all()
    assert np.allclose(local["value"], local["value"].round(1), atol=1e-9)
    own = gaps[gaps["metric_id"].isin(set(local["metric_id"]))]
    for column in ("difference", "difference_lower_95", "difference_upper_95"):
        assert np.allclose(own[column].dropna(), own[column].dropna().round(1), atol=1e-9), column
    for column in ("ratio", "ratio_lower_95", "ratio_upper_95"):
        held = own[column].dropna()
        held = held[held < 995]
        assert len(held) > 50 and np.allclose(held, [float(f"{value:.2g}") for value in held], atol=1e-9), (
            column
        )
    published = values[(values["source_id"] == "msds_monthly") & values["value"].notna()]
    assert (published["value"] != published["value"].round(1)).any(), "published figures stay as they are"


def test_the_page_tells_local_ethnic_coding_by_hospital(sample_output: Path) -> None:
    latest = sample_output / "editions" / "latest" / "QK1"
    page = (latest / "audit.html").read_text("utf-8")
    quality = pd.read_csv(latest / "data" / "data_quality.csv")
    [row] = quality[
        (quality["organisation_code"] == "RWE02")
        & (quality["item"] == "Neonatal admissions: ethnic category of the baby")
        & (quality["measure"] == "valid and stated")
    ].to_dict("records")
    assert row["verdict"] == "needs attention"
    assert f"RWE02, baby: {row['value']:.0%} of {row['denominator']:.0f} admissions to neonatal care" in page
    assert 'id="local-coding-neonatal-admissions"' in page and "-councils" in page
    assert "71.4% of women booked" not in page and "local__" not in page
