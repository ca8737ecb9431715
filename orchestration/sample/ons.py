"""ONS births, stillbirths and infant deaths: one accessible workbook, and one in the layout before those.

The older one crosses ethnic group and deprivation; flags stand beside the rates, as `[u]` and as `u`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orchestration.sample.places import DECILE_CODES, ETHNIC_CODES
from orchestration.sample.publish import Cell, write_workbook
from orchestration.sample.truth import England, People, months_back

ACCESSIBLE_YEAR = 2024
OLDER_YEARS = (2019, 2018, 2017, 2016)
TWELVE = (
    "Bangladeshi", "Indian", "Pakistani", "Any other Asian background", "Black African", "Black Caribbean",
    "Any other Black background", "Mixed/ multiple", "Any Other ethnic group", "White British", "White Other",
    "Not Stated",
)  # fmt: skip
_TWELVE = {
    "A": 9, "B": 10, "C": 10, **dict.fromkeys("DEFG", 7), "H": 1, "J": 2, "K": 0, "L": 3, "M": 5, "N": 4, "P": 6,
    "R": 8, "S": 8,
}  # fmt: skip
TWELVE_PLACE = np.array([_TWELVE.get(code, 11) for code in ETHNIC_CODES])
SIX = ("Asian", "Black", "Mixed/ multiple", "Any Other ethnic group", "White", "Not Stated")
SIX_PLACE = np.array(
    [{9: 4, 10: 4, 7: 2, 8: 3, 11: 5, 4: 1, 5: 1, 6: 1}.get(place, 0) for place in TWELVE_PLACE]
)
# the areas of mothers without a usable postcode are not in the tables by deprivation
DECILE_PLACE = np.where(np.arange(len(DECILE_CODES)) < 10, np.arange(len(DECILE_CODES)), -1)
GESTATIONS = ("24-27", "28-31", "32-36", "37-41", "42 and over", "Not stated")
WEIGHTS = {
    "Under 1,500": ("999g and under", "1000g to 1499g"), "1,500 to 1,999": ("1500g to 1999g",),
    "2,000 to 2,499": ("2000g to 2499g",), "2,500 to 2,999": ("2500g to 2999g",),
    "3,000 to 3,499": ("3000g to 3499g",), "3,500 to 3,999": ("3500g to 3999g",),
    "4,000 to 4,499": ("4000g to 4499g",), "4,500 to 4,999": ("4500g to 4999g",), "5,000 and over": ("5000g or over",),
}  # fmt: skip
QUANTITIES = ("Live births", "Stillbirths", "Neonatal deaths", "Infant deaths")
LIVE, STILL, NEONATAL, INFANT = range(4)
UNRELIABLE_BELOW, TOO_FEW_BELOW = 20, 3


def write(directory: Path, england: England) -> None:
    """Write both workbooks."""
    folder = directory / "ons"
    year = _year(england, ACCESSIBLE_YEAR)
    write_workbook(
        folder / f"cim{ACCESSIBLE_YEAR}deathcohortworkbook.xlsx",
        {
            "Cover_sheet": [["Child and infant mortality in England and Wales (synthetic)"]],
            "18": list(_by_ethnic_group(year)),
            "19": list(_by_gestation(year)),
            "21": list(_by_deprivation(year)),
        },
        dt.date(2026, 3, 20),
    )
    older = {number: _year(england, number) for number in OLDER_YEARS}
    crossed = {number: _crossed(months) for number, months in older.items()}
    write_workbook(
        folder / "birthsandinfantmortalitybyethnicity2007to2019.xlsx",
        {
            "Contents": [["Contents (synthetic)"]],
            "Table 3": list(_live_crossed(crossed)),
            "Table 4": list(_still_crossed(crossed)),
            "Table 8": list(_by_weight(older)),
            "Table 13": list(_infant_crossed(crossed)),
        },
        dt.date(2021, 5, 26),
    )


def _year(england: England, year: int) -> list[People]:
    return [england.people("birth", month) for month in months_back(dt.date(year, 12, 1), 12)]


def _counts(months: list[People], place: np.ndarray, number: int, by: str = "ethnic") -> np.ndarray:
    """[category, quantity]: babies by a category of their mother's ethnic code, or of her decile."""
    return np.sum([_quantities(women, place[getattr(women, by)], number) for women in months], axis=0)


def _quantities(women: People, place: np.ndarray, number: int) -> np.ndarray:
    weight = np.where(women.has("twins", "yes"), 2, 1)
    live = women.has("stillborn", "no")
    neonatal = live & women.has("neonatal_death", "yes")
    chosen = (live, ~live, neonatal, neonatal | (live & women.has("later_death", "yes")))
    columns = [
        np.bincount(place[who & (place >= 0)], weight[who & (place >= 0)], number).astype(np.int64)
        for who in chosen
    ]
    return np.stack(columns, axis=1)


