"""From a figure id back to the files and rows it came from, the models it went through and the run.

Reads the warehouse only; the CLI prints what this returns.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.errors import UserError
from orchestration.settings import DBT_DIR
from orchestration.small_numbers import rows_in_words
from orchestration.warehouse import Warehouse

FIGURE_TABLES = {
    "mv": "fct_metric_value",
    "gap": "fct_equity_gap",
    "rep": "fct_representation",
    "iq": "fct_inequality",
    "tr": "fct_trend",
    "dq": "fct_data_quality",
    "fi": "fct_finding",
    "rb": "fct_gap_robustness",
    "su": "fct_submission",
    "ca": "fct_community_asset",
    "ar": "fct_asset_register",
    "wf": "fct_workforce",
    "ck": "fct_checklist",
    "ev": "fct_evidence",
    "evf": "fct_evidence_figure",
    "vr": "fct_voice_representation",
}


class UnknownFigure(UserError):
    """No figure of that name; the message says what a figure id looks like."""


# tables with figures of a system that no single metric value stands behind
ABOUT_RECORDS = ("fct_data_quality", "fct_finding")


@dataclass
class Trace:
    """Everything behind one figure.

    Attributes:
        figure_id: the id asked for.
        table: the equity table that holds it.
        figure: its row, column by column.
        sources: one entry a source row: role, publisher, file, sha256, address, row number, value; for a
            sum one entry with all its `rows` as text; for records one a file with how many `records` of its months
            are used, as may be shown, and never which.
        models: dbt models between the files and the figure, upstream first.
        rules: settings and definitions that decided it.
        runs: run ids that loaded the files.
    """

    figure_id: str
    table: str
    figure: dict[str, Any]
    sources: list[dict[str, Any]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any]
) -> list[dict[str, Any]]:
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


SOURCE_ROWS = """
    select
        figure_source.component_role as role,
        register.publisher,
        register.publication,
        register.file_name,
        register.path,
        figure_source.file_id as sha256,
        register.address,
        register.last_fetch,
        register.release,
        register.received_at,
        register.run_id,
        figure_source.row_number,
        figure_source.published_value,
        figure_source.published_mark,
        figure_source.row_number is null and register.source_id = 'local' as is_record
    from equity.fct_figure_source as figure_source
    left join raw.file_register as register on figure_source.file_id = register.file_id
    where figure_source.figure_id = ?
    order by role, sha256, row_number
"""


SUMMED_ROWS = """
    select distinct summed.row_number
    from harmonised.int_summed_row as summed
    inner join equity.fct_metric_value as figure
        on summed.organisation_level = figure.organisation_level
        and summed.organisation_code = figure.organisation_code
        and (
            figure.dimension not like '%' || summed.dimension
            or summed.dimension is null
            or figure.group_code like '%' || summed.group_code
        )
    where figure.figure_id = ? and summed.file_id = ?
    order by summed.row_number
"""


# files whose records stand behind a local figure, with how many of their records of its months are used; never which
RECORD_FILES = """
    select
        'records' as role,
        register.publisher,
        register.publication,
        register.file_name,
        register.path,
        local_row.file_id as sha256,
        register.address,
        register.last_fetch,
        register.release,
        register.received_at,
        register.run_id,
        local_row.dataset,
        local_row.supplier_code,
        count(case when local_row.is_used then 1 end) as records
    from harmonised.int_local_row as local_row
    left join raw.file_register as register on local_row.file_id = register.file_id
    where local_row.lmns_code = $lmns_code
        and (local_row.row_month between $first and $last or local_row.row_month is null)
        and ($supplier is null or local_row.supplier_code = $supplier)
        and ($dataset is null or local_row.dataset = $dataset)
        and (
            $figure is null
            or local_row.dataset in (
                select behind.dataset
                from equity.fct_figure_source as figure_source
                inner join harmonised.int_local_row as behind on figure_source.file_id = behind.file_id
                where figure_source.figure_id = $figure
            )
        )
    group by all
    order by local_row.dataset, register.file_name, sha256
