"""From people to counts of organisations: providers counted once, then put together into the published levels.

A woman whom two providers report counts at both and once above them, so levels do not add up, as in the real files.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from orchestration.sample.effects import ABSENT
from orchestration.sample.places import (
    MBRRACE_GROUPS,
    Organisation,
    mbrrace_group,
    provider_codes,
    provider_sizes,
    provider_systems,
    providers,
    regions,
    system_regions,
    systems,
)
from orchestration.sample.truth import People


@dataclass(frozen=True)
class Tally:
    """Counts of categories by provider.

    Attributes:
        once: [provider, category], each woman at the provider that cared for her.
        reported: the same, and again at a second provider that reports her too.
    """

    once: np.ndarray
    reported: np.ndarray

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.once + other.once, self.reported + other.reported)

    def without(self, provider: str) -> Tally:
        """The same without one provider's women, who count nowhere."""
        keep = np.ones((len(provider_codes()), 1), dtype=np.int64)
        keep[provider_codes().index(provider)] = 0
        return Tally(self.once * keep, self.reported * keep)


def tally(
    women: People,
    category: np.ndarray,
    categories: int,
    weight: np.ndarray | None = None,
    where: np.ndarray | None = None,
) -> Tally:
    """Count categories by provider; a category below 0 is not counted.

    Args:
        women: of one month.
        category: place of each woman's category.
        categories: how many there are.
        weight: how much each counts (2 for twins); by default 1.
        where: which women count; by default all.
    """
    counted = category >= 0
    if where is not None:
        counted = counted & where
    weight = np.ones(len(women), dtype=np.int64) if weight is None else weight

    def by(provider: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        key = provider[chosen].astype(np.int64) * categories + category[chosen]
        size = len(provider_codes()) * categories
        counts = np.bincount(key, weights=weight[chosen], minlength=size).astype(np.int64)
        return counts.reshape(-1, categories)

    once = by(women.provider, counted)
    reported = once + by(women.second_provider, counted & (women.second_provider >= 0))
    counts = Tally(once, reported)
    for provider, month in ABSENT.items():
        if month == women.month:
            counts = counts.without(provider)
    return counts


@dataclass(frozen=True)
class Level:
    """One published level: its organisations and which providers each is made of.

    Attributes:
        name: as the files name it.
        organisations: in the order of their codes.
        members: [organisation, provider], 1 where the provider belongs.
    """

    name: str
    organisations: tuple[Organisation, ...]
    members: np.ndarray

    def counts(self, counted: Tally) -> np.ndarray:
        """[organisation, category]."""
        return self.members @ (counted.reported if self.name == "Provider" else counted.once)


@dataclass(frozen=True)
class Publication:
    """What is published of England: the levels for the systems that the sample shows."""

    shown: tuple[str, ...]

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """National, region, MBRRACE group, LMNS and provider."""
        codes, of_system = provider_codes(), provider_systems()
        region_of = system_regions()
        shown_regions = sorted({region_of[system] for system in self.shown})
        groups = [mbrrace_group(size)[0] for size in provider_sizes()]
        members = {
            "National": [(Organisation("ALL", "ALL SUBMITTERS"), [True] * len(codes))],
            "NHS England (Region)": [
                (regions()[code], [region_of[system] == code for system in of_system])
                for code in shown_regions
            ],
            "MBRRACE Grouping": [
                (Organisation(code, name), [group == code for group in groups])
                for code, name, _ in MBRRACE_GROUPS
            ],
            "Local Maternity System": [
                (systems()[code], [system == code for system in of_system]) for code in sorted(self.shown)
            ],
            "Provider": [
                (providers()[code], [other == code for other in codes])
                for code, system in sorted(zip(codes, of_system, strict=True))
                if system in self.shown
            ],
        }
        return tuple(
            Level(name, tuple(org for org, _ in rows), np.array([who for _, who in rows], dtype=np.int64))
            for name, rows in members.items()
        )

    def level(self, name: str) -> Level:
        """The level of that name."""
        return next(level for level in self.levels if level.name == name)


@cache
def is_absent(provider: str, month: dt.date) -> bool:
    """Whether a provider sent nothing for a month."""
    return ABSENT.get(provider) == month
