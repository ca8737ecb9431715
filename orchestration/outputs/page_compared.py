"""Figures on local records beside what is published and who lives in the area, and on what unknown groups could undo.

Takes rows of the protected data quality and robustness; ethnic coding and linkage are in page_local.py. Knows no HTML.
"""

from __future__ import annotations

import math
from collections import defaultdict

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Line, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table
from orchestration.outputs.page_local import (
    ATTENTION,
    LINES,
    counts_of,
    in_time,
    local_checks,
    newest_of,
    organisation,
    percent,
    period_of,
)  # fmt: skip

MIXES = (
    ("Ethnic mix of women booked (local records)", "Who books, by ethnic group: local, published and residents", "ethnicity"),
    (
        "Deprivation mix of women booked (local records)", "Who books, by deprivation: local, published and residents",
        "deprivation_quintile",
    ),
)  # fmt: skip
PUBLISHED, RESIDENTS = "share beside the published one: ", "share beside that of residents: "
COUNT = "beside the published count"
RATE = "beside the published figure: "
MIX_COLUMNS = (
    "Group", "Local records (%)", "Published (%)", "Local less published (percentage points)", "Beside the published",
    "Residents (%)", "Local over residents", "Beside residents", "Women", "Women of known group", "Figure id",
)  # fmt: skip


def _mix(facts: Facts, item: str, title: str, dimension: str) -> Figure | None:
    """The share of each group among women booked in local records, in published counts and among residents."""
    rows = [row for row in local_checks(facts) if row["item"] == item and row["value"] is not None]
    if not rows:
        return None
    beside: dict[str, dict[str, Row]] = {PUBLISHED: {}, RESIDENTS: {}}
    for start, found in beside.items():
        own = [row for row in rows if row["measure"].startswith(start)]
        found.update({row["measure"].removeprefix(start): row for row in (newest_of(own) if own else [])})
    groups = sorted({*beside[PUBLISHED], *beside[RESIDENTS]})
    own, published, residents, notes, table, apart = [], [], [], [], [], []
    for place, group in enumerate(groups):
        near, people = beside[PUBLISHED].get(group), beside[RESIDENTS].get(group)
        row = near or people
        decimals, share = int(row["decimals"]), 100 * row["numerator"] / row["denominator"]
        name = say.group_label(group, dimension)
        own.append(Point(place, share, hover=f"{name}, local records: {say.number(share, decimals)}%"))
        other = None if near is None else share - 100 * near["value"]
        lives = (
            None if people is None else 100 * people["numerator"] / people["denominator"] / people["value"]
        )
        if other is not None:
            published.append(
                Point(place, other, look="second", hover=f"{name}, published: {say.number(other, 1)}%")
            )
        if lives is not None:
            residents.append(
                Point(place, lives, look="england", hover=f"{name}, residents: {say.number(lives, 1)}%")
            )
        bad = any(found is not None and found["verdict"] == ATTENTION for found in (near, people))
        notes.append(f"{say.number(share, decimals)}%" + (f"  {ATTENTION}" if bad else ""))
        if bad:
            apart.append(say.group_phrase(group, dimension))
        table.append(
            (
                name, say.number(share, decimals), say.number(other, 1),
                "" if near is None else say.number(100 * near["value"], decimals), "" if near is None else near["verdict"],
                say.number(lives, 1), "" if people is None else say.significant(people["value"]),
                "" if people is None else people["verdict"], *counts_of(row), row["figure_id"],
            )
        )  # fmt: skip
    statement = (
        f"Apart by more than rounding and chance, or half or twice the share of residents: {say.listed(apart, 6)}."
        if apart
        else "No group is clearly apart."
    )
    if beside[RESIDENTS]:
        furthest = max(
            beside[RESIDENTS].items(), key=lambda found: (abs(math.log(found[1]["value"] or 1)), found[0])
        )
        statement += (
            f" Furthest from their share of residents: {say.group_phrase(furthest[0], dimension)}, "
            f"{say.significant(furthest[1]['value'])} times."
        )
    legend = [("plain", "Local records")]
    legend += [("second", "Published bookings, same months")] if published else []
    legend += [("england", "People who live in the area")] if residents else []
    first = next(iter((beside[PUBLISHED] or beside[RESIDENTS]).values()))
    return Figure(
        key=f"local-mix-{dimension.replace('_', '-')}",
        title=title,
        question="Do local records hold the same women as the national ones, and as the area?",
        chart=Chart(
            kind="rows",
            series=(
                Series("People who live in the area", tuple(residents)),
                Series("Published", tuple(published)),
                Series("Local records", tuple(own)),
            ),
            labels=tuple(say.group_label(group, dimension) for group in groups),
            notes=tuple(notes),
            value_title="Percentage of those of known group",
            alt=f"{title}. {statement} All values are in the table.",
        ),
        table=Table(MIX_COLUMNS, tuple(table), frozenset((1, 2, 3, 5, 6, 8, 9))),
        statement=statement,
        period=period_of(first),
        legend=tuple(legend),
        notes=(
            "Residents are of any age, so some difference is expected: below a half or above twice needs attention.",
        ),
        figure_id=str(first["figure_id"]),
        wide=False,
    )


