"""What a declared column accepts: headers that carry a year, financial years and quarters."""

from __future__ import annotations

import re

import duckdb
import pytest

from orchestration.ingest.contract import find_broken, period_of
from orchestration.ingest.declarations import Column, FileRules, Period, Publication, Table

PUBLICATION = Publication(
    publisher="A publisher", publication="A publication", licence="OGL-UK-3.0", cadence_days=91
)


def quarter_table() -> Table:
    return Table(
        name="example__quarter",
        source_id="example",
        description="One row per organisation and quarter.",
        file=FileRules(reader="table", period=Period(financial_year="financial_year", quarter="quarter")),
        columns=[
            Column(name="financial_year", description="Financial year.", type="financial_year"),
            Column(name="quarter", description="Quarter.", type="quarter"),
        ],
        publication=PUBLICATION,
    )


def incoming(rows: list[tuple[str | None, str | None]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table rows_read (financial_year varchar, quarter varchar, _row_number bigint)")
    for number, row in enumerate(rows, start=2):
        connection.execute("insert into rows_read values (?, ?, ?)", [*row, number])
    connection.execute("create view incoming as select *, rowid as _row_id from rows_read")
    return connection


@pytest.mark.parametrize(
    ("header", "fits"),
    [("ICB24CD", True), ("icb26_code", True), ("ICB24CDH", False), ("ICB24NM", False), ("LAD24CD", False)],
)
def test_a_header_with_the_year_in_it_fits_by_its_pattern(header: str, fits: bool) -> None:
    column = Column(name="icb_ons_code", description="Code.", header=[r"^icb\d\d(cd| code)"])
    assert column.fits(header) is fits


def test_a_header_pattern_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(re.error):
        Column(name="icb_ons_code", description="Code.", header=["^icb("])


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("2022-2023", "1"), None),
        (("2022-23", "4"), None),
        (("1999/00", "2"), None),
        (("2022-2024", "1"), "not a financial year"),
        (("2022", "1"), "not a financial year"),
        ((None, "1"), "missing value"),
        (("2022-23", "5"), "not a quarter"),
        (("2022-23", "Q1"), "not a quarter"),
    ],
)
def test_financial_years_and_quarters_are_checked(
    row: tuple[str | None, str | None], rule: str | None
) -> None:
    table = quarter_table()
    connection = incoming([row])
    find_broken(connection, table, "example.csv", None, show_values=True)
    assert connection.execute("select rule from broken").fetchall() == ([(rule,)] if rule else [])


def test_the_period_of_a_file_of_quarters_is_from_its_first_to_its_last_day() -> None:
    table = quarter_table()
    rows = [("2022-2023", "2"), ("2022-2023", "4"), ("2022-2023", "9")]
    connection = incoming(rows)
    assert find_broken(connection, table, "example.csv", None, show_values=True) == 1
    assert period_of(connection, table, "example.csv") == ("2022-07-01", "2023-03-31", 0)
