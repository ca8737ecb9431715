"""Drafted actions in words: issue, baseline, gaps and target as people read them, the same in every output.

Takes rows of the protected actions and findings; makes no number that a column does not hold, and no layout.
"""

from __future__ import annotations

import pandas as pd

from orchestration.outputs import findings as found
from orchestration.outputs import wording as say
from orchestration.outputs.figures import Row, records

NO_OWNER, NO_START, NO_DUE = "Gap: owner", "Gap: start", "Gap: due"
DRAFTED = "drafted"
CANNOT_TELL = "cannot tell"
NO_NUMBER = "No number proposed"
SEE_SHEET = {
    "verified": "read in the text named",
    "secondary": "read where another text quotes it",
    "unverified": "not checked against any text",
}
DETECTABLE = {
    "each year": "A year’s step can be told from chance",
    "after three years": "Only the change of three years can be told from chance",
    "not in so few people": "Not even the change of three years can be told from chance",
}


def _shown(row: Row, column: str) -> str:
    return say.with_unit(say.number(row[column], say.decimals_of(row, column)), row["unit"] or "")


def group(row: Row) -> str:
    """Whom the action is for."""
    if row["dimension"] == found.EVERYBODY or say.missing(row["group_name"]):
        return "Everybody"
    return say.group_phrase(str(row["group_name"]), row["dimension"])


def reference(row: Row) -> str:
    """What the group is compared with."""
    if say.missing(row["reference_group_name"]):
        return ""
    return say.group_phrase(str(row["reference_group_name"]), row["dimension"])


def baseline(row: Row) -> str:
    """The group's own rate with its interval and period; empty where there is none."""
    if say.missing(row["baseline_value"]):
        return ""
    text = _shown(row, "baseline_value")
    if not say.missing(row["baseline_lower_95"]):
        low, high = (
            say.number(row[f"baseline_{end}_95"], say.decimals_of(row)) for end in ("lower", "upper")
        )
        text += f" (95% interval {low} to {high})"
    return f"{text}, {row['baseline_period_label']}"


def compared(row: Row) -> str:
    """The rate compared with."""
    text = _shown(row, "reference_value")
    return f"{text} ({reference(row)})" if text else ""


def absolute_gap(row: Row) -> str:
    """Group minus reference in the measure's unit."""
    if say.missing(row["absolute_gap"]):
        return ""
    return say.difference(row["absolute_gap"], say.decimals_of(row, "absolute_gap"), row["unit"])


def relative_gap(row: Row) -> str:
    """Group over reference."""
    return "" if say.missing(row["relative_gap"]) else f"{say.ratio(row, 'relative_gap')} times"


def target(row: Row) -> str:
    """The proposed target, named as a proposal; or that there is no number."""
    if say.missing(row["target_value"]):
        return NO_NUMBER
    return f"Proposal: {_shown(row, 'target_value')} after three years"


def status(row: Row) -> str:
    """Status with the last day; a missing one is a gap."""
    due = NO_DUE if say.missing(row["due_date"]) else f"due {row['due_date']}"
    return f"{row['status']}; {due}"


def measure_movement(row: Row) -> str:
    """Whether the group's own rate has moved beyond chance since the baseline, with the newest rate; or why nobody can tell."""
    if row["measure_movement"] == CANNOT_TELL:
        return f"{CANNOT_TELL}: {row['reason']}"
    newest = say.with_unit(say.number(row["newest_value"], say.decimals_of(row)), row["unit"] or "")
    return f"{row['measure_movement']}: {newest}, {row['newest_period_label']}"


def gap_movement(row: Row, kind: str) -> str:
    """Whether a gap (`absolute` or `relative`) has moved beyond chance, with its newest size; or why nobody can tell."""
    word = row[f"{kind}_gap_movement"]
    newest = row[f"newest_{kind}_gap"]
    if say.missing(newest):
        return word
    if kind == "relative":
        size = f"{say.ratio(row, 'newest_relative_gap')} times"
    else:
        size = say.difference(newest, say.decimals_of(row, "absolute_gap"), row["unit"] or "").strip()
    why = f". {row['reason']}" if word == CANNOT_TELL and not say.missing(row["reason"]) else ""
    return f"{word}: {size}{why}"


def checked(mark: str) -> str:
    """How far a row of a register was checked."""
    return f"{mark}: {SEE_SHEET[mark]}"


def priority(row: Row) -> str:
    """The guidance's priority with its name; empty for an action that the system has added."""
    return "" if say.missing(row["priority"]) else f"{int(row['priority'])} {row['priority_name']}"


def intervention(row: Row) -> str:
    """The intervention with how far it was checked; empty for an action that the system has added."""
    if say.missing(row["intervention_ref"]):
        return ""
    return f"{row['intervention_ref']}: {row['intervention_text']} ({row['intervention_verification']})"


def basis(row: Row) -> str:
    """What recommends the action, how strong that is and how far it was checked."""
    if say.missing(row["basis_verification"]):
        return "Added by the system"
    if say.missing(row["action_basis"]):
        return f"Local idea ({row['basis_verification']})"
    version = "" if say.missing(row["basis_version"]) else f", {row['basis_version']}"
    return f"{row['action_basis']}{version}: {row['basis_strength']} ({row['basis_verification']})"


def gaps_to_fill(owner: object, start: object, due: object) -> str:
    """What a plan still lacks: owner, start or due date."""
    pairs = ((owner, NO_OWNER), (start, NO_START), (due, NO_DUE))
    return " ".join(f"{words}." for value, words in pairs if say.missing(value))


def actions_in_words(actions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The actions with the title and the sentence (`issue`) of their finding.

    A draft whose finding is not among the findings is left out: what is withheld has no plan of its own. What a system
    has sent back stays, in the words that it was sent with.
    """
    told = found.in_words(findings).set_index("figure_id")
    is_found = actions["finding_id"].isin(told.index)
    kept = actions[is_found | (actions["origin"] != DRAFTED)]
    now = kept["finding_id"]
    return kept.assign(
        title=told["title"]
        .reindex(now)
        .fillna(pd.Series(kept["sent_title"].to_numpy(), index=now))
        .to_numpy(),
        issue=told["sentence"]
        .reindex(now)
        .fillna(pd.Series(kept["sent_issue"].to_numpy(), index=now))
        .to_numpy(),
    )


def rows_in_words(actions: pd.DataFrame, findings: pd.DataFrame) -> list[Row]:
    """The same as records, in order of rank."""
    return records(actions_in_words(actions, findings))
