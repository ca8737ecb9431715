"""What the sample's England is made to be: everyday differences between groups, and the planted ones.

An effect changes how likely the first category of an attribute is, for some women. What the audit must find
of the planted ones is written to planted.csv by `planted`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FIRST_PLANTED = dt.date(2025, 1, 1)
LAST_MONTH = dt.date(2026, 3, 1)

BLACK = frozenset("MNP")
ASIAN = frozenset("HJKL")
COC_BAME = frozenset("DEFHJKLMNP")
MOST_DEPRIVED_FIFTH = frozenset({"01", "02"})
LEAST_DEPRIVED_FIFTH = frozenset({"09", "10"})

GAP_SYSTEM = "QK1"
FLAT_SYSTEM = "QMF"
SMALL_SYSTEM = "QGH"
UNCODED_PROVIDER, UNCODED_SHARE = "RF4", 0.35
SHIFT_FROM = dt.date(2025, 8, 1)
# providers that sent nothing at all for a month
ABSENT = {"RLQ": dt.date(2025, 12, 1)}
# (provider, indicator) whose figures fail the publisher's quality checks in every month
LOW_QUALITY = frozenset({("RQX", "CQIMPPH")})
# (provider, indicator): the month for which nothing that the indicator needs was sent
NOT_SUBMITTED: dict[tuple[str, str], dt.date] = {("R1H", "CQIMSmokingDelivery"): dt.date(2026, 2, 1)}


@dataclass(frozen=True)
class Effect:
    """A factor on the share of an attribute's first category.

    Attributes:
        attribute: name in `truth.ATTRIBUTES`.
        factor: what the share is multiplied by.
        system: only women of this system (default: England).
        ethnic: only women of these ethnic category codes (default: all).
        deciles: only women who live in areas of these deciles (default: all).
        first: first month in which it holds (default: always).
        ramp_until: the factor grows evenly from 1 in `first` to its full size in this month.
    """

    attribute: str
    factor: float
    system: str | None = None
    ethnic: frozenset[str] | None = None
    deciles: frozenset[str] | None = None
    first: dt.date | None = None
    ramp_until: dt.date | None = None

    def factor_in(self, month: dt.date) -> float:
        """The factor in a month."""
        if self.first is None:
            return self.factor
        if month < self.first:
            return 1.0
        if self.ramp_until is None or month >= self.ramp_until:
            return self.factor
        length = months_between(self.first, self.ramp_until)
        return 1.0 + (self.factor - 1.0) * months_between(self.first, month) / length


def months_between(first: dt.date, last: dt.date) -> int:
    """Whole months from one first of a month to another."""
    return (last.year - first.year) * 12 + last.month - first.month


# Differences of the kind that England's published tables show, in every system alike.
EVERYDAY = (
    Effect("smoking_booking", 1.6, deciles=MOST_DEPRIVED_FIFTH),
    Effect("smoking_booking", 0.5, deciles=LEAST_DEPRIVED_FIFTH),
    Effect("smoking_booking", 0.3, ethnic=ASIAN | BLACK),
    Effect("smoking_delivery", 1.6, deciles=MOST_DEPRIVED_FIFTH),
    Effect("smoking_delivery", 0.5, deciles=LEAST_DEPRIVED_FIFTH),
    Effect("smoking_delivery", 0.3, ethnic=ASIAN | BLACK),
    Effect("gestation_booking", 0.9, deciles=MOST_DEPRIVED_FIFTH),
    Effect("gestation_booking", 0.85, ethnic=BLACK),
    Effect("complex_social", 1.5, deciles=MOST_DEPRIVED_FIFTH),
    Effect("folic_acid", 0.6, deciles=MOST_DEPRIVED_FIFTH),
    Effect("gestation_birth", 1.25, deciles=MOST_DEPRIVED_FIFTH),
    Effect("gestation_birth", 1.2, ethnic=BLACK | ASIAN),
    Effect("term_weight", 1.6, ethnic=ASIAN),
    Effect("birth_weight", 1.6, ethnic=ASIAN),
    Effect("O24", 1.8, ethnic=ASIAN),
    Effect("O14", 1.4, ethnic=BLACK),
    Effect("first_feed", 0.85, deciles=MOST_DEPRIVED_FIFTH),
    Effect("first_feed", 1.15, ethnic=BLACK),
    Effect("stillborn", 1.9, ethnic=BLACK),
    Effect("stillborn", 1.4, deciles=MOST_DEPRIVED_FIFTH),
    Effect("perinatal_contact", 0.7, ethnic=ASIAN | BLACK),
    Effect("later_death", 1.5, deciles=MOST_DEPRIVED_FIFTH),
    Effect("neonatal_death", 1.7, ethnic=BLACK | frozenset("J")),
    Effect("neonatal_death", 1.5, deciles=MOST_DEPRIVED_FIFTH),
)

PLANTED = (
    Effect("carer_by_28_weeks", 2.8, system=GAP_SYSTEM),
    Effect("carer_by_28_weeks", 0.25, system=GAP_SYSTEM, deciles=MOST_DEPRIVED_FIFTH),
    Effect("carer_by_28_weeks", 0.6, system=GAP_SYSTEM, ethnic=COC_BAME),
    Effect("carer_received", 2.0, system=FLAT_SYSTEM),
    Effect(
        "carer_received", 0.3,
        system=FLAT_SYSTEM, ethnic=COC_BAME, first=FIRST_PLANTED, ramp_until=LAST_MONTH,
    ),
    Effect("first_feed", 0.75, system=SMALL_SYSTEM, first=SHIFT_FROM),
    # seen in records alone: published tables do not cross them with the groups
    Effect("gestation_booking", 0.75, system=GAP_SYSTEM, ethnic=BLACK),
    Effect("gestation_birth", 1.6, system=GAP_SYSTEM, deciles=MOST_DEPRIVED_FIFTH),
    Effect("term_care", 2.0, system=GAP_SYSTEM, ethnic=ASIAN),
)  # fmt: skip

EFFECTS = (*EVERYDAY, *PLANTED)
