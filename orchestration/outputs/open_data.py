"""The whole edition as open data: CSV and Parquet with a datapackage.json (Frictionless)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from orchestration.outputs.actions import DRAFTED
from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.data_pack import edition_tables, tidy, write_csv

DAYS = (
    "period_start", "period_end", "baseline_period_start", "baseline_period_end", "start_date", "due_date",
    "as_of_date", "newest_period_start", "newest_period_end",
)  # fmt: skip
LICENCE = {
    "name": "OGL-UK-3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "title": "Open Government Licence v3.0",
}
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0, "
    "by the publishers listed in provenance.csv."
)
TITLES = {
    "metric_values": "Every figure: a metric for one organisation, period and group",
    "equity_gaps": "Each group against its references, with verdicts",
    "gaps_across_systems": "Each group of each measure over all systems: everyone's gap, some systems' or one system's",
    "inequality": "Inequality over all groups of a dimension in one number",
    "trend": "Each series over time: monthly charts, yearly trends and whether gaps grow",
    "representation": "Women booked beside the people who live in the area, by comparable ethnic group",
    "findings": "What somebody should act on, ranked, with the parts of the rank",
    "workforce": "Staff by ethnic group: England's figures",
    "actions": "The action plan as drafted from the findings: nobody has agreed to any of it",
    "data_quality": "How far the figures can be trusted",
    "provenance": "Every file seen, what was read from it and what became of it",
    "reconciliation": "Rows in = rows out + reasons, source by source",
}


def openly_licensed(data: AuditData) -> tuple[AuditData, list[str]]:
    """The edition without figures of sources whose licence is not open, and the publishers of those.

    Of files that a system supplied nothing is left, neither the figures nor the names and accounts of the files.
    """
    closed = data.provenance[
        data.provenance["source_id"].notna()
        & ~data.provenance["licence"].fillna(LICENCE["name"]).astype(str).str.startswith("OGL")
    ]
    own = set(data.provenance.loc[data.provenance["is_protected"].astype(bool), "source_id"])
    own |= set(data.values.loc[data.values["protection"].notna(), "source_id"])
    sources = set(closed["source_id"]) | own
    values = data.values[~data.values["source_id"].isin(sources)]
    left_out = set(data.values["figure_id"]) - set(values["figure_id"])
    findings = _without(data.findings, left_out, sources)
    return (
        replace(
            data,
            values=values,
            gaps=data.gaps[~data.gaps["value_figure_id"].isin(left_out)],
            inequality=data.inequality[~data.inequality["source_id"].isin(sources)],
            trends=data.trends[~data.trends["source_id"].isin(sources)],
            findings=findings,
            # what a system has written is for the system and its partners
            actions=data.actions[
                data.actions["finding_id"].isin(set(findings["figure_id"]))
                & (data.actions["origin"] == DRAFTED)
            ],
            workforce=data.workforce[~data.workforce["source_id"].isin(sources)],
            quality=data.quality[~data.quality["source_id"].isin(sources)],
            provenance=data.provenance[~data.provenance["source_id"].isin(own)],
            reconciliation=data.reconciliation[~data.reconciliation["source_id"].isin(own)],
        ),
        sorted(set(closed["publisher"].astype(str))),
    )


def _without(findings: pd.DataFrame, left_out: set[str], sources: set[str]) -> pd.DataFrame:
    """The findings none of whose figures and sources are left out."""
    behind = findings["figure_ids"].fillna("").str.split()
    closed = findings["source_id"].isin(sources) | behind.map(lambda ids: not left_out.isdisjoint(ids))
    return findings[~closed.astype(bool)]


def _field_type(series: pd.Series) -> str:
    kind = series.dtype.kind
    if kind in "iu":
        return "integer"
    if kind == "f":
        return "number"
    if kind == "b":
        return "boolean"
    return "date" if series.name in DAYS else "string"


def ten_digits(numbers: pd.Series) -> pd.Series:
    """Numbers to ten significant digits, as the CSV has them: the last digits of a sum depend on the order of adding up."""
    exact = numbers.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = 10.0 ** (9 - np.floor(np.log10(np.abs(exact))))
        rounded = np.rint(exact * scale) / scale
    return pd.Series(np.where(np.isfinite(rounded), rounded, exact), index=numbers.index)


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    decimals = frame.select_dtypes("floating").columns
    frame = frame.assign(**{name: ten_digits(frame[name]) for name in decimals})
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("open_table", frame)
        connection.execute(f"copy open_table to '{path.as_posix()}' (format parquet, compression zstd)")


def write_open_data(data: AuditData, folder: Path, edition: str) -> list[Path]:
    """Write the edition's openly licensed tables below `folder`, with the description of every column."""
    folder.mkdir(parents=True, exist_ok=True)
    data, closed = openly_licensed(data)
    resources, written = [], []
    for name, frame in edition_tables(data).items():
        public = tidy(frame, name)
        csv_path, parquet_path = folder / f"{name}.csv", folder / f"{name}.parquet"
        write_csv(public, csv_path)
        _write_parquet(public, parquet_path)
        written += [csv_path, parquet_path]
        fields = [{"name": column, "type": _field_type(public[column])} for column in public.columns]
        resources.append(
            {
                "name": name,
                "title": TITLES[name],
                "path": csv_path.name,
                "format": "csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    title = "Maternity and neonatal equity audit, all systems"
    package = {
        "name": "maternity-neonatal-equity-audit",
        "title": f"SYNTHETIC SAMPLE: {title}" if data.is_synthetic else title,
        "version": edition,
        "licenses": [LICENCE],
        "description": ("Synthetic data made by this project. " if data.is_synthetic else "")
        + ATTRIBUTION
        + (f" Left out, since their licence is not open: {', '.join(closed)}." if closed else ""),
        "resources": resources,
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    return [*written, path]
