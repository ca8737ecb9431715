"""What suppliers of local files were asked for and what came: one row a supplier and data set, one column a month.

Knows no HTML; what counts as late or missing is decided in the warehouse.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

# each word has a shape of its own, so that a gap is seen at a glance and read without seeing it
SHAPES = {
    "received": "●", "received in a whole history": "◉", "late": "◐", "missing": "✕", "not yet due": "○", "not asked for": "–",
}  # fmt: skip
# a year and the same months of the year before; older months are in submissions.csv
MOST_MONTHS = 15


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    status = row["submission_status"]
    text = f"{SHAPES[status]} {status}"
    if status == "late":
        days = int(row["days_late"])
        text += f", {days} day{'s' if days > 1 else ''}"
    return text


def _supplier(row: Row) -> str:
    name = row["supplier_name"]
    return f"{name} ({row['supplier_code']})" if name else str(row["supplier_code"])


def _months(rows: list[Row], status: str) -> str:
    return ", ".join(
        say.short_month(row["submission_month"]) for row in rows if row["submission_status"] == status
    )


def submissions(facts: Facts) -> Figure | None:
    """The record of submissions; None where no local file was asked for or received."""
    rows = records(facts.system.submissions)
    if not rows:
        return None
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        lines[_supplier(row), say.data_set_name(row["dataset"])].append(row)
    months = sorted({row["submission_month"] for row in rows})
    # the month that the newest local file came in is the last that can tell anything
    shown = [month for month in months if month <= rows[0]["as_of_date"]][-MOST_MONTHS:]
    table = []
    for (supplier, dataset), own in sorted(lines.items()):
        by_month = {row["submission_month"]: row for row in own}
        table.append(
            (
                supplier, dataset, _months(own, "missing") or "none", _months(own, "late") or "none",
                *(_cell(by_month.get(month)) for month in shown), own[-1]["figure_id"],
            )
        )  # fmt: skip
    asked = [row for row in rows if row["due_date"] is not None]
    counted = Counter(row["submission_status"] for row in asked)
    missing = [f"{line[0]}, {line[1].lower()}: {line[2]}" for line in table if line[2] != "none"]
    told = [f"{count} {status}" for status in SHAPES if (count := counted[status])]
    statement = (
        f"{len(asked)} submissions were asked for: {say.listed(told, len(told))}."
        if asked
        else "No mapping says what is expected, so nothing can be late or missing."
    )
    if missing:
        statement += f" Missing: {'; '.join(missing)}."
    notes = [
        f"What is due is judged as at {rows[0]['as_of_date']}, when the newest local file of this system was received.",
        "“Received in a whole history” means that the supplier’s first file held many months at once: none of them is late.",
        "“Not asked for” means that rows of that month came although the supplier’s mapping does not ask for it.",
        "Files and rows of each month are in submissions.csv, with a figure id each; the one here is of the newest month.",
    ]
    if len(months) > len(shown):
        notes.append(f"The newest {len(shown)} months that have begun are shown; all are in submissions.csv.")
    return Figure(
        key="quality-submissions",
        title="Local files: asked for, received, late and missing",
        question="Did every supplier send what was asked for?",
        table=Table(
            ("Supplier", "Data set", "Missing", "Late", *map(say.short_month, shown), "Figure id"),
            tuple(table),
            frozenset(),
        ),
        statement=statement,
        period=f"{say.month_name(months[0])} to {say.month_name(shown[-1])}",
        notes=tuple(notes),
        figure_id=rows[0]["figure_id"],
    )
