"""Extracts that a system's own organisations supply: which files there are, for which months, and what is wrong with them.

What a file holds is in the modules named `*_extract`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from orchestration.sample import (
    community_extract,
    council_extract,
    mental_health_extract,
    postcodes,
    workforce_extract,
)
from orchestration.sample.areas import Area
from orchestration.sample.council_extract import CouncilCounts
from orchestration.sample.effects import GAP_SYSTEM, LAST_MONTH
from orchestration.sample.extract import CONTRACT, Dialect, History, Rows, day_number, numbers_held
from orchestration.sample.maternity_extract import Identifying, babies, birth_rows, booking_rows
from orchestration.sample.msds_data import last_day
from orchestration.sample.neonatal_extract import Admissions, admission_rows
from orchestration.sample.places import SYSTEMS, provider_codes
from orchestration.sample.planted import Planted
from orchestration.sample.planted_records import Measured, truths
from orchestration.sample.pregnancies import (
    Births,
    Booked,
    Bookings,
    Crowd,
    Homes,
    Identities,
    expected_births,
)
from orchestration.sample.publish import write_csv, write_workbook
from orchestration.sample.supplier_mappings import DIALECTS, own_name, write_mapping
from orchestration.sample.suppliers import OWN_WAYS, LocalSystem, local_system
from orchestration.sample.truth import England, Event, months_back, people

FOLDER = "local"
# months of births; the bookings of their mothers begin seven months before
MONTHS_OF_BIRTHS = {GAP_SYSTEM: 12}
OTHER_MONTHS_OF_BIRTHS = 5
BOOKED_BEFORE = 7
MISSING_BOOKINGS = ("RWE", dt.date(2025, 12, 1))
RESUPPLIED_BIRTHS = ("RWE", dt.date(2026, 1, 1))
DAYS_TO_DELIVER, DAYS_TO_RESUPPLY = 20, 48
# whose files hold small areas in place of postcodes
GIVES_AREAS = "RWP"


@dataclass(frozen=True)
class Window:
    """The months of one system.

    Attributes:
        births: first days of the months of births.
        bookings: likewise of bookings.
    """

    births: list[dt.date]
    bookings: list[dt.date]

    @classmethod
    def of(cls, lmns: str, months: int) -> Window:
        """The last months, no more than the sample has."""
        number = min(months, MONTHS_OF_BIRTHS.get(lmns, OTHER_MONTHS_OF_BIRTHS))
        return cls(months_back(LAST_MONTH, number), months_back(LAST_MONTH, number + BOOKED_BEFORE))


@dataclass
class _Writer:
    """Writes the files of one provider: one a month, or one that holds everything."""

    folder: Path
    supplier: str
    _histories: dict[str, History] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def dialect(self, dataset: str) -> Dialect:
        """How the provider writes a data set."""
        return DIALECTS.get(dataset, CONTRACT) if self.supplier == OWN_WAYS else CONTRACT

    def deliver(self, dataset: str, month: dt.date, rows: Rows) -> None:
        """A month's records as the provider delivers them."""
        if self.dialect(dataset) is CONTRACT:
            self.monthly(dataset, month, rows)
        else:
            self.history(dataset, self.supplier, rows)

    def monthly(
        self, dataset: str, month: dt.date, rows: Rows, version: str = "", days: int = DAYS_TO_DELIVER
    ) -> None:
        """A file of one month."""
        file = History(self.folder / f"{dataset}_{self.supplier}_{month:%Y%m}{version}.csv")
        file.add(rows)
        file.close(last_day(month) + dt.timedelta(days=days))

    def history(self, dataset: str, supplier: str, rows: Rows) -> None:
        """More rows of a file that holds every month."""
        name = f"{dataset}_{supplier}.csv" if self.dialect(dataset) is CONTRACT else own_name(dataset)
        self._histories.setdefault(dataset, History(self.folder.parent / supplier / name)).add(rows)
        self.fields[dataset] = list(rows.columns)

    def close(self) -> None:
        """Date the files that hold every month."""
        for file in self._histories.values():
            file.close(last_day(LAST_MONTH) + dt.timedelta(days=DAYS_TO_DELIVER))


