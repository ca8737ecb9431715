"""Mappings of the sample's suppliers: whose file it is and what was asked for, and one supplier's own ways of writing.

The mappings are written beside the files, in the folder `mappings` of the sample.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml

from orchestration.sample.extract import Dialect
from orchestration.sample.publish import stamp

YES_NO = {"Y": "Yes", "N": "No", "Z": "Declined"}
_ETHNIC = {
    "A": "White - British", "B": "White - Irish", "C": "White - Other", "D": "Mixed - Caribbean", "E": "Mixed - African",
    "F": "Mixed - Asian", "G": "Mixed - Other", "H": "Indian", "J": "Pakistani", "K": "Bangladeshi", "L": "Asian - Other",
    "M": "Caribbean", "N": "African", "P": "Black - Other", "R": "Chinese", "S": "Other", "Z": "Declined",
    "99": "Not asked",
}  # fmt: skip
_SMOKING = {"1": "Smokes", "2": "Stopped", "4": "Never", "9": "Unknown"}
BOOKING = Dialect(
    headers={
        "pregnancy_id": "Episode", "mother_nhs_number": "NHS No", "mother_pseudonym": "Pseudo ID",
        "booking_date": "Booked On", "mother_birth_date": "DOB", "mother_postcode": "Postcode",
        "provider_code": "Trust", "site_code": "Site", "gestation_at_booking_days": "Gestation (w+d)",
        "ethnic_category": "Ethnicity", "language_code": "Language", "interpreter_needed": "Interpreter?",
        "smoking_status_booking": "Smoker", "complex_social_factors": "Social Factors?",
        "previous_live_births": "Para", "previous_caesareans": "Prev CS", "care_plan_recorded": "Care Plan",
        "continuity_pathway_by_28_weeks": "CoC by 28w", "folic_acid": "Folic Acid", "body_mass_index": "BMI",
    },
    codes={
        "ethnic_category": _ETHNIC, "smoking_status_booking": _SMOKING, "interpreter_needed": YES_NO,
        "complex_social_factors": YES_NO, "care_plan_recorded": YES_NO, "continuity_pathway_by_28_weeks": YES_NO,
        "folic_acid": YES_NO,
    },
    date_format="%d/%m/%Y",
    weeks_and_days=True,
)  # fmt: skip
BIRTH = Dialect(
    headers={
        "baby_id": "Baby Episode", "baby_nhs_number": "Baby NHS No", "baby_pseudonym": "Baby Pseudo ID",
        "pregnancy_id": "Episode", "mother_nhs_number": "NHS No", "mother_pseudonym": "Pseudo ID",
        "baby_birth_date": "Baby DOB", "mother_birth_date": "DOB", "mother_postcode": "Postcode",
        "provider_code": "Trust", "site_code": "Site", "pregnancy_outcome": "Outcome",
        "births_in_delivery": "Number", "gestation_at_birth_days": "Gestation (w+d)",
        "birth_weight_grams": "Weight (g)", "apgar_5_minutes": "Apgar 5", "delivery_method": "Mode",
        "robson_group": "Robson", "blood_loss_ml": "EBL (ml)", "perineal_tear": "Tear",
        "smoking_status_delivery": "Smoker", "first_feed": "First Feed", "skin_to_skin": "Skin to Skin",
        "mother_ethnic_category": "Ethnicity", "baby_ethnic_category": "Baby Ethnicity", "sex": "Sex",
        "died_within_28_days": "Died <28d", "language_code": "Language", "interpreter_needed": "Interpreter?",
    },
    codes={
        "mother_ethnic_category": _ETHNIC, "baby_ethnic_category": _ETHNIC, "smoking_status_delivery": _SMOKING,
        "interpreter_needed": YES_NO, "skin_to_skin": YES_NO, "died_within_28_days": YES_NO,
        "sex": {"1": "Boy", "2": "Girl"}, "pregnancy_outcome": {"01": "Live", "02": "SB before", "03": "SB in labour", "04": "SB unknown"},
        "first_feed": {"01": "Breast", "02": "Donor", "03": "Formula"},
        "delivery_method": {
            "0": "SVD", "1": "SVD other", "2": "Low forceps", "3": "Forceps", "4": "Ventouse", "7": "Elective CS",
            "8": "Emergency CS", "9": "Other",
        },
        "perineal_tear": {"0": "None", "1": "1st", "2": "2nd", "3": "3rd", "4": "4th"},
    },
    date_format="%d/%m/%Y",
    weeks_and_days=True,
)  # fmt: skip
DIALECTS = {"maternity_booking": BOOKING, "maternity_birth": BIRTH}


def own_name(dataset: str) -> str:
    """What the supplier calls its file."""
    return {"maternity_booking": "Bookings extract.csv", "maternity_birth": "Births extract.csv"}[dataset]


def write_mapping(
    directory: Path,
    supplier: tuple[str, str],
    lmns: str,
    dataset: str,
    first: dt.date,
    every_months: int,
    dialect: tuple[Dialect, list[str]] | None = None,
) -> None:
    """Write one mapping.

    Args:
        directory: of the sample.
        supplier: its code and name.
        lmns: code of the system.
        dataset: of the contract.
        first: first month asked for.
        every_months: months between two deliveries.
        dialect: the supplier's own ways and the fields of its file, where they are not the contract's.
    """
    code, name = supplier
    block: dict[str, object] = {"supplier": code, "supplier_name": name, "lmns": lmns, "dataset": dataset}
    if dialect is not None:
        ways, fields = dialect
        block |= {
            "file_name": f"^{own_name(dataset).removesuffix('.csv')}",
            "date_format": "dd/mm/yyyy",
            "columns": {field: ways.headers[field] for field in fields},
            "units": {field: "weeks+days" for field in fields if field.startswith("gestation_")},
            "values": {
                field: {word: contract for contract, word in words.items()}
                for field, words in ways.codes.items()
                if field in fields
            },
        }
    block["expected"] = {"from": f"{first:%Y-%m}", "every_months": every_months, "due_days": 31}
    path = directory / "mappings" / code / f"{dataset}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(block, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(text, encoding="utf-8", newline="\n")
    stamp(path, first)
