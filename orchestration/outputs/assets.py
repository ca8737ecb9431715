"""The outputs as Dagster assets, one a module; `edition` puts what they wrote in place.

Holds the order of work and what the UI shows; how a file looks is in its own module.
"""

import logging
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.action_workbook import FILE_NAME
from orchestration.fingerprint import run_fingerprint
from orchestration.ingest.sources import read_stamp
from orchestration.outputs.action_plan import render_action_plan
from orchestration.outputs.audit_data import AuditData, SystemData, read_audit_data
from orchestration.outputs.audit_document import render_document
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.charts import write_chart_script
from orchestration.outputs.data_pack import write_data_pack
from orchestration.outputs.easy_read import render_easy_read
from orchestration.outputs.edition import edition_name, put_in_place
from orchestration.outputs.index_page import render_index
from orchestration.outputs.open_data import write_open_data
from orchestration.outputs.plan_on_a_page import render_plan_page
from orchestration.outputs.protection import audit, counts_before, profile_of, withheld_together
from orchestration.partitions import LMNS_PARTITIONS, ONE_RUN_RENDERS_ALL
from orchestration.settings import Settings
from orchestration.systems import read_systems
from orchestration.warehouse import Warehouse

log = logging.getLogger(__name__)

VIEWS = (
    "pub_community_asset", "pub_asset_register", "pub_checklist",
    "pub_lmns", "pub_metric", "pub_metric_value", "pub_equity_gap", "pub_gap_robustness",
    "pub_inequality", "pub_trend", "pub_trend_point", "pub_funnel", "pub_data_quality",
    "pub_representation", "pub_finding", "pub_provenance", "pub_reconciliation", "pub_benchmark",
    "pub_group_parent", "pub_submission", "pub_action", "pub_ambition", "pub_intervention",
    "pub_workforce", "pub_action_progress", "pub_action_restatement", "pub_action_remark",
    "pub_evidence", "pub_evidence_figure", "pub_voice_representation",
)  # fmt: skip
DEPS = [["equity", view] for view in VIEWS]
Render = Callable[[SystemData, str, str | None], str | bytes]
OWNERS = ["team:analysis"]
# what every output of one system shares: one run renders all of them
EACH_SYSTEM: Mapping[str, Any] = {
    "group_name": "outputs",
    "owners": OWNERS,
    "deps": DEPS,
    "pool": "duckdb",
    "partitions_def": LMNS_PARTITIONS,
    "backfill_policy": ONE_RUN_RENDERS_ALL,
}


def wanted_systems(settings: Settings, data: AuditData) -> list[str]:
    """Codes of the systems to render: those that the data hold and the settings ask for."""
    return [code for code in data.codes if not settings.lmns or code in settings.lmns]