COUNT_COLUMNS = (
    "Month", "Count", "Organisation", "Local as a share of the published (%)", "Local records", "Published", "Result", "Figure id",
)  # fmt: skip


def _counts(facts: Facts) -> Figure | None:
    """Local records as a share of the published count, month by month, for each provider that supplies them."""
    rows = [row for row in local_checks(facts) if row["measure"] == COUNT]
    rows = [row for row in rows if row["organisation_level"] == "provider"] or rows
    if not rows:
        return None
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        lines[str(row["organisation_code"]), str(row["item"]).removesuffix(" (local records)")].append(row)
    several = len({code for code, _ in lines}) > 1
    series, legend, told = [], [], []
    for place, ((code, item), found) in enumerate(sorted(lines.items())):
        found.sort(key=lambda row: str(row["period_start"]))
        look, colour = LINES[place % len(LINES)]
        name = f"{item}, {code}" if several else item
        points = tuple(
            Point(
                str(row["period_start"]), None if row["value"] is None else 100 * row["value"], look=look,
                hover=f"{name}, {period_of(row)}: {percent(row)}%",
            )
            for row in found
        )  # fmt: skip
        poor = sum(row["verdict"] == ATTENTION for row in found)
        told.append(f"{say.lowered(name)} apart in {poor} of {len(found)} months")
        # more lines than looks cannot be told apart; the table has them all
        if place < len(LINES):
            series += [Series(name, points, kind="line", colour=colour), Series(name, points)]
            legend.append((look, name))
    statement = f"Apart by more than rounding and 5%: {'; '.join(told)}."
    ordered = sorted(rows, key=lambda row: str(row["period_start"]))
    return Figure(
        key="local-counts",
        title="Births and bookings: local records as a share of the published counts",
        question="Are the records complete?",
        chart=Chart(
            kind="months",
            series=tuple(series),
            value_title="Local records as % of published",
            lines=(Line(100, ""),),
            alt=f"Local records as a share of the published counts, month by month. {statement} All values are in the table.",
        ),
        table=Table(
            COUNT_COLUMNS,
            tuple(
                (
                    period_of(row), row["item"], organisation(row), percent(row), *counts_of(row), row["verdict"], row["figure_id"],
                )
                for row in reversed(ordered)
            ),
            frozenset((3, 4, 5)),
        ),
        statement=statement,
        period=f"{say.month_name(str(ordered[0]['period_start']))} to {period_of(ordered[-1])}",
        legend=(*legend, ("rule", "All of the published count")),
        figure_id=str(ordered[-1]["figure_id"]),
        wide=False,
    )  # fmt: skip


