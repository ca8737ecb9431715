"""The findings on the page: tables in order of rank, each row with the parts of its rank and its figure.

The words are findings.py's; the rank is the warehouse's.
"""

from __future__ import annotations

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records
from orchestration.outputs.findings import in_words, is_asset
from orchestration.outputs.page_evidence import said_of

COLUMNS = (
    "Rank", "Finding", "In words", "Kind", "Severity", "Size of the gap", "People a year", "Certainty", "Robustness",
    "Who can put it right", "Action", "What people said", "Figure id",
)  # fmt: skip
LISTED = 5
NUMERIC = frozenset({0, 5, 6, 7, 8})
INTRO = (
    "What somebody should act on. A firm gap always stands before what is less sure. Within that the rank is the size of the "
    "gap, times the women or babies affected, times how sure the gap is, times what is left of it whoever the people of unknown "
    "group are. Gaps among staff stand behind those of women and babies, whatever their size."
)
PARTS = (
    # key, title, tiers (none: needs read from a register), what to say where there is none (nothing: the part is left out)
    ("gaps", "Gaps", (1, 2), "No figure of this system is clearly worse than its comparison."),
    ("blind-spots", "What stands in the way of seeing gaps", (3,), "Nothing was found that hides a gap."),
    ("unserved", "Needs that no community asset names", (), ""),
    ("staff", "Gaps among staff", (4,), ""),
    ("too-few", "Too few to tell", (5,), "No comparison fails for want of women, babies or events."),
)  # fmt: skip


def _cells(row: Row, action: str, said: str) -> tuple[str, ...]:
    parts = [say.number(row[name], 2) for name in ("certainty", "robustness")]
    return (
        str(row["finding_rank"]), row["title"], row["sentence"], row["kind"], row["severity"],
        say.number(row["size_of_gap"], 2), say.number(row["number_affected"]), *parts, row["owner"], action, said,
        row["figure_id"],
    )  # fmt: skip


def findings_figures(facts: Facts) -> tuple[Figure, ...]:
    """The tables; one without a row says so, but for needs and staff: without a register or staff records there is nothing to say."""
    rows = records(in_words(facts.system.findings))
    actions = {row["finding_id"]: row["action_id"] for row in records(facts.system.actions)}
    said = said_of(facts)
    figures = []
    for key, title, tiers, none in PARTS:
        own = [
            row
            for row in rows
            if (row["tier"] in tiers and not is_asset(row)) or (is_asset(row) and not tiers)
        ]
        if not none and not own:
            continue
        if own:
            statement = f"{len(own)} finding{'s' if len(own) > 1 else ''}" + (
                f". The first {LISTED} in words, all in the table:" if len(own) > LISTED else ":"
            )
        else:
            statement = none
        figures.append(
            Figure(
                key=f"findings-{key}",
                title=title,
                question="What should somebody act on?",
                table=Table(
                    COLUMNS,
                    tuple(
                        _cells(row, actions.get(row["figure_id"], ""), said.get(row["figure_id"], ""))
                        for row in own
                    ),
                    NUMERIC,
                ),
                statement=statement,
                points=tuple(row["sentence"] for row in own[:LISTED]),
                figure_id=own[0]["figure_id"] if own else "",
                notes=("Parts and rule of the rank: docs/method.md. All parts are in findings.csv.",),
            )
        )
    return tuple(figures)