@dataclass(frozen=True)
class _Sample:
    """What the files of every system are made from.

    Attributes:
        directory: of the sample.
        england: the people.
        areas: every small area.
        scale: how many times as many women as in `places`; 1 takes the very people of England.
        by_number: whether there are enough NHS numbers of the test range.
    """

    directory: Path
    england: England
    areas: Sequence[Area]
    scale: float
    by_number: bool

    def crowd(self, provider: str, event: Event, month: dt.date) -> Crowd:
        """The women of one provider."""
        if self.scale == 1:
            women = self.england.people(event, month)
            return Crowd(women, np.flatnonzero(women.provider == provider_codes().index(provider)))
        sizes = [int(_size(code) * self.scale) if code == provider else 0 for code in provider_codes()]
        women = people(self.england.seed, event, month, sizes)
        return Crowd(women, np.arange(len(women)))

    def size(self, provider: str) -> int:
        """Women booked in a usual month."""
        return int(_size(provider) * self.scale)


def _size(provider: str) -> int:
    return next(sizes[provider] for _, _, sizes in SYSTEMS.values() if provider in sizes)


def write(
    directory: Path,
    systems: Sequence[str],
    months: int,
    england: England,
    areas: Sequence[Area],
    births: int | None = None,
) -> list[Planted]:
    """Write every file; returns what is planted in them.

    Args:
        directory: of the sample.
        systems: codes of those that supply local extracts.
        months: of the sample.
        england: the people.
        areas: every small area.
        births: about how many births the files of records hold altogether; by default those of the people of England
            at the providers.
    """
    suppliers = [local_system(code) for code in systems]
    usual = sum(
        expected_births(_size(system.provider), Window.of(system.lmns_code, months).births)
        for system in suppliers
    )
    scale = 1 if births is None else births / usual
    identities = _identities(suppliers, scale)
    by_number = identities[-1].start + identities[-1].held <= numbers_held()
    sample = _Sample(directory, england, areas, scale, by_number)
    postcodes.write(directory, list(areas), tuple(systems))
    planted: list[Planted] = []
    for system, own in zip(suppliers, identities, strict=True):
        window = Window.of(system.lmns_code, months)
        measured = _write_records(sample, system, window, own)
        _write_community(directory / FOLDER, system)
        planted += truths(
            system, measured, window.bookings[0], window.births[0], MISSING_BOOKINGS, RESUPPLIED_BIRTHS
        )
    return planted


def _identities(suppliers: Sequence[LocalSystem], scale: float) -> list[Identities]:
    made: list[Identities] = []
    start = 0
    for system in suppliers:
        made.append(Identities(start, int(_size(system.provider) * scale), LAST_MONTH))
        start += made[-1].held
    return made


def _write_records(sample: _Sample, system: LocalSystem, window: Window, identities: Identities) -> Measured:
    provider = system.provider
    writer = _Writer(sample.directory / FOLDER / provider, provider)
    homes = Homes(sample.areas, system.lmns_code)
    identifying = Identifying(
        sample.by_number,
        [*postcodes.postcodes(list(sample.areas)), postcodes.NO_FIXED_ABODE, postcodes.ELSEWHERE],
        [area.code for area in sample.areas],
        provider == GIVES_AREAS,
    )
    whole = replace(identifying, gives_areas=False)
    booked, measured = Booked(), Measured(sample.areas)
    councils = CouncilCounts(system, sample.areas, LAST_MONTH)
    late: Rows | None = None
    for month in window.bookings:
        bookings = Bookings.of(sample.crowd(provider, "booking", month), homes, identities)
        booked.add(bookings)
        if (provider, month) == MISSING_BOOKINGS:
            measured.lose(bookings)
        else:
            writer.deliver(
                "maternity_booking",
                month,
                booking_rows(bookings, provider, identifying, writer.dialect("maternity_booking")),
            )
            measured.add_bookings(bookings)
        if month not in window.births:
            continue
        births = Births.of(sample.crowd(provider, "birth", month), homes, identities, booked)
        rows = birth_rows(births, provider, identifying, writer.dialect("maternity_birth"))
        if (provider, month) == RESUPPLIED_BIRTHS:
            writer.monthly("maternity_birth", month, rows, "_v2", DAYS_TO_RESUPPLY)
            # first supplied before the feeding of the last few was written up
            rows = rows.without("first_feed", np.arange(len(rows)) % 20 == 0)
        writer.deliver("maternity_birth", month, rows)
        admissions = Admissions.of(births)
        measured.add_births(births, admissions, provider)
        late = _deliver_admissions(writer, admissions, identifying, late)
        if system.mental_health:
            trust = system.mental_health[0]
            writer.history(
                "perinatal_mental_health", trust, mental_health_extract.referral_rows(births, trust, whole)
            )
        councils.add(births)
    writer.close()
    _write_councils(sample.directory / FOLDER, system, councils)
    _write_mappings(sample.directory, system, window, writer)
    return measured


