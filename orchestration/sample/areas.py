"""The sample's small areas: where each lies, how deprived it is in two editions, and who lives there.

Their codes have the real form and stand for no real area. Nothing here knows a format.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sample.places import (
    DECILE_MIX,
    ETHNIC_CODES,
    ETHNIC_MIX,
    SYSTEMS,
    sub_icbs,
    systems,
)
from orchestration.sample.stream import Stream

FIRST_CODE = 1_900_001
WOMEN_AN_AREA = 40
FIVE_GROUPS = ("asian", "black", "mixed", "white", "other")
_FIVE = {
    **dict.fromkeys("HJKLR", "asian"), **dict.fromkeys("MNP", "black"), **dict.fromkeys("DEFG", "mixed"),
    **dict.fromkeys("ABC", "white"), "S": "other",
}  # fmt: skip


@dataclass(frozen=True)
class Area:
    """One small area (a Lower layer Super Output Area that did not change between 2011 and 2021).

    Attributes:
        code: made up.
        name: made up.
        system: code of the system it lies in.
        icb: ONS code of that system.
        sub_icb: ONS code of its sub-ICB.
        rank_2019: place among the areas of the sample, 1 for the most deprived; likewise rank_2025.
        decile_2019: 1 to 10, 1 for the most deprived; likewise decile_2025.
        residents: by the five groups of the census.
    """

    code: str
    name: str
    system: str
    icb: str
    sub_icb: str
    rank_2019: int
    decile_2019: int
    rank_2025: int
    decile_2025: int
    residents: dict[str, int]


def areas(seed: int) -> list[Area]:
    """Every area of England in the sample, by code."""
    placed = []
    for system in sorted(SYSTEMS):
        number = sum(SYSTEMS[system][2].values()) // WOMEN_AN_AREA
        placed += [(system, place) for place in range(number)]
    stream = Stream(seed, "areas")
    uniform = stream.uniform(len(placed)).tolist()
    moved = stream.uniform(len(placed)).tolist()
    # an area's score falls with the deciles of its system's mix, so ranks follow the mix
    score = [_decile(system, share) for (system, _), share in zip(placed, uniform, strict=True)]
    later = [old + 0.6 * (move - 0.5) for old, move in zip(score, moved, strict=True)]
    rank_2019, rank_2025 = _ranks(score), _ranks(later)
    people = stream.uniform(len(placed)).tolist()
    mixing = stream.uniform(len(placed)).tolist()
    made = []
    for index, (system, place) in enumerate(placed):
        parts = sub_icbs()[system]
        made.append(
            Area(
                code=f"E0{FIRST_CODE + index}",
                name=f"Synthetic {system} {place // 5 + 1:03d}{'ABCDE'[place % 5]}",
                system=system,
                icb=systems()[system].ons_code,
                sub_icb=parts[place % len(parts)].ons_code,
                rank_2019=rank_2019[index],
                decile_2019=_tenth(rank_2019[index], len(placed)),
                rank_2025=rank_2025[index],
                decile_2025=_tenth(rank_2025[index], len(placed)),
                residents=_residents(system, people[index], mixing[index]),
            )
        )
    return made


def _decile(system: str, share: float) -> float:
    """A place from 0 to 10 on the system's own mix of deciles."""
    mix = DECILE_MIX[SYSTEMS[system][1]][:10]
    left = share * sum(mix)
    for place, part in enumerate(mix):
        if left < part:
            return place + left / part
        left -= part
    return 10.0


def _ranks(score: list[float]) -> list[int]:
    order = sorted(range(len(score)), key=lambda index: (score[index], index))
    ranks = [0] * len(score)
    for rank, index in enumerate(order, start=1):
        ranks[index] = rank
    return ranks


def _tenth(rank: int, number: int) -> int:
    return min(10, (rank - 1) * 10 // number + 1)


def _residents(system: str, people: float, mixing: float) -> dict[str, int]:
    """People by group; the groups that are not White are up to half as many again, or half as few."""
    total = int(1200 + 800 * people)
    mix = ETHNIC_MIX[SYSTEMS[system][0]]
    stated = sum(share for code, share in zip(ETHNIC_CODES, mix, strict=True) if code in _FIVE)
    counts = dict.fromkeys(FIVE_GROUPS, 0)
    for group in FIVE_GROUPS:
        share = sum(part for code, part in zip(ETHNIC_CODES, mix, strict=True) if _FIVE.get(code) == group)
        if group != "white":
            counts[group] = int(total * share * (0.5 + mixing) / stated)
    counts["white"] = total - sum(counts.values())
    return counts
