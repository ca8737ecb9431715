"""Change over time: months with their limits (XmR), and years of England by deprivation. Knows no HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table, measured, notes_of, shown, source_of

FEWEST_POINTS, MOST_RUNS = 3, 8
YEARLY = ("calendar_year", "financial_year")
ALL_COLUMNS = (
    "Measure", "Months", "Newest month", "Newest value", "Unit", "Mean", "Lower limit", "Upper limit", "Newest signal", "Figure id",
)  # fmt: skip
MONTH_COLUMNS = (
    "Month", "Value", "Unit", "Mean", "Lower limit", "Upper limit", "Signal", "Variation", "Figure id",
)  # fmt: skip
YEAR_COLUMNS = (
    "Period", "20% most deprived areas", "95% lower", "95% upper", "20% least deprived areas", "95% lower, least",
    "95% upper, least", "Figure id, most", "Figure id",
)  # fmt: skip


def _runs(facts: Facts) -> dict[str, list[Row]]:
    """The months of every judged measure with enough of them."""
    runs: dict[str, list[Row]] = defaultdict(list)
    for row in facts.trend_points:
        metric = facts.metrics[row["metric_id"]]
        if (
            row["value"] is not None
            and metric["polarity"] != "neutral"
            and metric["domain"] != "data_quality"
        ):
            runs[row["metric_id"]].append(row)
    return {metric_id: points for metric_id, points in sorted(runs.items()) if len(points) >= FEWEST_POINTS}


def _every_run(facts: Facts, runs: dict[str, list[Row]]) -> Figure:
    """Every measure's months in one table: those without a chart are here too."""
    table = []
    for metric_id, points in runs.items():
        metric, last = facts.metrics[metric_id], points[-1]
        decimals, limit = _shown_with(facts, metric_id)
        signals = [row for row in points if row["rule"]]
        table.append(
            (
                metric["metric_name"], str(len(points)), last["period_label"], say.number(last["value"], decimals), metric["unit"],
                *(limit(last[name]) for name in ("mean_value", "lower_limit", "upper_limit")),
                f"{signals[-1]['rule']} ({signals[-1]['period_label']})" if signals else "", last["value_figure_id"] or last["figure_id"],
            )
        )  # fmt: skip
    signalled = sum(bool(row[8]) for row in table)
    return Figure(
        key="months",
        title="Change from month to month, every measure",
        question="",
        table=Table(ALL_COLUMNS, tuple(table), frozenset((1, 3, 5, 6, 7))),
        statement=f"{signalled} of {len(table)} measures show more than ordinary variation."
        + (f" Charts of {MOST_RUNS} follow, those with a signal first." if len(table) > MOST_RUNS else ""),
        figure_id=str(next(iter(runs.values()))[-1]["figure_id"]),
    )


def _shown_with(facts: Facts, metric_id: str) -> tuple[int, Callable[[float | None], str]]:
    """Decimals of a month's value, and how its mean and limits are written: those of local records are protected."""
    if facts.is_local(metric_id):
        return 0, say.significant
    decimals = say.decimals_of(facts.metrics[metric_id])
    return decimals, lambda value: say.number(value, decimals)


def over_time(facts: Facts) -> list[Figure]:
    """All measures in a table, the runs with a signal first, then England's years."""
    runs = _runs(facts)
    figures = [_every_run(facts, runs)] if runs else []
    order = sorted(runs, key=lambda metric_id: (not any(row["rule"] for row in runs[metric_id]), metric_id))
    figures += [months(facts, metric_id, runs[metric_id]) for metric_id in order[:MOST_RUNS]]
    for metric_id, metric in facts.metrics.items():
        if metric["polarity"] != "neutral":
            figures += filter(None, [years(facts, metric_id)])
    return figures


