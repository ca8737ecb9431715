"""The machine-readable pack of one system: data/*.csv, with the public columns in their public order."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from orchestration.outputs import wording as say
from orchestration.outputs.actions import actions_in_words
from orchestration.outputs.audit_data import AuditData, SystemData
from orchestration.outputs.evidence import in_words as evidence_in_words
from orchestration.outputs.findings import in_words
from orchestration.outputs.gaps_across import COLUMNS as ACROSS_COLUMNS
from orchestration.outputs.gaps_across import gaps_table

COLUMNS = {
    "metric_values": [
        "figure_id", "lmns_code", "lmns_name", "metric_id", "metric_name", "domain",
        "organisation_code", "organisation_level", "period_start", "period_end", "release",
        "dimension", "group_code", "group_name", "native_group", "classification", "numerator",
        "denominator", "value", "unit", "lower_95", "upper_95", "england_value", "mark",
        "source_id", "file_sha256",
    ],
    "equity_gaps": [
        "figure_id", "lmns_code", "metric_id", "period_start", "period_end", "dimension",
        "group_code", "group_name", "reference_kind", "reference_group", "difference",
        "difference_lower_95", "difference_upper_95", "ratio", "ratio_lower_95", "ratio_upper_95",
        "p_value", "q_value", "verdict",
    ],
    "gap_robustness": [
        "figure_id", "gap_figure_id", "lmns_code", "metric_id", "metric_name", "organisation_code",
        "organisation_level", "period_start", "period_end", "dimension", "group_code", "group_name",
        "reference_kind", "reference_group", "unknown_percent", "difference", "difference_low",
        "difference_high", "verdict", "verdict_low", "verdict_high", "robustness",
    ],
    "inequality": [
        "figure_id", "lmns_code", "metric_id", "period_start", "period_end", "dimension", "measure",
        "ranking", "value", "lower_95", "upper_95", "groups",
    ],
    "trend": [
        "figure_id", "lmns_code", "metric_id", "organisation_code", "period_start", "period_end",
        "period_window", "dimension", "group_code", "group_name", "method", "reference_group", "points",
        "latest_value", "mean_value", "lower_limit", "upper_limit", "rule", "variation", "assurance",
        "slope", "slope_lower_95", "slope_upper_95", "p_value", "q_value", "verdict",
    ],
    "representation": [
        "figure_id", "lmns_code", "organisation_code", "organisation_level", "period_start", "period_end",
        "release", "comparable_group", "group_name", "women", "women_in_all", "booking_share",
        "booking_share_lower_95", "booking_share_upper_95", "people", "people_in_all",
        "population_share", "ratio", "ratio_lower_95", "ratio_upper_95", "england_ratio",
        "booking_file_sha256", "population_file_sha256", "caveat",
    ],
    "findings": [
        "figure_id", "lmns_code", "lmns_name", "finding_rank", "kind", "severity", "firmness", "title",
        "sentence", "owner", "size_of_gap", "number_affected", "certainty", "robustness", "score",
        "metric_id", "metric_name", "organisation_code", "organisation_level", "organisation_name",
        "dimension", "group_code", "group_name", "reference_kind", "reference_group", "period_start",
        "period_end", "value", "reference_value", "unit", "difference", "difference_lower_95",
        "difference_upper_95", "excess_number", "excess_lower_95", "excess_upper_95", "years_needed",
        "detectable_change", "gap_trend", "topic_name", "data_set", "item", "holder", "intervention",
        "figure_ids",
    ],
    "assets": [
        "figure_id", "lmns_code", "area_level", "area_code", "area_name", "dimension", "group_code", "group_name",
        "need_basis", "need_people", "need_figure_id", "period_start", "period_end", "people_needing",
        "people_in_all", "people_mark", "people_percent", "need_level", "service", "verdict", "assets_naming",
        "assets_for_everybody", "assets_not_published", "assets_ending", "assets_over", "first_funding_end",
        "as_of_date", "register_file_sha256",
    ],
    "checklist": [
        "figure_id", "lmns_code", "item_id", "part", "item_kind", "intervention_ref", "item", "status", "requirements",
        "requirements_met", "held", "missing", "holders", "verification", "indicator_verification", "source_url",
    ],
    "asset_register": [
        "figure_id", "lmns_code", "asset_name", "holder_type", "organisation_name", "kind", "kind_name",
        "determinant", "stage", "communities", "languages", "interpreter", "cost", "referral_route", "days_times",
        "area_code", "area_name", "online", "step_free", "childcare", "funded_until", "is_funding_over",
        "is_funding_ending", "last_verified", "file_sha256",
    ],
    "workforce": [
        "figure_id", "lmns_code", "lmns_name", "organisation_code", "organisation_level", "organisation_name",
        "period_start", "period_end", "measure_id", "measure_name", "wres_indicator", "survey_question", "staff_group",
        "staff_group_name", "band", "band_name", "dimension", "group_code", "group_name", "native_group", "numerator",
        "denominator", "value", "lower_95", "upper_95", "comparison", "reference_group", "reference_group_name",
        "reference_period_start", "reference_period_end", "reference_value", "difference", "difference_lower_95",
        "difference_upper_95", "ratio_of", "ratio", "ratio_lower_95", "ratio_upper_95", "direction", "screening",
        "screening_note", "printed_check", "p_value", "q_value", "verdict", "verdict_reason", "mark", "caveat",
        "protection", "source_id", "file_sha256", "mothers_figure_id",
    ],
    "actions": [
        "action_id", "lmns_code", "lmns_name", "origin", "finding_id", "finding_rank", "finding_kind", "severity",
        "priority", "priority_name", "intervention_ref", "intervention_text", "intervention_verification",
        "issue", "evidence_figure_ids", "cause", "action", "action_basis", "basis_version", "basis_strength",
        "basis_verification", "policy_ref", "owner_role", "owner", "partners", "process_measure",
        "outcome_metric_id", "outcome_measure", "unit", "dimension", "group_code", "group_name",
        "baseline_figure_id", "baseline_value", "baseline_lower_95", "baseline_upper_95",
        "baseline_period_start", "baseline_period_end", "reference_kind", "reference_group",
        "reference_value", "absolute_gap", "relative_gap", "target_rule", "target_value", "target_basis",
        "target_year_1", "target_year_2", "target_year_3", "smallest_detectable_change", "detectable",
        "years_to_pool", "people_to_reach", "target_reason", "ambition", "ambition_history", "start_date",
        "due_date", "resource", "risk", "stop_rule", "status", "target_agreed", "progress",
        "baseline_edition", "baseline_known_value", "is_restated", "newest_figure_id", "newest_period_start",
        "newest_period_end", "newest_value", "measure_change", "measure_change_lower_95", "measure_change_upper_95",
        "measure_movement", "reference_movement", "newest_absolute_gap", "absolute_change", "absolute_change_lower_95",
        "absolute_change_upper_95", "absolute_gap_movement", "newest_relative_gap", "relative_change",
        "relative_change_lower_95", "relative_change_upper_95", "relative_gap_movement", "is_levelled_down", "reason",
    ],
    "evidence": [
        "figure_id", "lmns_code", "lmns_name", "kind", "theme_code", "theme_name", "equity_theme",
        "equity_theme_name", "claim", "stages", "dimension", "group_code", "group_name", "period_start",
        "period_end", "statements", "statements_mark", "speakers", "speakers_mark", "status", "reason", "title",
        "sentence", "item", "data_set", "holder", "rests_on_unknown", "figures", "figure_ids", "quotes",
    ],
    "voice_representation": [
        "figure_id", "lmns_code", "heard_as", "dimension", "group_code", "group_name", "period_start",
        "period_end", "people", "mark", "people_in_all", "share", "share_lower_95", "share_upper_95",
        "compared_metric_id", "birth_share", "ratio", "ratio_lower_95", "ratio_upper_95", "verdict",
    ],
    "data_quality": [
        "figure_id", "lmns_code", "source_id", "organisation_code", "item", "measure", "value", "mark",
        "numerator", "denominator", "period_start", "period_end", "verdict",
    ],
    "submissions": [
        "figure_id", "lmns_code", "supplier_code", "supplier_name", "dataset", "submission_month",
        "submission_status", "due_date", "first_received", "last_received", "days_late", "files",
        "rows_received", "rows_used", "rows_mark", "as_of_date",
    ],
    "provenance": [
        "file_sha256", "source_id", "publisher", "publication", "file_name", "address", "release",
        "period_start", "period_end", "received_at", "rows_read", "rows_loaded",
        "rows_quarantined", "licence",
    ],
    "gaps_across_systems": ACROSS_COLUMNS,
    "reconciliation": [
        "source_id", "table_name", "step", "rows_in", "rows_out", "reason", "rows_reason",
    ],
}  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: object) -> object:
    """A text that a spreadsheet program would run as a formula gets a quote before it."""
    return "'" + text if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


OWN_VALUES = (
    "baseline_value", "baseline_lower_95", "baseline_upper_95", "baseline_known_value", "target_value", "target_year_1",
    "target_year_2", "target_year_3", "smallest_detectable_change", "newest_value", "measure_change",
    "measure_change_lower_95", "measure_change_upper_95",
)  # fmt: skip
GAPS = (
    "absolute_gap",
    "newest_absolute_gap",
    "absolute_change",
    "absolute_change_lower_95",
    "absolute_change_upper_95",
)
RATIOS = (
    "relative_gap",
    "newest_relative_gap",
    "relative_change",
    "relative_change_lower_95",
    "relative_change_upper_95",
)


def at_decimals(actions: pd.DataFrame) -> pd.DataFrame:
    """The actions, their protected numbers at the decimals that they may show; published ones stay as they are.

    The workbook keeps the numbers whole: a baseline that comes back is held against the one that is known.
    """
    shown = actions.copy()
    protected = shown["protection"].notna()
    columns = (
        *((column, "decimals") for column in OWN_VALUES), ("reference_value", "reference_decimals"),
        *((column, "difference_decimals") for column in GAPS), *((column, "") for column in RATIOS),
    )  # fmt: skip
    for column, decimals in columns:
        rows = protected & shown[column].notna()
        if rows.any():
            places = shown.loc[rows, decimals].astype(int) if decimals else [None] * int(rows.sum())
            values = zip(shown.loc[rows, column], places, strict=True)
            shown.loc[rows, column] = [say.rounded(value, place) for value, place in values]
    return shown


def tidy(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The public columns of one table, ready to be written."""
    tidied = frame[COLUMNS[name]].copy()
    for column in tidied.columns:
        if tidied[column].dtype == object or str(tidied[column].dtype) in ("str", "string"):
            tidied[column] = tidied[column].map(guarded)
    return tidied


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write UTF-8 with line feeds and ten significant digits: the same data, the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.10g", encoding="utf-8")


