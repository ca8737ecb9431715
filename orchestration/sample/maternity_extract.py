"""Extracts of a maternity record system: one row per pregnancy booked, one row per baby born.

The columns are those of the contract of local data; who supplies them and when is in `local_extracts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orchestration.sample.extract import NONE, Dialect, Rows
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.pregnancies import LANGUAGES, Births, Bookings, Crowd, between, from_ranges
from orchestration.sample.truth import ATTRIBUTES

YES_NO = ("Y", "N", "Z")
FIRST_SITE = 0.7
BODY_MASS = {
    "severely underweight": (140, 20), "underweight": (160, 25), "normal": (185, 65), "overweight": (250, 50),
    "obese": (300, 100), "severely obese": (400, 120), "not recorded": (0, 1),
}  # fmt: skip
# weight in grams at 22 weeks, and by how much the next weeks add
LEAST_WEIGHT, A_WEEK = 450, 145
OUTCOMES = ("01", "02", "03", "04")
METHODS = {
    "spontaneous": ("0", "0", "0", "0", "1"), "instrumental": ("2", "3", "3", "4", "4"), "elective": ("7",) * 5,
    "emergency": ("8",) * 5, "other": ("9",) * 5, "missing": ("",) * 5,
}  # fmt: skip
OTHER_ROBSON = ("3", "4", "6", "7", "9")


@dataclass(frozen=True)
class Identifying:
    """How a file says who somebody is.

    Attributes:
        by_number: NHS numbers of the test range; otherwise pseudonyms that the supplier made, because there are more
            people than such numbers.
        postcodes: of every area of the sample.
        area_codes: likewise; given in place of postcodes where the supplier does so.
        gives_areas: whether it does.
    """

    by_number: bool
    postcodes: Sequence[str]
    area_codes: Sequence[str]
    gives_areas: bool

    def person(self, rows: Rows, who: str, identities: np.ndarray, wrong: np.ndarray | None = None) -> None:
        """Add a person's number or pseudonym; `who` is mother or baby."""
        if self.by_number:
            rows.nhs_number(f"{who}_nhs_number", identities, wrong)
        else:
            rows.identity(f"{who}_pseudonym", "S", identities)

    def home(self, rows: Rows, record: Bookings | Births, which: np.ndarray | None = None) -> None:
        """Add where a woman lives: `which` chooses records, by default all."""
        which = np.arange(len(record.home)) if which is None else which
        home, decile = record.home[which], record.crowd.decile[which]
        if self.gives_areas:
            rows.code("lsoa_code", home, self.area_codes)
            return
        places = np.where(home == NONE, NONE, home * 2 + record.postcode[which])
        # the pseudo postcodes for no fixed abode and for elsewhere stand after those of the areas
        last = len(self.postcodes)
        places = np.where(decile == 11, last - 2, np.where(decile == 12, last - 1, places))
        rows.code("mother_postcode", places, self.postcodes)


def answers(crowd: Crowd, attribute: str, **codes: str) -> tuple[np.ndarray, list[str]]:
    """Places and codes for the categories of an attribute; a category without a code is an empty cell."""
    return crowd.drawn(attribute), [
        codes.get(name.replace(" ", "_"), "") for name in ATTRIBUTES[attribute].shares
    ]


def booking_rows(bookings: Bookings, provider: str, identifying: Identifying, dialect: Dialect) -> Rows:
    """One row per pregnancy booked."""
    crowd, rows = bookings.crowd, Rows(dialect)
    size = len(crowd)
    rows.identity("pregnancy_id", "P", bookings.mother)
    identifying.person(rows, "mother", bookings.mother)
    rows.day("booking_date", bookings.day)
    rows.day("mother_birth_date", bookings.born)
    identifying.home(rows, bookings)
    rows.constant("provider_code", provider, size)
    rows.code("site_code", _site(crowd), (f"{provider}01", f"{provider}02"))
    rows.pregnancy_days("gestation_at_booking_days", bookings.length)
    rows.code("ethnic_category", crowd.ethnic, ETHNIC_CODES)
    rows.code("language_code", bookings.language, LANGUAGES)
    rows.code("interpreter_needed", _interpreter(crowd, bookings.language), YES_NO)
    rows.code("smoking_status_booking", *_smoking(crowd, "smoking_booking"))
    rows.code("complex_social_factors", *answers(crowd, "complex_social", yes="Y", no="N"))
    earlier = crowd.drawn("earlier_births")
    number = between(crowd.uniform("earlier births"), 1, 3)
    unknown = crowd.has("earlier_births", "missing")
    rows.whole("previous_live_births", np.where(unknown, NONE, np.where(earlier == 0, 0, number)))
    rows.whole("previous_caesareans", np.where(unknown, NONE, (earlier == 2).astype(np.int32)))
    rows.code("care_plan_recorded", *answers(crowd, "care_plan", yes="Y", no="N"))
    carer, words = answers(crowd, "carer_by_28_weeks", yes="Y", no="N")
    rows.code(
        "continuity_pathway_by_28_weeks", np.where(crowd.has("reached_29_weeks", "yes"), carer, NONE), words
    )
    rows.code(
        "folic_acid", *answers(crowd, "folic_acid", before="Y", started="N", **{"not": "N"}, not_stated="Z")
    )
    mass = from_ranges(crowd.drawn("body_mass"), crowd.uniform("mass"), list(BODY_MASS.values()))
    rows.tenths("body_mass_index", np.where(crowd.has("body_mass", "not recorded"), NONE, mass))
    return rows


