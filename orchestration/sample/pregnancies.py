"""The women of one provider as records: who they are, when they booked and gave birth, which two records are one woman.

The people are those of `truth`; nothing here knows a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from orchestration.sample.areas import Area
from orchestration.sample.extract import NONE, day_number
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.postcodes import AN_AREA
from orchestration.sample.truth import BIRTHS_PER_BOOKING, SEASON, Event, People

PREGNANCY = 280
# a month has at most this many bookings, or babies, for each woman booked in a usual month
LARGEST_MONTH = 1.13
MONTHS_HELD = 19
LANGUAGES = ("en", "gu", "pa", "hi", "ur", "bn", "ta", "pl", "ro", "so", "ar", "zh")
# share per thousand of women who prefer another language, and which, by ethnic category
_OTHER_LANGUAGES = {
    "C": (450, ("pl", "ro")), "H": (200, ("gu", "pa", "hi")), "J": (250, ("ur", "pa")), "K": (300, ("bn",)),
    "L": (200, ("ta", "hi")), "N": (200, ("so", "ar")), "R": (400, ("zh",)), "S": (450, ("ar",)),
}  # fmt: skip
AGES = {
    "<20": (16, 4),
    "20": (20, 5),
    "25": (25, 5),
    "30": (30, 5),
    "35": (35, 5),
    "40": (40, 5),
    "45": (45, 4),
}
BOOKED = {"0-70": (45, 26), "71-90": (71, 20), "91-140": (91, 50), "141+": (141, 90), "missing": (45, 46)}
PRETERM = {
    "27": (22 * 7, 6 * 7),
    "28-31": (28 * 7, 4 * 7),
    "32-33": (32 * 7, 2 * 7),
    "34-36": (34 * 7, 3 * 7),
}


@dataclass(frozen=True)
class Crowd:
    """The women of one provider among the people of a month.

    Attributes:
        women: of the month.
        chosen: places of the provider's among them.
    """

    women: People
    chosen: np.ndarray

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def event(self) -> Event:
        """What happened to them."""
        return self.women.event

    @property
    def month(self) -> dt.date:
        """When."""
        return self.women.month

    @property
    def ethnic(self) -> np.ndarray:
        """Place in `ETHNIC_CODES` of what was recorded; the last is nothing."""
        return self.women.recorded_ethnic[self.chosen]

    @property
    def decile(self) -> np.ndarray:
        """Place in `DECILE_CODES`."""
        return self.women.decile[self.chosen]

    def drawn(self, name: str) -> np.ndarray:
        """Place in the categories of an attribute."""
        return self.women.drawn(name)[self.chosen]

    def has(self, name: str, *categories: str) -> np.ndarray:
        """Whether an attribute is one of some categories."""
        return self.women.has(name, *categories)[self.chosen]

    def uniform(self, name: str) -> np.ndarray:
        """Numbers from 0 up to 1 that decide something about these women."""
        return self.women.stream(f"record {name}").uniform(len(self.women))[self.chosen]


def between(uniform: np.ndarray, first: int, number: int) -> np.ndarray:
    """Whole numbers from `first` on, `number` of them, from numbers between 0 and 1."""
    return first + (uniform * number).astype(np.int32)


def from_ranges(place: np.ndarray, uniform: np.ndarray, ranges: Sequence[tuple[int, int]]) -> np.ndarray:
    """A whole number from the range (first, how many) of each place."""
    first = np.array([low for low, _ in ranges])[place]
    return first + (uniform * np.array([number for _, number in ranges])[place]).astype(np.int32)


@dataclass(frozen=True)
class Homes:
    """The small areas of one system, for women who live in them.

    Attributes:
        areas: every area of the sample.
        system: code of the system.
    """

    areas: Sequence[Area]
    system: str

    def of(self, decile: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Place in `areas` of each woman's home, `NONE` where it is not known or elsewhere.

        A system has few areas: where none is of her decile, the nearest of the same fifth is taken, else the nearest.
        """
        own = [place for place, area in enumerate(self.areas) if area.system == self.system]
        homes = np.full(len(decile), NONE, dtype=np.int32)
        for ten in range(10):

            def distance(place: int, ten: int = ten) -> tuple[bool, int]:
                other = self.areas[place].decile_2025 - 1
                return other // 2 != ten // 2, abs(other - ten)

            nearest = min(map(distance, own))
            fitting = np.array([place for place in own if distance(place) == nearest])
            here = decile == ten
            homes[here] = fitting[(uniform[here] * len(fitting)).astype(np.int32)]
        return homes


