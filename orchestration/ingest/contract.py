"""The contract of columns as SQL: which rows of an incoming table break it, where and why.

Generated from the declaration, so that each rule is written once and checked set-based.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

import duckdb

from orchestration.ingest.declarations import Column, ColumnType, Table, fold

TOTALS = ("total", "totals", "grand total", "sum", "subtotal")
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
MONTH_FORMS = ("%b-%y", "%b-%Y", "%b %Y", "%B %Y")
NUMBERS = ("count", "integer", "number", "percentage", "rate")
BROKEN = (
    "_row_id bigint, _row_number bigint, raw_text varchar, column_name varchar, rule varchar, reason varchar"
)
FIRST_YEAR, LAST_YEAR = 1900, 2100


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


def parsed_date(column: str, order: str, last: bool = False) -> str:
    """SQL for a date as publishers write it, the twin of the dbt macro `published_date`.

    ISO with or without midnight, digits in the declared order, a spreadsheet program's day number, or a month,
    which stands for its first day, or its last for the column that ends a period.
    """
    text = f"trim({identifier(column)})"
    digits = "%d/%m/%Y" if order == "dmy" else "%Y/%m/%d"
    forms = ", ".join(quoted(form) for form in ("%Y-%m-%d", digits, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"))
    months = f"cast(try_strptime({text}, [{', '.join(map(quoted, MONTH_FORMS))}]) as date)"
    return (
        f"coalesce(cast(try_strptime({text}, [{forms}]) as date), "
        f"case when regexp_full_match({text}, '[0-9]{{5}}') then date '1899-12-30' + cast({text} as integer) end, "
        f"{f'last_day({months})' if last else months})"
    )


def swapped_date(date: str) -> str:
    """SQL for a date with day and month exchanged, as a spreadsheet program damages it."""
    return (
        f"try_cast(printf('%04d-%02d-%02d', cast(year({date}) as integer), "
        f"cast(day({date}) as integer), cast(month({date}) as integer)) as date)"
    )


def is_damaged(first: str, last: str) -> str:
    """SQL: the first day of a period is not the first of its month, but is with day and month exchanged, in
    the month that the last day closes or an earlier one within a year."""
    swapped = swapped_date(first)
    return (
        f"coalesce(day({first}) <> 1 and day({swapped}) = 1 and {swapped} <= {last} "
        f"and datediff('month', {swapped}, {last}) < 12, false)"
    )


def _text(name: str) -> str:
    """The name of a column's text without spaces around it, in the rows that rules are asked of."""
    return identifier(f"_text_{name}")


def _number(name: str) -> str:
    """The name of a column's number, likewise; NULL where the text is none."""
    return identifier(f"_number_{name}")


def _kind_rules(name: str, kind: ColumnType, rows: str) -> list[Rule]:
    """What is asked of a number of one kind, in the rows that the SQL condition `rows` picks."""
    number = _number(name)
    if kind == "count":
        return [
            Rule(f"{rows} and {number} < 0", "negative count", name, "a count cannot be below 0"),
            Rule(
                f"{rows} and {number} <> floor({number})",
                "fractional count", name, "a count is a whole number: is this a rate in the wrong column?",
            ),
        ]  # fmt: skip
    if kind == "integer":
        condition = f"{rows} and {number} <> floor({number})"
        return [Rule(condition, "not a whole number", name, "expected a whole number")]
    if kind == "rate":
        return [Rule(f"{rows} and {number} < 0", "negative rate", name, "a rate cannot be below 0")]
    if kind == "percentage":
        condition = f"{rows} and ({number} < 0 or {number} > 100)"
        return [Rule(condition, "percentage out of range", name, "a percentage lies between 0 and 100")]
    return []


