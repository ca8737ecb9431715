"""The plan of one system on one printed page: who is furthest behind, what is to be done by whom, how we will know.

`render_plan_page` is pure. What nobody has agreed yet is shown as a gap, never filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.outputs import actions as say_action
from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.document_tables import reach
from orchestration.outputs.figures import Facts, Row, records
from orchestration.outputs.findings import EVERYBODY, title
from orchestration.outputs.page_parts import environment

MOST_BEHIND, MOST_PRIORITIES, MOST_ACTIONS, MOST_MEASURES, MOST_ISSUES = 3, 5, 7, 3, 2
NO_OWNER, NO_DATE = "no owner yet", "no date yet"
AIM = "Outcomes as good as those of the group with the best outcome, for every woman and baby."
HELP = (
    "Tell your midwife or health visitor what matters to you.",
    "Join the Maternity and Neonatal Voices Partnership, or send it your story.",
    "Community and faith groups: say which families are not reached, and what would help.",
    "Staff: ask every woman her ethnic group and language, and write down what she says.",
)


@dataclass(frozen=True)
class Behind:
    """A group that is furthest behind: its rate, whom it is compared with, and how many people it rests on."""

    subject: str
    value: str
    compared: str
    people: str
    figure_id: str


@dataclass(frozen=True)
class Step:
    """One action. Where nobody has agreed to own it, `role` is who would."""

    issue: str
    action: str
    basis: str
    owner: str
    due: str
    role: str
    owner_missing: bool
    due_missing: bool


@dataclass(frozen=True)
class Measure:
    """How we will know: the measure, where it stands, and where it is proposed to be in three years."""

    name: str
    now: str
    target: str
    reach: str
    figure_id: str


def _rate(row: Row, column: str) -> str:
    return say.with_unit(say.number(row[column], say.decimals_of(row, column)), row["unit"])


def _behind(facts: Facts) -> tuple[Behind, ...]:
    """The first firm gaps, one a topic: gaps between groups before those from England, which have no group."""
    values = {row["figure_id"]: row for row in facts.values}
    rows = [
        row for row in records(facts.system.findings) if row["tier"] == 1 and row["metric_name"] is not None
    ]
    rows.sort(key=lambda row: (row["dimension"] == EVERYBODY, row["finding_rank"]))
    found: dict[str, Behind] = {}
    for row in rows:
        topic = say.base_name(str(row["metric_name"]))
        held = values.get(str(row["value_figure_id"]))
        if (
            topic in found
            or held is None
            or any(number is None for number in (row["value"], row["reference_value"], held["denominator"]))
        ):
            continue
        other = (
            "in England"
            if row["reference_kind"] == "england"
            else f"for {say.group_phrase(str(row['reference_group_name']), row['dimension'])}"
        )
        found[topic] = Behind(
            title(row), _rate(row, "value"), f"{_rate(row, 'reference_value')} {other}",
            f"of {say.number(held['denominator'])} women or babies, {row['period_label']}", row["figure_id"],
        )  # fmt: skip
    return tuple(found.values())[:MOST_BEHIND]


def _basis(row: Row) -> str:
    """What the action rests on, without its version: the action plan has that."""
    if say.missing(row["basis_verification"]):
        return "Added by the system"
    return f"{row['action_basis'] or 'Local idea'} ({row['basis_verification']})"


def _steps(rows: list[Row]) -> tuple[tuple[Step, ...], int]:
    """The first actions, findings that ask for the same one together, and how many more the plan has."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault((row["action"], row["owner_role"], row["owner"], row["due_date"]), []).append(row)
    steps = []
    for found in list(alike.values())[:MOST_ACTIONS]:
        row = found[0]
        owner, due = (None if say.missing(row[name]) else str(row[name]) for name in ("owner", "due_date"))
        steps.append(
            Step(
                say.listed(dict.fromkeys(say.base_name(str(other["title"] or "Added by the system")) for other in found), MOST_ISSUES), row["action"],
                _basis(row), owner or NO_OWNER, due or NO_DATE, row["owner_role"] or "" if owner is None else "",
                owner is None, due is None,
            )
        )  # fmt: skip
    return tuple(steps), max(len(alike) - MOST_ACTIONS, 0)


def _measures(rows: list[Row]) -> tuple[Measure, ...]:
    """Measures with a proposed target, one a topic."""
    found: dict[str, Measure] = {}
    for row in rows:
        if say.missing(row["target_value"]) or say.missing(row["baseline_value"]):
            continue
        name = say.base_name(str(row["title"]))
        found.setdefault(
            name,
            Measure(
                name, _rate(row, "baseline_value"), _rate(row, "target_value"), reach(row), row["finding_id"],
            ),
        )  # fmt: skip
    return tuple(found.values())[:MOST_MEASURES]


def render_plan_page(system: SystemData, edition: str, contact: str | None = None) -> str:
    """The plan as HTML for one sheet of A4: no script, no request.

    Args:
        system: the system's protected figures.
        edition: name of the edition.
        contact: who answers for the audit, from the system's settings.
    """
    rows = say_action.rows_in_words(system.actions, system.findings)
    steps, more = _steps(rows)
    context = {
        "system": system,
        "edition": edition,
        "contact": contact,
        "aim": AIM,
        "help": HELP,
        "behind": _behind(Facts(system)),
        "is_agreed": any(not say.missing(row["returned_edition"]) for row in rows),
        "priorities": list(dict.fromkeys(str(row["priority_name"]) for row in rows if row["priority_name"]))[
            :MOST_PRIORITIES
        ],
        "steps": steps,
        "more": more,
        "measures": _measures(rows),
    }
    return environment().get_template("plan_on_a_page.html.j2").render(context)
