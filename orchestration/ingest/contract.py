"""The contract of columns as SQL: which rows of an incoming table break it, where and why.

Generated from the declaration, so that each rule is written once and checked set-based.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

import duckdb

from orchestration.ingest.declarations import Column, Table

TOTALS = ("total", "totals", "grand total", "sum", "subtotal")
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Rule:
    """One way a row can break the contract: an SQL condition, its name and what to do about it."""

    condition: str
    rule: str
    column: str
    fix: str


def parsed_date(column: str, order: str) -> str:
    """SQL for a date written as ISO, or in digits in the declared order."""
    text = f"trim({identifier(column)})"
    digits = "%d/%m/%Y" if order == "dmy" else "%Y/%m/%d"
    return (
        f"coalesce(cast(try_strptime({text}, '%Y-%m-%d') as date), "
        f"cast(try_strptime({text}, '{digits}') as date))"
    )


def swapped_date(column: str, order: str) -> str:
    """SQL for the date with day and month exchanged, as a spreadsheet program damages it."""
    date = parsed_date(column, order)
    return (
        f"try_cast(printf('%04d-%02d-%02d', cast(year({date}) as integer), "
        f"cast(day({date}) as integer), cast(month({date}) as integer)) as date)"
    )


def is_damaged(start: str, end: str, order: str) -> str:
    """SQL: the start date is not the first of its month, but is with day and month exchanged, in the
    month that the end date closes or an earlier one within a year."""
    first, last, swapped = parsed_date(start, order), parsed_date(end, order), swapped_date(start, order)
    return (
        f"coalesce(day({first}) <> 1 and day({swapped}) = 1 and {swapped} <= {last} "
        f"and datediff('month', {swapped}, {last}) < 12, false)"
    )


def _value_rules(column: Column) -> list[Rule]:
    name = column.name
    text = f"trim({identifier(name)})"
    given = f"{text} is not null and {text} <> ''"
    marks = ", ".join(quoted(mark.lower()) for mark in column.marks)
    unmarked = f"{given} and lower({text}) not in ({marks})" if marks else given
    number = f"try_cast({text} as double)"
    known = f" or one of the marks {', '.join(column.marks)}" if column.marks else ""
    rules: list[Rule] = []
    if column.type in ("label", "code", "financial_year", "quarter"):
        rules.append(Rule(f"not ({given})", "missing value", name, "fill it in at the source"))
    if column.type in ("count", "integer", "number", "percentage", "rate"):
        rules.append(
            Rule(f"{unmarked} and {number} is null", "not a number", name, f"expected a number{known}")
        )
    if column.type == "count":
        rules.append(
            Rule(f"{unmarked} and {number} < 0", "negative count", name, "a count cannot be below 0")
        )
        rules.append(
            Rule(
                f"{unmarked} and {number} <> floor({number})",
                "fractional count", name, "a count is a whole number: is this a rate in the wrong column?",
            )
        )  # fmt: skip
    if column.type == "integer":
        rules.append(
            Rule(
                f"{unmarked} and {number} <> floor({number})",
                "not a whole number",
                name,
                "expected a whole number",
            )
        )
    if column.type == "rate":
        rules.append(Rule(f"{unmarked} and {number} < 0", "negative rate", name, "a rate cannot be below 0"))
    if column.type == "percentage":
        rules.append(
            Rule(
                f"{unmarked} and ({number} < 0 or {number} > 100)",
                "percentage out of range", name, "a percentage lies between 0 and 100",
            )
        )  # fmt: skip
    if column.type == "year":
        rules.append(
            Rule(
                f"{given} and not regexp_full_match({text}, '(19|20)[0-9]{{2}}')",
                "not a year",
                name,
                "expected a year such as 2025",
            )
        )
    if column.type == "financial_year":
        first, second = f"try_cast(left({text}, 4) as integer)", f"try_cast(right({text}, 2) as integer)"
        rules.append(
            Rule(
                f"{given} and not (regexp_full_match({text}, '(19|20)[0-9]{{2}}[-/]((19|20)?[0-9]{{2}})') "
                f"and {second} = ({first} + 1) % 100)",
                "not a financial year",
                name,
                "expected a financial year such as 2022-23",
            )
        )
    if column.type == "quarter":
        rules.append(
            Rule(
                f"{given} and not regexp_full_match({text}, '[1-4]')",
                "not a quarter",
                name,
                "expected a quarter of the financial year, 1 to 4",
            )
        )
    return rules


def contract_rules(table: Table, expected: tuple[dt.date, dt.date] | None) -> list[Rule]:
    """Every rule of a table, the ones about whole rows first."""
    rules: list[Rule] = []
    order = table.file.date_format
    first = next(column for column in table.columns if column.required)
    watched = [first.name, *(column.name for column in table.columns if column.type == "code")]
    words = ", ".join(quoted(word) for word in TOTALS)
    for name in dict.fromkeys(watched):
        rules.append(
            Rule(
                f"lower(trim({identifier(name)})) in ({words})", "totals row", name,
                "a totals row would be counted as an organisation: take it out of the file",
            )
        )  # fmt: skip
    for column in table.columns:
        rules += _value_rules(column)
        if column.type == "date":
            text = f"trim({identifier(column.name)})"
            rules.append(
                Rule(
                    f"{text} is null or {text} = '' or {parsed_date(column.name, order)} is null",
                    "impossible date", column.name,
                    f"expected a date such as {'31/03/2025' if order == 'dmy' else '2025-03-31'}",
                )
            )  # fmt: skip
    period = table.file.period
    if period and period.start and period.end:
        start, end = parsed_date(period.start, order), parsed_date(period.end, order)
        damaged = is_damaged(period.start, period.end, order)
        rules.append(
            Rule(
                f"{start} > {end} and not {damaged}", "start after end", period.start,
                "the period begins after it ends: check which column is which",
            )
        )  # fmt: skip
        if expected:
            rules.append(
                Rule(
                    f"not ({end} between date '{expected[0]}' and date '{expected[1]}')",
                    "month of the file name", period.end,
                    f"the file's name says {expected[0]:%B %Y}: check that it is the right file",
                )
            )  # fmt: skip
    if table.file.key:
        keys = ", ".join(f"coalesce(lower(trim({identifier(name)})), '')" for name in table.file.key)
        rules.append(
            Rule(
                f"row_number() over (partition by {keys} order by _row_number) > 1", "duplicate key",
                table.file.key[-1],
                f"the same {', '.join(table.file.key)} stands in an earlier row: only the first is used",
            )
        )  # fmt: skip
    return rules


def expected_month(table: Table, file_name: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the month that the file's name gives, or None."""
    match = table.file.name_match(file_name)
    if match is None:
        return None
    groups = match.groupdict()
    month, year = groups.get("month"), groups.get("year")
    if not month or not year or month[:3].lower() not in MONTHS:
        return None
    number = MONTHS[month[:3].lower()]
    last = calendar.monthrange(int(year), number)[1]
    return dt.date(int(year), number, 1), dt.date(int(year), number, last)


