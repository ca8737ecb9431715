"""England's figures by group, beside a system for which none are published: grids of many measures, crossed groups.

Knows no HTML.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Cell, Chart
from orchestration.outputs.figures import (
    Facts,
    Figure,
    Row,
    Table,
    look_of,
    marks_of,
    measured,
    notes_of,
    periods_of,
    reference_of,
    shown,
    source_of,
)

GRID_COLUMNS = (
    "Measure", "Group", "Value", "Unit", "95% lower", "95% upper", "Numerator", "Denominator", "Against the best",
    "Mark", "Figure id",
)  # fmt: skip
CROSSED_COLUMNS = (
    "Ethnic group", "Deprivation of home area", "Value", "Unit", "95% lower", "95% upper", "Numerator", "Denominator",
    "Mark", "Figure id",
)  # fmt: skip
FACT_COLUMNS = (
    "Finding",
    "What is counted",
    "Period",
    "Area",
    "Publisher",
    "Publication",
    "Address",
    "Note",
    "Fact id",
)
SMALL_GLYPHS = {say.WORSE: " ▼", say.BETTER: " ▲"}


def _limits(row: Row) -> tuple[str, str, str, str]:
    decimals = say.decimals_of(row)
    return (
        say.number(row["lower_95"], decimals), say.number(row["upper_95"], decimals),
        say.number(row["numerator"]), say.number(row["denominator"]),
    )  # fmt: skip


def _definitions(facts: Facts, rows: Sequence[Row]) -> tuple[str, ...]:
    """What the measures of a grid count: each remark once, with the measures it is about."""
    about: dict[str, list[str]] = {}
    names = [row["metric_name"] for row in rows]
    for row in rows:
        for part in str(facts.metrics[row["metric_id"]]["note"] or "").split(". "):
            if part.strip(" ."):
                about.setdefault(part.strip(" ."), []).append(row["metric_name"])
    single, shared = [], []
    for part, held in about.items():
        others = [name for name in names if name not in held]
        if not others:
            shared.append(part)
        elif len(held) > len(others):
            shared.append(f"{part} (all but {say.listed(map(say.lowered, others))})")
        else:
            single.append(f"{say.listed(held)}: {part}")
    return tuple(filter(None, ("; ".join(single), *shared)))


def grid(facts: Facts, key: str, title: str, dimension: str, metric_ids: Sequence[str]) -> Figure | None:
    """Many measures of England by the same groups: one row a measure, its best group and those worse marked."""
    found = [(metric_id, facts.latest(metric_id, dimension, "national")) for metric_id in metric_ids]
    found = [(metric_id, rows) for metric_id, rows in found if rows]
    if not found:
        return None
    groups: dict[str, Row] = {}
    for _, rows in found:
        for row in rows:
            groups.setdefault(row["group_code"], row)
    order = sorted(groups.values(), key=lambda row: (int(row["group_order"] or 0), row["group_code"]))
    labels, cells, table, worse = [], [], [], []
    for _, rows in found:
        first, by_code, line = rows[0], {row["group_code"]: row for row in rows}, []
        reference = reference_of(facts, rows) if first["polarity"] != "neutral" else None
        for group in order:
            row = by_code.get(group["group_code"])
            if row is None:
                line.append(Cell("–", "none"))
                continue
            verdict = facts.verdict(row, "best")
            is_best = reference is not None and row["figure_id"] == reference["figure_id"]
            look = "reference" if is_best else look_of(row, verdict)
            text = (shown(row) or row["mark"] or "–") + SMALL_GLYPHS.get(verdict, "")
            words = "best outcome" if is_best else verdict
            line.append(Cell(text, look))
            table.append(
                (
                    row["metric_name"], row["group_name"], shown(row), row["unit"], *_limits(row), words,
                    row["mark"] or "", row["figure_id"],
                )
            )  # fmt: skip
            if verdict == say.WORSE:
                worse.append(row["metric_name"])
        labels.append(f"{first['metric_name']} ({first['unit']})")
        cells.append(tuple(line))
    rows = [row for _, lines in found for row in lines]
    judged = any(row["polarity"] != "neutral" for row in rows)
    names = list(dict.fromkeys(worse))
    statement = (
        f"In England, at least one group is clearly worse off than the best for {len(names)} of {len(found)} measures."
        if judged
        else "Described, never judged."
    )
    legend = (
        (
            ("tint-reference", "Best outcome among groups large enough"),
            ("tint-worse", "▼ worse than the best"),
        )
        if judged
        else ()
    )
    return Figure(
        key=key,
        title=title,
        question="",
        chart=Chart(
            kind="grid",
            series=(),
            labels=tuple(labels),
            columns=tuple(say.group_label(row["group_name"], dimension) for row in order),
            cells=tuple(cells),
            alt=f"{title}. {statement} All values are in the table.",
        ),
        table=Table(GRID_COLUMNS, tuple(table), frozenset((2, 4, 5, 6, 7))),
        statement=statement,
        period=periods_of(rows),
        scope="England",
        legend=legend,
        marks=marks_of(rows),
        notes=(*notes_of(rows, {}), *_definitions(facts, [lines[0] for _, lines in found])),
        source=source_of(rows),
        figure_id=rows[0]["figure_id"],
    )


def _step(name: str) -> tuple[bool, int, str]:
    """Steps of a deprivation scale by number, anything else after them by name."""
    head = name.partition(":")[0].strip()
    return not head.isdigit(), int(head) if head.isdigit() else 0, name


def _place_in_words(row: Row) -> str:
    second = _second(row)
    return f"tenth {second} of areas" if second.isdigit() else say.lowered(second)


def _is_unknown(row: Row) -> bool:
    return str(row["native_group"]).lower().startswith(("not stated", "not known", "unknown", "missing"))


def _second(row: Row) -> str:
    """The second group of a crossed one."""
    native = str(row["native_group"] or "")
    return str(row["group_name"]).removeprefix(native).lstrip(", ")


def crossed(facts: Facts, metric_id: str, dimension: str, level: str) -> Figure | None:
    """Ethnic group by deprivation, the darker the higher."""
    rows = [row for row in facts.latest(metric_id, dimension, level) if row["native_group"]]
    if not rows:
        return None
    first = rows[0]
    rows.sort(key=_is_unknown)
    labels = list(dict.fromkeys(str(row["native_group"]) for row in rows))
    columns = sorted({_second(row) for row in rows}, key=_step)
    by_place = {(str(row["native_group"]), _second(row)): row for row in rows}
    values = [row["value"] for row in rows if row["value"] is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    cells = tuple(
        tuple(
            Cell("–", "none")
            if (row := by_place.get((label, column))) is None
            else Cell(
                shown(row) or str(row["mark"] or "–"),
                "none" if row["value"] is None else round((row["value"] - low) / ((high - low) or 1), 2),
            )
            for column in columns
        )
        for label in labels
    )
    statement = ""
    known = [row for row in rows if row["value"] is not None and not _is_unknown(row)]
    if known:
        top = max(known, key=lambda row: row["value"])
        bottom = min(known, key=lambda row: row["value"])
        statement = (
            f"Highest: {top['native_group']}, {_place_in_words(top)} ({measured(top)}). "
            f"Lowest: {bottom['native_group']}, {_place_in_words(bottom)} ({measured(bottom)})."
        )
    title = f"{say.without_group(first['metric_name'])}, by ethnic group and deprivation"
    return Figure(
        key=f"{metric_id}-{dimension}" + ("-england" if level == "national" else ""),
        title=title,
        question=str(first["metric_question"] or ""),
        chart=Chart(
            kind="grid",
            series=(),
            labels=tuple(labels),
            columns=tuple(columns),
            place_title="Deprivation of home area: 1 is the most deprived" if columns[0].isdigit() else "Deprivation of home area",
            cells=cells,
            alt=f"{title}. {statement} All values are in the table.",
        ),
        table=Table(
            CROSSED_COLUMNS,
            tuple(
                (
                    str(row["native_group"]), _second(row), shown(row), row["unit"], *_limits(row), row["mark"] or "",
                    row["figure_id"],
                )
                for row in rows
            ),
            frozenset((2, 4, 5, 6, 7)),
        ),
        statement=statement,
        period=periods_of(rows),
        scope="England" if level == "national" else "",
        marks=marks_of(rows),
        notes=notes_of(rows, facts.metrics),
        source=source_of(rows),
        figure_id=first["figure_id"],
    )  # fmt: skip


def is_about_death(name: str) -> bool:
    """Whether a measure or a topic is about stillbirth or death: those are read in a part of their own."""
    return any(word in name for word in ("stillbirth", "mortality", "death"))


def published_facts(
    facts: Facts, key: str, title: str, domains: Sequence[str], deaths: bool
) -> Figure | None:
    """What national publications say, each with what it counts: different bases never share a chart."""
    rows = [
        row
        for row in facts.benchmarks
        if row["domain"] in domains and is_about_death(str(row["topic"])) == deaths
    ]
    if not rows:
        return None
    table = tuple(
        tuple(
            str(row[name] or "")
            for name in (
                "statement",
                "basis",
                "period_label",
                "area",
                "publisher",
                "publication",
                "address",
                "note",
            )
        )
        for row in rows
    )
    return Figure(
        key=f"{key}-facts",
        title=f"{title.partition(':')[0]}: what national publications say",
        question="",
        table=Table(FACT_COLUMNS, table, frozenset()),
        statement="Findings of other publications, for England or the United Kingdom. Each counts something of its own, so they "
        "are listed and not drawn on one line.",
        scope="National",
    )
