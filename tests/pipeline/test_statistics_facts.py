"""Inequality, trends and funnels of the sample: what is planted is found, and nothing says more than it may."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.warehouse import query


@pytest.fixture(scope="module")
def planted(sample_files: Path) -> pd.DataFrame:
    return pd.read_csv(sample_files / "planted.csv")


def slope(warehouse: Path, system: str) -> pd.DataFrame:
    return query(
        warehouse,
        f"""
        select measure, ranking, value, lower_95, upper_95, value_at_first, value_at_last, verdict
        from equity.fct_inequality
        where metric_id = 'coc_by_28_weeks' and dimension = 'deprivation_quintile' and organisation_code = '{system}'
            and organisation_level = 'lmns' and period_start = date '2026-02-01' and measure in ('sii', 'rii')
        """,
    ).set_index(["measure", "ranking"])


def test_the_planted_gradient_is_found_under_both_rankings(sample_warehouse):
    found = slope(sample_warehouse, "QK1")
    for ranking in ("area", "national"):
        sii, rii = found.loc[("sii", ranking)], found.loc[("rii", ranking)]
        # a good thing that people living in the most deprived areas get less of
        assert sii["lower_95"] > 0 and rii["lower_95"] > 1
        assert sii["verdict"] == rii["verdict"] == "worse"
        assert sii["value"] == pytest.approx(sii["value_at_last"] - sii["value_at_first"])
        assert rii["value"] == pytest.approx(sii["value_at_last"] / sii["value_at_first"])


def test_no_gradient_is_found_where_none_is(sample_warehouse):
    found = slope(sample_warehouse, "QMF")
    assert set(found["verdict"]) == {"no clear difference"}


def test_the_planted_shift_is_on_the_chart(sample_warehouse, planted):
    for row in planted[planted["kind"] == "shift"].itertuples():
        points = query(
            sample_warehouse,
            f"""
            select period_start, rule, direction from equity.fct_trend_point
            where metric_id = '{row.metric_id}' and organisation_code = '{row.organisation_code}'
                and dimension = 'total' and organisation_level = 'lmns' order by period_start
            """,
        )
        after = points[points["period_start"] >= pd.Timestamp(row.period_start)]
        assert (after["rule"].notna()).sum() >= 7
        assert set(after.loc[after["rule"].notna(), "direction"]) == {-1}


def test_the_planted_widening_gap_grows(sample_warehouse, planted):
    for row in planted[planted["kind"] == "widening_gap"].itertuples():
        trend = query(
            sample_warehouse,
            f"""
            select slope, slope_upper_95, verdict from equity.fct_trend
            where method = 'gap' and metric_id = '{row.metric_id}' and organisation_code = '{row.organisation_code}'
                and group_code = '{row.group_code}' and organisation_level = 'lmns'
            """,
        )
        assert len(trend) == 1
        assert trend["slope_upper_95"].iloc[0] < 0
        assert trend["verdict"].iloc[0] == "worse"


@pytest.mark.parametrize("table", ["fct_inequality", "fct_trend", "fct_funnel"])
def test_neutral_metrics_are_described_never_judged(sample_warehouse, table):
    verdicts = query(
        sample_warehouse,
        f"select distinct verdict from equity.{table} inner join reference.metrics using (metric_id) where polarity = 'neutral'",
    )
    assert set(verdicts["verdict"]) <= {"not available"}
    judged = query(
        sample_warehouse, f"select count(*) as n from equity.{table} where verdict <> 'not available'"
    )
    assert judged["n"].iloc[0] > 0


def test_what_is_missing_has_a_reason(sample_warehouse):
    missing = query(
        sample_warehouse,
        """
        select measure, ranking, count(*) as n from equity.fct_inequality
        where reason is null and (value is null or (lower_95 is null and measure <> 'any_difference')) group by all
        """,
    )
    assert missing.to_dict("records") == []


def test_only_registered_measures_run_and_each_of_them_does(sample_warehouse):
    pairs = query(
        sample_warehouse,
        """
        select register.measure, register.ranking, count(fact.figure_id) as n
        from reference.inequality_measures as register
        left join equity.fct_inequality as fact
            on register.measure = fact.measure and register.ranking is not distinct from fact.ranking
        group by all
        """,
    )
    assert (pairs["n"] > 0).all(), pairs[pairs["n"] == 0]


def test_a_withheld_value_has_no_test_and_no_limits(sample_warehouse):
    wrong = query(
        sample_warehouse,
        """
        select metric_id, group_code, reference_kind from equity.fct_equity_gap
        where (value is null or reference_value is null) and (
            p_value is not null or q_value is not null
            or ratio_lower_95 is not null or ratio_upper_95 is not null
            or difference_lower_95 is not null or difference_upper_95 is not null
        )
        """,
    )
    assert wrong.empty, wrong


def test_funnel_limits_hold_their_target_and_over_dispersion_only_widens(sample_warehouse):
    wrong = query(
        sample_warehouse,
        """
        select count(*) as n from equity.fct_funnel
        where target not between limit_lower_95 and limit_upper_95 or limit_lower_998 > limit_lower_95
            or adjusted_limit_lower_998 > limit_lower_998 + 1e-9 or adjusted_limit_upper_998 < limit_upper_998 - 1e-9
        """,
    )
    assert wrong["n"].iloc[0] == 0
