"""A synthetic England in the publishers' own formats, with differences planted that the audit must find.

One module a format, all counting the same people (`truth`); the same seed writes the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.load import SYNTHETIC_MARK
from orchestration.sample import (
    census,
    deprivation,
    fingertips,
    hes,
    local_extracts,
    mbrrace,
    mhsds,
    msds_annual,
    msds_monthly,
    ons,
    organisations,
    planted,
    published_table,
    satod,
    staff,
)
from orchestration.sample.areas import areas
from orchestration.sample.counting import Publication
from orchestration.sample.effects import LAST_MONTH
from orchestration.sample.places import system_codes
from orchestration.sample.truth import England, months_back

LEAST_MONTHS = 2
# with fewer no month of a provider has every group
LEAST_BIRTHS = 5_000
NOTICE = (
    "SYNTHETIC\n\n"
    "Every file in this folder was made by `equity-audit sample`. The codes and names of organisations are real\n"
    "ones, because the audit knows no others; every number is invented and says nothing about any of them.\n"
)
FILES = "\nFiles:\n"


@dataclass(frozen=True)
class SampleSummary:
    """What was written."""

    directory: Path
    files: int
    size: int
    systems: tuple[str, ...]
    months: int
    planted: int

    def __str__(self) -> str:
        return (
            f"{self.files} synthetic files, {self.size / 1e6:.1f} MB, in {self.directory}: {len(self.systems)} systems "
            f"({', '.join(self.systems[:5])}{' and others' if len(self.systems) > 5 else ''}), {self.months} months, "
            f"{self.planted} planted truths in planted.csv"
        )


def write_sample(
    directory: Path, lmns: int = 3, months: int = 15, seed: int = 1, births: int | None = None
) -> SampleSummary:
    """Write the sample.

    Args:
        directory: made if need be; the files of an earlier sample in it are taken away.
        lmns: number of Local Maternity and Neonatal Systems published, the first of them QK1.
        months: months of monthly data, the last of them March 2026.
        seed: the same seed gives the same files.
        births: about how many births the local extracts hold altogether; by default those of the very women whom the
            published files count.

    Raises:
        ValueError: when a number is out of range, or the folder holds files that are no sample.
    """
    if months < LEAST_MONTHS:
        raise ValueError(f"the sample has at least {LEAST_MONTHS} months, not {months}")
    if births is not None and births < LEAST_BIRTHS:
        raise ValueError(f"the sample has at least {LEAST_BIRTHS} births, not {births}")
    publication = Publication(system_codes(lmns))
    directory.mkdir(parents=True, exist_ok=True)
    _clear(directory)
    window = months_back(LAST_MONTH, months)
    england = England(seed)
    msds_monthly.write(directory, publication, window, england)
    msds_annual.write(directory, publication, england)
    satod.write(directory, publication, england)
    hes.write(directory, publication, england)
    mhsds.write(directory, publication, england)
    mbrrace.write(directory, publication, england)
    fingertips.write(directory, publication, england)
    ons.write(directory, england)
    published_table.write(directory, publication, seed)
    organisations.write(directory, publication)
    staff.write(directory)
    small_areas = areas(seed)
    deprivation.write(directory, small_areas)
    census.write(directory, small_areas)
    in_records = local_extracts.write(directory, publication.shown, months, england, small_areas, births)
    number = planted.write(directory / "planted.csv", publication, window, england, in_records)
    names = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    mark = directory / SYNTHETIC_MARK
    mark.write_text(NOTICE + FILES + "\n".join(names) + "\n", encoding="utf-8", newline="\n")
    written = [mark, *(directory / name for name in names)]
    return SampleSummary(
        directory,
        len(written),
        sum(path.stat().st_size for path in written),
        publication.shown,
        months,
        number,
    )


def _clear(directory: Path) -> None:
    """Take away the files of an earlier sample: the mark lists them. With any other file nothing is touched:
    it may be real, and the mark would call it synthetic."""
    mark = directory / SYNTHETIC_MARK
    listed = mark.read_text("utf-8").partition(FILES)[2].splitlines() if mark.exists() else []
    earlier = {mark, *(directory / name for name in listed)}
    held = sorted(path for path in directory.rglob("*") if path.is_file())
    other = [path for path in held if path not in earlier]
    if other:
        raise ValueError(
            f"{directory} holds {other[0].relative_to(directory).as_posix()}, which is no part of a sample. "
            "Move it away, or name an empty folder."
        )
    for path in held:
        path.unlink()