MOST_POINTS = 20
RATE_COLUMNS = (
    "Local measure", "Published measure", "Organisation", "Months or years compared", "That need attention",
    "Local less published, newest", "Newest", "Result", "Figure id",
)  # fmt: skip


def _rates(facts: Facts) -> Figure | None:
    """One line a measure with an exact published twin: in how many periods they agree."""
    lines: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    rows = [row for row in local_checks(facts) if row["measure"].startswith(RATE)]
    for row in [row for row in rows if row["organisation_level"] == "provider"] or rows:
        lines[row["item"], row["measure"].removeprefix(RATE), organisation_of(facts, row)].append(row)
    if not lines:
        return None
    table, poor, points = [], [], []
    for (item, published, where), found in sorted(lines.items()):
        year = in_time(found)
        newest, attention = year[-1], sum(row["verdict"] == ATTENTION for row in year)
        if attention:
            poor.append(
                f"{say.lowered(item.removesuffix(' (local records)'))}, {where} ({attention} of {len(year)})"
            )
        points.append(
            f"{published}: agrees in {len(year) - attention} of {len(year)} periods ({newest['organisation_code']})."
        )
        table.append(
            (
                item, published, where, str(len(year)), str(attention), say.number(newest["value"], int(newest["decimals"])),
                period_of(newest), newest["verdict"], newest["figure_id"],
            )
        )  # fmt: skip
    statement = (
        f"Beyond rounding and chance at least once: {say.listed(poor, 5)}."
        if poor
        else "Every rate agrees with its published twin within rounding and chance."
    )
    return Figure(
        key="local-rates",
        title="Rates of local records beside the published ones",
        question="Do local records give the rate that is published?",
        table=Table(RATE_COLUMNS, tuple(table), frozenset((3, 4, 5))),
        statement=statement,
        points=tuple(points) if len(points) <= MOST_POINTS else (),
        notes=("The difference is in the unit of the published figure.",),
        figure_id=str(next(iter(lines.values()))[-1]["figure_id"]),
        wide=False,
    )


def organisation_of(facts: Facts, row: Row) -> str:
    """The system by its name, any other by its name and code."""
    return facts.system.name if row["organisation_level"] == "lmns" else organisation(row)


def compared(facts: Facts) -> list[Figure]:
    """Local records beside published figures and beside residents."""
    mixes = [_mix(facts, *mix) for mix in MIXES]
    return [figure for figure in (*mixes, _counts(facts), _rates(facts)) if figure is not None]


ROBUST_COLUMNS = (
    "Measure and group", "Compared with", "Difference", "At the least", "At the most", "Group not known (%)", "Verdict",
    "With unknown groups", "Period", "Figure id",
)  # fmt: skip
ROBUST_DIMENSIONS = ("ethnicity", "deprivation_quintile")
MOST_GAPS = 12
UNITS = {"%": "percentage points"}


def robustness(facts: Facts) -> list[Figure]:
    """Each clear gap of local records with the least and the most that it could be, whoever the unknown are; one figure a unit."""
    newest: dict[tuple[str, str], str] = {}
    gaps: list[tuple[Row, Row]] = []
    shown = {gap["figure_id"]: gap for gap in facts.gaps.values()}
    for bounds in facts.robustness.values():
        gap = shown.get(bounds["gap_figure_id"])
        if (
            gap is None
            or bounds["reference_kind"] != "best"
            or bounds["organisation_level"] != "lmns"
            or bounds["dimension"] not in ROBUST_DIMENSIONS
            or str(bounds["metric_id"]).endswith("_month")
        ):
            continue
        key = (bounds["metric_id"], bounds["dimension"])
        newest[key] = max(newest.get(key, ""), str(bounds["period_end"]))
        gaps.append((bounds, gap))
    current = [
        pair
        for pair in gaps
        if str(pair[0]["period_end"]) == newest[pair[0]["metric_id"], pair[0]["dimension"]]
    ]
    by_unit: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for pair in current:
        by_unit[pair[1]["unit"]].append(pair)
    return [figure for unit, pairs in sorted(by_unit.items()) if (figure := _robust(unit, pairs)) is not None]


