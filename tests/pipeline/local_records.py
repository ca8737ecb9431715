"""A few hundred invented records of three suppliers, put into the raw tables as the reader of local files would.

Drawn from a fixed seed; tests work every figure out again from these frames with pandas.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pandas as pd

from orchestration.warehouse import Warehouse

CATEGORIES = ["A", "A", "A", "C", "F", "H", "J", "N", "R", "S", "Z", "99", None, "invalid"]
# small areas of tests/pipeline/area_files.py, with the vintage that the row says
AREAS = [
    ("E01900001", "2021"),
    ("E01900002", "2021"),
    ("E01900004", None),
    ("E01900010", "2011"),
    (None, None),
]
MONTHS = [f"{2023 + (3 + n) // 12}-{(3 + n) % 12 + 1:02d}-01" for n in range(14)]
SUPPLIERS = [("RWE", "QK1", "RWE"), ("RNQ", "QPM", "RNQ")]


@dataclass
class Records:
    """Frames of the four record tables and the council's, with the names of the contract."""

    booking: pd.DataFrame
    birth: pd.DataFrame
    admission: pd.DataFrame
    referral: pd.DataFrame
    council: pd.DataFrame
    loaded: list[str] = field(default_factory=list)

    def load(self, warehouse: Warehouse) -> None:
        """Put the frames into raw, each supplier's rows as one file received on the first of July 2024."""
        tables = {
            "maternity_booking": self.booking,
            "maternity_birth": self.birth,
            "neonatal_admission": self.admission,
            "perinatal_mental_health": self.referral,
            "council_indicator": self.council,
        }
        with warehouse.connect() as connection:
            connection.execute("insert into raw.system_provider values ('QK1', 'RWE'), ('QPM', 'RNQ')")
            for dataset, frame in tables.items():
                for supplier, rows in frame.groupby("supplier_code"):
                    file_id = f"{dataset}-{supplier}"
                    rows = rows.assign(_file_id=file_id, _row_number=range(2, len(rows) + 2))
                    connection.register("rows_given", rows.astype("string"))
                    connection.execute(f"insert into raw.local__{dataset} by name select * from rows_given")
                    connection.unregister("rows_given")
                    connection.execute(
                        "insert into raw.file_register by name select ? as file_id, ? as file_name, 'local' as source_id, "
                        "'2024-07-01T09:00:00' as received_at, 'final' as release, 'loaded' as verdict, "
                        "true as is_synthetic, ? as rows_read, ? as rows_loaded, 0 as rows_quarantined",
                        [file_id, f"{file_id}.csv", len(rows), len(rows)],
                    )
                    connection.execute(
                        "insert into raw.file_table values (?, 'local', ?, ?, ?, 0, ?)",
                        [file_id, f"local__{dataset}", len(rows), len(rows), len(rows)],
                    )
                    self.loaded.append(file_id)


def _person(draw: random.Random, number: int) -> dict[str, object]:
    area, vintage = draw.choice(AREAS)
    return {
        "mother_pseudonym": f"m{number}",
        "lsoa_code": area,
        "lsoa_vintage": vintage,
        "language_code": draw.choice(["en", "eng", "gu", None]),
        "interpreter_needed": draw.choice(["Y", "N", "N", "9"]),
    }


