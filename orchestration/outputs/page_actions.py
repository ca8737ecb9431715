"""The action plan on the page: actions in order of their findings, what became of them, and the national ambitions.

The words are actions.py's; the numbers and the target rule are the warehouse's.
"""

from __future__ import annotations

from orchestration.outputs import actions as told
from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

COLUMNS = (
    "Priority", "Finding", "For whom", "Own rate", "Compared with", "Gap, absolute", "Gap, relative", "Target", "People to reach a year",
    "Action", "What it rests on", "Owner", "Status of the action", "Movement of the measure", "Movement of the absolute gap",
    "Movement of the relative gap", "Finding id", "Action id",
)  # fmt: skip
AMBITION_COLUMNS = ("Ambition", "Number", "Basis", "Holds until", "Standing", "Since then", "How far checked")
INTRO = (
    "Drafted from the findings, with what the system has sent back in place of the draft. What is only drafted nobody has agreed "
    "to, and every action needs an owner and dates. A proposed target "
    "closes half of the absolute gap in three years, in equal steps, by moving the group’s own rate; a gap that narrows because "
    "others got worse meets nothing. Deaths and rare outcomes, gaps that people of unknown group could explain, and what is not "
    "published have no number. The workbook to fill in is action_plan.xlsx."
)
REMARK_COLUMNS = ("Rule", "Row", "Column", "What to do")
RESTATED_COLUMNS = ("Action id", "Figure id", "Was", "Became", "Edition")
LISTED = 5
NO_ACTION = "No finding of this edition asks for an action."


def _owner(row: Row) -> str:
    if say.missing(row["owner"]):
        return (
            told.NO_OWNER
            if say.missing(row["owner_role"])
            else f"{told.NO_OWNER}. Suggested: {row['owner_role']}"
        )
    return str(row["owner"])


def _cells(row: Row) -> tuple[str, ...]:
    reach = say.number(row["people_to_reach"])
    return (
        told.priority(row)[:1], row["title"] or "Added by the system", told.group(row), told.baseline(row), told.compared(row), told.absolute_gap(row),
        told.relative_gap(row), told.target(row), reach, row["action"], told.basis(row), _owner(row),
        told.status(row), told.measure_movement(row), told.gap_movement(row, "absolute"), told.gap_movement(row, "relative"),
        row["finding_id"] or "", row["action_id"],
    )  # fmt: skip


def _ambition(row: Row) -> tuple[str, ...]:
    number = "" if row["value"] is None else say.with_unit(f"{row['value']:g}", row["unit"])
    since = " ".join(filter(None, (row["state"], row["successor"])))
    return (
        row["metric"], number or row["unit"], row["basis"], row["valid_to"] or "", row["standing"], since,
        told.checked(row["verification"]),
    )  # fmt: skip


def _returned_figures(facts: Facts) -> tuple[Figure, ...]:
    """What could not be taken of the plans that came back, and baselines that have become other numbers since."""
    remarks = records(facts.system.plan_remarks)
    restated = records(facts.system.restatements)
    figures = []
    if remarks:
        cells = tuple(
            (row["rule"], str(row["row_number"] or ""), row["column_name"] or "", row["message"])
            for row in remarks
        )
        figures.append(
            Figure(
                key="plan-remarks",
                title="What could not be taken of the plan that came back",
                question="Which cells of the returned workbook have to be put right?",
                table=Table(REMARK_COLUMNS, cells, frozenset()),
                statement=f"{len(remarks)} to put right. The rest of each row was taken.",
            )
        )
    if restated:
        cells = tuple(
            (
                row["action_id"],
                row["baseline_figure_id"],
                f"{row['was']:g}",
                f"{row['became']:g}",
                row["edition"],
            )
            for row in restated
        )
        figures.append(
            Figure(
                key="plan-restatements",
                title="Baselines whose own figure has been corrected",
                question="Is the figure still what it was when the baseline was issued?",
                table=Table(RESTATED_COLUMNS, cells, frozenset({2, 3})),
                statement=f"{len(restated)} corrected since. The baselines stay as they were issued.",
            )
        )
    return tuple(figures)


def action_figures(facts: Facts) -> tuple[Figure, ...]:
    """The drafted actions, and the national ambitions of the register."""
    rows = told.rows_in_words(facts.system.actions, facts.system.findings)
    numbers = sum(row["target_value"] is not None for row in rows)
    returned = sum(row["origin"] != told.DRAFTED for row in rows)
    statement = (
        f"{len(rows)} action{'' if len(rows) == 1 else 's'}, {returned} of them sent back by the system, {numbers} with a "
        f"proposed target. {sum(say.missing(row['owner']) for row in rows)} without an owner, "
        f"{sum(say.missing(row['due_date']) for row in rows)} without a due date, "
        f"{sum(row['status'] == 'late' for row in rows)} late."
        if rows
        else NO_ACTION
    )
    ambitions = records(facts.system.ambitions)
    held = [row for row in ambitions if row["standing"] == "current"]
    return (
        Figure(
            key="action-plan",
            title="Actions",
            question="What could be done, by whom, and how far?",
            table=Table(COLUMNS, tuple(map(_cells, rows)), frozenset({8})),
            statement=statement,
            points=tuple(f"{row['title'] or told.group(row)}: {row['action']}." for row in rows[:LISTED]),
            notes=(
                "Own rate, absolute gap and relative gap stand together: one can narrow while the other widens.",
                "Status, movement of the measure and movement of the gap are three things. Better and worse are beyond chance, from "
                "the baseline to the newest figure. A gap that narrows because others got worse is never better.",
                "“Verified” was read in the text named, “secondary” where another text quotes it; “unverified” was not checked.",
                "The smallest change that can be told from chance, yearly steps and why there is no number: action_plan.xlsx and "
                "actions.csv. Rules: docs/action_plan.md.",
            ),
            figure_id=rows[0]["action_id"] if rows else "",
        ),
        *_returned_figures(facts),
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
