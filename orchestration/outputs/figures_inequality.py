"""Summary measures of inequality beside a figure by group: slope and relative index in words, all measures in a table.

Knows no HTML.
"""

from __future__ import annotations

from dataclasses import replace

from orchestration.outputs import wording as say
from orchestration.outputs.figures import MEASURES, Facts, Figure, Row, Table

COLUMNS = (
    "Summary measure", "Value", "95% lower", "95% upper", "At the first end", "At the last end", "p", "Verdict",
    "What it asks", "Note", "Figure id",
)  # fmt: skip


LOCAL = "local"


def _decimals(row: Row) -> int:
    """Decimals of a measure: those of the metric on its own scale, two elsewhere."""
    return say.decimals_of(row) if row["scale"] == "metric" else 2


def _number(row: Row, name: str) -> str:
    return say.significant(row[name]) if row["source_id"] == LOCAL else say.number(row[name], _decimals(row))


def measures(facts: Facts, metric_id: str, dimension: str, level: str) -> list[Row]:
    """The measures of the page, newest period."""
    rows = [
        row
        for row in facts.inequality
        if (row["metric_id"], row["dimension"], row["organisation_level"]) == (metric_id, dimension, level)
        and row["ranking"] in ("area", None)
    ]
    newest = max((str(row["period_end"]) for row in rows), default="")
    kept = [row for row in rows if str(row["period_end"]) == newest]
    return sorted(kept, key=lambda row: MEASURES.index(row["measure"]))


def in_words(rows: list[Row]) -> str:
    """The slope and the relative index, or the test of any difference, as a sentence."""
    found = {(row["measure"], row["ranking"]): row for row in rows}
    slope, relative = found.get(("sii", "area")), found.get(("rii", "area"))
    if slope is not None and slope["value"] is not None and slope["value_at_first"] is not None:
        ends = [
            say.with_unit(_number(slope, name), slope["unit"]) for name in ("value_at_first", "value_at_last")
        ]
        text = f"Across all fifths, from {ends[0]} at the most deprived end to {ends[1]} at the least deprived end"
        text += f": a slope index of {say.in_points(_number(slope, 'value'), slope['unit'])}"
        if slope["lower_95"] is not None:
            text += f" (95% interval {_number(slope, 'lower_95')} to {_number(slope, 'upper_95')})"
        if relative is not None and relative["lower_95"] is not None:
            text += f" and a relative index of {_number(relative, 'value')}"
        return f"{text}; {slope['verdict']}." if slope["verdict"] != say.NOT_AVAILABLE else f"{text}."
    test = found.get(("any_difference", None))
    if test is not None and test["p_value"] is not None and test["verdict"] != say.NOT_AVAILABLE:
        outcome = {
            say.WORSE: "the groups differ by more than chance and rounding allow",
            say.NO_DIFFERENCE: "the groups differ by no more than chance and rounding allow",
        }.get(test["verdict"], test["verdict"])
        return f"Taking all groups together: {outcome}."
    return ""


def with_measures(
    facts: Facts, figure: Figure | None, metric_id: str, dimension: str, level: str
) -> Figure | None:
    """The figure with its summary measures, where there are any."""
    if figure is None or facts.metrics[metric_id]["polarity"] == "neutral":
        return figure
    rows = measures(facts, metric_id, dimension, level)
    if not rows:
        return figure
    table = tuple(
        (
            row["measure_name"], _number(row, "value"), _number(row, "lower_95"), _number(row, "upper_95"),
            say.number(row["value_at_first"], say.decimals_of(row)), say.number(row["value_at_last"], say.decimals_of(row)),
            _p(row["p_value"]), row["verdict"], row["measure_question"] or "", row["reason"] or "", row["figure_id"],
        )
        for row in rows
    )  # fmt: skip
    words = in_words(rows)
    return replace(
        figure,
        statement=f"{figure.statement} {words}".strip(),
        extra=Table(COLUMNS, table, frozenset(range(1, 7))),
    )


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "under 0.001" if value < 0.001 else say.number(value, 3)