def invented_records() -> Records:
    """The same records every time; the values at the edges of every definition come often."""
    draw, further = random.Random(11), random.Random(12)
    booking, birth, admission, referral = [], [], [], []
    for number in range(900):
        supplier, lmns, provider = SUPPLIERS[0] if number % 4 else SUPPLIERS[1]
        given = {"supplier_code": supplier, "lmns_code": lmns}
        booking.append(
            given
            | _person(draw, number)
            | {
                "pregnancy_id": f"p{number}",
                "booking_date": draw.choice(MONTHS)[:8] + f"{draw.randint(1, 28):02d}",
                "mother_age_at_booking": draw.choice([9, 19, 22, 27, 33, 37, 41, 47, None]),
                "provider_code": provider,
                "site_code": draw.choice([provider + "01", provider + "02"]),
                "gestation_at_booking_days": draw.choice([0, 60, 70, 71, 140, 141, 315, 316, None]),
                "ethnic_category": draw.choice(CATEGORIES),
                "smoking_status_booking": draw.choice(["1", "2", "3", "4", "Z", "9", None, "invalid"]),
                "care_plan_recorded": draw.choice(["Y", "N", "Z", None]),
                "continuity_pathway_by_28_weeks": draw.choice(["Y", "N", "9", None]),
                "folic_acid": further.choice(["Y", "N", "Z", None]),
                "complex_social_factors": further.choice(["Y", "N", "9", "invalid"]),
                "body_mass_index": further.choice([9.9, 10, 22.5, 29.9, 30, 41, 101, None]),
                "previous_live_births": further.choice([0, 1, 1, 2, None]),
                "previous_caesareans": further.choice([0, 1, 1, None]),
            }
        )
    for number in range(1200):
        supplier, lmns, provider = SUPPLIERS[0] if number % 4 else SUPPLIERS[1]
        twin = number % 40 == 1
        mother = number - 4 if number % 40 == 5 else number
        month = MONTHS[mother % 14]
        ethnic = draw.choice(CATEGORIES)
        row = (
            {"supplier_code": supplier, "lmns_code": lmns}
            | _person(draw, mother)
            | {
                "baby_id": f"b{number}",
                "baby_pseudonym": None if number % 9 == 0 else f"n{number}",
                "pregnancy_id": None if number % 7 == 0 else f"p{mother}",
                "birth_month": month,
                "mother_age_at_birth": draw.choice([19, 22, 27, 28, 33, 34, 37, 41, None]),
                "provider_code": provider,
                "pregnancy_outcome": draw.choice(["01"] * 20 + ["02", "03", "04", "99"]),
                "births_in_delivery": 2 if twin or number % 40 == 5 else 1,
                "gestation_at_birth_days": draw.choice(
                    [153, 154, 258, 258, 259, 270, 280, 290, 315, 316, None]
                ),
                "birth_weight_grams": draw.choice([100, 2499, 2500, 3000, 3400, 7001, None]),
                "apgar_5_minutes": draw.choice([0, 6, 7, 9, 10, 11, None]),
                "delivery_method": draw.choice(["0", "1", "4", "5", "7", "8", "X", None]),
                "robson_group": further.choice(["1", "2", "5", "10", None]),
                "skin_to_skin": further.choice(["Y", "Y", "N", "9", None]),
                "blood_loss_ml": draw.choice([300, 1499, 1500, None]),
                "perineal_tear": draw.choice(["0", "2", "3", "4", "9", None]),
                "smoking_status_delivery": draw.choice(["1", "4", "Z", "9", None]),
                "first_feed": draw.choice(["01", "02", "03", "99", None]),
                "mother_ethnic_category": ethnic,
                "baby_ethnic_category": draw.choice([ethnic, ethnic, ethnic, "Z", "F"]),
                "sex": draw.choice(["1", "2", "9"]),
                "died_within_28_days": draw.choice(["N"] * 15 + ["Y", "9", None]),
            }
        )
        birth.append(row)
        if number % 6 == 1 and supplier == "RWE":
            lost = number % 5 == 0
            admission.append(
                {
                    name: row[name]
                    for name in ("supplier_code", "lmns_code", "provider_code", "birth_month", "sex")
                }
                | {
                    name: row[name]
                    for name in ("gestation_at_birth_days", "birth_weight_grams", "baby_ethnic_category")
                }
                | {
                    "admission_id": f"a{number}",
                    "baby_pseudonym": None if lost else row["baby_pseudonym"],
                    "admission_month": month,
                    "age_at_admission_days": draw.choice([0, 1, 27, 28, None]),
                    "unit_code": "RWE01",
                    "mother_ethnic_category": draw.choice([ethnic, ethnic, None, "A"]),
                }
            )
    for number in range(120):
        month = MONTHS[number % 14]
        referral.append(
            {"supplier_code": "RT5", "lmns_code": "QK1", "provider_code": "RT5"}
            | _person(draw, number)
            | {
                "referral_id": f"r{number}",
                "referral_date": month,
                "first_attended_contact_date": draw.choice([month, None]),
                "attended_contacts": draw.choice([0, 2, None]),
                "mother_age_at_referral": draw.choice([19, 27, 33]),
                "ethnic_category": draw.choice(CATEGORIES),
            }
        )
    council = [
        {
            "supplier_code": "E06000016",
            "lmns_code": "QK1",
            "indicator": "breastfeeding_6_8_weeks",
            "area_code": "E06000016",
            "area_name": "Leicester",
            "period_start": "2023-04-01",
            "period_end": "2024-03-31",
        }
        | row
        for row in [
            {"dimension": "all", "group_code": "ALL", "numerator": "60", "denominator": "100"},
            # counts that can be found again anywhere: the year before
            {
                "dimension": "all",
                "group_code": "ALL",
                "numerator": "98763",
                "denominator": "123457",
                "period_start": "2022-04-01",
                "period_end": "2023-03-31",
            },
            {"dimension": "ethnicity", "group_code": "WHITE", "numerator": "*", "denominator": "55"},
            {
                "dimension": "ethnicity",
                "group_code": "H",
                "numerator": "30",
                "denominator": "40",
                "value": "75.2",
                "unit": "%",
            },
            {"dimension": "deprivation_quintile", "group_code": "1", "value": "51", "unit": "%"},
            {"dimension": "deprivation_quintile", "group_code": "5", "value": "510", "unit": "per_1000"},
            {"dimension": "language", "group_code": "gu", "numerator": "3", "denominator": "4"},
        ]
    ]
    return Records(*(pd.DataFrame(rows) for rows in (booking, birth, admission, referral, council)))