def babies(births: Births) -> tuple[np.ndarray, np.ndarray]:
    """For each baby the place of its mother among the women, and its number: first babies, then second twins."""
    twins = np.flatnonzero(births.crowd.has("twins", "yes"))
    mother = np.concatenate([np.arange(len(births.crowd)), twins])
    return mother, births.first_baby + np.arange(len(mother))


def is_stillborn(crowd: Crowd) -> np.ndarray:
    """Whether the babies of these women were stillborn."""
    return crowd.has("stillborn", "yes")


def baby_ethnic(crowd: Crowd) -> np.ndarray:
    """Place in `ETHNIC_CODES` of what was recorded of the baby: mostly its mother's, often a mixed category."""
    uniform = crowd.uniform("baby ethnic")
    mixed = {"A": "D", "C": "G", "H": "F", "J": "F", "M": "D", "N": "E"}
    other = np.array([ETHNIC_CODES.index(mixed.get(code, code)) for code in ETHNIC_CODES])[crowd.ethnic]
    nothing = len(ETHNIC_CODES) - 1
    return np.where(uniform < 0.06, other, np.where(uniform > 0.96, nothing, crowd.ethnic))


def weights(births: Births) -> np.ndarray:
    """Weight in grams of the baby, or the first twin, of each woman; `NONE` where it is not recorded."""
    crowd = births.crowd
    uniform = crowd.uniform("weight")
    low = crowd.has("term_weight", "low")
    term = np.where(low, between(uniform, 1900, 600), between(uniform, 2500, 1900))
    weeks = np.maximum(births.length, 0) // 7 - 22
    preterm = LEAST_WEIGHT + A_WEEK * np.maximum(weeks, 0) + between(uniform, 0, 400)
    is_preterm = crowd.has("gestation_birth", "preterm")
    unknown = crowd.has("term_weight", "missing") & ~is_preterm
    return np.where(unknown, NONE, np.where(is_preterm, preterm, term)).astype(np.int32)


def baby_weights(births: Births) -> np.ndarray:
    """Weight of each baby of `babies`: a second twin is a little heavier, on the same side of every limit that is counted."""
    mother, _ = babies(births)
    weight = weights(births)[mother]
    second = np.arange(len(mother)) >= len(births.crowd)
    return np.where(second & (weight != NONE) & (weight % 100 < 60), weight + 30, weight)


def sexes(births: Births) -> np.ndarray:
    """Place of 1 (male) or 2 (female) for each baby of `babies`."""
    mother, _ = babies(births)
    uniform = births.crowd.uniform("sex")[mother]
    second = np.arange(len(mother)) >= len(births.crowd)
    return np.where(second, (uniform * 1000) % 1 < 0.5, uniform > 0.513).astype(np.int8)


