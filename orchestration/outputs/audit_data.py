"""The only SQL on the output side: the protected views, as typed data for one system or all.

Renderers get data frames; dates are ISO text, a missing number is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from orchestration.warehouse import Warehouse

VIEWS = {
    "lmns": "select * from equity.pub_lmns order by lmns_code",
    "values": """
        select * from equity.pub_metric_value
        order by metric_id, organisation_level, organisation_code, organisation_role, period_start,
                 period_end, dimension, group_order, group_code, figure_id
    """,
    "gaps": """
        select * from equity.pub_equity_gap
        order by metric_id, organisation_level, organisation_code, period_start, period_end,
                 dimension, reference_kind, group_order, group_code, figure_id
    """,
    "robustness": """
        select * from equity.pub_gap_robustness
        order by metric_id, organisation_level, organisation_code, period_start, period_end,
                 dimension, reference_kind, group_code, figure_id
    """,
    "findings": "select * from equity.pub_finding order by lmns_code, finding_rank",
    "actions": """
        select action.*, progress.* exclude (
            action_id, lmns_code, status, due_date, as_of_date, baseline_figure_id, baseline_edition, baseline_period_start,
            baseline_period_end, baseline_value, baseline_known_value, changed_locked
        )
        from equity.pub_action as action
        inner join equity.pub_action_progress as progress
            on action.action_id = progress.action_id and action.lmns_code = progress.lmns_code
        order by action.lmns_code, action.finding_rank, action.action_id
    """,
    "restatements": "select * from equity.pub_action_restatement order by lmns_code, action_id, place",
    "plan_remarks": """
        select * from equity.pub_action_remark order by lmns_code, file_sha256, sheet, row_number, column_name, message
    """,
    "ambitions": "select * from equity.pub_ambition order by standing, topic, ambition_id",
    "interventions": "select * from equity.pub_intervention order by priority, intervention_ref",
    # in the order of the code list and of the findings: never by how many people said it
    "evidence": """
        select * from equity.pub_evidence
        order by lmns_code, kind desc, finding_rank, theme_code, equity_theme nulls last, dimension, group_code,
                 claim, figure_id
    """,
    "evidence_figures": """
        select * from equity.pub_evidence_figure
        order by evidence_id, metric_id, organisation_level, organisation_code, figure_id
    """,
    "voice_representation": """
        select * from equity.pub_voice_representation
        order by lmns_code, heard_as desc, group_order, group_code, figure_id
    """,
    "inequality": """
        select * from equity.pub_inequality
        order by metric_id, organisation_level, organisation_code, period_start, period_end,
                 dimension, vocabulary, measure, ranking, figure_id
    """,
    "trends": """
        select * from equity.pub_trend
        order by metric_id, organisation_level, organisation_code, dimension, group_order, group_code,
                 method, figure_id
    """,
    "trend_points": """
        select * from equity.pub_trend_point
        order by metric_id, organisation_level, organisation_code, dimension, group_code, series_key,
                 period_start, figure_id
    """,
    "funnels": """
        select * from equity.pub_funnel
        order by metric_id, organisation_level, dimension, group_order, group_code, funnel_key,
                 organisation_code, figure_id
    """,
    "quality": """
        select * from equity.pub_data_quality
        order by source_id, organisation_level, organisation_code, item, measure, period_start, figure_id
    """,
    "submissions": """
        select * from equity.pub_submission
        order by lmns_code, supplier_code, dataset, submission_month
    """,
    "provenance": "select * from equity.pub_provenance order by source_id nulls last, file_name, file_sha256",
    "reconciliation": "select * from equity.pub_reconciliation order by source_id, table_name, step, reason",
    "metrics": "select * from equity.pub_metric order by metric_id",
    "representation": """
        select * from equity.pub_representation
        order by organisation_level, organisation_code, period_start, group_order, figure_id
    """,
    "checklist": "select * from equity.pub_checklist order by lmns_code, item_order",
    "community_assets": """
        select * from equity.pub_community_asset
        order by lmns_code, area_level desc, area_name, area_code, dimension_order, group_order, group_name, figure_id
    """,
    "asset_register": """
        select * from equity.pub_asset_register
        order by lmns_code, area_name nulls first, kind_name, asset_name, figure_id
    """,
    "workforce": """
        select * from equity.pub_workforce
        order by lmns_code nulls last, organisation_code, measure_id, survey_question nulls first, staff_group_order,
                 band_order, dimension, group_order, group_code, comparison, period_end, figure_id
    """,
    "benchmarks": "select * from equity.pub_benchmark order by benchmark_id",
    "group_parents": """
        select * from equity.pub_group_parent
        order by dimension, group_code, parent_dimension, parent_group
    """,
}
BY_SYSTEM = (
    "values",
    "gaps",
    "robustness",
    "inequality",
    "trends",
    "trend_points",
    "quality",
    "representation",
    "findings",
    "actions",
    "restatements",
    "plan_remarks",
    "submissions",
    "checklist",
    "community_assets",
    "asset_register",
    "workforce",
    "evidence",
    "evidence_figures",
    "voice_representation",
)
# what tells one series of national context from another, beside metric and dimension
CODE_LISTS = {
    "values": ["classification", "classification_edition"],
    "gaps": ["vocabulary"],
    "inequality": ["vocabulary"],
    "trends": None,
    "trend_points": None,
}
DATES = (
    "period_start", "period_end", "valid_from", "valid_to", "first_period", "last_period", "submission_month",
    "due_date", "first_received", "local_month", "last_received", "as_of_date", "start_date", "baseline_period_start",
    "baseline_period_end", "newest_period_start", "newest_period_end", "checked_on", "first_funding_end", "funded_until",
    "last_verified", "reference_period_start", "reference_period_end",
)  # fmt: skip


@dataclass(frozen=True)
class AuditData:
    """Every protected view of one warehouse."""

    lmns: pd.DataFrame
    values: pd.DataFrame
    gaps: pd.DataFrame
    robustness: pd.DataFrame
    inequality: pd.DataFrame
    trends: pd.DataFrame
    trend_points: pd.DataFrame
    funnels: pd.DataFrame
    quality: pd.DataFrame
    provenance: pd.DataFrame
    reconciliation: pd.DataFrame
    metrics: pd.DataFrame
    benchmarks: pd.DataFrame
    representation: pd.DataFrame
    findings: pd.DataFrame
    actions: pd.DataFrame
    restatements: pd.DataFrame
    plan_remarks: pd.DataFrame
    ambitions: pd.DataFrame
    interventions: pd.DataFrame
    submissions: pd.DataFrame
    checklist: pd.DataFrame
    community_assets: pd.DataFrame
    asset_register: pd.DataFrame
    workforce: pd.DataFrame
    evidence: pd.DataFrame
    evidence_figures: pd.DataFrame
    voice_representation: pd.DataFrame
    group_parents: pd.DataFrame

    @property
    def codes(self) -> list[str]:
        """Codes of the systems that the data hold."""
        return self.lmns["lmns_code"].tolist()

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure comes from the synthetic sample."""
        return bool(self.provenance["is_synthetic"].fillna(False).astype(bool).any())

    def only(self, codes: list[str]) -> AuditData:
        """The same data without the figures of other systems; England's and the regions' stay."""
        wanted = set(codes)
        if wanted == set(self.codes):
            return self
        parts = {}
        for name in BY_SYSTEM:
            frame = getattr(self, name)
            parts[name] = frame[frame["lmns_code"].isna() | frame["lmns_code"].isin(wanted)]
        return replace(self, lmns=self.lmns[self.lmns["lmns_code"].isin(wanted)], **parts)

    @cached_property
    def _by_system(self) -> dict[str, dict[str, pd.DataFrame]]:
        parts: dict[str, dict[str, pd.DataFrame]] = {code: {} for code in self.codes}
        for name in BY_SYSTEM:
            frame = getattr(self, name)
            for code, rows in frame.groupby("lmns_code", sort=True):
                if code in parts:
                    parts[code][name] = rows
        return parts

    @cached_property
    def _national(self) -> dict[str, pd.DataFrame]:
        own = self.values[self.values["organisation_level"] == "lmns"]
        local = set(zip(own["metric_id"], own["dimension"], strict=True))
        found = {}
        for name, code_list in CODE_LISTS.items():
            frame = getattr(self, name)
            national = frame[frame["organisation_level"] == "national"]
            pairs = list(zip(national["metric_id"], national["dimension"], strict=True))
            keep = [pair not in local or pair[1] != "total" for pair in pairs]
            found[name] = newest(national[keep], code_list) if code_list else national[keep]
        quality = self.quality
        found["quality"] = quality[
            quality["lmns_code"].isna() & (quality["organisation_level"] == "national")
        ]
        return found

    def _funnels(self, code: str) -> pd.DataFrame:
        """The funnels of all systems whose figures are published, and this system's own."""
        frame = self.funnels
        local = frame["value_figure_id"].isin(self._local_figures)
        return frame[((frame["organisation_level"] == "lmns") & ~local) | (frame["lmns_code"] == code)]

    @cached_property
    def _local_figures(self) -> frozenset[str]:
        """Figures that were never public."""
        return frozenset(self.values.loc[self.values["protection"].notna(), "figure_id"])

    def _provenance(self, code: str, values: pd.DataFrame) -> pd.DataFrame:
        """The files, without those that other systems supplied."""
        frame = self.provenance
        other = frame["is_protected"] & (frame["lmns_code"] != code)
        return frame[~other | frame["file_sha256"].isin(set(values["file_sha256"]))]

    def system(self, code: str) -> SystemData:
        """What one system's outputs may hold: its own figures and national context, no other system's."""
        own = self._by_system[code]

        def both(name: str) -> pd.DataFrame:
            frame = getattr(self, name)
            return pd.concat([own.get(name, frame.iloc[:0]), self._national[name]], ignore_index=True)

        values = both("values")
        return SystemData(
            code=code,
            lmns=self.lmns.set_index("lmns_code").loc[code],
            values=values,
            gaps=both("gaps"),
            robustness=self.robustness[self.robustness["lmns_code"] == code],
            inequality=both("inequality"),
            trends=both("trends"),
            trend_points=both("trend_points"),
            funnels=self._funnels(code),
            quality=both("quality"),
            provenance=self._provenance(code, values),
            metrics=self.metrics,
            benchmarks=self.benchmarks,
            representation=self.representation[self.representation["lmns_code"] == code],
            findings=self.findings[self.findings["lmns_code"] == code],
            actions=self.actions[self.actions["lmns_code"] == code],
            restatements=self.restatements[self.restatements["lmns_code"] == code],
            plan_remarks=self.plan_remarks[self.plan_remarks["lmns_code"] == code],
            ambitions=self.ambitions,
            interventions=self.interventions,
            submissions=self.submissions[self.submissions["lmns_code"] == code],
            checklist=self.checklist[self.checklist["lmns_code"] == code],
            community_assets=self.community_assets[self.community_assets["lmns_code"] == code],
            asset_register=self.asset_register[self.asset_register["lmns_code"] == code],
            workforce=self.workforce[
                self.workforce["lmns_code"].isna() | (self.workforce["lmns_code"] == code)
            ],
            evidence=self.evidence[self.evidence["lmns_code"] == code],
            evidence_figures=self.evidence_figures[self.evidence_figures["lmns_code"] == code],
            voice_representation=self.voice_representation[self.voice_representation["lmns_code"] == code],
            is_synthetic=self.is_synthetic,
        )


