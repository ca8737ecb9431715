"""MBRRACE-UK: organisations without codes, suppressed rows, and rates shown as published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.mbrrace_files import header
from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline


def test_the_layout_has_the_forty_one_columns_of_the_viewer() -> None:
    assert len(header()) == len(set(header())) == 41


def test_organisations_are_placed_by_number_or_by_name(small_sources: Path) -> None:
    placed = query(
        small_sources,
        """
        select distinct published.organisation_name, observed.organisation_code
        from harmonised.int_mbrrace__observed as observed
        inner join staged.stg_mbrrace__trust as published
            on observed.file_id = published.file_id and observed.row_number = published.row_number
        where observed.organisation_level = 'provider'
        """,
    )
    codes = dict(placed.itertuples(index=False, name=None))
    assert codes == {
        "University Hospitals of Leicester NHS Trust": "RWE",
        "North Middlesex University Hospital": "RAP",
        "Whittington Health": "RKE",
        "Wrightington, Wigan and Leigh NHS Foundation Trust": "RRF",
        "Wrightington, Wigan and Leigh Teaching Hospitals NHS Foundation Trust": "RRF",
        "Queen Elizabeth Hospital, King's Lynn, NHS Foundation Trust": "RCX",
        "Isle of Wight NHS Trust": "R1F",
        "An Invented Hospital NHS Trust": "An Invented Hospital NHS Trust",
    }


def test_a_name_that_is_not_known_is_set_aside_by_that_name(small_sources: Path) -> None:
    rejected = query(
        small_sources,
        "select distinct problem, problem_label, what_to_do from harmonised.fct_observation_rejected "
        "where source_id = 'mbrrace'",
    )
    assert rejected[["problem", "problem_label"]].to_numpy().tolist() == [
        ["unknown organisation", "An Invented Hospital NHS Trust"]
    ]


def test_a_suppressed_row_is_a_mark_in_all_its_parts(small_sources: Path) -> None:
    parts = query(
        small_sources,
        "select concept, part, value, mark from harmonised.fct_observation where source_id = 'mbrrace' "
        "and organisation_code = 'R1F'",
    )
    assert len(parts) == 18
    assert parts["value"].isna().all() and set(parts["mark"]) == {"[c]"}
    everywhere = query(
        small_sources,
        "select numerator, denominator, value, lower_95, upper_95, mark from equity.pub_metric_value "
        "where source_id = 'mbrrace' and organisation_code = 'R1F'",
    )
    assert len(everywhere) == 6 and set(everywhere["mark"]) == {"[c]"}
    assert everywhere.drop(columns="mark").isna().all().all()


def test_rates_and_intervals_are_shown_as_published(small_sources: Path) -> None:
    values = query(
        small_sources,
        "select metric_id, period_start, numerator, denominator, value, lower_95, upper_95, caveat "
        "from equity.pub_metric_value where source_id = 'mbrrace' and organisation_code = 'RWE'",
    ).astype({"period_start": str})
    crude = values.query("metric_id == 'mbrrace_stillbirth_crude' and period_start == '2023-01-01'").iloc[0]
    assert (crude["numerator"], crude["denominator"], crude["value"]) == (38, 9500, 4)
    assert crude["lower_95"] < 4 < crude["upper_95"]
    stable = values.query(
        "metric_id == 'mbrrace_stillbirth_stabilised' and period_start == '2024-01-01'"
    ).iloc[0]
    assert (stable["value"], stable["lower_95"], stable["upper_95"]) == (3.1, 2.7, 3.55)
    assert stable["caveat"] == (
        'The publisher compares this trust with its group "4,000 or more births", average 3.2, '
        "and says: 5 to 15% lower"
    )


def test_rates_without_congenital_anomalies_are_a_metric_of_their_own(small_sources: Path) -> None:
    names = query(
        small_sources,
        "select distinct metric_id from equity.pub_metric_value where source_id = 'mbrrace' and organisation_code = 'RWE'",
    )
    assert set(names["metric_id"]) == {
        f"mbrrace_{outcome}_{kind}"
        for outcome in ("stillbirth", "neonatal", "perinatal")
        for kind in ("crude", "stabilised", "stabilised_excluding")
    }


def test_comparator_groups_are_known_by_number_and_other_countries_stay_observations(
    small_sources: Path,
) -> None:
    caveats = query(
        small_sources,
        "select distinct caveat from harmonised.fct_observation where source_id = 'mbrrace' "
        "and organisation_code = 'RKE' and part = 'Crude rate'",
    )
    assert caveats["caveat"].str.contains('"2,000 to 3,999 births"', regex=False).all()
    levels = query(
        small_sources,
        "select distinct organisation_level, organisation_code from harmonised.fct_observation "
        "where source_id = 'mbrrace' and organisation_level <> 'provider'",
    )
    assert levels.to_numpy().tolist() == [["provider_outside_england", "MBRRACE 90"]]


def test_nothing_is_added_up_to_a_system(small_sources: Path) -> None:
    levels = query(
        small_sources,
        "select distinct organisation_level from equity.pub_metric_value where source_id = 'mbrrace'",
    )
    assert levels["organisation_level"].tolist() == ["provider"]