"""


def _record_files(
    connection: duckdb.DuckDBPyConnection,
    figure: dict[str, Any],
    supplier: str | None = None,
    dataset: str | None = None,
    value_id: str | None = None,
) -> list[dict[str, Any]]:
    """Files of records behind a figure of one system, over the months that it is about; numbers of records as shown."""
    found = _rows(
        connection,
        RECORD_FILES,
        {
            "lmns_code": figure["lmns_code"], "first": figure["period_start"], "last": figure["period_end"],
            "supplier": supplier, "dataset": dataset, "figure": value_id,
        },
    )  # fmt: skip
    for row in found:
        row["records"] = rows_in_words(row["records"], personal=True)
    return found


def _submission_files(connection: duckdb.DuckDBPyConnection, figure: dict[str, Any]) -> list[dict[str, Any]]:
    """Files that hold rows of the months that a supplier was asked for."""
    asked = connection.execute(
        "select max(cadence_months) from staged.stg_register__local_expected "
        "where lmns_code = ? and supplier_code = ? and dataset = ?",
        [figure["lmns_code"], figure["supplier_code"], figure["dataset"]],
    ).fetchone()
    first, last = connection.execute(
        "select cast(? - (? - 1) * interval 1 month as date), last_day(?)",
        [figure["submission_month"], asked[0] or 1, figure["submission_month"]],
    ).fetchone()
    period = {"lmns_code": figure["lmns_code"], "period_start": first, "period_end": last}
    return _record_files(connection, period, figure["supplier_code"], figure["dataset"])


def row_ranges(numbers: list[int]) -> str:
    """Sorted row numbers as people write them: 3, 7-12."""
    pieces: list[str] = []
    start = previous = None
    for number in [*numbers, None]:
        if start is not None and number != previous + 1:
            pieces.append(str(start) if start == previous else f"{start}-{previous}")
            start = number
        elif start is None:
            start = number
        previous = number
    return ", ".join(pieces)


def _value_figures(connection: duckdb.DuckDBPyConnection, table: str, figure: dict[str, Any]) -> list[str]:
    """The metric values that a figure is made from (itself, for a metric value)."""
    if table == "fct_metric_value":
        return [figure["figure_id"]]
    if table == "fct_workforce":
        return [figure["figure_id"], *filter(None, [figure["mothers_figure_id"]])]
    if table == "fct_equity_gap":
        reference = connection.execute(
            """
            select reference.figure_id
            from equity.fct_metric_value as own
            inner join equity.fct_metric_value as reference
                on own.metric_id = reference.metric_id
                and own.period_start = reference.period_start
                and own.period_end = reference.period_end
                and own.dimension = reference.dimension
                and coalesce(own.vocabulary, '') = coalesce(reference.vocabulary, '')
                and reference.group_code = ?
                and (
                    (? = 'england' and reference.organisation_level = 'national')
                    or (
                        ? <> 'england' and own.organisation_level = reference.organisation_level
                        and own.organisation_code = reference.organisation_code
                        and own.organisation_role = reference.organisation_role
                    )
                )
            where own.figure_id = ?
            """,
            [
                figure["reference_group"],
                figure["reference_kind"],
                figure["reference_kind"],
                figure["value_figure_id"],
            ],
        ).fetchall()
        return [figure["value_figure_id"], *(row[0] for row in reference)]
    if table == "fct_evidence":
        return sorted({name for name in (figure["figure_ids"] or "").split() if name.startswith("mv-")})
    if table == "fct_evidence_figure":
        return [figure["value_figure_id"]]
    if table in ("fct_finding", "fct_gap_robustness"):
        behind = [name for name in figure.get("figure_ids", "").split() if name.startswith(("mv-", "wf-"))]
        gap = connection.execute(
            "select value_figure_id, reference_kind, reference_group from equity.fct_equity_gap where figure_id = ?",
            [figure["gap_figure_id"]],
        ).fetchone()
        if gap is None:
            return behind
        names = ("value_figure_id", "reference_kind", "reference_group")
        return _value_figures(connection, "fct_equity_gap", dict(zip(names, gap, strict=True)))
    if table == "fct_community_asset":
        return [figure[name] for name in ("need_figure_id", "all_figure_id") if figure[name]]
    if table == "fct_representation":
        return [
            row[0]
            for row in connection.execute(
                """
                select figure.figure_id
                from equity.fct_metric_value as figure
                inner join reference.comparable_groups as comparable
                    on figure.vocabulary = comparable.vocabulary
                    and figure.group_code = comparable.group_code
                where comparable.comparable_group = ?
                    and figure.organisation_level = ? and figure.organisation_code = ?
                    and figure.dimension = 'ethnicity'
                    and (
                        (figure.metric_id = 'bookings_share' and figure.period_start = ? and figure.period_end = ?)
                        or figure.metric_id = 'population_share'
                    )
                order by figure.figure_id
                """,
                [
                    figure["comparable_group"],
                    figure["organisation_level"],
                    figure["organisation_code"],
                    figure["period_start"],
                    figure["period_end"],
                ],
            ).fetchall()
        ]
    same = """
        select figure_id from equity.fct_metric_value
        where metric_id = ? and organisation_code = ? and organisation_level = ?
        and dimension = ? and period_start >= ? and period_end <= ?
        order by figure_id
    """
    if table in ("fct_inequality", "fct_trend"):
        keys = ("metric_id", "organisation_code", "organisation_level", "dimension")
        values = [figure[key] for key in keys]
        return [
            row[0]
            for row in connection.execute(
                same, [*values, figure["period_start"], figure["period_end"]]
            ).fetchall()
        ]
    return []


def _staff_rules(connection: duckdb.DuckDBPyConnection, measure_id: str) -> list[str]:
    """What decides a figure of staff."""
    (measure,) = _rows(
        connection, "select * from reference.staff_measures where measure_id = ?", [measure_id]
    )
    return [
        f"question: {measure['question']}",
        f"ratio: {measure['ratio_of'] or 'none'}, {measure['direction']}",
        f"form: {measure['form']}, polarity: {measure['polarity']}",
        f"definition: {measure['definition_url']} ({measure['verification'] or 'unverified'})",
    ]


def _value_records(connection: duckdb.DuckDBPyConnection, value_id: str) -> list[dict[str, Any]]:
    """Files of records that a metric value is counted from; none for a published one."""
    value = _rows(
        connection,
        "select lmns_code, period_start, period_end from equity.fct_metric_value "
        "where figure_id = ? and source_id = 'local' and lmns_code is not null "
        "and not exists (select 1 from equity.fct_figure_source as part "
        "where part.figure_id = fct_metric_value.figure_id and part.row_number is not null)",
        [value_id],
    )
    return [
        {"figure_id": value_id, **row}
        for figure in value
        for row in _record_files(connection, figure, value_id=value_id)
    ]


# files of what people said and of who is a member; never their rows, which count people
FILES_OF_VOICES = {
    "fct_evidence": "select file_id from harmonised.int_voice where evidence_id = $figure_id",
    "fct_evidence_figure": "select file_id from harmonised.int_voice where evidence_id = $evidence_id",
    "fct_voice_representation": """
        select file_id from harmonised.int_voice
        where lmns_code = $lmns_code and is_current and $heard_as = 'people who spoke'
        union
        select member.file_id
        from staged.stg_local__voices_membership as member
        inner join harmonised.int_local_row as local_row
            on member.file_id = local_row.file_id and member.row_number = local_row.row_number
        where local_row.dataset = 'voices_membership' and local_row.is_used
            and member.lmns_code = $lmns_code and $heard_as <> 'people who spoke'
    """,
}


def _voice_files(
    connection: duckdb.DuckDBPyConnection, table: str, figure: dict[str, Any]
) -> list[dict[str, Any]]:
    """The files that people's words or members came from."""
    files = FILES_OF_VOICES[table]
    return _rows(
        connection,
        "select 'voices' as role, publisher, publication, file_name, path, file_id as sha256, address, release, "
        f"received_at, run_id from raw.file_register where file_id in ({files}) order by file_name, sha256",
        {
            name: figure[name]
            for name in ("figure_id", "evidence_id", "lmns_code", "heard_as")
            if f"${name}" in files
        },
    )


