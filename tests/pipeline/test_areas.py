"""Small areas: which file of a look-up is read, vintages kept apart, systems with dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.area_files import AREAS, AREAS_2011
from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline


def test_each_vintage_has_the_edition_made_for_it(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select area_code, area_vintage, imd_edition, imd_rank, imd_decile, imd_quintile from harmonised.dim_area "
        "where imd_edition is not null order by all",
    )
    expected = [
        [code, 2011, "IMD 2019", rank, decile, -(-decile // 2)] for code, (rank, decile) in AREAS_2011.items()
    ] + [[code, 2021, "IMD 2025", row[0], row[1], -(-row[1] // 2)] for code, row in AREAS.items()]
    assert rows.to_numpy().tolist() == sorted(expected)
    # the same code in both vintages keeps two different ranks
    assert rows[rows["area_code"] == "E01900001"]["imd_rank"].tolist() == [3, 1]


def test_ranks_written_with_decimals_are_read_and_one_of_two_files_is_used(small_sources: Path) -> None:
    files = query(
        small_sources,
        "select file_name, verdict, rows_loaded from raw.file_register where file_name like '%2019%' order by 1",
    )
    assert files.to_numpy().tolist() == [
        ["File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx", "loaded", 3],
        ["File_3_-_IoD2019.csv", "loaded", 3],
    ]
    ranks = query(
        small_sources,
        "select area_code, imd_rank, count(*) as files from staged.stg_deprivation__imd_2019 group by all order by 1",
    )
    assert ranks.to_numpy().tolist() == [[code, rank, 2] for code, (rank, _) in AREAS_2011.items()]


def test_the_year_of_a_look_up_is_read_from_its_header(small_sources: Path) -> None:
    years = query(
        small_sources,
        "select lookup_year, count(*) as areas from staged.stg_deprivation__area_icb group by all order by 1",
    )
    assert years.to_numpy().tolist() == [[2024, 6], [2026, 6]]


@pytest.mark.parametrize(
    ("day", "systems"),
    [
        ("2025-02-28", ["QK1", "QK1", "QNQ", "QRL", "QNQ"]),
        ("2026-03-31", ["QK1", "QK1", "QNQ", "QRL", "QNQ"]),
        ("2026-04-01", ["QK1", "QK1", "S0E4D", "QRL", "QRL"]),
    ],
)
def test_an_area_lies_in_the_system_of_the_day(small_sources: Path, day: str, systems: list[str]) -> None:
    rows = query(
        small_sources,
        "select area_code, lmns_code from harmonised.int_area_lmns where area_vintage = 2021 and lmns_code is not null "
        f"and date '{day}' between valid_from and valid_to order by area_code",
    )
    assert rows["area_code"].tolist() == list(AREAS)[:5]
    assert rows["lmns_code"].tolist() == systems


def test_an_area_of_2011_has_a_system_only_where_all_it_became_lies_in_one(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select area_code, lmns_code from harmonised.int_area_lmns where area_vintage = 2011 "
        "and date '2025-02-28' between valid_from and valid_to order by area_code",
    )
    # E01900010 is divided between Leicester and Frimley
    assert rows.to_numpy().tolist() == [
        ["E01900001", "QK1"],
        ["E01900011", "QRL"],
        ["E01900012", "QRL"],
        ["E01900013", "QNQ"],
    ]
