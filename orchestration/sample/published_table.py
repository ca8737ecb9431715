"""A filled template of docs/published_table.md: every metric that takes its figures from it, all numbers invented.

England as a whole; deaths also by ethnic group and fifth of deprivation; the shown providers for what women said.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from orchestration.sample.counting import Publication
from orchestration.sample.places import provider_codes, provider_sizes, provider_systems
from orchestration.sample.publish import rate_text, write_csv
from orchestration.sample.stream import Stream
from orchestration.settings import SEEDS_DIR

HEADER = (
    "metric_id", "organisation_level", "organisation_code", "period_start", "period_end", "dimension", "group",
    "numerator", "denominator", "value", "lower_95", "upper_95", "mark", "rounding", "publisher", "publication",
    "table", "page", "address", "note",
)  # fmt: skip
RECEIVED = dt.date(2026, 5, 20)
PERIOD = ("2025-01-01", "2025-12-31")
# group, people, and how many times as often a thing that should be rare happens to them
ETHNIC = (
    ("White", 20000, 1.0),
    ("Asian", 5000, 1.25),
    ("Black", 2500, 1.5),
    ("Mixed", 1500, 1.15),
    ("Other", 1000, 1.2),
)
FIFTHS = (("Q1", 8000, 1.4), ("Q2", 6500, 1.2), ("Q3", 5500, 1.05), ("Q4", 5200, 1.0), ("Q5", 4800, 0.9))
# how often the thing that should be rare happens at all, by the metric's unit
USUAL = {"%": 0.2, "per 1,000": 0.004}


def _metrics() -> list[dict[str, str]]:
    with (SEEDS_DIR / "metrics.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["source_id"] == "published_table"]


def write(directory: Path, publication: Publication, seed: int) -> None:
    """Write the template."""
    rows = [row for metric in _metrics() for row in _rows(metric, publication, seed)]
    write_csv(directory / "published_table" / "figures-of-publications.csv", HEADER, rows, RECEIVED)


def _rows(metric: dict[str, str], publication: Publication, seed: int) -> Iterator[tuple[str, ...]]:
    name, unit = metric["metric_id"], metric["unit"]
    cited = (
        "Synthetic publisher",
        "Synthetic publication",
        "Table 1",
        "1",
        "https://example.org/",
        "Synthetic",
    )

    def figure(
        level: str, code: str, dimension: str, group: str, people: int, times: float
    ) -> tuple[str, ...]:
        happened = Stream(seed, "published table", name, code, dimension, group).uniform(people)
        rare = int((happened < USUAL[unit] * times).sum())
        counted = people - rare if metric["polarity"] == "high" else rare
        value = rate_text(counted, people, int(metric["multiplier"]), 2)
        figures = (str(counted), str(people), value, "", "", "", "none")
        return (name, level, code, *PERIOD, dimension, group, *figures, *cited)

    yield figure("national", "England", "total", "All", 30000, 1.1)
    cuts = (
        (("ethnicity", ETHNIC), ("deprivation_quintile", FIFTHS)) if metric["domain"] == "mortality" else ()
    )
    for dimension, groups in cuts:
        for group, people, times in groups:
            yield figure("national", "England", dimension, group, people, times)
    for code, size, system in zip(provider_codes(), provider_sizes(), provider_systems(), strict=True):
        if system in publication.shown and metric["domain"] == "experience":
            yield figure("provider", code, "total", "All", size, 1.1)
