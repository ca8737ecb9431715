"""Smoking at delivery: levels from codes, quarters from years, the newest year to date wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline


def test_the_newest_file_wins_for_each_quarter(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select period_start, period_end, numerator, denominator, file_name from equity.pub_metric_value "
        "where metric_id = 'smoking_delivery_satod' and organisation_code = 'QK1' order by period_start",
    ).astype(str)
    newest = "smok-time-del-eng-q2-2223.csv"
    assert rows.to_numpy().tolist() == [
        ["2022-04-01", "2022-06-30", "12.0", "100.0", newest],
        ["2022-07-01", "2022-09-30", "4.0", "100.0", newest],
    ]
    reasons = query(
        small_sources,
        "select register.file_name, choice.choice_reason from harmonised.int_file_choice as choice "
        "inner join raw.file_register as register on choice.file_id = register.file_id "
        "where choice.source_id = 'satod' and choice.organisation_level = 'lmns' and choice.period_start = '2022-04-01' "
        "order by 1",
    )
    assert dict(reasons.to_numpy().tolist()) == {
        "smok-time-del-eng-q1-2223.csv": "superseded by a file that reaches further",
        "smok-time-deli-eng-q1-2223-v2.csv.csv": "superseded by a file that reaches further",
        newest: "used",
    }


def test_the_level_comes_from_the_code_and_an_unknown_one_is_set_aside(small_sources: Path) -> None:
    levels = query(
        small_sources,
        "select distinct published_code, organisation_level from ("
        "select organisation_code as published_code, organisation_level from staged.stg_satod__quarter) order by 1",
    )
    assert dict(levels.fillna("none").to_numpy().tolist()) == {
        "E38000051": "sub_icb",
        "E40000011": "region",
        "E54000015": "lmns",
        "E92000001": "national",
        "X99000001": "none",
    }
    rejected = query(
        small_sources,
        "select problem, published_organisation_code, count(*) as counts from harmonised.fct_observation_rejected "
        "where source_id = 'satod' group by all",
    )
    assert rejected.to_numpy().tolist() == [["unknown organisation level", "X99000001", 4]]


def test_women_of_unknown_status_are_in_no_rate_but_in_one_of_their_own(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select metric_id, value, lower_95, upper_95, caveat from equity.pub_metric_value "
        "where metric_id like 'smoking_delivery_satod%' and organisation_code = 'QK1' and period_start = '2022-04-01' "
        "order by 1",
    )
    assert rows["value"].tolist() == pytest.approx([12.0, 100 * 5 / 105])
    assert rows["caveat"].str.contains("closed series").all()
    # exact counts: Wilson's interval and no more
    assert (rows["lower_95"][0], rows["upper_95"][0]) == pytest.approx((7.0, 19.8), abs=0.05)


def test_the_files_say_which_quarters_they_cover(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select period_start, period_end from raw.file_register where source_id = 'satod' order by file_name",
    )
    assert rows.to_numpy().tolist() == [
        ["2022-04-01", "2022-06-30"],
        ["2022-04-01", "2022-09-30"],
        ["2022-04-01", "2022-06-30"],
    ]