@dataclass(frozen=True)
class Identities:
    """Numbers that tell people apart: women who book, women who did not book here, babies.

    Attributes:
        start: first number of the provider.
        size: women booked in a usual month.
        last: last month of the sample.
    """

    start: int
    size: int
    last: dt.date

    @property
    def held(self) -> int:
        """How many numbers the provider can need."""
        return 3 * self._unit * MONTHS_HELD

    @property
    def _unit(self) -> int:
        return int(self.size * LARGEST_MONTH) + 8

    def first(self, month: dt.date, kind: int) -> int:
        """First number of a month: kind 0 for women who book, 1 for women who give birth, 2 for babies."""
        back = (self.last.year - month.year) * 12 + self.last.month - month.month
        return self.start + (3 * back + kind) * self._unit


@dataclass(frozen=True)
class Bookings:
    """Pregnancies booked in one month, one place in each array a pregnancy; days count from 1970.

    Attributes:
        crowd: the women.
        mother: her number, and that of the pregnancy.
        day: of the booking.
        begun: first day of the pregnancy.
        length: of the pregnancy at booking in days, where it is recorded.
        born: mother's date of birth, where it is recorded.
        home: place of her small area.
        postcode: which of its postcodes is hers.
        language: place in `LANGUAGES`, where it is recorded.
    """

    crowd: Crowd
    mother: np.ndarray
    day: np.ndarray
    begun: np.ndarray
    length: np.ndarray
    born: np.ndarray
    home: np.ndarray
    postcode: np.ndarray
    language: np.ndarray

    @property
    def decile(self) -> np.ndarray:
        """Place in `DECILE_CODES`."""
        return self.crowd.decile

    @classmethod
    def of(cls, crowd: Crowd, homes: Homes, identities: Identities) -> Bookings:
        """The records of the women who book."""
        day = _days_in(crowd.month, crowd.uniform("day"))
        length = from_ranges(crowd.drawn("gestation_booking"), crowd.uniform("length"), list(BOOKED.values()))
        known = ~crowd.has("gestation_booking", "missing")
        return cls(
            crowd,
            identities.first(crowd.month, 0) + np.arange(len(crowd)),
            day,
            day - length,
            np.where(known, length, NONE),
            _born(crowd, day),
            homes.of(crowd.decile, crowd.uniform("home")),
            between(crowd.uniform("postcode"), 0, AN_AREA),
            _languages(crowd),
        )


