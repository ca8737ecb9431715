"""What is planted in the local extracts, measured on the records as they are written.

Which truths there are; `planted` writes them down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from orchestration.sample import community_extract, workforce_extract
from orchestration.sample.areas import Area
from orchestration.sample.council_extract import GROUP_OF, GROUPS
from orchestration.sample.effects import FLAT_SYSTEM, GAP_SYSTEM, LAST_MONTH
from orchestration.sample.extract import NONE
from orchestration.sample.maternity_extract import babies, baby_ethnic, is_stillborn
from orchestration.sample.msds_data import last_day
from orchestration.sample.neonatal_extract import FAILING_PROVIDER, Admissions, recorded_ethnic
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.planted import Planted
from orchestration.sample.pregnancies import Births, Bookings
from orchestration.sample.suppliers import LocalSystem

FIFTHS = ("Q1", "Q2", "Q3", "Q4", "Q5")
EARLY = 70
# metric, dimension, group, reference, system, what the audit must say, in words
COMPARED = (
    ("local_booking_by_10_weeks", "ethnicity", "BLACK", "WHITE", GAP_SYSTEM, "worse", "Black women book later"),
    ("local_preterm", "deprivation_quintile", "Q1", "Q5", GAP_SYSTEM, "worse", "more preterm births in the most deprived areas"),
    ("local_term_admission", "ethnicity", "ASIAN", "WHITE", GAP_SYSTEM, "worse", "more Asian babies born at term are admitted"),
    ("local_care_plan", "ethnicity", "ASIAN", "WHITE", GAP_SYSTEM, "no clear difference", "the same chance for every woman"),
    ("local_care_plan", "deprivation_quintile", "Q1", "Q5", GAP_SYSTEM, "no clear difference", "the same chance for every woman"),
    ("local_folic_acid", "deprivation_quintile", "Q1", "Q5", GAP_SYSTEM, "worse", "fewer women in the most deprived areas take folic acid before pregnancy"),
    ("local_skin_to_skin", "ethnicity", "ASIAN", "WHITE", GAP_SYSTEM, "no clear difference", "the same chance for every baby"),
    ("local_care_plan", "ethnicity", "BLACK", "WHITE", FLAT_SYSTEM, "no clear difference", "the same chance for every woman"),
)  # fmt: skip
OF_BOOKINGS = ("local_booking_by_10_weeks", "local_care_plan", "local_folic_acid")
# gaps are measured over the last financial year, which is what the audit compares
YEAR_BEGINS = community_extract.YEAR[0]


class Measured:
    """Counts behind the truths of one system, added month by month."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._lost: list[np.ndarray] = []
        self._fifth_of = np.array([*((area.decile_2025 - 1) // 2 for area in areas), NONE])
        self._counts: dict[tuple[str, str, str], tuple[int, int]] = {}

    def share(self, metric: str, dimension: str = "all", group: str = "ALL") -> float:
        """Share in per cent."""
        events, people = self._counts[metric, dimension, group]
        return 100.0 * events / people

    def add_bookings(self, bookings: Bookings) -> None:
        """Add a month's pregnancies, if it is of the year that is compared."""
        crowd = bookings.crowd
        if crowd.month < YEAR_BEGINS:
            return
        known = bookings.length != NONE
        who = (crowd.ethnic, bookings.home)
        self._add("local_booking_by_10_weeks", known & (bookings.length <= EARLY), known, *who)
        asked = ~crowd.has("care_plan", "missing")
        self._add("local_care_plan", asked & crowd.has("care_plan", "yes"), asked, *who)
        answered = crowd.has("folic_acid", "before", "started", "not")
        self._add("local_folic_acid", crowd.has("folic_acid", "before"), answered, *who)

    def lose(self, bookings: Bookings) -> None:
        """Note a month's pregnancies that are in no file."""
        self._lost.append(bookings.mother)

    def add_births(self, births: Births, admissions: Admissions, provider: str) -> None:
        """Add a month's babies and admissions."""
        crowd = births.crowd
        mother, _ = babies(births)
        who = (crowd.ethnic[mother], births.home[mother])
        known = births.length[mother] != NONE
        term = crowd.has("gestation_birth", "term")[mother]
        live = ~is_stillborn(crowd)[mother]
        counted = known & live & crowd.has("twins", "no")[mother]
        self._add("local_preterm", counted & ~term, counted, *who)
        answered = live & term & known & crowd.has("skin_to_skin", "yes", "no")[mother]
        self._add("local_skin_to_skin", crowd.has("skin_to_skin", "yes")[mother], answered, *who)
        admitted = np.zeros(len(mother), dtype=bool)
        admitted[admissions.baby[~admissions.elsewhere]] = True
        self._add("local_term_admission", admitted & term & live, term & live, *who)
        held = births.pregnancy[mother]
        for lost in self._lost:
            held = np.where(np.isin(held, lost), NONE, held)
        self._add("births_with_booking", held != NONE, np.ones(len(mother), dtype=bool), *who)
        own = np.ones(len(admissions.baby), dtype=bool)
        theirs = (crowd.ethnic[admissions.mother], births.home[admissions.mother])
        self._add("linked_babies", admissions.is_linked, own, *theirs)
        self._add("babies_without_number", admissions.is_linked_by_weight, own, *theirs)
        recorded = recorded_ethnic(admissions, provider)
        nothing = len(ETHNIC_CODES) - 1
        right = baby_ethnic(crowd)[admissions.mother]
        both = (recorded != nothing) & (right != nothing)
        for unit, name in enumerate(("first_unit", "second_unit")):
            here = admissions.unit == unit
            self._add(f"{name}_coded", here & (recorded != nothing), here, *theirs)
            self._add(f"{name}_agrees", here & both & (recorded == right), here & both, *theirs)

    def _add(
        self, metric: str, event: np.ndarray, among: np.ndarray, ethnic: np.ndarray, home: np.ndarray
    ) -> None:
        divisions = (
            ("all", np.zeros(len(ethnic), dtype=np.int8), ("ALL",)),
            ("ethnicity", GROUP_OF[ethnic], GROUPS),
            ("deprivation_quintile", self._fifth_of[home], FIFTHS),
        )
        for dimension, place, names in divisions:
            for number, name in enumerate(names):
                here = among & (place == number)
                events, people = self._counts.get((metric, dimension, name), (0, 0))
                self._counts[metric, dimension, name] = (
                    events + int((event & here).sum()),
                    people + int(here.sum()),
                )


def truths(
    system: LocalSystem,
    measured: Measured,
    first_booking: dt.date,
    first_birth: dt.date,
    missing: tuple[str, dt.date],
    resupplied: tuple[str, dt.date],
) -> Iterator[Planted]:
    """What is planted in the files of one system.

    Args:
        system: its suppliers.
        measured: counts.
        first_booking: first month of bookings.
        first_birth: first month of births.
        missing: provider and month of bookings that never came.
        resupplied: provider and month of births that came twice.
    """
    code, provider = system.lmns_code, system.provider
    end = last_day(LAST_MONTH).isoformat()
    of_bookings = (max(first_booking, YEAR_BEGINS).isoformat(), end)
    of_births = (first_birth.isoformat(), end)
    for metric, dimension, group, reference, where, expected, note in COMPARED:
        if where == code:
            size = measured.share(metric, dimension, group) - measured.share(metric, dimension, reference)
            period = of_bookings if metric in OF_BOOKINGS else of_births
            yield Planted(
                "record_gap" if expected == "worse" else "record_no_gap", code, provider, metric, dimension, group,
                reference, *period, size=f"{size:.2f}", expected=expected, note=note,
            )  # fmt: skip
    yield Planted(
        "linked_babies", code, provider, period_start=of_births[0], period_end=end,
        size=f"{measured.share('linked_babies'):.2f}", expected="linked",
        note="admissions whose NHS number leads to a birth record; of the others the number is missing or wrong, or the baby was born elsewhere",
    )  # fmt: skip
    yield Planted(
        "babies_without_number", code, provider, period_start=of_births[0], period_end=end,
        size=f"{measured.share('babies_without_number'):.2f}", expected="linked by weight",
        note="admissions of babies born here whose number is missing or wrong; those born elsewhere are like no birth record",
    )  # fmt: skip
    yield Planted(
        "births_with_booking", code, provider, period_start=of_births[0], period_end=end,
        size=f"{measured.share('births_with_booking'):.2f}", expected="linked",
        note="babies whose mother's booking is in the files",
    )  # fmt: skip
    if provider == FAILING_PROVIDER:
        yield from _ethnic_failure(system, measured, of_births)
    for kind, (of, month), note in (
        ("missing_month", missing, "maternity_booking: asked for and never supplied"),
        (
            "resupplied_month",
            resupplied,
            "maternity_birth: supplied twice, the second time with the feeding complete",
        ),
    ):
        first = first_booking if kind == "missing_month" else first_birth
        if of == provider and month >= first:
            yield Planted(
                kind, code, provider, "", "", "", "", month.isoformat(), last_day(month).isoformat(),
                expected="missing" if kind == "missing_month" else "superseded by a later file of the same supplier and month",
                note=note,
            )  # fmt: skip
    if system.councils:
        yield from _community(system)
    yield from _workforce(system)


def _ethnic_failure(system: LocalSystem, measured: Measured, period: tuple[str, str]) -> Iterator[Planted]:
    unit = f"{system.provider}02"
    for metric, note in (
        ("second_unit_coded", "share of babies whose ethnic category is recorded in this neonatal unit"),
        ("second_unit_agrees", "share whose category, where recorded, is the one in the birth record"),
    ):
        yield Planted(
            "baby_ethnicity_failure", system.lmns_code, unit, metric, "ethnicity", "", "", *period,
            size=f"{measured.share(metric):.2f}", expected="needs attention", note=note,
        )  # fmt: skip


def _community(system: LocalSystem) -> Iterator[Planted]:
    code = system.lmns_code
    start, end = (day.isoformat() for day in community_extract.YEAR)
    for row, voice in zip(community_extract.voice_rows(system), community_extract.VOICES, strict=True):
        if voice.says:
            dimension, group = voice.group
            yield Planted(
                "voice", code, str(row[0]), voice.metric, dimension, group, "", start, end, expected=voice.says,
                note=voice.statement,
            )  # fmt: skip
    kind, place = community_extract.GAP_KIND, system.councils[community_extract.GAP_COUNCIL]
    yield Planted(
        "asset_gap", code, place.code, "", "kind", kind, "", expected="no asset",
        note=f"{place.name} has none, the other councils have",
    )  # fmt: skip
    yield Planted(
        "asset_gap", code, system.voluntary, "", "ethnicity", community_extract.UNSERVED, "", expected="no asset",
        note="no asset names this group",
    )  # fmt: skip
    yield Planted(
        "asset_funding", code, system.councils[0].code, "", "kind", community_extract.ENDING_KIND, "",
        period_end=community_extract.ENDING.isoformat(), expected="funding ends",
        note="every asset of the kind has money until this day",
    )  # fmt: skip
    yield Planted(
        "asset_not_published", code, system.voluntary, "", "kind", community_extract.UNPUBLISHED_KIND, "",
        expected="counted and never described", note="the owners do not agree to publication",
    )  # fmt: skip
    parents = community_extract.MEMBERS
    share = 100 * parents[community_extract.UNHEARD] / sum(parents.values())
    yield Planted(
        "membership_gap", code, system.partnership, "", "ethnicity", community_extract.UNHEARD, "", start, end,
        size=f"{share:.2f}", expected="fewer than their share of births", note="share of parent members",
    )  # fmt: skip


def _workforce(system: LocalSystem) -> Iterator[Planted]:
    for (_, measure, question), (white, of_white, other, of_other) in workforce_extract.RATES.items():
        key = (measure, question)
        if key in workforce_extract.PLANTED or key in workforce_extract.PLANTED_NONE:
            size = 100 * (other / of_other - white / of_white)
            is_gap = key in workforce_extract.PLANTED
            yield Planted(
                "wres_gap" if is_gap else "wres_no_gap", system.lmns_code, system.provider, question or measure,
                "ethnicity", "BME", "WHITE", *(day.isoformat() for day in workforce_extract.YEAR),
                size=f"{size:.2f}", expected="worse" if is_gap else "no clear difference",
                note="staff; the group is the standard's label",
            )  # fmt: skip
    band = workforce_extract.PLANTED_BAND
    size = workforce_extract.band_share(band) - workforce_extract.band_share("all")
    yield Planted(
        "wres_band_gap", system.lmns_code, system.provider, band, "ethnicity", "BME", "all bands",
        *(day.isoformat() for day in workforce_extract.YEAR), size=f"{size:.2f}", expected="worse",
        note="share of a senior band less the share of all staff; the group is the standard's label",
    )  # fmt: skip
