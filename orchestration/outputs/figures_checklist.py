"""The guidance's checklist: what this edition holds of each intervention and of each item of the analysis. Knows no HTML.

Takes rows of the protected view; whether an item is present is worked out in the warehouse.
"""

from __future__ import annotations

from collections import Counter

from orchestration.outputs.figures import Facts, Figure, Row, Table, records

INTRO = (
    "What the analysis must hold, each intervention of the guidance of 2021, and later policy. Present means that this edition holds "
    "the figures or files to see it, not that it is done; absent means that nothing here can show it."
)
COLUMNS = ("Ref", "Part", "What is asked for", "Held", "Why", "Where it would come from", "Wording checked", "Figure id")  # fmt: skip
STATUSES = ("present", "partly", "absent")
CHECKED = {
    "verified": "verified in the text",
    "secondary": "as another text quotes it",
    "unverified": "unverified: not checked against the text",
}


def reason(row: Row) -> str:
    """Why an item is present, partly there or absent, in plain words."""
    pieces = [
        f"{word}: {row[column]}."
        for word, column in (("Held", "held"), ("Missing", "missing"))
        if row[column] is not None
    ]
    return " ".join(pieces)


def checked(row: Row) -> str:
    """Whether the wording was checked, and whether the way of counting progress was, where that differs."""
    text = CHECKED[row["verification"]]
    measure = row["indicator_verification"]
    return (
        text
        if measure in (None, row["verification"])
        else f"{text}; how progress is counted: {CHECKED[measure]}"
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row["item_id"], row["part"], row["item"], row["status"], reason(row), str(row["holders"] or ""),
        checked(row), row["figure_id"],
    )  # fmt: skip


def checklist_figures(facts: Facts) -> tuple[Figure, ...]:
    """The items of the analysis, and the interventions; nothing where the system has no checklist."""
    rows = records(facts.system.checklist)
    figures = []
    for kind, title in (
        ("analysis", "What the analysis must hold"),
        ("intervention", "Interventions of the guidance and of later policy"),
    ):
        own = [row for row in rows if row["item_kind"] == kind]
        if not own:
            continue
        counts = Counter(row["status"] for row in own)
        unverified = sum(row["verification"] == "unverified" for row in own)
        figures.append(
            Figure(
                key=f"checklist-{kind}",
                title=title,
                question="What does this edition hold?",
                table=Table(COLUMNS, tuple(map(_cells, own)), frozenset()),
                statement=f"{', '.join(f'{counts[status]} {status}' for status in STATUSES)}, of {len(own)}.",
                notes=(
                    f"{unverified} of these rows are in words that nobody has checked against the text they stand for.",
                ),
                figure_id=own[0]["figure_id"],
            )
        )
    return tuple(figures)
