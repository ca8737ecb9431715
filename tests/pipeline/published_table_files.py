"""Filled templates: the example of the documentation, and rows that must and must not be taken."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tests.conftest import PROJECT

COLUMNS = (
    "metric_id", "organisation_level", "organisation_code", "period_start", "period_end", "dimension", "group",
    "numerator", "denominator", "value", "lower_95", "upper_95", "mark", "rounding", "publisher", "publication",
    "table", "page", "address", "note",
)  # fmt: skip
CITED = {
    "publisher": "RCPCH", "publication": "NNAP annual report", "table": "Table 4", "page": "12",
    "address": "https://www.rcpch.ac.uk/",
}  # fmt: skip
LEICESTER = {"organisation_level": "provider", "organisation_code": "RWE"}
YEAR = {"period_start": "01/01/2024", "period_end": "31/12/2024"}


def documented_example() -> str:
    """The example as the documentation prints it."""
    page = (PROJECT / "docs" / "published_table.md").read_text("utf-8")
    return re.search(r"```csv\n(.*?)```", page, re.S).group(1)


def write_published_tables(folder: Path) -> None:
    """The documented example, and a template of a neonatal audit."""
    (folder / "from-the-documentation.csv").write_text(documented_example(), encoding="utf-8")
    cord = {"metric_id": "nnap_cord_clamping", **YEAR, "dimension": "total", "group": "All", **CITED}
    rows = [
        {**cord, **LEICESTER, "numerator": "60", "denominator": "100", "value": "60"},
        {**cord, **LEICESTER, "dimension": "ethnicity", "group": "Asian", "numerator": "15", "denominator": "30",
         "value": "50", "rounding": "nearest 5"},
        {**cord, **LEICESTER, "dimension": "ethnicity", "group": "WHITE", "numerator": "40", "denominator": "60",
         "value": "66.7", "rounding": "nearest 5"},
        {**cord, **LEICESTER, "dimension": "ethnicity", "group": "Mixed", "mark": "*"},
        {**cord, **LEICESTER, "dimension": "deprivation_quintile", "group": "Most deprived 20%", "value": "55",
         "lower_95": "40.1", "upper_95": "69.2", "note": "IMD 2019"},
        {**cord, "organisation_level": "LMNS", "organisation_code": "QK1", "value": "61.5", "lower_95": "50",
         "upper_95": "72"},
        {**cord, "organisation_level": "neonatal unit", "organisation_code": "An invented unit", "value": "70"},
        # not taken: no page, no such level, no such rounding, a decile by its number, an unknown code, no metric
        {**cord, "organisation_level": "region", "organisation_code": "Y60", "value": "58", "page": ""},
        {**cord, "organisation_level": "hospital", "organisation_code": "RWE", "value": "58"},
        {**cord, "organisation_level": "region", "organisation_code": "Y61", "value": "58", "rounding": "to tens"},
        {**cord, **LEICESTER, "dimension": "deprivation", "group": "1", "value": "58"},
        {**cord, "organisation_level": "provider", "organisation_code": "XXX", "value": "58"},
        {**cord, **LEICESTER, "metric_id": "a_metric_of_nobody", "value": "58"},
    ]  # fmt: skip
    with (folder / "neonatal-audit.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
