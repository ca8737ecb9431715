"""Extracts of a neonatal record system: one row per admission, with the ethnic category of baby and mother apart.

Admissions are those of the babies of `pregnancies` and of a few babies born elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.sample.extract import NONE, Dialect, Rows
from orchestration.sample.maternity_extract import (
    Identifying,
    babies,
    baby_ethnic,
    baby_weights,
    is_stillborn,
    sexes,
)
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.pregnancies import Births, between

# of the second unit of one provider: how often the baby's ethnic category is missing, and how often it is another one
FAILING_PROVIDER = "RWE"
BABY_MISSING, BABY_OTHER = 0.55, 0.3
# everywhere: how many babies have no NHS number yet, one with a slip, or were born elsewhere
NO_NUMBER, WRONG_NUMBER, BORN_ELSEWHERE = 0.04, 0.02, 0.05
SECOND_UNIT = 0.6


@dataclass(frozen=True)
class Admissions:
    """Babies admitted, one place in each array a baby.

    Attributes:
        births: where they were born.
        baby: place among `babies(births)`.
        mother: place among the women.
        day: of the admission.
        unit: 0 or 1.
        elsewhere: whether the baby was born elsewhere, so that no birth record is its own.
        number: what stands for its NHS number: 0 its own, 1 none, 2 one with a slip.
    """

    births: Births
    baby: np.ndarray
    mother: np.ndarray
    day: np.ndarray
    unit: np.ndarray
    elsewhere: np.ndarray
    number: np.ndarray

    @classmethod
    def of(cls, births: Births) -> Admissions:
        """Every baby under 34 weeks, half of those under 37, and a few born at term."""
        crowd = births.crowd
        weeks = births.length // 7
        preterm = crowd.has("gestation_birth", "preterm")
        admitted = np.where(
            preterm,
            (weeks < 34) | crowd.has("late_preterm_care", "yes"),
            crowd.has("gestation_birth", "term") & crowd.has("term_care", "yes"),
        )
        admitted &= ~is_stillborn(crowd)
        mother, _ = babies(births)
        baby = np.flatnonzero(admitted[mother])
        mother = mother[baby]
        wait = np.where(preterm, 0, between(crowd.uniform("wait"), 0, 4))
        which = crowd.uniform("number")[mother]
        return cls(
            births,
            baby,
            mother,
            (births.day + wait)[mother],
            (crowd.uniform("unit") >= SECOND_UNIT)[mother].astype(np.int8),
            (crowd.uniform("elsewhere") < BORN_ELSEWHERE)[mother],
            np.where(which < NO_NUMBER, 1, np.where(which < NO_NUMBER + WRONG_NUMBER, 2, 0)),
        )

    @property
    def is_linked(self) -> np.ndarray:
        """Whether the NHS number leads to a birth record of the provider."""
        return (self.number == 0) & ~self.elsewhere

    @property
    def is_linked_by_weight(self) -> np.ndarray:
        """Whether only the other fields can lead to the birth record: its number is missing or wrong."""
        return (self.number != 0) & ~self.elsewhere


def recorded_ethnic(admissions: Admissions, provider: str) -> np.ndarray:
    """Place in `ETHNIC_CODES` of what the unit recorded of the baby."""
    crowd = admissions.births.crowd
    right = baby_ethnic(crowd)[admissions.mother]
    if provider != FAILING_PROVIDER:
        return right
    fails = admissions.unit == 1
    uniform = crowd.uniform("unit ethnic")[admissions.mother]
    # the unit's screen offers White British first
    other = np.where(right == 0, ETHNIC_CODES.index("C"), 0)
    nothing = len(ETHNIC_CODES) - 1
    return np.where(
        fails & (uniform < BABY_MISSING),
        nothing,
        np.where(fails & (uniform < BABY_MISSING + BABY_OTHER), other, right),
    )


def admission_rows(
    admissions: Admissions, provider: str, identifying: Identifying, dialect: Dialect, first_elsewhere: int
) -> Rows:
    """One row per admission.

    Args:
        admissions: the babies.
        provider: its code.
        identifying: how the file says who somebody is.
        dialect: of the supplier.
        first_elsewhere: first number that no baby born here has.
    """
    births, mother = admissions.births, admissions.mother
    rows = Rows(dialect)
    own = births.first_baby + admissions.baby
    person = np.where(admissions.elsewhere, first_elsewhere + np.arange(len(mother)), own)
    person = np.where(admissions.number == 1, NONE, person)
    rows.identity("admission_id", "N", own)
    identifying.person(rows, "baby", person, admissions.number == 2)
    identifying.person(rows, "mother", np.where(admissions.elsewhere, NONE, births.mother[mother]))
    rows.day("baby_birth_date", births.day[mother])
    rows.day("admission_date", admissions.day)
    rows.constant("provider_code", provider, len(mother))
    rows.code("unit_code", admissions.unit, (f"{provider}01", f"{provider}02"))
    # a baby born elsewhere has its home, length of pregnancy and weight from three others: it is like none that was born here
    away = admissions.elsewhere
    home, length, weight = (
        np.where(away, np.roll(np.arange(len(mother)), step), np.arange(len(mother))) for step in (1, 2, 3)
    )
    identifying.home(rows, births, mother[home])
    rows.pregnancy_days("gestation_at_birth_days", births.length[mother[length]])
    rows.whole("birth_weight_grams", baby_weights(births)[admissions.baby[weight]])
    rows.code("sex", sexes(births)[admissions.baby[weight]], ("1", "2"))
    rows.code("baby_ethnic_category", recorded_ethnic(admissions, provider), ETHNIC_CODES)
    rows.code("mother_ethnic_category", births.crowd.ethnic[mother], ETHNIC_CODES)
    return rows
