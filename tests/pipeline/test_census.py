"""Census: both layouts are read, sums follow boundaries and deprivation, and what has no place is said."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.readers import READERS, SourceFile
from orchestration.trace import trace_figure
from orchestration.warehouse import Warehouse
from tests.pipeline.area_files import BROAD, RESIDENTS, broad_counts, query_tool_text
from tests.pipeline.warehouse import query

pytestmark = pytest.mark.pipeline


def residents(warehouse: Path, where: str) -> dict[str, float]:
    rows = query(
        warehouse,
        "select group_code, value from harmonised.fct_observation where source_id = 'census' "
        f"and part = 'Count' and {where} order by group_code",
    )
    assert rows["group_code"].is_unique
    return dict(zip(rows["group_code"], rows["value"], strict=True))


def total(*codes: str) -> int:
    return sum(sum(RESIDENTS[code]) for code in codes)


def test_the_query_tool_s_notes_are_no_rows(tmp_path: Path) -> None:
    content = query_tool_text().encode()
    path = tmp_path / "TS021_ethnic_group_lsoa11.csv"
    path.write_bytes(content)
    table = next(
        table
        for source in read_declarations()
        for table in source.tables
        if table.name == "census__ethnic_group"
    )
    file = SourceFile(path, path.name, content, hashlib.sha256(content).hexdigest())
    assert READERS["table"].recognise(file, table).fits
    result = READERS["table"].read(file, table)
    assert result.frame["area_code"].tolist() == list(RESIDENTS)
    assert result.frame["_row_number"].tolist() == list(range(10, 10 + len(RESIDENTS)))
    assert result.rejected == []
    assert result.frame["total"].astype(int).tolist() == [sum(counts) for counts in RESIDENTS.values()]
    broad = result.frame[["asian", "black", "mixed", "white", "other"]].astype(int).to_numpy().tolist()
    assert broad == [broad_counts(counts) for counts in RESIDENTS.values()]
    assert result.frame["white_roma"].isna().all()


def test_a_system_s_residents_by_broad_group(small_sources: Path) -> None:
    found = residents(small_sources, "organisation_code = 'QK1' and dimension = 'ethnicity'")
    sums = np.add(broad_counts(RESIDENTS["E01900001"]), broad_counts(RESIDENTS["E01900002"])).tolist()
    assert len(BROAD) == 5
    assert found == dict(
        zip(["ASIAN_CHINESE", "BLACK", "MIXED", "WHITE", "OTHER_NOT_CHINESE"], sums, strict=True)
    )


def test_chinese_residents_are_asian_in_the_census(small_sources: Path) -> None:
    found = residents(small_sources, "organisation_code = 'QK1' and dimension = 'ethnicity_detailed'")
    assert len(found) == 19
    assert found["E_CHINESE"] == 8
    assert found["E_ROMA"] == 2
    asian = ["E_BANGLADESHI", "E_CHINESE", "E_INDIAN", "E_PAKISTANI", "E_ASIAN_OTHER"]
    broad = residents(small_sources, "organisation_code = 'QK1' and dimension = 'ethnicity'")
    assert sum(found[code] for code in asian) == broad["ASIAN_CHINESE"]


def test_residents_by_deprivation_and_by_both(small_sources: Path) -> None:
    by_quintile = residents(small_sources, "organisation_code = 'QK1' and dimension = 'deprivation_quintile'")
    assert by_quintile == {"Q1": total("E01900001"), "Q3": total("E01900002")}
    crossed = residents(
        small_sources, "organisation_code = 'QK1' and dimension = 'ethnicity_deprivation_quintile'"
    )
    assert crossed["BLACK.Q1"] == 11
    assert crossed["BLACK.Q3"] == 3
    assert sum(crossed.values()) == total("E01900001", "E01900002")


def test_one_system_s_boundary_is_its_newest_and_an_ended_one_keeps_its_last(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select organisation_code, value from harmonised.fct_observation where source_id = 'census' "
        "and part = 'Count' and dimension = 'total' and organisation_level = 'lmns' order by 1",
    )
    assert dict(zip(rows["organisation_code"], rows["value"], strict=True)) == {
        "QK1": total("E01900001", "E01900002"),
        "QNQ": total("E01900003", "E01900005"),
        "QRL": total("E01900004", "E01900005"),
        "S0E4D": total("E01900003"),
    }


def test_england_counts_every_area_once_and_wales_not(small_sources: Path) -> None:
    found = residents(small_sources, "organisation_level = 'national' and dimension = 'total'")
    assert found == {"ALL": total(*(code for code in RESIDENTS if code.startswith("E")))}
    unranked = residents(
        small_sources, "organisation_level = 'national' and dimension = 'deprivation_quintile'"
    )
    assert unranked["Q_UNKNOWN"] == total("E01900007")


def test_the_share_in_the_most_deprived_areas_is_out_of_areas_with_a_rank(small_sources: Path) -> None:
    row = query(
        small_sources,
        "select numerator, denominator from equity.fct_metric_value where metric_id = 'population_most_deprived_areas' "
        "and organisation_level = 'national' and dimension = 'ethnicity' and group_code = 'WHITE'",
    )
    white = {code: broad_counts(counts)[3] for code, counts in RESIDENTS.items() if code.startswith("E")}
    assert row.to_numpy().tolist() == [[white["E01900001"], sum(white.values()) - white["E01900007"]]]


def test_what_has_no_place_is_set_aside_with_its_name(small_sources: Path) -> None:
    rows = query(
        small_sources,
        "select distinct problem, problem_label, what_to_do from harmonised.fct_observation_rejected "
        "where source_id = 'census' order by 1",
    )
    assert rows["problem"].tolist() == ["no organisation", "unknown organisation"]
    assert rows["problem_label"].tolist()[1] == "E54999999"
    assert "look-up from LSOA 2021" in rows["what_to_do"].tolist()[0]
    steps = query(
        small_sources,
        "select rows_in, rows_out, rows_reason from equity.fct_reconciliation "
        "where source_id = 'census' and step like '2%'",
    )
    assert steps.to_numpy().tolist() == [[8, 7, 1]]


def test_a_sum_is_traced_to_its_rows_and_its_look_ups(small_sources: Path) -> None:
    figure = query(
        small_sources,
        "select figure_id from equity.fct_metric_value where metric_id = 'population' and organisation_code = 'QK1' "
        "and group_code = 'BLACK.Q3'",
    )["figure_id"].item()
    trace = trace_figure(Warehouse(small_sources), figure)
    by_role = {row["role"]: row for row in trace.sources}
    # the header is line 1, E01900002 the second area
    assert by_role["numerator"]["rows"] == "3"
    assert by_role["numerator"]["published_value"] == 3
    assert by_role["deprivation of areas"]["file_name"] == "File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx"
    look_ups = {row["file_name"] for row in trace.sources if row["role"] == "look-up of areas to systems"}
    assert look_ups == {"lsoa21_to_icb_2024.csv", "LSOA21_SICBL26_ICB26_LAD26.csv"}
