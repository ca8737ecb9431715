"""One source downloaded from a server in the publishers' shapes: what is kept, and what is said of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.ingest.declarations import Publication, Source
from orchestration.ingest.fetch import FetchOutcome, fetch_source
from orchestration.ingest.fetch_http import Client
from orchestration.ingest.fetch_state import CHANGED, LAST_GOOD, NEW, NOT_AVAILABLE, UNCHANGED, FetchState
from orchestration.ingest.live_rules import LiveRule
from tests.publisher_server import (
    DIGITAL,
    FINGERTIPS,
    HTML,
    JSON,
    Answerer,
    Publisher,
    Reply,
    arcgis_csv,
    file_of,
    fingertips,
    govuk_content,
    in_turn,
    nhs_index,
    nhs_release,
    nhs_series,
    redirect,
    serve,
    text_reply,
)

SERIES = f"{DIGITAL}/maternity-services-monthly-statistics"
FEBRUARY = "final-february-2025-provisional-march-2025-official-statistics"
JANUARY = "final-january-2025-provisional-february-2025-official-statistics"
FILE = "https://data.example.org/births.csv"
ROWS = "code,value\nQK1,5\n"
DOWN = Reply(status=503)


@dataclass
class Desk:
    """A publisher, the folder of fetched files and their record, and one source to fetch."""

    publisher: Publisher
    folder: Path
    rule: LiveRule = field(default_factory=lambda: LiveRule(address=[FILE]))
    day: int = 1

    def fetch(self) -> list[FetchOutcome]:
        """One run: nothing but the folder and the JSON file is carried over."""
        source = Source(
            name="births",
            description="",
            owner="",
            tables=[],
            publication=Publication(
                publisher="P", publication="B", licence="L", cadence_days=1, live=[self.rule]
            ),
        )
        client = Client(pause=0, attempts=1, session=self.publisher.session())
        now = datetime(2026, 5, self.day, 6, tzinfo=UTC)
        self.publisher.asked.clear()
        self.day += 1
        return list(fetch_source(source, self.folder, self.state(), client, now))

    def outcomes(self) -> dict[str, str]:
        return {outcome.name: outcome.outcome for outcome in self.fetch()}

    def state(self) -> FetchState:
        return FetchState.load(self.folder.parent / "fetched.json")

    def notes(self) -> dict[str, str | None]:
        return {held.name: held.note for held in self.state().of_source("births")}

    def files(self) -> dict[str, str]:
        """All that lies in the folder, hidden or not."""
        return {
            path.relative_to(self.folder / "births").as_posix(): path.read_text("latin-1")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serve() as publisher:
        yield Desk(publisher, tmp_path / "fetched")


# Lasting addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "served",
    [
        file_of(ROWS),
        file_of(ROWS, etag=False, modified="Thu, 20 Nov 2025 09:30:00 GMT"),
        file_of(ROWS, etag=False),
    ],
    ids=["etag", "last-modified", "neither"],
)
def test_the_same_file_again_changes_nothing(desk: Desk, served: Answerer) -> None:
    desk.publisher.at(FILE, served)
    assert desk.outcomes() == {"births.csv": NEW}
    path = desk.folder / "births" / "births.csv"
    written = path.stat().st_mtime_ns
    fetched_at = desk.state().of_source("births")[0].fetched_at
    assert desk.outcomes() == {"births.csv": UNCHANGED}
    assert path.stat().st_mtime_ns == written
    held = desk.state().of_source("births")[0]
    assert (held.fetched_at, held.checked_at) == (fetched_at, "2026-05-02T06:00:00+00:00")
    assert desk.files() == {"births.csv": ROWS}


def test_changed_under_the_same_address(desk: Desk) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    desk.publisher.at(FILE, file_of(ROWS + "QOC,10\n"))
    assert desk.outcomes() == {"births.csv": CHANGED}
    assert desk.files() == {"births.csv": ROWS + "QOC,10\n"}
    assert desk.outcomes() == {"births.csv": UNCHANGED}


def test_a_file_that_somebody_saved_again_is_fetched_anew(desk: Desk) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    (desk.folder / "births" / "births.csv").write_text("damaged by a spreadsheet program")
    assert desk.outcomes() == {"births.csv": NEW}
    assert desk.files() == {"births.csv": ROWS}


def test_a_lost_record_costs_one_download(desk: Desk) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    desk.state().path.write_text('[{"no": "such"}]')
    assert desk.outcomes() == {"births.csv": NEW}
    assert desk.outcomes() == {"births.csv": UNCHANGED}


BAD = {
    "unreachable": DOWN,
    "moved away": Reply(status=404),
    "forbidden": Reply(status=403),
    "truncated": Reply(ROWS.encode(), claim=5000),
    "too large": Reply(b"", claim=10**12),
    "led elsewhere": redirect("https://evil.example.net/births.csv"),
    "a page in place of CSV": text_reply("\n<!DOCTYPE html><html><h1>Sorry</h1></html>", HTML),
    "a page that claims to be CSV": text_reply("\ufeff <html><h1>Maintenance</h1></html>"),
    "a message in place of CSV": text_reply('{"Message":"An error has occurred."}', JSON),
    "a workbook in place of CSV": Reply(b"PK\x03\x04xyz"),
    "empty": Reply(b"  \n"),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_the_last_good_file_stays_and_says_so(desk: Desk, answer: Reply) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    desk.publisher.at(FILE, answer)
    for _ in range(2):
        (outcome,) = desk.fetch()
        assert (outcome.outcome, outcome.failed, outcome.bytes) == (LAST_GOOD, True, len(ROWS))
        assert outcome.reason
        assert desk.files() == {"births.csv": ROWS}
        assert desk.notes() == {
            "births.csv": "The publisher was unreachable or sent no usable file: the last good file was used "
            "(fetched on 1 May 2026)."
        }
    desk.publisher.at(FILE, file_of(ROWS))
    assert desk.outcomes() == {"births.csv": UNCHANGED}
    assert desk.notes() == {"births.csv": None}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_what_was_never_good_is_not_kept(desk: Desk, answer: Reply) -> None:
    desk.publisher.at(FILE, answer)
    (outcome,) = desk.fetch()
    assert (outcome.outcome, outcome.bytes) == (NOT_AVAILABLE, 0)
    assert desk.files() == {}
    desk.publisher.at(FILE, file_of(ROWS))
    assert desk.outcomes() == {"births.csv": NEW}


def test_what_figures_say_does_not_change_with_every_failed_check(desk: Desk) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    well = desk.state().said()
    desk.fetch()
    assert desk.state().said() == well
    desk.publisher.at(FILE, DOWN)
    desk.fetch()
    failing = desk.state().said()
    assert failing != well
    desk.fetch()
    assert desk.state().said() == failing


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("t.xlsx", b"PK\x03\x04..."),
        ("t.ods", b"PK\x03\x04..."),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1."),
    ],
)
def test_a_workbook_must_begin_as_one(desk: Desk, name: str, good: bytes) -> None:
    address = f"https://data.example.org/{name}"
    desk.rule = LiveRule(address=[address])
    desk.publisher.at(address, Reply(b"code,value\n"))
    assert desk.outcomes() == {name: NOT_AVAILABLE}
    desk.publisher.at(address, Reply(good))
    assert desk.outcomes() == {name: NEW}


def test_a_file_without_an_ending_needs_a_name(desk: Desk) -> None:
    address = desk.publisher.at("https://data.example.org/downloads/data", file_of(ROWS))
    desk.rule = LiveRule(address=[address])
    assert "give `save_as`" in desk.fetch()[0].reason
    desk.rule = LiveRule(address=[address], save_as="lookup.csv")
    assert desk.outcomes() == {"lookup.csv": NEW}


def test_a_lookup_made_on_demand_is_unchanged_while_its_rows_are(desk: Desk) -> None:
    address = "https://hub.arcgis.com/api/v3/datasets/bebf_0/downloads/data?format=csv&spatialRefId=4326"
    desk.rule = LiveRule(address=[address], save_as="lookup.csv", ignore_columns=["ObjectId"])
    rows = [(f"E0100000{number}", "E54000015") for number in range(9)]
    desk.publisher.at(address, arcgis_csv(rows))
    assert desk.outcomes() == {"lookup.csv": NEW}
    before = desk.files()
    assert desk.outcomes() == {"lookup.csv": UNCHANGED}
    assert desk.files() == before
    desk.publisher.at(address, arcgis_csv([*rows[:-1], ("E01000008", "E54000067")]))
    assert desk.outcomes() == {"lookup.csv": CHANGED}


def test_a_file_that_a_program_holds_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publisher.at(FILE, file_of(ROWS))
    desk.fetch()
    desk.publisher.at(FILE, file_of(ROWS + "QOC,10\n"))
    replace = Path.replace

    def held_open(path: Path, target: Path) -> Path:
        if target.name == "births.csv":
            raise PermissionError(13, "used by another process")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held_open)
    (outcome,) = desk.fetch()
    assert outcome.outcome == LAST_GOOD
    assert outcome.reason == "births.csv cannot be replaced: close the program that has it open"
    assert desk.files() == {"births.csv": ROWS}


# Release pages -----------------------------------------------------------------------------------


def monthly(releases: int) -> LiveRule:
    return LiveRule(
        release_page=SERIES, link=r"msds-[a-z]{3}\d{4}(Provisional)?-exp-data\.csv", releases=releases
    )


def test_files_are_found_behind_hashes_that_nobody_can_guess(desk: Desk) -> None:
    desk.rule = monthly(2)
    nhs_series(
        desk.publisher,
        SERIES,
        {
            FEBRUARY: {
                "msds-feb2025-exp-data.csv": "a\n1\n",
                "msds-mar2025Provisional-exp-data.csv": "a\n2\n",
                "msds-metadata.xlsx": "PK\x03\x04",
            },
            JANUARY: {"msds-jan2025-exp-data.csv": "a\n3\n"},
            "december-2024": {"msds-dec2024-exp-data.csv": "a\n4\n"},
        },
    )
    assert desk.outcomes() == {
        "msds-feb2025-exp-data.csv": NEW,
        "msds-mar2025Provisional-exp-data.csv": NEW,
        "msds-jan2025-exp-data.csv": NEW,
    }
    assert set(desk.outcomes().values()) == {UNCHANGED}
    address = desk.state().held["births", "msds-feb2025-exp-data.csv"].address
    assert re.fullmatch(r"https://files\.digital\.nhs\.uk/\w\w/\w{6}/msds-feb2025-exp-data\.csv", address)


def test_reissued_under_another_hash(desk: Desk) -> None:
    desk.rule = monthly(1)
    name = "msds-feb2025-exp-data.csv"
    nhs_series(desk.publisher, SERIES, {FEBRUARY: {name: "a\n1\n"}})
    desk.fetch()
    old = desk.state().held["births", name].address
    nhs_series(desk.publisher, SERIES, {FEBRUARY: {name: "a\n2\n"}})
    assert desk.outcomes() == {name: CHANGED}
    assert desk.state().held["births", name].address != old
    assert desk.files() == {name: "a\n2\n"}


def test_an_announced_release_without_files_is_passed_over(desk: Desk) -> None:
    desk.rule = monthly(1)
    nhs_series(desk.publisher, SERIES, {JANUARY: {"msds-jan2025-exp-data.csv": "a\n1\n"}})
    path = SERIES.removeprefix("https://digital.nhs.uk")
    desk.publisher.at(SERIES, nhs_index(path, [JANUARY], upcoming=[FEBRUARY]))
    desk.publisher.at(f"{SERIES}/{FEBRUARY}", nhs_release([]))
    assert desk.outcomes() == {"msds-jan2025-exp-data.csv": NEW}


def test_a_page_that_cannot_be_had_leaves_all_its_files_standing(desk: Desk) -> None:
    desk.rule = monthly(1)
    files = {"msds-feb2025-exp-data.csv": "a\n1\n", "msds-mar2025Provisional-exp-data.csv": "a\n2\n"}
    nhs_series(desk.publisher, SERIES, {FEBRUARY: files})
    desk.fetch()
    desk.publisher.at(SERIES, DOWN)
    (outcome,) = desk.fetch()
    assert (outcome.name, outcome.outcome, outcome.bytes) == (SERIES, LAST_GOOD, 8)
    assert desk.files() == files
    assert all(
        "last good file was used (fetched on 1 May 2026)" in (note or "") for note in desk.notes().values()
    )


def test_one_release_that_cannot_be_had_does_not_hide_the_others(desk: Desk) -> None:
    desk.rule = monthly(2)
    january = {"msds-jan2025-exp-data.csv": "a\n1\n"}
    series = {FEBRUARY: {"msds-feb2025-exp-data.csv": "a\n2\n"}, JANUARY: january}
    nhs_series(desk.publisher, SERIES, series)
    desk.fetch()
    desk.publisher.at(f"{SERIES}/{JANUARY}", DOWN)
    assert desk.outcomes() == {f"{SERIES}/{JANUARY}": LAST_GOOD, "msds-feb2025-exp-data.csv": UNCHANGED}
    notes = desk.notes()
    assert notes["msds-feb2025-exp-data.csv"] is None
    assert "the last good file was used" in (notes["msds-jan2025-exp-data.csv"] or "")


def test_a_page_that_never_could_be_had(desk: Desk) -> None:
    desk.rule = monthly(1)
    assert desk.outcomes() == {SERIES: NOT_AVAILABLE}
    nhs_series(desk.publisher, SERIES, {FEBRUARY: {"msds-feb2025-exp-data.csv": "a\n1\n"}})
    assert desk.outcomes() == {"msds-feb2025-exp-data.csv": NEW}
    assert list(desk.notes()) == ["msds-feb2025-exp-data.csv"]


def test_a_file_no_longer_listed_stays_and_nothing_is_said_of_it(desk: Desk) -> None:
    desk.rule = monthly(1)
    nhs_series(desk.publisher, SERIES, {JANUARY: {"msds-jan2025-exp-data.csv": "a\n1\n"}})
    desk.fetch()
    desk.publisher.at(SERIES, DOWN)
    desk.fetch()
    nhs_series(desk.publisher, SERIES, {FEBRUARY: {"msds-feb2025-exp-data.csv": "a\n2\n"}})
    assert desk.outcomes() == {"msds-feb2025-exp-data.csv": NEW}
    assert set(desk.files()) == {"msds-feb2025-exp-data.csv", "msds-jan2025-exp-data.csv"}
    assert set(desk.notes().values()) == {None}


def test_a_page_that_leads_to_another_host_is_not_followed(desk: Desk) -> None:
    desk.rule = monthly(1)
    nhs_series(desk.publisher, SERIES, {FEBRUARY: {}})
    evil = desk.publisher.at("https://evil.example.net/msds-feb2025-exp-data.csv", file_of(ROWS))
    desk.publisher.at(f"{SERIES}/{FEBRUARY}", nhs_release([evil]))
    (outcome,) = desk.fetch()
    assert "files are on evil.example.net, which is not followed" in outcome.reason
    assert desk.publisher.count(evil) == 0


def test_attachments_of_a_gov_uk_page(desk: Desk) -> None:
    page = "https://www.gov.uk/government/statistics/english-indices-of-deprivation-2025"
    file = "https://assets.publishing.service.gov.uk/media/691d/File_1_IoD2025_Index.xlsx"
    other = "https://assets.publishing.service.gov.uk/media/691d/File_2_IoD2025.xlsx"
    desk.rule = LiveRule(govuk_page=page, link="^File_1_")
    desk.publisher.at(page.replace("gov.uk/", "gov.uk/api/content/"), govuk_content([other, file]))
    desk.publisher.at(file, Reply(b"PK\x03\x04..."))
    assert desk.outcomes() == {"File_1_IoD2025_Index.xlsx": NEW}


# Fingertips --------------------------------------------------------------------------------------


def test_fingertips_area_types_are_looked_up(desk: Desk) -> None:
    desk.rule = LiveRule.model_validate(
        {"fingertips": {"indicators": list(range(1, 151)), "area_types": ["^ICBs"]}}
    )
    fingertips(desk.publisher, {15: "England", 221: "ICBs"}, {221: ["E54000015"]})
    assert desk.outcomes() == {"fingertips-icbs-1.csv": NEW, "fingertips-icbs-2.csv": NEW}
    asked = [request.query for request in desk.publisher.asked if request.query]
    assert [len(query["indicator_ids"][0].split(",")) for query in asked] == [100, 50]
    assert {(query["child_area_type_id"][0], query["parent_area_type_id"][0]) for query in asked} == {
        ("221", "15")
    }
    assert ",nE54000015," in desk.files()["fingertips-icbs-1.csv"]


def test_fingertips_after_a_change_of_boundaries(desk: Desk) -> None:
    desk.rule = LiveRule.model_validate({"fingertips": {"indicators": [93085], "area_types": ["^ICBs"]}})
    fingertips(desk.publisher, {15: "England", 221: "ICBs"}, {221: ["E54000015"]})
    desk.fetch()
    fingertips(
        desk.publisher,
        {15: "England", 221: "ICBs (to Mar 2026)", 321: "ICBs (from Apr 2026)"},
        {321: ["E54000067"]},
    )
    assert desk.outcomes() == {"fingertips-icbs-1.csv": CHANGED}
    assert ",nE54000067," in desk.files()["fingertips-icbs-1.csv"]


def test_fingertips_without_such_an_area_type(desk: Desk) -> None:
    desk.rule = LiveRule.model_validate({"fingertips": {"indicators": [93085], "area_types": ["^CCGs$"]}})
    fingertips(desk.publisher, {15: "England", 221: "ICBs"}, {})
    (outcome,) = desk.fetch()
    assert (outcome.name, outcome.outcome) == (FINGERTIPS, NOT_AVAILABLE)
    assert "There are: England, ICBs" in outcome.reason


# Zips --------------------------------------------------------------------------------------------

ARCHIVE = "https://files.digital.nhs.uk/73/127797/MHSDS%20Data_JanPerf_2026.zip"
NAME = "MHSDS Data_JanPerf_2026"


def zipped(members: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return held.getvalue()


@pytest.fixture
def archive_desk(desk: Desk) -> Desk:
    desk.rule = LiveRule(address=[ARCHIVE], max_mb=1)
    return desk


def test_members_of_a_zip(archive_desk: Desk) -> None:
    desk = archive_desk
    members = {f"{NAME}/{NAME}.csv": ROWS, f"{NAME}/guide.pdf": "%PDF", f"{NAME}/old.csv": "a\n1\n"}
    desk.publisher.at(ARCHIVE, file_of(zipped(members)))
    assert desk.outcomes() == {f"{NAME}.zip": NEW}
    assert desk.files() == {f"{NAME}/{NAME}.csv": ROWS, f"{NAME}/old.csv": "a\n1\n"}
    assert desk.outcomes() == {f"{NAME}.zip": UNCHANGED}
    desk.publisher.at(ARCHIVE, file_of(zipped({f"{NAME}.csv": "a\n2\n"})))
    assert desk.outcomes() == {f"{NAME}.zip": CHANGED}
    assert desk.files() == {f"{NAME}/{NAME}.csv": "a\n2\n"}


def test_members_never_leave_the_folder(archive_desk: Desk) -> None:
    desk = archive_desk
    desk.publisher.at(
        ARCHIVE, file_of(zipped({"../../../up.csv": ROWS, "/abs/a.csv": ROWS, "..\\w.csv": ROWS}))
    )
    desk.fetch()
    assert desk.files() == {f"{NAME}/{name}": ROWS for name in ("a.csv", "up.csv", "w.csv")}
    assert sorted(path.name for path in desk.folder.parent.iterdir()) == ["fetched", "fetched.json"]


def locked() -> bytes:
    """A zip whose member says that it is encrypted."""
    content = bytearray(zipped({"a.csv": ROWS}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


BAD_ZIPS = {
    "two of one name": (zipped({"a/x.csv": ROWS, "b/x.csv": ROWS}), "two files of one name"),
    "expands to more than the limit": (zipped({"x.csv": "0" * 2_000_000}), "expands to more than 1 MB"),
    "nothing wanted": (zipped({"guide.pdf": "%PDF"}), r"no file in .* fits .* it holds guide\.pdf"),
    "a web page inside": (zipped({"x.csv": "<html>"}), r"x\.csv is a web page"),
    "cut short": (zipped({"x.csv": ROWS})[:-30], "cannot be unpacked"),
    "damaged inside": (zipped({"x.csv": ROWS}).replace(b"x.csv", b"y.csv", 1), "cannot be unpacked"),
    "locked": (locked(), "damaged or locked"),
}


@pytest.mark.parametrize(("content", "says"), BAD_ZIPS.values(), ids=BAD_ZIPS.keys())
def test_a_bad_zip_leaves_the_last_good_one(archive_desk: Desk, content: bytes, says: str) -> None:
    desk = archive_desk
    desk.publisher.at(ARCHIVE, in_turn(file_of(zipped({"good.csv": ROWS})), file_of(content)))
    desk.fetch()
    (outcome,) = desk.fetch()
    assert outcome.outcome == LAST_GOOD
    assert re.search(says, outcome.reason)
    assert desk.files() == {f"{NAME}/good.csv": ROWS}