def _gestation_place(women: People) -> np.ndarray:
    preterm = np.array([0, 1, 2, 2])[women.drawn("preterm_week")]
    term = np.array([3, 3, 3, 3, 3, 4, 4])[women.drawn("term_week")]
    group = women.drawn("gestation_birth")
    return np.where(group == 0, preterm, np.where(group == 1, term, 5))


def _rate(events: int, births: int) -> float:
    return (2 * events * 10_000 + births) // (2 * births) / 10 if births else 0.0


def _rate_cells(counts: list[int]) -> Iterator[Cell]:
    """Stillbirth, neonatal and infant rate, each with its flag."""
    births = (counts[LIVE] + counts[STILL], counts[LIVE], counts[LIVE])
    for events, people in zip(counts[STILL:], births, strict=True):
        if events < TOO_FEW_BELOW:
            yield "[x]"
            yield None
        else:
            yield _rate(events, people)
            yield "[u]" if events < UNRELIABLE_BELOW else None


RATES = (
    "Stillbirth rate", "Stillbirth unreliable indicator ", "Neonatal mortality rate",
    "Neonatal unreliable indicator ", "Infant mortality rate", "Infant unreliable indicator",
)  # fmt: skip


def _head(title: str, place: str) -> Iterator[list[Cell]]:
    yield [title]
    yield [place]
    yield ["This worksheet contains one table."]
    yield ["Notes"]
    yield ["Some shorthand is used in this table, [u] low reliability, [x] not available"]
    yield ["Source: synthetic, in the layout of the Office for National Statistics"]


def _by_ethnic_group(months: list[People]) -> Iterator[list[Cell]]:
    counts = _counts(months, TWELVE_PLACE, len(TWELVE))
    yield from _head(
        "Table 18: Live births, stillbirths, neonatal and infant deaths: ethnicity of infant and country, numbers and rates, "
        f"{ACCESSIBLE_YEAR}",
        "England",
    )
    yield ["Country code", "Country", "Ethnic group", *QUANTITIES, *RATES]
    for label, own in [("All", counts.sum(axis=0)), *zip(TWELVE, counts, strict=True)]:
        yield ["E92000001", "England", label, *own.tolist(), *_rate_cells(own.tolist())]


def _by_gestation(months: list[People]) -> Iterator[list[Cell]]:
    yield from _head(
        "Table 19: Live births, stillbirths, neonatal and infant deaths: ethnicity of infant and gestational age, "
        f"numbers and rates, {ACCESSIBLE_YEAR}",
        "England",
    )
    yield ["Gestational age (weeks)", "Ethnic group", *QUANTITIES, *RATES]
    number = len(GESTATIONS)
    counts = np.zeros((len(TWELVE) * number, len(QUANTITIES)), dtype=np.int64)
    for women in months:
        place = TWELVE_PLACE[women.ethnic].astype(np.int64) * number + _gestation_place(women)
        counts += _quantities(women, place, len(counts))
    for week, gestation in enumerate(GESTATIONS):
        for group, label in enumerate(TWELVE):
            own = counts[group * number + week].tolist()
            yield [gestation, label, *own, *_rate_cells(own)]


def _by_deprivation(months: list[People]) -> Iterator[list[Cell]]:
    counts = _counts(months, DECILE_PLACE, 10, by="decile")
    yield from _head(
        "Table 21: Live births, stillbirths and infant deaths: Index of Multiple Deprivation (IMD), numbers and rates, "
        f"{ACCESSIBLE_YEAR}",
        "England",
    )
    yield ["Year", "IMD", *QUANTITIES, "Stillbirth rate", "Neonatal mortality rate", "Infant mortality rate"]
    labelled: list[tuple[Cell, np.ndarray]] = [("Total", counts.sum(axis=0))]
    labelled += list(zip(range(1, 11), counts, strict=True))
    for label, row in labelled:
        own = row.tolist()
        rates = [cell for cell in _rate_cells(own) if cell is not None and cell != "[u]"]
        yield [ACCESSIBLE_YEAR, label, *own, *rates]


def _crossed(months: list[People]) -> np.ndarray:
    """[ethnic group of six, decile, quantity]."""
    counts = np.zeros((len(SIX) * 10, len(QUANTITIES)), dtype=np.int64)
    for women in months:
        decile = DECILE_PLACE[women.decile]
        place = np.where(decile < 0, -1, SIX_PLACE[women.ethnic] * 10 + decile)
        counts += _quantities(women, place, len(counts))
    return counts.reshape(len(SIX), 10, len(QUANTITIES))


