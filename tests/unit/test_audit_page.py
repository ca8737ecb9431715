"""The page as text: numbers, charts and tables, words, hostile labels, security policy, same bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from orchestration.outputs import wording as say
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.charts import CONFIG, STYLES, Chart, Point, Series, plotly_spec
from orchestration.outputs.figures import Facts
from orchestration.outputs.figures_national import grid
from orchestration.outputs.index_page import render_index
from orchestration.outputs.page_parts import TEMPLATES
from tests.page_data import HOSTILE, audit_data

FORBIDDEN = re.compile(
    r"\b(BAME|BME|non-white|deprived (?:people|women|mothers|families)|Caucasian|race)\b", re.IGNORECASE
)

WITHOUT_END = ("meta", "link", "br", "img", "td", "th", "tr")


class Page(HTMLParser):
    """What the tests ask of a page: its text outside scripts, its tables, scripts, attributes and findings."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.scripts: list[tuple[dict, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.findings: list[str] = []
        self._inside: list[str] = []
        self._table: list[list[str]] | None = None
        self._finding = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in WITHOUT_END:
            self._inside.append(tag)
        if tag == "script":
            self.scripts.append((found, ""))
        elif tag == "table":
            self._table = self.tables.setdefault(found.get("id") or f"unnamed-{len(self.tables)}", [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table:
            self._table[-1].append("")
        elif tag == "li" and (found.get("class") or "").startswith("finding"):
            self._finding = True
            self.findings.append("")

    def handle_endtag(self, tag):
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        if tag == "table":
            self._table = None
        if tag == "li":
            self._finding = False

    def handle_data(self, data):
        inside = self._inside[-1] if self._inside else ""
        if inside == "script":
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)
            return
        if inside == "style":
            return
        self.words.append(data)
        if self._table and self._table[-1]:
            self._table[-1][-1] += data
        if self._finding:
            self.findings[-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def html() -> str:
    return render_page(audit_data().system("QK1"), "2025-04-abc", "equity@example.nhs.uk")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text.replace("95% interval", "")))


def test_every_number_in_a_sentence_is_in_a_table(page: Page) -> None:
    assert 5 <= len(page.findings) <= 10
    held = {
        found for table in page.tables.values() for row in table for cell in row for found in numbers(cell)
    }
    tiles = {"1,940", "700"}
    for finding in page.findings:
        names = " ".join(row[0] for row in page.tables["table-scorecard"])
        for found in numbers(finding) - numbers(names):
            # a share that a sentence names (the 20% most deprived areas) is a name, not a figure
            assert found in held | tiles | {"20"}, finding


def test_each_chart_has_its_table_and_its_data(html: str, page: Page) -> None:
    figures = re.findall(r"<figure .*?</figure>", html, re.DOTALL)
    assert len(figures) >= 8
    charts = [figure for figure in figures if 'class="chart"' in figure]
    assert len(charts) >= 7
    for figure in figures:
        assert (
            figure.count("<table")
            == figure.count('class="download"')
            == figure.count('<details open class="twin"')
        )
        assert figure.count("<table") >= 1
        if "-facts" not in figure[:80]:
            assert (
                len(
                    re.findall(
                        r"class=\"?id\"?(?: id=[a-f0-9i-]+)?>(?:<a [^>]+>)?[a-z]+-[0-9a-f]{12}", figure
                    )
                )
                >= 2
            )
    for figure in charts:
        assert 'role="img"' in figure
        assert len(re.search(r'aria-label="([^"]{40,})"', figure.split('class="chart"')[1])[1]) >= 40


def test_a_chart_draws_the_values_of_its_table(html: str) -> None:
    figure = re.search(r'<figure [^>]*id="coc_by_28_weeks-ethnicity".*?</figure>', html, re.DOTALL)[0]
    spec = json.loads(unescape(re.search(r'class="chart-data">(.*?)</script>', figure, re.DOTALL)[1]))
    own = next(trace for trace in spec["data"] if trace["name"] == "This system")
    cells = Page(figure).tables["table-coc_by_28_weeks-ethnicity"]
    assert own["x"] == [float(row[1]) for row in cells[1:]]


def test_each_table_has_its_download(html: str, page: Page) -> None:
    targets = re.findall(r'<a class="download" download="[^"]+[.]csv" href="#(table-[^"]+)"', html)
    assert sorted(targets) == sorted(
        page.tables.keys() - {name for name in page.tables if name.startswith("unnamed")}
    )


def test_words_follow_the_service_manual(page: Page) -> None:
    outside_quotes = re.sub(r"[\"“][^\"”]*[\"”]", "", page.text)
    assert FORBIDDEN.findall(outside_quotes) == []
    sources = " ".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.j2"))
    assert FORBIDDEN.findall(sources) == []


