"""An inbox of local files with corrections, double submissions, late entries and a month that never came."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path

from tests.local_files import csv_text, nhs_number, write_at
from tests.pipeline.area_files import write_area_sources

BOOKING = "pregnancy_id,mother_nhs_number,lmns_code,booking_date,mother_birth_date,mother_postcode,provider_code,gestation_at_booking_days,ethnic_category,language_code,interpreter_needed"
BIRTH = "Baby Ref,Baby NHS No,Preg Ref,Mother NHS No,Born,Mum Born,Home Postcode,Surname,Gestation,Weight (kg),Mum Ethnicity,Baby Ethnicity,Outcome"
BIRTH_MAPPING = """
supplier: RWE
supplier_name: University Hospitals of Leicester NHS Trust
lmns: QK1
dataset: maternity_birth
file_name: '^uhl_births_'
date_format: dd/mm/yyyy
columns:
  baby_id: Baby Ref
  baby_nhs_number: Baby NHS No
  pregnancy_id: Preg Ref
  mother_nhs_number: Mother NHS No
  baby_birth_date: Born
  mother_birth_date: Mum Born
  mother_postcode: Home Postcode
  gestation_at_birth_days: Gestation
  birth_weight_grams: Weight (kg)
  mother_ethnic_category: Mum Ethnicity
  baby_ethnic_category: Baby Ethnicity
  pregnancy_outcome: Outcome
values:
  mother_ethnic_category: {British: A, Indian: H, Refused: Z}
  baby_ethnic_category: {British: A, Indian: H, Refused: Z}
  pregnancy_outcome: {Live: '01', Stillborn: '02'}
units: {gestation_at_birth_days: weeks+days, birth_weight_grams: kg}
constants: {provider_code: RWE, births_in_delivery: 1}
drop: [Surname]
expected: {from: 2025-01, until: 2025-04, due_days: 31}
"""


def received(day: dt.date) -> int:
    """Seconds since 1970 at noon of a day."""
    return calendar.timegm((day.year, day.month, day.day, 12, 0, 0))


def birth(
    number: int, born: str, ethnicity: str = "British", baby: str = "British", postcode: str = "LE1 1AA"
) -> str:
    """One row of the supplier's own births."""
    return (
        f"B{number},{nhs_number(500 + number)},P{number},{nhs_number(number)},{born},14/06/1994,{postcode},Example,"
        f"39+4,3.25,{ethnicity},{baby},Live"
    )


def booking(
    number: int, booked: str, ethnicity: str, postcode: str = "LE1 1AA", interpreter: str = "N"
) -> str:
    """One row of bookings in the contract's own headings."""
    return f"P{number},{nhs_number(number)},QK1,{booked},1994-06-14,{postcode},RWE,63,{ethnicity},en,{interpreter}"


