"""All sources downloaded, and read beside the input folder: progress, summary, and what the register says."""

from __future__ import annotations

import io
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration import cli, live
from orchestration.fingerprint import input_fingerprint
from orchestration.ingest.declarations import Source, read_declarations
from orchestration.ingest.fetch_http import Client
from orchestration.ingest.fetch_pages import name_of
from orchestration.ingest.live_rules import LiveRule
from orchestration.ingest.load import MixedData, ingest_folder
from orchestration.ingest.sources import build_raw_assets
from orchestration.live import fetch_all
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.warehouse import Warehouse
from tests.publisher_server import (
    DIGITAL,
    Publisher,
    Reply,
    file_of,
    fingertips,
    govuk_content,
    nhs_series,
    serve,
)

SERIES = f"{DIGITAL}/maternity-services-monthly-statistics"
FEBRUARY = "final-february-2025-provisional-march-2025-official-statistics"
DATA = "msds-feb2025-exp-data.csv"
MEASURES = "msds-feb2025-exp-measures.csv"
HEADER = (
    "ReportingPeriodStartDate,ReportingPeriodEndDate,Dimension,Org_Level,Org_Code,Org_Name,Measure,"
    "Count_Of,Final_value\n"
)


def exp_data(deliveries: int) -> str:
    return (
        f"{HEADER}01/02/2025,28/02/2025,TotalDeliveries,National,ALL,ALL SUBMITTERS,,Women,{deliveries}\n"
        "01/02/2025,28/02/2025,TotalDeliveries,Local Maternity System,QK1,LLR,,Women,700\n"
    )


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serve() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(input_dir=tmp_path / "inbox", output_dir=tmp_path / "output")


@pytest.fixture
def sources() -> list[Source]:
    """The monthly data set as it is declared, and one source without a live rule."""
    return [source for source in read_declarations() if source.name in ("msds_monthly", "organisations")]


@pytest.fixture
def monthly(publisher: Publisher) -> dict[str, str]:
    return nhs_series(publisher, SERIES, {FEBRUARY: {DATA: exp_data(39675), "msds-meta.csv": "a\n1\n"}})


def fetch(settings: Settings, publisher: Publisher, sources: list[Source]) -> list[str]:
    said: list[str] = []
    client = Client(pause=0, attempts=1, session=publisher.session())
    fetch_all(settings, said.append, client, sources)
    return said