def _outcomes(connection: duckdb.DuckDBPyConnection, evidence_id: str) -> list[str]:
    """What each figure says of a theme."""
    return [
        f"{metric}, {level} {code}, {gap} against {kind}: {verdict}, {outcome}"
        for metric, level, code, gap, kind, verdict, outcome in connection.execute(
            "select metric_id, organisation_level, organisation_code, gap_figure_id, reference_kind, verdict, outcome "
            "from equity.fct_evidence_figure where evidence_id = ? order by metric_id, gap_figure_id",
            [evidence_id],
        ).fetchall()
    ]


def _upstream_models(table: str) -> list[str]:
    """Models, seeds and sources upstream of a table, from dbt's own manifest, upstream first."""
    manifest_path = DBT_DIR / "target" / "manifest.json"
    if not manifest_path.exists():
        return []
    manifest = json.loads(manifest_path.read_text("utf-8"))
    nodes = manifest["nodes"] | manifest["sources"]
    start = f"model.{manifest['metadata']['project_name']}.{table}"
    ordered: list[str] = []
    seen: set[str] = set()

    def visit(unique_id: str) -> None:
        if unique_id in seen or unique_id not in nodes:
            return
        seen.add(unique_id)
        for parent in sorted(manifest["parent_map"].get(unique_id, [])):
            visit(parent)
        node = nodes[unique_id]
        ordered.append(f"{node['schema']}.{node['name']}")

    visit(start)
    return ordered