def write_local_inbox(inbox: Path) -> None:
    """Write the inbox."""
    inbox.mkdir(parents=True)
    write_area_sources(inbox)
    (inbox / "nspl.csv").write_text("pcds,lsoa21\nLE1 1AA,E01900001\nLE2 2BB,E01900002\n")
    mapping = inbox / "mappings" / "RWE" / "maternity_birth.yaml"
    mapping.parent.mkdir(parents=True)
    mapping.write_text(BIRTH_MAPPING)
    january = [birth(1, "05/01/2025"), birth(2, "06/01/2025", "Indian", "Refused"), birth(3, "07/01/2025")]
    february = [birth(4, "05/02/2025", "", "Martian", "LE2 2BB"), birth(5, "06/02/2025", postcode="AB1 2CD")]
    late_entry = birth(6, "20/01/2025")
    files = [
        ("uhl_births_202501.csv", january, dt.date(2025, 2, 10)),
        # the correction: one baby less, one changed
        (
            "uhl_births_202501_v2.csv",
            [january[0], birth(2, "06/01/2025", "Indian", "Indian")],
            dt.date(2025, 2, 20),
        ),
        # February came late, with a late entry of January and one baby twice
        ("uhl_births_202502.csv", [*february, late_entry, february[1]], dt.date(2025, 4, 20)),
    ]
    for name, rows, day in files:
        write_at(inbox / name, csv_text(BIRTH, *rows), received(day))
    bookings = [
        booking(1, "2025-01-03", "A"),
        booking(2, "2025-01-04", "Z", interpreter="Y"),
        booking(3, "2025-01-05", "99"),
        booking(4, "2025-01-06", ""),
        booking(5, "2025-01-07", "Q1", "LE2 2BB"),
        "P6,,QK1,,,,RWE,70,A,en,N",
    ]
    write_at(
        inbox / "maternity_booking_RWE_202501.csv",
        csv_text(BOOKING, *bookings),
        received(dt.date(2025, 2, 1)),
    )
    # another supplier hands in the same booking, and one of its own
    double = csv_text(BOOKING, booking(1, "2025-01-03", "B"), booking(9, "2025-01-08", "H"))
    write_at(inbox / "maternity_booking_RT5_202501.csv", double, received(dt.date(2025, 6, 15)))
    write_corrected_systems(inbox)
    write_doubles_of_counts(inbox)


REFERRAL = "referral_id,mother_nhs_number,referral_date,provider_code,ethnic_category,lmns_code"


def write_corrected_systems(inbox: Path) -> None:
    """Referrals supplied for one system and then for the right one; two versions received at the same time."""
    for version, system, day in (
        ("", "QK1", dt.date(2025, 2, 1)),
        ("_v2", "QOC", dt.date(2025, 3, 1)),
    ):
        rows = [f"F{n},{nhs_number(700 + n)},2025-01-{n:02d},RT5,A,{system}" for n in range(1, 4)]
        if not version:
            # no pregnancy after all: the correction leaves it out
            rows.append(f"F4,{nhs_number(704)},2025-01-04,RT5,A,{system}")
        # nobody's system: the row is set aside, and every system's audit goes on
        rows.append(f"F9,{nhs_number(709)},2025-01-09,RT5,A,{system if version else 'QZZ'}")
        write_at(
            inbox / f"perinatal_mental_health_RT5_202501{version}.csv",
            csv_text(REFERRAL, *rows),
            received(day),
        )
    for version, ethnicity in (("", "A"), ("_v2", "H"), ("_v3", "J")):
        row = f"F1,{nhs_number(720)},2025-01-05,RXW,{ethnicity},QK1"
        path = inbox / f"perinatal_mental_health_RXW_202501{version}.csv"
        write_at(path, csv_text(REFERRAL, row), received(dt.date(2025, 2, 1)))


def write_doubles_of_counts(inbox: Path) -> None:
    """The same count of staff, and the same figure of an area, from the organisation itself and from another."""
    staff = "organisation_code,period_start,period_end,staff_group,band_cluster,ethnic_group,measure,numerator,denominator,lmns_code"
    figure = (
        "indicator,area_code,period_start,period_end,dimension,group_code,numerator,denominator,lmns_code"
    )
    for supplier, count, system, day in (("RWE", 210, "QK1", 1), ("RXW", 205, "QK1", 20)):
        row = f"RWE,2024-04-01,2025-03-31,all,all,WHITE,headcount,{count},320,{system}"
        write_at(
            inbox / f"workforce_{supplier}_202503.csv", csv_text(staff, row), received(dt.date(2025, 4, day))
        )
    for supplier, count, system, day in (("E10000018", 812, "QK1", 1), ("RXW", 800, "QOC", 20)):
        row = f"breastfeeding_6_8_weeks,E10000018,2025-01-01,2025-03-31,all,ALL,{count},1500,{system}"
        path = inbox / f"council_indicator_{supplier}_202503.csv"
        write_at(path, csv_text(figure, row), received(dt.date(2025, 4, day)))
