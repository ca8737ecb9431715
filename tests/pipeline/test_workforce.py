"""Figures of staff on the sample: ratios by hand, bands never added up, small counts hidden, England's apart."""

from __future__ import annotations

from math import exp, log, sqrt
from pathlib import Path

import pandas as pd
import pytest

from orchestration.trace import trace_figure
from orchestration.warehouse import Warehouse
from tests.pipeline.warehouse import query

Z = 1.959963984540054


@pytest.fixture(scope="module")
def staff(sample_warehouse: Path) -> pd.DataFrame:
    return query(sample_warehouse, "select * from equity.fct_workforce where lmns_code = 'QK1'")


def one(staff: pd.DataFrame, **keys: str) -> pd.Series:
    rows = staff
    for name, value in keys.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, (keys, len(rows))
    return rows.iloc[0]


def risk_ratio(x1: float, n1: float, x0: float, n0: float, sign: int) -> float:
    return exp(log(x1 / n1 / (x0 / n0)) + sign * Z * sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0))


def test_appointment_is_white_over_others_from_shown_counts(staff: pd.DataFrame) -> None:
    """96 of 402 and 44 of 371 are shown as 95 of 400 and 45 of 370, each within 2."""
    row = one(staff, measure_id="appointed", group_code="WRES_OTHER")
    assert (row["numerator"], row["denominator"]) == (45, 370)
    assert row["ratio"] == pytest.approx((95 / 400) / (45 / 370))
    assert row["ratio_lower_95"] == pytest.approx(risk_ratio(93, 402, 47, 368, -1))
    assert row["ratio_upper_95"] == pytest.approx(risk_ratio(97, 398, 43, 372, 1))
    assert row["ratio_of"] == "reference_over_group" and row["direction"].startswith("Above 1: White")
    assert row["screening"] == "above the range" and "unverified" in row["screening_note"]
    # the trust prints 0.50
    assert row["printed_check"] == "printed the other way round"
    assert "overseas" in row["caveat"]


def test_a_ratio_outside_the_range_is_no_verdict_by_itself(staff: pd.DataFrame) -> None:
    row = one(staff, measure_id="harassment_colleagues", group_code="WRES_OTHER")
    assert row["ratio"] > 1.2 and row["verdict"] == "no clear difference"
    assert pd.isna(row["screening"])  # the range is for relative likelihoods
    training = one(staff, measure_id="cpd", group_code="WRES_OTHER")
    assert (training["screening"], training["verdict"]) == ("within the range", "no clear difference")


def test_few_are_hidden_and_too_few_to_tell(staff: pd.DataFrame) -> None:
    row = one(staff, measure_id="disciplinary", group_code="WRES_OTHER")
    assert row["mark"] == "[c]" and row["verdict"] == "too few to tell"
    assert row[["numerator", "value", "ratio", "ratio_lower_95", "difference"]].isna().all()
    shown = pd.concat([staff["numerator"], staff["denominator"]]).dropna()
    assert ((shown == 0) | (shown >= 10)).all() and (shown % 5 == 0).all()
    assert staff["protection"].notna().all()


def test_all_bands_are_read_as_supplied_and_bands_are_not_added_up(
    staff: pd.DataFrame, sample_warehouse: Path
) -> None:
    exact = query(
        sample_warehouse,
        "select band, numerator from harmonised.int_staff_count where lmns_code = 'QK1' and measure_id = 'headcount' "
        "and staff_group = 'all' and group_code = 'WHITE'",
    ).set_index("band")["numerator"]
    assert exact["all"] == 472 and exact.drop("all").sum() == 478
    band = one(staff, band="band_7", group_code="WRES_OTHER", comparison="all bands")
    # 251 of 756 staff, shown as 250 of 755
    assert band["reference_value"] == pytest.approx(100 * 250 / 755)
    assert band["difference"] == pytest.approx(100 * 20 / 130 - 100 * 250 / 755)
    assert band["verdict"] == "worse"
    described = one(staff, band="band_5", group_code="WRES_OTHER", comparison="all bands")
    assert (described["verdict"], described["verdict_reason"]) == ("not available", "described, never judged")


def test_staff_stand_beside_the_women_booked_with_the_system(
    staff: pd.DataFrame, sample_warehouse: Path
) -> None:
    row = one(staff, band="all", group_code="ASIAN", comparison="mothers")
    (women,) = query(
        sample_warehouse,
        f"select value, metric_id, lmns_code from equity.fct_metric_value where figure_id = '{row['mothers_figure_id']}'",
    ).itertuples(index=False)
    assert (women.metric_id, women.lmns_code) == ("local_bookings_share", "QK1")
    assert row["reference_value"] == pytest.approx(women.value)
    assert row["verdict"] == "not available"


def test_england_is_context_and_never_judged(sample_warehouse: Path) -> None:
    england = query(
        sample_warehouse, "select * from equity.fct_workforce where organisation_level = 'national'"
    )
    assert set(england["source_id"]) == {"workforce", "staff_survey"}
    assert set(england["verdict"]) == {"not available"} and england["lmns_code"].isna().all()
    assert england["period_end"].nunique() == 2  # the newest of each


def test_a_figure_of_staff_leads_to_its_rows(staff: pd.DataFrame, sample_warehouse: Path) -> None:
    row = one(staff, measure_id="appointed", group_code="WRES_OTHER")
    trace = trace_figure(Warehouse(sample_warehouse), row["figure_id"])
    assert {(source["role"], source["row_number"]) for source in trace.sources} == {
        ("numerator", row["row_number"]), ("reference", row["reference_row_number"])
    }  # fmt: skip
    assert {source["file_name"] for source in trace.sources} == {"workforce_RWE.csv"}
    assert all(source["published_value"] is None for source in trace.sources)
    assert any("White applicants" in rule for rule in trace.rules)
