"""What people said and what the numbers say, in words: one sentence a theme, the same on the page and in the pack.

Takes rows of the protected evidence; knows no layout, judges nothing and makes no number that a column does not hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Row, records
from orchestration.outputs.findings import in_words as findings_in_words

THEME, UNHEARD = "theme", "no voice mentions it"
STAGES = {
    "pre_booking": "before booking", "antenatal": "antenatal", "triage": "triage", "labour": "labour",
    "postnatal_ward": "postnatal ward", "community": "community", "neonatal": "neonatal", "bereavement": "bereavement",
}  # fmt: skip
STATUS_SAYS = {
    "supported": "The figures support it.",
    "contradicted": "The figures contradict it. They cannot say that what somebody lived through did not happen.",
    "mixed": "Some figures support it and some contradict it.",
}
REASON_SAYS = {
    "no claim": "It neither praises nor complains, so there is nothing to test.",
    "group too small to name": (
        "So few people of a group said it that the group is not named, and it is not set against that group’s figures."
    ),
    "too few to tell": "The figures cannot tell.",
    "no figure for this group": "Nothing is published or supplied for this group.",
    "no measure": "No measure of this audit tests it.",
}
BESIDE = {
    "ethnicity": " beside the ethnic category", "ethnicity_detailed": " beside the ethnic category",
    "deprivation_quintile": " beside the small area of the home", "age": " beside the age of the mother",
    "language": " beside the preferred language", "area": " beside the area of the home",
}  # fmt: skip


def group(row: Row) -> str:
    """Who said it."""
    if row["dimension"] == "total":
        return "everybody"
    if row["dimension"] == "language" and row["group_name"] == row["group_code"]:
        return f"speakers of a language with the code {str(row['group_code']).lower()}"
    if row["dimension"] == "language":
        name = str(row["group_name"])
        return f"speakers of {say.lowered(name) if name.startswith('Another') else name}"
    return say.group_phrase(str(row["group_name"]), str(row["dimension"]))


def people(row: Row) -> str:
    """How many said it, as it may be shown."""
    return say.number(row["speakers"]) if say.missing(row["speakers_mark"]) else str(row["speakers_mark"])


def stages(row: Row) -> str:
    """The stages of care that it is about."""
    named = "" if say.missing(row["stages"]) else str(row["stages"])
    return ", ".join(STAGES.get(stage, stage) for stage in named.split())


def theme(row: Row) -> str:
    """The theme, with what it says about equity."""
    if say.missing(row["equity_theme_name"]):
        return str(row["theme_name"])
    return f"{row['theme_name']}: {say.lowered(str(row['equity_theme_name']))}"


def _shown(row: Row, column: str) -> str:
    return say.with_unit(say.number(row[column], say.decimals_of(row, column)), row["unit"])


def _compared(row: Row) -> str:
    if row["dimension"] == "total":
        where = "here" if row["organisation_level"] == "lmns" else f"at {row['organisation_name']}"
        return f"{_shown(row, 'value')} {where}, {_shown(row, 'reference_value')} in England"
    reference = say.group_phrase(str(row["reference_group_name"]), str(row["dimension"]))
    return f"{_shown(row, 'value')} for {group(row)}, {_shown(row, 'reference_value')} for {reference}"


def figure_sentence(row: Row) -> str:
    """One figure and what it says of the theme."""
    if say.missing(row["value"]) or say.missing(row["difference"]):
        return f"{row['metric_name']} ({row['period_label']}): {row['verdict']}."
    decimals = say.decimals_of(row, "difference")
    ends = [row[f"difference_{end}_95"] for end in ("lower", "upper")]
    text = f"{row['metric_name']}: {_compared(row)} ({row['period_label']})"
    if row["verdict"] in (say.WORSE, say.BETTER):
        ends = sorted(map(abs, ends))  # the word says the direction
        text += f", {row['verdict']} by {say.difference(abs(row['difference']), decimals, row['unit'])}"
    else:
        text += f", {row['verdict']}"
    low, high = (say.number(end, decimals) for end in ends)
    text += f" (95% interval of the difference {low} to {high})"
    if row["outcome"] == "contradicts" and row["verdict"] == say.NO_DIFFERENCE:
        text += f"; a difference of {say.number(row['relevant_difference'], decimals)}, which would matter, is ruled out"
    return f"{text}."


def _missing(row: Row) -> str:
    if say.missing(row["item"]):
        return ""
    beside = BESIDE.get(str(row["dimension"]), "") if row["reason"] == "no figure for this group" else ""
    data_set = (
        "no local data set of this audit has it yet"
        if say.missing(row["data_set"])
        else say.data_set_words(row["data_set"])
    )
    return f" Missing: {say.field_name(row['item'])}{beside} ({data_set}). Held by: {row['holder']}."


def sentence(row: Row, figures: Sequence[Row]) -> str:
    """What the figures say of one theme, with their numbers, or what is missing."""
    reason = "" if say.missing(row["reason"]) else str(row["reason"])
    text = REASON_SAYS[reason] if reason else STATUS_SAYS[row["status"]]
    told = [
        figure_sentence(figure)
        for figure in figures
        if figure["outcome"] != "cannot tell" or row["status"] == "untestable"
    ]
    text = " ".join([text, *told]) + _missing(row)
    if row["rests_on_unknown"]:
        text += " People whose group is not known could change this."
    return text


def figures_by_theme(figures: pd.DataFrame) -> Mapping[str, list[Row]]:
    """The figures that each theme is set against."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in records(figures):
        found[row["evidence_id"]].append(row)
    return found


def in_words(evidence: pd.DataFrame, figures: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The evidence with its title and sentence; a gap that no voice mentions has those of its finding.

    Args:
        evidence: rows of pub_evidence.
        figures: rows of pub_evidence_figure.
        findings: rows of pub_finding that the same output shows.
    """
    behind = figures_by_theme(figures)
    told = {row["figure_id"]: row for row in records(findings_in_words(findings))} if len(findings) else {}
    titles, sentences, kept = [], [], []
    for row in records(evidence):
        if row["kind"] == THEME:
            titles.append(f"{theme(row)} ({group(row)})")
            sentences.append(sentence(row, behind.get(row["figure_id"], ())))
            kept.append(True)
            continue
        finding = told.get(str(row["figure_ids"]).split()[0])
        kept.append(finding is not None)
        titles.append(finding["title"] if finding else "")
        sentences.append(f"{finding['sentence']} No statement in this audit speaks of it." if finding else "")
    return evidence.assign(title=titles, sentence=sentences)[
        pd.Series(kept, index=evidence.index, dtype=bool)
    ]