def _number_rules(column: Column) -> list[Rule]:
    name = column.name
    text, number = _text(name), _number(name)
    marks = ", ".join(quoted(mark.lower()) for mark in column.marks)
    known = f", or one of the marks {', '.join(column.marks)}" if column.marks else ""
    # a cast takes 'nan', 'inf' and '1_000' for numbers
    wrong = f"({number} is null or not isfinite({number}) or contains({text}, '_')) and {text} <> ''"
    if marks:
        wrong += f" and lower({text}) not in ({marks})"
    rules = [
        Rule(
            f"{wrong} and try_cast(replace({text}, ',', '') as double) is not null and contains({text}, ',')",
            "thousands comma", name, "write the number without commas",
        ),
        Rule(wrong, "not a number", name, f"expected a number{known}"),
    ]  # fmt: skip
    by = column.type_by
    if by is None:
        return rules + _kind_rules(name, column.type, "true")
    other = f"lower(trim({identifier(by.column)}))"
    kinds: dict[ColumnType, list[str]] = {}
    for value, kind in by.types.items():
        kinds.setdefault(kind, []).append(quoted(value.lower()))
    for kind, values in kinds.items():
        rules += _kind_rules(name, kind, f"{other} in ({', '.join(values)})")
    listed = ", ".join(value for values in kinds.values() for value in values)
    return rules + _kind_rules(name, column.type, f"coalesce({other} not in ({listed}), true)")


def _value_rules(column: Column, order: str, date: str) -> list[Rule]:
    """Rules of one column; `date` is the SQL for its date, if it is one."""
    name = column.name
    text = f"trim({identifier(name)})"
    given = f"{text} is not null and {text} <> ''"
    rules: list[Rule] = []
    if column.type in ("label", "code", "financial_year", "quarter"):
        rules.append(Rule(f"coalesce({text}, '') = ''", "missing value", name, "fill it in at the source"))
    if column.values:
        allowed = ", ".join(quoted(fold(value)) for value in column.values)
        folded = f"lower(regexp_replace({text}, '[\\s_/]+', ' ', 'g'))"
        rules.append(
            Rule(
                f"{given} and {folded} not in ({allowed})",
                "not an allowed value", name, f"expected one of {', '.join(column.values)}",
            )
        )  # fmt: skip
    if column.type == "code":
        rules.append(
            Rule(
                f"regexp_full_match({text}, '[0-9][0-9.]*E[+][0-9]+')", "code as a number", name,
                "a spreadsheet program has made a number of the code: format the column as text and export again",
            )
        )  # fmt: skip
    if column.type in NUMBERS:
        rules += _number_rules(column)
    if column.type == "year":
        rules.append(
            Rule(
                f"{given} and not regexp_full_match({text}, '(19|20)[0-9]{{2}}')",
                "not a year", name, "expected a year such as 2025",
            )
        )  # fmt: skip
    if column.type == "financial_year":
        first, second = f"try_cast(left({text}, 4) as integer)", f"try_cast(right({text}, 2) as integer)"
        rules.append(
            Rule(
                f"{given} and not (regexp_full_match({text}, '(19|20)[0-9]{{2}}[-/]((19|20)?[0-9]{{2}})') "
                f"and {second} = ({first} + 1) % 100)",
                "not a financial year", name, "expected a financial year such as 2022-23",
            )
        )  # fmt: skip
    if column.type == "quarter":
        rules.append(
            Rule(
                f"{given} and not regexp_full_match({text}, '[1-4]')",
                "not a quarter", name, "expected a quarter of the financial year, 1 to 4",
            )
        )  # fmt: skip
    if column.type == "date":
        example = "31/03/2025" if order == "dmy" else "2025-03-31"
        rules += [
            Rule(
                f"{date} is null", "impossible date", name,
                f"expected a date such as {example}, the {'day' if order == 'dmy' else 'year'} first",
            ),
            Rule(
                f"year({date}) not between {FIRST_YEAR} and {LAST_YEAR}", "impossible date", name,
                f"expected a year of four digits between {FIRST_YEAR} and {LAST_YEAR}",
            ),
        ]  # fmt: skip
    return rules


def contract_rules(table: Table, expected: tuple[dt.date, dt.date] | None) -> list[Rule]:
    """Every rule about single rows of a table, the ones about whole rows first.

    The conditions may use what `_with_period` adds to a row.
    """
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
    period = table.file.period
    parsed = {period.start: "_first", period.end: "_last"} if period else {}
    for column in table.columns:
        rules += _value_rules(column, order, parsed.get(column.name, parsed_date(column.name, order)))
    if period and period.start and period.end:
        rules.append(
            Rule(
                "_first > _last and not _damaged", "start after end", period.start,
                "the period begins after it ends: check which column is which",
            )
        )  # fmt: skip
        if expected:
            rules.append(
                Rule(
                    f"not (_last between date '{expected[0]}' and date '{expected[1]}')",
                    "month of the file name", period.end,
                    f"the file's name says {expected[0]:%B %Y}: check that it is the right file",
                )
            )  # fmt: skip
    return rules