def ingest(settings: Settings, sources: list[Source]) -> dict[str, tuple[str | None, ...]]:
    """Register rows by path: address, what the last download said, verdict."""
    warehouse = Warehouse(settings.warehouse_path)
    ingest_folder(settings, warehouse, "test", sources)
    with warehouse.connect() as connection:
        rows = connection.execute(
            "select path, address, last_fetch, verdict from raw.file_register"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_progress_and_summary(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    said = fetch(settings, publisher, sources)
    assert said[0] == f"  fetched    msds_monthly: {DATA}, 0.0 MB, new"
    assert said[1].endswith("1 new, 0 changed, 0 unchanged, none failed")
    assert said[2] == "Not downloaded, put their files in the input folder: organisations"
    publisher.at(monthly[DATA], Reply(status=404))
    said = fetch(settings, publisher, sources)
    assert said[0].startswith(f"  kept       msds_monthly: {DATA}, 0.0 MB: HTTP 404, there is")
    assert said[1].endswith("0 new, 0 changed, 0 unchanged, 1 failed (1 with a last good file, 0 without)")
    assert "the last good file is used, and its figures say so" in said[2]


def test_a_fetched_file_is_read_beside_the_input_folder(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    fetch(settings, publisher, sources)
    (settings.input_dir / "by-hand.csv").write_text(exp_data(5))
    assert ingest(settings, sources) == {
        "by-hand.csv": (None, None, "loaded"),
        f"fetched/msds_monthly/{DATA}": (monthly[DATA], None, "loaded"),
    }


def test_the_same_bytes_in_both_folders_are_one_file_with_an_address(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    fetch(settings, publisher, sources)
    shutil.copyfile(settings.fetched_dir / "msds_monthly" / DATA, settings.input_dir / DATA)
    (row,) = ingest(settings, sources).values()
    assert row == (monthly[DATA], None, "loaded")


def test_the_register_says_when_the_last_good_file_was_used_and_stops_when_it_was_not(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    path = f"fetched/msds_monthly/{DATA}"
    fetch(settings, publisher, sources)
    assert ingest(settings, sources)[path][1] is None
    well = input_fingerprint(settings)
    publisher.everything(Reply(status=503))
    fetch(settings, publisher, sources)
    assert "the last good file was used (fetched on" in (ingest(settings, sources)[path][1] or "")
    failing = input_fingerprint(settings)
    assert failing != well
    with Warehouse(settings.warehouse_path).connect() as connection:
        logged = connection.execute("select name, outcome, reason from raw.fetch_log").fetchall()
    assert logged == [(DATA, "last good file used", "HTTP 503, the publisher's server has a fault")]
    nhs_series(publisher, SERIES, {FEBRUARY: {DATA: exp_data(39675)}})
    fetch(settings, publisher, sources)
    assert ingest(settings, sources)[path][1] is None
    assert input_fingerprint(settings) == well


def test_a_reissue_supersedes_and_both_stay_in_the_warehouse(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    fetch(settings, publisher, sources)
    ingest(settings, sources)
    nhs_series(publisher, SERIES, {FEBRUARY: {DATA: exp_data(39680)}})
    fetch(settings, publisher, sources)
    ingest(settings, sources)
    with Warehouse(settings.warehouse_path).connect() as connection:
        values = connection.execute(
            "select final_value from raw.msds_monthly__data where org_code = 'ALL' order by final_value"
        ).fetchall()
    assert values == [("39675",), ("39680",)]


def test_downloads_never_meet_the_sample(
    settings: Settings, publisher: Publisher, sources: list[Source], monthly: dict[str, str]
) -> None:
    fetch(settings, publisher, sources)
    (settings.input_dir / "SYNTHETIC.txt").write_text("synthetic")
    (settings.input_dir / "made-up.csv").write_text(exp_data(5))
    with pytest.raises(MixedData, match="an output folder of its own"):
        ingest(settings, sources)


def test_with_nothing_to_read_the_command_says_what_to_do(
    settings: Settings,
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        live, "Client", lambda contact: Client(contact, pause=0, attempts=1, session=publisher.session())
    )
    arguments = ["--input", str(settings.input_dir), "--output", str(settings.output_dir)]
    with pytest.raises(SystemExit, match=r"No publisher gave a file.*by hand.*docs/live\.md"):
        cli.main(["run", "--live", *arguments])
    assert f"missing    msds_monthly: {SERIES}: HTTP 404" in capsys.readouterr().out


def test_an_output_folder_that_cannot_be_written_to(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "Client", lambda contact: Client(contact, session=publisher.session()))
    settings.output_dir.write_text("a file where the folder should be")
    with pytest.raises(SystemExit, match="Downloads cannot be kept in"):
        cli.main(["run", "--live", "--input", str(settings.input_dir), "--output", str(settings.output_dir)])


def test_with_an_earlier_file_the_command_goes_on_when_the_publisher_is_down(
    settings: Settings,
    publisher: Publisher,
    sources: list[Source],
    monthly: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fetch(settings, publisher, sources)
    publisher.everything(Reply(status=503))
    audited: list[Settings] = []

    def run_audit(settings: Settings, *rest: object) -> SimpleNamespace:
        audited.append(settings)
        return SimpleNamespace(lmns_count=1, edition_path=settings.editions_dir / "1", notes=[])

    monkeypatch.setitem(
        sys.modules, "orchestration.run", SimpleNamespace(run_audit=run_audit, RunFailed=RuntimeError)
    )
    monkeypatch.setattr(
        live, "Client", lambda contact: Client(contact, pause=0, attempts=1, session=publisher.session())
    )
    # the command sets these for its child processes; the fixture takes them back
    for name, value in {"DAGSTER_HOME": str(settings.output_dir / "dagster"), **settings.export()}.items():
        monkeypatch.setenv(name, value)
    arguments = ["--input", str(settings.input_dir), "--output", str(settings.output_dir)]
    assert cli.main(["run", "--live", *arguments]) == 0
    assert [audit.output_dir for audit in audited] == [settings.output_dir]
    said = capsys.readouterr().out
    assert f"kept       msds_monthly: {SERIES}" in said
    assert "1 with a last good file" in said


def test_the_scheduled_job_downloads_before_it_reads(
    settings: Settings, publisher: Publisher, monthly: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        live, "Client", lambda contact: Client(contact, pause=0, attempts=1, session=publisher.session())
    )
    scheduled = {"ops": {"ingest": {"config": {"live": True}}}}
    assets = build_raw_assets(settings, Warehouse(settings.warehouse_path))
    read = [asset for asset in assets if isinstance(asset, dg.AssetsDefinition) and asset.op.name == "ingest"]
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize(read, run_config=scheduled, instance=instance).success
    with Warehouse(settings.warehouse_path).connect() as connection:
        files = connection.execute("select path, address from raw.file_register").fetchall()
    assert files == [(f"fetched/msds_monthly/{DATA}", monthly[DATA])]


# Names seen on the publishers' pages, by source: each must be wanted by the live rule and known to a table.
PUBLISHED_NAMES = {
    "msds_monthly": [
        "msds-feb2025-exp-data.csv",
        "msds-dec2025Provisional-exp-data.csv",
        "msds-apr2025Provisional-exp-measures.csv",
        "msds-apr2025-exp-dq.csv",
    ],
    "msds_annual": ["hosp-epis-stat-mat-msdscsv-2019-20.csv", "hosp-epis-stat-mat-msdscsv-2022-23.csv"],
    "hes_maternity": ["hosp-epis-stat-mat-hesnational-2024-25.xlsx", "hosp-epis-stat-mat-pla-2425_v2.xlsx"],
    "satod": ["smok-time-del-eng-q3-2223.csv", "smok-time-deli-eng-q4-1920.csv"],
    "mhsds_perinatal": ["MHSDS Data_JanPerf_2026.zip"],
    "deprivation": ["File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx"],
}


MEMBERS = {
    "MHSDS Data_JanPerf_2026.zip": ["MHSDS Data_JanPerf_2026/MHSDS Data_JanPerf_2026.csv"],
    "census2021-ts021.zip": ["census2021-ts021-lsoa.csv"],
}


def as_published(name: str) -> bytes:
    """The smallest body that is what the name says."""
    if name in MEMBERS:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for member in [*MEMBERS[name], "guide.pdf"]:
                archive.writestr(member, "a\n1\n")
        return held.getvalue()
    return b"PK\x03\x04" if name.endswith("x") else b"a\n1\n"


def publish(publisher: Publisher, source: Source, rule: LiveRule) -> list[str]:
    """Serve what a rule leads to; returns the names of the files that it should find."""
    if rule.fingertips:
        types = {15: "England", 221: "ICBs", 223: "NHS regions (from Apr 2024)", 66: "Sub-ICBs", 6: "Regions"}
        fingertips(publisher, types, {221: ["E54000015"], 223: ["E40000011"]})
        return ["fingertips-icbs-1.csv", "fingertips-nhs-regions-1.csv"]
    if rule.address:
        for address in rule.address:
            publisher.at(address, file_of(as_published(name_of(address))))
        return [rule.save_as or name_of(address) for address in rule.address]
    assert source.name in PUBLISHED_NAMES, "add the names of this source's files to PUBLISHED_NAMES"
    names = PUBLISHED_NAMES[source.name]
    files = {name: as_published(name) for name in names}
    if rule.release_page:
        nhs_series(publisher, rule.release_page, {"2024-25": files})
    else:
        addresses = [f"https://assets.publishing.service.gov.uk/media/5d/{name}" for name in names]
        for address, body in zip(addresses, files.values(), strict=True):
            publisher.at(address, file_of(body))
        publisher.at((rule.govuk_page or "").replace(".uk/", ".uk/api/content/"), govuk_content(addresses))
    return names


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        pytest.param(source, rule, id=f"{source.name}-{number}")
        for source in read_declarations()
        for number, rule in enumerate(source.publication.live, start=1)
    ],
)
def test_every_declared_rule_leads_to_files_that_a_table_reads(
    settings: Settings, publisher: Publisher, source: Source, rule: LiveRule
) -> None:
    names = publish(publisher, source, rule)
    publication = source.publication.model_copy(update={"live": [rule]})
    fetch(settings, publisher, [source.model_copy(update={"publication": publication})])
    kept = {path.name for path in settings.fetched_dir.rglob("*") if path.is_file()}
    assert kept == {Path(member).name for name in names for member in MEMBERS.get(name, [name])}
    for name in kept:
        assert any(table.file.name is None or table.file.name_match(name) for table in source.tables), name


def test_sources_without_a_live_rule_are_explained() -> None:
    page = (PROJECT_DIR / "docs" / "live.md").read_text("utf-8")
    section = page.split("## Sources without a live rule")[1].split("\n## ")[0]
    explained = set(re.findall(r"^\| (\w+) \| .{20,} \|$", section, re.MULTILINE)) - {"source"}
    live_sources = {source.name for source in read_declarations() if source.publication.live}
    by_hand = {source.name for source in read_declarations()} - live_sources
    assert by_hand <= explained, "docs/live.md lists each source without a live rule, and why it has none"
    assert not explained & live_sources, "docs/live.md lists a source that has a live rule"
