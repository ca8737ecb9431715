"""Where each trust's patients come from, in the columns of the published lookup of trusts to care boards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from orchestration.sample.counting import Publication
from orchestration.sample.places import SYSTEMS, systems
from orchestration.sample.publish import write_csv

HEADER = ("nhs_trust22_code", "icb22_code", "proportion_trust_came_from_icb")
OWN_SHARE = 0.9


def write(directory: Path, publication: Publication) -> None:
    """Most patients of a provider come from its own system, the rest from the next one."""
    every = sorted(SYSTEMS)
    rows = []
    for place, system in enumerate(every):
        if system not in publication.shown:
            continue
        neighbour = every[(place + 1) % len(every)]
        for provider in SYSTEMS[system][2]:
            rows.append((provider, systems()[system].ons_code, str(OWN_SHARE)))
            rows.append((provider, systems()[neighbour].ons_code, str(round(1 - OWN_SHARE, 1))))
    write_csv(directory / "organisations" / "nhs_trusts22_icb22.csv", HEADER, rows, dt.date(2025, 1, 6))