def write_data_pack(system: SystemData, folder: Path) -> list[Path]:
    """Write one system's CSV files below `folder`/data."""
    tables = {
        "metric_values": system.values,
        "equity_gaps": system.gaps,
        "gap_robustness": system.robustness,
        "inequality": system.inequality,
        "trend": system.trends,
        "representation": system.representation,
        "findings": in_words(system.findings),
        "checklist": system.checklist,
        "assets": system.community_assets,
        "asset_register": system.asset_register,
        "workforce": system.workforce,
        "actions": at_decimals(actions_in_words(system.actions, system.findings)),
        "evidence": evidence_in_words(system.evidence, system.evidence_figures, system.findings),
        "voice_representation": system.voice_representation,
        "data_quality": system.quality,
        "submissions": system.submissions,
        "provenance": used_files(system),
    }
    written = []
    for name, frame in tables.items():
        path = folder / "data" / f"{name}.csv"
        write_csv(tidy(frame, name), path)
        written.append(path)
    return written


def used_files(system: SystemData) -> pd.DataFrame:
    """The files that stand behind a system's figures and those of staff, the files of look-ups among them."""
    provenance = system.provenance
    own = provenance["file_sha256"].isin({*system.values["file_sha256"], *system.workforce["file_sha256"]})
    lookup = provenance["lookup_for"].isin(set(system.values["source_id"]))
    return provenance[own | lookup]


def edition_tables(data: AuditData) -> dict[str, pd.DataFrame]:
    """The tables of the whole edition. Registers of community assets and checklists stay with the system whose files they rest on."""
    return {
        "metric_values": data.values,
        "equity_gaps": data.gaps,
        "gaps_across_systems": gaps_table(data),
        "inequality": data.inequality,
        "trend": data.trends,
        "representation": data.representation,
        "findings": in_words(data.findings),
        "workforce": data.workforce,
        "actions": at_decimals(actions_in_words(data.actions, data.findings)),
        "data_quality": data.quality,
        "provenance": data.provenance,
        "reconciliation": data.reconciliation,
    }
