"""People of each area and smoking at delivery against the published files, read by a few lines of pandas that
share nothing with the pipeline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.warehouse import query

GROUPS = {
    "Asian, Asian British or Asian Welsh": "ASIAN_CHINESE",
    "Black, Black British, Black Welsh, Caribbean or African": "BLACK",
    "Mixed or Multiple ethnic groups": "MIXED",
    "White": "WHITE",
    "Other ethnic group": "OTHER_NOT_CHINESE",
}
TOTAL = "Total: All usual residents"
SMOKERS = "Women known to be smokers at time of delivery"
NON_SMOKERS = "Women known to be non-smokers at time of delivery"
NOT_KNOWN = "Women whose smoking status was not known at time of delivery"


@pytest.fixture(scope="module")
def areas(published_files: Path) -> pd.DataFrame:
    """The small areas of England: residents, board and quintile of deprivation."""
    census = pd.read_csv(published_files / "census2021/TS021_ethnic_group_lsoa11.csv", skiprows=6, dtype=str)
    census = census[census["mnemonic"].str.startswith("E01", na=False)].set_index("mnemonic")
    census = census[[TOTAL, *GROUPS]].astype(int)
    boards = pd.read_csv(published_files / "derived/lsoa21_sicbl24_icb24.csv").set_index("lsoa21_code")
    ranks = pd.read_excel(
        published_files / "imd2025/File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx",
        sheet_name="IMD25",
        engine="calamine",
    )
    decile = pd.Series(ranks.iloc[:, 5].astype(int).to_numpy(), index=ranks.iloc[:, 0])
    return census.assign(board=boards["icb24_code_nhs"], quintile=(decile + 1) // 2)


@pytest.fixture(scope="module")
def satod(published_files: Path) -> pd.DataFrame:
    """One row a quarter and organisation, the four counts as columns."""
    frame = pd.read_csv(published_files / "satod/smok-time-del-eng-q3-2223.csv")
    return frame.pivot_table(index=["Quarter", "OrgCode"], columns="Measure", values="Value").reset_index()


@pytest.fixture(scope="module")
def population(published_warehouse: Path) -> pd.DataFrame:
    return query(published_warehouse, "select * from equity.fct_metric_value where metric_id = 'population'")


@pytest.fixture(scope="module")
def smoking(published_warehouse: Path) -> pd.DataFrame:
    return query(
        published_warehouse,
        "select metric_value.*, lmns.ons_code from equity.fct_metric_value as metric_value "
        "left join (select lmns_code, ons_code from harmonised.dim_lmns where valid_from = '2022-07-01') as lmns "
        "on metric_value.organisation_code = lmns.lmns_code where metric_id like 'smoking_delivery_satod%'",
    )


def value(frame: pd.DataFrame, code: str, dimension: str, group: str) -> float:
    rows = frame[
        (frame["organisation_code"] == code)
        & (frame["dimension"] == dimension)
        & (frame["group_code"] == group)
    ]
    assert len(rows) == 1, (code, dimension, group, len(rows))
    return float(rows["value"].iloc[0])


@pytest.mark.parametrize("board", ["QK1", "QOP", "QMF", "QNQ", "QT6"])
def test_residents_by_ethnic_group(areas: pd.DataFrame, population: pd.DataFrame, board: str) -> None:
    mine = areas[areas["board"] == board]
    assert value(population, board, "total", "ALL") == mine[TOTAL].sum()
    for label, group in GROUPS.items():
        assert value(population, board, "ethnicity", group) == mine[label].sum()


@pytest.mark.parametrize("board", ["QK1", "QHL", "QR1"])
def test_residents_by_quintile_and_by_both(areas: pd.DataFrame, population: pd.DataFrame, board: str) -> None:
    sums = areas[areas["board"] == board].groupby("quintile")[[TOTAL, *GROUPS]].sum()
    for quintile, row in sums.iterrows():
        assert value(population, board, "deprivation_quintile", f"Q{quintile}") == row[TOTAL]
        for label, group in GROUPS.items():
            crossed = value(population, board, "ethnicity_deprivation_quintile", f"{group}.Q{quintile}")
            assert crossed == row[label]


def test_leicester_s_figures_on_record(population: pd.DataFrame) -> None:
    """Printed here so that a change of any of the files behind them is seen."""
    assert value(population, "QK1", "total", "ALL") == 1_122_002
    assert value(population, "QK1", "ethnicity", "ASIAN_CHINESE") == 218_684
    assert value(population, "QK1", "ethnicity", "WHITE") == 812_990
    assert value(population, "QK1", "deprivation_quintile", "Q1") == 212_585
    assert value(population, "QK1", "ethnicity_deprivation_quintile", "BLACK.Q1") == 19_402


def test_england_and_regions_add_up(areas: pd.DataFrame, population: pd.DataFrame) -> None:
    england = value(population, "E92000001", "total", "ALL")
    assert england == areas[TOTAL].sum() == 56_490_108
    regions = population[
        (population["organisation_level"] == "region") & (population["dimension"] == "total")
    ]
    systems = population[(population["organisation_level"] == "lmns") & (population["dimension"] == "total")]
    assert (len(regions), len(systems)) == (7, 42)
    assert regions["value"].sum() == systems["value"].sum() == england


def test_share_of_each_group_in_the_most_deprived_areas(
    areas: pd.DataFrame, published_warehouse: Path
) -> None:
    figures = query(
        published_warehouse,
        "select * from equity.fct_metric_value where metric_id = 'population_most_deprived_areas'",
    )
    mine = areas[areas["board"] == "QK1"]
    for label, group in GROUPS.items():
        expected = 100 * mine.loc[mine["quintile"] == 1, label].sum() / mine[label].sum()
        assert value(figures, "QK1", "ethnicity", group) == pytest.approx(expected, rel=1e-12)
    assert value(figures, "QK1", "ethnicity", "BLACK") == pytest.approx(52.09, abs=0.005)


def test_small_areas_of_each_board(published_files: Path, published_warehouse: Path) -> None:
    """The register of boards that came with the files counts the areas of each by itself."""
    register = pd.read_csv(published_files / "derived/icb_register_2024_2026.csv")
    expected = register[register["n_lsoa21_2024"] > 0].set_index("ods_code")["n_lsoa21_2024"].astype(int)
    found = query(
        published_warehouse,
        "select lmns_code, count(*) as areas from harmonised.int_area_lmns where area_vintage = 2021 group by lmns_code",
    ).set_index("lmns_code")["areas"]
    assert found.sort_index().to_dict() == expected.sort_index().to_dict()
    vintages = query(
        published_warehouse,
        "select area_vintage, imd_edition, count(*) as areas from harmonised.dim_area where country = 'England' "
        "group by all order by all",
    )
    assert vintages.to_numpy().tolist() == [[2011, "IMD 2019", 32844], [2021, "IMD 2025", 33755]]


@pytest.mark.parametrize(("quarter", "rate"), [(1, 8.91), (2, 9.12), (3, 8.57)])
def test_smoking_at_delivery_in_england(
    satod: pd.DataFrame, smoking: pd.DataFrame, quarter: int, rate: float
) -> None:
    row = satod[(satod["Quarter"] == quarter) & (satod["OrgCode"] == "E92000001")].iloc[0]
    found = smoking[
        (smoking["metric_id"] == "smoking_delivery_satod")
        & (smoking["organisation_level"] == "national")
        & (pd.to_datetime(smoking["period_start"]).dt.month == 3 * quarter + 1)
    ]
    assert len(found) == 1
    assert found["value"].iloc[0] == pytest.approx(
        100 * row[SMOKERS] / (row[SMOKERS] + row[NON_SMOKERS]), rel=1e-12
    )
    assert round(found["value"].iloc[0], 2) == rate


def test_smoking_at_delivery_in_every_system(satod: pd.DataFrame, smoking: pd.DataFrame) -> None:
    boards = satod[satod["OrgCode"].str.startswith("E54")]
    smokers = boards[SMOKERS] / (boards[SMOKERS] + boards[NON_SMOKERS])
    unknown = boards[NOT_KNOWN] / boards["Number of maternities"]
    key = list(zip(boards["Quarter"], boards["OrgCode"], strict=True))
    expected = {
        "smoking_delivery_satod": dict(zip(key, 100 * smokers, strict=True)),
        "smoking_delivery_satod_unknown": dict(zip(key, 100 * unknown, strict=True)),
    }
    systems = smoking[smoking["organisation_level"] == "lmns"]
    quarters = (pd.to_datetime(systems["period_start"]).dt.month - 1) // 3
    for metric, rates in expected.items():
        rows = systems[systems["metric_id"] == metric]
        found = {
            (quarter, code): figure
            for quarter, code, figure in zip(
                quarters[rows.index], rows["ons_code"], rows["value"], strict=True
            )
        }
        assert len(found) == 126
        assert found == pytest.approx(rates, rel=1e-12)


def test_the_oracle_of_roll_ups_is_exact(satod: pd.DataFrame, published_warehouse: Path) -> None:
    """The publisher's levels add up without a remainder, so ours must too."""
    counts = ["Number of maternities", SMOKERS, NON_SMOKERS, NOT_KNOWN]
    assert (satod["Number of maternities"] == satod[[SMOKERS, NON_SMOKERS, NOT_KNOWN]].sum(axis=1)).all()
    level = satod["OrgCode"].str[:3]
    sums = satod.groupby(["Quarter", level])[counts].sum()
    for quarter in (1, 2, 3):
        assert (sums.loc[quarter].nunique() == 1).all()
    rolled = query(
        published_warehouse,
        """
        select observation.period_start, lmns.region_code, observation.part, sum(observation.value) as rolled_up,
               max(published.value) as published
        from harmonised.fct_observation as observation
        inner join (select distinct lmns_code, region_code from harmonised.dim_lmns) as lmns
            on observation.lmns_code = lmns.lmns_code
        inner join harmonised.fct_observation as published
            on published.source_id = 'satod' and published.organisation_level = 'region'
            and published.organisation_code = lmns.region_code and published.period_start = observation.period_start
            and published.part = observation.part
        where observation.source_id = 'satod' and observation.organisation_level = 'lmns'
        group by all
        """,
    )
    assert len(rolled) == 7 * 3 * 4
    assert (rolled["rolled_up"] == rolled["published"]).all()