def expected_month(table: Table, file_name: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the month that the file's name gives, or None."""
    match = table.file.name_match(file_name)
    groups = match.groupdict() if match else {}
    number = MONTHS.get((groups.get("month") or "")[:3].lower())
    year = groups.get("year") or ""
    if number is None or not re.fullmatch("(19|20)[0-9]{2}", year):
        return None
    last = calendar.monthrange(int(year), number)[1]
    return dt.date(int(year), number, 1), dt.date(int(year), number, last)


def _described(column: str, show_values: bool) -> str:
    """SQL for what stands in a column; of personal data only what kind of text it is."""
    text = identifier(column)
    if show_values:
        return f"""coalesce('"' || left({text}, 60) || '"', 'nothing')"""
    return (
        f"case when {text} is null then 'nothing' "
        f"when regexp_full_match({text}, '[0-9]+') then length({text}) || ' digits' "
        f"else 'a text of ' || length({text}) || ' characters' end"
    )


def _broken_columns(table: Table, file_name: str, rules: list[Rule], show_values: bool) -> str:
    """The columns of the temporary table `broken`, from rows that carry `_broken`, a number of `rules`."""
    columns = " ".join(f"when {i} then {quoted(rule.column)}" for i, rule in enumerate(rules))
    names = " ".join(f"when {i} then {quoted(rule.rule)}" for i, rule in enumerate(rules))
    fixes = " ".join(f"when {i} then {quoted(rule.fix)}" for i, rule in enumerate(rules))
    values = " ".join(f"when {i} then {_described(rule.column, show_values)}" for i, rule in enumerate(rules))
    raw = f"concat_ws(', ', {', '.join(identifier(column.name) for column in table.columns)})"
    return f"""
        _row_id,
        _row_number,
        {raw if show_values else "cast(null as varchar)"} as raw_text,
        case _broken {columns} end as column_name,
        case _broken {names} end as rule,
        {quoted(file_name)} || ' row ' || _row_number || ', column ' || case _broken {columns} end
            || ' holds ' || case _broken {values} end || ': ' || case _broken {fixes} end || '.' as reason
    """


def _period_days(table: Table) -> tuple[str, str]:
    """SQL for the first and the last day of a row's period."""
    period, order = table.file.period, table.file.date_format
    if period and period.start and period.end:
        return parsed_date(period.start, order), parsed_date(period.end, order, last=True)
    if period and period.financial_year and period.quarter:
        year = f"try_cast(left(trim({identifier(period.financial_year)}), 4) as integer)"
        quarter = f"try_cast(trim({identifier(period.quarter)}) as integer)"
        whole = f"{quarter} between 1 and 4 and {year} between {FIRST_YEAR} and {LAST_YEAR}"
        begins = f"make_date({year}, 4, 1) + to_months(3 * ({quarter} - 1))"
        return (
            f"case when {whole} then cast({begins} as date) end",
            f"case when {whole} then last_day({begins} + to_months(2)) end",
        )
    if period and period.year:
        year = f"try_cast(left(trim({identifier(period.year)}), 4) as integer)"
        whole = f"{year} between {FIRST_YEAR} and {LAST_YEAR}"
        return tuple(f"case when {whole} then make_date({year}, {day}) end" for day in ("1, 1", "12, 31"))
    return "cast(null as date)", "cast(null as date)"


def _find_periods(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Fill the temporary table `periods`: each period as the file writes it, once, and its days.

    A file writes few periods in many rows, and reading a date costs more than anything else here.
    """
    first, last = _period_days(table)
    columns = table.file.period.columns if table.file.period else []
    written = ", ".join(identifier(name) for name in columns)
    connection.execute(f"""
        create or replace temp table periods as
        with written as (select distinct {written or "true as _all"} from incoming),
        dated as (select *, {first} as _first, {last} as _last from written)
        select *, {is_damaged("_first", "_last")} as _damaged from dated
    """)


def _with_period(table: Table) -> str:
    """SQL for the rows of `incoming` with the days of their period and their numbers."""
    columns = table.file.period.columns if table.file.period else []
    numbers = "".join(
        f", trim({identifier(column.name)}) as {_text(column.name)}, "
        f"try_cast({identifier(column.name)} as double) as {_number(column.name)}"
        for column in table.columns
        if column.type in NUMBERS
    )
    same = " and ".join(f"incoming.{c} is not distinct from periods.{c}" for c in map(identifier, columns))
    return (
        "select incoming.*, periods._first, periods._last, periods._damaged"
        f"{numbers} from incoming inner join periods on {same or 'true'}"
    )


def find_broken(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    file_name: str,
    expected: tuple[dt.date, dt.date] | None,
    show_values: bool,
) -> int:
    """Fill the temporary table `broken` with the rows of `incoming` that break a rule; returns how many.

    `incoming` has the declared columns as text, `_row_number`, and `_row_id` by which the caller knows a row.
    A row stands there once, with the first rule that it breaks. Of rows with one key the first whole one is
    kept out of it.
    """
    _find_periods(connection, table)
    rules = contract_rules(table, expected)
    branches = " ".join(f"when {rule.condition} then {index}" for index, rule in enumerate(rules))
    connection.execute(f"create or replace temp table broken ({BROKEN})")
    connection.execute(f"""
        create or replace temp table judged as
        with dated as ({_with_period(table)}),
        asked as (select _row_id, case {branches} end as _broken from dated)
        select * from asked where _broken is not null
    """)
    if connection.execute("select count(*) from judged").fetchone()[0]:
        connection.execute(f"""
            insert into broken
            select {_broken_columns(table, file_name, rules, show_values)}
            from (
                select incoming.*, judged._broken
                from judged inner join incoming on judged._row_id = incoming._row_id
            )
        """)
    if table.file.key:
        _find_repeated(connection, table, file_name, show_values)
    return connection.execute("select count(*) from broken").fetchone()[0]


def _find_repeated(
    connection: duckdb.DuckDBPyConnection, table: Table, file_name: str, show_values: bool
) -> None:
    """Add the rows whose key stands in an earlier row to `broken`."""
    names = list(table.file.key)
    period = table.file.period
    if period:
        names += [name for name in period.columns if name not in names]
    keys = ", ".join(f"coalesce(lower(trim({identifier(name)})), '')" for name in names)
    # equal keys have equal hashes: where no hash repeats, no key does, and the costly look is spared
    roughly = ", ".join(f"lower(replace({identifier(name)}, ' ', ''))" for name in names)
    repeated = connection.execute(
        f"select count(*) - count(distinct hash({roughly})) from incoming"
    ).fetchone()[0]
    if not repeated:
        return
    rule = Rule(
        "", "duplicate key", table.file.key[-1],
        f"the same {', '.join(table.file.key)} stands in an earlier row: only the first is used",
    )  # fmt: skip
    connection.execute(f"""
        insert into broken
        with whole as (
            select * from incoming
            where incoming._row_id not in (select broken._row_id from broken)
        ),
        counted as (
            select *, 0 as _broken, row_number() over (partition by {keys} order by _row_number, _row_id) as _time
            from whole
        )
        select {_broken_columns(table, file_name, [rule], show_values)}
        from counted where _time > 1
    """)


def period_of(
    connection: duckdb.DuckDBPyConnection, table: Table, file_name: str
) -> tuple[str | None, str | None, int]:
    """First and last day that the whole rows of `incoming` cover, as ISO text, where the declaration says
    how; and in how many rows a spreadsheet program has damaged the first day."""
    if table.file.period:
        first, last, repairs = connection.execute(f"""
            with dated as ({_with_period(table)})
            select
                min(case when _damaged then {swapped_date("_first")} else _first end), max(_last),
                coalesce(sum(cast(_damaged as integer)), 0)
            from dated where _row_id not in (select broken._row_id from broken)
        """).fetchone()
        return (str(first) if first else None), (str(last) if last else None), repairs
    month = expected_month(table, file_name)
    if month:
        return str(month[0]), str(month[1]), 0
    match = table.file.name_match(file_name)
    groups = match.groupdict() if match else {}
    if groups.get("year"):
        digits = re.sub(r"\D", "", groups["year"])[:4]
        digits = f"20{digits}" if len(digits) == 2 else digits
        quarter = groups.get("quarter")
        return digits, f"{digits}-Q{quarter}" if quarter else digits, 0
    return None, None, 0