def quarantine_sql(table: Table, file_name: str, rules: list[Rule], show_values: bool) -> str:
    """SQL that gives one row for each row of `incoming` that breaks a rule: the first rule it breaks."""
    branches, columns, fixes, values = [], [], [], []
    for index, rule in enumerate(rules):
        branches.append(f"when {rule.condition} then {index}")
        columns.append(f"when {index} then {quoted(rule.column)}")
        fixes.append(f"when {index} then {quoted(rule.fix)}")
        values.append(f"when {index} then {identifier(rule.column)}")
    names = "case broken " + " ".join(f"when {i} then {quoted(r.rule)}" for i, r in enumerate(rules)) + " end"
    shown = f"coalesce('\"' || left(case broken {' '.join(values)} end, 60) || '\"', 'nothing')"
    found = f"' holds ' || {shown}" if show_values else "''"
    raw = "concat_ws(', ', " + ", ".join(identifier(c.name) for c in table.columns) + ")"
    return f"""
        select
            row_id,
            _row_number,
            {raw if show_values else "null"} as raw_text,
            case broken {" ".join(columns)} end as column_name,
            {names} as rule,
            {quoted(file_name)} || ' row ' || _row_number || ', column '
                || case broken {" ".join(columns)} end || {found} || ': '
                || case broken {" ".join(fixes)} end || '.' as reason
        from (select *, incoming.rowid as row_id, case {" ".join(branches)} end as broken from incoming) as judged
        where broken is not null
    """


def period_of(
    table: Table, file_name: str, connection: duckdb.DuckDBPyConnection
) -> tuple[str | None, str | None]:
    """First and last day that the loaded rows cover, as ISO text, where the declaration says how."""
    period = table.file.period
    if period and period.start and period.end:
        order = table.file.date_format
        start = (
            f"case when {is_damaged(period.start, period.end, order)} "
            f"then {swapped_date(period.start, order)} else {parsed_date(period.start, order)} end"
        )
        first, last = connection.execute(
            f"select min({start}), max({parsed_date(period.end, order)}) from incoming"
        ).fetchone()
        return (str(first) if first else None), (str(last) if last else None)
    if period and period.financial_year and period.quarter:
        year = f"try_cast(left(trim({identifier(period.financial_year)}), 4) as integer)"
        quarter = f"try_cast(trim({identifier(period.quarter)}) as integer)"
        start = f"make_date({year}, 4, 1) + to_months(3 * ({quarter} - 1))"
        first, last = connection.execute(
            f"select cast(min({start}) as date), cast(max(last_day({start} + to_months(2))) as date) "
            f"from incoming where {quarter} between 1 and 4"
        ).fetchone()
        return (str(first) if first else None), (str(last) if last else None)
    if period and period.year:
        year = f"try_cast(left(trim({identifier(period.year)}), 4) as integer)"
        first, last = connection.execute(
            f"select min({year}), max({year}) from incoming where {year} between 1900 and 2100"
        ).fetchone()
        return (f"{first}-01-01" if first else None), (f"{last}-12-31" if last else None)
    month = expected_month(table, file_name)
    if month:
        return str(month[0]), str(month[1])
    match = table.file.name_match(file_name)
    year = match.groupdict().get("year") if match else None
    if year:
        digits = re.sub(r"\D", "", year)[:4]
        quarter = match.groupdict().get("quarter")
        return digits, f"{digits}-Q{quarter}" if quarter else digits
    return None, None
