"""Standing words of the page: how to read it, how it was made, and what published data cannot show.

Knows no number: a number in words comes from summary.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, told_by_group

PRINCIPLES = (
    "Equity means outcomes as good as those of the group with the best outcome. So each group is compared with the best-off group that "
    "is large enough, and also with a fixed group and with England.",
    "A dot is the value. The line through it is the 95% interval: it allows for chance and for rounding.",
    "“Too few to tell” is not “no difference”. It means that the numbers are too small to show a difference of a size that matters.",
    "Deprivation is a measure of areas. Not everybody in a deprived area is deprived, and not everybody who is deprived lives in one.",
)
METHOD = (
    (
        "Where the numbers come from",
        "Published files are read as they stand. Every row keeps the file and the line it came from. A figure of a system, a provider or "
        "England is the one published for it: rows are never added up across organisations, because each is rounded by itself.",
    ),
    (
        "Rounding and small numbers",
        "The Maternity Services Data Set gives 1 to 7 as 5 and other counts to the nearest 5. A published 5 can be anything from 1 to 7. "
        "Intervals are widened for that. What a publisher withheld stays withheld.",
    ),
    (
        "Local records",
        "What hospitals and councils send was never public, so it is protected before anything is made from it: counts of 1 to 7 women or "
        "babies are hidden and shown as [c], others go to the nearest 5, and rates are made from those. A percentage has a decimal only "
        "where it rests on 4,000 people or more.",
    ),
    (
        "Verdicts",
        "A verdict is “worse” or “better” only when the interval of the difference leaves out zero and the difference stays clear after "
        "allowing for the many comparisons made. Measures without a right direction, such as modes of birth, are described and never judged.",
    ),
    (
        "Groups",
        "Publishers use different lists of ethnic groups. Each figure names its own list, and no list is mapped onto another. Women whose "
        "group is not stated, not known or missing are shown, not dropped.",
    ),
    (
        "Deprivation",
        "Areas are ranked across England, so a fifth of England’s areas is seldom a fifth of a system’s women. Where the slope index is given, "
        "it is the difference between the most and the least deprived end, judged from all groups together.",
    ),
)

VERDICT_MEANINGS = {
    say.WORSE: "The difference is clear, and in the wrong direction.",
    say.BETTER: "The difference is clear, and in the right direction.",
    say.NO_DIFFERENCE: "There are enough women or babies, and the difference is within what chance and rounding allow.",
    say.TOO_FEW: "There are too few women, babies or events to say either way.",
    say.NOT_AVAILABLE: "No value is published, or the measure is described and never judged.",
}


@dataclass(frozen=True)
class Unknown:
    """Something that published data cannot show, and why."""

    what: str
    why: str


def _answer(facts: Facts) -> str:
    """What would answer it: local records, or more of them where some are there."""
    if any(facts.is_local(metric_id) for metric_id in facts.metrics):
        return "Local records of this system are in this audit for other measures; they would have to hold these too."
    return "A local extract with both would answer it."


MARK_WORDS = {
    "[c]": "hidden",
    "[low]": "too few for a rate",
    "[x]": "no figure",
    "DNS": "not submitted",
    "Low DQ": "low data quality",
}


def cannot_know(facts: Facts) -> tuple[Unknown, ...]:
    """What cannot be known for this system: from the register and from what was published, then what never is."""
    silent: dict[str, list[str]] = {"ethnicity": [], "deprivation": []}
    told = {kind: told_by_group(facts, kind) for kind in silent}
    withheld: list[str] = []
    small: list[str] = []
    for metric_id, metric in facts.metrics.items():
        if metric["polarity"] == "neutral" or metric["domain"] == "data_quality":
            continue
        total = facts.total(metric_id)
        if total is None or facts.has_year_of(metric_id):
            continue
        name = say.base_name(metric["metric_name"])
        if total["value"] is None:
            (withheld if total["protection"] is None else small).append(
                f"{say.lowered(name)} ({MARK_WORDS.get(total['mark'], total['mark'] or 'no value')})"
            )
        found = facts.dimensions(metric_id, "lmns")
        for kind, names in silent.items():
            if not any(dimension.startswith(kind) for dimension in found) and name not in (
                *names,
                *told[kind],
            ):
                names.append(name)
    lowered = {kind: [say.lowered(name) for name in names] for kind, names in silent.items()}
    unknown = []
    both = [name for name in lowered["ethnicity"] if name in lowered["deprivation"]]
    for what, names in (
        ("Gaps between ethnic groups or by deprivation, for most measures", both),
        ("Gaps between ethnic groups", [name for name in lowered["ethnicity"] if name not in both]),
        ("Gaps by deprivation", [name for name in lowered["deprivation"] if name not in both]),
    ):
        if names:
            unknown.append(
                Unknown(
                    what,
                    f"Published for everybody together: {say.listed(names, 40)}. Bookings are counted by group and outcomes are counted, but "
                    f"the two are not crossed for a system, so no gap is claimed and none is ruled out. {_answer(facts)}",
                )
            )
    if withheld:
        unknown.append(
            Unknown(
                "Some published figures of this system",
                f"The publisher withheld them, or no provider sent usable data: {say.listed(withheld, 30)}.",
            )
        )
    if small:
        unknown.append(
            Unknown(
                "Some figures of local records",
                f"They rest on so few women or babies that this audit hides them: {say.listed(small, 30)}. Rare events need three years "
                "of records together.",
            )
        )
    return (
        *unknown,
        Unknown(
            "Small groups",
            "Arab, Bangladeshi, Gypsy or Irish Traveller and Roma women, and women born abroad, are inside broader groups in the national data. "
            "A fair overall figure for a broad group can hide a gap for one of them.",
        ),
        Unknown(
            "Language, disability, asylum or refugee status, faith, and partners",
            "Not published for any system. Language and need of an interpreter are in local records where suppliers send them.",
        ),
        Unknown(
            "Where women live",
            "Most figures count women by where they had their care. Women of this area who gave birth elsewhere are not in them, and women from "
            "elsewhere who gave birth here are.",
        ),
        Unknown(
            "Why",
            "A gap shows where to look. It does not show its cause; what women and staff say, and a review of care, are needed for that.",
        ),
    )