def months(facts: Facts, metric_id: str, points: list[Row]) -> Figure:
    """The system's own months, with the limits that ordinary variation stays within."""
    metric = facts.metrics[metric_id]
    summary = next(
        (
            row
            for row in facts.trends
            if row["series_key"] == points[0]["series_key"] and row["method"] == "xmr"
        ),
        None,
    )
    decimals, limit = _shown_with(facts, metric_id)
    values = tuple(
        Point(
            str(row["period_start"]), row["value"], look="signal" if row["rule"] else "plain",
            hover=f"{row['period_label']}: {say.with_unit(say.number(row['value'], decimals), metric['unit'])}"
            + (f", {row['rule']}" if row["rule"] else ""),
        )
        for row in points
    )  # fmt: skip
    series = [Series("Months", values, kind="line", colour="#12436d")]
    for name, label, dash in (
        ("mean_value", "Mean", "solid"),
        ("lower_limit", "Limit", "dash"),
        ("upper_limit", "Limit", "dash"),
    ):
        held = tuple(Point(str(row["period_start"]), row[name]) for row in points if row[name] is not None)
        if held:
            series.append(Series(label, held, kind="line", dash=dash, colour="#4c6272"))
    series.append(Series("This system", values))
    signals = [row for row in points if row["rule"]]
    if summary is not None and summary["lower_limit"] is None:
        statement = f"{len(points)} months: too few for limits."
    elif signals:
        statement = f"More than ordinary variation: {signals[-1]['rule']} ({signals[-1]['period_label']})."
    else:
        statement = "Only ordinary variation from month to month: no signal of change."
    title = f"{metric['metric_name']}, month by month"
    legend = [("plain", "This system")]
    if signals:
        legend.append(("signal", "A signal of change"))
    return Figure(
        key=f"{metric_id}-months",
        title=title,
        question="",
        chart=Chart(
            kind="months",
            series=tuple(series),
            value_title="Percentage" if metric["unit"] == "%" else metric["unit"],
            floor=False,
            alt=f"{title}, with the limits of ordinary variation. {statement} All values are in the table.",
        ),
        table=Table(
            MONTH_COLUMNS,
            tuple(
                (
                    row["period_label"], say.number(row["value"], decimals), metric["unit"],
                    *(limit(row[name]) for name in ("mean_value", "lower_limit", "upper_limit")),
                    row["rule"] or "", row["variation"] or "", row["value_figure_id"] or row["figure_id"],
                )
                for row in points
            ),
            frozenset((1, 3, 4, 5)),
        ),
        statement=statement,
        period=f"{points[0]['period_label']} to {points[-1]['period_label']}",
        legend=tuple(legend),
        figure_id=str((summary or points[0])["figure_id"]),
        wide=False,
    )  # fmt: skip


def years(facts: Facts, metric_id: str) -> Figure | None:
    """England year by year, people living in the most and in the least deprived fifth of areas."""
    by_period: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in facts.history(metric_id, "deprivation_quintile", "national"):
        if row["group_code"] in ("Q1", "Q5") and row["value"] is not None and row["period_window"] in YEARLY:
            by_period[str(row["period_start"])][row["group_code"]] = row
    pairs = [
        (start, found["Q1"], found["Q5"]) for start, found in sorted(by_period.items()) if len(found) == 2
    ]
    if len(pairs) < FEWEST_POINTS or len({most["classification"] for _, most, _ in pairs}) != 1:
        return None
    first, last = pairs[0], pairs[-1]
    sides = (("Most deprived fifth", 1, "signal", "#a8480b"), ("Least deprived fifth", 2, "plain", "#12436d"))
    series = []
    for name, place, look, colour in sides:
        dots = tuple(
            Point(
                pair[0], pair[place]["value"], pair[place]["lower_95"], pair[place]["upper_95"], look,
                f"{name}, {pair[place]['period_label']}: {measured(pair[place])}",
            )
            for pair in pairs
        )  # fmt: skip
        series += [Series(name, dots, kind="line", colour=colour), Series(name, dots)]
    change = next(
        (
            row
            for row in facts.trends
            if (
                row["metric_id"],
                row["dimension"],
                row["organisation_level"],
                row["group_code"],
                row["method"],
            )
            == (metric_id, "deprivation_quintile", "national", "Q1", "gap")
        ),
        None,
    )
    statement = (
        f"Most deprived fifth {measured(first[1])} in {first[1]['period_label']} and {measured(last[1])} in "
        f"{last[1]['period_label']}; least deprived fifth {measured(first[2])} and {measured(last[2])}."
    )
    if change is not None and change["verdict"] in (say.WORSE, say.BETTER, say.NO_DIFFERENCE):
        statement += {
            say.WORSE: " The gap is growing.",
            say.BETTER: " The gap is closing.",
            say.NO_DIFFERENCE: " No clear change of the gap.",
        }[change["verdict"]]
    title = f"{first[1]['metric_name']} year by year, by deprivation of home area"
    rows = [row for _, most, least in pairs for row in (most, least)]
    return Figure(
        key=f"{metric_id}-years",
        title=title,
        question="",
        chart=Chart(
            kind="years",
            series=tuple(series),
            value_title=first[1]["unit"][:1].upper() + first[1]["unit"][1:],
            alt=f"{title}. {statement} All values are in the table.",
        ),
        table=Table(
            YEAR_COLUMNS,
            tuple(
                (
                    most["period_label"], shown(most), shown(most, "lower_95"), shown(most, "upper_95"), shown(least),
                    shown(least, "lower_95"), shown(least, "upper_95"), most["figure_id"], least["figure_id"],
                )
                for _, most, least in pairs
            ),
            frozenset(range(1, 7)),
        ),
        statement=statement,
        period=f"{first[1]['period_label']} to {last[1]['period_label']}",
        scope="England",
        legend=(("signal", "People living in the 20% most deprived areas"), ("plain", "People living in the 20% least deprived areas")),
        notes=notes_of(rows, facts.metrics),
        source=source_of(rows),
        figure_id=last[1]["figure_id"],
        wide=False,
    )  # fmt: skip
