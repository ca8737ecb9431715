"""The scorecard: every judged measure against England and between groups, one row a measure.

Knows no HTML beyond the small drawing in a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from orchestration.outputs import wording as say
from orchestration.outputs.charts import INK, QUIET, STYLES
from orchestration.outputs.figures import Facts, Row, Table, look_of, measured, shown

NOT_BY_GROUP = "not published"
WIDTH, HEIGHT, REACH = 150, 22, 4.0
SCORE_COLUMNS = (
    "Measure", "Period", "This system", "England", "Unit", "Ratio to England", "Ratio 95% lower", "Ratio 95% upper",
    "Against England", "Between ethnic groups", "By deprivation", "Mark", "Figure id",
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One row of the scorecard. A verdict comes with the group it is about, where there is one."""

    row: Row
    anchor: str
    value: str
    england: str
    drawing: Markup
    verdict: str
    ethnicity: tuple[str, str]
    deprivation: tuple[str, str]


@dataclass(frozen=True)
class Scorecard:
    """The rows and the same as a table to download."""

    scores: tuple[Score, ...]
    table: Table
    statement: str


def _place(ratio: float) -> float:
    """Where a ratio stands in the drawing: 1 in the middle, a quarter and four times at the ends."""
    held = min(max(ratio, 1 / REACH), REACH)
    return round(WIDTH / 2 * (1 + math.log(held) / math.log(REACH)) * 0.92 + WIDTH * 0.04, 1)


def drawing(gap: Row | None, verdict: str) -> Markup:
    """The ratio to England with its interval, as a small drawing; the numbers are in the table."""
    middle = _place(1)
    body = f'<path d="M{middle} 0v{HEIGHT}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="3 2"/>'
    if gap is not None and gap["ratio"] is not None:
        style = STYLES[say.LOOKS.get(verdict, "plain")]
        y = HEIGHT / 2
        if gap["ratio_lower_95"] is not None and gap["ratio_upper_95"] is not None:
            low, high = _place(gap["ratio_lower_95"]), _place(gap["ratio_upper_95"])
            body += f'<path d="M{low} {y}H{high}" stroke="{QUIET}" stroke-width="2"/>'
        x, colour = _place(gap["ratio"]), style["color"]
        if verdict == say.WORSE:
            body += f'<path d="M{x - 6:.1f} {y - 4}h12l-6 10z" fill="{colour}"/>'
        elif verdict == say.BETTER:
            body += f'<path d="M{x - 6:.1f} {y + 5}h12l-6 -10z" fill="{colour}"/>'
        elif verdict == say.TOO_FEW:
            body += f'<circle cx="{x}" cy="{y}" r="4.5" fill="#fff" stroke="{colour}" stroke-width="2"/>'
        else:
            body += f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    return Markup(f'<svg class="forest" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{body}</svg>')


def between_groups(facts: Facts, metric_id: str, prefix: str) -> tuple[str, str]:
    """The verdict between groups of one kind, and whom it is about."""
    for dimension in facts.dimensions(metric_id, "lmns"):
        if not dimension.startswith(prefix):
            continue
        rows = facts.latest(metric_id, dimension)
        verdicts = [(facts.verdict(row, "best"), row["group_name"]) for row in rows]
        worse = [name for verdict, name in verdicts if verdict == say.WORSE]
        if worse:
            return say.WORSE, say.listed((say.group_phrase(name, dimension) for name in worse), 2)
        for word in (say.NO_DIFFERENCE, say.TOO_FEW):
            if any(verdict == word for verdict, _ in verdicts):
                return word, ""
    return NOT_BY_GROUP, ""


def scorecard(facts: Facts, anchors: dict[str, str]) -> Scorecard:
    """Every judged measure that is published for the system."""
    scores, table = [], []
    for metric_id, metric in facts.metrics.items():
        row = facts.total(metric_id)
        if row is None or metric["polarity"] == "neutral" or metric_id not in anchors:
            continue
        if facts.has_year_of(metric_id):
            continue
        gap, verdict = facts.gap(row, "england"), facts.verdict(row, "england") or say.NOT_AVAILABLE
        ethnicity = between_groups(facts, metric_id, "ethnicity")
        deprivation = between_groups(facts, metric_id, "deprivation")
        value = measured(row) or str(row["mark"] or say.NOT_AVAILABLE)
        scores.append(
            Score(
                row, anchors[metric_id], value, measured(row, "england_value"), drawing(gap, verdict), verdict,
                ethnicity, deprivation,
            )
        )  # fmt: skip
        table.append(
            (
                metric["metric_name"], row["period_label"], shown(row), shown(row, "england_value"), row["unit"],
                *("" if gap is None else say.ratio(gap, name) for name in ("ratio", "ratio_lower_95", "ratio_upper_95")),
                verdict, " ".join(filter(None, ethnicity)), " ".join(filter(None, deprivation)),
                row["mark"] or "", row["figure_id"],
            )
        )  # fmt: skip
    order = {"access": 0, "risk": 1, "care": 2, "continuity": 3, "outcomes": 4}
    pairs = sorted(
        zip(scores, table, strict=True),
        key=lambda pair: (
            order.get(pair[0].row["domain"], 5),
            say.base_name(pair[0].row["metric_name"]),
            pair[0].row["metric_id"],
        ),
    )
    silent = sum(score.ethnicity[0] == NOT_BY_GROUP for score in scores)
    counts = {word: sum(score.verdict == word for score in scores) for word in say.VERDICTS}
    told = [f"{counts[word]} {word}" for word in say.VERDICTS if counts[word]]
    statement = f"Of {len(scores)} measures, against England: {say.listed(told, 5)}." if scores else ""
    if silent:
        statement += f" {silent} of them are not published by ethnic group for this system."
    return Scorecard(
        tuple(score for score, _ in pairs),
        Table(SCORE_COLUMNS, tuple(line for _, line in pairs), frozenset((2, 3, 5, 6, 7))),
        statement,
    )


__all__ = ["Score", "Scorecard", "drawing", "look_of", "scorecard"]
