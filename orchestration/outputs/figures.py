"""What one system's page shows: figures with their charts, tables and statements, from typed data.

Knows no HTML; nothing here reads a file or a database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.charts import Chart, Line, Point, Series

Row = dict[str, Any]
# Dimensions that a figure is drawn for, in this order; tenths give way to fifths where both are there.
GROUPED = ("ethnicity", "ethnicity_detailed", "deprivation_quintile", "deprivation", "age")

# The rest of the measures are in inequality.csv.
MEASURES = ("sii", "rii", "any_difference", "range_difference", "idis_weighted", "paf")


@dataclass(frozen=True)
class Table:
    """A figure's numbers as text: what is seen and checked is this, and a download is made from it.

    Attributes:
        columns: unique names; the first names the row.
        rows: one text a column.
        numeric: places of the columns that are set to the right.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]


@dataclass(frozen=True)
class Figure:
    """One figure of the page.

    Attributes:
        key: its anchor.
        scope: whose figures they are, where it is not the system's own ("England").
        statement: what it shows, in a sentence or two.
        points: sentences listed under the statement, in their order.
        legend: (look, words) of the shapes in it.
        marks: (mark, meaning) of the marks in it.
        notes: caveats of the publishers and of the method.
        source: publisher, publication and release.
        figure_id: one of its numbers, for tracing.
        wide: whether it takes the whole width.
        extra: summary measures of inequality, where there are any.
    """

    key: str
    title: str
    question: str
    table: Table
    chart: Chart | None = None
    statement: str = ""
    points: tuple[str, ...] = ()
    period: str = ""
    scope: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    figure_id: str = ""
    wide: bool = True
    extra: Table | None = None