@dataclass(frozen=True)
class Births:
    """Women who gave birth in one month, one place in each array a woman; days count from 1970.

    Attributes:
        crowd: the women.
        mother: her number.
        pregnancy: number of the booking that is hers, `NONE` where she did not book here.
        day: of the birth.
        length: of the pregnancy at birth in days, where it is recorded.
        born: mother's date of birth, where it is recorded.
        home: place of her small area.
        postcode: which of its postcodes is hers.
        language: place in `LANGUAGES`, where it is recorded.
        first_baby: number of the first baby; those of the second ones follow on all first ones.
    """

    crowd: Crowd
    mother: np.ndarray
    pregnancy: np.ndarray
    day: np.ndarray
    length: np.ndarray
    born: np.ndarray
    home: np.ndarray
    postcode: np.ndarray
    language: np.ndarray
    first_baby: int

    @classmethod
    def of(cls, crowd: Crowd, homes: Homes, identities: Identities, booked: Booked) -> Births:
        """The records of the women who give birth, joined to their bookings.

        A woman's booking is one of the same ethnic category, from an area of the same decile where there is one, whose
        pregnancy began when hers did.
        """
        length = _lengths(crowd)
        wanted = _days_in(crowd.month, crowd.uniform("day"))
        source, at = booked.claim(crowd, wanted - length)
        linked = at != NONE
        first, last = day_number(crowd.month), day_number(last_day(crowd.month))
        begun = booked.take(source, at, "begun", wanted - length)
        day = np.clip(begun + length, first, last)
        # a woman whose booking names an area of another decile has moved
        stays = linked & (booked.take(source, at, "decile", crowd.decile) == crowd.decile)
        home_of = np.where(stays, source, NONE)
        return cls(
            crowd,
            booked.take(source, at, "mother", identities.first(crowd.month, 1) + np.arange(len(crowd))),
            np.where(linked, booked.take(source, at, "mother", np.full(len(crowd), NONE)), NONE),
            day,
            np.where(crowd.has("gestation_birth", "missing"), NONE, length),
            booked.take(source, at, "born", _born(crowd, day)),
            booked.take(home_of, at, "home", homes.of(crowd.decile, crowd.uniform("home"))),
            booked.take(home_of, at, "postcode", between(crowd.uniform("postcode"), 0, AN_AREA)),
            booked.take(source, at, "language", _languages(crowd)),
            identities.first(crowd.month, 2),
        )


@dataclass
class _Waiting:
    """Bookings of one month and which of them have no birth yet."""

    bookings: Bookings
    is_free: np.ndarray


@dataclass
class Booked:
    """Bookings that wait for the birth."""

    _held: list[_Waiting] = field(default_factory=list)

    def add(self, bookings: Bookings) -> None:
        """Add a month; bookings of long ago go."""
        self._held = [*self._held[-9:], _Waiting(bookings, np.ones(len(bookings.mother), dtype=bool))]

    def claim(self, crowd: Crowd, begun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each woman the place of a month of bookings and the place in it; `NONE` where she has none.

        Args:
            crowd: women who give birth.
            begun: day on which each pregnancy began.
        """
        source = np.full(len(crowd), NONE, dtype=np.int32)
        at = np.full(len(crowd), NONE, dtype=np.int32)
        if not self._held:
            return source, at
        parts = [waiting.bookings for waiting in self._held]
        their_begun = np.concatenate([part.begun for part in parts])
        their_day = np.concatenate([part.day for part in parts])
        their_ethnic = np.concatenate([part.crowd.ethnic for part in parts]).astype(np.int64)
        their_decile = np.concatenate([part.crowd.decile for part in parts])
        their_source = np.repeat(np.arange(len(parts)), [len(part.mother) for part in parts])
        their_place = np.concatenate([np.arange(len(part.mother)) for part in parts])
        free = np.concatenate([waiting.is_free for waiting in self._held])
        ethnic, decile = crowd.ethnic.astype(np.int64), crowd.decile
        earliest = int(their_begun.min())
        for by_decile in (True, False):
            mine = np.flatnonzero(at == NONE)
            theirs = np.flatnonzero(free)
            # a month of 30 days from a fixed day, so that the two pregnancies began about the same time
            key = (np.maximum(begun[mine] - earliest, -30) // 30 + 1) * 32 + ethnic[mine]
            their_key = ((their_begun[theirs] - earliest) // 30 + 1) * 32 + their_ethnic[theirs]
            if by_decile:
                key, their_key = key * 16 + decile[mine], their_key * 16 + their_decile[theirs]
            one, other = _pairs(key, begun[mine], their_key, their_begun[theirs])
            one, other = mine[one], theirs[other]
            before = their_day[other] < day_number(crowd.month)
            one, other = one[before], other[before]
            source[one], at[one] = their_source[other], their_place[other]
            free[other] = False
        for number, waiting in enumerate(self._held):
            waiting.is_free = free[their_source == number]
        return source, at

    def take(self, source: np.ndarray, at: np.ndarray, name: str, otherwise: np.ndarray) -> np.ndarray:
        """What the claimed bookings say, and something else for women without one."""
        taken = otherwise.copy()
        for number, waiting in enumerate(self._held):
            here = source == number
            taken[here] = getattr(waiting.bookings, name)[at[here]]
        return taken


def _pairs(
    key: np.ndarray, time: np.ndarray, their_key: np.ndarray, their_time: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places of pairs with the same key, in the order of time; those left over are spread evenly."""
    keys, place = np.unique(np.concatenate([key, their_key]), return_inverse=True)
    mine, theirs = place[: len(key)], place[len(key) :]
    order, their_order = np.lexsort((time, mine)), np.lexsort((their_time, theirs))
    number, their_number = np.bincount(mine, minlength=len(keys)), np.bincount(theirs, minlength=len(keys))
    fewer = np.minimum(number, their_number)
    of = np.repeat(np.arange(len(keys)), fewer)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(fewer) - fewer, fewer)
    start, their_start = np.cumsum(number) - number, np.cumsum(their_number) - their_number
    one = start[of] + (2 * rank + 1) * number[of] // (2 * fewer[of])
    other = their_start[of] + (2 * rank + 1) * their_number[of] // (2 * fewer[of])
    return order[one], their_order[other]