def _deliver_admissions(
    writer: _Writer, admissions: Admissions, identifying: Identifying, late: Rows | None
) -> Rows:
    """Deliver a month's admissions and those of the month before's babies; returns the rows of the next month."""
    births = admissions.births
    elsewhere = births.first_baby + len(babies(births)[0])
    rows = admission_rows(admissions, writer.supplier, identifying, CONTRACT, elsewhere)
    month = births.crowd.month
    is_late = admissions.day > day_number(last_day(month))
    now = rows.chosen(~is_late)
    now = now if late is None else late.joined(now)
    if writer.supplier == GIVES_AREAS:
        writer.history("neonatal_admission", writer.supplier, now)
    else:
        writer.monthly("neonatal_admission", month, now)
    return rows.chosen(is_late)


def _write_councils(folder: Path, system: LocalSystem, counts: CouncilCounts) -> None:
    """A file for each council, the first of them a workbook."""
    received = last_day(LAST_MONTH) + dt.timedelta(days=35)
    for number, council in enumerate(system.councils):
        rows = list(counts.rows(council))
        path = folder / council.code / f"council_indicator_{council.code}.csv"
        if number:
            write_csv(path, council_extract.HEADER, rows, received)
        else:
            write_workbook(
                path.with_suffix(".xlsx"), {"Indicators": [council_extract.HEADER, *rows]}, received
            )


def _write_community(folder: Path, system: LocalSystem) -> None:
    """What is supplied once a year: voices, members, assets, workforce."""
    received = dt.date(2026, 4, 24)
    supplied = [
        ("workforce", system.provider, workforce_extract.HEADER, list(workforce_extract.rows(system)))
    ]
    if system.partnership:
        supplied += [
            ("voice", system.partnership, community_extract.VOICE_HEADER, community_extract.voice_rows(system)),
            ("voices_membership", system.partnership, community_extract.MEMBER_HEADER, community_extract.member_rows(system)),
        ]  # fmt: skip
    if system.voluntary:
        supplied.append(
            (
                "community_asset",
                system.voluntary,
                community_extract.ASSET_HEADER,
                community_extract.asset_rows(system),
            )
        )
    for dataset, supplier, header, rows in supplied:
        write_csv(folder / supplier / f"{dataset}_{supplier}.csv", header, rows, received)


def _write_mappings(directory: Path, system: LocalSystem, window: Window, writer: _Writer) -> None:
    """A mapping for every file: it says whose it is and what was asked for."""
    provider = (system.provider, system.provider_name)
    asked = [
        (provider, "maternity_booking", window.bookings[0], 1),
        (provider, "maternity_birth", window.births[0], 1),
        (provider, "neonatal_admission", window.births[0], 1),
        (provider, "workforce", LAST_MONTH, 12),
    ]
    if system.mental_health:
        asked.append((system.mental_health, "perinatal_mental_health", window.births[0], 1))
    if system.partnership:
        partnership = (system.partnership, f"Synthetic partnership of {system.lmns_code}")
        asked += [(partnership, "voice", LAST_MONTH, 12), (partnership, "voices_membership", LAST_MONTH, 12)]
    if system.voluntary:
        voluntary = (system.voluntary, f"Synthetic voluntary sector of {system.lmns_code}")
        asked.append((voluntary, "community_asset", LAST_MONTH, 12))
    # a quarter is asked for by its last month
    asked += [
        ((council.code, council.name), "council_indicator", window.births[:3][-1], 3)
        for council in system.councils
    ]
    for supplier, dataset, first, every_months in asked:
        dialect = writer.dialect(dataset) if supplier == provider else CONTRACT
        own = None if dialect is CONTRACT else (dialect, writer.fields[dataset])
        write_mapping(directory, supplier, system.lmns_code, dataset, first, every_months, own)