def birth_rows(births: Births, provider: str, identifying: Identifying, dialect: Dialect) -> Rows:
    """One row per baby born."""
    crowd, rows = births.crowd, Rows(dialect)
    mother, baby = babies(births)
    stillborn = is_stillborn(crowd)
    live = ~stillborn

    def code(name: str, places: np.ndarray, of: Sequence[str], where: np.ndarray | None = None) -> None:
        shown = places if where is None else np.where(where, places, NONE)
        rows.code(name, shown[mother], of)

    rows.identity("baby_id", "B", baby)
    identifying.person(rows, "baby", np.where(live[mother], baby, NONE))
    rows.identity("pregnancy_id", "P", births.pregnancy[mother])
    identifying.person(rows, "mother", births.mother[mother])
    rows.day("baby_birth_date", births.day[mother])
    rows.day("mother_birth_date", births.born[mother])
    identifying.home(rows, births, mother)
    rows.constant("provider_code", provider, len(mother))
    code("site_code", _site(crowd), (f"{provider}01", f"{provider}02"))
    when = between(crowd.uniform("stillborn"), 1, 3)
    code("pregnancy_outcome", np.where(stillborn, when, 0), OUTCOMES)
    rows.whole("births_in_delivery", np.where(crowd.has("twins", "yes"), 2, 1)[mother])
    rows.pregnancy_days("gestation_at_birth_days", births.length[mother])
    rows.whole("birth_weight_grams", baby_weights(births))
    score = from_ranges(crowd.drawn("apgar"), crowd.uniform("apgar"), [(2, 5), (7, 4), (0, 1)])
    rows.whole("apgar_5_minutes", np.where(live & ~crowd.has("apgar", "missing"), score, NONE)[mother])
    way = between(crowd.uniform("method"), 0, 5) + 5 * crowd.drawn("method")
    code("delivery_method", way, [text for five in METHODS.values() for text in five])
    code("robson_group", *_robson(crowd))
    heavy = crowd.has("heavy_bleeding", "yes")
    loss = np.where(
        heavy, between(crowd.uniform("loss"), 1500, 1800), between(crowd.uniform("loss"), 150, 1100)
    )
    rows.whole("blood_loss_ml", (loss // 10 * 10)[mother])
    vaginal = crowd.has("method", "spontaneous", "instrumental")
    degree = np.where(
        crowd.has("tear", "yes"), 3 + (crowd.uniform("degree") > 0.9), between(crowd.uniform("degree"), 0, 3)
    )
    code("perineal_tear", degree, ("0", "1", "2", "3", "4"), vaginal)
    code("smoking_status_delivery", *_smoking(crowd, "smoking_delivery"))
    feed, words = answers(crowd, "first_feed", breast_milk="01", other="03")
    code("first_feed", feed, words, live)
    skin, words = answers(crowd, "skin_to_skin", yes="Y", no="N")
    code("skin_to_skin", skin, words, live)
    code("mother_ethnic_category", crowd.ethnic, ETHNIC_CODES)
    code("baby_ethnic_category", baby_ethnic(crowd), ETHNIC_CODES)
    rows.code("sex", sexes(births), ("1", "2"))
    code("died_within_28_days", np.where(crowd.has("neonatal_death", "yes"), 0, 1), ("Y", "N"), live)
    rows.code("language_code", births.language[mother], LANGUAGES)
    code("interpreter_needed", _interpreter(crowd, births.language), YES_NO)
    return rows


def _site(crowd: Crowd) -> np.ndarray:
    return (crowd.uniform("site") >= FIRST_SITE).astype(np.int8)


def _smoking(crowd: Crowd, attribute: str) -> tuple[np.ndarray, Sequence[str]]:
    """Smokers, and those who do not as ex-smokers or as never having smoked."""
    place = crowd.drawn(attribute)
    names = list(ATTRIBUTES[attribute].shares)
    was = crowd.uniform(f"{attribute} before") < 0.25
    codes = {"smoker": "1", "not": "4", "unknown": "9", "missing": ""}
    return np.where((place == names.index("not")) & was, len(names), place), [
        *(codes[name] for name in names),
        "2",
    ]


def _interpreter(crowd: Crowd, language: np.ndarray) -> np.ndarray:
    """Place in `YES_NO`: some of the women who prefer another language need an interpreter."""
    needs = (language > 0) & (crowd.uniform("interpreter") < 0.4)
    return np.where(language == NONE, NONE, np.where(needs, 0, 1))


def _robson(crowd: Crowd) -> tuple[np.ndarray, Sequence[str]]:
    caesarean = crowd.has("method", "elective", "emergency")
    group = np.where(caesarean, crowd.drawn("robson_caesarean"), crowd.drawn("robson_vaginal"))
    other = between(crowd.uniform("robson"), 3, len(OTHER_ROBSON))
    return np.where(group == 3, other, group), ("1", "2", "5", *OTHER_ROBSON)
