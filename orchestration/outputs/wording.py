"""Numbers, verdicts, marks and names as people read them: one place, so that page, sentence and table agree.

Knows no figure and no layout.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

WORSE, BETTER, NO_DIFFERENCE, TOO_FEW, NOT_AVAILABLE = (
    "worse",
    "better",
    "no clear difference",
    "too few to tell",
    "not available",
)
VERDICTS = (WORSE, BETTER, NO_DIFFERENCE, TOO_FEW, NOT_AVAILABLE)
# A verdict is a shape, a word and a colour: the shape and the word alone are enough.
GLYPHS = {WORSE: "▼", BETTER: "▲", NO_DIFFERENCE: "●", TOO_FEW: "○", NOT_AVAILABLE: "–"}
LOOKS = {
    WORSE: "worse",
    BETTER: "better",
    NO_DIFFERENCE: "same",
    TOO_FEW: "few",
    NOT_AVAILABLE: "none",
}
DESCRIBED = "described, never judged"

MARKS = {
    "[c]": "Hidden because so few women or babies that someone could be identified.",
    "[x]": "Not available: the publisher gives no figure.",
    "[z]": "Does not apply.",
    "[low]": "Too few women or babies for a rate.",
    "[u]": "Low reliability.",
    "*": "Hidden by the publisher because the number is small.",
    "Low DQ": "Withheld by the publisher because the quality of the data is low. It is not a zero.",
    "DNS": "The provider did not submit data. It is not a zero.",
    "u": "Low reliability, says the publisher.",
}
FAMILY = re.compile(
    r" \((?:CQIM|SATOD|Fingertips|year|council|equalities file|NNAP|MBRRACE-UK(?:, \w+)?|local records(?:, months)?)\)$"
)
DIMENSIONS = {
    "total": "everybody",
    "ethnicity": "ethnic group",
    "ethnicity_detailed": "ethnic group",
    "deprivation": "deprivation of home area, in tenths",
    "deprivation_quintile": "deprivation of home area",
    "age": "age",
}
REFERENCE_KINDS = {
    "best": "the group with the best outcome",
    "fixed": "the fixed comparison group",
    "england": "England",
}


def missing(value: object) -> bool:
    """Whether a cell of a data frame holds nothing."""
    return (
        value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("", "NaT", "<NA>")
    )


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separators; an empty text where there is none."""
    if missing(value):
        return ""
    text = f"{float(value):,.{decimals}f}"  # type: ignore[arg-type]
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else f"−{text[1:]}"
    return text


def significant(value: float | None) -> str:
    """A ratio of protected figures to two significant figures: 2.4, 0.35, 12."""
    if missing(value) or value == 0:
        return number(value)
    digits = min(2, 1 - math.floor(math.log10(abs(value))))  # type: ignore[arg-type]
    return number(round(value, digits), max(digits, 0))  # type: ignore[arg-type]


def rounded(value: float, decimals: int | None) -> float:
    """The number that `number` writes at so many decimals, or that `significant` writes where there are none."""
    text = significant(value) if decimals is None else number(value, decimals)
    return float(text.replace(",", "").replace("−", "-"))


def with_unit(text: str, unit: str) -> str:
    """A formatted number with its unit: 55.3%, 65 per 1,000, 940 women."""
    if not text:
        return ""
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def difference(value: float | None, decimals: int, unit: str) -> str:
    """The size of a difference with its unit: 15 percentage points, 1 percentage point, 12 per 1,000."""
    return in_points(number(value, decimals), unit)


def in_points(text: str, unit: str) -> str:
    """A formatted difference with its unit."""
    if unit != "%":
        return f"{text} {unit}"
    return f"{text} percentage point{'' if text.lstrip('−') == '1' else 's'}"


# a value that is held against another has decimals of its own: each side what its own people can bear
DECIMALS = {
    "england_value": "england_decimals",
    "reference_value": "reference_decimals",
    "difference": "difference_decimals",
    "absolute_gap": "difference_decimals",
    "newest_absolute_gap": "difference_decimals",
    "difference_lower_95": "difference_decimals",
    "difference_upper_95": "difference_decimals",
}


def decimals_of(row: Mapping[str, Any], column: str = "value") -> int:
    """Decimals that a column of a figure is shown with; those of its value where it has none of its own."""
    found = row.get(DECIMALS.get(column, "decimals"))
    if missing(found):
        found = row.get("decimals")
    return 1 if missing(found) else int(found)  # type: ignore[arg-type]


def ratio(row: Mapping[str, Any], column: str = "ratio") -> str:
    """A ratio: two significant figures where it is made from protected counts, else two decimals."""
    is_protected = row.get("is_protected") or not missing(row.get("protection"))
    return significant(row[column]) if is_protected else number(row[column], 2)


def dimension_name(dimension: str) -> str:
    """A dimension as people call it."""
    return DIMENSIONS.get(dimension, dimension.replace("_", " "))


def without_group(metric_name: str) -> str:
    """The name without the group that the publisher's table is by: a title says that by itself."""
    return re.sub(r" by ethnic group(?: and deprivation)?$", "", metric_name)


def base_name(metric_name: str) -> str:
    """The name without the publisher's family in brackets: one topic, whichever family counts it."""
    return FAMILY.sub("", metric_name)