def _older_head(title: str, place: str) -> Iterator[list[Cell]]:
    yield ["Contents"]
    yield [title]
    yield [place]
    yield []


def _live_crossed(crossed: dict[int, np.ndarray]) -> Iterator[list[Cell]]:
    yield from _older_head(
        "Table 3: Live births: ethnicity of live birth, Index of Multiple Deprivation (IMD) deciles and country of "
        "usual residence1,2,3, numbers, 2007 to 2019",
        "England and Wales",
    )
    yield ["IMD Decile", "Ethnicity", "England4", *[""] * (len(OLDER_YEARS) - 1)]
    yield ["", "", *OLDER_YEARS]
    for label, own in _six_and_total(crossed, LIVE):
        for decile in range(10):
            yield [decile + 1, label, *(int(own[year][decile]) for year in OLDER_YEARS)]


def _still_crossed(crossed: dict[int, np.ndarray]) -> Iterator[list[Cell]]:
    yield from _older_head(
        "Table 4: Stillbirths in England: ethnicity of stillbirth, Index of Multiple Deprivation (IMD) deciles1,2,3,4, "
        "numbers and rates, 2007 to 2019",
        "England",
    )
    width = len(OLDER_YEARS)
    yield ["IMD Decile", "Ethnicity", "Number of stillbirths", *[""] * (width - 1), "Stillbirth rates (stillbirths per 1,000 live births and stillbirths)"]  # fmt: skip
    yield ["", "", *OLDER_YEARS, *(cell for year in OLDER_YEARS for cell in (year, ""))]
    live = dict(_six_and_total(crossed, LIVE))
    for label, own in _six_and_total(crossed, STILL):
        for decile in range(10):
            events = [int(own[year][decile]) for year in OLDER_YEARS]
            births = [int(live[label][year][decile]) for year in OLDER_YEARS]
            yield [decile + 1, label, *events, *_older_rates(events, [e + b for e, b in zip(events, births, strict=True)])]  # fmt: skip


def _infant_crossed(crossed: dict[int, np.ndarray]) -> Iterator[list[Cell]]:
    yield from _older_head(
        "Table 13: Infant deaths in England: ethnicity of infant and Index of Multiple Deprivation (IMD) deciles, "
        "numbers and rates, 2007 to 2019",
        "England",
    )
    groups = ("All", *SIX)
    yield ["Year", "Index of Multiple Deprivation4,5,6,7", "Infant deaths", *[""] * (len(groups) - 1), "Infant Mortality Rate2,3"]  # fmt: skip
    yield ["", "", *groups, *(cell for group in groups for cell in (group, ""))]
    for year, counts in crossed.items():
        every = np.concatenate([counts.sum(axis=0, keepdims=True), counts])
        every = np.concatenate([every, every.sum(axis=1, keepdims=True)], axis=1)
        for place in range(11):
            events, births = every[:, place, INFANT].tolist(), every[:, place, LIVE].tolist()
            yield [year, "Total" if place == 10 else place + 1, *events, *_older_rates(events, births)]


def _six_and_total(
    crossed: dict[int, np.ndarray], quantity: int
) -> Iterator[tuple[str, dict[int, np.ndarray]]]:
    yield "Total", {year: counts[:, :, quantity].sum(axis=0) for year, counts in crossed.items()}
    for place, label in enumerate(SIX):
        yield label, {year: counts[place, :, quantity] for year, counts in crossed.items()}


def _older_rates(events: list[int], births: list[int]) -> Iterator[Cell]:
    """Rates with the flag in a column of its own; too few events leave the rate blank."""
    for number, people in zip(events, births, strict=True):
        yield None if number < TOO_FEW_BELOW else _rate(number, people)
        yield "u" if number < UNRELIABLE_BELOW else None


def _by_weight(older: dict[int, list[People]]) -> Iterator[list[Cell]]:
    yield from _older_head(
        "Table 8: Live births: ethnicity of live birth and birthweight1, numbers, 2007 to 2019", "England"
    )
    yield ["Year", "Birthweight (grams)", "Total", *TWELVE]
    year, months = next(iter(older.items()))
    number = len(TWELVE)
    for label, weights in WEIGHTS.items():
        counts = np.zeros((number, len(QUANTITIES)), dtype=np.int64)
        for women in months:
            place = np.where(women.has("birth_weight", *weights), TWELVE_PLACE[women.ethnic], -1)
            counts += _quantities(women, place, number)
        live = counts[:, LIVE].tolist()
        yield [year, label, sum(live), *live]