def _robust(unit: str, pairs: list[tuple[Row, Row]]) -> Figure | None:
    clear = [pair for pair in pairs if pair[0]["verdict"] == say.WORSE]
    open_ones = [pair for pair in pairs if pair[0]["verdict"] == say.NO_DIFFERENCE]
    if not clear:
        return None
    clear.sort(
        key=lambda pair: (
            pair[0]["robustness"] != "robust",
            -abs(pair[0]["difference"]),
            pair[0]["figure_id"],
        )
    )
    drawn = clear[:MOST_GAPS]
    unit_name = UNITS.get(unit, unit)

    def name(bounds: Row) -> str:
        group = say.group_phrase(str(bounds["group_name"]), bounds["dimension"])
        return f"{str(bounds['metric_name']).removesuffix(' (local records)')}: {group}"

    points, notes = [], []
    for place, (bounds, _) in enumerate(drawn):
        firm = bounds["robustness"] == "robust"
        text = f"{say.number(bounds['difference'])}  {bounds['robustness']}"
        points.append(
            Point(
                place, bounds["difference"], bounds["difference_low"], bounds["difference_high"], "worse" if firm else "few",
                f"{name(bounds)}: {text}",
            )
        )  # fmt: skip
        notes.append(text)
    firm = sum(bounds["robustness"] == "robust" for bounds, _ in clear)
    statement = f"{firm} of {len(clear)} gaps stand whoever the people of unknown group are; {len(clear) - firm} could be undone."
    if open_ones:
        cannot = sum(bounds["robustness"] == "cannot tell" for bounds, _ in open_ones)
        statement += f" Of {len(open_ones)} comparisons without a clear difference, {cannot} could hide one."
    rest = len(clear) - len(drawn)
    return Figure(
        key=f"local-robustness-{'percent' if unit == '%' else 'rate'}",
        title=f"What people of unknown group could undo ({unit_name})",
        question="Which gaps stand whoever the people of unknown group are?",
        chart=Chart(
            kind="rows",
            series=(Series("Gap", tuple(points)),),
            labels=tuple(name(bounds) for bounds, _ in drawn),
            notes=tuple(notes),
            value_title=f"Difference, {unit_name}",
            lines=(Line(0, ""),),
            floor=False,
            alt=f"Gaps of local records with the least and the most that each could be. {statement} All values are in the table.",
        ),
        table=Table(
            ROBUST_COLUMNS,
            tuple(
                (
                    name(bounds), say.group_phrase(str(gap["reference_group_name"]), bounds["dimension"]),
                    say.number(bounds["difference"]), say.number(bounds["difference_low"]), say.number(bounds["difference_high"]),
                    say.number(bounds["unknown_percent"]), bounds["verdict"], bounds["robustness"],
                    f"{say.month_name(str(bounds['period_start']))} to {say.month_name(str(bounds['period_end']))}", bounds["figure_id"],
                )
                for bounds, gap in clear
            ),
            frozenset((2, 3, 4, 5)),
        ),
        statement=statement,
        period=f"{say.month_name(str(clear[0][0]['period_start']))} to {say.month_name(str(clear[0][0]['period_end']))}",
        legend=(("worse", "Worse, and robust"), ("few", "Worse, but unknown groups could undo it"), ("rule", "No difference")),
        notes=(
            "The line goes from the least to the most that the gap would be if everybody of unknown group were placed where it hurts "
            "or helps most.",
            *([f"The {len(drawn)} firmest and largest are drawn, {rest} more are in the table."] if rest else []),
        ),
        figure_id=clear[0][0]["figure_id"],
    )  # fmt: skip
