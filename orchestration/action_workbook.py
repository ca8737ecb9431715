"""The action-plan workbook as both ends of its journey know it: sheets, columns and words of what is sent and comes back.

Holds names alone: how a sheet looks is in outputs/action_plan.py, and nothing here opens a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

VERSION = 1
FILE_NAME = "action_plan.xlsx"
READ_ME, PLAN, TARGETS = "Read me", "Action plan", "Targets and measures"
AMBITIONS, INTERVENTIONS, CODES = "National ambitions", "Interventions", "Codes"
SHEETS = (READ_ME, PLAN, TARGETS, AMBITIONS, INTERVENTIONS, CODES)
# row of the headings on every sheet but the first, counted from 1; on Codes, of the key and value pairs
HEADER_ROW = 4
# rows below the drafted ones in which a system writes actions of its own
ROWS_TO_ADD = 20
STATUSES = ("not started", "on track", "late", "done", "stopped")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        name: stable name, for code.
        heading: what stands in the heading; a sheet never holds one twice.
        width: in characters.
        filled_in_by: system (people fill it in) or audit (locked).
    """

    name: str
    heading: str
    width: float
    filled_in_by: str = "audit"


PLAN_COLUMNS = (
    Column("action_id", "Action id", 17),
    Column("priority", "Priority", 18),
    Column("intervention", "Intervention", 28),
    Column("issue", "Issue and evidence", 44),
    Column("baseline", "Baseline and gap", 32),
    Column("target_proposed", "Target proposed", 24),
    Column("action", "Action", 44, "system"),
    Column("basis", "What the action rests on", 26),
    Column("owner_role", "Owner role suggested", 19),
    Column("owner", "Owner", 18, "system"),
    Column("partners", "Partners", 26, "system"),
    Column("process_measure", "Process measure", 28, "system"),
    Column("target_agreed", "Target agreed", 13, "system"),
    Column("start_date", "Start", 12.5, "system"),
    Column("due_date", "Due", 12.5, "system"),
    Column("resource", "Resource", 20, "system"),
    Column("risk", "Risk", 26, "system"),
    Column("status", "Status", 13, "system"),
    Column("progress", "Progress", 32, "system"),
    Column("to_fill", "Still to fill in", 20),
)
TARGET_COLUMNS = (
    Column("action_id", "Action id", 17),
    Column("outcome_measure", "Outcome measure", 30),
    Column("group", "For whom", 24),
    Column("unit", "Unit", 11),
    Column("baseline_value", "Own rate", 10),
    Column("baseline_lower_95", "Own rate, lower 95% limit", 10),
    Column("baseline_upper_95", "Own rate, upper 95% limit", 10),
    Column("baseline_period_label", "Baseline period", 18),
    Column("reference", "Compared with", 24),
    Column("reference_value", "Rate compared with", 11),
    Column("absolute_gap", "Gap, absolute", 10),
    Column("relative_gap", "Gap, relative (times)", 10),
    Column("target_year_1", "Proposed, year 1", 10),
    Column("target_year_2", "Proposed, year 2", 10),
    Column("target_year_3", "Proposed, year 3", 10),
    Column("target_basis", "Standing of the target", 12),
    Column("smallest_detectable_change", "Smallest change that can be told from chance", 15),
    Column("detectable", "When the change can be told from chance", 24),
    Column("years_to_pool", "Years to take together", 12),
    Column("people_to_reach", "People to reach in a year", 12),
    Column("target_reason", "Rule, or why there is no number", 52),
    Column("ambition", "National ambition that holds now", 36),
    Column("ambition_history", "National ambition that has expired: history", 36),
    Column("evidence_figure_ids", "Figure ids", 20),
)
AMBITION_COLUMNS = (
    Column("standing", "Standing", 14),
    Column("metric", "Ambition", 36),
    Column("value", "Number", 10),
    Column("unit", "Unit", 22),
    Column("basis", "What is counted out of what", 40),
    Column("valid_from", "From", 13),
    Column("valid_to", "To", 13),
    Column("state", "What became of it", 32),
    Column("successor", "What took its place", 36),
    Column("publication", "Where it is stated", 30),
    Column("source_url", "Address", 36),
    Column("checked", "How far it was checked", 26),
)
INTERVENTION_COLUMNS = (
    Column("intervention_ref", "Reference of this audit", 11),
    Column("priority", "Priority", 24),
    Column("document", "Document", 32),
    Column("document_date", "Date of the document", 16),
    Column("number_in_guidance", "Number in the document", 11),
    Column("short_text", "In the words of this audit", 52),
    Column("checked", "How far it was checked", 26),
    Column("indicator_text", "Indicator", 36),
    Column("indicator_checked", "How far the indicator was checked", 26),
    Column("data_source", "Where the indicator could come from", 30),
    Column("superseded_by", "Later row that takes its place", 12),
    Column("source_url", "Address", 36),
)
# what Codes says of the workbook, by key, and of each drafted action; the reader of a returned workbook needs no other sheet
WORKBOOK_KEYS = ("workbook_version", "edition", "lmns_code", "synthetic", "actions")
CODES_TABLE_ROW = HEADER_ROW + len(WORKBOOK_KEYS) + 2
# what came back is compared with this copy, and what became of a finding can be told when it has gone from the audit
CODE_COLUMNS = (
    "action_id", "finding_id", "finding_kind", "finding_rank", "title", "priority_number", "intervention_ref", "cause",
    "action_basis", "basis_version", "basis_strength", "basis_verification", "policy_ref", "stop_rule",
    "evidence_figure_ids", "outcome_metric_id", "dimension", "group_code", "organisation_role", "vocabulary",
    "baseline_figure_id", "baseline_edition", "baseline_value", "baseline_lower_95", "baseline_upper_95",
    "baseline_period_start", "baseline_period_end", "baseline_known_value", "reference_kind", "reference_group",
    "reference_value", "reference_lower_95", "reference_upper_95", "absolute_gap", "relative_gap",
    "relative_gap_lower_95", "relative_gap_upper_95", "target_rule", "target_year_1", "target_year_2", "target_year_3",
    "target_reason", "smallest_detectable_change", "detectable", "years_to_pool", "people_to_reach",
    *(column.name for column in PLAN_COLUMNS if column.name not in ("action_id", "to_fill")),
)  # fmt: skip
SEAL = "seal"


def sealed(texts: Sequence[str | None]) -> str:
    """Short hash of a row of Codes, as texts: a slip of the hand there shows. Numbers count to twelve digits."""
    return hashlib.sha256("\x1f".join(_canonical(text) for text in texts).encode()).hexdigest()[:12]


def _canonical(text: str | None) -> str:
    # a workbook gives back some white space as another
    text = " ".join((text or "").split())
    try:
        return f"{float(text):.12g}"
    except ValueError:
        return text
