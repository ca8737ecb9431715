"""The template for tables of publications: what is taken, what is set aside, and the citation on every figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.published_table_files import COLUMNS, documented_example
from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline

FIGURES = """
    select * from equity.pub_metric_value where source_id = 'published_table'
"""


def test_the_documented_example_has_the_columns_and_gives_its_figures(small_sources: Path) -> None:
    assert documented_example().splitlines()[0].split(",") == list(COLUMNS)
    national = query(
        small_sources,
        f"select metric_id, dimension, group_code, value from ({FIGURES}) where organisation_level = 'national' "
        "order by metric_id, group_code",
    )
    assert national.to_numpy().tolist() == [
        ["cqc_involved_labour", "total", "ALL", 77],
        ["table_booking_by_10_weeks", "ethnicity", "BLACK", 46],
        ["table_booking_by_10_weeks", "ethnicity", "WHITE", 67],
    ]


def test_every_figure_says_where_it_stands(small_sources: Path) -> None:
    caveats = query(
        small_sources, f"select distinct caveat from ({FIGURES}) where metric_id = 'nnap_cord_clamping'"
    )
    cited = "From RCPCH, NNAP annual report, Table 4, page 12, https://www.rcpch.ac.uk/"
    assert set(caveats["caveat"]) == {cited, f"{cited}. IMD 2019"}


def test_rows_without_a_citation_or_with_other_words_are_set_aside(small_sources: Path) -> None:
    quarantine = query(
        small_sources,
        "select column_name, rule from raw.quarantine where source_id = 'published_table' order by row_number",
    )
    assert quarantine.to_numpy().tolist() == [
        ["page", "missing value"],
        ["organisation_level", "not an allowed value"],
        ["rounding", "not an allowed value"],
    ]
    rejected = query(
        small_sources,
        "select distinct problem, problem_label from harmonised.fct_observation_rejected "
        "where source_id = 'published_table' order by problem",
    )
    assert rejected.to_numpy().tolist() == [
        ["unknown label", "published_table.deprivation: 1"],
        ["unknown organisation", "XXX"],
    ]


def test_counts_give_intervals_and_published_limits_stand_where_there_are_none(small_sources: Path) -> None:
    rows = query(small_sources, f"select * from ({FIGURES}) where metric_id = 'nnap_cord_clamping'")
    provider = rows.query("organisation_level == 'provider'").set_index(["dimension", "group_code"])
    assert provider.loc[("total", "ALL"), "value"] == 60
    assert 49 < provider.loc[("total", "ALL"), "lower_95"] < 51
    asian = provider.loc[("ethnicity", "ASIAN")]
    assert (asian["numerator_low"], asian["numerator_high"], asian["denominator_high"]) == (13, 17, 32)
    poorest = provider.loc[("deprivation_quintile", "Q1")]
    assert (poorest["value"], poorest["lower_95"], poorest["upper_95"]) == (55, 40.1, 69.2)
    assert provider.loc[("ethnicity", "MIXED"), "mark"] == "*"
    system = rows.query("organisation_level == 'lmns'").iloc[0]
    assert (system["lmns_code"], system["value"], system["lower_95"], system["upper_95"]) == (
        "QK1",
        61.5,
        50,
        72,
    )


def test_units_and_unknown_metrics_are_kept_without_a_figure(small_sources: Path) -> None:
    kept = query(
        small_sources,
        "select distinct organisation_level, concept from harmonised.fct_observation "
        "where source_id = 'published_table' and (organisation_level = 'neonatal_unit' or concept like '%nobody')",
    )
    assert sorted(map(tuple, kept.to_numpy().tolist())) == [
        ("neonatal_unit", "published_table.nnap_cord_clamping"),
        ("provider", "published_table.a_metric_of_nobody"),
    ]
    assert query(small_sources, f"select * from ({FIGURES}) where organisation_level = 'neonatal_unit'").empty