@dataclass(frozen=True)
class SystemData:
    """One system's figures, with those of England where nothing is published for the system."""

    code: str
    lmns: pd.Series
    values: pd.DataFrame
    gaps: pd.DataFrame
    robustness: pd.DataFrame
    inequality: pd.DataFrame
    trends: pd.DataFrame
    trend_points: pd.DataFrame
    funnels: pd.DataFrame
    quality: pd.DataFrame
    provenance: pd.DataFrame
    metrics: pd.DataFrame
    benchmarks: pd.DataFrame
    representation: pd.DataFrame
    findings: pd.DataFrame
    actions: pd.DataFrame
    restatements: pd.DataFrame
    plan_remarks: pd.DataFrame
    ambitions: pd.DataFrame
    interventions: pd.DataFrame
    submissions: pd.DataFrame
    checklist: pd.DataFrame
    community_assets: pd.DataFrame
    asset_register: pd.DataFrame
    workforce: pd.DataFrame
    evidence: pd.DataFrame
    evidence_figures: pd.DataFrame
    voice_representation: pd.DataFrame
    is_synthetic: bool

    @property
    def name(self) -> str:
        """The system's name."""
        return str(self.lmns["lmns_name"])


def newest(frame: pd.DataFrame, code_list: list[str]) -> pd.DataFrame:
    """Of each metric, dimension and code list, the rows of its newest period: history is in the open data."""
    if frame.empty:
        return frame
    series = [frame[name].fillna("") for name in ("metric_id", "dimension", *code_list)]
    return frame[frame["period_end"] == frame.groupby(series)["period_end"].transform("max")]


def read_audit_data(warehouse: Warehouse) -> AuditData:
    """Read every protected view once."""
    frames = {}
    with warehouse.connect() as connection:
        for name, sql in VIEWS.items():
            frame = connection.sql(sql).df()
            for column in DATES:
                if column in frame.columns and str(frame[column].dtype).startswith("datetime"):
                    frame[column] = frame[column].dt.strftime("%Y-%m-%d")
            frames[name] = frame
    return AuditData(**frames)
