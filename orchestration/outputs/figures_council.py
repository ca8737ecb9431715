"""A council's indicator by group, one council below the other: everybody, then each group that can be shown.

Councils count by where families live, so they are never added up to the system. Knows no HTML.
"""

from __future__ import annotations

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import (
    Facts,
    Figure,
    Row,
    Table,
    look_of,
    marks_of,
    measured,
    note_of,
    notes_of,
    periods_of,
    shown,
    source_of,
)

LEVEL = "council"
DIMENSIONS = ("ethnicity", "deprivation_quintile")
COLUMNS = (
    "Council and group", "Value", "Unit", "95% lower", "95% upper", "Numerator", "Denominator",
    "Against the best group of the council", "Period", "Mark", "Figure id",
)  # fmt: skip


def is_council_measure(facts: Facts, metric_id: str) -> bool:
    """Whether councils supply it."""
    return bool(facts.history(metric_id, "total", LEVEL))


def by_council(facts: Facts, metric_id: str, dimension: str) -> Figure | None:
    """One indicator of every council of the system by one kind of group, newest period."""
    groups = facts.latest(metric_id, dimension, LEVEL)
    if not groups:
        return None
    rows = [
        row
        for row in [*facts.latest(metric_id, "total", LEVEL), *groups]
        if row["period_end"] == groups[0]["period_end"]
    ]
    rows.sort(
        key=lambda row: (
            _council(row),
            str(row["organisation_code"]),
            row["dimension"] != "total",
            int(row["group_order"] or 0),
            row["group_code"],
        )
    )
    drawn = [row for row in rows if row["value"] is not None]
    verdicts = {row["figure_id"]: facts.verdict(row, "best") for row in rows}
    worse = [
        f"{_council(row)}, {say.group_phrase(row['group_name'], dimension)}"
        for row in rows
        if verdicts[row["figure_id"]] == say.WORSE
    ]
    everybody = [f"{_council(row)} {measured(row)}" for row in drawn if row["dimension"] == "total"]
    statement = f"Everybody: {say.listed(everybody)}. " if everybody else ""
    statement += (
        f"Clearly worse than the best group of the same council: {say.listed(worse, 8)}."
        if worse
        else "No group is clearly worse than the best group of its council."
    )
    hidden = len(rows) - len(drawn)
    best = _best(facts, rows)
    points = tuple(
        Point(
            place,
            row["value"],
            row["lower_95"],
            row["upper_95"],
            "reference" if row["dimension"] == "total" else look_of(row, verdicts[row["figure_id"]]),
            f"{_name(row, dimension)}: {measured(row)}",
        )
        for place, row in enumerate(drawn)
    )
    looks = {point.look for point in points}
    title = f"{say.base_name(rows[0]['metric_name'])}, by council and {say.dimension_name(dimension)}"
    return Figure(
        key=f"{metric_id}-{dimension}-councils",
        title=title,
        question=str(rows[0]["metric_question"] or ""),
        chart=Chart(
            kind="rows",
            series=(Series("Councils", points),),
            labels=tuple(_name(row, dimension) for row in drawn),
            notes=tuple(
                note_of(row, "best outcome" if row["figure_id"] in best else verdicts[row["figure_id"]])
                for row in drawn
            ),
            value_title={"%": "Percentage"}.get(rows[0]["unit"], rows[0]["unit"]),
            alt=f"{title}, with 95% intervals. {statement} All values are in the table.",
        )
        if drawn
        else None,
        table=_table(rows, dimension, verdicts),
        statement=statement,
        period=periods_of(rows),
        scope="Councils",
        legend=(
            *([("reference", "Everybody in the council’s area")] if "reference" in looks else []),
            *([("plain", "Best group of the council, or not judged")] if "plain" in looks else []),
            *((look, word) for word, look in say.LOOKS.items() if look in looks),
        ),
        marks=marks_of(rows),
        notes=(
            *notes_of(rows, facts.metrics),
            *(
                [f"{hidden} groups have no value that can be shown; the table has their marks."]
                if hidden
                else []
            ),
        ),
        source=source_of(rows),
        figure_id=rows[0]["figure_id"],
        wide=False,
    )


def _best(facts: Facts, rows: list[Row]) -> frozenset[str]:
    """Figures of the group that the others of the same council are held against."""
    chosen = {
        (row["organisation_code"], gap["reference_group"])
        for row in rows
        if (gap := facts.gap(row, "best")) is not None
    }
    return frozenset(
        row["figure_id"] for row in rows if (row["organisation_code"], row["group_code"]) in chosen
    )


def _council(row: Row) -> str:
    return str(row["organisation_name"] or row["organisation_code"])


def _name(row: Row, dimension: str) -> str:
    group = "everybody" if row["dimension"] == "total" else say.group_label(row["group_name"], dimension)
    return f"{_council(row)}: {group}"


def _table(rows: list[Row], dimension: str, verdicts: dict[str, str]) -> Table:
    return Table(
        COLUMNS,
        tuple(
            (
                _name(row, dimension), shown(row), row["unit"],
                *(say.number(row[name], say.decimals_of(row)) for name in ("lower_95", "upper_95")),
                say.number(row["numerator"]), say.number(row["denominator"]), verdicts[row["figure_id"]], row["period_label"],
                row["mark"] or "", row["figure_id"],
            )
            for row in rows
        ),
        frozenset((1, 3, 4, 5, 6)),
    )  # fmt: skip
