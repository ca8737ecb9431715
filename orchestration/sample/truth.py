"""The sample's people: the women of England who book and who give birth, month by month, one row each.

Publishers' formats count and round these rows; nothing here knows a format. The same seed gives the same
England whatever is published of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from orchestration.sample.effects import EFFECTS, UNCODED_PROVIDER, UNCODED_SHARE
from orchestration.sample.places import (
    DECILE_CODES,
    DECILE_MIX,
    ETHNIC_CODES,
    ETHNIC_MIX,
    SYSTEMS,
    provider_codes,
    provider_sizes,
    provider_systems,
)
from orchestration.sample.stream import Stream, pick

Event = Literal["booking", "birth"]

SEASON = (1.04, 0.97, 1.0, 0.97, 1.0, 0.98, 1.01, 0.99, 1.03, 1.02, 0.99, 1.0)
BIRTHS_PER_BOOKING = 0.77
HIGHEST_SHARE = 0.95
DOUBLE_COUNTED = {"RF4": ("RQX", 0.12)}


@dataclass(frozen=True)
class Attribute:
    """What can be true of a woman or baby, and how often; effects act on the first category.

    Attributes:
        event: where it is recorded; what is recorded at booking is known of the women who give birth too.
        shares: of each category.
    """

    event: Event
    shares: dict[str, float]


ATTRIBUTES: dict[str, Attribute] = {
    # ---------- of the women who book
    "age": Attribute(
        "booking",
        {"<20": 27, "20": 120, "25": 265, "30": 348, "35": 194, "40": 41, "45": 4, "outside": 1},
    ),
    "gestation_booking": Attribute(
        "booking", {"0-70": 640, "71-90": 217, "91-140": 70, "141+": 64, "missing": 9}
    ),
    "complex_social": Attribute("booking", {"yes": 110, "no": 833, "missing": 57}),
    "smoking_booking": Attribute("booking", {"smoker": 90, "not": 859, "unknown": 1, "missing": 50}),
    "folic_acid": Attribute(
        "booking", {"before": 190, "started": 560, "not": 80, "not stated": 20, "missing": 150}
    ),
    "earlier_births": Attribute("booking", {"none": 475, "no caesarean": 333, "caesarean": 180, "missing": 12}),
    "body_mass": Attribute(
        "booking",
        {
            "severely underweight": 2, "underweight": 64, "normal": 340, "overweight": 298,
            "obese": 225, "severely obese": 41, "not recorded": 30,
        },
    ),
    "reached_29_weeks": Attribute("booking", {"yes": 82, "no": 18}),
    "carer_by_28_weeks": Attribute("booking", {"yes": 17, "no": 83}),
    "carer_due": Attribute("booking", {"yes": 64, "no": 36}),
    "carer_received": Attribute("booking", {"yes": 12, "no": 88}),
    "aspirin": Attribute("booking", {"yes": 11, "no": 89}),
    "smokefree": Attribute("booking", {"yes": 41, "no": 59}),
    "co_booking": Attribute("booking", {"yes": 80, "no": 20}),
    "co_36_weeks": Attribute("booking", {"yes": 65, "no": 35}),
    # ---------- of the women who give birth and their babies
    "twins": Attribute("birth", {"yes": 14, "no": 986}),
    "stillborn": Attribute("birth", {"yes": 33, "no": 9967}),
    "neonatal_death": Attribute("birth", {"yes": 16, "no": 9984}),
    "later_death": Attribute("birth", {"yes": 9, "no": 9991}),
    "anomaly": Attribute("birth", {"yes": 15, "no": 85}),
    "perinatal_contact": Attribute("birth", {"yes": 75, "no": 925}),
    "gestation_birth": Attribute("birth", {"preterm": 76, "term": 920, "missing": 4}),
    "preterm_week": Attribute("birth", {"27": 65, "28-31": 107, "32-33": 109, "34-36": 719}),
    "term_week": Attribute(
        "birth", {"37": 100, "38": 182, "39": 366, "40": 228, "41": 113, "42": 10, "43": 1}
    ),
    "term_weight": Attribute("birth", {"low": 32, "other": 818, "missing": 150}),
    "apgar": Attribute("birth", {"low": 13, "other": 872, "missing": 115}),
    "first_feed": Attribute("birth", {"breast milk": 670, "other": 260, "missing": 70}),
    "skin_to_skin": Attribute("birth", {"yes": 610, "no": 210, "missing": 180}),
    "method": Attribute(
        "birth",
        {"spontaneous": 443, "instrumental": 100, "elective": 199, "emergency": 248, "other": 3, "missing": 7},
    ),
    "induced": Attribute("birth", {"yes": 295, "no": 705}),
    "place": Attribute(
        "birth",
        {"alongside": 90, "freestanding": 7, "home": 12, "obstetric": 790, "other": 95, "unknown": 6},
    ),
    "co_delivery": Attribute("birth", {"4 and over": 30, "below 4": 300, "none": 70, "missing": 600}),
    "smoking_delivery": Attribute("birth", {"smoker": 55, "not": 930, "missing": 15}),
    "heavy_bleeding": Attribute("birth", {"yes": 31, "no": 969}),
    "tear": Attribute("birth", {"yes": 30, "no": 970}),
    "readmitted": Attribute("birth", {"yes": 52, "no": 948}),
    "robson_caesarean": Attribute("birth", {"1": 25, "2": 290, "5": 260, "other": 425}),
    "robson_vaginal": Attribute("birth", {"1": 240, "2": 165, "5": 54, "other": 541}),
    "one_caesarean": Attribute("birth", {"yes": 73, "no": 27}),
    "growth_check": Attribute("birth", {"yes": 5, "no": 95}),
    "small_by_39": Attribute("birth", {"yes": 50, "no": 50}),
    "movement_scan": Attribute("birth", {"yes": 68, "no": 32}),
    "birth_weight": Attribute(
        "birth",
        {
            "2000g to 2499g": 40, "999g and under": 5, "1000g to 1499g": 5, "1500g to 1999g": 10,
            "2500g to 2999g": 150, "3000g to 3499g": 315, "3500g to 3999g": 245, "4000g to 4499g": 70,
            "4500g to 4999g": 12, "5000g or over": 1, "missing": 147,
        },
    ),
    # diagnoses in hospital records, by their code
    "O14": Attribute("birth", {"yes": 30, "no": 970}),
    "O15": Attribute("birth", {"yes": 3, "no": 9997}),
    "O24": Attribute("birth", {"yes": 120, "no": 880}),
    "O45": Attribute("birth", {"yes": 8, "no": 992}),
    "O60": Attribute("birth", {"yes": 60, "no": 940}),
    "O70": Attribute("birth", {"yes": 380, "no": 620}),
    "O72": Attribute("birth", {"yes": 280, "no": 720}),
    "O85": Attribute("birth", {"yes": 3, "no": 997}),
    "O88": Attribute("birth", {"yes": 7, "no": 9993}),
    "late_loss": Attribute("birth", {"yes": 1, "no": 1999}),
    # ---------- in records of single organisations alone
    "care_plan": Attribute("booking", {"yes": 780, "no": 150, "missing": 70}),
    "term_care": Attribute("birth", {"yes": 52, "no": 948}),
    "late_preterm_care": Attribute("birth", {"yes": 50, "no": 50}),
    "referred_not_seen": Attribute("birth", {"yes": 30, "no": 970}),
}  # fmt: skip


@dataclass
class People:
    """The women of one month and event, one place in each array a woman.

    Attributes:
        seed: of the sample.
        event: booking or birth.
        month: first day of the month.
        provider: provider number (see `places.provider_codes`).
        ethnic: place in `ETHNIC_CODES`: what she would say.
        decile: place in `DECILE_CODES`: deprivation of the area that her postcode lies in.
    """

    seed: int
    event: Event
    month: dt.date
    provider: np.ndarray
    ethnic: np.ndarray
    decile: np.ndarray
    _drawn: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.provider)

    def stream(self, name: str) -> Stream:
        """The numbers that decide one attribute of these women."""
        return Stream(self.seed, self.event, self.month.year * 12 + self.month.month, name)

    @cached_property
    def recorded_ethnic(self) -> np.ndarray:
        """Place in `ETHNIC_CODES` of what was recorded: one provider often records nothing."""
        lost = (self.provider == provider_codes().index(UNCODED_PROVIDER)) & (
            self.stream("recorded_ethnic").uniform(len(self)) < UNCODED_SHARE
        )
        return np.where(lost, len(ETHNIC_CODES) - 1, self.ethnic)

    @cached_property
    def second_provider(self) -> np.ndarray:
        """Number of another provider that also reports the woman, or -1."""
        other = np.full(len(self), -1, dtype=np.int16)
        uniform = self.stream("second_provider").uniform(len(self))
        for code, (second, share) in DOUBLE_COUNTED.items():
            chosen = (self.provider == provider_codes().index(code)) & (uniform < share)
            other[chosen] = provider_codes().index(second)
        return other

    @cached_property
    def in_provisional(self) -> np.ndarray:
        """Whether the record had arrived when the provisional figures were made."""
        return self.stream("in_provisional").uniform(len(self)) < 0.97

    def drawn(self, name: str) -> np.ndarray:
        """Place in the categories of an attribute, for each woman.

        Raises:
            ValueError: when the attribute is of a birth, and these are women who book.
        """
        if name not in self._drawn:
            attribute = ATTRIBUTES[name]
            if (attribute.event, self.event) == ("birth", "booking"):
                raise ValueError(f"{name} is an attribute of a birth, and these women only book")
            self._drawn[name] = self._draw(name, list(attribute.shares.values()))
        return self._drawn[name]

    def has(self, name: str, *categories: str) -> np.ndarray:
        """Whether an attribute is one of some categories."""
        places = [list(ATTRIBUTES[name].shares).index(category) for category in categories]
        return np.isin(self.drawn(name), places)

    def _draw(self, name: str, shares: list[float]) -> np.ndarray:
        uniform = self.stream(name).uniform(len(self))
        first = self._first_share(name, shares[0] / sum(shares))
        rest = np.where(uniform < first, 0.0, (uniform - first) / (1.0 - first))
        return np.where(uniform < first, 0, 1 + pick(rest, shares[1:])).astype(np.int8)

    def _first_share(self, name: str, base: float) -> np.ndarray:
        """Share of the first category for each woman, with every effect on it."""
        share = np.full(len(self), base)
        for effect in EFFECTS:
            factor = effect.factor_in(self.month)
            if effect.attribute != name or factor == 1.0:
                continue
            concerned = np.ones(len(self), dtype=bool)
            if effect.system is not None:
                concerned &= _in_system(effect.system)[self.provider]
            if effect.ethnic is not None:
                concerned &= np.array([code in effect.ethnic for code in ETHNIC_CODES])[self.ethnic]
            if effect.deciles is not None:
                concerned &= np.array([code in effect.deciles for code in DECILE_CODES])[self.decile]
            share[concerned] *= factor
        return np.minimum(share, HIGHEST_SHARE)


def _in_system(code: str) -> np.ndarray:
    return np.array([system == code for system in provider_systems()])


def people(seed: int, event: Event, month: dt.date, sizes: Sequence[int] | None = None) -> People:
    """The women of England who book, or give birth, in a month.

    Args:
        seed: of the sample.
        event: booking or birth.
        month: its first day.
        sizes: women booked in a usual month by provider number, where they are not those of `places`.
    """
    sizes = provider_sizes() if sizes is None else sizes
    stream = Stream(seed, event, month.year * 12 + month.month, "who")
    scale = SEASON[month.month - 1] * (BIRTHS_PER_BOOKING if event == "birth" else 1.0)
    noise = stream.uniform(len(sizes))
    women = [
        int(size * scale * (0.96 + 0.08 * share)) for size, share in zip(sizes, noise.tolist(), strict=True)
    ]
    provider = np.repeat(np.arange(len(women), dtype=np.int16), women)
    ethnic = _by_system(provider, stream.uniform(len(provider)), ETHNIC_MIX, 0)
    # drawn apart from ethnicity, so that a gap planted by one makes none by the other
    decile = _by_system(provider, stream.uniform(len(provider)), DECILE_MIX, 1)
    return People(seed, event, month, provider, ethnic, decile)


def _by_system(
    provider: np.ndarray, uniform: np.ndarray, mixes: dict[str, tuple[int, ...]], place: int
) -> np.ndarray:
    """A category for each woman, drawn from the mix of her system."""
    drawn = np.zeros(len(provider), dtype=np.int8)
    for name, shares in mixes.items():
        concerned = np.array([SYSTEMS[system][place] == name for system in provider_systems()])[provider]
        drawn[concerned] = pick(uniform[concerned], shares)
    return drawn


@dataclass(frozen=True)
class England:
    """Everybody, month by month; each month is drawn once.

    Attributes:
        seed: of the sample.
    """

    seed: int
    _drawn: dict[tuple[Event, dt.date], People] = field(default_factory=dict, repr=False)

    def people(self, event: Event, month: dt.date) -> People:
        """The women who book, or give birth, in a month."""
        if (event, month) not in self._drawn:
            self._drawn[event, month] = people(self.seed, event, month)
        return self._drawn[event, month]


def months_back(last: dt.date, number: int) -> list[dt.date]:
    """The first days of `number` months, the last of which is `last`."""
    end = last.year * 12 + last.month - 1
    return [dt.date(value // 12, value % 12 + 1, 1) for value in range(end - number + 1, end + 1)]
