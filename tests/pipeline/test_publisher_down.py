"""Every publisher is down: the tables are built from the last good files, and each figure says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ingest.declarations import read_declarations
from orchestration.ingest.fetch_http import Client
from orchestration.live import fetch_all
from orchestration.settings import Settings
from tests.pipeline.warehouse import build_warehouse, query
from tests.publisher_server import DIGITAL, Reply, nhs_series, serve

SERIES = f"{DIGITAL}/maternity-services-monthly-statistics"
NOTE = "The publisher was unreachable or sent no usable file: the last good file was used (fetched on"


@pytest.fixture(scope="module")
def warehouse(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from one month that was downloaded, and could not be checked since; the input folder is empty."""
    root = tmp_path_factory.mktemp("publisher_down")
    settings = Settings(input_dir=root / "inbox", output_dir=root / "output")
    settings.input_dir.mkdir()
    month = sorted(sample_files.rglob("msds-*-exp-data.csv"))[-1].name.split("-exp-")[0]
    files = {path.name: path.read_bytes() for path in sample_files.rglob(f"{month}-exp-*.csv")}
    with serve() as publisher:
        nhs_series(publisher, SERIES, {"final-february-2025": files})
        client = Client(pause=0, attempts=1, session=publisher.session())
        monthly = [source for source in read_declarations() if source.name == "msds_monthly"]
        assert not fetch_all(settings, lambda line: None, client, monthly).failures
        publisher.everything(Reply(status=503))
        assert fetch_all(settings, lambda line: None, client).failures
    return build_warehouse(settings.input_dir, settings.output_dir)


def test_every_figure_says_so(warehouse: Path) -> None:
    figures = query(warehouse, "select caveat from equity.pub_metric_value")
    assert len(figures) > 100
    assert figures["caveat"].str.contains(NOTE, regex=False).all()


def test_provenance_names_the_address_and_says_so(warehouse: Path) -> None:
    files = query(warehouse, "select file_name, address, last_fetch from equity.pub_provenance")
    assert len(files) == 3
    for file in files.itertuples():
        assert file.address.startswith("https://files.digital.nhs.uk/")
        assert file.address.endswith(file.file_name)
        assert file.last_fetch.startswith(NOTE)


def test_each_source_has_a_row_in_the_data_quality_table(warehouse: Path) -> None:
    rows = query(
        warehouse,
        "select source_id, numerator, denominator, value, verdict, detail from equity.pub_data_quality "
        "where item = 'Download from the publisher'",
    ).set_index("source_id")
    assert set(rows.index) == {source.name for source in read_declarations() if source.publication.live}
    assert set(rows["verdict"]) == {"needs attention"}
    assert tuple(rows.loc["msds_monthly", ["numerator", "denominator", "value"]]) == (3, 3, 1)
    assert "HTTP 503, the publisher's server has a fault" in rows.loc["msds_monthly", "detail"]
