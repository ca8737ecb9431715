"""One system's figures as tables narrow enough for a printed page: each number as the page and the pack show it.

Knows no document; which table comes where is audit_document.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orchestration.outputs import actions as say_action
from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.data_pack import used_files
from orchestration.outputs.figures import Facts, Row, Table, measured, records, reference_of
from orchestration.outputs.findings import in_words

JUDGED = (
    "Measure", "Period", "This system (95% interval)", "England", "Difference (95% interval)", "Verdict", "Figure id",
)  # fmt: skip
DESCRIBED = ("Measure", "Period", "This system (95% interval)", "England", "Figure id")
GAPS = (
    "Measure", "Group", "Its value (95% interval)", "Best group", "Its value", "Difference (95% interval)", "Ratio",
    "Figure id",
)  # fmt: skip
FINDINGS = ("Rank", "Finding", "Kind and severity", "Who can put it right", "Figure id")
ACTIONS = (
    "Issue and action", "Rests on", "Who would own it, and what is missing", "Where it stands", "Proposed target", "Figure id",
)  # fmt: skip
STANDS = (say_action.baseline, say_action.compared, say_action.absolute_gap, say_action.relative_gap)
DEFINITIONS = ("Measure", "What it asks", "Unit", "Better when", "Definition")
SOURCES = ("Publisher and publication", "File", "Period", "Rows read, loaded, set aside", "Licence")
MOST_GAPS = 12
BETTER_WHEN = {"low": "lower", "high": "higher", "neutral": say.DESCRIBED}


def select(table: Table, places: Sequence[int]) -> Table:
    """Some columns of a figure's table."""
    wanted = [place % len(table.columns) for place in places]
    return Table(
        tuple(table.columns[place] for place in wanted),
        tuple(tuple(row[place] for place in wanted) for row in table.rows),
        frozenset(number for number, place in enumerate(wanted) if place in table.numeric),
    )


def _interval(row: Row, low: str, high: str, decimals: int) -> str:
    if row[low] is None or row[high] is None:
        return ""
    return f" ({say.number(row[low], decimals)} to {say.number(row[high], decimals)})"


def with_interval(row: Row) -> str:
    """A value with its unit and interval, or its mark."""
    if row["value"] is None:
        return str(row["mark"] or say.NOT_AVAILABLE)
    return measured(row) + _interval(row, "lower_95", "upper_95", say.decimals_of(row))


def _difference(gap: Row | None) -> str:
    if gap is None or gap["difference"] is None:
        return ""
    decimals = say.decimals_of(gap, "difference")
    return say.number(gap["difference"], decimals) + _interval(
        gap, "difference_lower_95", "difference_upper_95", decimals
    )


def against_england(facts: Facts, metric_ids: Iterable[str]) -> Table | None:
    """The judged measures of a part beside England."""
    lines = []
    for row in filter(None, map(facts.total, metric_ids)):
        if row["polarity"] != "neutral":
            gap = facts.gap(row, "england")
            lines.append(
                (
                    row["metric_name"], row["period_label"], with_interval(row), measured(row, "england_value"),
                    _difference(gap), facts.verdict(row, "england"), row["figure_id"],
                )
            )  # fmt: skip
    return Table(JUDGED, tuple(lines), frozenset()) if lines else None


def described(facts: Facts, metric_ids: Iterable[str]) -> Table | None:
    """The measures of a part that are described and never judged."""
    lines = [
        (
            row["metric_name"], row["period_label"], with_interval(row), measured(row, "england_value"), row["figure_id"],
        )
        for row in filter(None, map(facts.total, metric_ids))
        if row["polarity"] == "neutral"
    ]  # fmt: skip
    return Table(DESCRIBED, tuple(lines), frozenset()) if lines else None


def composition(facts: Facts, metric_id: str, dimension: str) -> Table | None:
    """Shares of a whole by group."""
    rows = facts.latest(metric_id, dimension)
    lines = tuple(
        (
            row["group_name"],
            row["period_label"],
            with_interval(row),
            measured(row, "england_value"),
            row["figure_id"],
        )
        for row in rows
    )
    return Table(("Group", *DESCRIBED[1:]), lines, frozenset()) if lines else None


def _clearness(gap: Row) -> float:
    """The size of a difference in half-widths of its interval."""
    if gap["difference_lower_95"] is None or gap["difference_upper_95"] is None:
        return 0.0
    width = gap["difference_upper_95"] - gap["difference_lower_95"]
    return abs(gap["difference"]) / width if width else 0.0


