"""Secondary suppression of what people said: counts of people who spoke or are members, and themes whose figures go.

protection.py asks; which numbers are pinned is disclosure.py's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from orchestration.outputs.audit_data import AuditData

SPOKE = "people who spoke"
ALL, PEOPLE, SPEAKERS = "people_in_all", "people", "speakers"
MADE_FROM_COUNTS = [
    PEOPLE, "share", "share_lower_95", "share_upper_95", "ratio", "ratio_lower_95", "ratio_upper_95",
]  # fmt: skip


def counted(data: AuditData) -> Iterator[tuple[str, str, str, str, str, str, float, str]]:
    """Every protected count of people who are heard.

    Yields:
        system, how they are heard, last day, what the count is of (ALL, a group, or a row of evidence), figure id,
        column of the figure, shown value, status.
    """
    ends = {}
    for row in data.voice_representation.to_dict("records"):
        place = (row["lmns_code"], row["heard_as"], str(row["period_end"]))
        ends[row["lmns_code"], row["heard_as"]] = place[2]
        yield *place, "ALL", row["figure_id"], ALL, row[ALL], row["in_all_status"]
        yield *place, row["group_code"], row["figure_id"], PEOPLE, row[PEOPLE], row["people_status"]
    for row in data.evidence.to_dict("records"):
        end = ends.get((row["lmns_code"], SPOKE))
        if row["kind"] == "theme" and end is not None:
            yield (
                row["lmns_code"],
                SPOKE,
                end,
                row["figure_id"],
                row["figure_id"],
                SPEAKERS,
                row[SPEAKERS],
                row["speakers_status"],
            )


def without_counts(data: AuditData, figures: list[tuple[str, str]]) -> AuditData:
    """The edition without some counts of people who are heard, and what is made from them."""
    heard, said = data.voice_representation, data.evidence
    gone = {
        column: {figure for figure, part in figures if part == column} for column in (ALL, PEOPLE, SPEAKERS)
    }
    if len(heard) and (gone[ALL] or gone[PEOPLE]):
        heard = heard.copy()
        place = ["lmns_code", "heard_as"]
        in_all = set(map(tuple, heard.loc[heard["figure_id"].isin(gone[ALL]), place].to_numpy()))
        whole = pd.Series(
            [tuple(row) in in_all for row in heard[place].to_numpy()], index=heard.index, dtype=bool
        )
        rows = whole | heard["figure_id"].isin(gone[PEOPLE])
        heard.loc[rows, MADE_FROM_COUNTS] = np.nan
        heard.loc[rows, ["people_status", "mark", "verdict"]] = ["withheld", "[c]", "not available"]
        heard.loc[whole, ALL] = np.nan
        heard.loc[whole, "in_all_status"] = "withheld"
    if gone[SPEAKERS]:
        said = said.copy()
        rows = said["figure_id"].isin(gone[SPEAKERS])
        said.loc[rows, SPEAKERS] = np.nan
        said.loc[rows, ["speakers_status", "speakers_mark"]] = ["withheld", "[c]"]
    return replace(data, voice_representation=heard, evidence=said)


def without_births(data: AuditData, gone: pd.DataFrame) -> AuditData:
    """The edition in which nobody is held against births of which a count is withheld.

    Args:
        data: the edition.
        gone: metric_id and lmns_code of the figures that lose a count.
    """
    heard = data.voice_representation
    lost = set(map(tuple, gone[["lmns_code", "metric_id"]].to_numpy()))
    if heard.empty or not lost:
        return data
    pairs = map(tuple, heard[["lmns_code", "compared_metric_id"]].to_numpy())
    rows = pd.Series([pair in lost for pair in pairs], index=heard.index, dtype=bool)
    heard = heard.copy()
    heard.loc[rows, ["birth_share", "ratio", "ratio_lower_95", "ratio_upper_95"]] = np.nan
    heard.loc[rows, "verdict"] = "not available"
    return replace(data, voice_representation=heard)


def without_figures(data: AuditData, out: set[str]) -> AuditData:
    """The edition in which no theme rests on a figure that is withheld; a status is read again from what is left."""
    figures, said = data.evidence_figures, data.evidence
    if figures.empty:
        return data
    lost = figures["gap_figure_id"].isin(out) | figures["value_figure_id"].isin(out)
    left = figures[~lost]
    outcomes = left.groupby("evidence_id")["outcome"].agg(set).to_dict()
    said = said.copy()
    for place in said.index[said["figure_id"].isin(set(figures.loc[lost, "evidence_id"]))]:
        name = said.at[place, "figure_id"]
        found = outcomes.get(name, set())
        supports, contradicts = "supports" in found, "contradicts" in found
        status = (
            "mixed"
            if supports and contradicts
            else "supported"
            if supports
            else "contradicted"
            if contradicts
            else ""
        )
        own = left[left["evidence_id"] == name]
        said.at[place, "status"] = status or "untestable"
        said.at[place, "reason"] = None if status else "too few to tell"
        said.at[place, "figures"] = len(own)
        said.at[place, "figure_ids"] = (
            " ".join(sorted({*own["gap_figure_id"], *own["value_figure_id"]})) or None
        )
    unheard = said["kind"] != "theme"
    behind = said["figure_ids"].fillna("").str.split()
    kept = [not alone or out.isdisjoint(ids) for alone, ids in zip(unheard, behind, strict=True)]
    return replace(data, evidence_figures=left, evidence=said[kept])
