"""The partitions of the outputs: one per Local Maternity and Neonatal System.

Keys come from the register, by code; which of them hold data is the warehouse's to say.
"""

from __future__ import annotations

import csv

import dagster as dg

from orchestration.settings import SEEDS_DIR


def lmns_codes() -> list[str]:
    """Every LMNS code of the register, past and present, sorted."""
    with (SEEDS_DIR / "lmns.csv").open(encoding="utf-8", newline="") as handle:
        return sorted({row["lmns_code"] for row in csv.DictReader(handle)})


LMNS_PARTITIONS = dg.StaticPartitionsDefinition(lmns_codes())
ONE_RUN_RENDERS_ALL = dg.BackfillPolicy.single_run()
# tags that make a run cover every partition
ALL_SYSTEMS = {
    "dagster/asset_partition_range_start": lmns_codes()[0],
    "dagster/asset_partition_range_end": lmns_codes()[-1],
}