def listed(names: Iterable[str], most: int = 4) -> str:
    """'A, B and C'; 'A, B, C and others' where there are many."""
    items = list(names)
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} and others"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


PROPER = ("Apgar", "Robson", "Saving", "NHS", "CQC")
FIFTHS = {
    "2": "the second most deprived fifth of areas",
    "3": "the middle fifth of areas",
    "4": "the second least deprived fifth of areas",
}


def lowered(name: str) -> str:
    """A name inside a sentence: small first letter, but for proper names."""
    return name if name.startswith(PROPER) else name[:1].lower() + name[1:]


def group_phrase(name: str, dimension: str) -> str:
    """A group's name inside a sentence."""
    if dimension == "deprivation_quintile":
        return FIFTHS.get(name, name.partition(": ")[2] or name)
    if dimension == "deprivation":
        return name.partition(": ")[2] or f"tenth {name} of areas (1 is the most deprived)"
    return name.lower() if dimension == "age" else name


def group_label(name: str, dimension: str) -> str:
    """A group's name in a chart: the ends of a deprivation scale in words, its middle by number."""
    if dimension not in ("deprivation", "deprivation_quintile"):
        return name
    head, colon, tail = name.partition(": ")
    if colon:
        return f"{head}: {tail.removeprefix('people living in the ')}"
    return name


def meaning_of_mark(mark: str) -> str:
    """What a publisher's mark means; an unknown one is named as it stands."""
    return MARKS.get(mark, "A mark of the publisher, shown as it was published.")


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def month_name(iso_date: str) -> str:
    """'2025-04-01' as 'April 2025'."""
    return f"{MONTHS[int(iso_date[5:7]) - 1]} {iso_date[:4]}"


def short_month(iso_date: str) -> str:
    """'2025-04-01' as 'Apr 2025', for the head of a narrow column."""
    return f"{MONTHS[int(iso_date[5:7]) - 1][:3]} {iso_date[:4]}"


# who is counted in the records of a data set, by the first words of an item of data quality
COUNTED = {
    "Ethnic category at booking": "women booked",
    "Deprivation of home area at booking": "women booked",
    "Bookings": "women booked",
    "Births": "births",
    "Neonatal admissions": "admissions to neonatal care",
    "Perinatal mental health referrals": "mental health referrals",
    "Council figures": "figures of councils",
    "What people said": "statements",
    "Members of the partnership": "counts of members",
    "Community assets": "community assets",
    "Staff": "counts of staff",
}
FIELDS = {
    "apgar_5_minutes": "the Apgar score at 5 minutes",
    "attended_contacts": "contacts attended",
    "baby_nhs_number": "the baby’s NHS number",
    "birth_weight_grams": "the birth weight",
    "blood_loss_ml": "the blood loss at birth",
    "breastfeeding_6_8_weeks": "counts of babies breastfed at 6 to 8 weeks",
    "care_plan_recorded": "whether there is a personalised care and support plan",
    "continuity_pathway_by_28_weeks": "whether the woman is on a continuity of carer pathway by 28 weeks",
    "died_within_28_days": "survival to 28 days",
    "gestation_at_birth_days": "the length of pregnancy at birth",
    "gestation_at_booking_days": "the length of pregnancy at booking",
    "perineal_tear": "the degree of a tear",
    "pregnancy_outcome": "the outcome of the pregnancy",
    "smoking_status_booking": "smoking status at booking",
    "smoking_status_delivery": "smoking status at the time of birth",
}
SOURCES = {"msds_monthly": "the monthly publication", "msds_annual": "the yearly publication"}


def counted(item: str) -> str:
    """Whom a check of data quality counts: women booked, births, admissions …; records where it does not say."""
    return COUNTED.get(item.partition(":")[0], "records")


def field_name(name: str) -> str:
    """A field of a local data set in words; anything that is no field name stays as it is."""
    text = FIELDS.get(name, name.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", name) else name)
    return re.sub(r"\b[A-Z]{2,}(?: [A-Z]{2,})+\b", lambda words: words[0].lower(), text)


def item_name(item: str) -> str:
    """An item of a publisher's file in words: 'msds.TotalBookings' is 'Total bookings'; other items stay as they are."""
    name = item.removeprefix("msds.")
    if not re.fullmatch(r"(?:[A-Z][a-z]+){2,}", name):
        return item
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def check_name(measure: str) -> str:
    """A check in words: 'absent from local__maternity_booking' names the data set as people call it."""
    start, absent, table = measure.partition("absent from ")
    if not absent:
        return measure
    source, _, dataset = table.partition("__")
    return f"{start}{absent}{data_set_words(table) if source == 'local' else SOURCES.get(source, dataset)}"


def publication(name: str) -> str:
    """A publication as people call it; 'Local extract: maternity_birth' names the data set."""
    start, found, dataset = str(name).partition("Local extract: ")
    return f"{start}local data set “{data_set_name(dataset)}”" if found else str(name)


def data_set_words(data_set: str) -> str:
    """A data set inside a sentence: local__maternity_birth is 'the local data set “Maternity birth”'."""
    return f"the local data set “{data_set_name(data_set.removeprefix('local__'))}”"


def data_set_name(dataset: str) -> str:
    """A data set of the local contract as people call it: maternity_birth is 'Maternity birth'."""
    return dataset.replace("_", " ").capitalize()
