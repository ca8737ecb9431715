"""Made-up postcodes of the sample's small areas, in the area ZZ99, which is no place.

Nothing here knows who lives there.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from orchestration.sample.areas import Area
from orchestration.sample.publish import write_csv

HEADER = ("pcds", "lsoa21")
AN_AREA = 2
# letters that end postcodes; the pseudo postcodes of the ONS in ZZ99 all end in Z
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
LAST_LETTERS = LETTERS.removesuffix("Z")
NO_FIXED_ABODE, ELSEWHERE = "ZZ99 3VZ", "ZZ99 3GZ"


def postcode(number: int) -> str:
    """A postcode for each number below 3,800."""
    rest, last = divmod(number, len(LAST_LETTERS))
    digit, first = divmod(rest, len(LETTERS))
    return f"ZZ99 {digit}{LETTERS[first]}{LAST_LETTERS[last]}"


def postcodes(areas: list[Area]) -> list[str]:
    """Those of every area, `AN_AREA` each, in the order of the areas."""
    return [postcode(number) for number in range(AN_AREA * len(areas))]


def write(directory: Path, areas: list[Area], systems: tuple[str, ...]) -> None:
    """Write the look-up of the systems that are shown, in the layout of the National Statistics Postcode Lookup."""
    every = postcodes(areas)
    rows = [
        (every[AN_AREA * place + part], area.code)
        for place, area in enumerate(areas)
        for part in range(AN_AREA)
        if area.system in systems
    ]
    write_csv(directory / "postcodes" / "NSPL21_FEB_2026_UK.csv", HEADER, rows, dt.date(2026, 2, 20))
