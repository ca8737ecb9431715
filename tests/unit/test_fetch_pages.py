"""Publishers' pages and APIs, parsed: which links, which release first, which names."""

from __future__ import annotations

import pytest

from orchestration.ingest import fetch_pages as pages
from orchestration.ingest.fetch_pages import NotFound
from orchestration.ingest.live_rules import LiveRule
from tests.publisher_server import DIGITAL, nhs_index

SERIES = f"{DIGITAL}/maternity-services-monthly-statistics"
PATH = SERIES.removeprefix("https://digital.nhs.uk")


@pytest.mark.parametrize(
    ("slug", "period"),
    [
        ("may-2019", (2019, 5)),
        ("april-2023-experimental-statistics", (2023, 4)),
        ("final-june-2024-provisional-july-2024-official-statistics", (2024, 7)),
        ("final-december-2025-provisional-january-2026-official-statistics", (2026, 1)),
        ("2023-24", (2024, 3)),
        ("2019-2020", (2020, 3)),
        ("latest", None),
        ("2023-99", None),
    ],
)
def test_a_release_says_its_period(slug: str, period: tuple[int, int] | None) -> None:
    assert pages.release_period(slug) == period


def test_releases_come_newest_first_whatever_the_order_on_the_page() -> None:
    page = nhs_index(
        PATH,
        ["may-2019", "final-june-2024-provisional-july-2024-official-statistics", "april-2023"],
        upcoming=["final-july-2024-provisional-august-2024"],
    )
    found = pages.releases(page.body.decode(), SERIES)
    assert [link.removeprefix(f"{SERIES}/") for link in found] == [
        "final-july-2024-provisional-august-2024",
        "final-june-2024-provisional-july-2024-official-statistics",
        "april-2023",
        "may-2019",
    ]


def test_where_a_release_names_no_period_the_publishers_order_stands() -> None:
    page = nhs_index(PATH, ["latest", "april-2023", "may-2023"])
    found = pages.releases(page.body.decode(), SERIES)
    assert [link.rsplit("/", 1)[-1] for link in found] == ["latest", "april-2023", "may-2023"]


def test_a_page_drawn_by_a_script_says_so() -> None:
    with pytest.raises(NotFound, match="lists no release"):
        pages.releases("<html><script src='app.js'></script></html>", SERIES)


def test_links_are_absolute_and_once() -> None:
    page = """<a href="/a#x">1</a><a href='/a'>2</a><a>3</a><a href="javascript:x()">4</a>
    <a href="http://[bad">5</a><a href="//other.org/b.csv">6</a><p><a href=" c.csv ">7"""
    assert pages.links(page, "https://example.org/d/") == [
        "https://example.org/a",
        "https://other.org/b.csv",
        "https://example.org/d/c.csv",
    ]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://files.digital.nhs.uk/E1/2CA6EC/msds-feb2025-exp-data.csv", "msds-feb2025-exp-data.csv"),
        (
            "https://files.digital.nhs.uk/73/127797/MHSDS%20Data_JanPerf_2026.zip",
            "MHSDS Data_JanPerf_2026.zip",
        ),
        (
            "https://www.ons.gov.uk/file?uri=/peoplepopulationandcommunity/a/2025/2025birthbyparentscountry.xlsx",
            "2025birthbyparentscountry.xlsx",
        ),
        ("https://example.org/", ""),
    ],
)
def test_the_name_that_an_address_holds(address: str, name: str) -> None:
    assert pages.name_of(address) == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.csv", "evil.csv"),
        ("/abs/a.csv", "a.csv"),
        (".hidden.csv", "hidden.csv"),
        ('a<b>:"c|?*.csv', "a_b___c___.csv"),
        ("CON.csv", "_CON.csv"),
        ("x" * 300 + ".csv", "x" * 146 + ".csv"),
        ("tab\tname.csv", "tab_name.csv"),
    ],
)
def test_a_name_that_every_system_can_hold(name: str, safe: str) -> None:
    assert pages.safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "..", "/", " . "])
def test_nothing_of_a_name_is_left(name: str) -> None:
    with pytest.raises(NotFound, match="save_as"):
        pages.safe_name(name)


def test_when_no_file_fits_the_message_names_what_is_there() -> None:
    found = ["https://example.org/msds-feb2025-new-name.csv", "https://example.org/help"]
    with pytest.raises(NotFound, match=r"offers msds-feb2025-new-name\.csv: change `link`"):
        pages.wanted(found, "exp-data")
    with pytest.raises(NotFound, match="offers no data file"):
        pages.wanted(found[1:], "exp-data")


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"details": {"attachments": [1]}}'])
def test_a_content_api_that_answers_otherwise(body: str) -> None:
    with pytest.raises(NotFound, match="content API"):
        pages.govuk_links(body, "https://www.gov.uk/x")


@pytest.mark.parametrize("body", ["<html>", '[{"Id": "a", "Name": "b"}]', "[3]"])
def test_area_types_that_are_something_else(body: str) -> None:
    with pytest.raises(NotFound, match="list of area types"):
        pages.area_types(body)


def test_an_area_type_is_looked_up_by_its_name() -> None:
    types = {
        "England": 15,
        "ICBs": 221,
        "Districts & UAs (from Apr 2023)": 501,
        "Districts & UAs (2021)": 401,
    }
    assert pages.area_type(types, "^ICBs$") == 221
    assert pages.area_type(types, "^Districts & UAs") == 501
    with pytest.raises(NotFound, match=r"There are: Districts .*, England, ICBs"):
        pages.area_type(types, "^CCGs$")


# The rules themselves ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({}, "exactly one of"),
        ({"address": "https://a.org/x.csv", "govuk_page": "https://www.gov.uk/x"}, "exactly one of"),
        ({"release_page": "https://digital.nhs.uk/x"}, "needs `link`"),
        ({"address": "ftp://a.org/x.csv"}, "not an http or https address"),
        ({"address": "https://me:secret@a.org/x.csv"}, "must not hold a user name"),
        ({"address": ["https://a.org/x", "https://a.org/y"], "save_as": "x.csv"}, "exactly one address"),
        ({"address": "https://a.org/x.csv", "follow": "x"}, "Extra inputs"),
        ({"fingertips": {"indicators": [], "area_types": ["x"]}}, "at least 1"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(block: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        LiveRule.model_validate(block)


def test_which_hosts_a_rule_follows() -> None:
    rule = LiveRule(release_page=SERIES, link="x", hosts=[".arcgis.com"])
    assert rule.allows("https://digital.nhs.uk/other")
    assert rule.allows("https://files.digital.nhs.uk/AB/x.csv")
    assert rule.allows("https://export.arcgis.com/x.csv")
    assert not rule.allows("http://files.digital.nhs.uk/AB/x.csv")
    assert not rule.allows("https://arcgis.com.evil.net/x.csv")
    assert not rule.allows("https://evilfiles.digital.nhs.uk/x.csv")
    assert not rule.allows("https://digital.nhs.uk:8443/x.csv")
