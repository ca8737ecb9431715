"""The edition's first page: every system side by side. `render_index` is pure: no file, no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.charts import Chart, Line, Point, Series
from orchestration.outputs.figures import Row, Table, measured, records, shown
from orchestration.outputs.gaps_across import (
    COUNTS,
    LABELS,
    MEANINGS,
    NOBODYS,
    STANDINGS,
    Across,
    gaps_across,
)
from orchestration.outputs.page_parts import environment

ROW_ORDER = {"access": 0, "risk": 1, "care": 2, "continuity": 3, "outcomes": 4}
DOCUMENTS = (
    ("audit.docx", "Word document"),
    ("plan_on_a_page.html", "plan on a page"),
    ("action_plan.xlsx", "action plan to fill in"),
    ("easy_read.html", "draft for an easy-read group"),
)
LOOKS_SMALL = {say.WORSE: "worse", say.BETTER: "better"}


@dataclass(frozen=True)
class Cell:
    """One system's value of one measure with its verdict against England."""

    value: str
    verdict: str
    why: str = ""


@dataclass(frozen=True)
class SystemLine:
    """One system's row."""

    code: str
    name: str
    region: str
    cells: tuple[Cell, ...]
    counts: tuple[int, int]
    stated: str


def _newest(rows: list[Row]) -> list[Row]:
    """The newest period of one measure, the same for all systems."""
    newest = max((row["period_end"], row["period_start"]) for row in rows)
    return [row for row in rows if (row["period_end"], row["period_start"]) == newest]


def _judged(data: AuditData) -> dict[str, list[Row]]:
    """Judged measures for everybody, newest period: one a topic, the one with most systems."""
    rows: dict[str, list[Row]] = defaultdict(list)
    values = data.values
    own = values[
        (values["organisation_level"] == "lmns")
        & (values["dimension"] == "total")
        & (values["polarity"] != "neutral")
        & (values["domain"].isin(list(ROW_ORDER)))
    ]
    for row in records(own):
        rows[row["metric_id"]].append(row)
    newest = {metric_id: _newest(found) for metric_id, found in rows.items()}
    topics: dict[tuple[int, str], list[list[Row]]] = defaultdict(list)
    for found in newest.values():
        first = found[0]
        topics[ROW_ORDER[first["domain"]], say.base_name(first["metric_name"])].append(found)
    chosen = {}
    for _, choices in sorted(topics.items()):
        best = max(
            choices,
            key=lambda found: (
                str(found[0]["period_end"]), sum(row["value"] is not None for row in found), found[0]["metric_id"]
            ),
        )  # fmt: skip
        chosen[best[0]["metric_id"]] = best
    return chosen


def _verdicts(data: AuditData) -> dict[str, Row]:
    gaps = data.gaps
    england = gaps[(gaps["reference_kind"] == "england") & (gaps["dimension"] == "total")]
    return {row["value_figure_id"]: row for row in records(england)}


def _stated(data: AuditData) -> dict[str, str]:
    quality = data.quality
    rows = quality[
        (quality["item"] == "Ethnic category at booking")
        & (quality["measure"] == "valid and stated")
        & (quality["organisation_level"] == "lmns")
    ]
    newest: dict[str, Row] = {}
    for row in records(rows):
        held = newest.get(row["lmns_code"])
        if held is None or str(row["period_end"]) > str(held["period_end"]):
            newest[row["lmns_code"]] = row
    return {
        code: f"{say.number(row['value'] * 100, 1)}%"
        for code, row in newest.items()
        if row["value"] is not None
    }


def _spread(chosen: dict[str, list[Row]], gaps: dict[str, Row], names: dict[str, str]) -> Chart:
    """Every system against England on one scale of ratios."""
    worse, better, others = [], [], []
    for place, rows in enumerate(chosen.values()):
        for row in rows:
            gap = gaps.get(row["figure_id"])
            if gap is None or not gap["ratio"]:
                continue
            hover = f"{names.get(row['lmns_code'], row['lmns_code'])}: {measured(row)}, {gap['verdict']}"
            look = LOOKS_SMALL.get(gap["verdict"], "faint")
            target = {"worse": worse, "better": better}.get(look, others)
            target.append(Point(place, min(max(gap["ratio"], 0.1), 10), look=look, hover=hover))
    return Chart(
        kind="rows",
        series=(
            Series("Others", tuple(others)),
            Series(say.BETTER, tuple(better), offset=-0.16),
            Series(say.WORSE, tuple(worse), offset=0.16),
        ),
        labels=tuple(rows[0]["metric_name"] for rows in chosen.values()),
        value_title="Ratio to England (logarithmic scale)",
        lines=(Line(1, "England"),),
        ratio=True,
        alt="Each dot is one system’s ratio to England for one measure. All values are in the table of systems.",
    )


# on the page: groups a person can act on; the open data and the download hold the rest
SHOWN_DIMENSIONS = ("total", "ethnicity", "ethnicity_detailed", "deprivation_quintile")
MOST_GAPS = 150