def test_women_booked_beside_residents(areas: pd.DataFrame, published_warehouse: Path) -> None:
    """Leicester, February 2025: 485 White, 310 Asian, 65 Black, 30 Mixed, 25 other of 915 stated."""
    rows = query(
        published_warehouse,
        "select * from equity.pub_representation where organisation_code = 'QK1' and period_start = '2025-02-01'",
    ).set_index("comparable_group")
    booked = {"WHITE": 485, "ASIAN_OR_OTHER": 310 + 25, "BLACK": 65, "MIXED": 30}
    mine = areas[areas["board"] == "QK1"]
    people = {
        "WHITE": mine["White"].sum(),
        "ASIAN_OR_OTHER": mine["Asian, Asian British or Asian Welsh"].sum()
        + mine["Other ethnic group"].sum(),
        "BLACK": mine["Black, Black British, Black Welsh, Caribbean or African"].sum(),
        "MIXED": mine["Mixed or Multiple ethnic groups"].sum(),
    }
    assert set(rows.index) == set(booked)
    for group, women in booked.items():
        assert rows.loc[group, "women"] == women
        assert rows.loc[group, "women_in_all"] == 915
        assert rows.loc[group, "people"] == people[group]
        expected = (women / 915) / (people[group] / mine[TOTAL].sum())
        assert rows.loc[group, "ratio"] == pytest.approx(expected, rel=1e-12)
        assert rows.loc[group, "ratio_lower_95"] < expected < rows.loc[group, "ratio_upper_95"]