def _days_in(month: dt.date, uniform: np.ndarray) -> np.ndarray:
    first = day_number(month)
    return between(uniform, first, day_number(last_day(month)) - first + 1)


def _born(crowd: Crowd, day: np.ndarray) -> np.ndarray:
    """Dates of birth of women whose age is recorded."""
    place = crowd.drawn("age")
    known = ~crowd.has("age", "outside")
    age = from_ranges(np.where(known, place, 0), crowd.uniform("age"), list(AGES.values()))
    # neither on the birthday nor on the eve of the next, so that the age is the same by every way of counting
    born = day - (age * 365.2425).astype(np.int32) - between(crowd.uniform("birthday"), 2, 361)
    return np.where(known, born, NONE)


def _lengths(crowd: Crowd) -> np.ndarray:
    """Length of each pregnancy at birth in days, recorded or not."""
    uniform = crowd.uniform("length")
    preterm = from_ranges(crowd.drawn("preterm_week"), uniform, list(PRETERM.values()))
    term = (37 + crowd.drawn("term_week").astype(np.int32)) * 7 + (uniform * 7).astype(np.int32)
    return np.where(crowd.has("gestation_birth", "preterm"), preterm, term)


def _languages(crowd: Crowd) -> np.ndarray:
    uniform, which = crowd.uniform("language"), crowd.uniform("which language")
    share = np.array([_OTHER_LANGUAGES.get(code, (10, ()))[0] for code in ETHNIC_CODES])[crowd.ethnic] / 1000
    spoken = np.zeros(len(crowd), dtype=np.int32)
    for place, code in enumerate(ETHNIC_CODES):
        names = _OTHER_LANGUAGES.get(code, (0, LANGUAGES[1:]))[1]
        here = crowd.ethnic == place
        spoken[here] = np.array([LANGUAGES.index(name) for name in names])[
            (which[here] * len(names)).astype(np.int32)
        ]
    # a fiftieth are not asked
    return np.where(uniform < share, spoken, np.where(uniform > 0.98, NONE, 0))


def expected_births(size: int, months: Sequence[dt.date]) -> float:
    """Births in some months to expect of a provider with that many bookings in a usual one."""
    return size * BIRTHS_PER_BOOKING * sum(SEASON[month.month - 1] for month in months)
