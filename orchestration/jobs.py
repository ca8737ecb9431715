"""The named jobs: what a person or a schedule starts.

Holds selections only. `refresh` reads files and builds the tables, `publish` renders every system's
audit from them, `audit` is both.
"""

from __future__ import annotations

import dagster as dg

OUTPUTS = dg.AssetSelection.groups("outputs")
# dbt's tests on raw tables run with dbt: selecting the assets alone keeps `refresh` in one order
REFRESH = dg.AssetSelection.all() - OUTPUTS

refresh_job = dg.define_asset_job(
    "refresh",
    selection=REFRESH,
    description="Read every file in the input folder, account for every row, and build the tables.",
)
publish_job = dg.define_asset_job(
    "publish",
    selection=OUTPUTS,
    description="Render the audit of every system and put the edition in place in one step.",
)
audit_job = dg.define_asset_job(
    "audit",
    selection=dg.AssetSelection.all(),
    description="Refresh, then publish.",
)
ALL_JOBS = [refresh_job, publish_job, audit_job]
