"""Findings in words: one sentence and one owner a finding, the same on the page, in the pack and in the plan.

Takes rows of the protected findings; knows no layout and makes no number that a column does not hold.
"""

from __future__ import annotations

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Row, records

EVERYBODY = "total"
ASSET = "community asset"
STAFF_INDICATORS = "staff indicators"
MISSING_ITEM = {"ethnicity": "the ethnic category", "deprivation": "the small area of the home"}
BY = {"ethnicity": "ethnic group", "deprivation": "deprivation of the home area"}
ASKED_FOR = "absent from the records asked for"
LEVELS_DISAGREE = "published for the system and the sum of its providers"
RATE_DISAGREES = "published rate and its own counts"
TRENDS = {"worse": " The gap is widening.", "better": " The gap is narrowing."}
COMPLETE = {
    "valid and stated": "has a stated ethnic category",
    "usable postcode": "has a usable postcode",
}


def _shown(row: Row, column: str) -> str:
    return say.with_unit(say.number(row[column], say.decimals_of(row)), row["unit"])


def _group(row: Row, column: str = "group_name") -> str:
    return say.group_phrase(str(row[column]), row["dimension"])


def place(row: Row) -> str:
    """The system or provider that a finding is about."""
    name = row["organisation_name"]
    return str(row["organisation_code"]) if say.missing(name) else f"{name} ({row['organisation_code']})"


def _interval(row: Row, low: str, high: str, decimals: int) -> str:
    ends = sorted((abs(row[low]), abs(row[high])))
    return f"95% interval {say.number(ends[0], decimals)} to {say.number(ends[1], decimals)}"


def _gap(row: Row) -> str:
    decimals, unit = say.decimals_of(row), say.difference_unit(row["unit"])
    if row["reference_kind"] == "england":
        where = "here" if row["dimension"] == EVERYBODY else f"for {_group(row)} here"
        compared = f"{_shown(row, 'value')} {where}, {_shown(row, 'reference_value')} in England"
    else:
        compared = (
            f"{_shown(row, 'value')} for {_group(row)}, {_shown(row, 'reference_value')} for "
            f"{_group(row, 'reference_group_name')}"
        )
    text = (
        f"{row['metric_name']}: {compared} ({row['period_label']}). That is worse by "
        f"{say.number(abs(row['difference']), decimals)} {unit} "
        f"({_interval(row, 'difference_lower_95', 'difference_upper_95', decimals)})."
    )
    if not say.missing(row["excess_number"]):
        word = "fewer" if row["polarity"] == "low" else "more"
        text += (
            f" At the rate of the comparison there would have been about {say.number(row['excess_number'])} "
            f"{word} ({_interval(row, 'excess_lower_95', 'excess_upper_95', 0)})."
        )
    if not say.missing(row["gap_trend"]):
        text += TRENDS[row["gap_trend"]]
    if row["tier"] == 2:
        text += " People whose group is not known are enough to undo it."
    return text


def _too_few(row: Row) -> str:
    question = (
        "this system does worse than England"
        if row["dimension"] == EVERYBODY
        else f"the rate for {_group(row)} is worse than for others in this system"
    )
    text = f"{row['metric_name']}: too few women, babies or events to tell whether {question} ({row['period_label']})."
    if say.missing(row["years_needed"]):
        return f"{text} How much data it would take cannot be worked out, since there are no people or no events to start from."
    years = float(row["years_needed"])
    length = (
        "under a year" if years < 1 else f"about {say.number(years)} year{'' if round(years) == 1 else 's'}"
    )
    return f"{text} It would take {length} of data of this size to find a rate a quarter worse four times out of five."


def _quality(row: Row) -> str:
    where, measure, share = place(row), row["subject"], row["size_of_gap"]
    percent = f"{say.number(100 * share, 1)}%"
    if measure in COMPLETE:
        return (
            f"{where}: {say.number(100 - 100 * share, 1)}% of women booked {COMPLETE[measure].replace('has', 'have')} "
            f"({row['period_label']}). A gap can only be seen where this is recorded."
        )
    if measure.startswith("withheld by the publisher"):
        mark = measure.partition(": ")[2]
        meaning = "did not pass the quality checks" if mark == "Low DQ" else "were not submitted"
        return f"{where}: {percent} of the measures with a published rate are withheld because the data {meaning} ({row['period_label']})."
    if measure == ASKED_FOR:
        return f"{where}: no local records came for {row['period_label']}, though they were asked for."
    if measure.startswith("absent from"):
        return f"{where}: no data reached the monthly publication for {row['period_label']}, though other months have them."
    if measure == LEVELS_DISAGREE:
        counts = "1 count" if row["figures"] == 1 else f"{row['figures']} counts"
        return (
            f"{where}: {counts} published for the system and the sum of its providers differ by more than rounding "
            f"allows, at most by {percent} ({row['period_label']})."
        )
    if measure == RATE_DISAGREES:
        rates = "1 published rate is" if row["figures"] == 1 else f"{row['figures']} published rates are"
        return f"{where}: {rates} outside what the published counts allow ({row['period_label']})."
    return f"{where}: {row['item']}, {measure}, needs attention ({row['period_label']})."


