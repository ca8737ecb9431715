"""Fingertips: what the publisher's layout does to a row, and which rows become figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline


def figures(warehouse: Path, metric: str) -> pd.DataFrame:
    return query(warehouse, f"select * from equity.pub_metric_value where metric_id = '{metric}'")


def test_england_is_read_once_however_many_parents_it_has(small_sources: Path) -> None:
    england = figures(small_sources, "ft_smoking_at_delivery").query(
        "organisation_level == 'national' and dimension == 'total'"
    )
    assert england[["numerator", "denominator", "value"]].to_numpy().tolist() == [[41000, 554054, 7.4]]


def test_a_system_is_known_by_its_code_without_the_n_and_its_name_without_the_code(
    small_sources: Path,
) -> None:
    system = figures(small_sources, "ft_smoking_at_delivery").query("lmns_code == 'QK1'")
    assert system[["value", "numerator", "denominator"]].to_numpy().tolist() == [[8.0, 880, 11000]]
    assert system["period_label"].tolist() == ["2023-24"]
    name = query(
        small_sources,
        "select distinct area_name from staged.stg_fingertips__data where area_code = 'E54000015'",
    )
    assert name["area_name"].tolist() == ["NHS Leicester, Leicestershire and Rutland Integrated Care Board"]


def test_a_blank_value_with_a_note_is_a_mark(small_sources: Path) -> None:
    system = figures(small_sources, "ft_smoking_at_delivery").query("lmns_code == 'QOC'")
    assert system["mark"].tolist() == ["[c]"]
    assert system["value"].isna().all()
    assert system["caveat"].tolist() == ["Value suppressed for disclosure control due to small count"]
    marks = query(
        small_sources,
        "select mark, value_note from staged.stg_fingertips__data where value is null order by mark",
    )
    assert marks["mark"].tolist() == ["[c]", "[x]"]
    assert marks["value_note"][1] == "Value for Cornwall & Isles of Scilly combined"


def test_deprivation_categories_are_strata_of_their_own_edition(small_sources: Path) -> None:
    strata = figures(small_sources, "ft_smoking_at_delivery").query("dimension == 'deprivation'")
    by_list = dict(list(strata.groupby("classification")))
    assert sorted(by_list) == [
        "Fingertips deprivation deciles of counties and unitary authorities in England",
        "Fingertips deprivation deciles of neighbourhoods (LSOAs) in England",
    ]
    assert set(strata["classification_edition"]) == {"IMD 2019"}
    county, lsoa = (by_list[key].set_index("group_code")["value"] for key in sorted(by_list))
    assert len(county) == len(lsoa) == 10
    # two boundaries of one edition: the newer is shown, and the two are never added up
    assert county["D01"] == 90 and county["D10"] == 45
    assert lsoa["D01"] == 80 and lsoa["D10"] == 35


def test_categories_without_a_group_stay_observations(small_sources: Path) -> None:
    parts = query(
        small_sources,
        """
        select organisation_level, part, value from harmonised.fct_observation
        where concept = 'fingertips.93085' and part like 'Value; %' order by organisation_level, part
        """,
    )
    assert len(parts.query("organisation_level == 'lmns'")) == 1
    older = parts[parts["part"].str.contains("4/19 and 4/20")]
    assert len(older) == 10 and older["value"].max() == 100
    assert parts["part"].str.contains("IDACI").sum() == 1


def test_pooled_years_have_both_their_ends_and_a_period_that_disagrees_is_set_aside(
    small_sources: Path,
) -> None:
    system = figures(small_sources, "ft_stillbirth").query("lmns_code == 'QK1'")
    assert system[["period_start", "period_end", "value"]].astype(str).to_numpy().tolist() == [
        ["2020-01-01", "2022-12-31", "4.2"]
    ]
    rejected = query(
        small_sources,
        "select distinct problem from harmonised.fct_observation_rejected where source_id = 'fingertips'",
    )
    assert rejected["problem"].tolist() == ["no period"]


def test_sexes_and_ages_are_never_mixed(small_sources: Path) -> None:
    weight = figures(small_sources, "ft_low_birth_weight_term")
    assert weight[["numerator", "denominator", "value"]].to_numpy().tolist() == [[15000, 535714, 2.8]]
    # two age groups and no row of persons: which is the headline is not guessed
    assert figures(small_sources, "ft_early_access").empty


def test_a_number_with_another_name_gives_no_figure(small_sources: Path) -> None:
    assert figures(small_sources, "ft_obesity_early_pregnancy").empty
    kept = query(
        small_sources,
        "select count(*) as n from harmonised.fct_observation where concept = 'fingertips.renamed.94131'",
    )
    assert kept["n"][0] == 3


def test_real_exports_load_and_give_no_figure(other_published_files: Path) -> None:
    warehouse = other_published_files
    files = query(
        warehouse,
        "select file_name, rows_read, rows_loaded, period_start, period_end from raw.file_register "
        "where source_id = 'fingertips' order by file_name",
    )
    assert files.to_numpy().tolist() == [
        ["indicator-data_93553_gp_2022_27col.csv", 6547, 6547, "2019-01-01", "2019-12-31"],
        ["indicators-CountyUA.data_2018_93356.csv", 852, 852, "2015-01-01", "2017-12-31"],
    ]
    names = query(warehouse, "select distinct indicator_name from staged.stg_fingertips__data order by 1")
    assert names["indicator_name"].tolist() == [
        "Campylobacter incidence rate/100,000",
        "Deprivation score (IMD 2019)",
    ]
    observed = query(
        warehouse,
        """
        select organisation_level, count(distinct concat(file_id, row_number)) as source_rows
        from harmonised.fct_observation where source_id = 'fingertips'
        group by organisation_level order by organisation_level
        """,
    )
    # 65 rows of England in one file; two in the other, of which one is the other's repeat
    assert observed.to_numpy().tolist() == [
        ["gp_practice", 6545], ["local_authority", 760], ["national", 66], ["statistical_region", 27],
    ]  # fmt: skip
    england = query(
        warehouse,
        """
        select value from harmonised.fct_observation
        where organisation_level = 'national' and concept = 'fingertips.93356' and period_start = date '2015-01-01'
        and part = 'Value; Persons; All ages; County & UA deprivation deciles in England (IMD2015): Most deprived decile'
        """,
    )
    assert england["value"].round(4).tolist() == [69.6235]
    assert query(warehouse, "select count(*) as n from harmonised.fct_observation_rejected")["n"][0] == 0
    assert query(warehouse, "select count(*) as n from equity.fct_metric_value")["n"][0] == 0
