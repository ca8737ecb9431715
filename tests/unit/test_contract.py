"""The contract of columns: each rule on one row, what the message says, and that staging reads dates alike."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.ingest.contract import (
    expected_month,
    find_broken,
    is_damaged,
    parsed_date,
    period_of,
    swapped_date,
)
from orchestration.ingest.declarations import Column, FileRules, Period, Publication, Table, TypeBy
from tests.macros import sql

COLUMNS = [
    Column(name="start", description="", type="date"),
    Column(name="end", description="", type="date"),
    Column(name="code", description="", type="code"),
    Column(name="label", description="", type="label"),
    Column(name="unit", description=""),
    Column(
        name="value", description="", type="rate", marks=["*", "Low DQ"],
        type_by=TypeBy(column="unit", types={"Women": "count", "Babies": "count", "Share": "percentage"}),
    ),
    Column(name="whole", description="", type="integer"),
]  # fmt: skip
WHOLE = {
    "start": "01/02/2025", "end": "28/02/2025", "code": "QK1", "label": "White", "unit": "Women", "value": "5",
    "whole": "-3",
}  # fmt: skip
NAME = "msds-feb2025-exp-data.csv"


def table(personal: bool = False, **rules: object) -> Table:
    return Table(
        name="example__table",
        source_id="example",
        description="One row per code and label.",
        file=FileRules(
            **(
                {
                    "reader": "table",
                    "period": Period(start="start", end="end"),
                    "key": ["code", "label"],
                    "name": r"msds-(?P<month>[a-z]{3})(?P<year>\d{4})",
                }
                | rules
            )
        ),
        columns=COLUMNS,
        publication=Publication(
            publisher="P", publication="Q", licence="L", cadence_days=31, personal_data=personal
        ),
    )


def judge(
    *rows: dict[str, str | None], declared: Table | None = None, name: str = NAME
) -> duckdb.DuckDBPyConnection:
    """A connection whose table `broken` says what is wrong with the rows (each a whole one with changes)."""
    declared = declared or table()
    connection = duckdb.connect()
    names = ", ".join(f'"{column.name}" varchar' for column in COLUMNS)
    connection.execute(f"create table rows_read ({names}, _row_number bigint)")
    for number, row in enumerate(rows, start=2):
        values = WHOLE | {"label": f"White {number}"} | row
        marks = ", ".join("?" for _ in range(len(COLUMNS) + 1))
        connection.execute(
            f"insert into rows_read values ({marks})", [*(values[column.name] for column in COLUMNS), number]
        )
    connection.execute("create view incoming as select *, rowid as _row_id from rows_read")
    expected = expected_month(declared, name)
    find_broken(connection, declared, name, expected, show_values=not declared.publication.personal_data)
    return connection


def found(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str | None, str]]:
    return connection.execute(
        "select _row_number, column_name, rule from broken order by _row_number"
    ).fetchall()


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"start": "31/02/2025"}, "start", "impossible date"),
        ({"end": None}, "end", "impossible date"),
        ({"start": "01/02/0025"}, "start", "impossible date"),
        ({"start": "01/03/2025"}, "start", "start after end"),
        ({"end": "31/03/2025"}, "end", "month of the file name"),
        ({"code": " "}, "code", "missing value"),
        ({"label": None}, "label", "missing value"),
        ({"code": "9.43477E+09"}, "code", "code as a number"),
        ({"code": "Total"}, "code", "totals row"),
        ({"start": "TOTAL", "end": None, "code": None, "label": None, "value": "99"}, "start", "totals row"),
        ({"value": "-5"}, "value", "negative count"),
        ({"value": "5.5"}, "value", "fractional count"),
        ({"unit": "women ", "value": "5.5"}, "value", "fractional count"),
        ({"unit": "Average", "value": "-1"}, "value", "negative rate"),
        ({"unit": None, "value": "-1"}, "value", "negative rate"),
        ({"unit": "Share", "value": "100.1"}, "value", "percentage out of range"),
        ({"unit": "Share", "value": "-0.1"}, "value", "percentage out of range"),
        ({"value": "five"}, "value", "not a number"),
        ({"value": "NaN"}, "value", "not a number"),
        ({"value": "Infinity"}, "value", "not a number"),
        ({"value": "1_000"}, "value", "not a number"),
        ({"value": "1,000"}, "value", "thousands comma"),
        ({"value": "5,"}, "value", "thousands comma"),
        ({"whole": "1.5"}, "whole", "not a whole number"),
    ],
)
def test_each_rule_names_the_column_that_breaks_it(
    changes: dict[str, str | None], column: str, rule: str
) -> None:
    assert found(judge({}, changes)) == [(3, column, rule)]


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"value": " 5 "}, {"value": "*"}, {"value": "low dq"}, {"value": ""}, {"value": None}, {"value": "1e2"},
        {"unit": "Average", "value": "29.7"}, {"unit": "Share", "value": "100"}, {"whole": None},
        {"start": "2025-02-01", "end": "2025-02-28 00:00:00"}, {"start": "45689", "end": "45716"},
        {"start": "Feb-25", "end": "Feb-25"}, {"start": "2025-01-02"}, {"code": "5E1"}, {"code": "E10000018"},
    ],
)  # fmt: skip
def test_what_publishers_write_is_taken(changes: dict[str, str | None]) -> None:
    assert found(judge(changes)) == []


def test_a_message_names_file_row_column_value_and_fix() -> None:
    (reason,) = judge({"value": "x" * 200}).execute("select reason from broken").fetchone()
    assert reason == (
        f'{NAME} row 2, column value holds "{"x" * 60}": expected a number, or one of the marks *, Low DQ.'
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [("9434765919", "10 digits"), ("Mary Smith", "a text of 10 characters"), (None, "nothing")],
)
def test_a_message_about_people_shows_the_kind_of_value_alone(value: str | None, shown: str) -> None:
    connection = judge({"start": value}, declared=table(personal=True))
    reason, raw = connection.execute("select reason, raw_text from broken").fetchone()
    assert f"column start holds {shown}:" in reason
    assert raw is None and (value is None or value not in reason)


def test_of_rows_with_one_key_the_first_whole_one_is_used() -> None:
    connection = judge(
        {"label": "Mixed", "value": "-5"},
        {"label": "Mixed"},
        {"label": " mixed "},
        {"label": "MIXED"},
        {"label": "Other"},
    )
    assert found(connection) == [
        (2, "value", "negative count"), (4, "label", "duplicate key"), (5, "label", "duplicate key"),
    ]  # fmt: skip


def test_one_key_in_two_months_is_two_rows() -> None:
    rows = [{"label": "Mixed"}, {"label": "Mixed", "start": "01/03/2025", "end": "31/03/2025"}]
    assert found(judge(*rows, name="other.csv")) == []


def test_rows_that_are_set_aside_say_nothing_of_the_period() -> None:
    connection = judge({}, {"start": "01/02/2031", "end": "28/02/2031", "value": "-1"}, name="other.csv")
    assert period_of(connection, table(), "other.csv") == ("2025-02-01", "2025-02-28", 0)


def test_damaged_first_days_are_counted_and_put_right() -> None:
    connection = judge({"start": "2025-01-02"}, {"start": "2025-01-02"}, {})
    assert period_of(connection, table(), NAME) == ("2025-02-01", "2025-02-28", 2)


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("msds-feb2024-exp-data.csv", (dt.date(2024, 2, 1), dt.date(2024, 2, 29))),
        ("MSDS-Dec2025Provisional.csv", (dt.date(2025, 12, 1), dt.date(2025, 12, 31))),
        ("msds-xyz2025.csv", None),
        ("msds-jan0000.csv", None),
        ("other.csv", None),
    ],
)
def test_the_month_of_a_file_name(name: str, month: tuple[dt.date, dt.date] | None) -> None:
    assert expected_month(table(), name) == month


FORMS = (
    "01/03/2025", "1/3/2025", " 31/03/2025 ", "2025-03-01", "2025-03-01 00:00:00", "2025-03-01T00:00:00", "45717",
    "Dec-18", "December 2018", "Dec 2018", "dec-2018", "31/02/2025", "03/31/2025", "2025", "457170", "", "Q1 2025",
    "29/02/2024", "29/02/2023", "2025-13-01",
)  # fmt: skip


@pytest.mark.parametrize("last", [False, True])
def test_ingest_and_staging_read_every_form_of_a_date_alike(last: bool) -> None:
    macro = sql("published_last_date" if last else "published_date", '"x"')
    rows = duckdb.execute(
        f"select x, {parsed_date('x', 'dmy', last)}, {macro} from (select unnest(?) as x)", [list(FORMS)]
    ).fetchall()
    assert [(text, ours) for text, ours, _ in rows] == [(text, theirs) for text, _, theirs in rows]
    read = {text for text, ours, _ in rows if ours is not None}
    assert read == {*FORMS[:11], "29/02/2024"}


def test_ingest_and_staging_know_a_damaged_date_alike() -> None:
    rows = duckdb.execute(
        f"""
        with days as (
            select cast(first as date) as first, cast(last as date) as last
            from range(date '2024-01-01', date '2025-07-01', interval 3 day) as firsts(first)
            cross join range(date '2024-01-31', date '2025-07-01', interval 1 month) as lasts(last)
        )
        select
            {is_damaged("first", "last")}, {sql("is_damaged_start", "first", "last")},
            {swapped_date("first")}, {sql("swapped", "first")}
        from days
        """
    ).fetchall()
    assert len(rows) > 1000 and any(row[0] for row in rows)
    assert all(ours == theirs and day == other for ours, theirs, day, other in rows)
