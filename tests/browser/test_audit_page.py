"""The page in a real browser: offline, drawn, accessible, narrow, printed, without JavaScript."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
PAGES = ("index.html", "QK1/audit.html", "QOC/audit.html", "LOCAL/audit.html")


class Opened:
    """A page with what happened while it opened."""

    def __init__(self, browser, path: Path, width: int = 1280, javascript: bool = True) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, accept_downloads=True
        )
        self.page = context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.goto(path.as_uri())
        if javascript:
            self.page.wait_for_selector("html[data-charts=drawn]", state="attached")
            self.page.wait_for_function("document.querySelectorAll('.chart:not(.drawn)').length === 0")

    def close(self) -> None:
        self.page.context.close()


@pytest.mark.parametrize("name", [*PAGES, "HOSTILE/audit.html"])
def test_opens_without_a_network_and_without_an_error(browser, edition: Path, name: str) -> None:
    opened = Opened(browser, edition / name)
    assert opened.problems == []
    allowed = {(edition / name).as_uri(), (edition / "assets" / "plotly.min.js").as_uri()}
    assert {address for address in opened.requests if not address.startswith("data:")} <= allowed
    assert opened.page.evaluate("window.hacked") is None
    opened.close()


def test_the_policy_stops_a_request_that_a_page_would_make(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    outcome = opened.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')")
    assert outcome == "stopped"
    assert any("Content Security Policy" in problem for problem in opened.problems)
    opened.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser, edition: Path, axe: str, name: str, width: int) -> None:
    opened = Opened(browser, edition / name, width)
    opened.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    opened.page.evaluate(axe)
    found = opened.page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        ".then(result => result.violations.map(rule => [rule.id, rule.nodes.map(node => node.html).slice(0, 3)]))"
    )
    assert found == []
    opened.close()


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("name", ["index.html", "QK1/audit.html", "LOCAL/audit.html"])
def test_a_narrow_screen_does_not_scroll_sideways(browser, edition: Path, name: str, width: int) -> None:
    opened = Opened(browser, edition / name, width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    opened.close()


def test_charts_are_drawn_with_as_many_dots_as_rows(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    figure = opened.page.locator("#coc_by_28_weeks-ethnicity")
    assert figure.locator(".chart .scatterlayer .trace").last.locator(".point").count() == 4
    assert figure.locator("table").first.locator("tbody tr").count() == 4
    opened.close()


def test_links_lead_to_figures(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    links = opened.page.locator(".finding a")
    assert links.count() >= 5
    for place in range(links.count()):
        target = links.nth(place).get_attribute("href")
        links.nth(place).click()
        assert opened.page.locator(target).is_visible()
        top = opened.page.locator(target).bounding_box()["y"]
        assert -5 <= top < 900
    opened.close()


@pytest.mark.parametrize("name", ["QK1/audit.html", "HOSTILE/audit.html"])
def test_a_download_holds_the_table(browser, edition: Path, name: str) -> None:
    opened = Opened(browser, edition / name)
    links = opened.page.locator("a.download")
    for place in (0, 2, links.count() - 1):
        link = links.nth(place)
        with opened.page.expect_download() as waiting:
            link.click()
        assert waiting.value.suggested_filename == link.get_attribute("download")
        rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
        table = opened.page.locator(link.get_attribute("href"))
        seen = [line.locator("th,td").all_text_contents() for line in table.locator("tr").all()]
        assert len(rows) == len(seen) >= 2
        for row, cells in zip(rows, seen, strict=True):
            plain = [cell.strip().replace("−", "-") for cell in cells]
            assert [cell.replace(",", "") for cell in row] == [cell.replace(",", "") for cell in plain]
    opened.close()


def test_a_download_runs_no_formula(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    opened.page.evaluate("document.querySelector('#table-scorecard tbody th').textContent = '=1+1'")
    with opened.page.expect_download() as waiting:
        opened.page.locator("a.download[href='#table-scorecard']").click()
    assert "\n'=1+1," in Path(waiting.value.path()).read_text("utf-8-sig")
    opened.close()


def test_the_first_tab_is_the_skip_link(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("location.hash") == "#main"
    opened.close()


def test_without_javascript_every_table_stands_open(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html", javascript=False)
    tables = opened.page.locator("details.twin table")
    assert tables.count() >= 8
    assert all(tables.nth(place).is_visible() for place in range(tables.count()))
    opened.close()


def test_without_the_chart_script_every_table_stands_open(browser, edition: Path, tmp_path: Path) -> None:
    alone = tmp_path / "sent" / "audit.html"
    alone.parent.mkdir()
    alone.write_bytes((edition / "QK1/audit.html").read_bytes())
    context = browser.new_context()
    page = context.new_page()
    page.goto(alone.as_uri())
    assert page.locator("details.twin table").first.is_visible()
    context.close()


def test_print_has_every_chart_and_says_synthetic(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "QK1/audit.html")
    opened.page.emulate_media(media="print")
    charts = opened.page.locator(".chart .main-svg:first-child")
    assert charts.count() >= 7
    width = opened.page.evaluate("document.documentElement.clientWidth")
    for place in range(charts.count()):
        box = charts.nth(place).bounding_box()
        assert box is not None
        assert 0 < box["width"] <= width
        assert box["height"] > 50
    assert opened.page.locator(".synthetic").is_visible()
    assert not opened.page.locator(".contents").is_visible()
    assert len(opened.page.pdf(format="A4")) > 20_000
    opened.close()


def test_gaps_over_all_systems_can_be_sorted_and_filtered(browser, edition: Path) -> None:
    opened = Opened(browser, edition / "index.html")
    page = opened.page
    names = "Array.from(document.querySelectorAll('#heat-gaps tbody tr:not([hidden]) th'), cell => cell.innerText.trim())"
    before = page.evaluate(names)
    assert len(before) >= 2
    head = page.locator("#heat-gaps thead th").first
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(names) == page.evaluate(f"{names}.sort((a, b) => a.localeCompare(b, 'en'))")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    label = page.locator("#heat-gaps tbody tr td").first.inner_text()
    page.select_option("#pick-gaps", label)
    shown = page.evaluate(
        "Array.from(document.querySelectorAll('#heat-gaps tbody tr:not([hidden])'), row => row.cells[1].innerText)"
    )
    assert set(shown) == {label}
    page.select_option("#pick-gaps", "")
    assert sorted(page.evaluate(names)) == sorted(before)
    opened.close()