@dataclass(frozen=True)
class GapLine:
    """One group of one measure: whose gap it is, and what it is in each system (by code, in the order of the heads)."""

    name: str
    against: str
    label: str
    counts: str
    england: str
    cells: tuple[str, ...]


def _who(one: Across) -> str:
    if one.row["dimension"] == "total":
        return "everybody"
    return say.group_phrase(str(one.row["group_name"]), one.row["dimension"])


def _gap_line(one: Across, codes: list[str]) -> GapLine:
    against = "England" if one.reference_kind == "england" else "best group of the system"
    counts = f"{len(one.codes(say.WORSE))} of {one.judged}"
    name = f"{say.without_group(one.row['metric_name'])}: {_who(one)}"
    return GapLine(name, against, one.label, counts, one.england, tuple(one.standing[code] for code in codes))


def _gaps_of_all(across: list[Across], codes: list[str]) -> Table:
    """Every gap of the page and beyond, in words, for the download."""
    columns = (
        "Measure and group", "Against", "By", "Whose gap", *(word.capitalize() for word in STANDINGS),
        "England’s own gap", *codes,
    )  # fmt: skip
    rows = []
    for one in across:
        line = _gap_line(one, codes)
        rows.append((
            line.name, line.against, say.dimension_name(one.row["dimension"]), line.label,
            *(str(len(one.codes(word))) for word in STANDINGS), line.england, *line.cells,
        ))  # fmt: skip
    return Table(columns, tuple(rows), frozenset(range(4, 4 + len(COUNTS))))


def render_index(data: AuditData, edition: str) -> str:
    """The page that leads to every system's audit, as HTML."""
    chosen, gaps, stated = _judged(data), _verdicts(data), _stated(data)
    by_system = {(row["lmns_code"], metric): row for metric, rows in chosen.items() for row in rows}
    lines, table = [], []
    systems = records(data.lmns)
    for system in sorted(systems, key=lambda row: (row["region_name"] or "", row["lmns_name"])):
        code, cells, texts = system["lmns_code"], [], []
        for metric in chosen:
            row = by_system.get((code, metric))
            if row is None:
                cells.append(Cell("", say.NOT_AVAILABLE, "not published"))
                texts += ["", say.NOT_AVAILABLE, ""]
                continue
            gap = gaps.get(row["figure_id"])
            verdict = str(gap["verdict"]) if gap is not None else say.NOT_AVAILABLE
            cells.append(Cell(shown(row) or str(row["mark"] or ""), verdict))
            texts += [shown(row) or str(row["mark"] or ""), verdict, row["figure_id"]]
        counts = tuple(sum(cell.verdict == word for cell in cells) for word in (say.WORSE, say.BETTER))
        lines.append(
            SystemLine(
                code,
                system["lmns_name"],
                system["region_name"] or "",
                tuple(cells),
                counts,
                stated.get(code, ""),
            )
        )
        table.append((system["lmns_name"], code, system["region_name"] or "", stated.get(code, ""), *texts))
    names = [rows[0]["metric_name"] for rows in chosen.values()]
    columns = ["System", "Code", "Region", "Stated ethnic group at booking"]
    for rows in chosen.values():
        name = rows[0]["metric_name"]
        columns += [f"{name} ({rows[0]['unit']})", f"{name}: against England", f"{name}: figure id"]
    heads: list[dict[str, Any]] = [
        {
            "name": rows[0]["metric_name"],
            "unit": rows[0]["unit"],
            "period": rows[0]["period_label"],
            "england": shown(rows[0], "england_value"),
        }
        for rows in chosen.values()
    ]
    numeric = frozenset(range(4, len(columns), 3))
    periods = sorted(
        str(value) for row in systems for value in (row["first_period"], row["last_period"]) if value
    )
    across = [one for one in gaps_across(data) if one.row["dimension"] in SHOWN_DIMENSIONS]
    codes = [line.code for line in lines]
    shared = [one for one in across if one.codes(say.WORSE)]
    context = {
        "gap_lines": [_gap_line(one, codes) for one in shared[:MOST_GAPS]],
        "gap_codes": [(line.code, line.name) for line in lines],
        "gap_labels": [
            (label, MEANINGS[label], sum(one.label == label for one in across)) for label in LABELS
        ],
        "gaps_left_out": len(shared) - MOST_GAPS,
        "gaps_none_worse": sum(one.label == NOBODYS for one in across),
        "gaps_all": _gaps_of_all(shared[:MOST_GAPS], codes),
        "edition": edition,
        "documents": DOCUMENTS,
        "synthetic": data.is_synthetic,
        "lines": lines,
        "heads": heads,
        "names": names,
        "every": Table(tuple(columns), tuple(table), numeric),
        "spread": _spread(chosen, gaps, {row["lmns_code"]: row["lmns_name"] for row in systems}),
        "from_month": periods[0] if periods else None,
        "to_month": periods[-1] if periods else None,
    }
    return environment().get_template("index.html.j2").render(context)