def test_no_verdict_on_a_measure_without_a_right_direction(page: Page) -> None:
    row = next(row for row in page.tables["table-care-1-percent"] if row[0] == "Caesarean birth")
    header = page.tables["table-care-1-percent"][0]
    assert not any("erdict" in name for name in header)
    assert not set(row) & set(say.VERDICTS)
    assert not any("Caesarean" in finding for finding in page.findings)


def test_described_groups_have_no_best(html: str) -> None:
    figure = re.search(r'<figure [^>]*id="caesarean-ethnicity-england".*?</figure>', html, re.DOTALL)[0]
    assert "best outcome" not in figure
    assert "Reference" not in figure
    facts = Facts(audit_data().system("QK1"))
    found = grid(facts, "key", "Care", "ethnicity", ["caesarean"])
    assert {cell.shade for row in found.chart.cells for cell in row} == {"plain"}
    assert found.statement == "Described, never judged."


def test_what_is_withheld_shows_its_mark_and_is_no_number(page: Page) -> None:
    row = next(
        row
        for table in page.tables.values()
        for row in table
        if row[0].startswith("Apgar") and "Low DQ" in row
    )
    assert "0" not in row
    assert "Withheld by the publisher" in page.text


def test_a_gap_says_whether_people_of_unknown_group_could_undo_it(page: Page, html: str) -> None:
    head, *rows = page.tables["table-coc_by_28_weeks-ethnicity"]
    low, high, word = map(
        head.index, ("Difference at the least", "Difference at the most", "With unknown groups")
    )
    told = {row[0]: (row[low], row[high], row[word]) for row in rows}
    assert told["Asian or Asian British"] == ("−17.0", "1.0", "fragile")
    assert told["Black or Black British"] == ("−13.0", "5.0", "cannot tell")
    assert told["White"] == ("", "", "")
    assert "The group of up to 3% of people is not known." in page.text
    figure = re.search(r'<figure [^>]*id="coc_by_28_weeks-ethnicity".*?</figure>', html, re.DOTALL)[0]
    assert "10.0%  worse, fragile" in figure and "too few to tell, cannot tell" not in figure


def test_groups_without_bounds_have_no_columns_of_them(page: Page) -> None:
    assert "With unknown groups" not in page.tables["table-bookings_share-ethnicity"][0]


def test_submissions_are_told_month_by_month_in_words(page: Page) -> None:
    head, *rows = page.tables["table-quality-submissions"]
    assert head[:5] == ["Supplier", "Data set", "Missing", "Late", "Dec 2024"]
    births = next(row for row in rows if row[1] == "Maternity birth")
    assert births[2:-1] == [
        "Apr 2025", "Feb 2025", "– not asked for", "● received", "◐ late, 10 days", "✕ missing", "○ not yet due",
    ]  # fmt: skip
    assert "5 submissions were asked for: 2 received, 1 late, 1 missing and 1 not yet due." in page.text
    assert "Missing: Test Hospital (RWE), maternity birth: Apr 2025." in page.text


def test_files_that_nobody_asked_for_are_neither_late_nor_missing() -> None:
    data = audit_data()
    unasked = data.submissions[data.submissions["submission_status"] == "not asked for"]
    page = render_page(replace(data, submissions=unasked).system("QK1"), "e")
    assert "No mapping says what is expected, so nothing can be late or missing." in page


def test_a_system_without_local_files_has_no_table_of_submissions() -> None:
    assert "quality-submissions" not in render_page(audit_data().system("QOC"), "e")


def test_gaps_in_outcomes_are_not_claimed(page: Page) -> None:
    told = [finding for finding in page.findings if "cannot tell" in finding]
    assert len(told) == 1
    assert "third or fourth degree tear" in told[0]


def test_the_same_data_give_the_same_bytes(html: str) -> None:
    assert render_page(audit_data().system("QK1"), "2025-04-abc", "equity@example.nhs.uk") == html
    assert render_index(audit_data(), "e") == render_index(audit_data(), "e")


def test_hostile_labels_stay_text() -> None:
    data = audit_data(hostile=True)
    for html in (render_page(data.system("QK1"), HOSTILE, HOSTILE), render_index(data, HOSTILE)):
        page = Page(html)
        assert [
            text
            for attrs, text in page.scripts
            if "hacked" in text and attrs.get("type") != "application/json"
        ] == []
        code = [attrs for attrs, _ in page.scripts if attrs.get("type") != "application/json"]
        assert len(code) == 2
        assert not [value for tag, name, value in page.attributes if name.startswith("on") or tag == "img"]
        assert "window.hacked=1" in page.text
        assert "49" not in re.findall(r"&\"(\d+)", page.text)
        style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
        assert "<" not in style
        assert "onerror" not in style.replace("\\", "") or "\\3c" in style


