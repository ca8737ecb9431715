"""Options of a declared table: allowed words, a last column that no row fills, and a period by years."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.ingest.contract import find_broken, period_of
from orchestration.ingest.declarations import Column, FileRules, Period, Publication, Table, read_declarations
from orchestration.ingest.readers import SourceFile
from orchestration.ingest.readers.table import read_table, recognise_table

PUBLICATION = Publication(
    publisher="A publisher", publication="A publication", licence="OGL-UK-3.0", cadence_days=365
)


def example(options: dict[str, object] | None = None) -> Table:
    return Table(
        name="example__table",
        source_id="example",
        description="One row per year and level.",
        file=FileRules(reader="table", period=Period(year="year"), options=options or {}),
        columns=[
            Column(name="year", description="Year.", type="label"),
            Column(name="level", description="Level.", values=["national", "united_kingdom"]),
            Column(name="goal", description="Goal.", required=False),
        ],
        publication=PUBLICATION,
    )


def file_of(text: str) -> SourceFile:
    content = text.encode()
    return SourceFile(Path("example.csv"), "example.csv", content, hashlib.sha256(content).hexdigest())


def incoming(rows: list[tuple[str | None, str | None]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create table rows_read (year varchar, level varchar, goal varchar, _row_number bigint)"
    )
    for number, (year, level) in enumerate(rows, start=2):
        connection.execute("insert into rows_read values (?, ?, null, ?)", [year, level, number])
    connection.execute("create view incoming as select *, rowid as _row_id from rows_read")
    return connection


@pytest.mark.parametrize(
    ("level", "broken"),
    [("national", 0), ("United Kingdom", 0), (" NATIONAL ", 0), (None, 0), ("kingdom", 1), ("nation", 1)],
)
def test_only_the_declared_words_are_taken(level: str | None, broken: int) -> None:
    connection = incoming([("2024", level)])
    assert find_broken(connection, example(), "example.csv", None, show_values=True) == broken
    reasons = connection.execute("select rule, reason from broken").fetchall()
    assert all(rule == "not an allowed value" and "united_kingdom" in reason for rule, reason in reasons)


def test_the_period_of_a_file_of_years_is_from_its_first_to_its_last_day() -> None:
    connection = incoming([("20190000", "national"), ("20210300", "national"), ("nothing", "national")])
    find_broken(connection, example(), "example.csv", None, show_values=True)
    assert period_of(connection, example(), "example.csv")[:2] == ("2019-01-01", "2021-12-31")


def test_a_last_column_that_no_row_fills_is_empty_and_a_cut_row_is_not_taken_for_it() -> None:
    text = "year,level,goal\n2023,national\n2024,national\n2025\n"
    lenient, strict = example({"unfilled_last_columns": 1}), example()
    result = read_table(file_of(text), lenient)
    assert result.frame[["year", "goal"]].to_numpy().tolist() == [["2023", None], ["2024", None]]
    assert [row.row_number for row in result.rejected] == [4]
    assert len(read_table(file_of(text), strict).rejected) == 3
    full = "year,level,goal\n2023,national,met\n2024,national\n"
    assert [row.row_number for row in read_table(file_of(full), lenient).rejected] == [3]


def test_fingertips_is_recognised_whatever_its_twenty_third_column_is_called() -> None:
    source = next(source for source in read_declarations() if source.name == "fingertips")
    table = source.tables[0]
    base = (
        "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,"
        "Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,"
        "Count,Denominator,Value note,Recent Trend,Compared to England value or percentiles,{},Time period Sortable,"
        "New data,{}"
    )
    row = "\n1,A,,,E92000001,England,England,Persons,All ages,,,2019,1,,,,,,,,,same,other,20190000,,goal"
    for parent in (
        "Compared to Region value or percentiles",
        "Compared to subnational parent value or percentiles",
        "Compared to CCGs (from Apr 2021) value or percentiles",
        "Compared to percentiles",
    ):
        for goal in ("Target data", "Compared to goal"):
            for ending in ("", ",Time period range"):
                file = file_of(base.format(parent, goal) + ending + row + ("," if ending else "") + "\n")
                assert recognise_table(file, table).fits
                read = read_table(file, table).frame.iloc[0]
                assert read[["compared_to_england", "compared_to_parent", "compared_to_goal"]].tolist() == [
                    "same", "other", "goal",
                ]  # fmt: skip