def records(frame: pd.DataFrame) -> list[Row]:
    """Rows of a frame as dictionaries, with None wherever nothing is held."""
    columns = []
    for name in frame.columns:
        held = frame[name].to_numpy(dtype=object, copy=True)
        held[frame[name].isna().to_numpy()] = None
        columns.append(held.tolist())
    names = list(frame.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _in_order(row: Row) -> tuple[int, str]:
    return int(row["group_order"] or 0), str(row["group_code"])


class Facts:
    """One system's rows, found by what they are. The newest period of a figure is the one shown."""

    def __init__(self, system: SystemData) -> None:
        self.system = system
        self.values = records(system.values)
        self.metrics = {row["metric_id"]: row for row in records(system.metrics)}
        self._by_key: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in self.values:
            self._by_key[row["metric_id"], row["dimension"], row["organisation_level"]].append(row)

    @cached_property
    def gaps(self) -> dict[tuple[str, str], Row]:
        """Gaps by figure id of the value and kind of reference."""
        return {(row["value_figure_id"], row["reference_kind"]): row for row in records(self.system.gaps)}

    @cached_property
    def robustness(self) -> dict[str, Row]:
        """What the people whose group is not known could make of a gap, by figure id of the gap."""
        return {row["gap_figure_id"]: row for row in records(self.system.robustness)}

    @cached_property
    def inequality(self) -> list[Row]:
        """Summary measures of inequality that the page shows."""
        frame = self.system.inequality
        return records(frame[frame["measure"].isin(MEASURES)])

    @cached_property
    def trends(self) -> list[Row]:
        """Trends, one row a series and method, but for those of providers."""
        frame = self.system.trends
        return records(frame[frame["organisation_level"] != "provider"])

    @cached_property
    def trend_points(self) -> list[Row]:
        """Points of the system's own monthly trends, with their limits."""
        frame = self.system.trend_points
        return records(frame[(frame["organisation_level"] == "lmns") & (frame["dimension"] == "total")])

    @cached_property
    def funnels(self) -> list[Row]:
        """Every system's place in the funnels for everybody."""
        frame = self.system.funnels
        return records(frame[(frame["organisation_level"] == "lmns") & (frame["dimension"] == "total")])

    @cached_property
    def benchmarks(self) -> list[Row]:
        """What national publications say."""
        return records(self.system.benchmarks)

    @cached_property
    def quality(self) -> list[Row]:
        """Rows on data quality."""
        return records(self.system.quality)

    def gap(self, row: Row, kind: str) -> Row | None:
        """A value against its reference."""
        return self.gaps.get((row["figure_id"], kind))

    def bounds(self, row: Row) -> Row | None:
        """How the gap that is shown for a value would stand whatever the people of unknown group are."""
        gap = self.gap(row, "best") or self.gap(row, "fixed")
        return None if gap is None else self.robustness.get(gap["figure_id"])

    def verdict(self, row: Row, kind: str) -> str:
        """The verdict on a value; empty where none is due."""
        gap = self.gap(row, kind)
        return "" if gap is None or row["polarity"] == "neutral" else str(gap["verdict"])

    def history(self, metric_id: str, dimension: str, level: str) -> list[Row]:
        """Every period of a figure."""
        return self._by_key.get((metric_id, dimension, level), [])

    def latest(self, metric_id: str, dimension: str, level: str = "lmns") -> list[Row]:
        """The rows of the newest period, groups in order."""
        rows = self.history(metric_id, dimension, level)
        if not rows:
            return []
        newest = max((row["period_end"], row["period_start"]) for row in rows)
        kinds: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            if (row["period_end"], row["period_start"]) == newest:
                kinds[str(row["classification"]), str(row["organisation_role"])].append(row)
        # two code lists, or women by home and by hospital, never stand in one figure: the fuller one does
        fullest = max(sorted(kinds), key=lambda kind: len(kinds[kind]))
        return sorted(kinds[fullest], key=_in_order)

    def total(self, metric_id: str) -> Row | None:
        """The system's own newest figure for everybody."""
        rows = self.latest(metric_id, "total")
        return rows[0] if rows else None

    def has_year_of(self, metric_id: str) -> bool:
        """Whether a measure by month has a twin over a year, which says the same with less chance in it."""
        twin = metric_id.removesuffix("_month")
        return twin != metric_id and twin in self.metrics and self.total(twin) is not None

    def providers(self, row: Row) -> list[Row]:
        """The same figure of each provider, same period and group."""
        return [
            found
            for found in self.history(row["metric_id"], row["dimension"], "provider")
            if found["group_code"] == row["group_code"]
            and found["period_start"] == row["period_start"]
            and found["period_end"] == row["period_end"]
            and found["organisation_role"] == row["organisation_role"]
        ]

    def is_local(self, metric_id: str) -> bool:
        """Whether local files feed it: its groups are protected here, and each of its code lists stands for itself."""
        return bool(self.metrics[metric_id]["source_id"] == "local")

    def _is_mostly_hidden(self, metric_id: str, dimension: str, level: str) -> bool:
        """Whether no more than half of the groups have a value."""
        rows = self.latest(metric_id, dimension, level)
        return 2 * sum(row["value"] is not None for row in rows) <= len(rows)

    def dimensions(self, metric_id: str, level: str) -> list[str]:
        """Dimensions to draw: fifths stand for tenths, and five ethnic groups for many where half of the many are hidden."""
        found = {key[1] for key in self._by_key if key[0] == metric_id and key[2] == level} - {"total"}
        if "deprivation_quintile" in found:
            found.discard("deprivation")
        if {"ethnicity", "ethnicity_detailed"} <= found:
            if self._is_mostly_hidden(metric_id, "ethnicity_detailed", level):
                found.discard("ethnicity_detailed")
            elif not self.is_local(metric_id):
                found.discard("ethnicity")
        return sorted(
            found, key=lambda name: (GROUPED.index(name) if name in GROUPED else len(GROUPED), name)
        )


def told_by_group(facts: Facts, kind: str) -> frozenset[str]:
    """Topics with a value by group, of a kind such as "ethnicity", for the system or its councils, whichever family counts them."""
    return frozenset(
        say.base_name(row["metric_name"])
        for row in facts.values
        if row["organisation_level"] in ("lmns", "council")
        and row["dimension"] != "total"
        and row["dimension"].startswith(kind)
        and row["value"] is not None
    )


def shown(row: Row, name: str = "value") -> str:
    """A value as it is shown everywhere, without its unit."""
    return say.number(row[name], say.decimals_of(row, name))


def measured(row: Row, name: str = "value") -> str:
    """A value with its unit."""
    return say.with_unit(shown(row, name), row["unit"])


def _signed(gap: Row | None, name: str) -> str:
    return "" if gap is None else say.number(gap[name], say.decimals_of(gap, name))


def source_of(rows: Iterable[Row]) -> str:
    """Publisher, publication and release of these rows, each once."""
    found = {
        f"{row['publisher']}, {say.publication(row['publication'])}"
        + (f" ({row['release']})" if row["release"] else "")
        for row in rows
        if row["publisher"]
    }
    return "; ".join(sorted(found))


def marks_of(rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """The marks of these rows with what they mean."""
    found = sorted({str(row["mark"]) for row in rows if row["mark"]})
    return tuple((mark, say.meaning_of_mark(mark)) for mark in found)


def notes_of(rows: Sequence[Row], metrics: dict[str, Row]) -> tuple[str, ...]:
    """Caveats of the publishers and notes of the register, each once."""
    found: dict[str, None] = {}
    for row in rows:
        if row["caveat"]:
            found.setdefault(str(row["caveat"]))
        note = (metrics.get(row["metric_id"]) or {}).get("note")
        if note and not any(
            word in note.lower() for word in ("never judged", "clinical quality improvement")
        ):
            found.setdefault(str(note))
    return tuple(found)


def periods_of(rows: Iterable[Row]) -> str:
    """The periods of these rows, each once."""
    return say.listed(dict.fromkeys(str(row["period_label"]) for row in rows))


def _hover(title: str, row: Row, verdict: str = "") -> str:
    if row["value"] is None:
        return f"{title}: {row['mark'] or 'not published'}"
    text = f"{title}: {measured(row)}"
    if row["lower_95"] is not None:
        decimals = say.decimals_of(row)
        low, high = say.number(row["lower_95"], decimals), say.number(row["upper_95"], decimals)
        text += f" (95% interval {low} to {high})"
    return f"{text}, {verdict}" if verdict else text


DESCRIBED_COLUMNS = (
    "Measure", "Organisation", "Period", "Value", "Unit", "95% lower", "95% upper", "Numerator", "Denominator", "England",
    "Mark", "Figure id",
)  # fmt: skip
JUDGED_COLUMNS = (
    *DESCRIBED_COLUMNS[:10], "Better when", "Difference from England", "Difference 95% lower", "Difference 95% upper",
    "Verdict against England", *DESCRIBED_COLUMNS[10:],
)  # fmt: skip
DESCRIBED_NUMERIC = frozenset((3, 5, 6, 7, 8, 9))
JUDGED_NUMERIC = DESCRIBED_NUMERIC | {11, 12, 13}
BETTER_WHEN = {"low": "lower", "high": "higher"}


def _overview_row(facts: Facts, row: Row, organisation: str) -> tuple[str, ...]:
    decimals, gap = say.decimals_of(row), facts.gap(row, "england")
    judged: tuple[str, ...] = ()
    if row["polarity"] != "neutral":
        judged = (
            BETTER_WHEN[row["polarity"]],
            *(_signed(gap, name) for name in ("difference", "difference_lower_95", "difference_upper_95")),
            facts.verdict(row, "england"),
        )
    return (
        row["metric_name"], organisation, row["period_label"], shown(row), row["unit"],
        say.number(row["lower_95"], decimals), say.number(row["upper_95"], decimals),
        say.number(row["numerator"]), say.number(row["denominator"]), shown(row, "england_value"),
        *judged, row["mark"] or "", row["figure_id"],
    )  # fmt: skip


def look_of(row: Row, verdict: str) -> str:
    """The look of a dot: that of its verdict, or plain for what is described and never judged."""
    return say.LOOKS.get(verdict, "plain") if verdict else "plain"


def note_of(row: Row, verdict: str, unit: bool = True) -> str:
    """The words at the right of a row: the value and its verdict, or the mark."""
    if row["value"] is None:
        return row["mark"] or "not available"
    value = measured(row) if unit else shown(row)
    return f"{value}  {verdict}" if verdict and verdict != say.NOT_AVAILABLE else value


def overview(facts: Facts, key: str, title: str, question: str, metric_ids: Sequence[str]) -> Figure | None:
    """This system against England for several measures of one unit, providers beside it."""
    rows = [row for row in map(facts.total, metric_ids) if row is not None]
    if not rows:
        return None
    unit = rows[0]["unit"]
    own, england, parts, table = [], [], [], []
    for place, row in enumerate(rows):
        verdict = facts.verdict(row, "england")
        own.append(
            Point(
                place, row["value"], row["lower_95"], row["upper_95"], look_of(row, verdict),
                _hover(row["metric_name"], row, verdict),
            )
        )  # fmt: skip
        if row["england_value"] is not None:
            england.append(
                Point(
                    place,
                    row["england_value"],
                    look="england",
                    hover=f"England: {measured(row, 'england_value')}",
                )
            )
        table.append(_overview_row(facts, row, facts.system.name))
        providers = facts.providers(row)
        for provider in providers:
            name = str(provider["organisation_name"] or provider["organisation_code"])
            table.append(_overview_row(facts, provider, name))
            if len(providers) > 1 and provider["value"] is not None:
                parts.append(
                    Point(place, provider["value"], look="part", hover=f"{name}: {measured(provider)}")
                )
    judged = rows[0]["polarity"] != "neutral"
    legend = [("england", "England")] if england else []
    legend += (
        [(look, word) for word, look in say.LOOKS.items() if any(point.look == look for point in own)]
        if judged
        else [("plain", "This system")]
    )
    series = [Series("England", tuple(england)), Series("This system", tuple(own))]
    if parts:
        series.insert(0, Series("Providers", tuple(parts), offset=0.27))
        legend.append(("part", "A provider in this system"))
    statement = overview_statement(facts, rows) if judged else ""
    chart = Chart(
        kind="rows",
        series=tuple(series),
        labels=tuple(row["metric_name"] for row in rows),
        notes=tuple(note_of(row, facts.verdict(row, "england")) for row in rows),
        value_title={"%": "Percentage of women or babies"}.get(unit, unit[:1].upper() + unit[1:]),
        alt=f"{title}: this system and England, with 95% intervals. {statement} All values are in the table.",
    )
    return Figure(
        key=key,
        title=title,
        question=question,
        chart=chart,
        table=Table(
            JUDGED_COLUMNS if judged else DESCRIBED_COLUMNS,
            tuple(table),
            JUDGED_NUMERIC if judged else DESCRIBED_NUMERIC,
        ),
        statement=statement,
        period=periods_of(rows),
        legend=tuple(legend),
        marks=marks_of(row for name in rows for row in [name, *facts.providers(name)]),
        notes=notes_of(rows, facts.metrics),
        source=source_of(rows),
        figure_id=rows[0]["figure_id"],
    )


def overview_statement(facts: Facts, rows: Sequence[Row]) -> str:
    """Which measures are worse or better than England, in words made from the verdicts."""
    named: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        named[facts.verdict(row, "england")].append(row["metric_name"])
    parts = [
        f"{start}: {say.listed(map(say.lowered, names))}."
        for verdict, start in ((say.WORSE, "Worse than England"), (say.BETTER, "Better than England"))
        if (names := named.get(verdict))
    ]
    for verdict in (say.NO_DIFFERENCE, say.TOO_FEW):
        if count := len(named.get(verdict, ())):
            parts.append(f"{verdict[:1].upper() + verdict[1:]}: {count} of {len(rows)}.")
    return " ".join(parts)


COUNT_COLUMNS = ("Count", "Organisation", "Period", "Number", "Unit", "England", "Mark", "Figure id")


def counts(facts: Facts, key: str, title: str, metric_ids: Sequence[str]) -> Figure | None:
    """Bare counts of this system and its providers: a table, because counts of different sizes make no chart."""
    rows = [row for metric_id in metric_ids for row in facts.latest(metric_id, "total")[:1]]
    if not rows:
        return None
    named = [
        (row, name)
        for own in rows
        for row, name in (
            (own, facts.system.name),
            *(
                (part, str(part["organisation_name"] or part["organisation_code"]))
                for part in facts.providers(own)
            ),
        )
    ]
    return Figure(
        key=key,
        title=title,
        question="",
        table=Table(
            COUNT_COLUMNS,
            tuple(
                (
                    row["metric_name"], name, row["period_label"], shown(row), row["unit"], shown(row, "england_value"),
                    row["mark"] or "", row["figure_id"],
                )
                for row, name in named
            ),
            frozenset((3, 5)),
        ),
        statement=say.listed((f"{row['metric_name']}: {shown(row) or row['mark']}" for row in rows), 6) + ".",
        period=periods_of(rows),
        marks=marks_of(row for row, _ in named),
        notes=notes_of(rows, facts.metrics),
        source=source_of(rows),
        figure_id=rows[0]["figure_id"],
    )  # fmt: skip


GROUP_NUMERIC = frozenset(range(1, 11))


BOUND_COLUMNS = ("Difference at the least", "Difference at the most", "With unknown groups")
# behind the numbers of a gap; the columns from here on are words
BOUNDS_AT = 11


def _group_columns(row: Row, reference: str) -> tuple[str, ...]:
    return (
        say.dimension_name(row["dimension"])[:1].upper() + say.dimension_name(row["dimension"])[1:],
        f"Value ({row['unit']})", "95% lower", "95% upper", "Numerator", "Denominator",
        "England, same group", f"Difference from {reference}", "Difference 95% lower",
        "Difference 95% upper", "Ratio", "Against the best", "Against the fixed group",
        "Against England", "Mark", "Figure id",
    )  # fmt: skip


def _group_row(facts: Facts, row: Row) -> tuple[str, ...]:
    decimals, gap = say.decimals_of(row), facts.gap(row, "best") or facts.gap(row, "fixed")
    verdicts = tuple(facts.verdict(row, kind) for kind in ("best", "fixed", "england"))
    return (
        row["group_name"], shown(row), say.number(row["lower_95"], decimals),
        say.number(row["upper_95"], decimals), say.number(row["numerator"]),
        say.number(row["denominator"]), shown(row, "england_value"),
        _signed(gap, "difference"), _signed(gap, "difference_lower_95"),
        _signed(gap, "difference_upper_95"), "" if gap is None else say.ratio(gap), *verdicts,
        row["mark"] or "", row["figure_id"],
    )  # fmt: skip


def _bound_cells(facts: Facts, row: Row) -> tuple[str, ...]:
    bounds, gap = facts.bounds(row), facts.gap(row, "best") or facts.gap(row, "fixed")
    if bounds is None or gap is None:
        return ("", "", "")
    decimals = say.decimals_of(gap, "difference")
    return (
        say.number(bounds["difference_low"], decimals),
        say.number(bounds["difference_high"], decimals),
        str(bounds["robustness"]),
    )


def _group_table(facts: Facts, rows: Sequence[Row], reference: str) -> Table:
    """The table of a measure by group; with what unknown groups could make of the gaps, where that was worked out."""
    columns, cells = _group_columns(rows[0], reference), [_group_row(facts, row) for row in rows]
    if not any(map(facts.bounds, rows)):
        return Table(columns, tuple(cells), GROUP_NUMERIC)
    return Table(
        (*columns[:BOUNDS_AT], *BOUND_COLUMNS, *columns[BOUNDS_AT:]),
        tuple(
            (*line[:BOUNDS_AT], *_bound_cells(facts, row), *line[BOUNDS_AT:])
            for row, line in zip(rows, cells, strict=True)
        ),
        GROUP_NUMERIC | {BOUNDS_AT, BOUNDS_AT + 1},
    )


def _bounds_note(facts: Facts, rows: Sequence[Row]) -> tuple[str, ...]:
    """What robust and fragile mean in a figure, and how many people it is about."""
    found = [bounds for row in rows if (bounds := facts.bounds(row)) is not None]
    if not found:
        return ()
    unknown = found[0]["unknown_percent"]
    share = "some people" if unknown is None else f"up to {say.number(unknown)}% of people"
    return (
        f"The group of {share} is not known. Robust: the verdict is the same whoever they are. Fragile: it is not. "
        "Cannot tell: there is no clear difference, or too few, and they could make one. The table has the least and the "
        "most that each difference could be.",
    )


def reference_of(facts: Facts, rows: Sequence[Row]) -> Row | None:
    """The group that the others are compared with: the best where there is one, else the fixed one."""
    for kind in ("best", "fixed"):
        codes = {gap["reference_group"] for row in rows if (gap := facts.gap(row, kind)) is not None}
        for row in rows:
            if row["group_code"] in codes:
                return row
    return None


def group_statement(facts: Facts, rows: Sequence[Row]) -> str:
    """Which groups fare worse than the reference, in words made from the verdicts."""
    judged = [(row, verdict) for row in rows if (verdict := facts.verdict(row, "best"))]
    reference = reference_of(facts, rows)
    if not judged:
        return ""
    if reference is None or all(
        (facts.gap(row, "best") or {}).get("reference_group") is None for row, _ in judged
    ):
        return "No group is large enough to compare the others with: too few to tell."
    best = say.group_phrase(reference["group_name"], reference["dimension"])
    start = f"Against {best} ({measured(reference)}), the group with the best outcome: "
    worse, few = (
        [say.group_phrase(row["group_name"], row["dimension"]) for row, verdict in judged if verdict == word]
        for word in (say.WORSE, say.TOO_FEW)
    )
    if len(few) == len(judged):
        return f"{start}too few to tell for every other group."
    text = f"worse for {say.listed(worse)}" if worse else "no group is clearly worse"
    return start + text + (f"; too few to tell for {say.listed(few)}." if few else ".")


def _largest(rows: Sequence[Row], national: bool) -> str:
    """The fifth of most interest, or the largest group, in words."""
    known = [row for row in rows if row["value"] is not None and not row["is_unknown"]]
    if not known:
        return ""
    ends = [row for row in known if row["group_code"] in ("Q1", "D01")]
    row = ends[0] if ends else max(known, key=lambda found: found["value"])
    phrase = say.group_phrase(row["group_name"], row["dimension"])
    start = f"{phrase[:1].upper()}{phrase[1:]}" if ends else f"The largest group is {phrase}"
    compared = (
        ""
        if national or row["england_value"] is None
        else f" here, {measured(row, 'england_value')} in England"
    )
    return f"{start}: {measured(row)}{compared}."


def by_group(facts: Facts, metric_id: str, dimension: str, level: str = "lmns") -> Figure | None:
    """One measure by group, with intervals, reference group and England."""
    rows = facts.latest(metric_id, dimension, level)
    if not rows:
        return None
    first, national = rows[0], level == "national"
    judged = first["polarity"] != "neutral"
    reference = reference_of(facts, rows) if judged else None
    own, england = [], []
    notes = []
    for place, row in enumerate(rows):
        verdict = facts.verdict(row, "best")
        is_reference = reference is not None and row["figure_id"] == reference["figure_id"]
        look = "reference" if is_reference else "unknown" if row["is_unknown"] else look_of(row, verdict)
        own.append(
            Point(
                place, row["value"], row["lower_95"], row["upper_95"], look,
                _hover(row["group_name"], row, verdict),
            )
        )  # fmt: skip
        bounds = facts.bounds(row) if verdict in (say.WORSE, say.BETTER) else None
        words = "best outcome" if is_reference and judged else verdict
        notes.append(note_of(row, f"{words}, {bounds['robustness']}" if bounds else words))
        if row["england_value"] is not None and not national:
            england.append(
                Point(
                    place,
                    row["england_value"],
                    look="england",
                    hover=f"England, {row['group_name']}: {measured(row, 'england_value')}",
                )
            )
    looks = {point.look for point in own}
    legend = [("england", "England, same group")] if england else []
    if "reference" in looks:
        legend.append(("reference", "Reference: the group with the best outcome"))
    legend += [(look, word) for word, look in say.LOOKS.items() if look in looks]
    if "unknown" in looks:
        legend.append(("unknown", "Group not recorded"))
    if reference is not None:
        legend.append(("rule", "Level of the reference group"))
    if "plain" in looks:
        legend.append(("plain", "England" if national else "This system"))
    lines = (
        (Line(reference["value"], ""),) if reference is not None and reference["value"] is not None else ()
    )
    statement = group_statement(facts, rows)
    if first["kind"] == "composition":
        statement = _largest(rows, national)
    title = f"{say.without_group(first['metric_name'])}, by {say.dimension_name(dimension)}"
    series = [Series("England", tuple(england))] if england else []
    series.append(Series("England" if national else "This system", tuple(own)))
    edition = ", ".join(part for part in (first["classification"], first["classification_edition"]) if part)
    whose = {"baby": "of the baby", "mother": "of the mother"}.get(str(first["classified_person"]), "")
    notes_below = list(notes_of(rows, facts.metrics))
    if edition:
        notes_below.append(f"Groups: {edition}{', ' + whose if whose else ''}.")
    if any(row["is_derived"] for row in rows):
        notes_below.append(
            "Fifths are added from the publisher's tenths; the interval allows for their rounding."
        )
    notes_below += _bounds_note(facts, rows)
    return Figure(
        key=f"{metric_id}-{dimension}" + ("-england" if national else ""),
        title=title,
        question=str(first["metric_question"] or ""),
        chart=Chart(
            kind="rows",
            series=tuple(series),
            labels=tuple(say.group_label(row["group_name"], dimension) for row in rows),
            notes=tuple(notes),
            value_title={"%": "Percentage"}.get(first["unit"], first["unit"][:1].upper() + first["unit"][1:]),
            lines=lines,
            alt=f"{title}, with 95% intervals. {statement} All values are in the table.",
        ),
        table=_group_table(
            facts, rows, reference["group_name"] if reference is not None else "the reference"
        ),
        statement=statement,
        period=periods_of(rows),
        scope="England" if national else "",
        legend=tuple(legend),
        marks=marks_of(rows),
        notes=tuple(notes_below),
        source=source_of(rows),
        figure_id=first["figure_id"],
        wide=False,
    )
