"""A small made-up system for tests of the page: every kind of row once, numbers easy to check by eye."""

from __future__ import annotations

import pandas as pd

from orchestration.outputs.audit_data import AuditData

HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror=alert(1)>&"{{ 7*7 }}'

METRICS = [
    # metric_id, name, domain, kind, unit, polarity, decimals
    ("bookings", "Women booked", "population", "count", "women", "neutral", 0),
    ("bookings_share", "Share of women booked", "population", "composition", "%", "neutral", 1),
    ("deliveries", "Women who gave birth", "population", "count", "women", "neutral", 0),
    ("booking_by_10_weeks", "Booked by 10 weeks", "access", "proportion", "%", "high", 1),
    ("smoking_booking", "Smoking at booking", "risk", "proportion", "%", "low", 1),
    ("caesarean", "Caesarean birth", "care", "proportion", "%", "neutral", 1),
    ("coc_by_28_weeks", "Continuity of carer by 28 weeks", "continuity", "proportion", "%", "high", 1),
    ("cqim_tears", "Third or fourth degree tear (CQIM)", "outcomes", "proportion", "per 1,000", "low", 0),
    ("cqim_apgar", "Apgar score 0 to 6 (CQIM)", "outcomes", "proportion", "per 1,000", "low", 0),
    ("stillbirth", "Stillbirth", "outcomes", "rate", "per 1,000", "low", 1),
]  # fmt: skip
GROUPS = {
    "ethnicity": [("ASIAN", "Asian or Asian British"), ("BLACK", "Black or Black British"), ("WHITE", "White"), ("NOT_STATED", "Not stated")],
    "deprivation_quintile": [
        ("Q1", "1: people living in the 20% most deprived areas"), ("Q3", "3"), ("Q5", "5: people living in the 20% least deprived areas"),
    ],
}  # fmt: skip
ENGLAND = "E92000001"


class Builder:
    """Collects rows of the published views, with every column that the page may ask for."""

    def __init__(self, hostile: bool = False, synthetic: bool = False) -> None:
        self.values: list[dict] = []
        self.gaps: list[dict] = []
        self.quality: list[dict] = []
        self.hostile = hostile
        self.synthetic = synthetic

    def label(self, text: str) -> str:
        return text + HOSTILE if self.hostile else text

    def value(self, metric_id, value, low=None, high=None, *, system="QK1", level="lmns", code=None, dimension="total",
              group=("ALL", "All"), england=None, num=None, den=None, mark=None, order=0, period="2025-04"):  # fmt: skip
        _, name, domain, kind, unit, polarity, decimals = next(row for row in METRICS if row[0] == metric_id)
        code = code or (ENGLAND if level == "national" else system)
        figure_id = f"mv-{len(self.values):012x}"
        self.values.append({
            "figure_id": figure_id, "lmns_code": None if level == "national" else system,
            "lmns_name": self.label("Testshire"), "metric_id": metric_id, "metric_name": self.label(name),
            "domain": domain, "organisation_code": code, "organisation_level": level,
            "period_start": f"{period}-01", "period_end": f"{period}-28", "release": "final", "dimension": dimension,
            "group_code": group[0], "group_name": self.label(group[1]), "native_group": group[1],
            "classification": "Test groups" if dimension != "total" else None, "numerator": num, "denominator": den,
            "value": value, "unit": unit, "lower_95": low, "upper_95": high, "england_value": england, "mark": mark,
            "source_id": "msds_monthly", "file_sha256": "a" * 64, "metric_question": "How many?", "kind": kind,
            "polarity": polarity, "multiplier": 100.0, "decimals": decimals, "england_decimals": decimals, "period_window": "month",
            "period_label": "April 2025", "group_order": order, "is_unknown": group[0] == "NOT_STATED",
            "is_reference": group[0] in ("WHITE", "Q5"), "is_derived": dimension == "deprivation_quintile",
            "lower_998": low, "upper_998": high, "numerator_low": num, "numerator_high": num, "denominator_low": den,
            "denominator_high": den, "caveat": self.label("The publisher warns.") if self.hostile else None,
            "classification_edition": "2001", "classified_person": "mother",
            "organisation_name": self.label("Test Hospital"), "organisation_role": "provider", "suppressed": False,
            "is_synthetic": self.synthetic, "publisher": "NHS England", "publication": "Monthly Statistics",
            "file_name": self.label("file.csv"),
            "vocabulary": None if dimension == "total" else "test", "protection": None, "numerator_status": None, "denominator_status": None, "needs_review": False,
        })  # fmt: skip
        return figure_id

    def gap(self, figure_id, kind, difference, low, high, ratio, verdict, reference=("ALL", "All")):
        value = next(row for row in self.values if row["figure_id"] == figure_id)
        shared = {name: value[name] for name in (
            "lmns_code", "metric_id", "period_start", "period_end", "dimension", "group_code", "group_name",
            "organisation_code", "organisation_level", "metric_name", "unit", "polarity", "group_order", "value",
        )}  # fmt: skip
        self.gaps.append({
            **shared, "figure_id": f"eg-{len(self.gaps):012x}", "reference_kind": kind, "reference_group": reference[0],
            "reference_group_name": reference[1], "difference": difference, "difference_lower_95": low,
            "difference_upper_95": high, "ratio": ratio, "ratio_lower_95": ratio and ratio * 0.9,
            "ratio_upper_95": ratio and ratio * 1.1, "p_value": 0.01, "q_value": 0.02, "verdict": verdict,
            "verdict_reason": "", "vocabulary": "test", "value_figure_id": figure_id,
            "reference_value": value["value"] - difference, "decimals": value["decimals"], "reference_decimals": value["decimals"],
            "difference_decimals": value["decimals"], "is_protected": False,
        })  # fmt: skip

    def check(self, item, measure, value, *, level="lmns", code="QK1", verdict="good", num=None, den=None):
        self.quality.append({
            "figure_id": f"dq-{len(self.quality):012x}", "lmns_code": None if level == "national" else "QK1",
            "source_id": "msds_monthly", "organisation_code": code, "item": self.label(item) if "category" not in item else item,
            "measure": measure, "value": value, "numerator": num, "denominator": den, "period_start": "2025-04-01",
            "period_end": "2025-04-28", "verdict": verdict, "organisation_level": level,
            "organisation_name": self.label("Test Hospital"), "detail": self.label("What it means"), "decimals": 1, "numerator_of": None, "denominator_of": None,
        })  # fmt: skip