def gaps_between_groups(
    facts: Facts, pairs: Iterable[tuple[str, str]], level: str = "lmns"
) -> tuple[Table | None, int]:
    """Groups that fare clearly worse than the best group, the clearest first, and how many there are in all.

    Args:
        pairs: metric and dimension.
        level: lmns, or national for England.
    """
    found = []
    for metric_id, dimension in pairs:
        rows = facts.latest(metric_id, dimension, level)
        reference = reference_of(facts, rows)
        for row in rows:
            gap = facts.gap(row, "best")
            if reference is None or gap is None or facts.verdict(row, "best") != say.WORSE:
                continue
            if gap["difference"] is not None:
                found.append((-_clearness(gap), row["metric_id"], row["figure_id"], row, reference, gap))
    found.sort(key=lambda item: item[:3])
    lines = tuple(
        (
            f"{say.without_group(row['metric_name'])}, {row['period_label']}",
            say.group_label(row["group_name"], row["dimension"]), with_interval(row),
            say.group_label(best["group_name"], best["dimension"]), measured(best),
            _difference(gap), say.ratio(gap), row["figure_id"],
        )
        for *_, row, best, gap in found[:MOST_GAPS]
    )  # fmt: skip
    return (Table(GAPS, lines, frozenset((6,))) if lines else None), len(found)


def findings_table(system: SystemData, kinds: Iterable[str], tiers: Iterable[int], most: int) -> Table | None:
    """Findings of some kinds and tiers in order of rank."""
    wanted, levels = set(kinds), set(tiers)
    frame = system.findings
    chosen = frame[frame["kind"].isin(wanted) & frame["tier"].isin(levels)].head(most)
    lines = tuple(
        (
            str(row["finding_rank"]), row["sentence"], f"{row['kind']}, {row['severity']}", row["owner"], row["figure_id"],
        )
        for row in records(in_words(chosen))
    )  # fmt: skip
    return Table(FINDINGS, lines, frozenset()) if lines else None


def actions_table(system: SystemData) -> Table | None:
    """The drafted actions in order of their findings. A group's own rate, the rate compared with and both gaps stand together."""
    lines = tuple(
        (
            f"{row['title']}. {row['action']}", say_action.basis(row),
            _owner(row),
            "; ".join(filter(None, (make(row) for make in STANDS))) or "no number yet",
            "; ".join(filter(None, (say_action.target(row), reach(row)))), row["finding_id"] or row["action_id"],
        )
        for row in say_action.rows_in_words(system.actions, system.findings)
    )  # fmt: skip
    return Table(ACTIONS, lines, frozenset()) if lines else None


def _owner(row: Row) -> str:
    """Who owns the action or would, its last day, and what nobody has agreed yet."""
    agreed = None if row["owner"] is None else f"{row['owner']}."
    would = None if row["owner_role"] is None else f"Would be: {row['owner_role']}."
    due = None if row["due_date"] is None else f"Due {row['due_date']}."
    missing = say_action.gaps_to_fill(row["owner"], row["start_date"], row["due_date"])
    return " ".join(filter(None, (agreed or would, due, missing)))


def reach(row: Row) -> str:
    """How many more people a year the target is, or fewer where low is good."""
    if say.missing(row["people_to_reach"]):
        return ""
    return (
        f"about {say.number(row['people_to_reach'])} {'fewer' if row['polarity'] == 'low' else 'more'} a year"
    )


def definitions(facts: Facts, metric_ids: Iterable[str]) -> Table:
    """What each measure asks, and which way is better."""
    lines = tuple(
        (
            metric["metric_name"], metric["question"], metric["unit"], BETTER_WHEN[metric["polarity"]],
            metric["definition_url"] or "",
        )
        for metric in (facts.metrics[name] for name in metric_ids)
    )  # fmt: skip
    return Table(DEFINITIONS, lines, frozenset())


def sources(system: SystemData) -> Table:
    """The files behind the figures."""
    lines = tuple(
        (
            ", ".join(filter(None, (row["publisher"], row["publication"]))), row["file_name"] or "",
            " to ".join(filter(None, (str(row["period_start"] or ""), str(row["period_end"] or "")))),
            ", ".join(say.number(row[name]) for name in ("rows_read", "rows_loaded", "rows_quarantined")),
            row["licence"] or "",
        )
        for row in records(used_files(system))
    )  # fmt: skip
    return Table(SOURCES, lines, frozenset())


__all__ = [
    "actions_table",
    "against_england",
    "composition",
    "definitions",
    "described",
    "findings_table",
    "gaps_between_groups",
    "reach",
    "select",
    "sources",
    "with_interval",
]