def trace_figure(warehouse: Warehouse, figure_id: str) -> Trace:
    """Follow a figure back to its rows.

    Raises:
        UnknownFigure: when no table holds the id.
    """
    prefix = figure_id.split("-", 1)[0]
    table = FIGURE_TABLES.get(prefix)
    if table is None:
        known = ", ".join(f"{name}-…" for name in FIGURE_TABLES)
        raise UnknownFigure(f"{figure_id} is not a figure id. Figure ids look like {known}.")
    with warehouse.connect() as connection:
        found = _rows(connection, f"select * from equity.{table} where figure_id = ?", [figure_id])
        if not found:
            raise UnknownFigure(f"{figure_id} is not in this warehouse. Was it printed by another edition?")
        figure = found[0]
        trace = Trace(figure_id=figure_id, table=f"equity.{table}", figure=figure)
        for value_id in _value_figures(connection, table, figure):
            trace.sources += _value_records(connection, value_id)
            for row in _rows(connection, SOURCE_ROWS, [value_id]):
                if row["is_record"]:
                    continue
                if row["row_number"] is None:
                    numbers = connection.execute(SUMMED_ROWS, [value_id, row["sha256"]]).fetchall()
                    row["rows"] = row_ranges([number for (number,) in numbers])
                trace.sources.append({"figure_id": value_id, **row})
        if figure.get("metric_id"):
            metric = _rows(
                connection,
                "select * from reference.metrics where metric_id = ?",
                [figure["metric_id"]],
            )[0]
            trace.rules = [
                f"numerator: {metric['numerator']}",
                f"denominator: {metric['denominator']}",
                f"published rate: {metric['published'] or 'none, computed here'}",
                f"kind: {metric['kind']}, polarity: {metric['polarity']}",
                f"definition: {metric['definition_url']}",
            ]
        if table in FILES_OF_VOICES:
            trace.sources += _voice_files(connection, table, figure)
        if table == "fct_evidence":
            trace.rules = _outcomes(connection, figure_id)
        staff_measure = figure.get("staff_measure_id" if table == "fct_finding" else "measure_id")
        if table in ("fct_finding", "fct_workforce") and staff_measure:
            trace.rules = _staff_rules(connection, staff_measure)
        if table == "fct_submission":
            trace.sources = _submission_files(connection, figure)
        elif not trace.sources and figure.get("source_id") == "local" and table in ABOUT_RECORDS:
            whose = figure["organisation_code"] if figure["organisation_level"] == "supplier" else None
            trace.sources = _record_files(connection, figure, whose)
        elif not trace.sources and figure.get("source_id"):
            trace.sources = _rows(
                connection,
                """
                select publisher, publication, file_name, path, file_id as sha256, address,
                       release, received_at, run_id
                from raw.file_register where source_id = ? order by file_name
                """,
                [figure["source_id"]],
            )
    trace.models = _upstream_models(table)
    trace.runs = sorted({row["run_id"] for row in trace.sources if row.get("run_id")})
    return trace
