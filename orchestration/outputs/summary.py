"""Plain sentences made from the numbers, each with its figure. No sentence holds a number that no table has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.outputs import wording as say
from orchestration.outputs.figures import (
    Facts,
    Row,
    group_statement,
    measured,
    reference_of,
    shown,
    told_by_group,
)
from orchestration.outputs.page_local import ATTENTION, STATED, percent

BOOKING = "Ethnic category at booking"
MOST_WORSE, MOST_BETTER, MOST_GAPS, FEW = 3, 2, 1, 6


@dataclass(frozen=True)
class Sentence:
    """One finding: its verdict (or none), its words, the measure it is about and the figure it links to."""

    subject: str
    text: str
    anchor: str
    verdict: str = ""


def _size(row: Row, gap: Row) -> float:
    """How clear a difference is: its size in half-widths of its interval."""
    if gap["difference"] is None or gap["difference_upper_95"] is None or gap["difference_lower_95"] is None:
        return 0.0
    width = (gap["difference_upper_95"] - gap["difference_lower_95"]) / 2
    return abs(gap["difference"]) / width if width else 0.0


def _against_england(row: Row, gap: Row, verdict: str) -> str:
    decimals = say.decimals_of(gap, "difference")
    ends = sorted((abs(gap["difference_lower_95"]), abs(gap["difference_upper_95"])))
    low, high = (say.number(end, decimals) for end in ends)
    return (
        f"{measured(row)} here, {measured(row, 'england_value')} in England ({row['period_label']}). "
        f"That is {verdict} by {say.difference(abs(gap['difference']), decimals, row['unit'])} "
        f"(95% interval {low} to {high})."
    )


def _compared(facts: Facts, anchors: dict[str, str], verdict: str, most: int) -> list[Sentence]:
    """The clearest differences from England, one a topic."""
    found = []
    for metric_id, metric in facts.metrics.items():
        row = facts.total(metric_id)
        if row is None or metric["domain"] == "data_quality" or metric_id not in anchors:
            continue
        gap = facts.gap(row, "england")
        if gap is None or facts.verdict(row, "england") != verdict or gap["difference"] is None:
            continue
        found.append((_size(row, gap), row, gap))
    found.sort(key=lambda item: (-item[0], item[1]["metric_id"]))
    sentences, topics = [], set()
    for _, row, gap in found:
        topic = say.base_name(row["metric_name"])
        if topic not in topics:
            topics.add(topic)
            text = _against_england(row, gap, verdict)
            sentences.append(Sentence(topic, text, anchors[row["metric_id"]], verdict))
    return sentences[:most]


def _scale(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    parts = []
    for metric_id, words in (("bookings", "booked for maternity care"), ("deliveries", "gave birth")):
        row = facts.total(metric_id)
        if row is not None and row["value"] is not None:
            parts.append((row, f"{shown(row)} women {words}"))
    if not parts:
        return []
    period = parts[0][0]["period_label"]
    text = say.listed(part for _, part in parts)
    sentence = f"{text} in {period}. Numbers are rounded by the publisher."
    return [Sentence("How many", sentence, anchors.get(parts[0][0]["metric_id"], "population"))]


def _who(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    sentences = []
    rows = [row for row in facts.latest("bookings_share", "ethnicity") if row["value"] is not None]
    known = sorted((row for row in rows if not row["is_unknown"]), key=lambda row: -row["value"])[:3]
    if known:
        text = say.listed(f"{row['group_name']} {measured(row)}" for row in known)
        england = say.listed(f"{row['group_name']} {measured(row, 'england_value')}" for row in known)
        sentences.append(
            Sentence(
                "Who books, by ethnic group",
                f"{text}. In England: {england}.",
                anchors.get("bookings_share/ethnicity", "population"),
            )
        )
    return sentences


def _between_groups(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    """Gaps between groups inside the system, the clear ones first."""
    found = []
    for key, anchor in anchors.items():
        metric_id, slash, dimension = key.partition("/")
        rows = facts.latest(metric_id, dimension) if slash else []
        if not rows or rows[0]["polarity"] == "neutral":
            continue
        statement = group_statement(facts, rows)
        verdicts = [facts.verdict(row, "best") for row in rows]
        if not statement:
            continue
        verdict = next((word for word in (say.WORSE, say.NO_DIFFERENCE) if word in verdicts), say.TOO_FEW)
        subject = f"{rows[0]['metric_name']}, by {say.dimension_name(dimension)}"
        found.append(
            Sentence(subject, f"{statement.removesuffix('.')} ({rows[0]['period_label']}).", anchor, verdict)
        )
    order = {say.WORSE: 0, say.NO_DIFFERENCE: 1, say.TOO_FEW: 2}
    found.sort(key=lambda sentence: (order[sentence.verdict], sentence.subject))
    return found[:MOST_GAPS]


def _worst_hospital(facts: Facts) -> str:
    """Where local records say least of ethnic group in their newest year, where one needs attention."""
    poor = [
        row
        for row in facts.quality
        if row["organisation_level"] == "hospital"
        and row["measure"] == STATED
        and row["verdict"] == ATTENTION
    ]
    if not poor:
        return ""
    newest = max(str(row["period_end"]) for row in poor)
    row = min(
        (row for row in poor if str(row["period_end"]) == newest),
        key=lambda row: (row["value"], row["figure_id"]),
    )
    return (
        f"In local records it is stated least at {row['organisation_code']}: {percent(row)}% of {say.counted(row['item'])}, "
        f"{say.lowered(row['item'].partition(': ')[2])}. "
    )


def _recording(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    """How many women have a stated ethnic group, and the hospital whose local records say least of it."""
    published = [
        row
        for row in facts.quality
        if row["item"] == BOOKING
        and row["measure"] == STATED
        and row["organisation_level"] == "lmns"
        and row["value"] is not None
    ]
    told = [
        f"{say.number(row['value'] * 100, 1)}% of women booked have a stated ethnic group. "
        for row in sorted(published, key=lambda row: str(row["period_end"]))[-1:]
    ]
    text = "".join([*told, _worst_hospital(facts)])
    if not text:
        return []
    anchor = anchors.get(f"quality/{BOOKING}", "quality") if published else "local"
    text += "A gap between groups can only be seen where it is recorded."
    return [Sentence("Recording of ethnic group", text, anchor)]


def _national(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    """The widest gap between ethnic groups in stillbirth or infant death in England, where it is published."""
    for metric_id in ("ons_stillbirth_ethnicity", "ons_infant_mortality_ethnicity", "ons_stillbirth"):
        for dimension in facts.dimensions(metric_id, "national"):
            rows = facts.latest(metric_id, dimension, "national")
            worst = [
                row for row in rows if row["value"] is not None and facts.verdict(row, "best") == say.WORSE
            ]
            best = reference_of(facts, rows)
            anchor = anchors.get(f"{metric_id}/{dimension}")
            if not worst or best is None or anchor is None:
                continue
            row = max(worst, key=lambda found: found["value"])
            name = say.without_group(row["metric_name"])
            groups = [say.group_phrase(found["group_name"], dimension) for found in (row, best)]
            text = (
                f"{groups[0]} {measured(row)}, {groups[1]} {measured(best)} ({row['period_label']}). "
                "This is England: deaths are too few in one system to compare groups."
            )
            return [Sentence(f"{name} in England, by {say.dimension_name(dimension)}", text, anchor)]
    return []


def _cannot_tell(facts: Facts) -> list[Sentence]:
    """What is judged, and not published by group."""
    judged = [
        metric_id
        for metric_id, metric in facts.metrics.items()
        if metric["polarity"] != "neutral" and metric["domain"] == "outcomes" and facts.total(metric_id)
    ]
    told = told_by_group(facts, "")
    silent = [
        metric_id
        for metric_id in judged
        if not facts.dimensions(metric_id, "lmns")
        and say.base_name(facts.metrics[metric_id]["metric_name"]) not in told
    ]
    if not silent:
        return []
    names = list(dict.fromkeys(say.base_name(facts.metrics[name]["metric_name"]) for name in silent))
    listing = say.listed(map(say.lowered, names), 4)
    return [
        Sentence(
            "Outcomes by ethnic group or deprivation",
            f"Published data cannot tell for this system: {listing} are published for everybody only. "
            "No gap is claimed and none is ruled out.",
            "unknown",
            say.NOT_AVAILABLE,
        )
    ]


def summarise(facts: Facts, anchors: dict[str, str]) -> list[Sentence]:
    """Five to ten sentences: what is clear first, then who the women are, then what cannot be told.

    `anchors` leads from a metric id, or from metric id/dimension, to its figure on the page.
    """
    parts: Sequence[list[Sentence]] = (
        _compared(facts, anchors, say.WORSE, MOST_WORSE),
        _compared(facts, anchors, say.BETTER, MOST_BETTER),
        _between_groups(facts, anchors),
        _who(facts, anchors),
        _national(facts, anchors),
        _recording(facts, anchors),
        _cannot_tell(facts),
    )
    sentences = [sentence for part in parts for sentence in part]
    return [*_scale(facts, anchors), *sentences] if len(sentences) < FEW else sentences