def test_labels_reach_plotly_as_text() -> None:
    chart = Chart(
        "rows", (Series("a", (Point(0, 1.0, hover="<b>x</b>"),)),), alt="a", labels=("<a href=x>y</a>",)
    )
    text = json.dumps(plotly_spec(chart))
    assert "<b>" not in text
    assert "<a " not in text


def test_nothing_is_sent_or_fetched(html: str) -> None:
    settings = json.loads(re.search(r'id="chart-settings">(.*?)</script>', html, re.DOTALL)[1])
    assert settings["config"]["showSendToCloud"] is False
    assert settings["config"]["plotlyServerURL"] == ""
    assert CONFIG["displayModeBar"] is False
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1])
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    script = Page(html).scripts[-1][1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    addresses = [value for _, name, value in Page(html).attributes if name in ("src", "href")]
    assert not [
        value
        for value in addresses
        if value.startswith(("http:", "//")) or ("://" in value and "data:" not in value)
    ]


def test_the_script_never_writes_html_from_data() -> None:
    script = (TEMPLATES / "page.js").read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script
    )


def test_synthetic_data_say_so_everywhere() -> None:
    data = audit_data(synthetic=True)
    for html in (render_page(data.system("QK1"), "e"), render_index(data, "e")):
        assert "<title>SYNTHETIC" in html
        assert "Synthetic data." in html
        assert "SYNTHETIC DATA" in re.search(r"@top-right \{(.*?)\}", html, re.DOTALL)[1]
    assert "ynthetic" not in re.sub(
        r"<style>.*?</style>", "", render_page(audit_data().system("QK1"), "e"), flags=re.DOTALL
    )


def test_a_signal_in_a_run_of_months_is_told(page: Page) -> None:
    assert "More than ordinary variation: a point above the upper limit (2025-09)." in page.text
    assert [row[1] for row in page.tables["table-booking_by_10_weeks-months"]][-1] == "69.0"


def test_the_place_among_systems_is_told(page: Page) -> None:
    assert "This system: 12.9%, above the 99.8% limit. All systems: 8.9%." in page.text
    assert "1 of 1 judged measures lie outside the limits" in page.text


def test_all_groups_together_are_told(page: Page) -> None:
    assert (
        "Taking all groups together: the groups differ by more than chance and rounding allow." in page.text
    )
    row = next(
        row
        for row in page.tables["table-coc_by_28_weeks-ethnicity-measures"]
        if row[0].startswith("Test of any")
    )
    assert row[6] == "under 0.001"


def test_one_system_never_shows_another(html: str) -> None:
    assert "Otherland" not in html
    assert "QOC" not in html


def test_the_index_leads_to_every_system() -> None:
    page = Page(render_index(audit_data(), "e"))
    links = {value for tag, name, value in page.attributes if tag == "a" and name == "href"}
    assert {"QK1/audit.html", "QOC/audit.html"} <= links
    row = next(row for table in page.tables.values() for row in table if row[0] == "Otherland")
    assert any("worse" in cell and "50.0" in cell for cell in row)


def test_anchors_lead_somewhere(page: Page) -> None:
    ids = {value for _, name, value in page.attributes if name == "id"}
    wanted = {
        value[1:]
        for tag, name, value in page.attributes
        if tag == "a" and name == "href" and value.startswith("#")
    }
    assert wanted <= ids
    assert len(ids) == len([value for _, name, value in page.attributes if name == "id"])


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shapes_and_colours_can_be_told_apart() -> None:
    for look, style in STYLES.items():
        assert 1.05 / (_luminance(style["color"]) + 0.05) >= 3, look
    assert len({STYLES[look]["symbol"] for look in say.LOOKS.values()}) == len(say.LOOKS)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1940, 0, "1,940"),
        (-0.04, 1, "0.0"),
        (-7.3, 1, "−7.3"),
        (None, 1, ""),
        (float("nan"), 1, ""),
        (0, 1, "0.0"),
    ],
)
def test_numbers_as_people_read_them(value, decimals, text) -> None:
    assert say.number(value, decimals) == text


def test_a_page_without_any_figure_says_so() -> None:
    data = audit_data()
    system = data.system("QOC")
    html = render_page(system.__class__(**{**system.__dict__, "values": system.values.iloc[:0], "gaps": system.gaps.iloc[:0],
                                           "quality": system.quality.iloc[:0]}), "e")  # fmt: skip
    assert "nothing to summarise" in html
    assert "No published figure on continuity of carer reached this audit." in html
