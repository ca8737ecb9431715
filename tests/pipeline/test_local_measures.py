"""Every figure of local records worked out again with pandas from the same rows, and what the gate makes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from orchestration.outputs.audit_data import read_audit_data
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.data_pack import write_data_pack
from orchestration.outputs.index_page import render_index
from orchestration.outputs.open_data import write_open_data
from orchestration.outputs.protection import audit, withheld_together
from orchestration.warehouse import Warehouse
from tests.conftest import PROJECT
from tests.pipeline.area_files import write_area_sources
from tests.pipeline.local_records import Records, invented_records
from tests.pipeline.warehouse import build_warehouse, query

pytestmark = pytest.mark.pipeline

STRATA = ["ethnicity", "ethnicity_detailed", "deprivation_quintile", "age", "language", "interpreter"]
QUINTILE = {  # by the files of tests/pipeline/area_files.py
    ("E01900001", "2021"): ("Q1", "local.imd_2025_quintile"),
    ("E01900002", "2021"): ("Q3", "local.imd_2025_quintile"),
    ("E01900004", None): ("Q5", "local.imd_2025_quintile"),
    ("E01900010", "2011"): ("Q1", "local.imd_2019_quintile"),
}
YES_NO = ["Y", "N"]


@pytest.fixture(scope="module")
def records() -> Records:
    return invented_records()


@pytest.fixture(scope="module")
def local_warehouse(records: Records, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("local_records")
    (root / "inbox").mkdir()
    write_area_sources(root / "inbox")
    return build_warehouse(root / "inbox", root / "output", also_load=records.load)


def grouped(frame: pd.DataFrame, ethnic: str, age: str | None) -> pd.DataFrame:
    """The frame with the groups that a reader of the method page would give each row."""
    codes = pd.read_csv(PROJECT / "seeds/ethnic_category.csv", keep_default_na=False, dtype=str).set_index(
        "ethnic_category"
    )
    code = frame[ethnic].fillna("missing")
    places = [
        QUINTILE.get(
            (area, vintage if isinstance(vintage, str) else None), ("Q_UNKNOWN", "local.no_imd_quintile")
        )
        for area, vintage in zip(frame["lsoa_code"], frame["lsoa_vintage"], strict=True)
    ]
    bands = pd.cut(
        frame[age].astype(float),
        [9, 19, 24, 29, 34, 39, 44, 60],
        labels=["A_U20", "A20_24", "A25_29", "A30_34", "A35_39", "A40_44", "A45"],
    )
    return frame.assign(
        ethnicity=code.map(codes["group_code"]),
        ethnicity_detailed=code.map(codes["detailed_group_code"]),
        deprivation_quintile=[place[0] for place in places],
        imd=[place[1] for place in places],
        age=bands.astype(object).where(bands.notna(), "A_UNKNOWN"),
        language=frame["language_code"]
        .map({"en": "L_ENGLISH", "eng": "L_ENGLISH", "gu": "L_OTHER"})
        .fillna("L_UNKNOWN"),
        interpreter=frame["interpreter_needed"].map({"Y": "I_YES", "N": "I_NO"}).fillna("I_UNKNOWN"),
    )


def measured(records: Records) -> dict[str, tuple[pd.DataFrame, str]]:
    """Of each measure, the rows of its denominator with `event`, and the column of the month."""
    booking = grouped(records.booking, "ethnic_category", "mother_age_at_booking")
    booking["month"] = booking["booking_date"].str[:8] + "01"
    birth = grouped(records.birth, "mother_ethnic_category", "mother_age_at_birth").assign(
        month=records.birth["birth_month"]
    )
    referral = grouped(records.referral, "ethnic_category", "mother_age_at_referral").assign(
        month=records.referral["referral_date"]
    )
    days, weight, apgar = (
        birth["gestation_at_birth_days"],
        birth["birth_weight_grams"],
        birth["apgar_5_minutes"],
    )
    term, single, live = (
        days.between(259, 315),
        birth["births_in_delivery"] == 1,
        birth["pregnancy_outcome"] == "01",
    )
    still = birth["pregnancy_outcome"].isin(["02", "03", "04"])
    # a twin's row without the number of its pregnancy is found by its mother and month, apart from one that has it
    delivery = birth["pregnancy_id"].fillna(birth["mother_pseudonym"] + birth["month"])
    women = (
        birth.assign(delivery=delivery)
        .sort_values("baby_id")
        .groupby(["supplier_code", "delivery"], sort=False)
    )
    first = women.head(1).set_index(["supplier_code", "delivery"])
    first["loss"] = women["blood_loss_ml"].max()
    first["smoking"] = women["smoking_status_delivery"].min()
    first["caesarean"] = women["delivery_method"].agg(lambda method: method.isin(["7", "8"]).any())
    first["method_known"] = women["delivery_method"].agg(lambda method: method.isin(list("0123456789")).any())
    first = first.reset_index()
    before = birth.merge(
        booking[
            ["lmns_code", "supplier_code", "pregnancy_id", "previous_live_births", "previous_caesareans"]
        ],
        on=["lmns_code", "supplier_code", "pregnancy_id"],
        how="left",
    )
    once = (before["previous_live_births"] == 1) & (before["previous_caesareans"] == 1)
    method_known = before["delivery_method"].isin(list("0123456789"))
    mass = booking["body_mass_index"].where(booking["body_mass_index"].between(10, 100))
    known = booking["gestation_at_booking_days"].where(booking["gestation_at_booking_days"].between(0, 315))
    return {
        name: (frame[among].assign(event=event[among]))
        for name, frame, among, event in [
            ("booking_by_10_weeks", booking, known.notna(), known <= 70),
            ("booking_after_20_weeks", booking, known.notna(), known > 140),
            *(
                (name, booking, booking[column].isin(known_codes), booking[column] == event)
                for name, column, known_codes, event in [
                    ("smoking_booking", "smoking_status_booking", list("1234"), "1"),
                    ("continuity", "continuity_pathway_by_28_weeks", YES_NO, "Y"),
                    ("care_plan", "care_plan_recorded", YES_NO, "Y"),
                    ("interpreter_need", "interpreter_needed", YES_NO, "Y"),
                    ("folic_acid", "folic_acid", YES_NO, "Y"),
                    ("complex_social_factors", "complex_social_factors", YES_NO, "Y"),
                ]
            ),
            ("obese", booking, mass.notna(), mass >= 30),
            ("caesarean", first, first["method_known"], first["caesarean"]),
            *(
                (f"robson_0{group}", first, first["robson_group"] == group, first["caesarean"])
                for group in "125"
            ),
            ("vbac", before, single & term & once & method_known, before["delivery_method"].isin(list("01234"))),
            ("skin_to_skin", birth, term & birth["skin_to_skin"].isin(YES_NO), birth["skin_to_skin"] == "Y"),
            ("smoking_delivery", first, first["smoking"].isin(list("1234")), first["smoking"] == "1"),
            ("pph", first, first["loss"].notna() | True, first["loss"] >= 1500),
            ("preterm", birth, live & single & days.between(154, 315), days <= 258),
            ("low_birth_weight_term", birth, term & weight.between(200, 7000), weight < 2500),
            ("apgar", birth, single & term & apgar.between(0, 10), apgar <= 6),
            ("tears", birth, single & term & birth["delivery_method"].isin(list("01234")), birth["perineal_tear"].isin(["3", "4"])),
            ("breast_milk", birth, birth["first_feed"].isin(["01", "02", "03"]), birth["first_feed"] != "03"),
            ("stillbirth", birth, live | still, still),
            ("neonatal_death", birth, live & birth["died_within_28_days"].isin(YES_NO), birth["died_within_28_days"] == "Y"),
            ("perinatal_contact", referral, referral["month"].notna(),
             referral["first_attended_contact_date"].notna() | (referral["attended_contacts"] > 0)),
        ]
    }  # fmt: skip


def test_every_figure_of_a_year_and_a_pool_is_the_one_counted_by_hand(
    local_warehouse: Path, records: Records
) -> None:
    held = query(
        local_warehouse,
        "select metric_id, organisation_level, organisation_code, period_start, dimension, group_code, vocabulary, "
        "numerator, denominator, numerator_low, numerator_high from harmonised.int_figure "
        "where source_id = 'local' and metric_id like 'local_%' and metric_id not like '%_month' "
        "and metric_id not like '%_standardised' and dimension <> 'ethnicity_deprivation_quintile' "
        "and metric_id not in ('local_bookings', 'local_babies', 'local_deliveries', 'local_bookings_share', 'local_deliveries_share', "
        "'local_referrals_share', 'local_term_admission')",
    )
    assert (held["numerator"] == held["numerator_low"]).all()
    assert (held["numerator"] == held["numerator_high"]).all()
    found = {
        (row.metric_id, row.organisation_level, row.organisation_code, row.dimension, row.group_code,
         row.vocabulary if row.dimension == "deprivation_quintile" else ""): (row.numerator, row.denominator)
        for row in held.itertuples()
        if str(row.period_start)[:10] == "2023-04-01"
    }  # fmt: skip
    assert len(found) == len(held), "a later year of two months is not shown"
    expected = {}
    for name, frame in measured(records).items():
        if name not in ("stillbirth", "neonatal_death"):
            frame = frame[frame["month"] < "2024-04-01"]
        levels = (
            {"lmns": "lmns_code"}
            if name == "perinatal_contact"
            else {"lmns": "lmns_code", "provider": "provider_code"}
        )
        for level, column in levels.items():
            for organisation, rows in frame.groupby(column):
                key = (f"local_{name}", level, organisation)
                expected[(*key, "total", "ALL", "")] = (rows["event"].sum(), len(rows))
                strata = STRATA if level == "lmns" else ["ethnicity", "deprivation_quintile"]
                # nobody is asked how many of those who need an interpreter need one
                for dimension in [
                    one for one in strata if (name, one) != ("interpreter_need", "interpreter")
                ]:
                    by = [dimension, "imd"] if dimension == "deprivation_quintile" else [dimension]
                    for group, people in rows.groupby(by):
                        vocabulary = group[1] if len(by) == 2 else ""
                        expected[(*key, dimension, group[0], vocabulary)] = (
                            people["event"].sum(),
                            len(people),
                        )
    differing = {
        key: (found.get(key), expected.get(key))
        for key in found.keys() | expected.keys()
        if found.get(key) != expected.get(key)
    }
    assert differing == {}


def test_referrals_by_group_add_up_to_all_of_them(local_warehouse: Path, records: Records) -> None:
    referral = grouped(records.referral, "ethnic_category", "mother_age_at_referral")
    year = referral[referral["referral_date"] < "2024-04-01"]
    shares = query(
        local_warehouse,
        "select dimension, group_code, numerator, denominator from harmonised.int_figure "
        "where metric_id = 'local_referrals_share' and organisation_level = 'lmns' and dimension <> 'deprivation_quintile'",
    )
    assert set(shares["denominator"]) == {len(year)}
    by_hand = {
        (dimension, group): len(people)
        for dimension in ("ethnicity", "ethnicity_detailed", "age", "language", "interpreter")
        for group, people in year.groupby(dimension)
    }
    assert {(row.dimension, row.group_code): row.numerator for row in shares.itertuples()} == by_hand


def test_a_local_metric_has_the_dimensions_that_its_seed_says(local_warehouse: Path) -> None:
    extra = query(
        local_warehouse,
        "select distinct figure.metric_id, dimension from harmonised.int_figure as figure "
        "inner join reference.metrics as metric on figure.metric_id = metric.metric_id "
        "where figure.source_id = 'local' and dimension <> 'total' "
        "and not list_contains(string_split(coalesce(dimensions, ''), '|'), dimension)",
    )
    assert extra.empty, extra


def test_months_crossed_groups_and_counts(local_warehouse: Path, records: Records) -> None:
    preterm = measured(records)["preterm"]
    months = query(
        local_warehouse,
        "select period_start, numerator, denominator from harmonised.int_figure "
        "where metric_id = 'local_preterm_month' and organisation_level = 'lmns' and organisation_code = 'QK1' order by 1",
    )
    by_hand = preterm[preterm["lmns_code"] == "QK1"].groupby("month")["event"].agg(["sum", "size"])
    assert months["period_start"].astype(str).str[:10].tolist() == by_hand.index.tolist()
    assert months[["numerator", "denominator"]].to_numpy().tolist() == by_hand.to_numpy().tolist()

    crossed = query(
        local_warehouse,
        "select group_code, vocabulary, numerator, denominator from harmonised.int_figure "
        "where metric_id = 'local_preterm' and organisation_code = 'QK1' and dimension = 'ethnicity_deprivation_quintile'",
    )
    year = preterm[
        (preterm["lmns_code"] == "QK1")
        & (preterm["month"] < "2024-04-01")
        & preterm["ethnicity"].isin(["WHITE", "ASIAN", "BLACK", "MIXED", "OTHER"])
        & (preterm["deprivation_quintile"] != "Q_UNKNOWN")
    ]
    cells = year.groupby(["ethnicity", "deprivation_quintile", "imd"])["event"].agg(["sum", "size"])
    expected = {
        (
            f"{ethnicity}.{quintile}",
            imd.replace("local.", "local.ethnic_group_by_").replace("_quintile", ""),
        ): (*cell,)
        for (ethnicity, quintile, imd), cell in zip(cells.index, cells.to_numpy().tolist(), strict=True)
    }
    assert {
        (row.group_code, row.vocabulary): (row.numerator, row.denominator) for row in crossed.itertuples()
    } == expected

    women = query(
        local_warehouse,
        "select metric_id, sum(numerator) as counts from harmonised.int_figure where organisation_level = 'lmns' "
        "and metric_id in ('local_bookings', 'local_babies', 'local_deliveries') group by 1",
    )
    assert dict(women.to_numpy().tolist()) == {
        "local_bookings": len(records.booking),
        "local_babies": len(records.birth),
        "local_deliveries": len(measured(records)["pph"]),
    }


def test_admissions_at_term_are_those_linked_to_a_birth(local_warehouse: Path, records: Records) -> None:
    link = query(local_warehouse, "select admission_id, baby_id, linked_by from harmonised.int_neonatal_link")
    by_pseudonym = records.admission.merge(records.birth.dropna(subset="baby_pseudonym"), on="baby_pseudonym")
    assert (link["linked_by"] == "pseudonym").sum() == len(by_pseudonym)

    birth = records.birth
    admitted = link.merge(
        records.admission[["admission_id", "age_at_admission_days"]], on="admission_id"
    ).dropna(subset="baby_id")
    early = set(admitted.loc[admitted["age_at_admission_days"].fillna(0) < 28, "baby_id"])
    covered = birth["birth_month"].isin(records.admission["admission_month"])
    among = birth[
        (birth["provider_code"] == "RWE")
        & covered
        & (birth["birth_month"] < "2024-04-01")
        & (birth["pregnancy_outcome"] == "01")
        & birth["gestation_at_birth_days"].between(259, 315)
    ]
    figure = query(
        local_warehouse,
        "select numerator, denominator from harmonised.int_figure where metric_id = 'local_term_admission' "
        "and organisation_level = 'lmns' and organisation_code = 'QK1' and dimension = 'total'",
    )
    assert figure.to_numpy().tolist() == [[among["baby_id"].isin(early).sum(), len(among)]]


def test_standardised_rates_are_the_groups_rates_at_the_ages_of_all_mothers(
    local_warehouse: Path, records: Records
) -> None:
    preterm = measured(records)["preterm"]
    year = preterm[
        (preterm["lmns_code"] == "QK1") & (preterm["month"] < "2024-04-01") & (preterm["age"] != "A_UNKNOWN")
    ]
    band = year["age"].replace({"A_U20": "A20_24", "A40_44": "A35_39", "A45": "A35_39"})
    weight = band.value_counts()
    figures = query(
        local_warehouse,
        "select group_code, published_value as value, published_lower as lower_95, published_upper as upper_95, "
        "mark, caveat from harmonised.int_figure "
        "where metric_id = 'local_preterm_standardised' and organisation_code = 'QK1' and dimension = 'ethnicity'",
    ).set_index("group_code")
    assert set(figures.index) == set(year["ethnicity"])
    for group, rows in year.groupby("ethnicity"):
        cells = rows.groupby(band)["event"].agg(["sum", "size"]).reindex(weight.index, fill_value=0)
        if (cells["size"] == 0).any() or cells["sum"].sum() < 10:
            assert figures.loc[group, "mark"] == "[x]"
            assert "Not standardised by age" in figures.loc[group, "caveat"]
            continue
        rate = 1000 * (cells["sum"] / cells["size"] * weight).sum() / weight.sum()
        assert figures.loc[group, "value"] == pytest.approx(rate)
        assert figures.loc[group, "lower_95"] < rate < figures.loc[group, "upper_95"]
    assert figures["value"].notna().any()


def test_a_council_s_figures_are_read_as_given(local_warehouse: Path) -> None:
    figures = query(
        local_warehouse,
        "select dimension, group_code, numerator, denominator, published_value as value, mark, lmns_code "
        "from harmonised.int_figure "
        "where metric_id = 'council_breastfeeding_6_8_weeks' and period_start = '2023-04-01'",
    )
    assert set(figures["lmns_code"]) == {"QK1"}
    rows = {(row.dimension, row.group_code): row for row in figures.itertuples()}
    assert len(rows) == 4
    assert (rows["total", "ALL"].numerator, rows["total", "ALL"].denominator) == (60, 100)
    assert rows["ethnicity_detailed", "E_INDIAN"].value == 75.2
    assert (rows["ethnicity", "WHITE"].mark, pd.isna(rows["ethnicity", "WHITE"].value)) == ("*", True)
    assert rows["deprivation_quintile", "Q1"].value == 51
    rejected = query(
        local_warehouse,
        "select problem_label, count(*) from harmonised.fct_observation_rejected where source_id = 'local' group by 1",
    )
    assert rejected.to_numpy().tolist() == [["council.language: gu", 2]]


def test_no_figure_of_records_is_shown_as_it_was_counted(local_warehouse: Path) -> None:
    figures = query(
        local_warehouse,
        "select exact.kind, exact.numerator as events, exact.denominator as people, shown.* "
        "from equity.fct_metric_value as shown inner join harmonised.int_figure as exact "
        "using (metric_id, organisation_code, organisation_level, organisation_role, period_start, period_end, "
        "dimension, group_code) where shown.source_id = 'local' "
        "and coalesce(shown.vocabulary, '') = coalesce(exact.vocabulary, '')",
    )
    assert len(figures) > 500
    assert set(figures["protection"]) == {"nhs-secondary-care 1"}
    for exact, shown in (("events", "numerator"), ("people", "denominator")):
        small = figures[exact].between(1, 7)
        assert small.sum() > 20
        assert figures.loc[small, [shown, "value", "lower_95", "upper_95"]].isna().all(axis=None)
        assert set(figures.loc[small, "mark"]) == {"[c]"}
        assert (figures[shown].dropna() % 5 == 0).all()
        assert ((figures[shown] - figures[exact]).abs().dropna() <= 2).all()
    counted = figures[figures["kind"].isin(["proportion", "composition"])]
    rest = counted["people"] - counted["events"]
    assert counted.loc[rest.between(1, 7), "numerator"].isna().all()
    assert counted.loc[counted["denominator"] < 100, "value"].isna().all()

    council = figures[
        (figures["metric_id"] == "council_breastfeeding_6_8_weeks")
        & (figures["period_start"].astype(str).str[:4] == "2023")
    ].set_index(["dimension", "group_code"])
    assert council.loc[("total", "ALL"), "value"] == 60
    assert council.loc[("ethnicity_detailed", "E_INDIAN"), "mark"] == "[low]"
    assert council.loc[("ethnicity", "WHITE"), "mark"] == "*"
    alone = council.loc[("deprivation_quintile", "Q1")]
    assert (alone["mark"], pd.isna(alone["value"])) == ("[c]", True)
    assert "without its counts" in alone["caveat"]


def test_no_births_or_live_births_are_shown_while_deaths_of_the_period_are_not(local_warehouse: Path) -> None:
    figures = query(
        local_warehouse,
        "select numerator, denominator, numerator_low, denominator_low, mark, numerator_status, denominator_status "
        "from equity.fct_metric_value where metric_id in ('local_stillbirth', 'local_neonatal_death')",
    )
    assert len(figures) > 50
    assert set(figures["mark"]) == {"[c]"}
    assert set(figures["numerator_status"]) | set(figures["denominator_status"]) == {"withheld"}
    assert figures[["numerator", "denominator", "numerator_low", "denominator_low"]].isna().all(axis=None)
    survival = query(
        local_warehouse,
        "select quality.period_start, numerator, denominator, births, still from harmonised.int_local_quality as quality "
        "inner join (select lmns_code, supplier_code, birth_month, count(*) as births, "
        "sum(case when is_stillbirth or died_within_28_days in ('Y', 'N') then 1 else 0 end) as still "
        "from harmonised.int_birth group by 1, 2, 3) as counted on quality.lmns_code = counted.lmns_code "
        "and organisation_code = supplier_code and quality.period_start = birth_month "
        "where item = 'Births: Survival to 28 days' and measure = 'known'",
    )
    assert len(survival) > 20
    assert (survival["denominator"] == survival["births"]).all()
    assert (survival["numerator"] == survival["still"]).all()


def test_gaps_and_inequality_rest_on_what_is_shown(local_warehouse: Path) -> None:
    gaps = query(
        local_warehouse,
        "select gap.* from equity.fct_equity_gap as gap inner join equity.fct_metric_value as value "
        "on gap.value_figure_id = value.figure_id where value.mark = '[c]'",
    )
    numbers = ["value", "difference", "difference_lower_95", "difference_upper_95", "ratio", "ratio_lower_95",
               "ratio_upper_95", "p_value", "q_value"]  # fmt: skip
    assert len(gaps) > 20
    assert gaps[numbers].isna().all(axis=None)
    assert set(gaps["verdict"]) == {"not available"}


QUALITY = (
    "select item, measure, organisation_level, organisation_code, period_start, numerator, denominator, value, verdict "
    "from {table} where lmns_code = 'QK1' and source_id = 'local'"
)


def test_the_coding_of_ethnicity_and_the_items_are_those_counted_by_hand(
    local_warehouse: Path, records: Records
) -> None:
    exact = query(local_warehouse, QUALITY.format(table="harmonised.int_local_quality"))
    exact["month"] = exact["period_start"].astype(str).str[:10]
    rows = exact.set_index(["item", "measure", "organisation_level", "organisation_code", "month"])
    booking = records.booking[records.booking["lmns_code"] == "QK1"]
    april = booking[booking["booking_date"].str[:7] == "2023-04"]
    item = "Bookings: ethnic category of the mother"
    kinds = {
        "valid and stated": april["ethnic_category"].isin(list("ABCDEFGHJKLMNPRS")),
        "not stated": april["ethnic_category"] == "Z",
        "not known": april["ethnic_category"] == "99",
        "missing": april["ethnic_category"].isna(),
        "invalid": april["ethnic_category"] == "invalid",
    }
    for measure, among in kinds.items():
        row = rows.loc[(item, measure, "supplier", "RWE", "2023-04-01")]
        assert (row["numerator"], row["denominator"]) == (among.sum(), len(april)), measure
    site = booking[(booking["site_code"] == "RWE01") & (booking["booking_date"] < "2024-04-01")]
    row = rows.loc[(item, "not known", "hospital", "RWE01", "2023-04-01")]
    assert (row["numerator"], row["denominator"]) == ((site["ethnic_category"] == "99").sum(), len(site))

    smoking = april["smoking_status_booking"]
    known = rows.loc[("Bookings: Smoking status at booking", "known", "supplier", "RWE", "2023-04-01")]
    assert (known["numerator"], known["denominator"]) == (smoking.isin(list("1234")).sum(), len(april))
    understood = rows.loc[
        ("Bookings: Smoking status at booking", "understood", "supplier", "RWE", "2023-04-01")
    ]
    assert (understood["numerator"], understood["denominator"]) == (
        (smoking.notna() & (smoking != "invalid")).sum(),
        smoking.notna().sum(),
    )


def test_links_and_what_two_records_of_one_baby_say(local_warehouse: Path, records: Records) -> None:
    exact = query(local_warehouse, QUALITY.format(table="harmonised.int_local_quality"))
    by_level = exact[exact["item"] == "Neonatal admissions"].set_index(["measure", "organisation_level"])
    rows = by_level.xs("supplier", level="organisation_level")
    pairs = records.admission.merge(
        records.birth.dropna(subset="baby_pseudonym"), on="baby_pseudonym", suffixes=("", "_birth")
    )
    stated = list("ABCDEFGHJKLMNPRS")
    both = pairs[
        pairs["mother_ethnic_category"].isin(stated) & pairs["mother_ethnic_category_birth"].isin(stated)
    ]
    same = (both["mother_ethnic_category"] == both["mother_ethnic_category_birth"]).sum()
    row = rows.loc["same mother's ethnic category as in the maternity record"]
    assert (row["numerator"], row["denominator"]) == (same, len(both))
    babies = pairs[
        pairs["baby_ethnic_category"].isin(stated) & pairs["baby_ethnic_category_birth"].isin(stated)
    ]
    same = (babies["baby_ethnic_category"] == babies["baby_ethnic_category_birth"]).sum()
    for level in ("supplier", "hospital"):
        row = by_level.loc[("same baby's ethnic category as in the birth record", level)]
        assert (row["numerator"], row["denominator"]) == (same, len(babies))
    row = rows.loc["linked by pseudonym"]
    assert (row["numerator"], row["denominator"]) == (len(pairs), len(records.admission))
    by_group = exact[exact["measure"].str.startswith("linked to a birth, ")]
    assert by_group["denominator"].sum() == len(records.admission)


def test_the_quality_of_records_passes_the_gate(local_warehouse: Path) -> None:
    shown = query(local_warehouse, QUALITY.format(table="equity.fct_data_quality"))
    exact = query(
        local_warehouse,
        QUALITY.format(table="harmonised.int_local_quality") + " and is_about_people",
    )
    keys = ["item", "measure", "organisation_level", "organisation_code", "period_start"]
    both = shown.merge(exact, on=keys, suffixes=("", "_exact"))
    assert len(both) == len(exact) > 500
    rest = both["denominator_exact"] - both["numerator_exact"]
    for small in (
        both["numerator_exact"].between(1, 7),
        both["denominator_exact"].between(1, 7),
        rest.between(1, 7),
    ):
        assert small.any()
        assert both.loc[small, ["numerator", "denominator", "value"]].isna().all(axis=None)
        assert set(both.loc[small, "verdict"]) == {"not available"}
    assert (both[["numerator", "denominator"]].stack().dropna() % 5 == 0).all()


def test_exact_counts_are_in_no_output_and_no_log(local_warehouse: Path, tmp_path: Path) -> None:
    assert query(
        local_warehouse, "select numerator, denominator from harmonised.int_figure where numerator = 98763"
    ).to_numpy().tolist() == [[98763, 123457]]
    held = read_audit_data(Warehouse(local_warehouse))
    data = withheld_together(held)
    found = audit(data, None)
    assert (found.profile, found.result) == ("nhs-secondary-care 1", "passed")
    assert found.hidden_cells > 1000
    for code in ("QK1", "QPM"):
        write_data_pack(data.system(code), tmp_path / code)
        (tmp_path / f"{code}.html").write_text(render_page(data.system(code), "test", None), "utf-8")
    (tmp_path / "index.html").write_text(render_index(data, "test"), "utf-8")
    write_open_data(data, tmp_path / "open_data", "test")
    (tmp_path / "audit.json").write_text(json.dumps(found.described()), "utf-8")

    pack = pd.read_csv(tmp_path / "QK1" / "data" / "metric_values.csv")
    planted = pack[pack["numerator"] == 98765]
    assert planted["denominator"].tolist() == [123455]
    assert planted["value"].item() == round(100 * 98765 / 123455, 1)
    assert set(pack.loc[pack["source_id"] == "local", "lmns_code"]) == {"QK1"}
    assert "local" not in set(pd.read_csv(tmp_path / "open_data" / "metric_values.csv")["source_id"])

    logs = local_warehouse.parent.parent
    files = [
        path
        for root in (tmp_path, logs)
        for path in root.rglob("*")
        if path.is_file() and path.suffix in (".csv", ".html", ".json", ".log", ".parquet")
    ]
    assert len(files) > 20
    # a number by itself, with or without a comma, and not digits in the middle of another
    exact = re.compile(rb"(?<![\d.])(98,?763|123,?457)(?!\d)")
    found_in = [path.name for path in files if exact.search(path.read_bytes())]
    assert found_in == []
