"""All systems beside this one: funnels of those measures where it stands out, its place in every one. Knows no HTML."""

from __future__ import annotations

from collections import defaultdict

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Line, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table

MOST_FUNNELS, FEWEST_SYSTEMS = 3, 5
PLACES = {
    "above the 99.8% limit": 0, "below the 99.8% limit": 0, "above the 95% limit": 1, "below the 95% limit": 1,
}  # fmt: skip
FUNNEL_COLUMNS = ("System", "Value", "Out of", "Place", "Place, plain limits", "Verdict", "Figure id")
PLACE_COLUMNS = (
    "Measure", "This system", "All systems", "Unit", "Out of", "Place", "Place, plain limits", "Verdict", "Period", "Figure id",
)  # fmt: skip
LIMITS = (
    ("limit_lower_95", "95% limit", "dash"), ("limit_upper_95", "95% limit", "dash"),
    ("limit_lower_998", "99.8% limit", "solid"), ("limit_upper_998", "99.8% limit", "solid"),
)  # fmt: skip


def _place(row: Row) -> str:
    return str(row["adjusted_position"] or row["position"] or "")


def _limit(row: Row, name: str) -> float | None:
    adjusted = row[f"adjusted_{name}"]
    return row[name] if adjusted is None else adjusted


def _newest(facts: Facts) -> list[list[Row]]:
    """The newest funnel of each measure for everybody, with this system in it."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in facts.funnels:
        if row["value"] is not None:
            found[row["metric_id"]].append(row)
    funnels = []
    for _, rows in sorted(found.items()):
        newest = max((str(row["period_end"]), str(row["funnel_key"])) for row in rows)
        kept = [row for row in rows if (str(row["period_end"]), str(row["funnel_key"])) == newest]
        if len(kept) >= FEWEST_SYSTEMS and any(row["organisation_code"] == facts.system.code for row in kept):
            funnels.append(kept)
    return funnels


def _own(facts: Facts, rows: list[Row]) -> Row:
    return next(row for row in rows if row["organisation_code"] == facts.system.code)


def _funnel(facts: Facts, rows: list[Row]) -> Figure:
    own, rows = (
        _own(facts, rows),
        sorted(rows, key=lambda row: (row["denominator"], row["organisation_code"])),
    )
    decimals, unit = say.decimals_of(own), own["unit"]

    def hover(row: Row) -> str:
        return f"{row['organisation_name']}: {say.with_unit(say.number(row['value'], decimals), unit)}, {_place(row)}"

    series = []
    # a third of the points draws the same curve
    curve = [*rows[:-1:3], rows[-1]]
    for name, label, dash in LIMITS:
        line = tuple(
            Point(row["denominator"], _limit(row, name)) for row in curve if _limit(row, name) is not None
        )
        if line:
            series.append(Series(label, line, kind="line", dash=dash, colour="#768692"))
    others = tuple(
        Point(row["denominator"], row["value"], look="faint", hover=hover(row))
        for row in rows
        if row is not own
    )
    series += [
        Series("Other systems", others),
        Series("This system", (Point(own["denominator"], own["value"], look="reference", hover=hover(own)),)),
    ]
    title = f"{own['metric_name']}: all systems"
    value = say.with_unit(say.number(own["value"], decimals), unit)
    target = say.with_unit(say.number(own["target"], decimals), unit)
    statement = f"This system: {value}, {_place(own)}. All systems: {target}."
    return Figure(
        key=f"{own['metric_id']}-funnel",
        title=title,
        question="",
        chart=Chart(
            kind="funnel",
            series=tuple(series),
            value_title="Percentage" if unit == "%" else unit[:1].upper() + unit[1:],
            place_title="Women or babies counted",
            lines=(Line(own["target"], "All systems"),) if own["target"] is not None else (),
            floor=False,
            alt=f"{title}, by size, with the limits that chance and the usual spread between systems allow. {statement} All values are in the table.",
        ),
        table=Table(
            FUNNEL_COLUMNS,
            tuple(
                (
                    str(row["organisation_name"] or row["organisation_code"]), say.number(row["value"], decimals),
                    say.number(row["denominator"]), _place(row), row["position"] or "", row["verdict"], row["figure_id"],
                )
                for row in sorted(rows, key=lambda row: str(row["organisation_name"]))
            ),
            frozenset((1, 2)),
        ),
        statement=statement,
        period=_period(own),
        legend=(("reference", "This system"), ("faint", "Another system")),
        figure_id=own["figure_id"],
        wide=False,
    )  # fmt: skip


def _period(row: Row) -> str:
    start, end = say.month_name(str(row["period_start"])), say.month_name(str(row["period_end"]))
    return start if start == end else f"{start} to {end}"


def beside_others(facts: Facts) -> list[Figure]:
    """Where this system stands out first, then its place in every measure."""
    funnels = _newest(facts)
    if not funnels:
        return []
    owns = [_own(facts, rows) for rows in funnels]
    judged = [(own, rows) for own, rows in zip(owns, funnels, strict=True) if own["polarity"] != "neutral"]
    judged.sort(key=lambda pair: (PLACES.get(_place(pair[0]), 2), pair[0]["metric_id"]))
    drawn = [_funnel(facts, rows) for own, rows in judged if _place(own) in PLACES][:MOST_FUNNELS]
    outside = sum(_place(own) in PLACES for own, _ in judged)
    places = Figure(
        key="places",
        title="Where this system stands among all systems",
        question="",
        table=Table(
            PLACE_COLUMNS,
            tuple(
                (
                    own["metric_name"], say.number(own["value"], say.decimals_of(own)),
                    say.number(own["target"], say.decimals_of(own)), own["unit"], say.number(own["denominator"]),
                    _place(own), own["position"] or "",
                    say.DESCRIBED if own["polarity"] == "neutral" else own["verdict"], _period(own), own["figure_id"],
                )
                for own in sorted(owns, key=lambda row: (row["metric_name"], row["metric_id"]))
            ),
            frozenset((1, 2, 4)),
        ),
        statement=f"{outside} of {len(judged)} judged measures lie outside the limits that chance and the usual spread between systems allow."
        + (f" The {len(drawn)} furthest are drawn." if outside > len(drawn) else ""),
        figure_id=owns[0]["figure_id"],
    )  # fmt: skip
    return [places, *drawn]
