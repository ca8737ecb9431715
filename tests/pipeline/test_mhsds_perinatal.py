"""MHSDS: periods, levels, marks and rounding of a monthly file, and the perinatal measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline

OBSERVED = """
    select organisation_level, organisation_code, period_start, period_end, period_window, concept, part,
           measure, value, value_low, value_high, mark
    from harmonised.fct_observation where source_id = 'mhsds_perinatal'
"""


def test_the_reissue_is_used_and_the_first_issue_kept(small_sources: Path) -> None:
    england = query(
        small_sources,
        "select value, release, file_name from equity.pub_metric_value where metric_id = 'perinatal_mh_contact' "
        "and organisation_level = 'national' and dimension = 'total'",
    )
    assert england.to_numpy().tolist() == [[55005, "final", "MHSDS%20Data_JanPerf_2026_v2.csv"]]
    reasons = query(
        small_sources,
        "select distinct choice_reason from harmonised.int_file_choice where source_id = 'mhsds_perinatal'",
    )
    assert sorted(reasons["choice_reason"]) == ["superseded by a later version", "used"]


def test_one_file_holds_windows_of_one_three_and_twelve_months(small_sources: Path) -> None:
    windows = query(
        small_sources,
        f"select distinct concept, period_start, period_window from ({OBSERVED}) where organisation_level = 'national' "
        "and part = 'Value' order by concept, period_start",
    )
    assert windows.astype(str).to_numpy().tolist() == [
        ["mhsds.MHS91", "2025-02-01", "rolling_12_months"],
        ["mhsds.MRS01b", "2025-11-01", "rolling_3_months"],
        ["mhsds.MRS04", "2025-11-01", "rolling_3_months"],
        ["mhsds.MRS04", "2026-01-01", "month"],
    ]


def test_england_is_exact_and_other_levels_are_within_two(small_sources: Path) -> None:
    rows = query(
        small_sources,
        f"select organisation_level, measure, value, value_low, value_high from ({OBSERVED}) "
        "where part = 'Value' and concept <> 'mhsds.MRS04' and value is not null "
        "and organisation_level in ('national', 'lmns', 'region') order by all",
    )
    widths = rows.assign(width=rows["value_high"] - rows["value_low"])
    assert set(widths.query("organisation_level == 'national' or measure == 'rate'")["width"]) == {0}
    below = widths.query("organisation_level != 'national' and measure == 'count'")
    assert len(below) == 2 and set(below["width"]) == {4}


def test_a_star_is_a_mark(small_sources: Path) -> None:
    system = query(
        small_sources,
        "select value, mark from equity.pub_metric_value where metric_id = 'perinatal_mh_contact' and lmns_code = 'QOC'",
    )
    assert system["mark"].tolist() == ["*"] and system["value"].isna().all()
    nothing = query(
        small_sources, f"select mark from ({OBSERVED}) where value is null and part like '%Age Group%'"
    )
    assert nothing["mark"].tolist() == ["[x]"]


def test_ethnic_groups_of_england_are_strata_and_unknown_codes_one_group(small_sources: Path) -> None:
    groups = query(
        small_sources,
        "select group_code, numerator, denominator, value from equity.pub_metric_value "
        "where metric_id = 'perinatal_mh_contact_share' and organisation_level = 'national'",
    ).set_index("group_code")
    assert groups.loc["E_WHITE_BRITISH", "numerator"] == 40001
    assert groups.loc["E_UNKNOWN", "numerator"] == 5
    assert groups["numerator"].sum() == 55005 == groups["denominator"].iloc[0]
    assert groups.loc["E_INDIAN", "value"] == pytest.approx(100 * 2105 / 55005)


def test_places_not_known_and_other_cuts_stay_observations_without_a_figure(small_sources: Path) -> None:
    levels = query(small_sources, f"select distinct organisation_level from ({OBSERVED}) order by 1")
    assert levels["organisation_level"].tolist() == [
        "lmns", "mental_health_provider", "national", "place_not_known", "region", "sub_icb",
    ]  # fmt: skip
    cuts = query(small_sources, f"select distinct part from ({OBSERVED}) where part <> 'Value' order by 1")
    assert cuts["part"].tolist() == ["Value; Age Group: 0 to 17"]
    rejected = query(
        small_sources,
        "select count(*) as n from harmonised.fct_observation_rejected where source_id = 'mhsds_perinatal'",
    )
    assert rejected["n"][0] == 0


def test_real_files_of_other_measures_load_and_give_no_figure(other_published_files: Path) -> None:
    warehouse = other_published_files
    files = query(
        warehouse,
        "select file_name, rows_loaded, rows_quarantined, version, period_start, period_end from raw.file_register "
        "where source_id = 'mhsds_perinatal' order by file_name",
    )
    assert files.fillna("").to_numpy().tolist() == [
        ["MHSDS%20Data_4WW_AprPerf_2024_v2.csv", 19958, 0, "2", "2024-02-01", "2024-04-30"],
        ["MHSDS%20Data_4WW_AugPerf_2024.csv", 18748, 0, "", "2024-06-01", "2024-08-31"],
    ]
    stars = query(
        warehouse,
        f"select organisation_level, period_end, count(*) as n from ({OBSERVED}) where mark = '*' group by all order by all",
    )
    august = stars[stars["period_end"].astype(str) == "2024-08-31"]
    assert august.set_index("organisation_level")["n"].to_dict() == {
        "lmns": 44,
        "mental_health_provider": 11468,
    }
    england = query(
        warehouse,
        f"select value from ({OBSERVED}) where organisation_level = 'national' and concept = 'mhsds.MRS01' "
        "and period_start = date '2024-06-01' and period_end = date '2024-08-31'",
    )
    assert england["value"].tolist() == [12826]
    assert query(warehouse, "select count(*) as n from equity.fct_metric_value")["n"][0] == 0
