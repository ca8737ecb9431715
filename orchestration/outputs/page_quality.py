"""Figures on how far the data can be trusted: completeness split by kind, and every check with its result.

Knows no HTML.
"""

from __future__ import annotations

from collections import defaultdict

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table
from orchestration.outputs.page_local import DATA_SETS, LOCAL

STATED = ("valid and stated", "usable postcode")
PART_ORDER = (
    *STATED,
    "not stated",
    "not known",
    "missing or outside reporting parameters",
    "missing or unknown",
)
LEVELS = {"lmns": 0, "provider": 1, "national": 2}
COMPLETENESS_COLUMNS = (
    "Organisation", "Recorded as", "Share (%)", "Women booked", "Out of", "Period", "What it means", "Figure id",
)  # fmt: skip
CHECK_COLUMNS = (
    "Check", "Measure", "Organisation", "Result", "Newest period", "Finding", "Periods that need attention", "What it means",
    "Figure id",
)  # fmt: skip
AGREES = "published for the system and the sum of its providers"


def _organisation(facts: Facts, row: Row) -> str:
    if row["organisation_level"] == "lmns":
        return facts.system.name
    if row["organisation_level"] == "national":
        return "England"
    return str(row["organisation_name"] or row["organisation_code"])


def _newest(rows: list[Row]) -> list[Row]:
    newest = max(str(row["period_end"]) for row in rows)
    return [row for row in rows if str(row["period_end"]) == newest]


def _part_order(measure: str) -> tuple[int, str]:
    return (PART_ORDER.index(measure) if measure in PART_ORDER else len(PART_ORDER), measure)


def completeness(facts: Facts, anchors: dict[str, str]) -> list[Figure]:
    """One bar of 100% an organisation, for each item whose recording is counted."""
    items: dict[str, list[Row]] = defaultdict(list)
    published = [row for row in facts.quality if row["source_id"] != LOCAL]
    counted = {row["item"] for row in published if row["measure"] in STATED}
    for row in published:
        if row["item"] in counted and row["organisation_level"] in LEVELS and row["value"] is not None:
            items[row["item"]].append(row)
    figures = []
    for item, found in sorted(items.items(), reverse=True):
        rows = sorted(
            _newest(found),
            key=lambda row: (
                LEVELS[row["organisation_level"]], str(row["organisation_code"]), _part_order(row["measure"])
            ),
        )  # fmt: skip
        names = list(dict.fromkeys(_organisation(facts, row) for row in rows))
        parts = sorted({row["measure"] for row in rows}, key=_part_order)
        series, table, notes = [], [], {}
        for part in parts:
            points = []
            for row in rows:
                if row["measure"] != part:
                    continue
                name, share = _organisation(facts, row), say.number(row["value"] * 100, 1)
                points.append(Point(names.index(name), row["value"] * 100, hover=f"{name}: {part} {share}%"))
                if part in STATED:
                    notes[name] = f"{share}% {'stated' if part == STATED[0] else 'usable'}"
            series.append(Series(part, tuple(points)))
        for row in rows:
            table.append(
                (
                    _organisation(facts, row), row["measure"], say.number(row["value"] * 100, 1),
                    say.number(row["numerator"]), say.number(row["denominator"]),
                    _month(row), row["detail"] or "", row["figure_id"],
                )
            )  # fmt: skip
        key = f"quality-{item.lower().replace(' ', '-')}"
        anchors[f"quality/{item}"] = key
        own = next(
            (row for row in rows if row["organisation_level"] == "lmns" and row["measure"] in STATED), None
        )
        statement = (
            f"{say.number(own['value'] * 100, 1)}% of {say.counted(item)} have a {own['measure'].replace('valid and stated', 'stated ethnic group')}."
            if own
            else ""
        )
        figures.append(
            Figure(
                key=key,
                title=f"{item}: how it was recorded",
                question="",
                chart=Chart(
                    kind="shares",
                    series=tuple(series),
                    labels=tuple(names),
                    notes=tuple(notes.get(name, "") for name in names),
                    value_title=f"Percentage of {say.counted(item)}",
                    alt=f"{item}, by how it was recorded, for this system, its providers and England. {statement} All values are in the table.",
                ),
                table=Table(COMPLETENESS_COLUMNS, tuple(table), frozenset((2, 3, 4))),
                statement=statement,
                period=_month(rows[0]),
                legend=tuple((f"share-{place}", part) for place, part in enumerate(parts)),
                notes=("Counts are rounded by the publisher, so shares are approximate.",),
                source="",
                figure_id=rows[0]["figure_id"],
                wide=False,
            )
        )
    return figures


def _month(row: Row) -> str:
    start, end = str(row["period_start"] or ""), str(row["period_end"] or "")
    if not start:
        return ""
    if start[:7] == end[:7]:
        return say.month_name(start)
    return f"{say.month_name(start)} to {say.month_name(end)}"


def _result(row: Row) -> str:
    if row["value"] is None:
        return ""
    if row["denominator"] is not None:
        return f"{say.number(row['numerator'])} of {say.number(row['denominator'])}"
    return say.number(row["value"], 0 if float(row["value"]).is_integer() else 1)


def _told_elsewhere(row: Row) -> bool:
    """Whether the figures on local records show it."""
    item = str(row["item"])
    return row["source_id"] == LOCAL and (
        item.partition(":")[0] in DATA_SETS or item.endswith("(local records)")
    )


def quality_table(facts: Facts) -> Figure | None:
    """Every other check, one line each: its newest period, and in how many periods it needs attention. Those that need it first."""
    counted = {row["item"] for row in facts.quality if row["measure"] in STATED and row["source_id"] != LOCAL}
    rows = [row for row in facts.quality if row["item"] not in counted and not _told_elsewhere(row)]
    lines: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        lines[
            tuple(str(row[name]) for name in ("item", "measure", "organisation_level", "organisation_code"))
        ].append(row)
    if not lines:
        return None
    for found in lines.values():
        found.sort(key=lambda row: (str(row["period_end"]), str(row["period_start"])))
    order = {"needs attention": 0, "not available": 1, "information": 2, "good": 3}
    newest = sorted(
        ((found[-1], found) for found in lines.values()),
        key=lambda pair: (
            order.get(pair[0]["verdict"], 2), pair[0]["item"], str(pair[0]["organisation_code"]), pair[0]["measure"]
        ),
    )  # fmt: skip
    attention = sum(row["verdict"] == "needs attention" for row, _ in newest)
    statement = f"{attention} of {len(newest)} checks need attention in their newest period."
    agree = sum(row["measure"] == AGREES and row["verdict"] == "good" for row in rows)
    if agree:
        statement += (
            f" {agree} counts published for the system agree with the sum of its providers, within rounding."
        )
    return Figure(
        key="quality-checks",
        title="Other checks of the data",
        question="",
        table=Table(
            CHECK_COLUMNS,
            tuple(
                (
                    say.item_name(str(row["item"])),
                    say.check_name(str(row["measure"])),
                    _organisation(facts, row),
                    _result(row),
                    _month(row),
                    row["verdict"],
                    f"{sum(one['verdict'] == 'needs attention' for one in found)} of {len(found)}",
                    row["detail"] or "",
                    row["figure_id"],
                )
                for row, found in newest
            ),
            frozenset(),
        ),
        statement=statement,
        notes=("One line a check, with its newest period; every period is in data_quality.csv.",),
        figure_id=newest[0][0]["figure_id"],
    )