def representation(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([
        {"figure_id": f"rep-{order:012x}", "lmns_code": "QK1", "organisation_code": "QK1", "organisation_level": "lmns",
         "period_start": "2025-04-01", "period_end": "2025-04-28", "period_label": "April 2025", "release": "final",
         "comparable_group": name, "group_name": b.label(name), "group_order": order, "women": women,
         "women_in_all": 1000.0, "booking_share": women / 10, "booking_share_lower_95": women / 10 - 1,
         "booking_share_upper_95": women / 10 + 1, "people": people * 1000, "people_in_all": 100000.0,
         "population_share": people, "ratio": women / 10 / people, "ratio_lower_95": 0.9, "ratio_upper_95": 1.1,
         "england_ratio": 1.05, "booking_file_sha256": "a" * 64, "population_file_sha256": "a" * 64,
         "caveat": "Groups differ in age."}
        for order, (name, women, people) in enumerate((("Asian", 366.0, 30.0), ("White", 634.0, 70.0)))
    ])  # fmt: skip


STAFF = {
    "lmns_code": "QK1", "lmns_name": "Test System", "organisation_code": "RWE", "organisation_level": "provider",
    "period_start": "2025-04-01", "period_end": "2026-03-31", "period_label": "2025-26", "survey_question": None,
    "staff_group": "all", "staff_group_name": "All maternity and neonatal staff", "staff_group_order": 1, "band": "all",
    "band_name": "All bands", "band_order": 0, "dimension": "ethnicity", "group_order": 31, "native_group": "BME", "decimals": 0,
    "lower_95": None, "upper_95": None, "reference_group": "WHITE", "reference_group_name": "White",
    "reference_period_start": None, "reference_period_end": None, "reference_period_label": None, "reference_value": None,
    "difference": None, "difference_lower_95": None, "difference_upper_95": None, "ratio_of": None, "ratio": None,
    "ratio_lower_95": None, "ratio_upper_95": None, "screening": None, "screening_note": None, "printed_check": None,
    "p_value": None, "q_value": None, "verdict_reason": "", "mark": None, "caveat": None, "protection": "nhs-secondary-care 1",
    "numerator_status": "shown", "denominator_status": "shown", "source_id": "local", "file_sha256": "a" * 64,
    "is_synthetic": False, "mothers_figure_id": None,
}  # fmt: skip


def workforce(b: Builder) -> pd.DataFrame:
    """A trust's figures in the shapes that the page tells apart, and England's."""
    compared = {
        "reference_value": 24.0,
        "difference": -12.0,
        "difference_lower_95": -18.0,
        "difference_upper_95": -5.0,
    }
    england = {"lmns_code": None, "organisation_code": "E92000001", "organisation_level": "national", "protection": None,
               "source_id": "workforce", "comparison": "none", "verdict": "not available", "decimals": 1}  # fmt: skip
    rows = [
        {"measure_id": "appointed", "measure_name": b.label("Appointed from shortlisting"), "form": "likelihood", "wres_indicator": 2.0,
         "comparison": "white staff", "numerator": 45.0, "denominator": 370.0, "value": 12.0, "ratio": 1.95, "ratio_lower_95": 1.31,
         "ratio_upper_95": 2.93, "direction": "Above 1: White applicants are likelier to be appointed.", "verdict": "worse",
         "screening": "above the range", **compared},
        {"measure_id": "disciplinary", "measure_name": "Formal disciplinary process", "form": "likelihood", "wres_indicator": 3.0,
         "comparison": "white staff", "numerator": None, "denominator": 250.0, "value": None, "mark": "[c]", "direction": "Above 1: likelier.",
         "numerator_status": "small", "verdict": "too few to tell"},
        {"measure_id": "equal_opportunity", "measure_name": "Equal opportunity", "form": "survey", "wres_indicator": 7.0,
         "comparison": "white staff", "numerator": 55.0, "denominator": 130.0, "value": 42.0, "direction": "Lower is worse.",
         "verdict": "worse", **compared},
        {"measure_id": "headcount", "measure_name": "Share of staff", "form": "share", "wres_indicator": 1.0, "comparison": "all bands",
         "band": "band_7", "band_name": "Band 7", "band_order": 5, "numerator": 20.0, "denominator": 130.0, "value": 15.0,
         "lower_95": 10.0, "upper_95": 23.0, "direction": "Fewer is worse.", "verdict": "worse", **compared},
        {"measure_id": "headcount", "measure_name": "Share of staff", "form": "share", "wres_indicator": 1.0, "comparison": "mothers",
         "group_code": "ASIAN", "group_name": b.label("Asian"), "numerator": 120.0, "denominator": 755.0, "value": 16.0, "lower_95": 13.0,
         "upper_95": 19.0, "direction": "Fewer is worse.", "verdict": "not available", "reference_period_label": "2025-26", **compared},
        {"measure_id": "board_voting", "measure_name": "Board", "form": "board", "wres_indicator": 9.0, "comparison": "whole trust",
         "staff_group": "trust", "band": "board", "numerator": None, "denominator": 10.0, "value": None, "mark": "[c]",
         "numerator_status": "small", "direction": "Below 0.", "verdict": "too few to tell", "verdict_reason": "too few staff to show or to tell"},
        {"measure_id": "cultural_competence", "measure_name": "Cultural competence", "form": "coverage", "wres_indicator": None,
         "comparison": "none", "dimension": "total", "group_code": "ALL", "group_name": "Everybody", "numerator": 265.0,
         "denominator": 330.0, "value": 80.0, "lower_95": 75.0, "upper_95": 85.0, "direction": "Described.", "verdict": "not available"},
        {**england, "measure_id": "headcount", "measure_name": "Share of staff", "form": "share", "wres_indicator": 1.0,
         "staff_group": "midwife", "group_code": "WHITE", "group_name": "White", "numerator": 800.0, "denominator": 1000.0, "value": 80.0,
         "direction": "Fewer is worse."},
        {**england, "measure_id": "equal_opportunity", "measure_name": "Equal opportunity", "form": "survey", "wres_indicator": 7.0,
         "staff_group": "nhs", "dimension": "total", "group_code": "ALL", "group_name": "Everybody", "numerator": None,
         "denominator": 700000.0, "value": 55.9, "direction": "Lower is worse.", "source_id": "staff_survey"},
    ]  # fmt: skip
    return pd.DataFrame([
        {**STAFF, "figure_id": f"wf-{place:012x}", "organisation_name": b.label("Test Hospital"), "question": "?",
         "group_code": "WRES_OTHER", "group_name": "All other ethnic groups combined", **row}
        for place, row in enumerate(rows)
    ])  # fmt: skip


def benchmarks(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([
        {"benchmark_id": topic, "topic": topic, "domain": domain, "statement": b.label(statement), "basis": "All births",
         "period_label": "2023", "area": "United Kingdom", "publisher": "MBRRACE-UK", "publication": "Report",
         "address": "https://example.org/report", "note": None}
        for topic, domain, statement in (
            ("stillbirth", "outcomes", "3.22 stillbirths for every 1,000 births"),
            ("booking by 10 weeks", "access", "60% of women book by 10 weeks"),
        )
    ])  # fmt: skip


def community_assets(b: Builder) -> pd.DataFrame:
    shared = {
        "lmns_code": "QK1", "area_level": "council", "area_code": "E06000016", "area_name": b.label("Testtown"),
        "dimension": "ethnicity", "group_code": "BLACK", "group_name": b.label("Black or Black British"), "dimension_order": 1, "group_order": 2,
        "need_basis": "births that the council counts", "need_people": "babies due a new birth visit", "need_figure_id": "mv-1",
        "all_figure_id": "mv-2", "need_source_id": "local", "period_start": "2025-04-01", "period_end": "2025-04-28",
        "people_needing": 120.0, "people_in_all": 1000.0, "people_mark": None, "people_percent": 12.0, "need_level": "high",
        "service": "open to everybody", "verdict": "gap", "assets_naming": 0, "assets_for_everybody": 3, "assets_not_published": 1,
        "assets_ending": 0, "assets_over": 0, "first_funding_end": None, "as_of_date": "2025-04-20",
        "register_file_sha256": "a" * 64, "source_id": "local",
    }  # fmt: skip
    hidden = {
        "group_code": "MIXED", "group_name": b.label("Mixed"), "people_needing": None, "people_mark": "[c]", "people_percent": None,
        "need_level": "not known", "verdict": "not known",
    }  # fmt: skip
    served = {"group_code": "ASIAN", "group_name": b.label("Asian or Asian British"), "service": "named", "verdict": "served", "assets_naming": 2}  # fmt: skip
    rows = [{**shared, **served}, {**shared, **hidden}, shared]
    return pd.DataFrame([row | {"figure_id": f"ca-{place:012x}"} for place, row in enumerate(rows)])


def checklist(b: Builder) -> pd.DataFrame:
    shared = {
        "lmns_code": "QK1", "part": "Community assets", "item_kind": "analysis", "intervention_ref": None, "item": b.label("Map of community assets"),
        "status": "partly", "requirements": 2, "requirements_met": 1, "held": b.label("register of community assets"),
        "missing": "need of each community beside them", "holders": "Voluntary sector", "verification": "unverified",
        "indicator_verification": None, "source_url": None,
    }  # fmt: skip
    present = {
        "item_kind": "intervention", "part": "The guidance of 2021", "intervention_ref": "4b.6", "item": b.label("Members reflect the population"),
        "status": "present", "requirements_met": 2, "missing": None, "holders": None, "verification": "verified",
        "indicator_verification": "unverified", "source_url": "https://example.org/guidance",
    }  # fmt: skip
    absent = {
        "item": "Staff",
        "status": "absent",
        "requirements_met": 0,
        "held": None,
        "verification": "secondary",
    }
    rows = [("A2", shared), ("4b.6", {**shared, **present}), ("A3", {**shared, **absent})]
    return pd.DataFrame([
        row | {"figure_id": f"ck-{place:012x}", "item_id": item_id, "item_order": place}
        for place, (item_id, row) in enumerate(rows)
    ])  # fmt: skip


def asset_register(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([{
        "figure_id": "ar-000000000000", "lmns_code": "QK1", "asset_name": b.label("Gujarati mothers"), "holder_type": "individual",
        "organisation_name": None, "kind": "language_group", "kind_name": "Language group", "determinant": "language", "stage": "all",
        "communities": "H;J", "languages": "gu", "interpreter": "N", "cost": "free", "referral_route": "both", "days_times": None,
        "area_code": None, "area_name": None, "online": "Y", "step_free": "Y", "childcare": "N", "funded_until": "2025-06-30",
        "is_funding_over": False, "is_funding_ending": True, "last_verified": "2025-04-20", "file_sha256": "a" * 64, "source_id": "local",
    }])  # fmt: skip


FINDING = {
    "lmns_code": "QK1", "severity": "high", "firmness": "firm", "tier": 1, "size_of_gap": 0.5, "number_affected": 1000.0,
    "certainty": 0.6, "robustness": 0.9, "score": 270.0, "metric_id": None, "metric_name": None, "domain": None, "unit": None,
    "decimals": None, "polarity": None, "source_id": "msds_monthly", "organisation_code": "QK1", "organisation_level": "lmns",
    "dimension": "total", "group_code": None, "group_name": None, "vocabulary": None, "reference_kind": None,
    "reference_group": None, "reference_group_name": None, "period_start": "2025-04-01", "period_end": "2025-04-28",
    "period_label": "April 2025", "value": None, "reference_value": None, "difference": None, "difference_lower_95": None,
    "difference_upper_95": None, "excess_number": None, "excess_lower_95": None, "excess_upper_95": None,
    "years_needed": None, "detectable_change": None, "gap_trend": None, "owner_role": "providers", "topic_name": None,
    "data_set": None, "item": None, "holder": None, "intervention": "4a.1", "gap_figure_id": None, "value_figure_id": None,
    "figures": 1, "staff_measure_id": None, "staff_group_name": None, "band_name": None, "ratio": None, "ratio_lower_95": None,
    "ratio_upper_95": None, "direction": None, "check_numerator": None, "check_denominator": None, "check_decimals": 0,
    "held_locally": None, "coverage_note": None, "reference_decimals": None, "difference_decimals": None, "protection": None,
}  # fmt: skip


def findings(b: Builder) -> pd.DataFrame:
    """One finding of every kind."""
    metric = {
        "metric_id": "coc_by_28_weeks", "metric_name": b.label("Continuity of carer by 28 weeks"), "domain": "continuity",
        "unit": "%", "decimals": 1, "polarity": "high",
    }  # fmt: skip
    counted = next(
        (row["figure_id"] for row in b.values if (row["metric_id"], row["group_code"]) == ("coc_by_28_weeks", "ASIAN")), None
    )  # fmt: skip
    rows = (
        {"kind": "equity gap", **metric, "subject": "coc_by_28_weeks", "dimension": "ethnicity", "group_code": "ASIAN",
         "group_name": b.label("Asian or Asian British"), "reference_kind": "fixed", "reference_group": "WHITE",
         "reference_group_name": "White", "value": 10.0, "reference_value": 25.0, "difference": -15.0,
         "difference_lower_95": -19.0, "difference_upper_95": -11.0, "excess_number": 30.0, "excess_lower_95": 22.0,
         "excess_upper_95": 38.0, "detectable_change": 4.0, "owner_role": "system", "intervention": "4c.1",
         "gap_figure_id": "gap-1", "value_figure_id": counted},
        {"kind": "consistency gap", "tier": 3, "severity": "low", "figures": 3, "item": "msds.TotalBabies",
         "subject": "published for the system and the sum of its providers", "size_of_gap": 0.04, "intervention": "P3"},
        {"kind": "data-quality gap", "tier": 3, "severity": "medium", "item": "Ethnic category at booking",
         "subject": "valid and stated", "dimension": "ethnicity", "size_of_gap": 0.2, "organisation_code": "RWE",
         "organisation_level": "provider", "owner_role": "provider", "intervention": "P3"},
        {"kind": "evidence gap", "tier": 3, "severity": "medium", "subject": "preterm", "topic_name": "Preterm birth",
         "dimension": "ethnicity", "size_of_gap": 1.0, "data_set": "local__maternity_birth", "item": "gestation_at_birth_days",
         "holder": "Maternity information systems of the providers", "owner_role": "holder"},
        {"kind": "too few to tell", **metric, "tier": 5, "severity": "low", "subject": "coc_by_28_weeks",
         "dimension": "ethnicity", "group_code": "BLACK", "group_name": "Black or Black British", "reference_kind": "others",
         "value": 14.0, "reference_value": 17.0, "size_of_gap": None, "certainty": None, "robustness": None, "score": None,
         "years_needed": 3.2, "owner_role": "analyst", "intervention": "4c.1"},
    )  # fmt: skip
    return pd.DataFrame([
        FINDING | {
            "figure_id": f"fi-{rank:012x}", "finding_rank": rank, "lmns_name": b.label("Testshire"),
            "organisation_name": b.label("Testshire"), "figure_ids": "gap-1 mv-1",
        } | row
        for rank, row in enumerate(rows, 1)
    ])  # fmt: skip


ACTION = {
    "lmns_code": "QK1", "severity": "high", "priority": 4, "cause": "Not known yet", "action_basis": None,
    "priority_name": "Accelerate preventative programmes that engage those at greatest risk", "intervention_ref": "4c.1",
    "intervention_text": "Continuity of carer", "intervention_verification": "secondary", "evidence_figure_ids": "gap-1 mv-1",
    "basis_version": None, "basis_strength": "local idea", "basis_verification": "unverified", "basis_url": None,
    "policy_ref": None, "owner_role": "Director of midwifery of each provider", "owner": None,
    "partners": "Maternity and Neonatal Voices Partnership", "process_measure": "Women offered a place",
    "outcome_metric_id": None, "outcome_measure": None, "polarity": None, "unit": None, "decimals": 1, "dimension": "total",
    "group_code": None, "group_name": None, "baseline_figure_id": "mv-1", "baseline_value": None, "baseline_lower_95": None,
    "baseline_upper_95": None, "baseline_period_start": "2025-04-01", "baseline_period_end": "2025-04-28",
    "baseline_period_label": "April 2025", "reference_kind": None, "reference_group": None, "reference_group_name": None,
    "reference_value": None, "absolute_gap": None, "relative_gap": None, "target_rule": None, "target_value": None,
    "target_basis": None, "target_year_1": None, "target_year_2": None, "target_year_3": None,
    "smallest_detectable_change": None, "detectable": None, "years_to_pool": None, "people_to_reach": None,
    "target_reason": "No number: it is done when the check passes.", "ambition": None, "ambition_history": None,
    "start_date": None, "due_date": None, "resource": "Analyst time", "risk": "Nobody owns it",
    "stop_rule": "Stop when the check is good in two editions", "status": "not started", "origin": "drafted",
    "is_still_found": True, "sent_title": None, "sent_issue": None, "organisation_role": "provider", "vocabulary": None,
    "baseline_edition": None, "baseline_known_value": None, "reference_lower_95": None, "reference_upper_95": None,
    "relative_gap_lower_95": None, "relative_gap_upper_95": None, "target_agreed": None, "progress": None,
    "as_of_date": "2025-06-01", "changed_locked": None, "returned_edition": None, "newest_figure_id": None,
    "newest_period_start": None, "newest_period_end": None, "newest_period_label": None, "newest_value": None,
    "newest_reference_value": None, "measure_change": None, "measure_change_lower_95": None, "measure_change_upper_95": None,
    "measure_movement": "cannot tell", "reference_movement": "cannot tell", "newest_absolute_gap": None,
    "absolute_change": None, "absolute_change_lower_95": None, "absolute_change_upper_95": None,
    "absolute_gap_movement": "cannot tell", "newest_relative_gap": None, "relative_change": None,
    "relative_change_lower_95": None, "relative_change_upper_95": None, "relative_gap_movement": "cannot tell",
    "reference_decimals": 1, "difference_decimals": 1, "protection": None,
    "is_levelled_down": False, "is_restated": False, "reason": "There is no newer figure than the baseline.",
}  # fmt: skip


def actions(b: Builder) -> pd.DataFrame:
    """An action for every finding; the gap has a target."""
    numbers = {
        "outcome_metric_id": "coc_by_28_weeks", "outcome_measure": b.label("Continuity of carer by 28 weeks"), "polarity": "high",
        "unit": "%", "dimension": "ethnicity", "group_code": "ASIAN", "group_name": b.label("Asian or Asian British"),
        "baseline_value": 10.0, "baseline_lower_95": 7.0, "baseline_upper_95": 13.0, "reference_kind": "fixed",
        "reference_group": "WHITE", "reference_group_name": "White", "reference_value": 25.0, "absolute_gap": -15.0,
        "relative_gap": 0.4, "target_rule": "half the gap", "target_value": 17.5, "target_basis": "proposal",
        "target_year_1": 12.5, "target_year_2": 15.0, "target_year_3": 17.5, "smallest_detectable_change": 4.0,
        "detectable": "after three years", "people_to_reach": 75,
        "target_reason": "Closes half of the absolute gap in three years by raising this group’s own rate, in equal steps.",
        "ambition_history": "Continuity of carer: 75%, to 2024-12-31 (women on a pathway; verified)",
    }  # fmt: skip
    return pd.DataFrame([
        ACTION | {
            "action_id": f"ac-{rank:012x}", "finding_id": finding["figure_id"], "finding_rank": rank,
            "finding_kind": finding["kind"], "lmns_name": finding["lmns_name"], "problem": b.label("A problem"),
            "action": b.label("Ask women what stands in the way"),
        } | (numbers if finding["kind"] == "equity gap" else {})
        for rank, finding in enumerate(findings(b).to_dict("records"), 1)
    ])  # fmt: skip


def restatements() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["action_id", "lmns_code", "baseline_figure_id", "place", "edition", "was", "became"]
    )


def plan_remarks() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["lmns_code", "file_sha256", "sheet", "row_number", "column_name", "rule", "message"]
    )


def ambitions(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([
        {"ambition_id": name, "topic": name, "metric": b.label(metric), "value": value, "unit": "%", "basis": "Out of all",
         "valid_from": None, "valid_to": end, "successor": None, "state": "In force", "standing": standing,
         "publication": "A page", "source_url": "https://example.org", "verification": mark, "checked_on": "2026-11-22"}
        for name, metric, value, end, standing, mark in (
            ("booking", "Booking by 10 weeks", None, None, "current", "verified"),
            ("continuity", "Continuity of carer", 75.0, "2024-12-31", "history", "verified"),
            ("feeding", "Accredited units", 100.0, "2027-03-31", "not checked", "unverified"),
        )
    ])  # fmt: skip


def interventions(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([
        {"intervention_ref": ref, "priority": 4, "priority_name": "Prevention", "number_in_guidance": number,
         "document": "C0734", "document_date": "September 2021", "short_text": b.label(text), "indicator_text": "A share",
         "breakdowns": "ethnicity|deprivation", "data_source": "Records", "computable_from_public": "no",
         "local_file_needed": None, "superseded_by": None, "source_url": "https://example.org", "verification": mark,
         "indicator_verification": mark, "checked_by": None, "checked_on": None}
        for ref, number, text, mark in (
            ("4b.6", "6", "The partnership reflects the population", "verified"), ("4c.1", None, "Continuity of carer", "unverified"),
        )
    ])  # fmt: skip


def robustness(b: Builder) -> pd.DataFrame:
    """What unknown groups could make of the gaps in continuity of carer: one would not stand, one cannot be told."""
    rows = [
        gap for gap in b.gaps
        if gap["metric_id"] == "coc_by_28_weeks" and gap["reference_kind"] in ("best", "fixed")
    ]  # fmt: skip
    return pd.DataFrame([
        {"figure_id": f"rb-{order:012x}", "gap_figure_id": gap["figure_id"], "lmns_code": "QK1", "metric_id": gap["metric_id"],
         **{name: gap[name] for name in (
             "metric_name", "organisation_level", "period_start", "period_end", "dimension", "group_code", "group_name",
             "reference_kind", "reference_group", "difference", "verdict",
         )},
         "unknown_percent": 3.0, "difference_low": gap["difference"] - 2, "difference_high": gap["difference"] + 16,
         "robustness": "fragile" if gap["verdict"] == "worse" else "cannot tell"}
        for order, gap in enumerate(rows)
    ])  # fmt: skip


def submissions(b: Builder) -> pd.DataFrame:
    """Births of one hospital, in time, late, missing and not yet due, and a month nobody asked for; assets of another."""
    shared = {
        "lmns_code": "QK1", "supplier_code": "RWE", "supplier_name": b.label("Test Hospital"), "dataset": "maternity_birth",
        "as_of_date": "2025-07-10", "last_received": None, "files": 1, "rows_received": 480.0, "rows_used": 475.0,
        "rows_mark": None,
    }  # fmt: skip
    none = {"files": 0, "rows_received": 0.0, "rows_used": 0.0, "first_received": None}
    rows = (
        {"submission_month": "2024-12-01", "submission_status": "not asked for", "due_date": None, "first_received": "2025-02-20", "days_late": None},
        {"submission_month": "2025-01-01", "submission_status": "received", "due_date": "2025-03-03", "first_received": "2025-02-20", "days_late": None},
        {"submission_month": "2025-02-01", "submission_status": "late", "due_date": "2025-03-31", "first_received": "2025-04-10", "days_late": 10.0},
        {"submission_month": "2025-04-01", "submission_status": "missing", "due_date": "2025-05-31", "days_late": None, **none},
        {"submission_month": "2025-06-01", "submission_status": "not yet due", "due_date": "2025-07-31", "days_late": None, **none},
        {"submission_month": "2025-06-01", "submission_status": "received", "due_date": "2025-07-31", "first_received": "2025-07-01",
         "days_late": None, "supplier_code": "VCS", "dataset": "community_asset", "rows_received": None, "rows_used": None, "rows_mark": "[c]"},
    )  # fmt: skip
    return pd.DataFrame([
        shared | {"figure_id": f"su-{order:012x}"} | row for order, row in enumerate(rows)
    ])  # fmt: skip


EVIDENCE = {
    "lmns_code": "QK1", "lmns_name": "Testshire", "kind": "theme", "category": "Access", "theme_code": "access.timeliness",
    "theme_name": "Timeliness of care", "equity_theme": "E8", "equity_theme_name": "Barrier at booking or first contact",
    "claim": "complaint", "stages": "antenatal neonatal", "dimension": "ethnicity", "group_code": "ASIAN", "group_name": "Asian or Asian British",
    "period_start": "2025-04-01", "period_end": "2025-09-30", "period_label": "April to September 2025", "statements": None,
    "statements_mark": "[c]", "speakers": 15.0, "speakers_status": "shown", "speakers_mark": None, "status": "supported", "reason": None,
    "item": None, "data_set": None, "holder": None, "rests_on_unknown": False, "figures": 1, "figure_ids": "gap-1 mv-1", "quotes": None,
    "finding_rank": None, "protection": "p 1",
}  # fmt: skip


def evidence(b: Builder) -> pd.DataFrame:
    """One theme of every status, and a gap that no voice mentions."""
    nothing = {"figures": 0, "figure_ids": None}
    rows = (
        {"quotes": b.label("We waited for weeks")},
        {"status": "contradicted", "dimension": "total", "group_code": "ALL", "group_name": "All", "rests_on_unknown": True, "claim": "praise"},
        {"status": "mixed", "figures": 2, "equity_theme": None, "equity_theme_name": None},
        {"status": "untestable", "reason": "no measure", "item": "Interpreter present", "holder": b.label("Providers"), **nothing},
        {"status": "untestable", "reason": "no figure for this group", "item": "gestation", "data_set": "local__maternity_booking",
         "holder": "Providers", "dimension": "language", "group_code": "SO", "group_name": b.label("SO"), **nothing},
        {"status": "untestable", "reason": "group too small to name", "dimension": "not_named", "group_code": "NOT_NAMED",
         "group_name": "a group too small to name", "speakers": None, "speakers_status": "small", "speakers_mark": "[c]", **nothing},
        {"status": "untestable", "reason": "too few to tell", "figures": 1},
        {"kind": "no voice mentions it", "status": "not mentioned", "figure_ids": "fi-000000000001 gap-1 mv-1", "theme_code": None,
         "theme_name": None, "equity_theme": None, "equity_theme_name": None, "claim": None, "stages": None, "speakers": None,
         "speakers_status": None},
    )  # fmt: skip
    return pd.DataFrame(
        [EVIDENCE | {"figure_id": f"ev-{place:012x}"} | row for place, row in enumerate(rows, 1)]
    )


def evidence_figures(b: Builder) -> pd.DataFrame:
    """Figures behind the themes: one that supports, one that contradicts, one that cannot tell."""
    shared = {
        "lmns_code": "QK1", "metric_id": "coc_by_28_weeks", "metric_name": b.label("Continuity of carer by 28 weeks"), "unit": "%",
        "decimals": 1, "polarity": "high", "organisation_level": "lmns", "organisation_code": "QK1", "organisation_name": "Testshire",
        "dimension": "ethnicity", "group_code": "ASIAN", "group_name": "Asian or Asian British", "reference_kind": "fixed",
        "reference_group_name": "White", "period_label": "April 2025", "value": 10.0, "reference_value": 25.0, "difference": -15.0,
        "difference_lower_95": -19.0, "difference_upper_95": -11.0, "relevant_difference": 6.25, "verdict": "worse",
        "outcome": "supports", "rests_on_unknown": False, "gap_figure_id": "gap-1", "value_figure_id": "mv-1",
    }  # fmt: skip
    none = {
        "difference": -1.0,
        "difference_lower_95": -3.0,
        "difference_upper_95": 1.0,
        "verdict": "no clear difference",
    }
    rows = (
        {"evidence_id": "ev-000000000001"},
        {"evidence_id": "ev-000000000002", **none, "outcome": "contradicts", "dimension": "total", "reference_group_name": "All"},
        {"evidence_id": "ev-000000000003"},
        {"evidence_id": "ev-000000000003", **none, "outcome": "contradicts", "gap_figure_id": "gap-2", "value_figure_id": "mv-2"},
        {"evidence_id": "ev-000000000007", **none, "difference_lower_95": -13.0, "outcome": "cannot tell"},
    )  # fmt: skip
    return pd.DataFrame(
        [shared | {"figure_id": f"evf-{place:012x}"} | row for place, row in enumerate(rows, 1)]
    )


def voice_representation(b: Builder) -> pd.DataFrame:
    """Members by group, one of them hidden, and neonatal care in what was said."""
    shared = {
        "lmns_code": "QK1", "heard_as": "parent members", "dimension": "ethnicity", "group_order": 1, "period_start": "2025-09-30",
        "period_end": "2025-09-30", "people": 20.0, "people_status": "shown", "mark": None, "people_in_all": 90.0, "in_all_status": "shown",
        "share": 22.2, "share_lower_95": 12.7, "share_upper_95": 35.0, "compared_metric_id": "bookings_share",
        "compared_with": "Share of women booked", "birth_share": 45.0, "ratio": 0.5, "ratio_lower_95": 0.3, "ratio_upper_95": 0.8,
        "verdict": "fewer than their share of births", "protection": "p 1",
    }  # fmt: skip
    rows = (
        {"group_code": "ETHNIC_MINORITY", "group_name": "Ethnic minority groups (all but White)"},
        {"group_code": "BLACK", "group_name": b.label("Black or Black British"), "people": None, "people_status": "small", "mark": "[c]",
         "share": None, "ratio": None, "verdict": "too few to tell"},
        {"heard_as": "people who spoke", "dimension": "stage", "group_code": "NEONATAL", "group_name": "About neonatal care", "share": 13.6,
         "compared_metric_id": None, "compared_with": None, "birth_share": None, "ratio": None, "verdict": "not available"},
    )  # fmt: skip
    return pd.DataFrame(
        [shared | {"figure_id": f"vr-{place:012x}"} | row for place, row in enumerate(rows, 1)]
    )


def inequality(b: Builder) -> pd.DataFrame:
    shared = {
        "lmns_code": "QK1", "metric_id": "coc_by_28_weeks", "period_start": "2025-04-01", "period_end": "2025-04-28",
        "dimension": "ethnicity", "groups": 3, "organisation_code": "QK1", "organisation_level": "lmns", "unit": "%",
        "polarity": "high", "decimals": 1, "metric_name": "Continuity of carer by 28 weeks", "source_id": "msds_monthly",
    }  # fmt: skip
    measures = (
        ("any_difference", "Test of any difference between groups", "statistic", 14.2, None, 0.0008, "worse"),
        ("range_difference", "Best to worst group: difference", "metric", 15.0, 11.0, None, "not available"),
    )
    return pd.DataFrame([
        shared | {
            "figure_id": f"in-{order:012x}", "measure": measure, "ranking": None, "value": value, "lower_95": low,
            "upper_95": low and value + 4, "measure_name": b.label(name), "scale": scale, "no_gap": None,
            "measure_question": b.label("Do the groups differ?"), "value_at_first": None, "value_at_last": None,
            "p_value": p, "q_value": p, "verdict": verdict, "verdict_reason": "", "reason": None,
        }
        for order, (measure, name, scale, value, low, p, verdict) in enumerate(measures)
    ])  # fmt: skip


MONTHS = tuple(
    (f"2025-{month:02d}-01", 60.0 + (month % 3) + (9 if month == 9 else 0)) for month in range(1, 10)
)


def trends(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([{
        "figure_id": "tr-000000000000", "lmns_code": "QK1", "metric_id": "booking_by_10_weeks", "organisation_code": "QK1",
        "organisation_level": "lmns", "dimension": "total", "group_code": "ALL", "method": "xmr", "points": 9,
        "lower_limit": 57.0, "upper_limit": 65.0, "series_key": "s1", "verdict": "better", "rule": "outside",
    }])  # fmt: skip


def trend_points(b: Builder) -> pd.DataFrame:
    return pd.DataFrame([
        {"figure_id": f"tp-{order:012x}", "value_figure_id": f"mv-{order + 4096:012x}", "series_key": "s1",
         "lmns_code": "QK1", "metric_id": "booking_by_10_weeks", "organisation_code": "QK1", "organisation_level": "lmns",
         "dimension": "total", "group_code": "ALL", "period_start": start, "period_end": start,
         "period_label": b.label(start[:7]), "value": value, "mean_value": 61.0, "lower_limit": 57.0, "upper_limit": 65.0,
         "rule": b.label("a point above the upper limit") if value > 65 else None, "variation": "improving" if value > 65 else None}
        for order, (start, value) in enumerate(MONTHS)
    ])  # fmt: skip


def funnels(b: Builder) -> pd.DataFrame:
    rows = []
    for order, (code, value) in enumerate(
        (("QK1", 12.9), ("QA1", 8.0), ("QA2", 9.5), ("QA3", 10.1), ("QA4", 7.2))
    ):
        place = "above the 99.8% limit" if code == "QK1" else "within the limits"
        rows.append({
            "figure_id": f"fu-{order:012x}", "value_figure_id": "", "funnel_key": "f1", "lmns_code": code,
            "metric_id": "smoking_booking", "organisation_code": code, "organisation_level": "lmns",
            "organisation_name": b.label(f"System {code}"), "period_start": "2025-04-01", "period_end": "2025-04-28",
            "dimension": "total", "group_code": "ALL", "value": value, "denominator": 900.0 + 100 * order, "target": 8.9,
            "limit_lower_95": 7.1, "limit_upper_95": 10.8, "limit_lower_998": 6.2, "limit_upper_998": 12.1,
            "adjusted_limit_lower_95": None, "adjusted_limit_upper_95": None, "adjusted_limit_lower_998": None,
            "adjusted_limit_upper_998": None, "position": place, "adjusted_position": None, "verdict": "worse",
            "metric_name": b.label("Smoking at booking"), "unit": "%", "polarity": "low", "decimals": 1,
        })  # fmt: skip
    return pd.DataFrame(rows)


def audit_data(hostile: bool = False, synthetic: bool = False) -> AuditData:
    """Two systems, QK1 with everything and QOC with little."""
    b = Builder(hostile, synthetic)
    b.value("bookings", 1940.0, num=1940.0, england=52620.0)
    b.value("deliveries", 700.0, num=700.0, england=39675.0)
    for order, (group, share) in enumerate(zip(GROUPS["ethnicity"], (33.0, 6.9, 57.4, 2.7), strict=True)):
        b.value("bookings_share", share, share - 2, share + 2, dimension="ethnicity", group=group, england=share + 1, num=share * 10, den=1000.0, order=order)  # fmt: skip
    for order, (group, share) in enumerate(
        zip(GROUPS["deprivation_quintile"], (19.7, 50.1, 30.2), strict=True)
    ):
        b.value("bookings_share", share, share - 2, share + 2, dimension="deprivation_quintile", group=group, england=share + 1, num=share * 10, den=1000.0, order=order)  # fmt: skip
    b.gap(b.value("booking_by_10_weeks", 69.8, 66.0, 73.5, england=64.5, num=660.0, den=945.0), "england", 5.3, 1.6, 9.0, 1.08, "better")  # fmt: skip
    for code in ("RWE", "RXX"):
        b.value("booking_by_10_weeks", 68.1, 61.0, 74.0, level="provider", code=code, england=64.5, num=300.0, den=440.0)  # fmt: skip
    b.gap(b.value("smoking_booking", 12.9, 11.0, 15.2, england=8.9, num=120.0, den=930.0), "england", 4.0, 2.1, 6.3, 1.45, "worse")  # fmt: skip
    b.gap(b.value("caesarean", 49.6, 44.7, 54.6, england=45.0, num=335.0, den=675.0), "england", 4.6, -0.3, 9.6, 1.1, "not available")  # fmt: skip
    for order, (group, share) in enumerate(zip(GROUPS["ethnicity"], (44.0, 47.0, 45.0, 46.0), strict=True)):
        figure = b.value("caesarean", share, share - 1, share + 1, level="national", dimension="ethnicity", group=group, num=share * 10, den=1000.0, order=order)  # fmt: skip
        b.gap(
            figure,
            "fixed",
            share - 45,
            share - 46,
            share - 44,
            share / 45,
            "not available",
            ("WHITE", "White"),
        )
    b.gap(b.value("coc_by_28_weeks", 17.0, 14.9, 19.3, england=17.1, num=146.0, den=860.0), "england", -0.1, -2.2, 2.2, 0.99, "no clear difference")  # fmt: skip
    shares = ((10.0, "worse"), (14.0, "too few to tell"), (25.0, ""), (12.0, ""))
    for order, (group, (share, verdict)) in enumerate(zip(GROUPS["ethnicity"], shares, strict=True)):
        figure = b.value("coc_by_28_weeks", share, share - 3, share + 3, dimension="ethnicity", group=group, england=18.0, num=share * 2, den=200.0, order=order)  # fmt: skip
        if verdict:
            for kind in ("best", "fixed"):
                b.gap(
                    figure, kind, share - 25, share - 29, share - 21, share / 25, verdict, ("WHITE", "White")
                )
    b.gap(b.value("cqim_tears", 38.0, 26.7, 54.2, england=30.0, num=40.0, den=1040.0), "england", 8.0, -3.4, 24.3, 1.27, "no clear difference")  # fmt: skip
    b.value("cqim_apgar", None, england=14.0, mark="Low DQ")
    for order, (group, rate) in enumerate(zip(GROUPS["ethnicity"], (4.4, 6.1, 3.1, 5.0), strict=True)):
        b.value("stillbirth", rate, rate - 0.5, rate + 0.5, level="national", dimension="ethnicity", group=group, num=rate * 100, den=100000.0, order=order)  # fmt: skip
    b.gap(b.value("booking_by_10_weeks", 50.0, 45.0, 55.0, system="QOC", england=64.5, num=200.0, den=400.0), "england", -14.5, -19.0, -10.0, 0.78, "worse")  # fmt: skip
    for level, code in (("lmns", "QK1"), ("provider", "RWE"), ("national", ENGLAND)):
        b.check(
            "Ethnic category at booking",
            "valid and stated",
            0.973,
            level=level,
            code=code,
            num=915.0,
            den=940.0,
        )
        b.check("Ethnic category at booking", "not stated", 0.027, level=level, code=code, num=25.0, den=940.0, verdict="information")  # fmt: skip
    b.check(
        "Measures with a published rate", "withheld by the publisher: Low DQ", 1.0, verdict="needs attention"
    )
    metrics = pd.DataFrame([
        {"metric_id": row[0], "metric_name": b.label(row[1]), "question": "How many?", "domain": row[2], "kind": row[3],
         "numerator": "", "denominator": "", "multiplier": 100.0, "unit": row[4], "polarity": row[5],
         "period_window": "month", "decimals": row[6], "dimensions": "", "intervention": "4a.1",
         "source_id": "msds_monthly", "definition_url": "", "note": None, "numerator_of": None, "denominator_of": None}
        for row in METRICS
    ])  # fmt: skip
    lmns = pd.DataFrame([
        {"lmns_code": code, "lmns_name": b.label(name), "region_code": "Y60", "region_name": "Midlands",
         "valid_from": "2022-07-01", "valid_to": None, "successor_note": None,
         "basis": b.label("Test Hospital (RWE): most of its patients come from this area (94%)"),
         "first_period": "2025-04-01", "last_period": "2025-04-28", "is_synthetic": synthetic}
        for code, name in (("QK1", "Testshire"), ("QOC", "Otherland"))
    ])  # fmt: skip
    provenance = pd.DataFrame([{
        "file_sha256": "a" * 64, "source_id": "msds_monthly", "publisher": "NHS England",
        "publication": "Monthly Statistics", "file_name": b.label("file.csv"), "address": None, "release": "final",
        "period_start": "2025-04-01", "period_end": "2025-04-30", "received_at": "2025-11-01T00:00:00",
        "rows_read": 10, "rows_loaded": 9, "rows_quarantined": 1, "licence": "OGL-UK-3.0", "verdict": "loaded",
        "reason": None, "is_synthetic": synthetic, "last_fetch": None, "lookup_for": None,
        "is_protected": False, "lmns_code": None, "local_table": None, "local_supplier": None, "local_month": None,
    }])  # fmt: skip
    return AuditData(
        lmns=lmns, values=pd.DataFrame(b.values), gaps=pd.DataFrame(b.gaps), quality=pd.DataFrame(b.quality),
        provenance=provenance, reconciliation=pd.DataFrame(columns=["source_id", "rows_in", "rows_out", "rows_reason"]), workforce=workforce(b), metrics=metrics, benchmarks=benchmarks(b), representation=representation(b), findings=findings(b), actions=actions(b), restatements=restatements(), plan_remarks=plan_remarks(), ambitions=ambitions(b), interventions=interventions(b), submissions=submissions(b), robustness=robustness(b),
        checklist=checklist(b), community_assets=community_assets(b), asset_register=asset_register(b),
        inequality=inequality(b), trends=trends(b), trend_points=trend_points(b), funnels=funnels(b),
        evidence=evidence(b), evidence_figures=evidence_figures(b), voice_representation=voice_representation(b),
        group_parents=pd.DataFrame(columns=["dimension", "group_code", "parent_dimension", "parent_group"]),
    )  # fmt: skip