def _evidence(row: Row) -> str:
    if row["subject"] == STAFF_INDICATORS:
        which = f"indicator{'s' if row['figures'] > 1 else ''} {row['item']}"
        return (
            f"Staff, {place(row)}: {which} of the Workforce Race Equality Standard cannot be judged ({row['period_label']}), since "
            f"there are too few staff or the counts are not in the file (data set {row['data_set']}). No gap is claimed and none is "
            "ruled out."
        )
    data_set = (
        "no local data set of this audit has it yet"
        if say.missing(row["data_set"])
        else f"data set {row['data_set']}"
    )
    return (
        f"{row['topic_name']}: no figure by {BY[row['dimension']]} is published for this system, so no gap is claimed "
        f"and none is ruled out. It takes {MISSING_ITEM[row['dimension']]} beside {row['item']}, which the "
        f"{row['holder'][:1].lower() + row['holder'][1:]} hold ({data_set})."
    )


def is_asset(row: Row) -> bool:
    """Whether the finding is a need that no community asset names."""
    return bool(row["subject"] == ASSET)


def _asset(row: Row) -> str:
    if row["dimension"] == "kind":
        text = f"{place(row)}: no asset of the kind “{row['group_name']}” is listed, though every other area of the system has one."
    elif row["dimension"] == "language":
        language = "a language other than English" if row["group_code"] == "L_OTHER" else row["group_name"]
        text = f"{place(row)}: no community asset is listed that speaks {language}."
    elif row["dimension"] == "deprivation_quintile":
        text = f"{place(row)}: no community asset is listed for {_group(row)}."
    else:
        text = f"{place(row)}: no community asset is listed that names {_group(row)} families."
    if not say.missing(row["number_affected"]):
        text += f" About {say.number(row['number_affected'])} women or babies a year."
    if row["size_of_gap"] < 1:
        rest = "with interpreters" if row["dimension"] == "language" else "open to everybody"
        text += f" Others are {rest}."
    return f"{text} What is not listed may exist."


def is_staff(row: Row) -> bool:
    """Whether the finding is about staff and not about women or babies."""
    return not say.missing(row["staff_measure_id"])


def _staff(row: Row) -> str:
    measure, group, where = row["metric_name"], _group(row), f"staff, {place(row)}, {row['period_label']}"
    if say.missing(row["difference"]):
        return f"{measure} ({where}): a gap for {group}, whose figures are hidden because they are small."
    own, other = _shown(row, "value"), _shown(row, "reference_value")
    if row["reference_kind"] == "white staff":
        text = f"{measure} ({where}): {own} of {group}, {other} of White staff."
    else:
        whole = "the whole trust’s staff" if row["reference_kind"] == "whole trust" else "staff of all bands"
        text = f"{measure}, {row['band_name']} ({where}): {group} are {own} here, and {other} of {whole}."
    decimals = say.decimals_of(row)
    text += (
        f" That is worse by {say.number(abs(row['difference']), decimals)} {say.difference_unit(row['unit'])} "
        f"({_interval(row, 'difference_lower_95', 'difference_upper_95', decimals)})."
    )
    if not say.missing(row["ratio"]):
        text += f" Ratio {say.number(row['ratio'], 2)} ({_interval(row, 'ratio_lower_95', 'ratio_upper_95', 2)}). {row['direction']}"
    return text


def sentence(row: Row) -> str:
    """The finding in plain words, with its numbers."""
    if is_asset(row):
        return _asset(row)
    if is_staff(row):
        return _staff(row)
    if row["kind"] == "evidence gap":
        return _evidence(row)
    if row["kind"] == "too few to tell":
        return _too_few(row)
    if say.missing(row["metric_id"]):
        return _quality(row)
    if say.missing(row["difference"]):
        return f"{row['metric_name']}: a gap for {_group(row)}, whose figures are hidden because they are small ({row['period_label']})."
    return _gap(row)


def owner(row: Row) -> str:
    """Who can put it right: an organisation or a role, never a person."""
    role = row["owner_role"]
    if role == "provider":
        return place(row)
    if role == "holder":
        return str(row["holder"])
    return {
        "system": f"{row['lmns_name']} Local Maternity and Neonatal System with its providers",
        "providers": f"Providers of {row['lmns_name']}",
        "analyst": "Analyst of the audit: pool years, or add local records",
    }[role]


def title(row: Row) -> str:
    """A short name of what the finding is about, for lists."""
    if is_asset(row):
        return f"Community assets: {row['group_name'] if row['dimension'] == 'kind' else _group(row)}, {row['organisation_name'] or row['organisation_code']}"
    if row["subject"] == STAFF_INDICATORS:
        return f"Staff: indicators that cannot be judged, {place(row)}"
    if is_staff(row):
        band = "" if row["reference_kind"] == "white staff" else f", {row['band_name']}"
        return f"Staff: {row['metric_name']}{band}: {_group(row)}"
    about = row["topic_name"] if row["kind"] == "evidence gap" else row["metric_name"]
    if say.missing(about):
        return f"{row['item']}: {place(row)}" if row["figures"] == 1 else place(row)
    if row["kind"] == "evidence gap":
        return f"{about}, by {BY[row['dimension']]}"
    return str(about) if row["dimension"] == EVERYBODY else f"{about}: {_group(row)}"


def in_words(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings with their title, sentence and owner."""
    rows = records(findings)
    return findings.assign(
        title=[title(row) for row in rows],
        sentence=[sentence(row) for row in rows],
        owner=[owner(row) for row in rows],
    )