class Press:
    """Where the edition to come is built, and the data it is made from."""

    def __init__(self, settings: Settings, warehouse: Warehouse) -> None:
        self.settings = settings
        self.warehouse = warehouse
        self._held: tuple[str, AuditData] | None = None

    def data(self) -> AuditData:
        """Every protected view, without what the figures would give away together."""
        fingerprint = self.fingerprint()
        if self._held is None or self._held[0] != fingerprint:
            self._held = (fingerprint, withheld_together(read_audit_data(self.warehouse)))
        return self._held[1]

    def fingerprint(self) -> str:
        """Hash of what the edition is made from: the input that the warehouse holds, code and settings."""
        return run_fingerprint(self.settings, read_stamp(self.warehouse))

    def folder(self, fingerprint: str) -> Path:
        """The build folder of one fingerprint."""
        folder = self.settings.build_dir / fingerprint[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def name(self, data: AuditData, fingerprint: str) -> str:
        """The edition's name."""
        return edition_name(str(data.lmns["last_period"].max()), fingerprint)


def _selected(context: dg.AssetExecutionContext, settings: Settings, data: AuditData) -> list[str]:
    asked = set(context.partition_keys)
    return [code for code in wanted_systems(settings, data) if code in asked]


def _rendered(codes: list[str], asked: int, megabytes: float | None = None) -> dg.MaterializeResult:
    metadata: dict[str, object] = {
        "systems": len(codes),
        "codes": ", ".join(codes),
        "partitions without data or not asked for": asked - len(codes),
    }
    if megabytes is not None:
        metadata["largest file (MB)"] = round(megabytes, 3)
    return dg.MaterializeResult(metadata=metadata)


def build_output_assets(settings: Settings, warehouse: Warehouse) -> list[dg.AssetsDefinition]:
    """The assets of the last layer."""
    press = Press(settings, warehouse)

    def rendered_each(context: dg.AssetExecutionContext, name: str, render: Render) -> dg.MaterializeResult:
        """Write one file a system, with what `render` makes of its figures."""
        data, fingerprint = press.data(), press.fingerprint()
        folder, edition = press.folder(fingerprint), press.name(data, fingerprint)
        codes = _selected(context, settings, data)
        contacts = {system.lmns_code: system.contact for system in read_systems()}
        largest, started = 0.0, time.monotonic()
        for code in codes:
            made = render(data.system(code), edition, contacts.get(code))
            path = folder / code / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made if isinstance(made, bytes) else made.encode())
            largest = max(largest, path.stat().st_size / 1e6)
        log.info("  rendered   %s × %s in %.1f s", len(codes), name, time.monotonic() - started)
        return _rendered(codes, len(context.partition_keys), largest)

    @dg.asset(
        key=["outputs", "audit_page"],
        kinds={"html", "plotly"},
        **EACH_SYSTEM,
    )
    def audit_page(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The audit of each system as one page that opens without a network."""
        return rendered_each(context, "audit.html", render_page)

    @dg.asset(
        key=["outputs", "audit_document"],
        kinds={"word"},
        **EACH_SYSTEM,
    )
    def audit_document(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The audit of each system as a Word document, in the order of published equity audits."""
        return rendered_each(context, "audit.docx", render_document)

    @dg.asset(
        key=["outputs", "easy_read"],
        kinds={"html"},
        **EACH_SYSTEM,
    )
    def easy_read(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Short sentences with pictures for each system: a draft for an easy-read group to check."""
        return rendered_each(context, "easy_read.html", render_easy_read)

    @dg.asset(
        key=["outputs", "action_plan"],
        kinds={"excel"},
        **EACH_SYSTEM,
    )
    def action_plan(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The action plan of each system, drafted from its findings, as a workbook to fill in and send back."""
        return rendered_each(context, FILE_NAME, render_action_plan)

    @dg.asset(
        key=["outputs", "plan_on_a_page"],
        kinds={"html"},
        **EACH_SYSTEM,
    )
    def plan_on_a_page(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The drafted plan of each system on one printed page."""
        return rendered_each(context, "plan_on_a_page.html", render_plan_page)

    @dg.asset(
        key=["outputs", "data_pack"],
        kinds={"csv"},
        **EACH_SYSTEM,
    )
    def data_pack(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The machine-readable pack of each system: the same figures as the page, as CSV."""
        data = press.data()
        folder = press.folder(press.fingerprint())
        codes = _selected(context, settings, data)
        for code in codes:
            write_data_pack(data.system(code), folder / code)
        return _rendered(codes, len(context.partition_keys))

    @dg.asset(
        key=["outputs", "open_data"],
        group_name="outputs",
        kinds={"csv", "parquet"},
        owners=OWNERS,
        deps=DEPS,
        pool="duckdb",
    )
    def open_data() -> dg.MaterializeResult:
        """The whole edition as CSV and Parquet with datapackage.json."""
        data, fingerprint = press.data(), press.fingerprint()
        chosen = data.only(wanted_systems(settings, data))
        written = write_open_data(
            chosen, press.folder(fingerprint) / "open_data", press.name(data, fingerprint)
        )
        return dg.MaterializeResult(metadata={"files": len(written)})

    @dg.asset(
        key=["outputs", "index_page"],
        group_name="outputs",
        kinds={"html"},
        owners=OWNERS,
        deps=DEPS,
        pool="duckdb",
    )
    def index_page() -> dg.MaterializeResult:
        """All systems side by side, and the chart script that every page shares."""
        data, fingerprint = press.data(), press.fingerprint()
        folder = press.folder(fingerprint)
        write_chart_script(folder)
        chosen = data.only(wanted_systems(settings, data))
        page = render_index(chosen, press.name(data, fingerprint))
        (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
        return dg.MaterializeResult(metadata={"systems": len(chosen.codes)})

    @dg.asset(
        key=["outputs", "edition"],
        group_name="outputs",
        kinds={"folder"},
        owners=OWNERS,
        deps=[
            audit_page,
            audit_document,
            easy_read,
            plan_on_a_page,
            action_plan,
            data_pack,
            open_data,
            index_page,
        ],
        pool="duckdb",
    )
    def edition() -> dg.MaterializeResult:
        """The finished edition: checked for completeness and disclosure, and put in place in one step."""
        data, fingerprint = press.data(), press.fingerprint()
        disclosure = audit(data, counts_before(settings.editions_dir, profile_of(data)))
        put = put_in_place(
            press.folder(fingerprint),
            settings.editions_dir,
            press.name(data, fingerprint),
            fingerprint,
            wanted_systems(settings, data),
            data.is_synthetic,
            disclosure.described(),
        )
        shutil.rmtree(settings.build_dir, ignore_errors=True)
        log.info("  in place   %s", put.path)
        return dg.MaterializeResult(
            metadata={
                "edition": put.name,
                "systems": len(put.systems),
                "path": dg.MetadataValue.path(put.path),
            },
            data_version=dg.DataVersion(fingerprint[:16]),
        )

    return [
        audit_page,
        audit_document,
        easy_read,
        plan_on_a_page,
        action_plan,
        data_pack,
        open_data,
        index_page,
        edition,
    ]
