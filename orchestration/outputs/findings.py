"""Findings in words: one sentence and one owner a finding, the same on the page, in the pack and in the plan.

Takes rows of the protected findings; knows no layout and makes no number that a column does not hold.
"""

from __future__ import annotations

import re

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Row, records

EVERYBODY = "total"
LOCAL = "local"
ASSET = "community asset"
STAFF_INDICATORS = "staff indicators"
MISSING_ITEM = {"ethnicity": "the ethnic category", "deprivation": "the small area of the home"}
BY = {"ethnicity": "ethnic group", "deprivation": "deprivation of the home area"}
ASKED_FOR = "absent from the records asked for"
LEVELS_DISAGREE = "published for the system and the sum of its providers"
RATE_DISAGREES = "published rate and its own counts"
TRENDS = {"worse": " The gap is widening.", "better": " The gap is narrowing."}
PUBLISHED_COMPLETE = {
    "valid and stated": "have a stated ethnic category",
    "usable postcode": "have a usable postcode",
}
LOCAL_CHECKS = {
    "valid and stated": "{subject} is stated in {share} of {people}",
    "known": "{subject} is known in {share} of {people}",
    "understood": "{subject}: {share} of what was filled in is understood",
    "plausible": "{subject}: {share} of what was filled in is plausible",
    "agrees": "{subject}: {share} agree",
    "recent": "{subject}: true of {share} of {people}",
    "rows that stand for something of their own": "{share} of the rows on {people} stand for something of their own; the others repeat one",
    "months with records between the first and the last": "{people} came for {share} of the months between the first and the last",
}
LINKED = re.compile(r"linked to a (?P<to>birth|booking)(?:, (?P<group>.+))?")
SAME = re.compile(r"same (?P<what>.+) as in the (?P<other>.+) record")
ONLY_HERE = " A gap can only be seen where this is recorded."


def _shown(row: Row, column: str) -> str:
    return say.with_unit(say.number(row[column], say.decimals_of(row, column)), row["unit"])


def _group(row: Row, column: str = "group_name") -> str:
    return say.group_phrase(str(row[column]), row["dimension"])


def place(row: Row) -> str:
    """The system, provider or hospital that a finding is about."""
    name, code = row["organisation_name"], row["organisation_code"]
    if say.missing(name):
        return str(code)
    return f"{name}, hospital {code}" if row["organisation_level"] == "hospital" else f"{name} ({code})"


def _interval(row: Row, low: str, high: str, decimals: int) -> str:
    ends = sorted((abs(row[low]), abs(row[high])))
    return f"95% interval {say.number(ends[0], decimals)} to {say.number(ends[1], decimals)}"


def _gap(row: Row) -> str:
    decimals = say.decimals_of(row, "difference")
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
        f"{say.difference(abs(row['difference']), decimals, row['unit'])} "
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
    if not say.missing(row["coverage_note"]):
        text += f" {row['coverage_note']}"
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


def _share_of_check(row: Row) -> str:
    """'46%', at the decimals that its counts can bear."""
    share = row["check_numerator"] / row["check_denominator"]
    return f"{say.number(100 * share, int(row['check_decimals']))}%"


def _counts_of_check(row: Row) -> str:
    """'195 of 420; ' before a period, where the check has counts."""
    if say.missing(row["check_numerator"]) or say.missing(row["check_denominator"]):
        return ""
    return f"{say.number(row['check_numerator'])} of {say.number(row['check_denominator'])}; "


def _group_of_check(row: Row) -> str:
    """The group whose share a check is about; fifths of areas in words."""
    return say.group_phrase(
        row["subject"].partition(": ")[2], "deprivation_quintile" if "Deprivation" in row["item"] else ""
    )


def _local_check(row: Row) -> str:
    """What a check of local records found, without its place and period."""
    measure, people = row["subject"], say.counted(row["item"])
    start, colon, rest = row["item"].partition(": ")
    subject = (
        f"the {say.lowered(rest)}"
        if colon and not rest.startswith(("Mother", "Baby", "Woman"))
        else rest or start
    )
    if measure == "beside the published count":
        counts = f"{say.number(row['check_numerator'])}, where {say.number(row['check_denominator'])} are published"
        return f"{row['item']}: {counts}. The two should agree within rounding and 5%"
    if measure.startswith("beside the published figure: "):
        size = say.number(abs(row["value"]), 0)
        way = "above" if row["value"] > 0 else "below"
        return f"{row['item']}: about {size} {way} what is published as “{measure.partition(': ')[2]}”, in the unit of that figure"
    if measure.startswith("share beside the published one: "):
        size = say.difference(100 * row["value"], 0, "%")
        return f"{row['item']}, {_group_of_check(row)}: {size} {'more' if row['value'] > 0 else 'fewer'} than in the published counts"
    if measure.startswith("share beside that of residents: "):
        return f"{row['item']}, {_group_of_check(row)}: {say.significant(row['value'])} times their share of residents"
    if say.missing(row["check_numerator"]) or not row["check_denominator"]:
        number = "" if say.missing(row["value"]) else f": {say.significant(row['value'])}"
        return f"{row['item']}, {measure}{number}"
    share = _share_of_check(row)
    if measure in LOCAL_CHECKS:
        text = LOCAL_CHECKS[measure].format(subject=subject, share=share, people=people)
        return text[:1].upper() + text[1:] if not text.startswith("the ") else text
    if linked := LINKED.fullmatch(measure):
        whose = f" to women in the group “{linked['group']}”" if linked["group"] else ""
        return f"{share} of {people}{whose} could be linked to a {linked['to']}"
    if same := SAME.fullmatch(measure):
        return f"{share} of linked {people} have the same {same['what']} as in the {same['other']} record"
    return f"{row['item']}, {measure}: {share}"


