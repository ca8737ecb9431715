"""The drafted action plan on the page: the actions in order of their findings, and the national ambitions beside them.

The words are actions.py's; the numbers and the target rule are the warehouse's.
"""

from __future__ import annotations

from orchestration.outputs import actions as told
from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

COLUMNS = (
    "Priority", "Finding", "For whom", "Own rate", "Compared with", "Gap, absolute", "Gap, relative", "Target", "People to reach a year",
    "Action", "What it rests on", "Owner", "Finding id", "Action id",
)  # fmt: skip
AMBITION_COLUMNS = ("Ambition", "Number", "Basis", "Holds until", "Standing", "Since then", "How far checked")
INTRO = (
    "Drafted from the findings: nobody has agreed to any of it, and each action still needs an owner and dates. A proposed target "
    "closes half of the absolute gap in three years, in equal steps, by moving the group’s own rate; a gap that narrows because "
    "others got worse meets nothing. Deaths and rare outcomes, gaps that people of unknown group could explain, and what is not "
    "published have no number. The workbook to fill in is action_plan.xlsx."
)
NO_ACTION = "No finding of this edition asks for an action."


def _owner(row: Row) -> str:
    if say.missing(row["owner"]):
        return f"{told.NO_OWNER}. Suggested: {row['owner_role']}"
    return str(row["owner"])


def _cells(row: Row) -> tuple[str, ...]:
    reach = say.number(row["people_to_reach"])
    return (
        str(row["priority"]), row["title"], told.group(row), told.baseline(row), told.compared(row), told.absolute_gap(row),
        told.relative_gap(row), told.target(row), reach, row["action"], told.basis(row), _owner(row), row["finding_id"],
        row["action_id"],
    )  # fmt: skip


def _ambition(row: Row) -> tuple[str, ...]:
    number = "" if row["value"] is None else say.with_unit(f"{row['value']:g}", row["unit"])
    since = " ".join(filter(None, (row["state"], row["successor"])))
    return (
        row["metric"], number or row["unit"], row["basis"], row["valid_to"] or "", row["standing"], since,
        told.checked(row["verification"]),
    )  # fmt: skip


def action_figures(facts: Facts) -> tuple[Figure, ...]:
    """The drafted actions, and the national ambitions of the register."""
    rows = told.rows_in_words(facts.system.actions, facts.system.findings)
    numbers = sum(row["target_value"] is not None for row in rows)
    statement = (
        f"{len(rows)} action{'' if len(rows) == 1 else 's'} drafted, {numbers} with a proposed target. "
        f"{sum(say.missing(row['owner']) for row in rows)} without an owner."
        if rows
        else NO_ACTION
    )
    ambitions = records(facts.system.ambitions)
    held = [row for row in ambitions if row["standing"] == "current"]
    return (
        Figure(
            key="action-plan",
            title="Drafted actions",
            question="What could be done, by whom, and how far?",
            table=Table(COLUMNS, tuple(map(_cells, rows)), frozenset({8})),
            statement=statement,
            notes=(
                "Own rate, absolute gap and relative gap stand together: one can narrow while the other widens.",
                "“Verified” was read in the text named, “secondary” where another text quotes it; “unverified” was not checked.",
                "The smallest change that can be told from chance, yearly steps and why there is no number: action_plan.xlsx and "
                "actions.csv. Rules: docs/action_plan.md.",
            ),
            figure_id=rows[0]["action_id"] if rows else "",
        ),
        Figure(
            key="ambition-facts",
            title="National ambitions",
            question="What does national policy aim for?",
            table=Table(AMBITION_COLUMNS, tuple(map(_ambition, ambitions)), frozenset()),
            statement=(
                f"{len(ambitions)} in the register, {len(held)} of them hold now. One that has expired is history and no pass "
                "mark; none is held against a figure here, since what they count differs."
            ),
        ),
    )