def _more(row: Row) -> str:
    more = row["figures"] - 1
    return (
        f" {more} more {'check' if more == 1 else 'checks'} of this kind need{'s' if more == 1 else ''} attention."
        if more
        else ""
    )


def _quality(row: Row) -> str:
    where, measure, share = place(row), row["subject"], row["size_of_gap"]
    percent = f"{say.number(100 * share, 1)}%"
    if measure == ASKED_FOR:
        return f"{where}: no local records came for {row['period_label']}, though they were asked for."
    if measure.startswith("absent from"):
        return f"{where}: no data reached the monthly publication for {row['period_label']}, though other months have them."
    if row["source_id"] == LOCAL:
        ending = ONLY_HERE if measure == "valid and stated" else ""
        counts = "" if measure.startswith("beside the published count") else _counts_of_check(row)
        return f"{where}: {_local_check(row)} ({counts}{row['period_label']}).{ending}{_more(row)}"
    if measure in PUBLISHED_COMPLETE:
        return f"{where}: {say.number(100 - 100 * share, 1)}% of women booked {PUBLISHED_COMPLETE[measure]} ({row['period_label']}).{ONLY_HERE}"
    if measure.startswith("withheld by the publisher"):
        mark = measure.partition(": ")[2]
        meaning = "did not pass the quality checks" if mark == "Low DQ" else "were not submitted"
        return f"{where}: {percent} of the measures with a published rate are withheld because the data {meaning} ({row['period_label']})."
    if measure == LEVELS_DISAGREE:
        counts = "1 count" if row["figures"] == 1 else f"{row['figures']} counts"
        return (
            f"{where}: {counts} published for the system and the sum of its providers differ by more than rounding "
            f"allows, at most by {percent} ({row['period_label']})."
        )
    if measure == RATE_DISAGREES:
        rates = "1 published rate is" if row["figures"] == 1 else f"{row['figures']} published rates are"
        return f"{where}: {rates} outside what the published counts allow ({row['period_label']})."
    number = (
        ""
        if say.missing(row["check_denominator"])
        else f" {say.number(100 * row['check_numerator'] / row['check_denominator'], 1)}%,"
    )
    return f"{where}: {say.item_name(row['item'])}, {measure}:{number} needs attention ({row['period_label']}).{_more(row)}"


def _evidence(row: Row) -> str:
    if row["subject"] == STAFF_INDICATORS:
        which = f"indicator{'s' if row['figures'] > 1 else ''} {row['item']}"
        return (
            f"Staff, {place(row)}: {which} of the Workforce Race Equality Standard cannot be judged ({row['period_label']}), since "
            f"there are too few staff or the counts are not in the file ({say.data_set_words(row['data_set'])}). No gap is claimed and none is "
            "ruled out."
        )
    return (
        f"{row['topic_name']}: no figure by {BY[row['dimension']]} can be shown for this system, so no gap is claimed "
        f"and none is ruled out. {_what_it_takes(row)}"
    )


def _what_it_takes(row: Row) -> str:
    """Where a missing figure could come from, or why what the audit holds does not give it."""
    item, missing = say.field_name(row["item"]), MISSING_ITEM[row["dimension"]]
    if row["held_locally"] == "hidden":
        return f"Local records hold {item} beside {missing}, but the numbers of each group are so small that they are hidden; more years together may show them."
    holder = say.lowered(row["holder"])
    holder = holder if holder == row["holder"] else f"the {holder}"
    needed = f"It takes {missing} beside {item}"
    if say.missing(row["data_set"]):
        return f"{needed}, which {holder} hold; no local data set of this audit has it yet."
    data_set = say.data_set_words(row["data_set"])
    if row["held_locally"] == "received":
        return f"{data_set[:1].upper() + data_set[1:]} was received, but gave no figure of it by {BY[row['dimension']]}: see how far the data can be trusted. {needed}."
    return f"{needed}, which {holder} hold ({data_set})."


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
    decimals = say.decimals_of(row, "difference")
    text += (
        f" That is worse by {say.difference(abs(row['difference']), decimals, row['unit'])} "
        f"({_interval(row, 'difference_lower_95', 'difference_upper_95', decimals)})."
    )
    if not say.missing(row["ratio"]):
        low, high = say.ratio(row, "ratio_lower_95"), say.ratio(row, "ratio_upper_95")
        text += f" Ratio {say.ratio(row)} (95% interval {low} to {high}). {row['direction']}"
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
        more = "" if row["figures"] == 1 else f" and {row['figures'] - 1} more"
        return f"{say.item_name(row['item'])}{more}: {place(row)}"
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
